"""Numbers: without gaps or doubles, even for two who issue at once; and codes that nobody guesses."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from registry.db import transaction
from registry.models.certificates import Certificate
from registry.rules.applications import ApplicationStep
from registry.rules.certificates import CertificateKind, CertificateStatus
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import applications, certificates, numbers
from tests.conftest import Database
from tests.factories import make_qualified_person

TODAY = date(2026, 7, 1)
AT_ONCE, ROUNDS = 4, 3


def test_a_series_counts_on(session: Session) -> None:
    assert list(numbers.reserve(session, "a", 3)) == [1, 2, 3]
    assert list(numbers.reserve(session, "b", 1)) == [1]
    assert list(numbers.reserve(session, "a", 2)) == [4, 5]


def test_a_number_keeps_the_zeros_of_its_pattern(session: Session) -> None:
    assert list(numbers.numbers(session, "0160425{serial:05}", 2)) == ["016042500001", "016042500002"]


def test_a_number_that_was_rolled_back_is_given_again(session: Session) -> None:
    with session.begin_nested() as savepoint:
        assert list(numbers.reserve(session, "a", 2)) == [1, 2]
        savepoint.rollback()

    assert list(numbers.reserve(session, "a", 1)) == [1]


def test_check_codes_are_long_unlike_and_easily_read() -> None:
    codes = {numbers.check_code() for _ in range(500)}

    assert len(codes) == 500
    assert {len(code) for code in codes} == {16}
    assert not set("".join(codes)) & set("01ILOU")


def test_issuing_at_once_gives_numbers_without_gaps_or_doubles(app: Flask) -> None:
    sessions, start = app.extensions["sessions"], Barrier(AT_ONCE)
    with transaction(sessions) as session:
        people = [make_qualified_person(session).id for _ in range(AT_ONCE * ROUNDS)]

    def issue(own: list[int]) -> None:
        start.wait()
        for person_id in own:
            with transaction(sessions) as session:
                certificates.issue(session, SYSTEM, person_id=person_id, kind=CertificateKind.ENFORCEMENT, today=TODAY)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(issue, [people[n::AT_ONCE] for n in range(AT_ONCE)]))

    with sessions.reading() as session:
        given = sorted(session.scalars(select(Certificate.number)))
    assert given == [f"160425{serial:05}" for serial in range(1, AT_ONCE * ROUNDS + 1)]


def test_two_who_issue_to_one_person_at_once_give_one_certificate(app: Flask) -> None:
    sessions, start = app.extensions["sessions"], Barrier(2)
    with transaction(sessions) as session:
        person_id = make_qualified_person(session).id

    def issue(_: int) -> str:
        start.wait()
        try:
            with transaction(sessions) as session:
                outcome = certificates.issue(
                    session, SYSTEM, person_id=person_id, kind=CertificateKind.ENFORCEMENT, today=TODAY
                )
                return "issued" if outcome.certificate else "refused"
        except IntegrityError:
            return "too late"

    with ThreadPoolExecutor(2) as pool:
        outcomes = sorted(pool.map(issue, range(2)))

    assert outcomes in (["issued", "refused"], ["issued", "too late"])
    with sessions.reading() as session:
        assert len(session.scalars(select(Certificate)).all()) == 1


def test_nobody_issues_to_somebody_about_whom_another_asks_the_gate(own_app: Flask, database: Database) -> None:
    if database.url.startswith("sqlite"):
        pytest.skip("SQLite lets one writer in at a time")
    sessions, not_yet, waited = own_app.extensions["sessions"], iter([True]), []
    with transaction(sessions) as session:
        person_id = make_qualified_person(session).id

    def issue(patience: str = "10s") -> None:
        with transaction(sessions) as session:
            session.execute(text(f"SET LOCAL lock_timeout = '{patience}'"))
            certificates.issue(session, SYSTEM, person_id=person_id, kind=CertificateKind.ENFORCEMENT, today=TODAY)

    def somebody_else(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "number_series" in statement and next(not_yet, False):
            with pytest.raises(OperationalError, match="lock timeout"):
                issue("200ms")
            waited.append(True)

    event.listen(own_app.extensions["engine"], "before_cursor_execute", somebody_else)
    issue()
    issue()

    assert waited == [True]
    with sessions.reading() as session:
        [card] = session.scalars(select(Certificate)).all()
        assert card.status is CertificateStatus.ACTIVE


def test_a_pattern_names_its_jurisdiction_and_counts_a_series_of_its_own(session: Session) -> None:
    patterns = [numbers.of_division("16{division}-{serial:03}", code) for code in ("410425", "410426")]

    given = [numbers.numbers(session, pattern, 2) for pattern in patterns]

    assert given == [["16410425-001", "16410425-002"], ["16410426-001", "16410426-002"]]


def test_chiefs_who_approve_at_once_leave_no_gap_and_no_double_though_one_breaks_off(app: Flask) -> None:
    sessions, start = app.extensions["sessions"], Barrier(AT_ONCE)
    clerk = Actor(account_id=None, name="周经办", role=Role.BUREAU_CLERK)
    with transaction(sessions) as session:
        people = [make_qualified_person(session).id for _ in range(AT_ONCE * ROUNDS)]
        kind = CertificateKind.ENFORCEMENT
        done = applications.put_up(session, clerk, person_ids=people, kind=kind, today=TODAY)
        ids = [one.id for one in done.examined]

    def approve(own: list[int], breaks_off: bool) -> None:
        with suppress(ZeroDivisionError), transaction(sessions) as session:
            taken = applications.take(session, SYSTEM, step=ApplicationStep.APPROVE, application_ids=own, today=TODAY)
            assert all(one.fits for one in taken)
            if breaks_off:
                raise ZeroDivisionError

    def at_once(place: int) -> None:
        start.wait()
        approve(ids[place::AT_ONCE], breaks_off=place == 1)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(at_once, range(AT_ONCE)))
    approve(ids[1::AT_ONCE], breaks_off=False)

    with sessions.reading() as session:
        given = sorted(session.scalars(select(Certificate.number)))
    assert given == [f"160425{serial:05}" for serial in range(1, AT_ONCE * ROUNDS + 1)]
