"""Acts on certificates: by the table, on paper, decided by the right organ, with what follows."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import ApplicationBar, Secondment
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.applications import ReplacementCause
from registry.rules.certificates import ACTS, BY_HAND, CertificateAct, CertificateKind, CertificateStatus, Ground
from registry.rules.permissions import ALLOWED, SYSTEM, Action, Actor, Role
from registry.rules.policy import starting_policies
from registry.services import certificates, policies
from tests.acting import CITY, PAPER, WHY, act_upon, fit_entry
from tests.factories import make_certificate, make_department, make_qualified_person, make_training

TODAY = date(2026, 3, 10)
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
ACTIVE, SUSPENDED, LOST = CertificateStatus.ACTIVE, CertificateStatus.SUSPENDED, CertificateStatus.LOST
REPLACED, EXPIRED = CertificateStatus.REPLACED, CertificateStatus.EXPIRED
SUSPEND, REINSTATE, REVOKE = CertificateAct.SUSPEND, CertificateAct.REINSTATE, CertificateAct.REVOKE
BROUGHT_BY = {
    terms.reaches: act for act, terms in ACTS.items() if terms.is_by_hand and act is not CertificateAct.PUBLISH_LOSS
}


def do(session: Session, card: Certificate, act: CertificateAct, day: date = TODAY, **values: Any) -> Certificate:
    return act_upon(session, card, act, day, actor=CLERK, today=TODAY, **values)


def periods(session: Session, card: Certificate) -> list[tuple[str, date, date | None]]:
    rows = session.scalars(
        select(CertificatePeriod).where(CertificatePeriod.certificate_id == card.id).order_by(CertificatePeriod.id)
    )
    return [(one.status.value, one.from_on, one.until_on) for one in rows]


def refused(session: Session, card: Certificate, act: CertificateAct, day: date = TODAY, **values: Any) -> list[str]:
    """The codes of the rules that refuse the act; and nothing of it is written."""
    before = (card.status, periods(session, card), session.scalar(select(func.count()).select_from(TrailEntry)))
    with pytest.raises(RuleBroken) as broken:
        certificates.perform(
            session,
            CLERK,
            certificate_id=card.id,
            act=act,
            entry=fit_entry(act, card.kind, day, **values),
            today=TODAY,
        )
    assert (card.status, periods(session, card), session.scalar(select(func.count()).select_from(TrailEntry))) == before
    return [violation.code for violation in broken.value.violations]


def in_status(session: Session, status: CertificateStatus) -> Certificate:
    if status is EXPIRED:
        return make_certificate(session, valid_until=date(2026, 3, 9))
    card = make_certificate(session)
    if status is REPLACED:
        said = {"cause": ReplacementCause.DAMAGE, "document_number": "1", "reason": "损坏"}
        certificates.replace(session, SYSTEM, certificate_id=card.id, today=TODAY, **said)
    elif status is not ACTIVE:
        do(session, card, BROUGHT_BY[status], date(2026, 3, 1))
    return card


@pytest.mark.parametrize("status", list(CertificateStatus))
@pytest.mark.parametrize("act", list(CertificateAct))
def test_an_act_is_done_where_the_table_has_it_and_nowhere_else(
    session: Session, status: CertificateStatus, act: CertificateAct
) -> None:
    card = in_status(session, status)

    if act in BY_HAND[status]:
        assert do(session, card, act).status is ACTS[act].reaches
    else:
        assert refused(session, card, act) == ["CERT-10"]


@pytest.mark.parametrize("status", list(CertificateStatus))
def test_the_menu_offers_what_the_table_allows(session: Session, status: CertificateStatus) -> None:
    card, policy = in_status(session, status), policies.in_force(session, TODAY)
    successors = {ACTIVE: {CertificateAct.REPLACE, CertificateAct.RENEW}, LOST: {CertificateAct.REPLACE}}

    offered = certificates.offered(card, policy, TODAY)

    assert set(offered) == {*BY_HAND[status], *successors.get(status, ())}


def test_an_act_ends_a_period_begins_the_next_and_leaves_one_entry(session: Session) -> None:
    card = make_certificate(session)

    do(session, card, SUSPEND, date(2026, 3, 1), needs_retraining=True)

    assert periods(session, card) == [
        ("active", date(2021, 6, 1), date(2026, 2, 28)),
        ("suspended", date(2026, 3, 1), None),
    ]
    held = session.scalars(select(CertificatePeriod).order_by(CertificatePeriod.id.desc()).limit(1)).one()
    assert (held.act, held.decided_by, held.ordered_until) == (SUSPEND, CITY, date(2026, 3, 30))
    assert (held.needs_retraining, held.document_number, held.reason) == (True, PAPER, WHY)
    entry = session.scalars(select(TrailEntry).where(TrailEntry.action == "certificate:move")).one()
    assert (entry.subject_id, entry.reason, entry.facts["status"]) == (card.id, WHY, ["active", "suspended"])
    assert (entry.facts["document_number"], entry.facts["decided_by"]) == (PAPER, CITY)


def test_every_period_keeps_the_legal_basis_of_its_act(session: Session) -> None:
    card = make_certificate(session, valid_until=date(2029, 5, 31))
    for act in (SUSPEND, REINSTATE, CertificateAct.REPORT_LOST, CertificateAct.PUBLISH_LOSS):
        do(session, card, act)
    said = {"cause": ReplacementCause.LOSS, "document_number": "1", "reason": "遗失", "today": TODAY}
    certificates.replace(session, SYSTEM, certificate_id=card.id, **said)  # type: ignore[arg-type]  # of several kinds
    over = make_certificate(session, valid_until=date(2026, 2, 28))
    do(session, over, CertificateAct.CANCEL)

    made_by_the_factory = CertificatePeriod.from_on == date(2021, 6, 1)
    rows = select(CertificatePeriod.act).where(CertificatePeriod.legal_basis == "", ~made_by_the_factory)
    assert session.scalars(rows).all() == []
    assert session.scalar(select(func.count()).select_from(CertificatePeriod)) == 10


def test_every_period_of_an_act_that_somebody_decides_names_the_organ(session: Session) -> None:
    person, said = make_qualified_person(session), {"document_number": "1", "today": TODAY}
    first = certificates.issue(session, SYSTEM, person_id=person.id, kind=CertificateKind.ENFORCEMENT, today=TODAY)
    assert first.certificate is not None
    second = certificates.replace(
        session, SYSTEM, certificate_id=first.certificate.id, cause=ReplacementCause.DAMAGE, reason="损坏", **said
    )

    rows = session.execute(select(CertificatePeriod.act, CertificatePeriod.decided_by).order_by(CertificatePeriod.id))
    authority = policies.office(session).certificate_authority
    issued, replaced = CertificateAct.ISSUE, CertificateAct.REPLACE
    assert {tuple(row) for row in rows} == {(issued, authority), (replaced, authority)}
    assert second.predecessor_id == first.certificate.id


def test_two_acts_on_one_day_are_both_kept(session: Session) -> None:
    card = make_certificate(session)

    do(session, card, SUSPEND)
    do(session, card, REINSTATE)

    assert [status for status, _, _ in periods(session, card)] == ["active", "suspended", "active"]
    assert periods(session, card)[1] == ("suspended", TODAY, TODAY)
    do(session, card, SUSPEND)
    assert periods(session, card)[2:] == [("active", TODAY, TODAY), ("suspended", TODAY, None)]


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        pytest.param({"document_number": "  "}, ["CERT-11"], id="no document"),
        pytest.param({"basis": None}, ["CERT-11"], id="no legal basis"),
        pytest.param({"basis": Ground.TERM_OVER}, ["CERT-11"], id="a ground of another act"),
        pytest.param({"decided_by": " "}, ["CERT-11"], id="nobody decided"),
        pytest.param({"day": date(2026, 3, 11)}, ["CERT-10"], id="from tomorrow"),
        pytest.param({"day": date(2021, 5, 31)}, ["CERT-10"], id="before it was issued"),
        pytest.param(
            {"day": date(2026, 3, 11), "document_number": "", "basis": None, "reason": ""},
            ["CERT-10", "CERT-11", "CERT-11", "CERT-11"],
            id="everything at once",
        ),
    ],
)
def test_a_revocation_names_its_paper_its_organ_its_law_and_a_day_that_has_come(
    session: Session, values: dict[str, Any], codes: list[str]
) -> None:
    assert refused(session, make_certificate(session), REVOKE, **{"day": TODAY, **values}) == codes


@pytest.mark.parametrize("act", [SUSPEND, REVOKE, CertificateAct.WITHDRAW, CertificateAct.CANCEL])
def test_the_holders_own_unit_decides_under_none_of_its_names(session: Session, act: CertificateAct) -> None:
    unit = make_department(session, name="郏县城市管理局", short_name="城管局")
    card = make_certificate(session, make_qualified_person(session, unit))

    for name in (
        "郏县城市管理局",
        " 郏县 城市管理局",
        "城管局",
        "郏县城市管理局。",
        "郏县城市管理局（本级）",
        "郏县城市管理局(本级)",
    ):
        assert refused(session, card, act, decided_by=name) == ["CERT-12"]


@pytest.mark.parametrize("act", [SUSPEND, REVOKE, CertificateAct.WITHDRAW, CertificateAct.CANCEL])
def test_another_unit_or_somebody_decides_as_little(session: Session, act: CertificateAct) -> None:
    make_department(session, name="郏县交通运输局")
    card = make_certificate(session)

    for name in ("郏县交通运输局", "张三", "郏县司法局监督科", "河南省人民政府"):
        assert refused(session, card, act, decided_by=name) == ["CERT-13"]


def test_a_unit_of_the_register_is_no_higher_organ_whatever_the_policy_says(session: Session) -> None:
    card = make_certificate(session)
    make_department(session, name=CITY)

    assert refused(session, card, SUSPEND, decided_by=CITY) == ["CERT-13"]
    assert CITY not in certificates.plan(session, CLERK, certificate_id=card.id, act=SUSPEND, today=TODAY).organs


def test_a_higher_organ_may_have_decided_before_a_policy_listed_it(
    session: Session,
) -> None:
    numbers, sources = starting_policies()[-1][1:]
    former, card = "郏县人民政府法制办公室", make_certificate(session)
    assert refused(session, card, SUSPEND, date(2026, 3, 4), decided_by=former) == ["CERT-13"]
    said = {
        "numbers": {**numbers, "higher_organs": f"河南省司法厅，{former}"},
        "sources": sources,
        "reason": "郏司〔2026〕3号",
    }
    policies.adopt(session, SYSTEM, from_on=date(2026, 3, 5), **said)

    offered = certificates.plan(session, CLERK, certificate_id=card.id, act=SUSPEND, today=TODAY).organs
    assert sorted(offered) == sorted(["郏县司法局", "河南省司法厅", CITY, former])
    assert do(session, card, SUSPEND, date(2026, 3, 4), decided_by=former).status is SUSPENDED


def test_the_organ_is_written_as_the_register_has_it(session: Session) -> None:
    card = make_certificate(session)

    do(session, card, SUSPEND, decided_by=" 平顶山市 司法局（行政执法监督局）")

    assert session.scalars(select(CertificatePeriod.decided_by).order_by(CertificatePeriod.id.desc())).first() == CITY


def test_the_unit_to_which_the_holder_is_lent_is_his_own_while_he_is_there(session: Session) -> None:
    bureau = make_department(session, name="郏县司法局")
    lent, back = make_certificate(session), make_certificate(session)
    since = {"department_id": bureau.id, "from_on": date(2026, 1, 1)}
    session.add(Secondment(person_id=lent.person_id, **since))
    session.add(Secondment(person_id=back.person_id, **since, until_on=date(2026, 3, 9)))
    session.flush()

    assert refused(session, lent, SUSPEND, decided_by="郏县司法局") == ["CERT-12"]
    assert refused(session, back, SUSPEND, date(2026, 3, 9), decided_by="郏县司法局") == ["CERT-12"]
    assert do(session, back, SUSPEND, decided_by="郏县司法局").status is SUSPENDED


def test_a_supervision_certificate_is_decided_by_the_issuing_authority_and_only_recorded(session: Session) -> None:
    bureau = policies.office(session).name
    card = make_certificate(session, kind=CertificateKind.SUPERVISION)
    for name in (bureau, CITY, "河南省司法厅", card.department.name):
        assert refused(session, card, SUSPEND, decided_by=name)[0] in {"CERT-12", "CERT-13"}
    authority = policies.office(session).certificate_authority
    assert certificates.plan(session, CLERK, certificate_id=card.id, act=SUSPEND, today=TODAY).organs == (authority,)

    do(session, card, SUSPEND, decided_by=authority)

    assert card.status is SUSPENDED


@pytest.mark.parametrize(
    ("until", "codes"),
    [
        pytest.param(None, ["CERT-14"], id="without an end"),
        pytest.param(date(2026, 3, 9), ["CERT-14"], id="before it begins"),
        pytest.param(date(2026, 6, 8), ["CERT-14"], id="the 91st day"),
    ],
)
def test_a_suspension_ends_within_the_days_of_the_policy(
    session: Session, until: date | None, codes: list[str]
) -> None:
    card = make_certificate(session)

    assert refused(session, card, SUSPEND, ordered_until=until) == codes
    assert do(session, card, SUSPEND, ordered_until=date(2026, 6, 7)).status is SUSPENDED


def test_a_suspension_is_lifted_when_it_is_over_or_early_by_a_decision(session: Session) -> None:
    running, over = make_certificate(session), make_certificate(session)
    do(session, running, SUSPEND, date(2026, 3, 1), ordered_until=TODAY)
    do(session, over, SUSPEND, date(2026, 3, 1), ordered_until=date(2026, 3, 9))

    assert refused(session, running, REINSTATE, basis=Ground.PERIOD_OVER) == ["CERT-15"]
    assert do(session, running, REINSTATE, basis=Ground.LIFTED_EARLY).status is ACTIVE
    assert do(session, over, REINSTATE, basis=Ground.PERIOD_OVER).status is ACTIVE


def test_training_that_was_ordered_comes_before_the_certificate_is_given_back(session: Session) -> None:
    card = make_certificate(session)
    make_training(session, card.person, held_on=date(2026, 2, 28))
    do(session, card, SUSPEND, date(2026, 3, 1), ordered_until=date(2026, 3, 5), needs_retraining=True)
    assert refused(session, card, REINSTATE) == ["CERT-16"]

    make_training(session, card.person, held_on=date(2026, 3, 8), completed=False)
    assert refused(session, card, REINSTATE) == ["CERT-16"]
    make_training(session, card.person, held_on=date(2026, 3, 9))

    assert refused(session, card, REINSTATE, date(2026, 3, 8)) == ["CERT-16"]
    assert do(session, card, REINSTATE).status is ACTIVE


def test_an_act_does_not_reach_back_before_the_present_period(session: Session) -> None:
    card = make_certificate(session)
    do(session, card, SUSPEND, date(2026, 3, 5))

    assert refused(session, card, REINSTATE, date(2026, 3, 4)) == ["CERT-10"]


def test_a_revocation_bars_the_holder_for_two_years(session: Session) -> None:
    card = make_certificate(session)

    do(session, card, REVOKE)

    bar = session.scalars(select(ApplicationBar).where(ApplicationBar.person_id == card.person_id)).one()
    assert (bar.from_on, bar.until_on) == (TODAY, date(2028, 3, 9))
    assert (bar.document_number, bar.reason) == (PAPER, WHY)
    issue = {"person_id": card.person_id, "kind": CertificateKind.ENFORCEMENT}
    barred = certificates.issue(session, SYSTEM, **issue, today=date(2028, 3, 9))
    assert barred.certificate is None
    assert barred.refusal is not None
    assert [one["code"] for one in barred.refusal.findings if not one["met"]] == ["CERT-7"]
    assert certificates.issue(session, SYSTEM, **issue, today=date(2028, 3, 10)).certificate is not None


@pytest.mark.parametrize("act", [act for act in BY_HAND[ACTIVE] if not ACTS[act].sets_bar])
def test_no_other_act_bars_anybody(session: Session, act: CertificateAct) -> None:
    do(session, make_certificate(session), act)

    assert session.scalar(select(func.count()).select_from(ApplicationBar)) == 0


def test_an_expired_certificate_is_cancelled_after_its_last_day_and_keeps_both_periods(session: Session) -> None:
    card = make_certificate(session, valid_until=date(2026, 2, 28))
    assert refused(session, card, CertificateAct.CANCEL, date(2026, 2, 28)) == ["CERT-10"]

    do(session, card, CertificateAct.CANCEL)

    assert periods(session, card) == [
        ("active", date(2021, 6, 1), date(2026, 2, 28)),
        ("expired", date(2026, 3, 1), date(2026, 3, 9)),
        ("cancelled", TODAY, None),
    ]
    moved = select(TrailEntry).where(TrailEntry.action == "certificate:move").order_by(TrailEntry.id)
    said = [entry.facts["status"] for entry in session.scalars(moved)]
    assert said == [["active", "expired"], ["expired", "cancelled"]]


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.BUREAU_CLERK, Role.BUREAU_CHIEF, Role.SYSTEM}, key=lambda role: role.value)
)
def test_nobody_but_the_bureau_acts_on_a_certificate(session: Session, role: Role) -> None:
    card = make_certificate(session)
    actor = Actor(account_id=None, name="somebody", role=role, department_id=card.department_id)

    with pytest.raises(Denied):
        act_upon(session, card, SUSPEND, TODAY, actor=actor)


@pytest.mark.parametrize("role", sorted(Role))
def test_a_loss_is_reported_by_the_holders_unit_or_the_bureau(session: Session, role: Role) -> None:
    own, other = make_certificate(session), make_certificate(session)
    actor = Actor(account_id=None, name="somebody", role=role, department_id=own.department_id)
    reports = Action.CERTIFICATE_REPORT_LOSS in ALLOWED[role]

    for card, may in ((own, reports), (other, reports and not actor.is_unit_bound)):
        if may:
            assert act_upon(session, card, CertificateAct.REPORT_LOST, TODAY, actor=actor).status is LOST
        else:
            with pytest.raises(Denied):
                act_upon(session, card, CertificateAct.REPORT_LOST, TODAY, actor=actor)
    assert {one for one in ALLOWED if Action.CERTIFICATE_REPORT_LOSS in ALLOWED[one]} == {
        Role.UNIT_HEAD,
        Role.UNIT_CLERK,
        Role.BUREAU_CLERK,
        Role.BUREAU_CHIEF,
        Role.SYSTEM,
    }


def test_a_list_shows_the_status_of_the_day(session: Session) -> None:
    over = make_certificate(session, valid_until=date(2026, 3, 9))
    last_day = make_certificate(session, valid_until=TODAY)

    def listed(status: CertificateStatus) -> list[int]:
        chosen = certificates.CertificateFilter(status=status)
        return [row.certificate.id for row in certificates.search(session, CLERK, chosen=chosen, today=TODAY).rows]

    assert (listed(EXPIRED), listed(ACTIVE)) == ([over.id], [last_day.id])


def test_the_list_is_read_page_by_page(session: Session) -> None:
    cards = [make_certificate(session).id for _ in range(5)]
    seen, after = [], None

    for _ in range(3):
        chosen = certificates.CertificateFilter()
        page = certificates.search(session, CLERK, chosen=chosen, today=TODAY, after=after, size=2)
        seen += [row.certificate.id for row in page.rows]
        after = page.after

    assert (seen, after) == (list(reversed(cards)), None)
