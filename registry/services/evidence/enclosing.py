"""Kept papers of a person: enclosed byte for byte when nobody else stands on them, else named."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from registry.labels import label
from registry.models.papers import Paper, PaperCertificate
from registry.models.rosters import Roster
from registry.rules import RuleBroken
from registry.rules.evidence import LeftOut
from registry.rules.papers import BYTES_STAY, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import papers, rosters
from registry.services.evidence.gathering import Dossier

OF_MANY = frozenset({PaperKind.ERRATA, PaperKind.SUMMARY})
# A sheet of a sample says nothing of anybody, and whose people are drawn learn of it from the auditor.
NO_EVIDENCE = frozenset({PaperKind.EVIDENCE, PaperKind.SAMPLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Enclosed:
    """A file of a bundle."""

    name: str
    what: str
    content: bytes

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A kept paper or roster about the person. `left_out` says why its bytes do not go into the bundle."""

    row: Paper | Roster
    number: str
    what: str
    left_out: LeftOut | None

    @property
    def name(self) -> str:
        """Its name in the bundle."""
        kind = self.row.kind.value if isinstance(self.row, Paper) else "roster"
        return f"papers/{kind}-{self.row.id}.pdf"


def papers_of(session: Session, actor: Actor, dossier: Dossier) -> list[Kept]:
    """Every paper that is about the person or bears one of the certificates, the earliest first; one query."""
    cards = [card.id for card in dossier.cards]
    borne = (
        select(func.count())
        .where(PaperCertificate.paper_id == Paper.id, PaperCertificate.certificate_id.in_(cards))
        .scalar_subquery()
    )
    about = or_(Paper.person_id.in_(dossier.files), borne > 0)
    rows = session.execute(select(Paper, borne).where(about, Paper.kind.not_in(NO_EVIDENCE)).order_by(Paper.id))
    return [
        Kept(
            row=paper,
            number=paper.number,
            what=label(paper.kind),
            left_out=_why_not(actor, paper, is_own=_is_own(paper, count, dossier)),
        )
        for paper, count in rows
    ]


def traced(actor: Actor, kept: Sequence[Kept]) -> list[int]:
    """The papers whose entries in the trail may be told: for a unit's people those of their unit alone."""
    return [one.row.id for one in kept if not actor.is_unit_bound or one.row.department_id == actor.department_id]


def roster_of(actor: Actor, roster: Roster, own_lines: int) -> Kept:
    """A roster on which the person stands; enclosed when nobody else does."""
    why = _why_not(actor, roster, is_own=own_lines == roster.line_count)
    why = LeftOut.LINE_ALONE if why is LeftOut.OTHERS_ON_IT else why
    return Kept(row=roster, number=roster.number, what="年度审验花名册", left_out=why)


def enclose(session: Session, actor: Actor, kept: Sequence[Kept], reason: str) -> tuple[list[Enclosed], list[Kept]]:
    """Take a copy of each for the bundle, with its line in the ledger; and which were left out after all."""
    taken, left = [], []
    for one in kept:
        content = None if one.left_out else _copied(session, actor, one.row, reason)
        if content is None:
            left.append(one if one.left_out else _damaged(one))
        else:
            taken.append(Enclosed(name=one.name, what=f"{one.what}　{one.number}", content=content))
    return taken, left


def _copied(session: Session, actor: Actor, row: Paper | Roster, reason: str) -> bytes | None:
    """The kept bytes; None when they are not those that were hashed."""
    if isinstance(row, Roster):
        taken = rosters.take_copy(session, actor, roster_id=row.id, form="pdf", reason=reason, public_url="")
        return taken.content if sha256(taken.content).hexdigest() == row.pdf_sha256 else None
    try:
        copy = papers.take_copy(session, actor, paper_id=row.id, reason=reason, action=Action.EVIDENCE_TAKE)
    except RuleBroken as broken:
        if all(violation.rule is BYTES_STAY for violation in broken.violations):
            return None
        raise
    return copy.content


def _damaged(one: Kept) -> Kept:
    return Kept(row=one.row, number=one.number, what=one.what, left_out=LeftOut.DAMAGED)


def _is_own(paper: Paper, borne: int, dossier: Dossier) -> bool:
    """Nobody else stands on it."""
    if paper.kind in OF_MANY:
        return False
    return paper.line_count == max(borne, 1)


def _why_not(actor: Actor, row: Any, *, is_own: bool) -> LeftOut | None:
    if not is_own:
        return LeftOut.OTHERS_ON_IT
    if actor.is_unit_bound and row.department_id != actor.department_id:
        return LeftOut.NOT_OURS
    return None if row.pdf_sha256 is not None else LeftOut.NOT_PRINTED
