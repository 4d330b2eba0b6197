"""Every page that links lead to: it fits phone and desk, makes no noise, works without a mouse and without scripts."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from registry.db import transaction
from registry.rules.permissions import SYSTEM, Role
from registry.services import accounts
from tests.browser.conftest import Site
from tests.walks import addresses, make_office

pytestmark = [pytest.mark.browser, pytest.mark.nodb]  # tests/web/test_walks.py opens the same pages on both databases

PASSWORD = "keeps-the-register"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
LINKS = "links => links.map(link => link.getAttribute('href'))"
WALKS = [
    (role, locale, width)
    for role in (Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR)
    for locale, width in (("zh-CN", 390), ("en-US", 1280))
]


@pytest.fixture
def office(site: Site) -> Site:
    """The office that is walked through, and a seat for each role."""
    with transaction(site.sessions) as session:
        unit_id = make_office(session).id
        for role in (Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR):
            accounts.add(
                session,
                SYSTEM,
                username=role.value,
                display_name=role.value,
                password=PASSWORD,
                role=role,
                department_id=unit_id if role is Role.UNIT_HEAD else None,
            )
    return site


def _signed_in(context: BrowserContext, role: Role) -> Page:
    page = context.new_page()
    page.goto("/sign-in")
    page.locator("[name=username]").fill(role.value)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/")
    return page


@pytest.mark.parametrize(("role", "locale", "width"), WALKS)
def test_every_page_fits_and_makes_no_noise(office: Site, role: Role, locale: str, width: int) -> None:
    context, noise, wide, found = office.open(locale=locale, width=width), [], [], 0
    page = _signed_in(context, role)
    page.on("console", lambda said: noise.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: noise.append(str(error)))

    for address in addresses(lambda: page.eval_on_selector_all("a[href^='/']", LINKS)):
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

    expect(page).to_have_url(re.compile("#content$"))
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
