"""A list longer than one file holds is refused in a sentence; no export is ever a part of what is listed."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.permissions import SYSTEM
from registry.services import exports, limits, tables, training
from registry.services.certificates import CertificateFilter
from registry.services.people import PersonFilter
from registry.services.training import AttendanceEntry, ObligationFilter
from tests.factories import make_certificate, make_training
from tests.services.importing import TODAY

Export = Callable[[Session], bytes]


def people(session: Session) -> bytes:
    return exports.people(session, SYSTEM, chosen=PersonFilter(), today=TODAY)


def certificates(session: Session) -> bytes:
    return exports.certificates(session, SYSTEM, chosen=CertificateFilter(), today=TODAY)


def people_as_shown(session: Session) -> bytes:
    return tables.people(session, SYSTEM, chosen=PersonFilter(), columns=[], today=TODAY)


def certificates_as_shown(session: Session) -> bytes:
    return tables.certificates(session, SYSTEM, chosen=CertificateFilter(), columns=[], today=TODAY)


def attendance(session: Session) -> bytes:
    return training.attendance_book(session, SYSTEM, session_id=session.info["held"])


def obligations(session: Session) -> bytes:
    owed = training.obligation_of(session, year=2021, today=TODAY)
    return training.obligation_book(session, SYSTEM, owed=owed, chosen=ObligationFilter())


EVERY: Sequence[Export] = (people, certificates, people_as_shown, certificates_as_shown, attendance, obligations)


@pytest.mark.parametrize("export", EVERY, ids=lambda one: one.__name__)
def test_what_one_file_does_not_hold_is_refused_and_nothing_is_told_as_taken(
    session: Session, monkeypatch: pytest.MonkeyPatch, export: Any
) -> None:
    held = make_training(session)
    session.info["held"] = held.id
    holders = [make_certificate(session).person_id for _ in range(2)]
    training.attend(
        session, SYSTEM, training=held, entries=[AttendanceEntry(person_id=person_id) for person_id in holders]
    )
    assert export(session)
    before = session.scalar(select(func.count()).select_from(TrailEntry))
    monkeypatch.setattr(limits, "MOST", 1)

    with pytest.raises(RuleBroken) as refused:
        export(session)

    assert [one.code for one in refused.value.violations] == ["LIST-3"]
    assert session.scalar(select(func.count()).select_from(TrailEntry)) == before
