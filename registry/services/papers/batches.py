"""Cards of many certificates: looked at first, then issued as one paper that the worker prints."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy.orm import Session

from registry import jobs
from registry.models.papers import Paper
from registry.printing import CardLayout
from registry.rules import RuleBroken
from registry.rules.jobs import JobKind
from registry.rules.lists import MOST_SELECTED
from registry.rules.papers import REPRINT_SAYS_WHY, SOMETHING_TO_PRINT, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services.papers.cards import NAMES, Subject, frozen, hold, subjects
from registry.services.papers.issuing import issue
from registry.words import N_

MIXED = "行政执法证件"
LAYOUTS = {CardLayout.SHEET: "证卡（每页十张）", CardLayout.SINGLE: "证卡（每页一面）"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardChoice:
    """How cards are printed, whether those without a photo get an empty frame, and whether any are printed again."""

    layout: CardLayout = CardLayout.SHEET
    with_empty_frames: bool = False
    again: bool = False
    reason: str = ""


class Place(StrEnum):
    """What a batch does with one certificate."""

    PRINTED = "printed"
    EMPTY_FRAME = "empty_frame"
    AGAIN = "again"
    NO_PHOTO = "no_photo"
    PRINTED_BEFORE = "printed_before"
    UNPRINTABLE = "unprintable"
    NOT_IN_FORCE = "not_in_force"


ON_PAPER = frozenset({Place.PRINTED, Place.EMPTY_FRAME, Place.AGAIN})


@dataclass(frozen=True, slots=True)
class Planned:
    """A certificate of a batch and what becomes of it."""

    subject: Subject
    place: Place

    @property
    def is_on_paper(self) -> bool:
        return self.place in ON_PAPER


def plan(
    session: Session,
    actor: Actor,
    *,
    certificate_ids: Sequence[int],
    choice: CardChoice,
    today: date,
) -> list[Planned]:
    """What a batch would do with each of these certificates, in the order of the sheets. Changes nothing."""
    actor.require(Action.PAPER_PRINT)
    ids = list(dict.fromkeys(certificate_ids))[:MOST_SELECTED]
    found = subjects(session, ids, today=today)
    own = [one for one in found if actor.may(Action.PAPER_PRINT, department_id=one.department_id)]
    return [Planned(one, _place(one, choice)) for one in own]


def print_cards(
    session: Session,
    actor: Actor,
    *,
    certificate_ids: Sequence[int],
    choice: CardChoice,
    public_url: str,
    today: date,
) -> Paper:
    """Issue the cards of these certificates as one paper, and ask the worker to print it.

    A card that was printed before names the paper that it comes instead of.
    RuleBroken (PAP-4) when none of them goes on paper, (PAP-1) when cards are printed again and nobody says why.
    """
    hold(session, certificate_ids)
    planned = plan(session, actor, certificate_ids=certificate_ids, choice=choice, today=today)
    chosen = [one.subject for one in planned if one.is_on_paper]
    if not chosen:
        raise RuleBroken([SOMETHING_TO_PRINT.broken(N_("None of these certificates goes on paper; see why below."))])
    if any(one.place is Place.AGAIN for one in planned) and not choice.reason.strip():
        raise RuleBroken([REPRINT_SAYS_WHY.broken(N_("Say why cards are printed again."))])
    units = {one.department_id for one in chosen}
    paper = issue(
        session,
        actor,
        kind=PaperKind.CARD_SHEETS,
        title=_title(chosen, choice.layout),
        data={
            **frozen(session, chosen, public_url=public_url),
            "layout": choice.layout,
            "reason": choice.reason.strip(),
            "instead_of": {one.line["number"]: one.printed_on[1] for one in chosen if one.printed_on is not None},
        },
        certificate_ids=[one.certificate_id for one in chosen],
        department_id=units.pop() if len(units) == 1 else None,
        reason=choice.reason.strip(),
        today=today,
    )
    asked = {"paper_id": paper.id, "account_id": actor.account_id}
    job = jobs.enqueue(session, actor, JobKind.PRINT_CARDS, department_id=actor.department_id, **asked)
    paper.job_id = job.id
    session.flush()
    return paper


def _place(one: Subject, choice: CardChoice) -> Place:
    if not one.is_in_force:
        return Place.NOT_IN_FORCE
    if one.missing_character:
        return Place.UNPRINTABLE
    if one.printed_on is not None and not choice.again:
        return Place.PRINTED_BEFORE
    if not one.has_photo and not choice.with_empty_frames:
        return Place.NO_PHOTO
    if one.printed_on is not None:
        return Place.AGAIN
    return Place.PRINTED if one.has_photo else Place.EMPTY_FRAME


def _title(chosen: Sequence[Subject], layout: CardLayout) -> str:
    kinds = {one.kind for one in chosen}
    return f"{NAMES[kinds.pop()] if len(kinds) == 1 else MIXED}{LAYOUTS[layout]}　{len(chosen)} 张"
