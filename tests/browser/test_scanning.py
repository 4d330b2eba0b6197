"""Cards scanned in a real browser, as a USB scanner does it: it types and presses Enter, again and again."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from registry import clock
from registry.db import transaction
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts, signing
from tests.browser.conftest import Site, sign_in
from tests.browser.test_pages import OVERFLOW
from tests.services.test_rosters import lock, open_review

pytestmark = [pytest.mark.browser, pytest.mark.nodb]  # what the page sends is tested in tests/web on both databases

PASSWORD = "scans-the-cards"
HERE = "https://zfzj.example.cn"
SCANS = "**/rosters/scans/*"


@pytest.fixture
def codes(site: Site, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[str], list[str]]:
    """The roster of a unit with three cards: its id, their signed addresses, their holders; none has run out."""
    monkeypatch.setattr(clock, "today", lambda: date(2022, 3, 1))
    with transaction(site.sessions) as session:
        campaign, _ = open_review(session, "欧阳持证")
        _, unit, _ = lock(session, campaign)
        lines = unit.data["sections"][0]["lines"]
        texts = signing.addresses(session, [line["certificate_id"] for line in lines], public_url=HERE)
        accounts.add(session, SYSTEM, username="auditor", display_name="吴审计", password=PASSWORD, role=Role.AUDITOR)
        return unit.id, [texts[line["certificate_id"]] for line in lines], [line["name"] for line in lines]


def begin(context: BrowserContext, roster_id: int) -> Page:
    page = context.new_page()
    sign_in(page, "auditor", PASSWORD)
    page.goto(f"/rosters/{roster_id}/scans")
    page.get_by_role("button", name="Scan the whole roster").click()
    page.wait_for_url(SCANS)  # with its scripts: an Enter before them would send the form as a whole page
    expect(page.get_by_label("Scan a card here")).to_be_focused()
    return page


@pytest.mark.parametrize("width", [1280, 390])
def test_codes_typed_like_a_scanner_are_answered_with_mismatches_on_top(
    site: Site, codes: tuple[int, list[str], list[str]], width: int
) -> None:
    roster_id, texts, names = codes
    context = site.open(width=width)
    page = begin(context, roster_id)
    box = page.get_by_label("Scan a card here")

    for code in (texts[0], "16042577777", texts[1]):  # no waiting: the codes stand in a row
        page.keyboard.type(code)
        page.keyboard.press("Enter")

    cards = page.locator("#scanned .card")
    expect(cards.nth(1)).to_contain_text("2 cards as on the roster")
    expect(cards.nth(0)).to_contain_text("1 mismatch")
    expect(cards.nth(0)).to_contain_text("16042577777")
    expect(cards.nth(1)).to_contain_text(names[0])
    expect(page.locator("[data-last]")).to_contain_text(names[1])
    expect(page.get_by_role("status").filter(has_text="as on the roster")).to_be_attached()
    expect(page.locator("details summary").filter(has_text="1 card still to come")).to_be_visible()
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    assert page.evaluate(OVERFLOW) <= 0

    page.reload()  # a lost browser loses nothing
    expect(page.locator("#scanned .card").nth(1)).to_contain_text("2 cards as on the roster")
    page.get_by_role("button", name="Take the last scan back").click()
    expect(page.locator("#scanned")).to_contain_text("1 card as on the roster")
    context.close()


def test_a_scan_whose_answer_is_lost_is_sent_again_and_counted_once(
    site: Site, codes: tuple[int, list[str], list[str]]
) -> None:
    roster_id, texts, _ = codes
    context = site.open(width=1280)
    page = begin(context, roster_id)
    page.route(SCANS, _lose_the_answers())

    page.keyboard.type(texts[0])
    page.keyboard.press("Enter")

    expect(page.get_by_text("Not sent yet")).to_be_visible()
    page.unroute(SCANS)  # from here on answers come through
    expect(page.locator("#scanned")).to_contain_text("1 card as on the roster")
    expect(page.locator("#scanned")).not_to_contain_text("mismatch")
    expect(page.get_by_text("Not sent yet")).to_be_hidden()
    context.close()


def _lose_the_answers() -> Callable[[Route], None]:
    """The first scan reaches the registry, its answer not the page; what is sent again reaches nobody."""
    lost: list[Route] = []

    def pass_on(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        if not lost:
            route.fetch()
        lost.append(route)
        route.abort()

    return pass_on
