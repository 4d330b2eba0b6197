"""A pasted list of who attended: read line by line, and recorded as far as somebody at the desk has agreed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from sqlalchemy.orm import Session

from registry.models.training import Attendance, TrainingSession
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally
from registry.services.people import Known, Recognised, Verdict, recognise
from registry.services.people.recognising import MOST_LINES
from registry.services.training.attending import AttendanceEntry, attend
from registry.services.training.holding import MOST_HOURS
from registry.services.training.listing import present
from registry.words import N_

COMPLETED = frozenset({"已完成", "完成", "合格", "是", "√", "✓", "通过"})
NOT_COMPLETED = frozenset({"未完成", "没完成", "不合格", "否", "×", "x", "X", "缺勤", "未参加"})
UNITS_OF_TIME = ("个学时", "学时", "课时", "小时", "h")
HEADINGS = frozenset({"姓名", "单位", "学时", "身份证号", "证件编号", "是否完成", "序号", "备注", "职务"})
TOO_MANY_HOURS = N_("Hours lie between 0 and %(most)s, with one decimal at most.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One line: whom it means, the hours and completion it says, and how that stands to the session's list.

    `there` is the person's line on the list, when there is one; `doubled` the earlier line that means the same person;
    `unread` are the words that say nothing to us.
    """

    line: Recognised
    hours: Decimal | None
    is_completed: bool
    unread: Sequence[str]
    problem: str
    there: Attendance | None
    doubled: int | None

    @property
    def choices(self) -> Sequence[Known]:
        """Everybody whom this line may be recorded for."""
        return [*self.line.people, *self.line.near]

    @property
    def is_on_the_list(self) -> bool:
        return self.there is not None and self.there.withdrawn_on is None

    @property
    def is_ready(self) -> bool:
        """Whether the line can be recorded as it stands."""
        return self._is_free and self.line.verdict is Verdict.FOUND

    @property
    def is_open(self) -> bool:
        """Whether it can be recorded once somebody has said who is meant."""
        return self._is_free and self.line.verdict is not Verdict.FOUND and bool(self.choices)

    @property
    def _is_free(self) -> bool:
        return not (self.problem or self.is_on_the_list or self.doubled)


def read_list(session: Session, actor: Actor, *, training: TrainingSession, text: str) -> list[Proposal]:
    """What a pasted list says of a session, line by line; nothing is written. At most so many lines are read."""
    actor.require(Action.TRAINING_MANAGE)
    words = COMPLETED | NOT_COMPLETED | HEADINGS
    found = recognise(session, actor, text.splitlines()[:MOST_LINES], no_names=words)
    found = [one for one in found if not _is_heading(one)]
    ids = [one.person_id for one in found if one.person_id is not None]
    there = present(session, actor, session_id=training.id, person_ids=ids)
    first: dict[int, int] = {}
    return [_proposal(one, there, first) for one in found]


def record_list(
    session: Session, actor: Actor, *, training: TrainingSession, text: str, agreed: Mapping[int, int]
) -> tuple[Tally, list[str]]:
    """Record the lines for which `agreed` names a person whom the line may mean; the other lines come back.

    Lines that are on the list already are done with and do not come back.
    """
    entries: dict[int, AttendanceEntry] = {}
    left = []
    for one in read_list(session, actor, training=training, text=text):
        person_id = agreed.get(one.line.number)
        if (one.is_ready or one.is_open) and person_id in {known.person_id for known in one.choices}:
            entries.setdefault(
                person_id, AttendanceEntry(person_id=person_id, hours=one.hours, is_completed=one.is_completed)
            )
        elif not (one.is_on_the_list or one.doubled):
            left.append(one.line.text)
    kept = _without_those_there(session, actor, training, entries)
    return attend(session, actor, training=training, entries=kept), left


def _without_those_there(
    session: Session, actor: Actor, training: TrainingSession, entries: Mapping[int, AttendanceEntry]
) -> list[AttendanceEntry]:
    """A list adds people; what it would change is corrected line by line, for a reason."""
    there = present(session, actor, session_id=training.id, person_ids=list(entries))
    standing = {person_id for person_id, line in there.items() if line.withdrawn_on is None}
    return [entry for person_id, entry in entries.items() if person_id not in standing]


def as_lines(people: Collection[tuple[str, str, str]]) -> str:
    """A list to paste, of people by name, unit and masked number."""
    return "\n".join("\t".join(person) for person in people)


def _is_heading(one: Recognised) -> bool:
    """The line of headings that comes along when a table is copied."""
    return one.verdict is Verdict.NOBODY and len(HEADINGS & set(one.rest)) >= min(2, len(one.rest))


def _proposal(one: Recognised, there: Mapping[int, Attendance], first: dict[int, int]) -> Proposal:
    hours, is_completed, unread, problem = None, True, [], ""
    for word in one.rest:
        number = _number(word)
        if word in NOT_COMPLETED:
            is_completed = False
        elif number is not None and hours is None:
            hours = number
        elif word not in COMPLETED:
            unread.append(word)
    if hours is not None and not (0 <= hours <= MOST_HOURS and hours == round(hours, 1)):
        hours, problem = None, TOO_MANY_HOURS
    doubled = None if one.person_id is None else first.setdefault(one.person_id, one.number)
    return Proposal(
        line=one,
        hours=hours,
        is_completed=is_completed,
        unread=unread,
        problem=problem,
        there=None if one.person_id is None else there.get(one.person_id),
        doubled=None if doubled == one.number else doubled,
    )


def _number(word: str) -> Decimal | None:
    """`3.5学时` → 3.5; a word with more digits than hours have is a telephone or a date, and none."""
    for unit in UNITS_OF_TIME:
        word = word.removesuffix(unit)
    if not word or len(word) > len("9999.99") or not word.replace(".", "", 1).isdecimal():
        return None
    try:
        return Decimal(word)
    except InvalidOperation:
        return None
