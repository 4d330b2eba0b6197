"""How many standing files share a name and a day of birth is counted rightly, whoever writes."""

from datetime import date
from typing import Any

from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from registry.models.people import Namesakes, Person
from registry.rules.permissions import SYSTEM
from registry.services import people
from tests.factories import identity_number, make_department, make_person

TODAY = date(2026, 3, 15)
BORN_ON = date(1990, 1, 1)
WALK = "namesakes USING INDEX uq_namesakes_shared"


def counted(session: Session) -> dict[tuple[str, date], int]:
    rows = session.execute(select(Namesakes.name, Namesakes.born_on, Namesakes.file_count))
    return {(row.name, row.born_on): row.file_count for row in rows if row.file_count}


def truth(session: Session) -> dict[tuple[str, date], int]:
    standing = select(Person.name, Person.born_on, func.count().label("files")).where(Person.withdrawn_on.is_(None))
    rows = session.execute(standing.group_by(Person.name, Person.born_on))
    return {(row.name, row.born_on): row.files for row in rows}


def two(session: Session) -> tuple[Person, Person]:
    unit = make_department(session)
    first, second = (
        make_person(session, unit, name="李同名", identity=identity_number(serial, BORN_ON)) for serial in (1, 3)
    )
    return first, second


def test_files_are_counted_as_they_begin(session: Session) -> None:
    two(session)

    assert counted(session) == truth(session) == {("李同名", BORN_ON): 2}


def test_the_count_follows_a_name_and_a_day_of_birth_that_change(session: Session) -> None:
    first, second = two(session)

    for person, change in ((first, {"name": "王改名"}), (second, {"name": "王改名"}), (first, {"born_on": TODAY})):
        session.execute(update(Person).where(Person.id == person.id).values(**change))
        assert counted(session) == truth(session)
    session.execute(update(Person).values(name="赵全改", born_on=BORN_ON))
    assert counted(session) == truth(session) == {("赵全改", BORN_ON): 2}


def test_a_file_that_is_withdrawn_under_another_name_leaves_the_count_and_comes_back(session: Session) -> None:
    first, second = two(session)
    mine = update(Person).where(Person.id == first.id)

    for change in (
        {"withdrawn_on": TODAY, "name": "王改名"},
        {"withdrawn_on": date(2026, 3, 16)},
        {"name": "钱又改"},
        {"withdrawn_on": None, "name": second.name},
    ):
        session.execute(mine.values(**change))
        assert counted(session) == truth(session)


def test_the_count_follows_a_merge_and_its_undoing(session: Session) -> None:
    kept, merged = two(session)

    about: dict[str, Any] = {"taken": frozenset(), "reason": "同一人", "today": TODAY}
    done = people.merge(session, SYSTEM, kept_id=kept.id, merged_id=merged.id, **about)
    session.flush()
    assert counted(session) == truth(session) == {("李同名", BORN_ON): 1}
    people.undo_merge(session, SYSTEM, merge_id=done.id, reason="并错了")
    session.flush()
    assert counted(session) == truth(session) == {("李同名", BORN_ON): 2}


def test_the_pairs_are_read_from_the_shared_names_and_never_from_everybody(session: Session) -> None:
    first, second = two(session)
    queries: list[tuple[str, Any]] = []
    connection = session.connection()

    @event.listens_for(connection, "before_cursor_execute")
    def note(*about: Any) -> None:
        queries.append((about[2], about[3]))

    for after in (None, (first.id, second.id)):
        people.pairs(session, SYSTEM, after=after)
    event.remove(connection, "before_cursor_execute", note)
    if connection.dialect.name != "sqlite":  # PostgreSQL plans by its statistics, and a test has none
        return
    asked = [(query, values) for query, values in queries if "namesakes" in query]
    plans = [[row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", of)] for one, of in asked]

    assert plans
    assert all(any(WALK in step for step in plan) for plan in plans)
    assert not [step for plan in plans for step in plan if step.startswith("SCAN people")]


def test_a_page_goes_on_behind_names_that_were_all_told_apart(session: Session) -> None:
    unit, ids = make_department(session), []
    for serial in range(1, 13, 2):
        name = f"李同{serial:02}"
        ids.append([make_person(session, unit, name=name, identity=identity_number(2 * serial + 1, BORN_ON)).id])
        ids[-1].append(make_person(session, unit, name=name, identity=identity_number(2 * serial + 3, BORN_ON)).id)
    for one, other in ids[:5]:
        people.tell_apart(session, SYSTEM, one_id=one, other_id=other, reason="身份证原件已核对")

    page = people.pairs(session, SYSTEM, size=1)

    assert [(pair.first.id, pair.second.id) for pair in page.pairs] == [tuple(ids[5])]
    assert page.after is None
