"""Certificates that come into the register late: what has happened since they were issued and speaks against them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from registry.rules import Violation
from registry.rules.certificates.dossiers import Bar, Loss
from registry.rules.certificates.gate import NONE_HELD, NOT_DISQUALIFIED, barred
from registry.rules.certificates.kinds import CertificateKind
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A certificate held from the first to the last of its days; `since` is the day of its latest act.

    One that ended on its first day was held on none: its last day lies before the first.
    """

    card_id: int
    number: str
    first: date
    last: date
    since: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Later:
    """What is on record of the holder of a late line: certificates of its kind, lost qualifications, and bars.

    `follows` is the certificate that the line takes the place of.
    """

    held: Sequence[Span] = ()
    losses: Sequence[Loss] = ()
    bars: Sequence[Bar] = ()
    follows: int | None = None


def against_late(kind: CertificateKind, first: date, last: date, later: Later, today: date) -> list[Violation]:
    """Everything since that keeps a certificate valid from the first to the last day from being entered today."""
    found = [_held_then(one) for one in later.held if meets(_until(one, later, first), first, last)]
    if kind is CertificateKind.ENFORCEMENT:
        found += [_ended_by(loss) for loss in later.losses if first <= loss.decided_on <= last]
    if first <= today <= last and (bar := barred(later.bars, today)):
        found.append(bar.evidence)
    return found


def meets(span: tuple[date, date], first: date, last: date) -> bool:
    """Whether some day lies in both."""
    return max(span[0], first) <= min(span[1], last)


def doubles(spans: Iterable[Span]) -> list[Span]:
    """Certificates of one holder and kind that begin while an earlier one is held."""
    found, until = [], date.min
    for one in sorted((span for span in spans if span.first <= span.last), key=lambda span: (span.first, span.last)):
        if one.first <= until:
            found.append(one)
        until = max(until, one.last)
    return found


def _until(one: Span, later: Later, first: date) -> tuple[date, date]:
    """The days of a certificate; one that gives way ends the day before, but no earlier than its latest act."""
    if one.card_id == later.follows:
        return one.first, max(first, one.since) - timedelta(days=1)
    return one.first, one.last


def _held_then(one: Span) -> Violation:
    message = N_("Certificate %(number)s of this kind was held from %(first)s to %(last)s.")
    return NONE_HELD.broken(message, number=one.number, first=one.first, last=one.last)


def _ended_by(loss: Loss) -> Violation:
    message = N_(
        "Disqualified on %(day)s by %(organ)s, %(document)s: a certificate issued before ended with that decision."
    )
    said = {"day": loss.decided_on, "organ": loss.decided_by, "document": loss.document_number}
    return NOT_DISQUALIFIED.broken(message, **said)
