"""Which procedure brings in which kind of file, and who may."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from registry.rules.imports import ImportKind
from registry.rules.people import Duty
from registry.rules.permissions import Action, Actor
from registry.services.changes import Tally
from registry.services.imports import certificates, departments, exam_results, people, reviewers, training
from registry.services.imports.rows import Gathered

Bringing = Callable[[Session, Actor, Gathered, date, str | None], Tally]

# Each checks all rows before it writes one, and writes nothing when `gathered.problems` is not empty.
BRINGING: Mapping[ImportKind, Bringing] = {
    ImportKind.DEPARTMENTS: departments.bring_in,
    ImportKind.PEOPLE: people.bring_in,
    ImportKind.TRAINING: training.bring_in,
    ImportKind.EXAM_RESULTS: exam_results.bring_in,
    ImportKind.CERTIFICATES: certificates.bring_in,
    ImportKind.SUPERVISORS: partial(people.bring_in, duty=Duty.SUPERVISION),
    ImportKind.LEGAL_REVIEWERS: reviewers.bring_in,
}
NEEDED: Mapping[ImportKind, Action] = {
    ImportKind.DEPARTMENTS: Action.DEPARTMENT_MANAGE,
    ImportKind.PEOPLE: Action.PERSON_MANAGE,
    ImportKind.TRAINING: Action.TRAINING_MANAGE,
    ImportKind.EXAM_RESULTS: Action.EXAM_MANAGE,
    ImportKind.CERTIFICATES: Action.CERTIFICATE_RECEIVE,
    ImportKind.SUPERVISORS: Action.PERSON_MANAGE,
    ImportKind.LEGAL_REVIEWERS: Action.DEPARTMENT_MANAGE,
}
