"""Every page that links lead to: it fits phone and desk, makes no noise, works without a mouse and without scripts."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from registry import clock
from registry.db import transaction
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts, reviews
from tests.browser.conftest import Site
from tests.factories import make_certificate, make_department, make_qualified_person, make_training

pytestmark = pytest.mark.browser

PASSWORD = "keeps-the-register"
LONG_UNIT = "郏县综合行政执法与应急管理及安全生产监督管理联合服务中心（试点）"
LONG_POST = "党组成员、副局长兼综合执法大队大队长"
YEAR = clock.today().year
NUMBER = re.compile(r"\d+")
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LINKS = "links => links.map(link => link.getAttribute('href'))"
# How a page looks does not hang on the database: the chief's walk with a phone is done on both, the others once.
WALKS = [
    pytest.param(role, locale, width, marks=[] if (role, width) == (Role.BUREAU_CHIEF, 390) else pytest.mark.nodb)
    for role in (Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR)
    for locale, width in (("zh-CN", 390), ("en-US", 1280))
]


@pytest.fixture
def office(site: Site) -> Site:
    """A unit with a long name and some officers, a review under way, a seat for each role."""
    with transaction(site.sessions) as session:
        unit = make_department(session, name=LONG_UNIT)
        for number in range(3):
            holder = make_qualified_person(
                session, unit, name=f"欧阳持证{number}", post="党组成员、副局长兼综合执法大队大队长"
            )
            make_certificate(session, holder, issued_on=date(YEAR - 1, 6, 1), valid_until=date(YEAR + 4, 5, 31))
            make_training(session, holder, held_on=date(YEAR, 1, 1))
        make_qualified_person(session, unit)
        for role in (Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR):
            accounts.add(
                session,
                SYSTEM,
                username=role.value,
                display_name=role.value,
                password=PASSWORD,
                role=role,
                department_id=unit.id if role is Role.UNIT_HEAD else None,
            )
        reviews.open_campaign(session, SYSTEM, year=YEAR, kind=CertificateKind.ENFORCEMENT, today=clock.today())
    return site


def _signed_in(context: BrowserContext, role: Role) -> Page:
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("[name=username]").fill(role.value)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/")
    return page


def _addresses(page: Page) -> Iterator[str]:
    """One address of each kind of page, found by following links from the board."""
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop(0)
        kind = NUMBER.sub("N", address.split("?")[0])
        if kind in seen or kind.endswith((".xlsx", ".pdf", ".svg")) or "/language/" in kind:
            continue
        seen.add(kind)
        yield address
        waiting += [link for link in page.eval_on_selector_all("a[href^='/']", LINKS) if link not in waiting]


@pytest.mark.parametrize(("role", "locale", "width"), WALKS)
def test_every_page_fits_and_makes_no_noise(office: Site, role: Role, locale: str, width: int) -> None:
    context, noise, wide, found = office.open(locale=locale, width=width), [], [], 0
    page = _signed_in(context, role)
    page.on("console", lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: noise.append(str(error)))

    for address in _addresses(page):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        found += 1
        if page.evaluate(OVERFLOW) > 0:
            wide.append(address)

    context.close()
    assert (noise, wide) == ([], [])
    assert found >= 12


def test_the_slash_key_leads_to_the_search_and_enter_finds(office: Site) -> None:
    context = office.open()
    page = _signed_in(context, Role.BUREAU_CHIEF)

    page.keyboard.press("/")
    page.keyboard.type("欧阳持证1")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1, name="欧阳持证1")).to_be_visible()
    context.close()


def test_the_first_tab_stop_leads_past_the_menu(office: Site) -> None:
    context = office.open()
    page = _signed_in(context, Role.BUREAU_CHIEF)

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    assert page.url.endswith("#content")
    context.close()


def test_the_language_follows_the_browser_and_then_the_switch(office: Site) -> None:
    context = office.open(locale="zh-CN")
    page = _signed_in(context, Role.BUREAU_CHIEF)

    expect(page.get_by_role("link", name="人员", exact=True)).to_be_visible()
    page.get_by_role("link", name="English").click()

    expect(page.get_by_role("link", name="People", exact=True)).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    context.close()


def test_on_a_phone_the_menu_opens_and_closes(office: Site) -> None:
    context = office.open(width=390)
    page = _signed_in(context, Role.BUREAU_CHIEF)
    menu = page.get_by_role("button", name="Menu")

    expect(page.get_by_role("link", name="Trail")).to_be_hidden()
    menu.click()
    expect(page.get_by_role("link", name="Trail")).to_be_visible()

    expect(menu).to_have_attribute("aria-expanded", "true")
    context.close()


def test_a_certificate_is_applied_for_without_scripts(office: Site) -> None:
    context = office.open(scripts=False)
    page = _signed_in(context, Role.BUREAU_CHIEF)

    page.goto("/people?certified=no")
    page.locator("main table").get_by_role("link").first.click()
    page.locator("main a[href*='/certificates/issue/']").first.click()
    page.get_by_role("button", name="Put up to the bureau chief").click()

    expect(page.get_by_role("main")).to_contain_text("waits for the bureau chief")
    context.close()
