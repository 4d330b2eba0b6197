"""Every page that links lead to opens, whoever looks and whatever database is asked."""

import re
from html import unescape

import pytest

from registry.rules.permissions import UNIT_ROLES, Role
from tests.walks import addresses, make_office
from tests.web.conftest import Office

LINK = re.compile(r'<a [^>]*?href="(/[^"]*)"')


@pytest.mark.parametrize("role", [Role.BUREAU_CHIEF, Role.UNIT_HEAD, Role.ADMINISTRATOR])
def test_every_page_that_links_lead_to_opens(office: Office, role: Role) -> None:
    with office.transaction() as session:
        unit_id = make_office(session).id
    client, opened = office.client(role, unit_id if role in UNIT_ROLES else None), {}
    links: list[str] = []

    for address in addresses(lambda: links):
        answer = client.get(address, follow_redirects=True)
        opened[address] = answer.status_code
        links[:] = map(unescape, LINK.findall(answer.text))

    assert set(opened.values()) == {200}, opened
    assert len(opened) >= 12
