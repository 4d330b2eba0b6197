"""Numbers: without gaps or doubles, even for two who issue at once; and codes that nobody guesses."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import transaction
from registry.models.certificates import Certificate
from registry.rules.certificates import CertificateKind
from registry.rules.permissions import SYSTEM
from registry.services import certificates, numbers
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
