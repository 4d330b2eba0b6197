"""The trail: a chain that holds, that cannot be edited, and that tells where somebody did it nevertheless."""

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from registry import audit
from registry.models.trail import TrailEntry
from registry.rules.permissions import SYSTEM, Action

ACTS = [audit.Act(subject_type="people", subject_id=number, facts={"name": "张三"}) for number in (1, 2, 3)]


def _record(session: Session) -> None:
    audit.record_many(session, SYSTEM, Action.PERSON_MANAGE, ACTS, batch="a batch")


def _without_guard(session: Session) -> None:
    """Somebody with all rights over the database takes the guard away."""
    of = "" if session.get_bind().dialect.name == "sqlite" else " ON trail_entries"
    for name in ("tr_trail_entries_never_changes", "tr_trail_entries_is_never_deleted"):
        session.execute(text(f"DROP TRIGGER {name}{of}"))


def test_a_chain_holds_and_its_head_is_the_last_entry(session: Session) -> None:
    before = audit.verify(session)

    _record(session)

    assert audit.verify(session) == before + 3
    assert audit.head(session) == session.scalars(select(TrailEntry.hash).order_by(TrailEntry.id.desc())).first()


def test_each_entry_bears_the_hash_of_the_one_before(session: Session) -> None:
    _record(session)

    entries = session.scalars(select(TrailEntry).order_by(TrailEntry.id)).all()
    assert [entry.previous_hash for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]
    assert [entry.id for entry in entries] == list(range(1, len(entries) + 1))


@pytest.mark.parametrize("change", [update(TrailEntry).values(reason="another"), delete(TrailEntry)])
def test_the_database_refuses_to_edit_the_trail(session: Session, change: object) -> None:
    _record(session)

    with pytest.raises(DatabaseError, match="append-only|never deleted"), session.begin_nested():
        session.execute(change)  # type: ignore[call-overload]  # either statement


@pytest.mark.parametrize(
    "tampering",
    [
        pytest.param("UPDATE trail_entries SET reason = 'another' WHERE id = :place", id="a word changed"),
        pytest.param("UPDATE trail_entries SET actor_name = 'nobody' WHERE id = :place", id="another actor"),
        pytest.param("DELETE FROM trail_entries WHERE id = :place", id="an entry taken out"),
    ],
)
def test_whoever_edits_it_nevertheless_is_found_out(session: Session, tampering: str) -> None:
    _record(session)
    place = audit.verify(session) - 1
    _without_guard(session)

    session.execute(text(tampering), {"place": place})
    session.expire_all()

    with pytest.raises(audit.TrailBroken, match=f"entry {place}"):
        audit.verify(session)


def test_entries_are_found_by_record_act_and_actor(session: Session) -> None:
    _record(session)

    assert [entry.subject_id for entry in audit.of(session, "people", 2)] == [2]
    found = audit.page(session, audit.Filters(action=Action.PERSON_MANAGE.value, actor_name=SYSTEM.name), size=2)
    assert [entry.subject_id for entry in found.entries] == [3, 2]
    rest = audit.page(session, audit.Filters(action=Action.PERSON_MANAGE.value, before=found.next_before), size=2)
    assert [entry.subject_id for entry in rest.entries] == [1]
