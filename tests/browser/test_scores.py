"""Scores in a real browser: the keyboard leads through the grid, both entries are compared, the results published."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from registry.db import transaction
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts
from tests.browser.conftest import Site, agree, sign_in
from tests.factories import make_candidate, make_department, make_person, make_sitting

pytestmark = [pytest.mark.browser, pytest.mark.nodb]  # what the grid sends is tested in tests/web on both databases

PASSWORD = "keeps-the-scores"
NAMES = ("赵一", "钱二", "孙三")


@pytest.fixture
def sitting_id(site: Site) -> int:
    """A sitting with three candidates, and two clerks."""
    with transaction(site.sessions) as session:
        unit, sitting = make_department(session), make_sitting(session)
        for name in NAMES:
            make_candidate(session, sitting, make_person(session, unit, name=name))
        for username in ("first", "second"):
            accounts.add(
                session,
                SYSTEM,
                username=username,
                display_name=username,
                password=PASSWORD,
                role=Role.BUREAU_CLERK,
            )
        return sitting.id


def desk(site: Site, username: str, path: str) -> Page:
    page = site.open().new_page()
    sign_in(page, username, PASSWORD)
    page.clock.install()
    page.goto(path)
    expect(cell(page, NAMES[0])).to_be_focused()
    return page


def cell(page: Page, name: str) -> Locator:
    return page.get_by_label(re.compile(f"^Score of {name}"))


def test_scores_are_typed_without_a_mouse_compared_and_published(site: Site, sitting_id: int) -> None:
    path = f"/exams/{sitting_id}/scores"
    one, other = desk(site, "first", path), desk(site, "second", f"{path}?round=2")

    one.keyboard.type("85")
    one.keyboard.press("Enter")
    one.keyboard.type("a")
    one.keyboard.press("ArrowUp")
    expect(cell(one, NAMES[0])).to_be_focused()
    one.clock.fast_forward(11_000)
    expect(one.get_by_text("2 scores are saved.")).to_be_visible()
    expect(cell(one, NAMES[1])).to_have_value("absent")
    one.keyboard.press("ArrowDown")
    one.keyboard.press("ArrowDown")
    one.keyboard.type("60")
    one.keyboard.press("Enter")
    one.keyboard.press("Enter")
    expect(one.get_by_role("progressbar")).to_have_attribute("value", "3")

    other.keyboard.type("58\nA\n60\n\n")
    expect(other.get_by_text("3 scores are saved.")).to_be_visible()
    other.get_by_role("link", name="Comparison").click()
    expect(other.get_by_role("row").filter(has_text="赵一")).to_contain_text("85 first")
    expect(other.get_by_role("row")).to_have_count(2)
    other.get_by_label(re.compile("赵一: Second entry holds, 58")).check()
    other.get_by_role("button", name="Settle what was chosen").click()
    expect(other.get_by_text("Both entries agree")).to_be_visible()

    other.get_by_role("link", name="To the publication").click()
    agree(other, "Publish 3 results")
    other.wait_for_url(f"**/exams/{sitting_id}")
    expect(other.get_by_text("3 results are published")).to_be_visible()
    one.reload()
    expect(one.get_by_text("The results are published", exact=True)).to_be_visible()
