"""Whatever is tried on the road in whatever order: one live certificate, and never without a second person."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry import audit, vault
from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import ApplicationBar
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import PREPARES, TURNS, ApplicationNature, ApplicationStep, ReplacementCause
from registry.rules.certificates import BY_HAND, LIVE, CertificateAct, CertificateKind, doubles
from registry.rules.exams import ExamSubject
from registry.rules.permissions import Actor, Role
from registry.services import applications, certificates
from registry.services.applications import Said, Wanted
from registry.services.certificates import IssuedEntry
from tests.acting import act_upon
from tests.conftest import DATA_KEY
from tests.factories import (
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
)

TODAY, WINDOW = date(2026, 7, 1), date(2026, 11, 30)
KIND = CertificateKind.ENFORCEMENT
SEATS = (Role.UNIT_CLERK, Role.UNIT_HEAD, Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.BUREAU_CHIEF)
ACTS = st.sampled_from(sorted({act for acts in BY_HAND.values() for act in acts}))
SEAT, PERSON = st.integers(0, len(SEATS) - 1), st.integers(0, 3)


class Road(RuleBasedStateMachine):
    """Two graduates, a holder in the window of renewal, one who sat no exam; a unit's seats, a clerk, two chiefs."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
        self.session = Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=info
        )
        unit = make_department(self.session)
        made = [*(make_qualified_person(self.session, unit) for _ in range(3)), make_person(self.session, unit)]
        self.former = make_certificate(self.session, made[2], valid_until=WINDOW).id
        for subject in ExamSubject:
            make_result(self.session, made[2], make_sitting(self.session, subject, date(2026, 4, 18)))
        self.people = [one.id for one in made]
        self.seats = [
            Actor(
                account_id=None,
                name=f"{role.value} {number}",
                role=role,
                department_id=unit.id if role in {Role.UNIT_CLERK, Role.UNIT_HEAD} else None,
            )
            for number, role in enumerate(SEATS)
        ]

    def teardown(self) -> None:
        audit.verify(self.session)
        self.session.close()
        self.outer.rollback()
        self.connection.close()

    @contextmanager
    def told(self) -> Iterator[None]:
        """Whatever changes is told on the trail; what is refused changes nothing."""
        before, entries = self._states(), self._entries()
        with suppress(Denied, RuleBroken):
            yield
        changed = self._states() != before
        assert (self._entries() > entries) is changed

    @rule(seat=SEAT, person=PERSON, nature=st.sampled_from(ApplicationNature), cause=st.sampled_from(ReplacementCause))
    def enter(self, seat: int, person: int, nature: ApplicationNature, cause: ReplacementCause) -> None:
        wanted = Wanted(kind=KIND, nature=nature, cause=cause, document_number="1")
        with self.told():
            ids = [self.people[person]]
            applications.enter(self.session, self.seats[seat], person_ids=ids, wanted=wanted, today=TODAY)

    @rule(seat=SEAT, person=PERSON)
    def put_up(self, seat: int, person: int) -> None:
        with self.told():
            ids = [self.people[person]]
            applications.put_up(self.session, self.seats[seat], person_ids=ids, kind=KIND, today=TODAY)

    @rule(seat=SEAT, step=st.sampled_from(ApplicationStep), reason=st.sampled_from(["", "有误"]))
    def take(self, seat: int, step: ApplicationStep, reason: str) -> None:
        ids = list(self.session.scalars(select(Application.id)))
        with self.told():
            said = Said(reason=reason)
            applications.take(self.session, self.seats[seat], step=step, application_ids=ids, said=said, today=TODAY)

    @rule(chief=st.sampled_from([3, 4]))
    def go_on(self, chief: int) -> None:
        """Every desk does what waits for it, so that many come to the end of the road."""
        for one in self.session.scalars(select(Application).where(Application.status.in_(TURNS))).all():
            role, step = next(iter(TURNS[one.status].items()))
            seat = self.seats[chief] if role is Role.BUREAU_CHIEF else self.seats[SEATS.index(role)]
            with self.told():
                applications.take(self.session, seat, step=step, application_ids=[one.id], today=TODAY)

    @rule(person=PERSON, number=st.integers(1, 3), ago=st.sampled_from([0, 30, 400, 1700]))
    def receive(self, person: int, number: int, ago: int) -> None:
        issued_on = TODAY - timedelta(days=ago)
        entry = IssuedEntry(person_id=self.people[person], kind=KIND, number=f"1699{number}", issued_on=issued_on)
        with self.told(), self.session.begin_nested():
            applications.receive(self.session, self.seats[2], entries=[entry], today=TODAY)

    @rule(person=PERSON, act=ACTS)
    def act(self, person: int, act: CertificateAct) -> None:
        card = certificates.latest_of(self.session, person_id=self.people[person], kind=KIND)
        if card is not None:
            with self.told():
                act_upon(self.session, card, act, TODAY)

    @invariant()
    def nobody_holds_two_live_certificates(self) -> None:
        held = select(func.count()).where(Certificate.status.in_(LIVE)).group_by(Certificate.person_id)
        assert set(self.session.scalars(held)) <= {1}

    @invariant()
    def nobody_ever_held_two_certificates_on_one_day(self) -> None:
        for held in certificates.spans_of(self.session, self.people).values():
            assert doubles(held) == []

    @invariant()
    def nobody_who_is_barred_holds_a_certificate(self) -> None:
        barred = select(ApplicationBar.person_id).where(
            ApplicationBar.from_on <= TODAY, ApplicationBar.until_on >= TODAY
        )
        held = select(Certificate.id).where(Certificate.person_id.in_(barred), Certificate.status.in_(LIVE))
        assert self.session.scalars(held).all() == []

    @invariant()
    def every_certificate_was_approved_by_somebody_who_did_not_prepare_it_or_came_with_the_list(self) -> None:
        roads = dict(self.session.execute(select(Application.certificate_id, Application.id)).all())
        listed = select(Certificate.id).where(Certificate.number.startswith("1699"))
        received = {self.former, *self.session.scalars(listed)}
        for card_id in set(self.session.scalars(select(Certificate.id))) - received:
            taken = self._taken(roads[card_id])
            prepared = {who for step, who in taken if step in PREPARES}
            approved = [who for step, who in taken if step is ApplicationStep.APPROVE]
            assert len(approved) == 1
            assert approved[0] not in prepared
            assert "bureau_chief" in approved[0]
        for card_id in received & roads.keys():
            assert [step for step, _ in self._taken(roads[card_id])].count(ApplicationStep.RECEIVE) == 1

    @invariant()
    def who_sat_no_exam_holds_nothing(self) -> None:
        assert self.session.scalars(select(Certificate.id).where(Certificate.person_id == self.people[-1])).all() == []

    def _taken(self, application_id: int) -> list[tuple[ApplicationStep, str]]:
        rows = select(ApplicationRecord.step, ApplicationRecord.taken_by)
        found = self.session.execute(rows.where(ApplicationRecord.application_id == application_id))
        return [(row.step, row.taken_by) for row in found]

    def _states(self) -> list[object]:
        rows = [
            select(table.id, table.status).order_by(table.id)  # type: ignore[attr-defined]  # both have them
            for table in (Application, Certificate)
        ]
        periods = self.session.scalar(select(func.count()).select_from(CertificatePeriod))
        return [periods, *(tuple(row) for query in rows for row in self.session.execute(query))]

    def _entries(self) -> int:
        return self.session.scalar(select(func.count()).select_from(TrailEntry)) or 0


def test_no_sequence_of_steps_certifies_without_a_second_person(engine: Engine) -> None:
    run_state_machine_as_test(
        lambda: Road(engine),
        settings=settings(
            max_examples=16,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
