"""Two papers that speak for the register: what somebody held on a day (持证情况证明), and why a certificate is refused.

Both are Chinese whatever the language of whoever asks, and say nothing that the register does not.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.labels import label
from registry.models.certificates import Refusal
from registry.models.exams import ExamResult
from registry.models.papers import Paper
from registry.models.people import HELD, Appointment, Person
from registry.rules import RuleBroken
from registry.rules.papers import PROVES_THE_PAST, SOMETHING_TO_PRINT, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services import papers, policies
from registry.services.certificates import CertificateThen, held_by, passes_of
from registry.services.departments import name_on, names_on
from registry.words import CHINESE, N_, translate

PROOF_TITLE = "持证情况证明"


def issue_proof(
    session: Session,
    actor: Actor,
    *,
    person_id: int,
    day: date,
    recipient: str,
    purpose: str,
    today: date,
) -> Paper:
    """A numbered paper that says what somebody held on a day, or that it was nothing; its facts are frozen.

    RuleBroken (PAP-4) without a recipient and a purpose, (PAP-6) for a day that has not come.
    """
    actor.require(Action.PAPER_PRINT)
    broken = []
    if not recipient.strip() or not purpose.strip():
        broken.append(SOMETHING_TO_PRINT.broken(N_("Say for whom the proof is, and what for.")))
    if day > today:
        broken.append(PROVES_THE_PAST.broken(N_("%(day)s has not come yet: nothing can be proved of it."), day=day))
    if broken:
        raise RuleBroken(broken)
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.PAPER_PRINT, person.department_id)
    cards = held_by(session, person_id, day)
    return papers.issue(
        session,
        actor,
        kind=PaperKind.PROOF,
        title=PROOF_TITLE,
        data={
            "recipient": recipient.strip(),
            "purpose": purpose.strip(),
            "day": day,
            "person": _person(session, person, day),
            "held": _held(session, cards),
            "valid": [label(card.certificate.kind) for card in cards if card.is_valid],
            "trail_head": audit.head(session),
        },
        certificate_ids=[card.certificate.id for card in cards],
        reason=purpose.strip(),
        person_id=person_id,
        department_id=person.department_id,
        today=today,
    )


def notice_of(session: Session, refusal_id: int) -> Paper | None:
    """The notice of a refusal, when it was issued already."""
    return session.scalar(select(Paper).where(Paper.refusal_id == refusal_id))


def issue_notice(session: Session, actor: Actor, *, refusal_id: int, today: date) -> Paper:
    """The notice of a refusal (不予核发告知书), as a numbered paper; one a refusal: the schema refuses a second."""
    refusal = session.scalars(select(Refusal).options(joinedload(Refusal.person)).where(Refusal.id == refusal_id)).one()
    actor.require_unit(Action.PAPER_PRINT, refusal.department_id)
    kind = label(refusal.kind)
    return papers.issue(
        session,
        actor,
        kind=PaperKind.REFUSAL,
        title=f"不予核发{kind}告知书",
        data={
            "person": {
                "name": refusal.person.name,
                "identity": refusal.person.identity_masked,
                "unit": name_on(session, refusal.department_id, refusal.refused_on),
            },
            "certificate": kind,
            "refused_on": refusal.refused_on,
            "policy": refusal.policy_id,
            "policy_from": policies.by_id(session, refusal.policy_id).from_on,
            "met": [translate(one["title"], CHINESE) for one in refusal.findings if one["met"]],
            "unmet": [_in_chinese(one) for one in refusal.findings if not one["met"]],
            "trail_head": audit.head(session),
        },
        person_id=refusal.person_id,
        department_id=refusal.department_id,
        refusal_id=refusal.id,
        today=today,
    )


def _in_chinese(finding: Mapping[str, Any]) -> dict[str, Any]:
    """A finding as it was kept, in the words of official paper."""
    return {
        "title": translate(finding["title"], CHINESE),
        "source": finding["source"],
        "evidence": translate(finding["message"], CHINESE, finding["params"]),
        "next_step": translate(finding["next_step"], CHINESE),
        "earliest_on": finding["earliest_on"] or "",
        "sittings": [{"title": one["title"], "held_on": one["held_on"]} for one in finding.get("ahead", [])],
    }


def _person(session: Session, person: Person, day: date) -> dict[str, Any]:
    """Who it is, and the post of that day under the unit's name of that day."""
    post = session.scalars(
        select(Appointment)
        .where(
            Appointment.person_id == person.id,
            Appointment.from_on <= day,
            Appointment.until_on.is_(None) | (Appointment.until_on >= day),
            HELD,
        )
        .order_by(Appointment.from_on.desc())
    ).first()
    return {
        "name": person.name,
        "sex": label(person.sex),
        "identity": person.identity_masked,
        "unit": names_on(session, day)[post.department_id] if post else "",
        "post": " ".join(word for word in (post.section, post.post) if word) if post else "",
        "establishment": label(post.establishment) if post else "",
    }


def _held(session: Session, cards: Sequence[CertificateThen]) -> list[dict[str, Any]]:
    passes = passes_of(session, [card.certificate for card in cards])
    return [_card(card, passes[card.certificate.id]) for card in cards]


def _card(card: CertificateThen, passes: Sequence[ExamResult]) -> dict[str, Any]:
    """A certificate as it stood: the reason of a measure stays inside, the paper it rests on is named."""
    certificate, basis = card.certificate, card.basis
    return {
        "kind": label(certificate.kind),
        "number": certificate.number,
        "holder": certificate.holder_name,
        "unit": card.unit,
        "issued_on": certificate.issued_on,
        "valid_from": certificate.valid_from,
        "valid_until": certificate.valid_until,
        "status": label(card.status) if card.status else "尚未生效",
        "is_valid": card.is_valid,
        "since": basis.from_on if basis else "",
        "until": card.ended_on or "",
        "act": label(basis.act) if basis and basis.act else "",
        "document": basis.document_number if basis else "",
        "legal_basis": basis.legal_basis if basis else "",
        "decided_by": basis.decided_by if basis else "",
        "exams": [_exam(result) for result in passes if result.sitting.held_on <= card.day],
        "reviews": [
            {"year": item.campaign.year, "finding": label(item.finding)}
            for item in card.reviews[:1]
            if item.finding is not None
        ],
    }


def _exam(result: ExamResult) -> dict[str, Any]:
    return {
        "subject": label(result.subject),
        "sitting": result.sitting.title,
        "held_on": result.sitting.held_on,
        "score": "" if result.score is None else f"{result.score.normalize():f}",
        "pass_mark": f"{result.pass_mark.normalize():f}",
    }
