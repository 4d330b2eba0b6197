"""What a unit stood on for the gate of a day: whatever came before or after, and an entrustment on record ahead."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import clock
from registry.models.certificates import Certificate
from registry.models.departments import Department
from registry.models.tasks import Task
from registry.rules.certificates import CertificateKind
from registry.rules.departments import SubjectStanding, standing_on
from registry.rules.permissions import SYSTEM
from registry.rules.tasks import TaskKind
from registry.services import certificates, departments, tasks
from registry.services.certificates.gate import examined
from registry.services.departments import DepartmentFilter
from tests.factories import make_certificate, make_department, make_qualified_person
from tests.services.test_units_over_time import ENTRUSTED, TODAY, changed, entrusted


def may_enforce_on(session: Session, unit: Department, *days: date) -> list[bool]:
    """Whether the unit stands for the gate on these days."""
    someone = make_qualified_person(session, unit).id
    seen = [examined(session, [someone], kind=CertificateKind.ENFORCEMENT, day=day)[someone] for day in days]
    return [next(one.met for one in found.findings if one.rule.code == "UNIT-1") for found in seen]


def test_the_gate_asks_what_a_unit_stood_on_that_day(session: Session) -> None:
    unit, own = make_department(session, confirmed_on=date(2019, 1, 1)), {"reason": "公告", "today": TODAY}
    departments.withdraw_confirmation(
        session, SYSTEM, department_id=unit.id, notice="撤销", withdrawn_on=date(2024, 6, 1), **own
    )
    departments.confirm(session, SYSTEM, department_id=unit.id, notice="公告", confirmed_on=date(2025, 1, 1), **own)

    days = (date(2018, 12, 31), date(2024, 5, 31), date(2024, 6, 1), date(2025, 1, 1), TODAY)
    assert may_enforce_on(session, unit, *days) == [False, True, False, True, True]


def test_a_unit_that_is_no_organ_any_more_was_one_before_the_gate(session: Session) -> None:
    unit = make_department(session, confirmed_on=date(2019, 1, 1))
    entruster = make_department(session)
    changed(
        session,
        unit,
        date(2025, 1, 1),
        kind=ENTRUSTED,
        entrusting_code=entruster.code,
        entrusted_from=date(2025, 1, 1),
        entrusted_until=date(2025, 12, 31),
    )

    days = (date(2018, 12, 31), date(2024, 12, 31), date(2025, 12, 31), TODAY)
    assert may_enforce_on(session, unit, *days) == [False, True, True, False]


def test_an_entrustment_renewed_before_it_begins_leaves_the_present_one_in_force(session: Session) -> None:
    unit = entrusted(session, None)
    sent = {
        "entrusting_id": unit.entrusting_department_id or 0,
        "document_number": "委托〔2026〕2号",
        "reason": "续期",
        "today": TODAY,
    }

    departments.entrust(
        session, SYSTEM, department_id=unit.id, from_on=date(2027, 1, 1), until_on=date(2027, 12, 31), **sent
    )

    days = (TODAY, date(2026, 12, 31), date(2027, 12, 31), date(2028, 1, 1))
    assert may_enforce_on(session, unit, *days) == [True, True, True, False]


def test_the_gate_names_the_day_of_an_entrustment_to_come(session: Session) -> None:
    unit, ahead = entrusted(session, date(2025, 12, 31)), date(2027, 1, 1)
    sent = {"from_on": ahead, "until_on": None, "document_number": "委托〔2026〕2号", "reason": "续期", "today": TODAY}
    entruster = unit.entrusting_department_id or 0
    departments.entrust(session, SYSTEM, department_id=unit.id, entrusting_id=entruster, **sent)

    assert may_enforce_on(session, unit, date(2025, 12, 31), TODAY) == [True, False]
    assert departments.standings_on(session, TODAY)[unit.id].entrusted_from == ahead


def test_the_standings_that_filter_a_list_are_those_of_the_law(session: Session) -> None:
    make_department(session)
    make_department(session, confirmed_on=None)
    make_department(session, confirmed_on=date(2027, 1, 1))
    make_department(session, withdrawn_on=TODAY)
    make_department(session, withdrawn_on=date(2026, 6, 16))
    make_department(session, ended_on=TODAY)
    for lost in ({"ended_on": TODAY}, {"withdrawn_on": TODAY}, {"confirmed_on": None}):
        above = entrusted(session, None).entrusting_department_id
        for name, value in lost.items():
            setattr(session.get_one(Department, above), name, value)
    for until in (None, TODAY, date(2026, 6, 14)):
        entrusted(session, until)

    renewed = entrusted(session, None)
    entruster, ahead = renewed.entrusting_department_id or 0, date(2027, 1, 1)
    sent = {"from_on": ahead, "until_on": None, "document_number": "委托〔2026〕2号", "reason": "续期", "today": TODAY}
    departments.entrust(session, SYSTEM, department_id=renewed.id, entrusting_id=entruster, **sent)

    said = {unit_id: standing_on(one, TODAY) for unit_id, one in departments.standings_on(session, TODAY).items()}
    assert said[renewed.id] is SubjectStanding.ENTRUSTED
    listed = {
        row.unit.id: standing
        for standing in SubjectStanding
        for row in departments.search(
            session, SYSTEM, chosen=DepartmentFilter(standing=standing), today=TODAY, size=100
        ).rows
    }

    assert listed == said
    assert set(listed.values()) == set(SubjectStanding)


@pytest.mark.parametrize("act", ["end", "withdraw"])
def test_with_its_entruster_an_entrusted_unit_falls_and_its_certificates_are_flagged(
    session: Session, act: str
) -> None:
    unit = entrusted(session, None)
    card = make_certificate(session, make_qualified_person(session, unit), valid_until=date(2029, 5, 31))
    above = {"department_id": unit.entrusting_department_id or 0, "reason": "机构改革", "today": TODAY}

    if act == "end":
        departments.end(session, SYSTEM, ended_on=TODAY, merged_into_id=None, document_number="1", **above)
    else:
        departments.withdraw_confirmation(session, SYSTEM, notice="公告", withdrawn_on=TODAY, **above)

    asked = {"person_id": card.person_id, "kind": CertificateKind.ENFORCEMENT, "today": TODAY}
    [unmet] = [one for one in certificates.explain(session, SYSTEM, **asked) if one.rule.code == "UNIT-1"]
    assert "is entrusted by" in unmet.evidence.in_words()
    assert open_tasks(session, card) == [TaskKind.UNIT_NO_SUBJECT]


def test_a_withdrawn_confirmation_flags_the_certificates_of_the_unit_until_it_is_confirmed_anew(
    session: Session,
) -> None:
    card = make_certificate(session, valid_until=date(2029, 5, 31))
    own = {"department_id": card.department_id, "reason": "核对", "today": TODAY}

    departments.withdraw_confirmation(session, SYSTEM, notice="公告1", withdrawn_on=date(2026, 6, 1), **own)
    assert open_tasks(session, card) == [TaskKind.UNIT_NO_SUBJECT]

    departments.confirm(session, SYSTEM, notice="公告2", confirmed_on=TODAY, **own)
    assert open_tasks(session, card) == []


def test_a_file_of_units_that_ends_an_entrustment_flags_the_certificates_until_another_restores_it(
    session: Session,
) -> None:
    unit = entrusted(session, None)
    card = make_certificate(session, make_qualified_person(session, unit), valid_until=date(2029, 5, 31))
    entry = departments.on_record(session)[unit.code]

    departments.bring_in(session, SYSTEM, entries=[replace(entry, entrusted_until=date(2026, 6, 1))], today=TODAY)
    assert open_tasks(session, card) == [TaskKind.UNIT_NO_SUBJECT]

    departments.bring_in(session, SYSTEM, entries=[replace(entry, entrusted_until=date(2029, 6, 1))], today=TODAY)
    assert open_tasks(session, card) == []


def test_an_entrustment_that_runs_out_flags_the_certificates_once(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = entrusted(session, date(2026, 6, 30))
    card = make_certificate(session, make_qualified_person(session, unit), valid_until=date(2029, 5, 31))
    found = []

    for today in (date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 2)):
        monkeypatch.setattr(clock, "today", lambda today=today: today)
        departments.flag_fallen(session)
        found.append(open_tasks(session, card))
    [task] = session.scalars(select(Task).where(Task.certificate_id == card.id))
    tasks.keep(session, SYSTEM, task_id=task.id, reason="续签在办", today=date(2026, 7, 2))
    departments.flag_fallen(session)

    assert found == [[], [TaskKind.UNIT_NO_SUBJECT], [TaskKind.UNIT_NO_SUBJECT]]
    assert (task.opened_on, task.facts["on"]) == (date(2026, 7, 1), "2026-07-01")
    assert open_tasks(session, card) == []


@pytest.mark.parametrize("recorded_on", [TODAY, date(2026, 7, 1)], ids=["ahead", "in the gap"])
def test_the_gap_before_the_next_entrustment_is_flagged_and_the_day_on_which_it_begins_settles_that(
    session: Session, monkeypatch: pytest.MonkeyPatch, recorded_on: date
) -> None:
    unit = entrusted(session, date(2026, 6, 30))
    card = make_certificate(session, make_qualified_person(session, unit), valid_until=date(2029, 5, 31))
    sent = {"from_on": date(2026, 7, 10), "until_on": None, "document_number": "委托〔2026〕2号", "reason": "续期"}
    entruster, found = unit.entrusting_department_id or 0, []

    for today in (TODAY, date(2026, 7, 1), date(2026, 7, 9), date(2026, 7, 10)):
        monkeypatch.setattr(clock, "today", lambda today=today: today)
        departments.flag_fallen(session)
        found.append(open_tasks(session, card))
        if today == recorded_on:
            own = {"department_id": unit.id, "entrusting_id": entruster, "today": today}
            departments.entrust(session, SYSTEM, **own, **sent)
    [task] = session.scalars(select(Task).where(Task.certificate_id == card.id))

    assert found == [[], [TaskKind.UNIT_NO_SUBJECT], [TaskKind.UNIT_NO_SUBJECT], []]
    assert task.facts["on"] == "2026-07-01"


def open_tasks(session: Session, card: Certificate) -> list[TaskKind]:
    own = select(Task.kind).where(Task.certificate_id == card.id, Task.settled_on.is_(None))
    return list(session.scalars(own.order_by(Task.id)))
