"""The acts of a career: a post begun, ended, corrected; somebody seconded and back. One act, one line in the trail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.departments import Department
from registry.models.people import HELD, Appointment, Person, Secondment
from registry.rules import RuleBroken, Violation
from registry.rules.careers import (
    ACTS,
    DETAILS,
    NO_SECOND_SECONDMENT,
    CareerAct,
    Standing,
    begins_in_order,
    ends_in_order,
    secondment_in_order,
    unfit,
)
from registry.rules.merging import closed
from registry.rules.people import APPOINTED_IN_ORDER, EndReason
from registry.rules.permissions import Action, Actor
from registry.services import tasks
from registry.services.changes import differences
from registry.words import N_

POST_COLUMNS = ("department_id", *DETAILS, "document_number")


@dataclass(frozen=True, slots=True, kw_only=True)
class CareerEntry:
    """What is known of an act: its day (the first of what begins, the last of what ends) and the fields it asks for."""

    day: date | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    document_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Career:
    person: Person
    posts: Sequence[Appointment]  # the latest first
    secondment: Secondment | None

    @property
    def held(self) -> Appointment | None:
        return next((post for post in self.posts if post.until_on is None), None)

    @property
    def latest(self) -> Appointment:
        return self.posts[0]

    def standing(self) -> Standing:
        held = self.held
        return Standing(
            holds_post=held is not None,
            is_seconded=self.secondment is not None,
            end_reason=self.posts[0].end_reason if held is None and self.posts else None,
        )


def perform(
    session: Session, actor: Actor, *, person_id: int, act: CareerAct, entry: CareerEntry, today: date
) -> Person:
    """Do one act of a career; RuleBroken says everything that stands in its way, and nothing is done."""
    career = _career(session, actor, person_id, today)
    if broken := unfit(act, career.standing(), career.person.name):
        raise RuleBroken(broken)
    before = tasks.grounds_of(session, [person_id], today=today)
    facts = _DONE[act](session, career, act, entry, today)
    paper = {"document_number": entry.document_number} if entry.document_number else {}
    _record(session, actor, career.person, entry.reason, {"act": act, **facts, **paper})
    tasks.follow(session, actor, before, today=today)
    return career.person


def correct_post(
    session: Session, actor: Actor, *, person_id: int, appointment_id: int, entry: CareerEntry, today: date
) -> bool:
    """Put right a post as it was recorded, in place; whether anything was different. RuleBroken without a reason."""
    career = _career(session, actor, person_id, today)
    post = next((post for post in career.posts if post.id == appointment_id), None)
    if post is None:
        raise RuleBroken(
            [APPOINTED_IN_ORDER.broken(N_("This post is not one of %(name)s's."), name=career.person.name)]
        )
    began_on = entry.day or post.from_on
    values = {**entry.values, "document_number": entry.document_number, "from_on": began_on}
    if broken := [*_correction_problems(career, post, began_on, entry.reason, today), *_unit_problems(session, values)]:
        raise RuleBroken(broken)
    changed = differences(post, values)
    if not changed:
        return False
    before = tasks.grounds_of(session, [person_id], today=today)
    facts: dict[str, Any] = {"act": CareerAct.CORRECT, "corrected_post": post.from_on, **changed}
    for name, (_was, after) in changed.items():
        setattr(post, name, after)
    if post is career.latest:
        career.person.department_id = post.department_id
    _record(session, actor, career.person, entry.reason, facts)
    tasks.follow(session, actor, before, today=today)
    return True


def _record(session: Session, actor: Actor, person: Person, reason: str, facts: Mapping[str, Any]) -> None:
    """One act on the person's record, in the unit where it leaves him or her."""
    session.flush()
    act = audit.Act(
        subject_type=Person.__tablename__,
        subject_id=person.id,
        department_id=person.department_id,
        reason=reason,
        facts=facts,
    )
    audit.record_many(session, actor, Action.PERSON_MANAGE, [act])


def _career(session: Session, actor: Actor, person_id: int, today: date) -> _Career:
    """Somebody's posts and the secondment of today, locked until the act is done."""
    person = session.get_one(Person, person_id, with_for_update=True)
    actor.require_unit(Action.PERSON_MANAGE, person.department_id)
    if broken := closed(person.id, person.withdrawn_on):
        raise RuleBroken(broken)
    posts = session.scalars(
        select(Appointment)
        .where(Appointment.person_id == person_id, HELD)
        .order_by(Appointment.from_on.desc())
        .with_for_update()
    ).all()
    return _Career(person, posts, present_secondment(session, person_id, today))


def present_secondment(session: Session, person_id: int, today: date) -> Secondment | None:
    """Where somebody is seconded today, if anywhere."""
    return session.scalar(
        select(Secondment).where(
            Secondment.person_id == person_id,
            Secondment.from_on <= today,
            or_(Secondment.until_on.is_(None), Secondment.until_on >= today),
        )
    )


def _begin(session: Session, career: _Career, act: CareerAct, entry: CareerEntry, today: date) -> dict[str, Any]:
    """A new post: after one that has ended, or in place of the present one."""
    before, day = career.held, _day(entry)
    last = before.from_on if before else career.latest.until_on if career.posts else None
    unit_id = career.person.department_id if act is CareerAct.REASSIGN else entry.values["department_id"]
    values = {name: entry.values[name] for name in DETAILS} | {"department_id": unit_id}
    broken = [*begins_in_order(day, after=last, today=today), *_unit_problems(session, values)]
    broken += _same_post(act, before, values)
    if day <= career.person.born_on:
        broken.append(APPOINTED_IN_ORDER.broken(N_("The appointment begins before the person was born.")))
    if broken:
        raise RuleBroken(broken)
    changed = differences(before, values) if before else {"department_id": values["department_id"]}
    if before is not None:
        _end(session, career, before, day - timedelta(days=1), ACTS[act].ends_with[0], moves=act is CareerAct.TRANSFER)
    session.add(Appointment(person_id=career.person.id, from_on=day, document_number=entry.document_number, **values))
    career.person.department_id = unit_id
    return {**changed, "from_on": [before.from_on if before else None, day]}


def _finish(session: Session, career: _Career, act: CareerAct, entry: CareerEntry, today: date) -> dict[str, Any]:
    """The present post ends, and with it whatever secondment hangs on it."""
    post, day = career.latest, _day(entry)
    reasons = ACTS[act].ends_with
    reason = EndReason(entry.values.get("end_reason") or reasons[0])
    if broken := ends_in_order(day, began_on=post.from_on, today=today):
        raise RuleBroken(broken)
    _end(session, career, post, day, reason, moves=True)
    post.end_document_number = entry.document_number
    return {"until_on": [None, day], "end_reason": [None, reason]}


def _end(
    session: Session, career: _Career, post: Appointment, last_day: date, reason: EndReason, *, moves: bool
) -> None:
    if moves and career.secondment is not None:
        if career.secondment.from_on > last_day:
            early = N_("The secondment that began on %(day)s is still open; put that right first.")
            raise RuleBroken([NO_SECOND_SECONDMENT.broken(early, day=career.secondment.from_on)])
        career.secondment.until_on = last_day
    post.until_on, post.end_reason = last_day, reason
    session.flush()


def _second(session: Session, career: _Career, _act: CareerAct, entry: CareerEntry, today: date) -> dict[str, Any]:
    """Work for another unit from a day on; the post at home stays."""
    post, day = career.latest, _day(entry)
    host, until_on = entry.values["department_id"], entry.values.get("until_on")
    broken = secondment_in_order(
        day, until_on, began_on=post.from_on, is_home=host == career.person.department_id, today=today
    )
    broken += _unit_problems(session, {"department_id": host}) + _overlaps(session, career, day, until_on)
    if broken:
        raise RuleBroken(broken)
    session.add(
        Secondment(
            person_id=career.person.id,
            department_id=host,
            from_on=day,
            until_on=until_on,
            document_number=entry.document_number,
            reason=entry.reason,
        )
    )
    return {"host_id": host, "from_on": day} | ({"until_on": until_on} if until_on else {})


def _return(session: Session, career: _Career, _act: CareerAct, entry: CareerEntry, today: date) -> dict[str, Any]:
    """The present secondment ends on a day."""
    secondment, day = career.secondment, _day(entry)
    if secondment is None:  # `unfit` has said so before
        return {}
    if day < secondment.from_on or day > today:
        unlikely = N_("The secondment began on %(day)s; its last day lies between then and today.")
        raise RuleBroken([NO_SECOND_SECONDMENT.broken(unlikely, day=secondment.from_on)])
    before, secondment.until_on = secondment.until_on, day
    return {"host_id": secondment.department_id, "until_on": [before, day]}


def _reopen(session: Session, career: _Career, _act: CareerAct, entry: CareerEntry, today: date) -> dict[str, Any]:
    """The end of the last post was a mistake: the post goes on."""
    if not entry.reason.strip():
        raise RuleBroken([APPOINTED_IN_ORDER.broken(N_("Say why the end was a mistake."))])
    post = career.latest
    facts = {"until_on": [post.until_on, None], "end_reason": [post.end_reason, None]}
    post.until_on, post.end_reason, post.end_document_number = None, None, ""
    return facts


_DONE = {
    CareerAct.JOIN: _begin,
    CareerAct.TRANSFER: _begin,
    CareerAct.REASSIGN: _begin,
    CareerAct.SECOND: _second,
    CareerAct.RETURN: _return,
    CareerAct.RETIRE: _finish,
    CareerAct.LEAVE: _finish,
    CareerAct.DIE: _finish,
    CareerAct.REOPEN: _reopen,
}


def _day(entry: CareerEntry) -> date:
    if entry.day is None:
        raise RuleBroken([APPOINTED_IN_ORDER.broken(N_("Enter the day."))])
    return entry.day


def _unit_problems(session: Session, values: Mapping[str, Any]) -> list[Violation]:
    unit = session.get(Department, values["department_id"])
    if unit is not None and unit.ended_on is None:
        return []
    return [APPOINTED_IN_ORDER.broken(N_("This unit does not exist any more; choose another one."))]


def _same_post(act: CareerAct, before: Appointment | None, values: Mapping[str, Any]) -> list[Violation]:
    if before is None:
        return []
    if act is CareerAct.TRANSFER and before.department_id == values["department_id"]:
        return [APPOINTED_IN_ORDER.broken(N_("A transfer leads to another unit; within one, change the post."))]
    if act is CareerAct.REASSIGN and not differences(before, values):
        return [APPOINTED_IN_ORDER.broken(N_("Nothing of the post is different."))]
    return []


def _overlaps(session: Session, career: _Career, day: date, until_on: date | None) -> list[Violation]:
    other = session.scalar(
        select(Secondment)
        .where(
            Secondment.person_id == career.person.id,
            or_(Secondment.until_on.is_(None), Secondment.until_on >= day),
            Secondment.from_on <= (until_on or date.max),
        )
        .limit(1)
    )
    if other is None:
        return []
    twice = N_("The secondment that began on %(day)s would overlap.")
    return [NO_SECOND_SECONDMENT.broken(twice, day=other.from_on)]


def _correction_problems(
    career: _Career, post: Appointment, began_on: date, reason: str, today: date
) -> list[Violation]:
    """A corrected post keeps its place among the others."""
    place = career.posts.index(post)
    earlier = career.posts[place + 1].until_on if place + 1 < len(career.posts) else career.person.born_on
    broken = begins_in_order(began_on, after=earlier, today=today)
    if post.until_on is not None and began_on > post.until_on:
        broken.append(
            APPOINTED_IN_ORDER.broken(N_("The post ended on %(day)s and cannot begin later."), day=post.until_on)
        )
    if not reason.strip():
        broken.append(APPOINTED_IN_ORDER.broken(N_("Say why.")))
    return broken
