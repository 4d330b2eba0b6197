"""Any sequence of procedures keeps the law: one certificate of a kind, own passes, a trail of every change."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry import audit, vault
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.exams import ExamResult, Qualification
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, EndReason, Establishment
from registry.rules.permissions import SYSTEM
from registry.services import certificates, exams, people
from tests.conftest import DATA_KEY
from tests.factories import make_department, make_person, make_qualified_person

BEGINNING = date(2026, 1, 5)
MARKS = st.sampled_from([Decimal(40), Decimal("59.9"), Decimal(60), Decimal(85), None])
STATUSES = st.sampled_from(CertificateStatus)
KINDS = st.sampled_from(CertificateKind)


class Bureau(RuleBasedStateMachine):
    """The office at work, in no sensible order."""

    persons = Bundle("persons")
    results = Bundle("results")
    cards = Bundle("cards")

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.today = BEGINNING
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
        self.session = Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=info
        )
        self.unit = make_department(self.session)
        self.graduate = make_qualified_person(self.session, self.unit).id

    def teardown(self) -> None:
        audit.verify(self.session)
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @contextmanager
    def recorded(self) -> Iterator[None]:
        """What succeeds leaves an entry; what is refused leaves none and nothing else either."""
        before = self._entries()
        try:
            with self.session.begin_nested():
                yield
        except RuleBroken:
            assert self._entries() == before
        else:
            assert self._entries() > before

    @initialize(target=persons)
    def appoint(self) -> object:
        posts = [
            (Establishment.ADMINISTRATIVE, Duty.ENFORCEMENT),
            (Establishment.PUBLIC_INSTITUTION, Duty.SUPERVISION),
            (Establishment.CONTRACT_WORKER, Duty.ENFORCEMENT),
        ]
        made = [make_person(self.session, self.unit, establishment=one, duty=duty) for one, duty in posts]
        return multiple(self.graduate, *(person.id for person in made))

    @initialize(target=cards)
    def certify(self) -> int:
        kind = CertificateKind.ENFORCEMENT
        outcome = certificates.issue(self.session, SYSTEM, person_id=self.graduate, kind=kind, today=self.today)
        assert outcome.certificate is not None
        return outcome.certificate.id

    @rule(days=st.sampled_from([1, 30, 400, 1900]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(target=results, person=persons, subject=st.sampled_from(ExamSubject), mark=MARKS)
    def sit(self, person: int, subject: ExamSubject, mark: Decimal | None) -> int:
        with self.recorded():
            entry = exams.SittingEntry(subject=subject, held_on=self.today, title=f"考试{self._entries()}")
            sitting = exams.announce(self.session, SYSTEM, entry=entry)
            outcome = ExamOutcome.ABSENT if mark is None else ExamOutcome.SCORED
            result = exams.ResultEntry(person_id=person, score=mark, outcome=outcome)
            exams.publish_results(self.session, SYSTEM, sitting=sitting, entries=[result])
        return exams.standing_results(self.session, sitting.id)[person].id

    @rule(result=results, mark=MARKS)
    def correct(self, result: int, mark: Decimal | None) -> None:
        outcome = ExamOutcome.ANNULLED if mark is None else ExamOutcome.SCORED
        with self.recorded():
            exams.correct_result(self.session, SYSTEM, result_id=result, score=mark, outcome=outcome, reason="复核")

    @rule(target=cards, person=persons, kind=KINDS)
    def issue(self, person: int, kind: CertificateKind) -> object:
        before = self._entries()
        outcome = certificates.issue(self.session, SYSTEM, person_id=person, kind=kind, today=self.today)
        if outcome.certificate is None:
            return multiple()
        assert self._entries() > before
        assert self._rests_on_standing_passes(outcome.certificate)
        return outcome.certificate.id

    @rule(card=cards, status=STATUSES)
    def move(self, card: int, status: CertificateStatus) -> None:
        with self.recorded():
            certificates.change_status(
                self.session,
                SYSTEM,
                certificate_id=card,
                status=status,
                from_on=self.today,
                document_number="1",
                legal_basis="1",
                today=self.today,
            )

    @rule(target=cards, card=cards)
    def replace(self, card: int) -> object:
        successor = None
        with self.recorded():
            successor = certificates.replace(
                self.session,
                SYSTEM,
                certificate_id=card,
                cause=ReplacementCause.DAMAGE,
                document_number="1",
                reason="损坏",
                today=self.today,
            )
        return multiple() if successor is None else successor.id

    @rule(person=persons)
    def leave(self, person: int) -> None:
        with self.recorded():
            people.end_appointment(
                self.session,
                SYSTEM,
                person_id=person,
                until_on=self.today,
                end_reason=EndReason.RETIREMENT,
                today=self.today,
            )

    @invariant()
    def nobody_holds_two_live_certificates_of_a_kind(self) -> None:
        held = (
            select(func.count())
            .where(Certificate.status.in_(LIVE))
            .group_by(Certificate.person_id, Certificate.kind)
            .having(func.count() > 1)
        )
        assert self.session.execute(held).all() == []

    @invariant()
    def every_certificate_rests_on_own_passes(self) -> None:
        for card in self.session.scalars(select(Certificate)):
            assert all(result.passed and result.person_id == card.person_id for result in self._passes(card))
            assert len(self._passes(card)) == (2 if card.kind is CertificateKind.ENFORCEMENT else 1)

    @invariant()
    def the_periods_tell_the_status_without_a_gap(self) -> None:
        for card in self.session.scalars(select(Certificate)):
            own = select(CertificatePeriod).where(CertificatePeriod.certificate_id == card.id)
            periods = self.session.scalars(own.order_by(CertificatePeriod.id)).all()
            assert periods[-1].until_on is None
            assert periods[-1].status is card.status
            for earlier, later in zip(periods, periods[1:], strict=False):
                assert earlier.until_on is not None
                assert later.from_on - earlier.until_on in {timedelta(0), timedelta(days=1)}

    def _entries(self) -> int:
        return self.session.scalar(select(func.count()).select_from(TrailEntry)) or 0

    def _passes(self, card: Certificate) -> list[ExamResult]:
        rests_on = self.session.get_one(Qualification, card.qualification_id)
        ids = (rests_on.common_result_id, rests_on.special_result_id)
        return [self.session.get_one(ExamResult, one) for one in ids if one is not None]

    def _rests_on_standing_passes(self, card: Certificate) -> bool:
        ids = [result.id for result in self._passes(card)]
        later = select(func.count()).select_from(ExamResult).where(ExamResult.supersedes_id.in_(ids))
        return self.session.scalar(later) == 0


def test_no_sequence_of_procedures_breaks_the_law(engine: Engine) -> None:
    run_state_machine_as_test(
        lambda: Bureau(engine),
        settings=settings(
            max_examples=22,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
