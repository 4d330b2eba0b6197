"""Who comes into question for a sitting, found by the database in the order of units and names.

That is everybody in office whose post asks for its subject, who is not entered yet and has no pass that counts or a
certificate near its end. People are looked at along an index, so many at a time, and of the results only their own are
read: a look costs as much in a large register as in a small one.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, and_, extract, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from registry.db import AnySelect
from registry.models.certificates import Certificate
from registry.models.exams import Candidate, ExamResult, ExamSitting
from registry.models.people import Person
from registry.rules.candidates import PROPOSED, Call, kind_needed
from registry.rules.certificates import LIVE, SUBJECTS
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.people import Duty, Establishment
from registry.rules.policy import Policy
from registry.services.exams.publishing import stands
from registry.services.facets import facets_of
from registry.services.narrowing import count, in_passing

Place: TypeAlias = tuple[int, str, str, int]  # somebody's unit, name as it sounds, name and id: where the list has them

COUNTED = 2_000  # people in such posts; of more nobody is counted
LOOKED_AT = 2_000  # people in such posts, for one page
LONGEST_MONTH = 31
PLACE = (Person.department_id, Person.name_pinyin, Person.name, Person.id)
RESULT, HELD, OTHER, EARLIER = aliased(ExamResult), aliased(ExamSitting), aliased(ExamResult), aliased(ExamSitting)
_POSTS = tuple(product(Duty, Establishment))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A sitting for which people are sought, in one unit or in all."""

    sitting: ExamSitting
    policy: Policy
    department_id: int | None


def are_many(session: Session, asked: Asked) -> bool:
    """Whether more people than are counted hold a post that asks for the subject."""
    return count(session, select(Person.id).where(*_in_post(asked, Person.facets)), COUNTED).is_more


def place_of(session: Session, person_id: int | None) -> Place | None:
    """Where the list has somebody; None for nobody, and for an id that is none."""
    return _place(session.execute(select(*PLACE).where(Person.id == person_id)).first())


def end_of_look(session: Session, asked: Asked, begin: Place | None) -> Place | None:
    """The last person to look at in one go behind `begin`; None when the list ends before."""
    behind = [_key(asked) > _key(asked, begin)] if begin else []
    walk = select(*PLACE).where(*_in_post(asked, in_passing(Person.facets)), *behind).order_by(*PLACE)
    return _place(session.execute(walk.offset(LOOKED_AT - 1).limit(1)).first())


def in_question(
    session: Session,
    asked: Asked,
    *,
    begin: Place | None = None,
    end: Place | None = None,
    calls: Collection[Call] = PROPOSED,
    most: int | None = None,
) -> list[Place]:
    """Who comes into question behind `begin` as far as `end`, the first `most`.

    Who can be called for none of `calls` may be left out; who is called for what is for the rules to say.
    """
    within = [_key(asked) > _key(asked, begin)] if begin else []
    within += [_key(asked) <= _key(asked, end)] if end else []
    own = (Candidate.sitting_id == asked.sitting.id, Candidate.person_id == Person.id)
    is_entered = _has_any(select(func.count(Candidate.id)).where(*own))
    needs = _may_be(asked, calls)
    query = select(*PLACE).where(*_in_post(asked, in_passing(Person.facets)), *within, ~is_entered, needs)
    return [(row[0], row[1], row[2], row[3]) for row in session.execute(query.order_by(*PLACE).limit(most))]


def _place(row: Any) -> Place | None:
    return None if row is None else (row[0], row[1], row[2], row[3])


def _key(asked: Asked, place: Place | None = None) -> Any:
    """The columns by which the list is in order, or their values at a place; in one unit that is the same for all."""
    values = PLACE if place is None else place
    return tuple_(*(values if asked.department_id is None else values[1:]))


def _in_post(asked: Asked, facets: Any) -> list[ColumnElement[bool]]:
    """In office in a post that asks for the subject."""
    unit = [] if asked.department_id is None else [Person.department_id == asked.department_id]
    return [*unit, facets.in_(_facets(asked.sitting.subject))]


def _facets(subject: ExamSubject) -> list[int]:
    """The facets of posts whose certificate rests on the subject."""
    asking = [post for post in _POSTS if (kind := kind_needed(*post)) is not None and subject in SUBJECTS[kind]]
    return [facets_of(*post, law) for post in asking for law in (False, True)]


def _may_be(asked: Asked, calls: Collection[Call]) -> ColumnElement[bool]:
    """In SQL: somebody who may be called for one of these, with what the database tells quickly."""
    if set(calls) == {Call.RENEWAL}:
        return _has_a_certificate_near_its_end(asked)
    needs = or_(~_has_pass(asked), _has_a_certificate_near_its_end(asked))
    return and_(_has_sat_this_year(asked), needs) if set(calls) == {Call.RETAKE} else needs


def _has_a_certificate_near_its_end(asked: Asked) -> ColumnElement[bool]:
    near = asked.sitting.held_on + timedelta(days=LONGEST_MONTH * (asked.policy.renewal_window_months + 1))
    own = (Certificate.person_id == Person.id, Certificate.status.in_(LIVE), Certificate.valid_until <= near)
    return _has_any(select(func.count(Certificate.id)).where(*own))


def _has_sat_this_year(asked: Asked) -> ColumnElement[bool]:
    day = asked.sitting.held_on
    own = (*_attempts(asked, RESULT), HELD.held_on.between(date(day.year, 1, 1), day))
    return _has_any(select(func.count(RESULT.id)).join(HELD, HELD.id == RESULT.sitting_id).where(*own))


def _has_pass(asked: Asked) -> ColumnElement[bool]:
    """In SQL: a pass up to that day in one of the attempts of its year that count."""
    is_before = or_(EARLIER.held_on < HELD.held_on, and_(EARLIER.held_on == HELD.held_on, OTHER.id < RESULT.id))
    before = (
        select(func.count())
        .select_from(OTHER)
        .join(EARLIER, EARLIER.id == OTHER.sitting_id)
        .where(*_attempts(asked, OTHER), is_before, extract("year", EARLIER.held_on) == extract("year", HELD.held_on))
        .correlate(Person, RESULT, HELD)
        .scalar_subquery()
    )
    passed = (*_attempts(asked, RESULT), RESULT.passed, HELD.held_on <= asked.sitting.held_on)
    counts = before < asked.policy.exam_attempts
    return _has_any(select(func.count(RESULT.id)).join(HELD, HELD.id == RESULT.sitting_id).where(*passed, counts))


def _has_any(number: AnySelect) -> ColumnElement[bool]:
    """In SQL: whether somebody has one of what is counted; for an EXISTS PostgreSQL may read those of everybody."""
    return number.correlate(Person).scalar_subquery() > 0


def _attempts(asked: Asked, result: Any) -> tuple[ColumnElement[bool], ...]:
    """The standing results of somebody in the subject that are attempts."""
    return (
        result.person_id == Person.id,
        result.subject == asked.sitting.subject,
        result.outcome == ExamOutcome.SCORED,
        stands(result),
    )
