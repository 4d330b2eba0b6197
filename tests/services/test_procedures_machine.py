"""Any sequence of procedures keeps the law: one certificate of a kind, own passes, a trail of every change."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
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
from sqlalchemy import Engine, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from registry import audit, vault
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.exams import ExamResult, Qualification
from registry.models.people import ApplicationBar, Person
from registry.models.qualifications import Disqualification
from registry.models.tasks import Task
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import LIVE, CertificateAct, CertificateKind, CertificateStatus, Ground, doubles
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, EndReason, Establishment
from registry.rules.permissions import SYSTEM, Action
from registry.rules.qualifications import Decision
from registry.services import applications, certificates, exams, people, qualifications, tasks
from registry.services.certificates import IssuedEntry
from tests.acting import fit_entry
from tests.conftest import DATA_KEY
from tests.factories import make_department, make_person, make_qualified_person, make_training

BEGINNING = date(2026, 1, 5)
MARKS = st.sampled_from([Decimal(40), Decimal("59.9"), Decimal(60), Decimal(85), None])
ACTS = st.sampled_from(CertificateAct)
BUREAU, CITY, PROVINCE = "郏县司法局", "平顶山市司法局", "河南省人民政府"
ORGANS = st.sampled_from([CITY, PROVINCE, BUREAU, "", "己方", "他方", "己方（本级）", "张三"])
KINDS = st.sampled_from(CertificateKind)
HELD, REVOKED = aliased(Certificate), aliased(Certificate)
BARRED = (  # built once: it is asked after every step
    select(HELD.id)
    .join(REVOKED, (REVOKED.person_id == HELD.person_id) & (REVOKED.kind == HELD.kind))
    .join(CertificatePeriod, CertificatePeriod.certificate_id == REVOKED.id)
    .join(ApplicationBar, ApplicationBar.person_id == HELD.person_id)
    .where(
        CertificatePeriod.act == CertificateAct.REVOKE,
        ApplicationBar.from_on == CertificatePeriod.from_on,
        ApplicationBar.until_on >= bindparam("today"),
        HELD.status.in_(LIVE),
        HELD.valid_until >= bindparam("today"),
    )
)
MOVES = {Action.CERTIFICATE_ISSUE, Action.CERTIFICATE_MOVE}


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
        self.unit, self.other = make_department(self.session), make_department(self.session)
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
            exams.correct_result(
                self.session, SYSTEM, result_id=result, score=mark, outcome=outcome, reason="复核", today=self.today
            )

    @rule(target=cards, person=persons, kind=KINDS)
    def issue(self, person: int, kind: CertificateKind) -> object:
        before = self._entries()
        outcome = certificates.issue(self.session, SYSTEM, person_id=person, kind=kind, today=self.today)
        if outcome.certificate is None:
            return multiple()
        assert self._entries() > before
        assert self._rests_on_standing_passes(outcome.certificate)
        return outcome.certificate.id

    @rule(target=cards, person=persons, kind=KINDS, ago=st.sampled_from([0, 1, 200, 700, 1900]))
    def receive(self, person: int, kind: CertificateKind, ago: int) -> object:
        """A line of the province's list, as late as it comes."""
        day, number = self.today - timedelta(days=ago), f"1699{self._entries():07}"
        entry = IssuedEntry(person_id=person, kind=kind, number=number, issued_on=day)
        with self.recorded():
            applications.receive(self.session, SYSTEM, entries=[entry], today=self.today)
        card = self.session.scalars(select(Certificate).where(Certificate.number == number)).one_or_none()
        return multiple() if card is None else card.id

    @rule(card=cards, act=ACTS, organ=ORGANS, needs_retraining=st.booleans())
    def act(self, card: int, act: CertificateAct, organ: str, needs_retraining: bool) -> None:
        certificate = self.session.get_one(Certificate, card)
        with self.recorded():
            entry = fit_entry(act, certificate.kind, self.today, needs_retraining=needs_retraining)
            said = organ.replace("己方", self.unit.name).replace("他方", self.other.name)
            entry = replace(entry, decided_by=said)
            certificates.perform(self.session, SYSTEM, certificate_id=card, act=act, entry=entry, today=self.today)
            may = {CITY, BUREAU} if certificate.kind is CertificateKind.ENFORCEMENT else {PROVINCE}
            assert organ in may or act in {CertificateAct.REPORT_LOST, CertificateAct.PUBLISH_LOSS}

    @rule(person=persons)
    def train(self, person: int) -> None:
        make_training(self.session, self.session.get_one(Person, person), held_on=self.today)

    @rule(person=persons, lifts=st.booleans())
    def decide_on_the_qualification(self, person: int, lifts: bool) -> None:
        said = {"day": self.today, "decided_by": "平顶山市司法局", "document_number": "1", "reason": "出借证件"}
        with self.recorded():
            if lifts:
                qualifications.lift(self.session, SYSTEM, person_id=person, decision=Decision(**said), today=self.today)
            else:
                decision = Decision(**said, basis=Ground.MISCONDUCT)
                qualifications.disqualify(self.session, SYSTEM, person_id=person, decision=decision, today=self.today)

    @rule(target=cards, card=cards)
    def renew(self, card: int) -> object:
        successor = None
        with self.recorded():
            successor = certificates.renew(
                self.session, SYSTEM, certificate_id=card, document_number="1", today=self.today
            )
            assert self._rests_on_standing_passes(successor)
        return multiple() if successor is None else successor.id

    @rule(person=persons)
    def keep_what_is_flagged(self, person: int) -> None:
        own = select(Task).where(Task.person_id == person, Task.settled_on.is_(None), Task.opened_on <= self.today)
        for task in self.session.scalars(own).all():
            with self.recorded():
                tasks.keep(self.session, SYSTEM, task_id=task.id, reason="待岗", today=self.today)

    @rule(target=cards, card=cards, cause=st.sampled_from(ReplacementCause))
    def replace(self, card: int, cause: ReplacementCause) -> object:
        successor = None
        with self.recorded():
            successor = certificates.replace(
                self.session,
                SYSTEM,
                certificate_id=card,
                cause=cause,
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
    def nobody_ever_held_two_certificates_of_a_kind_on_one_day(self) -> None:
        people = self.session.scalars(select(Certificate.person_id)).all()
        for held in certificates.spans_of(self.session, people).values():
            assert doubles(held) == []

    @invariant()
    def nobody_holds_a_certificate_of_the_kind_whose_revocation_bars_him_today(self) -> None:
        assert self.session.scalars(BARRED, {"today": self.today}).all() == []

    @invariant()
    def every_certificate_rests_on_own_passes(self) -> None:
        for card in self.session.scalars(select(Certificate)):
            passes = self._passes(card)
            assert all(result.passed and result.person_id == card.person_id for result in passes)
            assert len(passes) == (2 if card.kind is CertificateKind.ENFORCEMENT else 1)

    @invariant()
    def nobody_who_is_disqualified_holds_an_enforcement_certificate(self) -> None:
        held = (
            select(Certificate.id)
            .join(Disqualification, Disqualification.person_id == Certificate.person_id)
            .where(
                Disqualification.lifted_on.is_(None),
                Certificate.kind == CertificateKind.ENFORCEMENT,
                Certificate.status.in_(LIVE),
                Certificate.valid_until >= self.today,
            )
        )
        assert self.session.scalars(held).all() == []

    @invariant()
    def what_ended_is_flagged_no_more(self) -> None:
        over = select(Task.id).join(Task.certificate).where(Task.settled_on.is_(None), Certificate.status.not_in(LIVE))
        assert self.session.scalars(over.where(Certificate.status != CertificateStatus.EXPIRED)).all() == []

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

    @invariant()
    def every_period_has_its_own_line_on_the_trail(self) -> None:
        for card in self.session.scalars(select(Certificate)):
            own = select(CertificatePeriod.status).where(CertificatePeriod.certificate_id == card.id)
            begun = [status.value for status in self.session.scalars(own.order_by(CertificatePeriod.id))]
            lines = audit.of(self.session, Certificate.__tablename__, card.id, limit=1000)[::-1]
            assert begun == [line.facts.get("status", [None, "active"])[1] for line in lines if line.action in MOVES]

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
