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
from registry.rules.papers import BYTES_STAY, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import papers, rosters
from registry.services.evidence.gathering import Dossier

OTHERS_ON_IT = "载有他人信息，不附"
OTHERS_ON_ROSTER = "载有他人信息，只附本人所在行"
NOT_PRINTED = "尚未印制，无存档字节"
NOT_OURS = "由司法局或者其他单位保管，不附"
DAMAGED = "存档字节与校验值不符，不附"
OF_MANY = frozenset({PaperKind.ERRATA, PaperKind.SUMMARY})


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
    left_out: str

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
    rows = session.execute(select(Paper, borne).where(about, Paper.kind != PaperKind.EVIDENCE).order_by(Paper.id))
    return [
        Kept(
            row=paper,
            number=paper.number,
            what=label(paper.kind),
            left_out=_why_not(actor, paper, is_own=_is_own(paper, count, dossier)),
        )
        for paper, count in rows
    ]


def roster_of(actor: Actor, roster: Roster, own_lines: int) -> Kept:
    """A roster on which the person stands; enclosed when nobody else does."""
    why = _why_not(actor, roster, is_own=own_lines == roster.line_count)
    why = OTHERS_ON_ROSTER if why == OTHERS_ON_IT else why
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
    return Kept(row=one.row, number=one.number, what=one.what, left_out=DAMAGED)


def _is_own(paper: Paper, borne: int, dossier: Dossier) -> bool:
    """Nobody else stands on it."""
    if paper.kind in OF_MANY:
        return False
    return paper.line_count == max(borne, 1)


def _why_not(actor: Actor, row: Any, *, is_own: bool) -> str:
    if not is_own:
        return OTHERS_ON_IT
    if actor.is_unit_bound and row.department_id != actor.department_id:
        return NOT_OURS
    return "" if row.pdf_sha256 is not None else NOT_PRINTED
