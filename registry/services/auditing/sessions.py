"""Scanning sessions: begun, gone on with after a browser was lost, a scan taken back, ended with their sums."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from registry import audit, clock
from registry.db import canonical_json
from registry.models.accounts import Account
from registry.models.auditing import Scan, ScanSession
from registry.models.rosters import Roster
from registry.rules import Denied, RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.scanning import CAME, NO_MISMATCH, OWN_SCANNING, SCANNED_WHILE_OPEN, ScanOutcome
from registry.services.auditing.drawing import Line, SampleChoice, held, hold, lines_of, sample_of
from registry.words import N_

SHOWN = 50  # scans that agree, the newest; the report has all, and mismatches stay on top until the end
MISSING_SHOWN = 100


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A scanning session in a list, with the number of scans that count."""

    session: ScanSession
    choice: SampleChoice
    by: str
    scans: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a scanning is: counts, every mismatch, the newest that agree, the lines whose cards did not come yet."""

    session: ScanSession
    roster: Roster
    choice: SampleChoice
    by: str
    is_own: bool
    scanned: int
    agreeing: int
    came: int
    last: Scan | None
    mismatches: Sequence[Scan]
    agreements: Sequence[Scan]
    missing: Sequence[Line]

    @property
    def mismatched(self) -> int:
        return self.scanned - self.agreeing

    @property
    def is_open(self) -> bool:
        return self.session.ended_at is None


def begin(session: Session, actor: Actor, *, roster_id: int, choice: SampleChoice) -> ScanSession:
    """Begin to scan a roster or a sample of it; what the same person left open of the same list is gone on with.

    RuleBroken (AUD-1, AUD-2) when only one of seed and size is given; Denied for another unit's people.
    """
    roster = held(session, actor, Action.ROSTER_SCAN, roster_id=roster_id)
    if choice.is_whole:
        choice, expected = SampleChoice(), roster.line_count
    else:
        sample = sample_of(roster, lines_of(session, roster), choice)
        choice, expected = sample.choice, len(sample.drawn)
    hold(session, roster)
    if (open_one := _left_open(session, actor, roster_id, choice)) is not None:
        return open_one
    begun = ScanSession(
        roster_id=roster.id,
        account_id=actor.account_id,
        seed=choice.seed,
        size=choice.size,
        narrowed=choice.narrowed,
        expected=expected,
    )
    session.add(begun)
    facts = {"seed": choice.seed, "size": choice.size} if choice.seed else {}
    audit.record(
        session,
        actor,
        Action.ROSTER_SCAN,
        begun,
        department_id=roster.department_id,
        number=roster.number,
        expected=expected,
        **facts,
    )
    return begun


def of_roster(session: Session, actor: Actor, *, roster_id: int) -> list[SessionRow]:
    """The scanning sessions of a roster, the latest first; a unit's people see those of their unit's people alone."""
    if not actor.may(Action.ROSTER_SCAN):
        return []
    actor.require_unit(Action.ROSTER_SCAN, session.get_one(Roster, roster_id).department_id)
    counting = select(func.count()).where(Scan.session_id == ScanSession.id, Scan.taken_back_at.is_(None))
    chosen = (
        select(ScanSession, Account.display_name, counting.scalar_subquery())
        .outerjoin(Account, Account.id == ScanSession.account_id)
        .where(ScanSession.roster_id == roster_id)
        .order_by(ScanSession.id.desc())
    )
    if actor.is_unit_bound:
        chosen = chosen.where(Account.department_id == actor.department_id)
    return [SessionRow(one, choice_of(one), name or "", scans) for one, name, scans in session.execute(chosen)]


def standing(session: Session, actor: Actor, *, session_id: int) -> Standing:
    """How far a scanning is; NoResultFound when there is none, Denied for another unit's people."""
    one = load(session, actor, session_id=session_id)
    counts = _counts(session, session_id)
    missing = _missing(session, one)
    return Standing(
        session=one,
        roster=one.roster,
        choice=choice_of(one),
        by=one.account.display_name if one.account else "",
        is_own=one.account_id == actor.account_id,
        scanned=_cards(counts),
        agreeing=counts.get(ScanOutcome.AGREES, 0),
        came=one.expected - len(missing),
        last=session.scalars(_standing(session_id).order_by(Scan.id.desc()).limit(1)).first(),
        mismatches=_newest(session, session_id, Scan.outcome.not_in(NO_MISMATCH)),
        agreements=_newest(session, session_id, Scan.outcome == ScanOutcome.AGREES, SHOWN),
        missing=missing,
    )


def take_back(session: Session, actor: Actor, *, session_id: int, scan_id: int) -> Scan | None:
    """Let the last scan that counts count no more.

    None when this is not the last (any more): asked for twice, or by a page that is behind, no other is taken back in
    its place. RuleBroken (AUD-4) once the scanning is ended.
    """
    load_open(session, actor, session_id=session_id)
    last: Scan | None = session.scalars(_standing(session_id).order_by(Scan.id.desc()).limit(1)).first()
    if last is None or last.id != scan_id:
        return None
    last.taken_back_at = clock.now()
    session.flush()
    return last


def end(session: Session, actor: Actor, *, session_id: int) -> ScanSession:
    """End a scanning; the trail keeps its counts and the hash of everything scanned. RuleBroken (AUD-4) if ended."""
    one = load_open(session, actor, session_id=session_id)
    counts, missing = _counts(session, session_id), _missing(session, one)
    scanned, agreeing = (
        sum(counts.values()) - counts.get(ScanOutcome.ROSTER_ITSELF, 0),
        counts.get(ScanOutcome.AGREES, 0),
    )
    one.ended_at = clock.now()
    audit.record(
        session,
        actor,
        Action.ROSTER_SCAN,
        one,
        department_id=one.roster.department_id,
        number=one.roster.number,
        scanned=scanned,
        agreeing=agreeing,
        mismatched=scanned - agreeing,
        missing=len(missing),
        sha256=hash_of(session, session_id),
    )
    return one


def load(session: Session, actor: Actor, *, session_id: int) -> ScanSession:
    """A scanning with its roster and the roster's data, for whoever may look at it."""
    with_roster = joinedload(ScanSession.roster)
    chosen = select(ScanSession).where(ScanSession.id == session_id)
    chosen = chosen.options(
        with_roster.options(undefer(Roster.data), joinedload(Roster.campaign)), joinedload(ScanSession.account)
    )
    one = session.scalars(chosen).one()
    actor.require_unit(Action.ROSTER_SCAN, one.roster.department_id)
    if actor.is_unit_bound and (one.account is None or one.account.department_id != actor.department_id):
        raise Denied(Action.ROSTER_SCAN.value)
    return one


def load_open(session: Session, actor: Actor, *, session_id: int) -> ScanSession:
    """The same for the one who goes on with it, while it is open; locked, so that scans come one after another."""
    session.scalars(select(ScanSession.id).where(ScanSession.id == session_id).with_for_update()).one()
    one = load(session, actor, session_id=session_id)
    if one.ended_at is not None:
        raise RuleBroken([SCANNED_WHILE_OPEN.broken(N_("This scanning is ended; begin another."))])
    if one.account_id != actor.account_id:
        raise RuleBroken([OWN_SCANNING.broken(N_("Somebody else began this scanning; begin one of your own."))])
    return one


def choice_of(one: ScanSession) -> SampleChoice:
    """What a scanning expects: a sample, or every line."""
    return SampleChoice.read(one.seed, one.size, one.narrowed)


def expected_of(one: ScanSession, lines: Sequence[Line]) -> dict[int, Line]:
    """The lines whose cards are expected, by certificate: the sample in the order of its lots, or the whole roster."""
    choice = choice_of(one)
    expected = lines if choice.is_whole else [drawn.line for drawn in sample_of(one.roster, lines, choice).drawn]
    return {line.frozen["certificate_id"]: line for line in expected}


def every_scan(session: Session, session_id: int) -> list[Scan]:
    """All scans in their order, those taken back too."""
    return list(session.scalars(select(Scan).where(Scan.session_id == session_id).order_by(Scan.id)))


def hash_of(session: Session, session_id: int) -> str:
    """SHA-256 over everything scanned: the trail keeps it when a scanning is ended."""
    told = [
        [scan.typed, scan.outcome, scan.told, scan.scanned_at.astimezone(UTC), scan.taken_back_at is None]
        for scan in every_scan(session, session_id)
    ]
    return sha256(canonical_json(told).encode()).hexdigest()


def _left_open(session: Session, actor: Actor, roster_id: int, choice: SampleChoice) -> ScanSession | None:
    same = select(ScanSession).where(
        ScanSession.roster_id == roster_id,
        ScanSession.account_id == actor.account_id,
        ScanSession.ended_at.is_(None),
        ScanSession.seed == choice.seed,
        ScanSession.size == choice.size,
    )
    return next((one for one in session.scalars(same) if one.narrowed == choice.narrowed), None)


def _standing(session_id: int) -> Any:
    return select(Scan).where(Scan.session_id == session_id, Scan.taken_back_at.is_(None))


def _cards(counts: Mapping[ScanOutcome, int]) -> int:
    """How many scans were of cards, or meant to be."""
    return sum(count for outcome, count in counts.items() if outcome is not ScanOutcome.ROSTER_ITSELF)


def _counts(session: Session, session_id: int) -> Mapping[ScanOutcome, int]:
    counted = (
        select(Scan.outcome, func.count().label("scans"))
        .where(Scan.session_id == session_id, Scan.taken_back_at.is_(None))
        .group_by(Scan.outcome)
    )
    return {row.outcome: row.scans for row in session.execute(counted)}


def _newest(session: Session, session_id: int, kind: Any, most: int | None = None) -> list[Scan]:
    return list(session.scalars(_standing(session_id).where(kind).order_by(Scan.id.desc()).limit(most)))


def _missing(session: Session, one: ScanSession) -> list[Line]:
    here = select(Scan.listed_id).where(
        Scan.session_id == one.id, Scan.taken_back_at.is_(None), Scan.outcome.in_(CAME), Scan.listed_id.is_not(None)
    )
    came = set(session.scalars(here))
    return [
        line
        for certificate_id, line in expected_of(one, lines_of(session, one.roster)).items()
        if certificate_id not in came
    ]
