"""Issuing a paper: its number given and what it says frozen, once and for ever."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Any

from sqlalchemy.orm import Session

from registry import audit
from registry.db import add_rows, canonical_json
from registry.models.papers import Paper, PaperCertificate
from registry.models.policies import Office
from registry.rules import RuleBroken
from registry.rules.papers import SERIES, SOMETHING_TO_PRINT, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import policies
from registry.services.numbers import reserve
from registry.words import N_

LAYOUT = 1  # the shape of the head; a change of its keys is a new number


def issue(
    session: Session,
    actor: Actor,
    *,
    kind: PaperKind,
    title: str,
    data: Mapping[str, Any],
    certificate_ids: Sequence[int] = (),
    person_id: int | None = None,
    department_id: int | None = None,
    refusal_id: int | None = None,
    reason: str = "",
    action: Action = Action.PAPER_PRINT,
    today: date,
) -> Paper:
    """Give a paper its number and freeze what it says; its bytes come with the first copy.

    What is frozen is `data` with a `head` beside it: number, title, day, office, county, authority, reason,
    demonstration or not. Photos named in `data["photos"]` (their ids as text, with their hashes) are handed to
    whatever lays it out. `action` is what whoever issues it has to be allowed, and what the trail calls it.
    RuleBroken (PAP-4) when there is nothing to say.
    """
    actor.require_unit(action, department_id)
    if not data:
        raise RuleBroken([SOMETHING_TO_PRINT.broken(N_("There is nothing to print."))])
    office = policies.office(session)
    number = _number(session, office, kind, today.year)
    frozen = _frozen({**data, "head": _head(office, kind, number, title, reason, today)})
    paper = Paper(
        kind=kind,
        number=number,
        title=title,
        department_id=department_id,
        person_id=person_id,
        refusal_id=refusal_id,
        data=frozen,
        data_sha256=hash_of(frozen),
        line_count=max(1, len(certificate_ids)),
    )
    session.add(paper)
    session.flush()
    _name_certificates(session, paper.id, certificate_ids)
    audit.record(
        session,
        actor,
        action,
        paper,
        department_id=department_id,
        reason=reason,
        number=number,
        kind=kind,
        data_sha256=paper.data_sha256,
        certificates=len(certificate_ids),
    )
    return paper


def hash_of(data: Mapping[str, Any]) -> str:
    """SHA-256 over the canonical JSON: the same on every database."""
    return sha256(canonical_json(data).encode()).hexdigest()


def _frozen(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data as they will be read back: text, numbers and lists, whatever was handed in."""
    plain: dict[str, Any] = json.loads(canonical_json(data))
    return plain


def _head(office: Office, kind: PaperKind, number: str, title: str, reason: str, today: date) -> dict[str, Any]:
    return {
        "layout": LAYOUT,
        "kind": kind,
        "number": number,
        "title": title,
        "reason": reason,
        "issued_on": today,
        "office": office.name,
        "county": office.county,
        "authority": office.certificate_authority,
        "is_demonstration": office.is_demonstration,
    }


def _number(session: Session, office: Office, kind: PaperKind, year: int) -> str:
    """`郏司证明〔2026〕12号`: one series a kind and year, its row locked until the paper is there."""
    short = office.county.rstrip("县市区") or office.county
    [serial] = reserve(session, f"paper:{kind}:{year}", 1)
    return f"{short}{SERIES[kind]}〔{year}〕{serial}号"


def _name_certificates(session: Session, paper_id: int, certificate_ids: Sequence[int]) -> None:
    rows = [
        {"paper_id": paper_id, "position": position, "certificate_id": certificate_id}
        for position, certificate_id in enumerate(certificate_ids, 1)
    ]
    if rows:
        add_rows(session, PaperCertificate, rows)
