"""Certificates of the province's list, taken into the register: through the same gate, as of their day."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models.certificates import Certificate
from registry.rules import RuleBroken, Violation
from registry.rules.certificates import NONE_HELD, CertificateKind, last_day, obstacles
from registry.rules.numbers import LONGEST_NUMBER, NUMBER_IS_FREE
from registry.rules.permissions import Action, Actor
from registry.services import policies, tasks
from registry.services.certificates.following import Following, Heir, succeed
from registry.services.certificates.gate import Examined, examined
from registry.services.certificates.issuing import close_expired, hold_results, write
from registry.services.certificates.later import later_facts
from registry.services.certificates.replacing import successions
from registry.services.changes import Tally, in_chunks
from registry.services.departments import no_subjects
from registry.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedEntry:
    """One line of the province's list. Without a last day the policy of the day of issue gives it."""

    person_id: int
    kind: CertificateKind
    number: str
    issued_on: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What becomes of a line: nothing when it is on record, a certificate when nothing stands in the way."""

    entry: IssuedEntry
    examined: Examined | None
    violations: Sequence[Violation]

    @property
    def is_on_record(self) -> bool:
        return self.examined is None and not self.violations


Heirs = Mapping[str, Heir]  # by the number of a line that follows a certificate in force, as it was applied for
NO_HEIRS: Heirs = {}


def look_at(
    session: Session, actor: Actor, *, entries: Sequence[IssuedEntry], heirs: Heirs = NO_HEIRS, today: date
) -> list[Received]:
    """What would become of each line, in order: every rule of the gate as of the day of issue, the number included.

    And what came after that day and would have ended the certificate, or keeps a new one from its holder today.
    """
    actor.require(Action.CERTIFICATE_RECEIVE)
    known = _by_number(session, [entry.number for entry in entries])
    fresh = [entry for entry in entries if entry.number not in known]
    seen: dict[tuple[int, CertificateKind, date], Examined] = {}
    for (kind, day), group in _by_day(fresh).items():
        people = examined(session, [entry.person_id for entry in group], kind=kind, day=day)
        seen |= {(person_id, kind, day): one for person_id, one in people.items()}
    seen |= _following(session, fresh, heirs)
    last = {entry: _last_day(session, entry) for entry in fresh}
    doubled, since = _overlapping(last), later_facts(session, [entry.person_id for entry in fresh])
    return [
        _compared(entry, known[entry.number])
        if entry.number in known
        else _judged(
            entry,
            seen[entry.person_id, entry.kind, entry.issued_on],
            entry in doubled,
            since.against(entry.person_id, entry.kind, (entry.issued_on, last[entry]), _after(entry, heirs), today),
            last[entry],
        )
        for entry in entries
    ]


def receive(
    session: Session,
    actor: Actor,
    *,
    entries: Sequence[IssuedEntry],
    heirs: Heirs = NO_HEIRS,
    today: date,
    batch: str | None = None,
) -> Tally:
    """Enter the province's certificates; the same list again changes nothing. RuleBroken lists every obstacle.

    One whose ground has gone since it was issued is flagged like any other.
    """
    looked = look_at(session, actor, entries=entries, heirs=heirs, today=today)
    if broken := [violation for one in looked for violation in one.violations]:
        raise RuleBroken(broken)
    fresh = [one for one in looked if one.examined is not None]
    hold_results(session, [one.examined for one in fresh if one.examined is not None])
    first = [one for one in fresh if one.entry.number not in heirs]
    for (kind, day), group in _by_day([one.entry for one in first]).items():
        by_person = {one.entry.person_id: one for one in first if (one.entry.kind, one.entry.issued_on) == (kind, day)}
        people = [one.examined for one in by_person.values() if one.examined is not None]
        closed = close_expired(session, actor, list(by_person), kind, day, batch=batch)
        write(
            session,
            actor,
            people,
            kind,
            policies.in_force(session, day),
            day,
            batch=batch,
            given=[by_person[one.applicant.person_id].entry.number for one in people],
            after=closed,
            ends={entry.person_id: entry.valid_until for entry in group if entry.valid_until is not None},
        )
    _succeed(session, actor, [one for one in fresh if one.entry.number in heirs], heirs, batch)
    late = [one.entry.number for one in fresh]
    tasks.entered_late(session, actor, late, fallen=no_subjects(session, today), today=today, batch=batch)
    return Tally(created=len(fresh), unchanged=len(looked) - len(fresh))


def _succeed(session: Session, actor: Actor, some: Sequence[Received], heirs: Heirs, batch: str | None) -> None:
    """These lines are certificates after others that are in force."""
    by_number = {one.entry.number: one.examined for one in some}
    for (kind, day), group in _by_day([one.entry for one in some]).items():
        following = [
            Following(heir=heirs[entry.number], holder=holder, number=entry.number, ends=entry.valid_until)
            for entry in group
            if (holder := by_number[entry.number]) is not None
        ]
        succeed(session, actor, following, kind, policies.in_force(session, day), day, batch=batch)


def _following(
    session: Session, entries: Sequence[IssuedEntry], heirs: Heirs
) -> dict[tuple[int, CertificateKind, date], Examined]:
    """Lines that follow a certificate in force, looked at as its successors."""
    found: dict[tuple[int, CertificateKind, date], Examined] = {}
    own = [entry for entry in entries if entry.number in heirs]
    for (kind, day), group in _by_day(own).items():
        plans = successions(session, [heirs[entry.number] for entry in group], day)
        for entry in group:
            found[entry.person_id, kind, day] = plans[heirs[entry.number].card_id].holder
    return found


def _by_day(entries: Sequence[IssuedEntry]) -> dict[tuple[CertificateKind, date], list[IssuedEntry]]:
    found: dict[tuple[CertificateKind, date], list[IssuedEntry]] = defaultdict(list)
    for entry in sorted(entries, key=lambda entry: (entry.issued_on, entry.kind)):
        found[entry.kind, entry.issued_on].append(entry)
    return found


def _by_number(session: Session, numbers: Sequence[str]) -> dict[str, Certificate]:
    return {
        card.number: card
        for chunk in in_chunks(numbers)
        for card in session.scalars(select(Certificate).where(Certificate.number.in_(chunk)))
    }


def _compared(entry: IssuedEntry, card: Certificate) -> Received:
    """A number on record: the same certificate, or a number that belongs to another one."""
    found = []
    if (card.person_id, card.kind) != (entry.person_id, entry.kind):
        message = N_("The number %(number)s belongs to a certificate of %(name)s.")
        found.append(NUMBER_IS_FREE.broken(message, number=card.number, name=card.holder_name))
    elif card.issued_on != entry.issued_on or (entry.valid_until or card.valid_until) != card.valid_until:
        message = N_("%(number)s is on record as issued on %(issued)s and valid until %(until)s.")
        dates = {"issued": card.issued_on, "until": card.valid_until}
        found.append(NUMBER_IS_FREE.broken(message, number=card.number, **dates))
    return Received(entry, None, found)


def _after(entry: IssuedEntry, heirs: Heirs) -> int | None:
    """The certificate that a line follows."""
    return heirs[entry.number].card_id if entry.number in heirs else None


def _overlapping(last: Mapping[IssuedEntry, date]) -> set[IssuedEntry]:
    """Lines that begin while another certificate of the list, of the same person and kind, is still running."""
    found: set[IssuedEntry] = set()
    until: dict[tuple[int, CertificateKind], date] = {}
    for entry in sorted(last, key=lambda entry: entry.issued_on):
        held = entry.person_id, entry.kind
        if held in until and entry.issued_on <= until[held]:
            found.add(entry)
        until[held] = max(until.get(held, entry.issued_on), last[entry])
    return found


def _last_day(session: Session, entry: IssuedEntry) -> date:
    return entry.valid_until or last_day(entry.issued_on, policies.in_force(session, entry.issued_on))


def _judged(entry: IssuedEntry, one: Examined, is_doubled: bool, later: Sequence[Violation], last: date) -> Received:
    found = obstacles(one.findings)
    told = {violation.rule for violation in found}
    found += [violation for violation in later if violation.rule not in told]
    if is_doubled:
        found.append(NONE_HELD.broken(N_("The list has another certificate of this kind that was valid on that day.")))
    if not 0 < len(entry.number) <= LONGEST_NUMBER:
        message = N_("A certificate number has 1 to %(most)s characters.")
        found.append(NUMBER_IS_FREE.broken(message, most=LONGEST_NUMBER))
    if last <= entry.issued_on:
        found.append(NUMBER_IS_FREE.broken(N_("The certificate ends before it begins.")))
    return Received(entry, one, found)
