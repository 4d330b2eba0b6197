"""Two files of one person become one, and are taken apart again, row by row."""

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.db import Base
from registry.models.people import AnnualAssessment, Appointment, Person, Secondment
from registry.models.qualifications import MinistryCertificate
from registry.rules import Denied, RuleBroken
from registry.rules.certificates import CertificateKind, Ground
from registry.rules.conduct import ConductMeasure
from registry.rules.people import Assessment, EndReason
from registry.rules.permissions import SYSTEM, Actor, Role
from registry.rules.qualifications import Decision
from registry.services import applications, ministry, people, qualifications
from registry.services.ministry import Filing
from registry.services.people import ConductEntry, PersonEntry, PersonFilter
from registry.vault import vault_of
from tests.factories import (
    identity_number,
    make_candidate,
    make_certificate,
    make_department,
    make_person,
    make_qualified_person,
    make_result,
    make_sitting,
    make_training,
)

TODAY = date(2026, 11, 25)
WHY = "同一人，身份证号录入有误"
UNIT_CLERK = Actor(account_id=None, name="clerk", role=Role.UNIT_CLERK, department_id=1)
TOLD = {"trail_entries", "merges"}  # these say that it happened
BORN = date(1985, 4, 2)


def _two(session: Session, **values: Any) -> tuple[Person, Person]:
    """Two files of one name and birth date."""
    kept, merged = (
        make_person(session, name="李同名", identity=identity_number(serial, BORN), **values) for serial in (301, 303)
    )
    return kept, merged


def _merge(session: Session, kept: Person, merged: Person, *taken: str) -> Any:
    return people.merge(
        session, SYSTEM, kept_id=kept.id, merged_id=merged.id, taken=frozenset(taken), reason=WHY, today=TODAY
    )


def _against(session: Session, kept: Person, merged: Person) -> set[str]:
    plan = people.plan(session, SYSTEM, kept_id=kept.id, merged_id=merged.id)
    return {violation.in_words() for violation in plan.against}


def _everything(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but those that tell of the merge."""
    session.flush()
    return {
        table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
        for table in Base.metadata.sorted_tables
        if table.name not in TOLD
    }


def test_files_of_one_name_and_birth_date_are_found_and_others_are_not(session: Session) -> None:
    first, second = _two(session)
    make_person(session, name="李同名", identity=identity_number(7, date(1990, 2, 3)))
    make_person(session, name="王另名")

    found = people.pairs(session, SYSTEM).pairs

    assert [(pair.first.id, pair.second.id) for pair in found] == [(first.id, second.id)]
    assert people.beside(session, SYSTEM, second.id).alike == [first.id]


def test_pairs_come_page_by_page_none_twice_and_none_left_out(session: Session) -> None:
    three = [make_person(session, name="陈三份").id for _ in range(3)]
    two = [person.id for person in _two(session)]
    seen, after = [], None
    while True:
        page = people.pairs(session, SYSTEM, after=after, size=1)
        seen += [(pair.first.id, pair.second.id) for pair in page.pairs]
        if (after := page.after) is None:
            break

    assert sorted(seen) == sorted([(three[0], three[1]), (three[0], three[2]), (three[1], three[2]), tuple(two)])


def test_a_pair_told_apart_is_not_found_until_it_is_shown_again(session: Session) -> None:
    first, second = _two(session)
    pair = people.tell_apart(session, SYSTEM, one_id=second.id, other_id=first.id, reason="身份证原件已核对")

    assert people.pairs(session, SYSTEM).pairs == []
    assert people.beside(session, SYSTEM, first.id).alike == []
    assert [one.reason for one in people.told_apart(session, SYSTEM)] == ["身份证原件已核对"]
    with pytest.raises(RuleBroken):
        people.tell_apart(session, SYSTEM, one_id=first.id, other_id=second.id, reason="再次")

    people.show_again(session, SYSTEM, pair_id=pair.id)
    assert len(people.pairs(session, SYSTEM).pairs) == 1


def test_a_merge_moves_what_may_move_and_ends_what_overlaps(session: Session) -> None:
    kept, merged = _two(session)
    both, only = make_training(session, kept, merged), make_training(session, merged)
    session.add(AnnualAssessment(person_id=merged.id, year=2024, grade=Assessment.COMPETENT))
    done = _merge(session, kept, merged)

    assert {table: len(rows) for table, rows in done.moved.items()} == {"attendances": 1, "annual_assessments": 1}
    file = people.file_of(session, SYSTEM, kept.id, TODAY)
    assert {line.session_id for line in file.attendances} == {both.id, only.id}
    left = session.scalars(select(Appointment).where(Appointment.person_id == merged.id)).one()
    assert (left.until_on, left.end_reason) == (date(2026, 11, 24), EndReason.FILE_MERGED)


def test_an_earlier_post_moves_and_a_later_one_takes_the_unit_along(session: Session) -> None:
    kept = make_person(session, name="李同名", since=date(2020, 1, 1))
    merged = make_person(session, name="李同名", since=date(2023, 1, 1))
    post = session.scalars(select(Appointment).where(Appointment.person_id == kept.id)).one()
    post.until_on, post.end_reason = date(2022, 12, 31), EndReason.TRANSFER
    session.flush()
    done = _merge(session, kept, merged)

    file = people.file_of(session, SYSTEM, kept.id, TODAY)
    assert [one.from_on for one in file.appointments] == [date(2023, 1, 1), date(2020, 1, 1)]
    assert file.person.department_id == merged.department_id
    assert set(done.changed) == {"department_id"}
    assert kept.facets == 110


def test_chosen_fields_are_taken_over_and_sealed_ones_stay_sealed_in_the_trail(session: Session) -> None:
    kept, merged = _two(session)
    merged.major, merged.phone_sealed = "法学", vault_of(session).seal("13800001111")
    merged.ethnicity = "回族"
    _merge(session, kept, merged, "major", "phone_sealed")

    assert (kept.major, kept.ethnicity) == ("法学", "")
    assert vault_of(session).open(kept.phone_sealed or b"") == "13800001111"
    facts = people.file_of(session, SYSTEM, kept.id, TODAY).history[0].facts
    assert facts["major"] == ["", "法学"]
    assert facts["phone"] == [None, "***"]


def test_a_merged_file_stands_in_no_list_and_takes_no_more_records(session: Session) -> None:
    kept, merged = _two(session)
    _merge(session, kept, merged)

    listed = people.search(session, SYSTEM, chosen=PersonFilter(text="李同名"), today=TODAY, after=None)
    assert [row.id for row in listed.rows] == [kept.id]
    assert people.merged_into(session, merged.id) == kept.id
    values = {name: getattr(merged, name) for name in people.PERSON_FIELDS} | {"phone": "", "email": ""}
    with pytest.raises(RuleBroken, match="was withdrawn"):
        people.change(session, SYSTEM, person_id=merged.id, values={**values, "from_on": None}, reason="", today=TODAY)


def test_the_number_of_a_merged_file_finds_the_file_that_stays(session: Session) -> None:
    numbers = [identity_number(serial, date(1985, 1, 2)) for serial in (601, 603, 605)]
    first, second, third = (make_person(session, name="李同名", identity=number) for number in numbers)
    _merge(session, second, first)
    _merge(session, third, second)

    known = people.known_people(session, numbers)
    assert {number: one.person.id for number, one in known.items()} == dict.fromkeys(numbers, third.id)
    assert [known[number].post is not None for number in numbers] == [True, True, True]
    assert [line.person_id for line in people.recognise(session, SYSTEM, numbers)] == [third.id] * 3
    by_number = people.search(session, SYSTEM, chosen=PersonFilter(text=numbers[0]), today=TODAY, after=None)
    assert [row.id for row in by_number.rows] == [third.id]
    entry = PersonEntry(
        identity_number=numbers[0],
        name="李同名",
        department_id=third.department_id,
        from_on=date(2019, 3, 1),
        establishment="administrative",  # type: ignore[arg-type]  # the word, as a form sends it
    )
    with pytest.raises(RuleBroken, match=f"file no. {third.id}"):
        people.register(session, SYSTEM, entry=entry, today=TODAY)


def test_a_file_with_a_certificate_is_the_one_that_stays(session: Session) -> None:
    merged = make_certificate(session).person
    kept = make_person(session, name=merged.name, identity=identity_number(9, merged.born_on))

    assert f"Let file no. {merged.id} be the one that stays." in _against(session, kept, merged)
    with pytest.raises(RuleBroken, match="certificates; a certificate stays"):
        _merge(session, kept, merged)
    assert _against(session, merged, kept) == set()


def test_results_that_stay_behind_open_no_gate(session: Session) -> None:
    kept, merged = make_person(session, name="李同名"), make_qualified_person(session, name="李同名")
    make_result(session, kept, make_sitting(session), 30)
    _merge(session, kept, merged)

    assert [result.passed for result in people.file_of(session, SYSTEM, kept.id, TODAY).results] == [False]


def test_conduct_is_read_through_a_merge(session: Session) -> None:
    kept, merged = _two(session)
    entry = ConductEntry(
        measure=ConductMeasure.CRITICISM,
        decided_by="郏县监察委员会",
        document_number="郏监〔2025〕3号",
        decided_on=date(2025, 3, 4),
    )
    people.record_conduct(session, SYSTEM, person_id=merged.id, entry=entry, today=TODAY)
    _merge(session, kept, merged)

    assert [one.document_number for one in people.conduct_of(session, SYSTEM, kept.id)] == ["郏监〔2025〕3号"]


def test_everything_that_stands_against_a_merge_is_said_at_once(session: Session) -> None:
    kept, merged = _two(session)
    sitting = make_sitting(session, held_on=date(2026, 12, 20))
    make_candidate(session, sitting, kept)
    make_candidate(session, sitting, merged)

    with pytest.raises(RuleBroken) as refused:
        people.merge(session, SYSTEM, kept_id=kept.id, merged_id=merged.id, taken=frozenset(), reason=" ", today=TODAY)
    assert len(refused.value.violations) == 2
    with pytest.raises(Denied):
        people.plan(session, UNIT_CLERK, kept_id=kept.id, merged_id=merged.id)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    since=st.dates(date(2010, 1, 1), date(2026, 11, 1)),
    ends=st.booleans(),
    seconded=st.booleans(),
    years=st.sets(st.sampled_from([2023, 2024, 2025])),
    taken=st.sets(st.sampled_from(people.CHOSEN)),
)
def test_a_merge_undone_gives_every_row_back_as_it_was(
    session: Session, since: date, ends: bool, seconded: bool, years: set[int], taken: set[str]
) -> None:
    with session.begin_nested() as savepoint:
        kept, merged = _two(session, since=since)
        merged.name, merged.major, merged.joined_on = "李同铭", "法学", date(2020, 5, 6)
        merged.email_sealed, merged.is_law_major = vault_of(session).seal("li@example.cn"), True
        if ends:
            post = session.scalars(select(Appointment).where(Appointment.person_id == kept.id)).one()
            post.from_on, post.until_on, post.end_reason = date(2005, 1, 1), date(2009, 12, 31), EndReason.TRANSFER
        if seconded:
            unit = make_department(session)
            session.add(Secondment(person_id=merged.id, department_id=unit.id, from_on=date(2026, 11, 2)))
        session.add_all(AnnualAssessment(person_id=merged.id, year=year, grade=Assessment.COMPETENT) for year in years)
        make_training(session, kept, merged)
        make_training(session, merged)
        make_candidate(session, make_sitting(session, held_on=date(2026, 12, 20)), merged)
        before = _everything(session)
        done = _merge(session, kept, merged, *taken)
        between = _everything(session)
        people.undo_merge(session, SYSTEM, merge_id=done.id, reason="并错了人")

        assert between != before
        assert _everything(session) == before
        savepoint.rollback()
    session.expunge_all()  # SQLite gives the ids of what was rolled back again


def test_a_merge_is_not_undone_over_what_rests_on_it(session: Session) -> None:
    kept, merged = make_qualified_person(session, name="李同名"), make_person(session, name="李同名")
    make_training(session, merged)
    done = _merge(session, kept, merged)
    make_certificate(session, kept)
    kept.department_id = make_department(session).id

    said = {one.in_words() for one in people.undo_obstacles(session, SYSTEM, done)}
    assert "A certificate was issued to the merged file since." in said
    with pytest.raises(RuleBroken):
        people.undo_merge(session, SYSTEM, merge_id=done.id, reason="并错了人")
    assert merged.withdrawn_on == TODAY


def test_a_file_whose_application_is_under_way_is_not_merged(session: Session) -> None:
    kept, merged = make_person(session), make_person(session)
    head = Actor(account_id=None, name="head", role=Role.UNIT_HEAD, department_id=merged.department_id)
    wanted = applications.Wanted(kind=CertificateKind.ENFORCEMENT)
    applications.enter(session, head, person_ids=[merged.id], wanted=wanted, today=TODAY)

    against = people.plan(session, SYSTEM, kept_id=kept.id, merged_id=merged.id).against

    assert "under way (1)" in " ".join(one.in_words() for one in against)


def test_a_ministrys_filing_moves_with_the_merge(session: Session) -> None:
    kept, merged = _two(session)
    filing = Filing(ministry="公安部", number="GA-9", issued_on=date(2024, 1, 1))
    card = ministry.file(session, SYSTEM, person_id=merged.id, filing=filing, today=TODAY)

    done = _merge(session, kept, merged)

    assert session.get_one(MinistryCertificate, card.id).person_id == kept.id
    people.undo_merge(session, SYSTEM, merge_id=done.id, reason="并错了人")
    assert session.get_one(MinistryCertificate, card.id, populate_existing=True).person_id == merged.id


def test_who_was_disqualified_keeps_the_file_of_that_decision(session: Session) -> None:
    kept, merged = _two(session)
    said = {"day": TODAY, "decided_by": "平顶山市司法局", "document_number": "1", "reason": "违纪"}
    decision = Decision(**said, basis=Ground.MISCONDUCT)

    qualifications.disqualify(session, SYSTEM, person_id=merged.id, decision=decision, today=TODAY)

    assert any("decisions on the qualification" in sentence for sentence in _against(session, kept, merged))
