"""Papers as they are kept: lists, one in full with its ledger, and whether data and bytes are still those hashed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from registry.db import AnySelect
from registry.models.accounts import Account
from registry.models.certificates import Certificate
from registry.models.jobs import Job
from registry.models.papers import Paper, PaperCertificate, PaperCopy
from registry.rules import RuleBroken
from registry.rules.papers import PaperKind
from registry.rules.permissions import Action, Actor
from registry.services.papers.issuing import hash_of
from registry.services.papers.printing import kept_bytes

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFilter:
    """Which papers to list; `text` is part of a number or a title."""

    text: str = ""
    kind: PaperKind | None = None
    department_id: int | None = None


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper in a list, with the number of copies taken."""

    paper: Paper
    copies: int


@dataclass(frozen=True, slots=True)
class CopyRow:
    """A line of the copy ledger."""

    number: int
    taken_by: str
    taken_at: datetime
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper in full: what was frozen, the certificates on it by id, the ledger, whether data and bytes hold, and the
    long work that prints it.

    `bytes_hold` is None as long as it is not printed.
    """

    paper: Paper
    data: Mapping[str, Any]
    certificates: Mapping[int, str]
    copies: Sequence[CopyRow]
    data_hold: bool
    bytes_hold: bool | None
    job: Job | None

    @property
    def is_intact(self) -> bool:
        return self.data_hold and self.bytes_hold is not False


def search(
    session: Session, actor: Actor, *, chosen: PaperFilter, after: int | None = None, size: int = PAGE
) -> tuple[list[PaperRow], int | None]:
    """A page of papers, the latest first, and the key of the next page; a unit's people find their unit's alone."""
    actor.require(Action.PAPER_VIEW)
    taken = select(func.count()).where(PaperCopy.paper_id == Paper.id).scalar_subquery()
    query = select(Paper, taken).options(joinedload(Paper.department)).order_by(Paper.id.desc()).limit(size + 1)
    query = _narrowed(_seen_by(actor, query), chosen)
    if after is not None:
        query = query.where(Paper.id < after)
    rows = [PaperRow(*row) for row in session.execute(query)]
    return rows[:size], rows[size - 1].paper.id if len(rows) > size else None


def get(session: Session, actor: Actor, *, paper_id: int) -> Kept:
    """A paper; NoResultFound when there is none, Denied for another unit's people."""
    chosen = select(Paper).where(Paper.id == paper_id).options(joinedload(Paper.department))
    paper = session.scalars(chosen.options(undefer(Paper.data))).one()
    actor.require_unit(Action.PAPER_VIEW, paper.department_id)
    data_hold = hash_of(paper.data) == paper.data_sha256
    named, job = _certificates(session, paper.id), session.get(Job, paper.job_id) if paper.job_id else None
    return Kept(paper, paper.data, named, _copies(session, paper.id), data_hold, _bytes_hold(session, paper), job)


def of_certificate(session: Session, actor: Actor, *, certificate_id: int) -> list[PaperRow]:
    """The papers on which a certificate stands, the latest first; a unit's people see those of their unit alone."""
    actor.require(Action.PAPER_VIEW)
    taken = select(func.count()).where(PaperCopy.paper_id == Paper.id).scalar_subquery()
    query = (
        select(Paper, taken)
        .join(PaperCertificate, PaperCertificate.paper_id == Paper.id)
        .where(PaperCertificate.certificate_id == certificate_id)
        .order_by(Paper.id.desc())
        .limit(PAGE)
    )
    return [PaperRow(*row) for row in session.execute(_seen_by(actor, query))]


def _narrowed(query: AnySelect, chosen: PaperFilter) -> AnySelect:
    if chosen.text.strip():
        word = chosen.text.strip()
        query = query.where(
            or_(Paper.number.contains(word, autoescape=True), Paper.title.contains(word, autoescape=True))
        )
    if chosen.kind is not None:
        query = query.where(Paper.kind == chosen.kind)
    if chosen.department_id is not None:
        query = query.where(Paper.department_id == chosen.department_id)
    return query


def _certificates(session: Session, paper_id: int) -> dict[int, str]:
    rows = session.execute(
        select(Certificate.id, Certificate.number)
        .join(PaperCertificate, PaperCertificate.certificate_id == Certificate.id)
        .where(PaperCertificate.paper_id == paper_id)
        .order_by(PaperCertificate.position)
        .limit(PAGE)
    )
    return {row.id: row.number for row in rows}


def _bytes_hold(session: Session, paper: Paper) -> bool | None:
    if paper.pdf_sha256 is None:
        return None
    try:
        kept_bytes(session, paper)
    except RuleBroken:
        return False
    return True


def _copies(session: Session, paper_id: int) -> list[CopyRow]:
    rows = session.execute(
        select(PaperCopy, Account.display_name)
        .outerjoin(Account, Account.id == PaperCopy.account_id)
        .where(PaperCopy.paper_id == paper_id)
        .order_by(PaperCopy.copy_number.desc())
    )
    return [CopyRow(one.copy_number, name or "", one.taken_at, one.reason, one.sha256) for one, name in rows]


def _seen_by(actor: Actor, query: AnySelect) -> AnySelect:
    return query.where(Paper.department_id == actor.department_id) if actor.is_unit_bound else query
