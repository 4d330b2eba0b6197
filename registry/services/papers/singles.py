"""One certificate on paper: its card or its page of A4, made once and found again."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry.models.certificates import Certificate
from registry.models.papers import Paper, PaperCertificate
from registry.rules import RuleBroken
from registry.rules.papers import ONLY_IN_FORCE, REPRINT_SAYS_WHY, PaperKind
from registry.rules.permissions import Action, Actor
from registry.services.papers.cards import NAMES, Subject, frozen, subjects
from registry.services.papers.issuing import issue
from registry.words import N_


def single(
    session: Session, actor: Actor, *, certificate_id: int, kind: PaperKind, public_url: str, today: date
) -> Paper:
    """The certificate's card (CARD) or page (CERTIFICATE): the paper there is, or one issued now.

    One that was issued without a photo gives way to a successor once there is a photo. RuleBroken (PAP-5) for a new
    paper of a certificate that is not in force, (PAP-1) for a new card of one whose card is on another paper already.
    """
    held = session.get_one(Certificate, certificate_id, with_for_update=True)  # of two at once, one issues
    actor.require_unit(Action.PAPER_PRINT, held.department_id)
    [subject] = subjects(session, [certificate_id], today=today)
    before = _latest(session, certificate_id, kind)
    if before is not None and (before.data["photos"] or not subject.has_photo or not subject.is_in_force):
        return before
    if not subject.is_in_force:
        said = N_("The certificate is not in force; no new card or page of it is printed.")
        raise RuleBroken([ONLY_IN_FORCE.broken(said)])
    _refuse_second_card(subject, kind, before)
    return issue(
        session,
        actor,
        kind=kind,
        title=_title(subject, kind),
        data={**frozen(session, [subject], public_url=public_url), "predecessor": before.number if before else ""},
        certificate_ids=[certificate_id],
        person_id=subject.person_id,
        department_id=subject.department_id,
        today=today,
    )


def _refuse_second_card(subject: Subject, kind: PaperKind, before: Paper | None) -> None:
    if kind is not PaperKind.CARD or subject.printed_on is None:
        return
    paper_id, number = subject.printed_on
    if before is None or before.id != paper_id:
        said = N_("The card was printed as %(number)s; say why it is printed again.")
        raise RuleBroken([REPRINT_SAYS_WHY.broken(said, number=number)])


def _latest(session: Session, certificate_id: int, kind: PaperKind) -> Paper | None:
    chosen = (
        select(Paper)
        .join(PaperCertificate, PaperCertificate.paper_id == Paper.id)
        .where(PaperCertificate.certificate_id == certificate_id, Paper.kind == kind)
        .order_by(Paper.id.desc())
        .limit(1)
    )
    return session.scalar(chosen.options(undefer(Paper.data)))


def _title(subject: Subject, kind: PaperKind) -> str:
    what = f"{NAMES[subject.kind]}证卡" if kind is PaperKind.CARD else NAMES[subject.kind]
    return f"{what}　{subject.line['name']}　{subject.line['number']}"
