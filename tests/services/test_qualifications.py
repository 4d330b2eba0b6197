"""The enforcement qualification taken away and given back, and certificates of the ministries on file."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate, CertificatePeriod
from registry.models.people import ApplicationBar
from registry.models.qualifications import MinistryCertificate
from registry.models.trail import TrailEntry
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateKind, CertificateStatus, Ground
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.qualifications import Decision
from registry.services import certificates, ministry, qualifications, reports
from registry.services.ministry import Filing
from tests.factories import make_certificate, make_department, make_person, make_qualified_person

TODAY = date(2026, 3, 10)
CHIEF = Actor(account_id=None, name="the chief", role=Role.BUREAU_CHIEF)
CLERK = Actor(account_id=None, name="the clerk", role=Role.BUREAU_CLERK)
FIT = {"day": TODAY, "decided_by": "平顶山市司法局", "document_number": "平司决〔2026〕1号", "reason": "出借证件"}
FILED = Filing(ministry="公安部", number="GA-1", issued_on=date(2024, 1, 1), valid_until=date(2029, 1, 1))


def disqualify(session: Session, person_id: int, actor: Actor = CHIEF, **values: Any) -> None:
    decision = Decision(**{**FIT, "basis": Ground.MISCONDUCT, **values})
    qualifications.disqualify(session, actor, person_id=person_id, decision=decision, today=TODAY)


def unmet(session: Session, person_id: int, kind: CertificateKind, day: date = TODAY) -> list[str]:
    found = certificates.explain(session, SYSTEM, person_id=person_id, kind=kind, today=day)
    return [finding.rule.code for finding in found if not finding.met]


def test_a_disqualification_revokes_the_enforcement_certificate_by_the_same_document(session: Session) -> None:
    card = make_certificate(session)
    other = make_certificate(session, card.person, kind=CertificateKind.SUPERVISION)

    disqualify(session, card.person_id)

    assert (card.status, other.status) == (CertificateStatus.REVOKED, CertificateStatus.ACTIVE)
    ended = session.scalars(select(CertificatePeriod).order_by(CertificatePeriod.id.desc()).limit(1)).one()
    assert (ended.document_number, ended.decided_by, ended.reason) == (
        "平司决〔2026〕1号",
        "平顶山市司法局",
        "出借证件",
    )
    assert session.scalars(select(ApplicationBar.person_id)).all() == [card.person_id]
    acts = select(TrailEntry.action).order_by(TrailEntry.id.desc()).limit(3)
    assert session.scalars(acts).all() == ["task:open", "certificate:move", "person:disqualify"]


def test_a_decision_recorded_when_the_term_has_run_out_revokes_what_was_valid_on_its_day(session: Session) -> None:
    card = make_certificate(session, valid_until=TODAY - timedelta(days=1))
    ended = make_certificate(session, valid_until=date(2026, 1, 31))
    decided = TODAY - timedelta(days=10)

    for one in (card, ended):
        disqualify(session, one.person_id, day=decided)

    assert (card.status, ended.status) == (CertificateStatus.REVOKED, CertificateStatus.ACTIVE)
    [bar] = session.scalars(select(ApplicationBar)).all()
    assert (bar.person_id, bar.from_on) == (card.person_id, decided)
    [then] = certificates.held_by(session, card.person_id, decided)
    assert then.status is CertificateStatus.REVOKED


def test_the_gate_stays_shut_until_a_later_decision_lifts_it(session: Session) -> None:
    person = make_qualified_person(session)
    disqualify(session, person.id, day=date(2026, 3, 1))
    enforcement, supervision = CertificateKind.ENFORCEMENT, CertificateKind.SUPERVISION
    assert unmet(session, person.id, enforcement) == ["CERT-21"]
    assert unmet(session, person.id, enforcement, date(2026, 2, 28)) == []
    assert "CERT-21" in unmet(session, person.id, supervision)

    qualifications.lift(session, CHIEF, person_id=person.id, decision=Decision(**FIT), today=TODAY)

    assert unmet(session, person.id, enforcement) == []
    assert unmet(session, person.id, enforcement, date(2026, 3, 9)) == ["CERT-21"]
    loss = qualifications.of_person(session, CHIEF, person.id)[0]
    assert (loss.lifted_on, loss.lifted_by, loss.lifting_document) == (TODAY, FIT["decided_by"], FIT["document_number"])


@pytest.mark.parametrize(
    ("values", "codes"),
    [
        pytest.param({"decided_by": ""}, ["CERT-11"], id="nobody decided"),
        pytest.param({"decided_by": "郏县交通运输局"}, ["CERT-13"], id="another unit"),
        pytest.param({"decided_by": "河南省人民政府"}, ["CERT-13"], id="no legal organ"),
        pytest.param({"document_number": " "}, ["CERT-11"], id="no document"),
        pytest.param({"basis": Ground.LEFT_THE_POST}, ["CERT-11"], id="no ground for it"),
        pytest.param({"day": date(2026, 3, 11)}, ["QUAL-1"], id="tomorrow"),
        pytest.param(
            {"decided_by": "", "document_number": "", "basis": None, "reason": ""}, ["CERT-11"] * 4, id="everything"
        ),
    ],
)
def test_a_decision_names_its_organ_paper_and_ground(
    session: Session, values: dict[str, Any], codes: list[str]
) -> None:
    with pytest.raises(RuleBroken) as refused:
        disqualify(session, make_person(session).id, **values)

    assert [violation.code for violation in refused.value.violations] == codes


def test_the_own_unit_takes_nobodys_qualification_away(session: Session) -> None:
    card = make_certificate(session)

    with pytest.raises(RuleBroken) as refused:
        disqualify(session, card.person_id, decided_by=card.department.name)

    assert [violation.code for violation in refused.value.violations] == ["CERT-12"]
    assert card.status is CertificateStatus.ACTIVE


def test_nor_does_the_unit_that_was_left_with_the_card(session: Session) -> None:
    card, unit = make_certificate(session), make_department(session)
    card.person.department_id = unit.id
    session.flush()

    for name in (card.department.name, unit.name):
        with pytest.raises(RuleBroken, match="CERT-12"):
            disqualify(session, card.person_id, decided_by=name)


def test_one_decision_stands_and_nothing_is_lifted_that_does_not(session: Session) -> None:
    person = make_person(session)
    with pytest.raises(RuleBroken) as nothing:
        qualifications.lift(session, CHIEF, person_id=person.id, decision=Decision(**FIT), today=TODAY)
    disqualify(session, person.id)

    with pytest.raises(RuleBroken) as twice:
        disqualify(session, person.id)

    assert [violation.code for violation in nothing.value.violations] == ["QUAL-1"]
    assert [violation.code for violation in twice.value.violations] == ["QUAL-1"]


def test_the_chief_alone_takes_a_qualification_away(session: Session) -> None:
    with pytest.raises(Denied):
        disqualify(session, make_person(session).id, CLERK)


def test_a_ministrys_certificate_is_on_file_and_counts_nowhere(session: Session) -> None:
    person = make_person(session)
    before = reports.figures(session, SYSTEM, year=2024)

    card = ministry.file(session, CLERK, person_id=person.id, filing=FILED, today=TODAY)

    assert [one.id for one in ministry.search(session, CLERK, text="公安").rows] == [card.id]
    assert [one.id for one in ministry.of_person(session, person.id)] == [card.id]
    assert session.scalar(select(func.count()).select_from(Certificate)) == 0
    assert reports.figures(session, SYSTEM, year=2024) == before


def test_a_filing_is_taken_back_with_a_reason_and_may_be_made_again(session: Session) -> None:
    person, other = make_person(session), make_person(session)
    card = ministry.file(session, CLERK, person_id=person.id, filing=FILED, today=TODAY)
    with pytest.raises(RuleBroken) as twice:
        ministry.file(session, CLERK, person_id=other.id, filing=FILED, today=TODAY)
    with pytest.raises(RuleBroken) as unsaid:
        ministry.take_back(session, CLERK, filing_id=card.id, reason=" ", today=TODAY)
    assert [one.value.violations[0].code for one in (twice, unsaid)] == ["MIN-1", "MIN-2"]

    ministry.take_back(session, CLERK, filing_id=card.id, reason="录错人员", today=TODAY)
    assert ministry.search(session, CLERK).rows == []
    again = ministry.file(session, CLERK, person_id=other.id, filing=FILED, today=TODAY)

    assert (again.person_id, again.withdrawn_on) == (other.id, None)
    assert session.scalar(select(func.count()).select_from(MinistryCertificate)) == 1


@pytest.mark.parametrize(
    "filing",
    [
        pytest.param(Filing(ministry=" ", number="1", issued_on=TODAY), id="no ministry"),
        pytest.param(Filing(ministry="税务总局", number="1", issued_on=date(2026, 3, 11)), id="issued tomorrow"),
        pytest.param(Filing(ministry="税务总局", number="1", issued_on=TODAY, valid_until=TODAY), id="no term"),
    ],
)
def test_what_cannot_be_is_not_filed(session: Session, filing: Filing) -> None:
    with pytest.raises(RuleBroken) as refused:
        ministry.file(session, CLERK, person_id=make_person(session).id, filing=filing, today=TODAY)

    assert [violation.code for violation in refused.value.violations] == ["MIN-1"]


def test_a_units_people_see_their_own_filings_and_file_none(session: Session) -> None:
    own, other = make_person(session), make_person(session)
    card = ministry.file(session, CLERK, person_id=other.id, filing=FILED, today=TODAY)
    clerk = Actor(account_id=None, name="clerk", role=Role.UNIT_CLERK, department_id=own.department_id)

    assert ministry.search(session, clerk).rows == []
    with pytest.raises(Denied):
        ministry.get(session, clerk, card.id)
    with pytest.raises(Denied):
        ministry.file(session, clerk, person_id=own.id, filing=FILED, today=TODAY)
