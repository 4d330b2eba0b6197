"""What every act of the play needs: the session, who acts, and who is who by identity number."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random

from sqlalchemy.orm import Session

from registry.demo.crowd import SEED, Figure
from registry.rules.campaigns import Statement
from registry.rules.exams import ExamOutcome, ExamSubject
from registry.rules.permissions import SYSTEM
from registry.rules.reviews import ReviewFinding
from registry.rules.training import TrainingKind, TrainingMode
from registry.services import exams, people, reviews, training

PASS_MARK = 60


@dataclass(frozen=True, slots=True)
class Stage:
    """A session and the ids of everybody registered so far."""

    session: Session
    ids: dict[str, int]

    def register(self, figures: Sequence[Figure], today: date) -> None:
        people.bring_in(self.session, SYSTEM, entries=[figure.entry for figure in figures], today=today)
        known = people.known_people(self.session, [figure.number for figure in figures])
        self.ids.update({number: one.person.id for number, one in known.items()})

    def id_of(self, figure: Figure) -> int:
        return self.ids[figure.number]

    def ids_of(self, figures: Iterable[Figure]) -> list[int]:
        return [self.id_of(figure) for figure in figures]

    def attest(self, campaign_id: int, department_id: int, remark: str) -> None:
        """A unit says of everybody on its list what the register knows, and attests it."""
        of_unit = {"campaign_id": campaign_id, "department_id": department_id}
        gone = reviews.ItemFilter(department_id=department_id, finding=ReviewFinding.WITHDRAWN)
        ids = reviews.items_everywhere(self.session, SYSTEM, campaign_id=campaign_id, chosen=gone)
        reviews.state(self.session, SYSTEM, **of_unit, said=dict.fromkeys(ids, reviews.Said(Statement.LEFT)))
        reviews.state_rest(self.session, SYSTEM, **of_unit)
        reviews.attest(self.session, SYSTEM, **of_unit, remark=remark)

    def exam(self, title: str, subject: ExamSubject, day: date, marks: dict[str, int | None]) -> int:
        """Hold an exam; marks by identity number, None for the absent. The id of the sitting."""
        sitting = exams.announce(
            self.session,
            SYSTEM,
            entry=exams.SittingEntry(subject=subject, held_on=day, title=title, place="郏县县委党校"),
        )
        exams.publish_results(
            self.session,
            SYSTEM,
            sitting=sitting,
            entries=[
                exams.ResultEntry(
                    person_id=self.ids[number],
                    score=None if mark is None else Decimal(mark),
                    outcome=ExamOutcome.ABSENT if mark is None else ExamOutcome.SCORED,
                )
                for number, mark in marks.items()
            ],
        )
        return sitting.id

    def train(
        self,
        figures: Sequence[Figure],
        *,
        title: str,
        kind: TrainingKind,
        day: date,
        hours: int,
        ended_on: date | None = None,
    ) -> None:
        """Hold a training that all of these complete."""
        online = kind is TrainingKind.ONLINE_COMMON_LAW
        held = training.hold(
            self.session,
            SYSTEM,
            entry=training.SessionEntry(
                title=title,
                kind=kind,
                mode=TrainingMode.ONLINE if online else TrainingMode.IN_PERSON,
                held_on=day,
                ended_on=ended_on,
                hours=Decimal(hours),
                place="" if online else "县行政中心会议室",
                organiser="郏县司法局",
            ),
        )
        entries = [training.AttendanceEntry(person_id=self.id_of(figure)) for figure in figures]
        training.attend(self.session, SYSTEM, training=held, entries=entries)


def marks_for(figures: Iterable[Figure], salt: int, *, failing: Iterable[Figure] = ()) -> dict[str, int | None]:
    """Passing marks for the ones and failing marks for the others; now and then somebody does not come at all."""
    dice = Random(SEED + salt)
    marks: dict[str, int | None] = {
        figure.number: min(100, PASS_MARK + int(dice.triangular(0, 40, 24))) for figure in figures
    }
    for figure in failing:
        marks[figure.number] = None if dice.random() < 0.15 else PASS_MARK - 1 - dice.randrange(25)
    return marks
