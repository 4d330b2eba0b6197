"""A numbered sheet of corrections to a locked roster: chosen lines, each with its reason and document."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, undefer

from registry import printing
from registry.models.rosters import Roster, RosterErratum
from registry.rules import RuleBroken, Violation
from registry.rules.errata import COMPARED, LINES_CHOSEN, LISTED, LONGEST_SHEET, SAYS_WHY, STILL_DIFFERS, Fate, added_up
from registry.rules.papers import PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import papers
from registry.services.errata.comparing import Compared, Comparison, compare
from registry.services.errata.keeping import corrected_so_far
from registry.services.rosters import to_print
from registry.words import N_

HEADINGS = {key: heading.replace("\n", "") for key, heading, _ in printing.COLUMNS}
MISSING, TOO_MUCH = ("未列入", "列入"), ("列入", "不应列入")
WHOLE_LINE = "整行"


@dataclass(frozen=True, slots=True)
class Correction:
    """A line to correct, and why by which document."""

    certificate_id: int
    reason: str = ""
    document: str = ""


def issue(
    session: Session,
    actor: Actor,
    *,
    roster_id: int,
    corrections: Sequence[Correction],
    reason: str,
    document: str,
    public_url: str,
    today: date,
) -> RosterErratum:
    """Correct lines of a locked roster by a sheet of its own, numbered on; the roster stays as it was printed.

    A correction without words of its own takes `reason` and `document`. RuleBroken (ERR-1) when no line is chosen or
    too many are, (ERR-2) for each that names neither, (ERR-3) for each that no longer differs,
    (ROST-6) when the roster's data are others now.
    """
    chosen = select(Roster).where(Roster.id == roster_id).with_for_update(of=Roster)
    roster = session.scalars(chosen.options(undefer(Roster.data), joinedload(Roster.campaign))).one()
    actor.require_unit(Action.REVIEW_LOCK, roster.department_id)
    so_far = corrected_so_far(session, roster_id)
    compared = compare(session, roster, to_print(session, roster), today=today, corrected=so_far)
    lines = {one.certificate_id: one for one in compared.lines}
    told = [_with_words(one, reason, document) for one in corrections]
    if broken := _obstacles(told, lines):
        raise RuleBroken(broken)
    sequence = _next(session, roster_id)
    paper = papers.issue(
        session,
        actor,
        kind=PaperKind.ERRATA,
        title=f"{roster.data['title']}勘误表（第{sequence}号）",
        data=_frozen(roster, sequence, compared, [(one, lines[one.certificate_id]) for one in told], public_url),
        department_id=roster.department_id,
        reason=reason.strip() or told[0].reason,
        today=today,
    )
    sheet = RosterErratum(
        roster_id=roster_id, sequence=sequence, paper_id=paper.id, reason=reason.strip() or told[0].reason
    )
    session.add(sheet)
    session.flush()
    return sheet


def _with_words(one: Correction, reason: str, document: str) -> Correction:
    return Correction(
        one.certificate_id, one.reason.strip() or reason.strip(), one.document.strip() or document.strip()
    )


def _obstacles(told: Sequence[Correction], lines: Mapping[int, Compared]) -> list[Violation]:
    if not told:
        return [LINES_CHOSEN.broken(N_("Choose at least one line to correct."))]
    if len(told) > LONGEST_SHEET:
        return [LINES_CHOSEN.broken(N_("A sheet corrects at most %(most)s lines."), most=LONGEST_SHEET)]
    found = []
    for one in told:
        line = lines.get(one.certificate_id)
        who = line.shown.get("name", "") if line else str(one.certificate_id)
        if line is None or not line.differs:
            found.append(STILL_DIFFERS.broken(N_("%(who)s: the register says what stands on the roster."), who=who))
        elif not one.reason or not one.document:
            found.append(SAYS_WHY.broken(N_("%(who)s: say why it is corrected and by which document."), who=who))
    return found


def _next(session: Session, roster_id: int) -> int:
    last = session.scalar(select(func.max(RosterErratum.sequence)).where(RosterErratum.roster_id == roster_id))
    return (last or 0) + 1


def _frozen(
    roster: Roster,
    sequence: int,
    compared: Comparison,
    chosen: Sequence[tuple[Correction, Compared]],
    public_url: str,
) -> dict[str, Any]:
    lines = [line for _, line in chosen]
    sums = added_up(compared.sums, [one.counts for one in lines], [one.counts_now for one in lines])
    return {
        "sequence": sequence,
        "roster": {
            "id": roster.id,
            "number": roster.number,
            "title": roster.data["title"],
            "unit": roster.data["sections"][0]["unit"] if roster.department_id else roster.data["county"],
            "filled_on": roster.data["filled_on"],
            "data_sha256": roster.data_sha256,
        },
        "corrections": [_correction(one, line) for one, line in chosen],
        "sums": {"before": compared.sums, "now": sums} if sums != compared.sums else None,
        "qr_text": f"{public_url}/rosters/code/{roster.check_code}",
    }


def _correction(one: Correction, line: Compared) -> dict[str, Any]:
    shown = line.shown
    return {
        "certificate_id": one.certificate_id,
        "place": line.line["place"] if line.line else "",
        "unit": line.unit,
        "name": shown["name"],
        "number": shown["number"],
        "fate": line.difference.fate,
        "changes": _changes(line),
        "reason": one.reason,
        "document": one.document,
        "stands": _stands(line),
        "counts_before": line.counts,
        "counts": line.counts_now,
    }


def _changes(line: Compared) -> list[dict[str, str]]:
    fate = line.difference.fate
    if fate is Fate.CHANGED:
        return [{"heading": HEADINGS[one.key], "before": one.before, "now": one.now} for one in line.difference.changes]
    before, now = MISSING if fate is Fate.ADDED else TOO_MUCH
    whole = [{"heading": WHOLE_LINE, "before": before, "now": now}]
    if fate is Fate.GONE or line.now is None:
        return whole
    told = [(key, str(line.now[key])) for key in COMPARED if str(line.now[key]) not in ("", "—")]
    return whole + [{"heading": HEADINGS[key], "before": "", "now": text} for key, text in told]


def _stands(line: Compared) -> dict[str, str]:
    """What of the line stands on paper from this sheet on."""
    if line.now is None:
        return {LISTED: "no"}
    now = {key: str(line.now[key]) for key in COMPARED}
    if line.difference.fate is Fate.ADDED:
        return {LISTED: "yes", **now}
    return {one.key: one.now for one in line.difference.changes}
