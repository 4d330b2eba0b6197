"""Printing frozen rosters, once each: on the worker for a whole review, or when a copy is asked for first."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import clock, printing
from registry.db import Sessions, transaction
from registry.jobs import Progress
from registry.models.reviews import ReviewCampaign
from registry.models.rosters import Roster
from registry.printing import missing_in
from registry.rules import RuleBroken, Violation
from registry.rules.rosters import BYTES_STAY, EVERY_CHARACTER_PRINTS
from registry.services import policies
from registry.services.rosters.contents import to_print, unit_by_unit
from registry.services.rosters.lines import entries
from registry.words import N_


def print_roster(session: Session, roster_id: int, public_url: str) -> bytes:
    """The roster's PDF: printed and kept the first time, the kept bytes ever after.

    RuleBroken (ROST-2) names the person whose name no font can print, (ROST-6) when the kept bytes are others now.
    """
    roster = _held(session, roster_id)
    if roster.pdf_sha256 is None:
        return _kept(session, roster, _printed(roster, to_print(session, roster), public_url))
    if not bytes_hold(roster):
        said = N_(
            "The bytes that are kept of %(number)s no longer agree with their hash; no copy of them is handed out."
        )
        raise RuleBroken([BYTES_STAY.broken(said, number=roster.number)])
    return roster.pdf or b""


def bytes_hold(roster: Roster) -> bool | None:
    """Whether the kept bytes are those that were printed; None as long as nothing is."""
    return None if roster.pdf_sha256 is None else sha256(roster.pdf or b"").hexdigest() == roster.pdf_sha256


def print_all(sessions: Sessions, progress: Progress, *, campaign_id: int, public_url: str) -> dict[str, Any]:
    """Print what a review's lock left to print, units first; a roster that is done stays done when this is run again.

    RuleBroken at the end, with a reason for each roster that could not be printed.
    """
    every, waiting = _rosters_of(sessions, campaign_id)
    refused: list[Violation] = []
    for done, roster_id in enumerate(waiting, len(every) - len(waiting) + 1):
        try:
            print_apart(sessions, roster_id, public_url)
        except RuleBroken as broken:
            refused += broken.violations
        progress(done, len(every))
    if refused:
        raise RuleBroken(refused)
    return {"rosters": len(every), "printed": len(waiting)}


def print_apart(sessions: Sessions, roster_id: int, public_url: str) -> None:
    """Print while the office goes on writing: a transaction is begun only to keep the bytes; the first kept stay."""
    with sessions.reading() as session:
        roster = session.get_one(Roster, roster_id, options=[undefer(Roster.data)])
    content = _printed(roster, unit_by_unit(sessions, roster), public_url)
    with transaction(sessions) as session:
        held = _held(session, roster_id)
        if held.pdf is None:
            _kept(session, held, content)


def _held(session: Session, roster_id: int) -> Roster:
    chosen = select(Roster).where(Roster.id == roster_id).with_for_update()
    return session.scalars(chosen.options(undefer(Roster.pdf), undefer(Roster.data))).one()


def _printed(roster: Roster, data: Mapping[str, Any], public_url: str) -> bytes:
    return paper(data, marks_of(roster), check_url=f"{public_url}/rosters/code/{roster.check_code}")


def _kept(session: Session, roster: Roster, content: bytes) -> bytes:
    roster.pdf, roster.pdf_sha256 = content, sha256(content).hexdigest()
    roster.template_version, roster.printed_at = printing.TEMPLATE_VERSION, clock.now()
    session.flush()
    return content


def marks_of(roster: Roster) -> printing.Marks:
    """What the paper and the sheet of a frozen roster bear."""
    return printing.Marks(
        number=roster.number,
        check_code=roster.check_code,
        data_sha256=roster.data_sha256,
        trail_head=roster.trail_head,
        is_draft=False,
    )


def paper(
    data: Mapping[str, Any], marks: printing.Marks, *, check_url: str, columns: Sequence[str] | None = None
) -> bytes:
    """A roster as PDF; RuleBroken in place of the printer's complaint about a character."""
    try:
        return printing.print_roster(data, marks, check_url=check_url, columns=columns)
    except printing.Unprintable as unprintable:
        raise refusal_of(unprintable) from unprintable


def refusal_of(unprintable: printing.Unprintable) -> Exception:
    """What the printer complains of as a refusal that names the person; itself when nobody is to blame."""
    if unprintable.character:
        return RuleBroken([missing(unprintable.who, unprintable.character)])
    if not unprintable.who:
        return unprintable
    said = N_("%(who)s: the printer says: %(said)s")
    return RuleBroken([EVERY_CHARACTER_PRINTS.broken(said, who=unprintable.who, said=str(unprintable))])


def missing(who: str, character: str) -> Violation:
    """That no font has a character, in whose line it stands, and what to do."""
    said = N_(
        "%(who)s: no font has the character %(character)s (%(code)s)."
        " See whether it is entered rightly; if it is, tell the administrator, who adds a font that has it"
        " (REGISTRY_FONTS)."
    )
    return EVERY_CHARACTER_PRINTS.broken(said, who=who, character=character, code=f"U+{ord(character):04X}")


def unprintable(session: Session, campaign: ReviewCampaign) -> list[Violation]:
    """Whose line on the rosters of a review no font could print; a reason for each, before anything is frozen."""
    found = entries(session, campaign, policies.by_id(session, campaign.policy_id), None)
    strange = unprintable_names(session)
    for unit, those in groupby(found, lambda entry: entry.unit.name):
        strange += unprintable_in(unit, (entry.line for entry in those))
    return strange


def unprintable_names(session: Session) -> list[Violation]:
    """The same of the office and its county, which every roster names."""
    office = policies.office(session)
    return [missing(text, character) for text in (office.name, office.county) if (character := missing_in(text))]


def unprintable_in(unit: str, lines: Iterable[Mapping[str, Any]]) -> list[Violation]:
    """The same of a unit's name and of its lines."""
    said = ((line["name"], "".join(map(str, line.values()))) for line in lines)
    return [missing(who, character) for who, text in ((unit, unit), *said) if (character := missing_in(text))]


def _rosters_of(sessions: Sessions, campaign_id: int) -> tuple[list[int], list[int]]:
    """All rosters of a review and those not printed yet; the county's, the longest, last."""
    chosen = select(Roster.id, Roster.pdf_sha256).where(Roster.campaign_id == campaign_id)
    with sessions.reading() as session:
        rows = session.execute(chosen.order_by(Roster.department_id.is_(None), Roster.id)).all()
    return [row.id for row in rows], [row.id for row in rows if row.pdf_sha256 is None]
