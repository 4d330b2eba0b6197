"""Successors written down, many at once: the old card ends for good, the new one names it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.certificates import Certificate, CertificatePeriod
from registry.rules.applications import ApplicationNature, ReplacementCause
from registry.rules.certificates import ACTS, GIVES_WAY, CertificateKind, CertificateStatus
from registry.rules.permissions import Action, Actor
from registry.rules.policy import Policy
from registry.services import policies, tasks
from registry.services.certificates.gate import Examined
from registry.services.certificates.issuing import write
from registry.services.certificates.periods import begin_all, open_periods
from registry.services.changes import in_chunks


@dataclass(frozen=True, slots=True, kw_only=True)
class Heir:
    """What is to follow a certificate: a renewal or a replacement, and why it is replaced, as far as that is known."""

    card_id: int
    nature: ApplicationNature
    cause: ReplacementCause | None = None
    document_number: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A successor to be written: whose it is, its number, and its last day where a list names one."""

    heir: Heir
    holder: Examined
    number: str
    ends: date | None = None


def succeed(
    session: Session,
    actor: Actor,
    following: Sequence[Following],
    kind: CertificateKind,
    policy: Policy,
    day: date,
    *,
    batch: str | None,
) -> list[Certificate]:
    """Each old card and its successor, in order, with a line each in the trail. The law was asked before.

    A replacement ends with the card in whose place it comes; a renewal begins a term of its own.
    """
    old = cards_of(session, [one.heir.card_id for one in following])
    _end(session, actor, old, following, day, batch)
    tasks.moved(session, actor, list(old.values()), today=day)
    ends = {old[one.heir.card_id].person_id: last for one in following if (last := _last_day(one, old))}
    after = {card.person_id: card.id for card in old.values()}
    people, given = [one.holder for one in following], [one.number for one in following]
    return write(session, actor, people, kind, policy, day, batch=batch, given=given, after=after, ends=ends)


def cards_of(session: Session, certificate_ids: Sequence[int]) -> dict[int, Certificate]:
    """These certificates by id."""
    found: dict[int, Certificate] = {}
    for chunk in in_chunks(certificate_ids):
        found |= {card.id: card for card in session.scalars(select(Certificate).where(Certificate.id.in_(chunk)))}
    return found


def _last_day(one: Following, old: dict[int, Certificate]) -> date | None:
    if one.ends is not None or one.heir.nature is ApplicationNature.RENEWAL:
        return one.ends
    return old[one.heir.card_id].valid_until


def _end(
    session: Session,
    actor: Actor,
    old: dict[int, Certificate],
    following: Sequence[Following],
    day: date,
    batch: str | None,
) -> None:
    """The periods that say what came after, and the acts that brought them."""
    present = open_periods(session, list(old))
    before = {card.id: card.status for card in old.values()}
    authority = policies.office(session).certificate_authority
    first = {card_id: max(day, period.from_on) for card_id, period in present.items()}
    said = {one.heir.card_id: _period(one.heir, first[one.heir.card_id], authority) for one in following}
    begin_all(session, old.values(), said)
    acts = [_act(old[one.heir.card_id], before, said[one.heir.card_id], one.heir.cause) for one in following]
    audit.record_many(session, actor, Action.CERTIFICATE_MOVE, acts, batch=batch)


def _period(heir: Heir, day: date, authority: str) -> CertificatePeriod:
    act = GIVES_WAY[heir.nature]
    return CertificatePeriod(
        status=ACTS[act].reaches,
        act=act,
        from_on=day,
        document_number=heir.document_number.strip(),
        decided_by=authority,
        legal_basis=ACTS[act].source,
        reason=heir.reason.strip(),
    )


def _act(
    card: Certificate, before: dict[int, CertificateStatus], said: CertificatePeriod, cause: ReplacementCause | None
) -> audit.Act:
    facts: dict[str, Any] = {
        "status": [before[card.id], card.status],
        "act": said.act,
        "from_on": said.from_on,
        "document_number": said.document_number,
    }
    return audit.Act(
        subject_type=Certificate.__tablename__,
        subject_id=card.id,
        department_id=card.department_id,
        reason=said.reason,
        facts=facts if cause is None else facts | {"cause": cause},
    )
