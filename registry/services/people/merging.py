"""Two files of one person become one: what would happen, all that stands against it, and the act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from registry import audit
from registry.models.applications import Application
from registry.models.exams import Candidate, ExamResult
from registry.models.merges import Merge
from registry.models.people import Appointment, Person
from registry.rules import RuleBroken, Violation
from registry.rules.applications import UNDER_WAY
from registry.rules.merging import ONE_FILE_EACH, STAYS_WITH_ITS_FILE, closed
from registry.rules.people import EndReason
from registry.rules.permissions import Action, Actor
from registry.services.people.entries import PERSON_FIELDS, SEALED_FIELDS, plain
from registry.services.people.holdings import ANCHORS, KEPT_THERE, PERIODS, Holding, fingerprint, holdings
from registry.services.pinyin import name_initials, name_pinyin
from registry.vault import vault_of
from registry.words import N_

CHOSEN = (*PERSON_FIELDS, *(f"{name}_sealed" for name in SEALED_FIELDS))
_ANCHORED: Mapping[str, str] = {
    "certificates": N_(
        "File no. %(id)s has %(count)s certificates; a certificate stays with the file it was issued to."
    ),
    "qualifications": N_("File no. %(id)s has %(count)s qualifications, which rest on its own exams."),
    "review_items": N_("File no. %(id)s stands %(count)s times in an annual review."),
    "application_bars": N_("File no. %(id)s has %(count)s periods without application, which stay with it."),
    "disqualifications": N_("File no. %(id)s has %(count)s decisions on the qualification, which stay with it."),
}
_PUBLISHED: Mapping[str, str] = {
    "exam_results": N_("File no. %(id)s has %(count)s published exam results and the other file none."),
    "refusals": N_("File no. %(id)s has %(count)s refusals and the other file none."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan:
    """What a merge would do. `differing` are the fields to choose between; `against` is empty when it can be done."""

    kept: Person
    merged: Person
    holdings: Mapping[str, Holding]
    differing: frozenset[str]
    against: list[Violation]

    @property
    def moving(self) -> int:
        return sum(len(one.moving) for one in self.holdings.values())

    @property
    def staying(self) -> int:
        return sum(len(one.staying) for one in self.holdings.values())


def plan(session: Session, actor: Actor, *, kept_id: int, merged_id: int) -> MergePlan:
    """What would happen and all that stands against it; NoResultFound when a file is missing or both are the same."""
    actor.require(Action.PERSON_MERGE)
    if kept_id == merged_id:
        raise NoResultFound
    kept, merged = session.get_one(Person, kept_id), session.get_one(Person, merged_id)
    held = holdings(session, kept_id, merged_id)
    return MergePlan(
        kept=kept,
        merged=merged,
        holdings=held,
        differing=frozenset(_differing(session, kept, merged)),
        against=list(_against(kept, merged, held)),
    )


def suggested(session: Session, actor: Actor, one_id: int, other_id: int) -> tuple[int, int]:
    """Which of two files had better stay: the one with certificates, else with results, else the older one."""
    actor.require(Action.PERSON_MERGE)
    older, newer = sorted((one_id, other_id))
    held = holdings(session, older, newer)
    for models in (ANCHORS, KEPT_THERE):
        of_older = sum(len(held[model.__tablename__].kept) for model in models)
        of_newer = sum(len(held[model.__tablename__].merged) for model in models)
        if bool(of_older) is not bool(of_newer):
            return (older, newer) if of_older else (newer, older)
    return older, newer


def merge(
    session: Session,
    actor: Actor,
    *,
    kept_id: int,
    merged_id: int,
    taken: frozenset[str],
    reason: str,
    today: date,
) -> Merge:
    """Merge a file into another one, which takes the fields in `taken` from it; RuleBroken says all against it."""
    actor.require(Action.PERSON_MERGE)
    session.scalars(_both(kept_id, merged_id).with_for_update()).all()
    wanted = plan(session, actor, kept_id=kept_id, merged_id=merged_id)
    unsaid = [] if reason.strip() else [ONE_FILE_EACH.broken(N_("Say how you know that it is one person."))]
    if broken := [*wanted.against, *unsaid]:
        raise RuleBroken(broken)
    moved, ended = _move(session, wanted), _end(wanted, today)
    changed = _change(session, wanted, taken)
    wanted.merged.withdrawn_on = today
    done = Merge(
        kept_id=kept_id,
        merged_id=merged_id,
        moved=moved,
        ended=ended,
        changed={name: [_stored(before), _stored(after)] for name, (before, after) in changed.items()},
        account_id=actor.account_id,
        reason=reason.strip(),
    )
    session.add(done)
    session.flush()
    _tell(session, actor, wanted, changed, reason.strip())
    session.expire(wanted.kept)
    session.expire(wanted.merged)
    return done


def _both(kept_id: int, merged_id: int) -> Any:
    return select(Person).where(Person.id.in_((kept_id, merged_id))).order_by(Person.id)


def _differing(session: Session, kept: Person, merged: Person) -> Iterator[str]:
    vault = vault_of(session)
    for name in CHOSEN:
        one, other = getattr(kept, name), getattr(merged, name)
        if isinstance(one, bytes) and isinstance(other, bytes):
            one, other = vault.open(one), vault.open(other)
        if one != other:
            yield name


def _against(kept: Person, merged: Person, held: Mapping[str, Holding]) -> Iterator[Violation]:
    for one in (kept, merged):
        yield from closed(one.id, one.withdrawn_on)
    if kept.name != merged.name and kept.born_on != merged.born_on:
        yield ONE_FILE_EACH.broken(N_("Neither name nor birth date is the same: these are two people."))
    anchored = [model.__tablename__ for model in ANCHORS]
    for table in anchored:
        if rows := held[table].merged:
            yield STAYS_WITH_ITS_FILE.broken(_ANCHORED[table], id=merged.id, count=len(rows))
    frozen = [*anchored, *(model.__tablename__ for model in KEPT_THERE)]
    has_own = any(held[table].kept for table in frozen)
    for model in KEPT_THERE:
        if (rows := held[model.__tablename__].merged) and not has_own:
            yield STAYS_WITH_ITS_FILE.broken(_PUBLISHED[model.__tablename__], id=merged.id, count=len(rows))
    if waiting := [row for row in held[Application.__tablename__].merged if row.status in UNDER_WAY]:
        first = N_("File no. %(id)s has applications under way (%(count)s); withdraw or finish them first.")
        yield STAYS_WITH_ITS_FILE.broken(first, id=merged.id, count=len(waiting))
    yield from _way_out(merged, held, anchored, has_own)
    yield from _entered_twice(held)


def _way_out(merged: Person, held: Mapping[str, Holding], anchored: list[str], has_own: bool) -> Iterator[Violation]:
    """What to do about records that never move."""
    is_anchored = any(held[table].merged for table in anchored)
    if is_anchored and any(held[table].kept for table in anchored):
        yield ONE_FILE_EACH.broken(
            N_("Both files have such records, so neither can go: end the post in the one that is wrong, and say why.")
        )
    elif is_anchored or (not has_own and any(held[model.__tablename__].merged for model in KEPT_THERE)):
        yield ONE_FILE_EACH.broken(N_("Let file no. %(id)s be the one that stays."), id=merged.id)


def _entered_twice(held: Mapping[str, Holding]) -> Iterator[Violation]:
    """A file that waits for a result cannot go while the other one sits the same exam."""
    published = {row.sitting_id for row in held[ExamResult.__tablename__].merged}
    for row in held[Candidate.__tablename__].staying:
        if row.sitting_id not in published:
            twice = N_("Both files are entered for the exam “%(title)s”; take one of them off first.")
            yield ONE_FILE_EACH.broken(twice, title=row.sitting.title)


def _move(session: Session, wanted: MergePlan) -> dict[str, dict[str, str]]:
    moved: dict[str, dict[str, str]] = {}
    for table, holding in wanted.holdings.items():
        if holding.moving:
            moved[table] = {str(row.id): fingerprint(row) for row in holding.moving}
        for row in holding.moving:
            row.person_id = wanted.kept.id
    session.flush()
    for holding in wanted.holdings.values():
        for row in holding.moving:
            session.expire(row)
    return moved


def _end(wanted: MergePlan, today: date) -> dict[str, dict[str, str]]:
    """What stays behind and still runs ends with the file."""
    ended: dict[str, dict[str, str]] = {}
    for model in PERIODS:
        for row in wanted.holdings[model.__tablename__].staying:
            if row.until_on is None:
                row.until_on = max(row.from_on, today - timedelta(days=1))
                ended.setdefault(model.__tablename__, {})[str(row.id)] = row.until_on.isoformat()
                if model is Appointment:
                    row.end_reason = EndReason.FILE_MERGED
    return ended


def _change(session: Session, wanted: MergePlan, taken: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    """The fields of the file that stays, from what to what; its unit is that of its latest post."""
    kept, merged = wanted.kept, wanted.merged
    values = {name: getattr(merged, name) for name in CHOSEN if name in taken & wanted.differing}
    if "name" in values:
        values |= {"name_pinyin": name_pinyin(values["name"]), "name_initials": name_initials(values["name"])}
    latest = select(Appointment.department_id).where(Appointment.person_id == kept.id)
    unit = session.scalar(latest.order_by(Appointment.from_on.desc()).limit(1))
    values["department_id"] = kept.department_id if unit is None else unit
    changed = {name: (getattr(kept, name), value) for name, value in values.items() if getattr(kept, name) != value}
    for name, value in values.items():
        setattr(kept, name, value)
    return changed


def _stored(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return value if value is None or isinstance(value, (bool, int)) else str(value)


def _tell(
    session: Session, actor: Actor, wanted: MergePlan, changed: Mapping[str, tuple[Any, Any]], reason: str
) -> None:
    """Both files tell it; a sealed value tells that it changed, not what it is."""
    kept, merged = wanted.kept, wanted.merged
    shown: dict[str, Any] = {}
    for name, (before, after) in changed.items():
        if name.endswith("_sealed"):
            shown[name.removesuffix("_sealed")] = ["***" if before else None, "***" if after else None]
        elif not name.startswith("name_"):
            shown[name] = [*plain({"before": before, "after": after}).values()]
    facts_of = (
        (kept, {"file_merged_in": merged.id, "records_moved": wanted.moving, **shown}),
        (merged, {"merged_into_file": kept.id}),
    )
    acts = [
        audit.Act(
            subject_type=Person.__tablename__,
            subject_id=one.id,
            department_id=one.department_id,
            reason=reason,
            facts=facts,
        )
        for one, facts in facts_of
    ]
    audit.record_many(session, actor, Action.PERSON_MERGE, acts)
