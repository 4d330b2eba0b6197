"""A bundle of evidence about one person: looked at first, then put together, indexed on paper and recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.db import canonical_json
from registry.models.papers import Paper
from registry.models.reviews import ReviewCampaign
from registry.rules import RuleBroken
from registry.rules.evidence import SAYS_WHAT_FOR
from registry.rules.papers import PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import papers
from registry.services.evidence import holding, learning, reviewing, tracing
from registry.services.evidence.enclosing import Enclosed, Kept, enclose, papers_of, traced
from registry.services.evidence.gathering import Dossier, gather
from registry.services.evidence.packing import packed
from registry.services.evidence.standing_on import on_rosters
from registry.services.evidence.tables import Table
from registry.services.evidence.telling import frozen
from registry.words import N_

MIMETYPE = "application/zip"
INDEX, ABOUT = "index.pdf", "about.json"
LAYOUT = 1  # the shape of a bundle; a change of its files is a new number
COPIED_FOR = "证据材料"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a bundle will hold, before it is made: tables as files, papers to enclose or not, the trail."""

    dossier: Dossier
    campaign: ReviewCampaign | None
    tables: Sequence[Table]
    kept: Sequence[Kept]
    traces: Sequence[tracing.Trace]

    @property
    def files(self) -> list[Table]:
        """Every table that becomes a file; the trail is the last and no part of the index."""
        return [*self.tables, tracing.table(self.traces)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """A bundle as it is handed over."""

    paper: Paper
    filename: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def contents(
    session: Session, actor: Actor, *, person_id: int, campaign_id: int | None = None, today: date
) -> Contents:
    """What a bundle about somebody would hold. Changes nothing.

    With a review given, its line and rosters alone stand for the reviews. Denied for another unit's people.
    """
    actor.require(Action.EVIDENCE_TAKE)
    dossier = gather(session, actor, person_id=person_id, campaign_id=campaign_id, today=today)
    listed, own = on_rosters(session, actor, dossier), papers_of(session, actor, dossier)
    tables = (
        learning.posts(dossier),
        learning.trainings(dossier),
        learning.obligations(dossier),
        learning.exams(dossier),
        holding.qualifications(dossier),
        holding.cards(dossier, today),
        holding.periods(dossier),
        holding.applications(dossier),
        holding.refusals(dossier),
        reviewing.reviews(dossier),
        listed.lines,
        listed.corrections,
        reviewing.assessments(dossier),
        *(table for table in [reviewing.conduct(dossier)] if table is not None),
    )
    return Contents(
        dossier=dossier,
        campaign=None if campaign_id is None else session.get_one(ReviewCampaign, campaign_id),
        tables=tables,
        kept=[*own, *listed.rosters],
        traces=tracing.trace(session, actor, dossier, traced(actor, own)),
    )


def bundle(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    campaign_id: int | None = None,
    recipient: str,
    purpose: str,
    today: date,
) -> Bundle:
    """Put everything together that the actor may see of somebody, indexed by a paper with a number of its own.

    The same state of the register gives the same enclosed files. RuleBroken (EVI-1) unless it is said for whom and what
    for, (PAP-2) for a name no font can print.
    """
    recipient, purpose = recipient.strip(), purpose.strip()
    if not recipient or not purpose:
        raise RuleBroken([SAYS_WHAT_FOR.broken(N_("Say for whom the evidence is, and what for."))])
    holds, head = (
        contents(session, actor, person_id=person_id, campaign_id=campaign_id, today=today),
        audit.latest(session),
    )
    data = [Enclosed(name=table.name, what=table.what, content=table.content) for table in holds.files]
    taken, left = enclose(session, actor, holds.kept, f"{COPIED_FOR}：{purpose}")
    said = {"recipient": recipient, "purpose": purpose, "trail_place": head[0], "trail_head": head[1]}
    paper = papers.issue(
        session,
        actor,
        kind=PaperKind.EVIDENCE,
        title=f"证据目录　{holds.dossier.person.name}",
        data=frozen(holds.dossier, holds.campaign, holds.tables, [*taken, *data], left, holds.traces, said),
        person_id=person_id,
        department_id=actor.department_id if actor.is_unit_bound else None,
        reason=purpose,
        action=Action.EVIDENCE_TAKE,
        today=today,
    )
    return _handed_over(session, actor, paper, [*taken, *data], said)


def _handed_over(
    session: Session, actor: Actor, paper: Paper, files: Sequence[Enclosed], said: dict[str, Any]
) -> Bundle:
    index = papers.take_copy(session, actor, paper_id=paper.id, reason=said["purpose"], action=Action.EVIDENCE_TAKE)
    content = packed(
        {
            INDEX: index.content,
            **{one.name: one.content for one in files},
            ABOUT: _about(paper),
        }
    )
    made = Bundle(paper=paper, filename=f"证据包-{paper.number}.zip", content=content)
    audit.record(
        session,
        actor,
        Action.EVIDENCE_TAKE,
        paper,
        department_id=paper.department_id,
        reason=said["purpose"],
        person_id=paper.person_id,
        recipient=said["recipient"],
        files=len(files),
        sha256=made.sha256,
    )
    return made


def _about(paper: Paper) -> bytes:
    """What a machine needs to find the index in the register again."""
    told = {"layout": LAYOUT, "index": paper.number, "data_sha256": paper.data_sha256, "index_sha256": paper.pdf_sha256}
    return (canonical_json(told) + "\n").encode()
