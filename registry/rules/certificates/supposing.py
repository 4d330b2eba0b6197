"""What would be: the gate under a supposition, and the earliest day on which it could open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from registry.rules.certificates.dossiers import Dossier, Finding
from registry.rules.certificates.gate import examine
from registry.rules.certificates.kinds import CertificateKind
from registry.rules.exams import ExamFact, ExamOutcome, ExamSubject
from registry.rules.policy import Policy

MOST_ROUNDS = 12  # each later than the one before: bars, birthdays, exams and the end of a card are fewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Supposition:
    """What somebody supposes: exams passed on days to come, training completed; and the day that is asked about."""

    on: date | None = None
    passes: Mapping[ExamSubject, date] = field(default_factory=dict)
    trained_on: date | None = None

    @property
    def is_nothing(self) -> bool:
        return self.on is None and not self.passes and self.trained_on is None

    def day(self, today: date) -> date:
        """The day asked about: as said, else the last of the days supposed, never one that is past."""
        return self.on or max([today, *self.passes.values(), *([self.trained_on] if self.trained_on else [])])


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The earliest day on which every rule could be met; None while something without a day is waited for."""

    earliest_on: date | None
    waits_for: Sequence[Finding] = ()


def supposing(
    dossier: Dossier, *, passes: Mapping[ExamSubject, date] | None = None, trained_on: date | None = None
) -> Dossier:
    """The dossier as it would be with these exams passed and that training done. Nothing is written."""
    supposed = tuple(_pass_on(subject, day) for subject, day in (passes or {}).items())
    training = min((day for day in (dossier.trained_on, trained_on) if day is not None), default=None)
    return replace(dossier, results=(*dossier.results, *supposed), trained_on=training)


def outlook(kind: CertificateKind, dossier: Dossier, policy_of: Callable[[date], Policy], day: date) -> Outlook:
    """When the gate could open at the earliest, each day under the policy of that day.

    The person is supposed to pass the next sitting that is announced; what has no day yet is waited for.
    """
    for _ in range(MOST_ROUNDS):
        unmet = [finding for finding in examine(kind, dossier, policy_of(day), day) if not finding.met]
        if not unmet:
            return Outlook(earliest_on=day)
        waiting = [finding for finding in unmet if finding.earliest_on is None]
        if waiting:
            return Outlook(earliest_on=None, waits_for=waiting)
        dossier = supposing(dossier, passes=_next_sittings(unmet))
        day = max(finding.earliest_on for finding in unmet if finding.earliest_on is not None)
    return Outlook(earliest_on=None, waits_for=unmet)


def _next_sittings(unmet: Sequence[Finding]) -> dict[ExamSubject, date]:
    return {finding.ahead[0].subject: finding.ahead[0].held_on for finding in unmet if finding.ahead}


def _pass_on(subject: ExamSubject, day: date) -> ExamFact:
    return ExamFact(
        result_id=0,
        subject=subject,
        sitting="",
        held_on=day,
        outcome=ExamOutcome.SCORED,
        score=None,
        pass_mark=Decimal(0),
        passed=True,
        is_supposed=True,
    )
