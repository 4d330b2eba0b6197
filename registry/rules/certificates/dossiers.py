"""What the gate looks at and what it answers: a person's dossier, and a finding for each rule."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from registry.rules import Rule, Violation
from registry.rules.certificates.kinds import CertificateStatus
from registry.rules.departments import Standing
from registry.rules.exams import ExamFact, ExamSubject
from registry.rules.people import Duty, EndReason, Establishment


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A period without re-application, set by a revocation or disqualification."""

    from_on: date
    until_on: date
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A decision that took the enforcement qualification away and stands on the day asked for."""

    decided_on: date
    decided_by: str
    document_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A certificate of the kind asked for whose status is live."""

    number: str
    valid_until: date
    status: CertificateStatus = CertificateStatus.ACTIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The end of the last post, for somebody who holds none."""

    on: date
    reason: EndReason


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """A sitting that is announced and has no result yet, which the person may sit."""

    sitting_id: int
    subject: ExamSubject
    title: str
    held_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """The facts a decision to certify may look at, and no others. `ahead` runs in the order of the days."""

    born_on: date
    establishment: Establishment | None
    duty: Duty | None
    in_post_since: date | None
    standing: Standing
    results: Sequence[ExamFact] = ()
    trained_on: date | None = None
    bars: Sequence[Bar] = ()
    held: Held | None = None
    loss: Loss | None = None
    left: Left | None = None
    ahead: Sequence[Ahead] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One rule, met or not; the evidence in words; what to do next and the earliest day it could be met.

    `ahead` are the sittings that could meet it; `is_supposed` when it is met by what somebody only supposes.
    """

    rule: Rule
    met: bool
    evidence: Violation
    next_step: str = ""
    earliest_on: date | None = None
    result_id: int | None = field(default=None, compare=False)
    ahead: Sequence[Ahead] = ()
    is_supposed: bool = False
