"""Whatever is tried on the road in whatever order: one live certificate, and never without a second person."""

import base64
from contextlib import suppress
from datetime import date

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry import audit, vault
from registry.models.applications import Application, ApplicationRecord
from registry.models.certificates import Certificate
from registry.rules import Denied, RuleBroken
from registry.rules.applications import PREPARES, ApplicationNature, ApplicationStep, ReplacementCause
from registry.rules.certificates import LIVE, CertificateKind, CertificateStatus
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.services import applications, certificates
from registry.services.applications import Said, Wanted
from tests.conftest import DATA_KEY
from tests.factories import make_department, make_person, make_qualified_person

TODAY = date(2026, 7, 1)
KIND = CertificateKind.ENFORCEMENT
SEATS = (Role.UNIT_CLERK, Role.UNIT_HEAD, Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.BUREAU_CHIEF)
SEAT, PERSON = st.integers(0, len(SEATS) - 1), st.integers(0, 2)


class Road(RuleBasedStateMachine):
    """Two graduates and one who sat no exam; the seats of a unit, a clerk and two chiefs."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self.connection = engine.connect()
        self.outer = self.connection.begin()
        info = {"vault": vault.Vault.with_key(base64.urlsafe_b64decode(DATA_KEY))}
        self.session = Session(
            self.connection, join_transaction_mode="create_savepoint", expire_on_commit=False, info=info
        )
        unit = make_department(self.session)
        made = [*(make_qualified_person(self.session, unit) for _ in range(2)), make_person(self.session, unit)]
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

    @rule(seat=SEAT, person=PERSON, nature=st.sampled_from(ApplicationNature))
    def enter(self, seat: int, person: int, nature: ApplicationNature) -> None:
        wanted = Wanted(kind=KIND, nature=nature, cause=ReplacementCause.DAMAGE, document_number="1")
        with suppress(Denied):
            ids = [self.people[person]]
            applications.enter(self.session, self.seats[seat], person_ids=ids, wanted=wanted, today=TODAY)

    @rule(seat=SEAT, person=PERSON)
    def put_up(self, seat: int, person: int) -> None:
        with suppress(Denied):
            ids = [self.people[person]]
            applications.put_up(self.session, self.seats[seat], person_ids=ids, kind=KIND, today=TODAY)

    @rule(seat=SEAT, step=st.sampled_from(ApplicationStep), reason=st.sampled_from(["", "有误"]))
    def take(self, seat: int, step: ApplicationStep, reason: str) -> None:
        ids = list(self.session.scalars(select(Application.id)))
        with suppress(Denied, RuleBroken):
            said = Said(reason=reason)
            applications.take(self.session, self.seats[seat], step=step, application_ids=ids, said=said, today=TODAY)

    @rule(person=PERSON)
    def cancel(self, person: int) -> None:
        card = certificates.latest_of(self.session, person_id=self.people[person], kind=KIND)
        if card is not None and card.status is CertificateStatus.ACTIVE:
            asked = {"status": CertificateStatus.WITHDRAWN, "from_on": TODAY, "document_number": "1"}
            certificates.change_status(
                self.session,
                SYSTEM,
                certificate_id=card.id,
                today=TODAY,
                **asked,  # type: ignore[arg-type]
            )

    @invariant()
    def nobody_holds_two_live_certificates(self) -> None:
        held = select(func.count()).where(Certificate.status.in_(LIVE)).group_by(Certificate.person_id)
        assert set(self.session.scalars(held)) <= {1}

    @invariant()
    def every_certificate_was_approved_by_somebody_who_did_not_prepare_it(self) -> None:
        roads = dict(self.session.execute(select(Application.certificate_id, Application.id)).all())
        for card_id in self.session.scalars(select(Certificate.id)):
            rows = select(ApplicationRecord.step, ApplicationRecord.taken_by)
            taken = self.session.execute(rows.where(ApplicationRecord.application_id == roads[card_id])).all()
            prepared = {who for step, who in taken if step in PREPARES}
            approved = [who for step, who in taken if step is ApplicationStep.APPROVE]
            assert len(approved) == 1
            assert approved[0] not in prepared
            assert "bureau_chief" in approved[0]


def test_no_sequence_of_steps_certifies_without_a_second_person(engine: Engine) -> None:
    run_state_machine_as_test(
        lambda: Road(engine),
        settings=settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
