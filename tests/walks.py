"""Walks along links, from the board to one page of each kind, over a small office that has something of each."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

from sqlalchemy.orm import Session

from registry import clock
from registry.models.departments import Department
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.services import reviews
from tests.factories import make_certificate, make_department, make_qualified_person, make_training

LONG_UNIT = "郏县综合行政执法与应急管理及安全生产监督管理联合服务中心（试点）"
LONG_POST = "党组成员、副局长兼综合执法大队大队长"
NUMBER = re.compile(r"\d+")
FILES = (".xlsx", ".pdf", ".svg")


def make_office(session: Session) -> Department:
    """A unit with a long name and some officers, a review under way."""
    unit, year = make_department(session, name=LONG_UNIT), clock.today().year
    for number in range(3):
        holder = make_qualified_person(session, unit, name=f"欧阳持证{number}", post=LONG_POST)
        make_certificate(session, holder, issued_on=date(year - 1, 6, 1), valid_until=date(year + 4, 5, 31))
        make_training(session, holder, held_on=date(year, 1, 1))
    make_qualified_person(session, unit)
    reviews.open_campaign(session, SYSTEM, year=year, kind=CertificateKind.ENFORCEMENT, today=clock.today())
    return unit


def addresses(links: Callable[[], Iterable[str]]) -> Iterator[str]:
    """One address of each kind of page; whoever takes one opens it, and `links` are those of the page that is open."""
    waiting, seen = ["/"], set()
    while waiting:
        address = waiting.pop(0)
        kind = NUMBER.sub("N", address.split("?")[0])
        if kind in seen or kind.endswith(FILES) or "/language/" in kind:
            continue
        seen.add(kind)
        yield address
        waiting += [link for link in links() if link not in waiting]
