"""What a unit's standing rests on: confirmation by public notice and its withdrawal, entrustment and its renewal."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry import audit
from registry.models.departments import Department, DepartmentMandate
from registry.rules import Rule, RuleBroken
from registry.rules.departments import CONFIRMED_BY_NOTICE, ENTRUSTMENT_IS_WHOLE, DepartmentKind
from registry.rules.permissions import Action, Actor
from registry.services.departments.entries import DepartmentEntry, act_on
from registry.services.departments.falling import follow_standing
from registry.services.departments.grounds import replaced
from registry.words import N_

ENTRUSTED = DepartmentKind.ENTRUSTED_ORGANISATION


def earlier_mandates(session: Session, actor: Actor, *, department_id: int) -> Sequence[DepartmentMandate]:
    """Confirmations and entrustments that others took the place of, the latest first.

    One that is in force again, because the file that replaced it was undone, is no earlier one.
    """
    actor.require_unit(Action.DEPARTMENT_VIEW, department_id)
    own = select(DepartmentMandate).where(DepartmentMandate.department_id == department_id)
    with_entruster = own.options(joinedload(DepartmentMandate.entrusting_department))
    kept = session.scalars(with_entruster.order_by(DepartmentMandate.from_on.desc(), DepartmentMandate.id.desc()))
    return replaced(session.get_one(Department, department_id), kept)


def confirm(
    session: Session, actor: Actor, *, department_id: int, notice: str, confirmed_on: date, reason: str, today: date
) -> None:
    """Confirm a unit as enforcement subject, as announced by a notice; a withdrawn confirmation is kept as it stood."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    wrong = N_("%(day)s has not come yet.") if confirmed_on > today else None
    if unit.kind is ENTRUSTED:
        wrong = N_("An entrusted organisation is no subject of its own; record its entrustment.")
    if unit.withdrawn_on is not None and confirmed_on < unit.withdrawn_on:
        wrong = N_("The confirmation was withdrawn on %(other)s; a new one comes later.")
    _refuse(CONFIRMED_BY_NOTICE, wrong, day=confirmed_on, other=unit.withdrawn_on)
    changed: dict[str, list[Any]] = {
        "confirmation_notice": [unit.confirmation_notice, notice],
        "confirmed_on": [unit.confirmed_on, confirmed_on],
    }
    if unit.withdrawn_on is not None:
        _keep_confirmation(session, unit)
    unit.confirmation_notice, unit.confirmed_on = notice, confirmed_on
    session.flush()
    facts = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    act = act_on(unit.id, reason=reason, subject_confirmed=True, **facts)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    follow_standing(session, actor, [unit.id], since=confirmed_on, document_number=notice, today=today)


def withdraw_confirmation(
    session: Session, actor: Actor, *, department_id: int, notice: str, withdrawn_on: date, reason: str, today: date
) -> None:
    """The unit is no enforcement subject from that day on, as announced by a notice."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit = session.get_one(Department, department_id)
    wrong = N_("%(day)s has not come yet.") if withdrawn_on > today else None
    if unit.confirmed_on is not None and withdrawn_on < unit.confirmed_on:
        wrong = N_("The unit was confirmed on %(other)s; a withdrawal comes later.")
    if unit.confirmed_on is None or unit.withdrawn_on is not None or unit.kind is ENTRUSTED:
        wrong = N_("The unit has no confirmation to withdraw.")
    _refuse(CONFIRMED_BY_NOTICE, wrong, day=withdrawn_on, other=unit.confirmed_on)
    unit.withdrawn_on, unit.withdrawal_notice = withdrawn_on, notice
    session.flush()
    act = act_on(unit.id, reason=reason, withdrawn_on=withdrawn_on, withdrawal_notice=notice)
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act])
    follow_standing(session, actor, [unit.id], since=withdrawn_on, document_number=notice, today=today)


def entrust(
    session: Session,
    actor: Actor,
    *,
    department_id: int,
    entrusting_id: int,
    from_on: date,
    until_on: date | None,
    document_number: str,
    reason: str,
    today: date,
) -> None:
    """Entrust an organisation anew or renew its entrustment; the one before is kept as it stood, ending the eve."""
    actor.require_unit(Action.DEPARTMENT_MANAGE, department_id)
    unit, entruster = session.get_one(Department, department_id), session.get_one(Department, entrusting_id)
    wrong = N_("The entrustment ends before it begins.") if until_on is not None and until_on < from_on else None
    if unit.entrusted_from is not None and from_on <= unit.entrusted_from:
        wrong = N_("The present entrustment began on %(day)s; the next one begins later.")
    if entruster.kind is ENTRUSTED or entruster.id == unit.id or entruster.ended_on is not None:
        wrong = N_("%(name)s cannot entrust: it is entrusted itself, this very unit, or has ended.")
    if unit.kind is not ENTRUSTED:
        wrong = N_("Only an entrusted organisation has an entrusting unit.")
    _refuse(ENTRUSTMENT_IS_WHOLE, wrong, day=unit.entrusted_from, name=entruster.name)
    before = session.get(Department, unit.entrusting_department_id) if unit.entrusting_department_id else None
    changed: dict[str, list[Any]] = {
        "entrusting_code": [before.code if before else None, entruster.code],
        "entrusted_from": [unit.entrusted_from, from_on],
        "entrusted_until": [unit.entrusted_until, until_on],
        "entrustment_document": [unit.entrustment_document, document_number],
    }
    _keep_entrustment(session, unit, from_on)
    unit.entrusting_department_id, unit.entrustment_document = entruster.id, document_number
    unit.entrusted_from, unit.entrusted_until = from_on, until_on
    session.flush()
    facts = {name: pair for name, pair in changed.items() if pair[0] != pair[1]}
    audit.record_many(session, actor, Action.DEPARTMENT_MANAGE, [act_on(unit.id, reason=reason, **facts)])
    follow_standing(session, actor, [unit.id], since=from_on, document_number=document_number, today=today)


def keep_earlier(
    session: Session, unit: Department, before: DepartmentEntry, entry: DepartmentEntry, changed_on: date
) -> None:
    """Keep what an entry replaces: a withdrawn confirmation by a later one, an entrustment by one that follows it.

    The entrustment of an organisation that is one no longer ends the eve of that day.
    """
    later = entry.confirmed_on is not None and unit.withdrawn_on is not None and entry.confirmed_on >= unit.withdrawn_on
    if later:
        _keep_confirmation(session, unit)
    if before.entrusted_from is not None and entry.entrusted_from is not None:
        ended = before.entrusted_until or before.entrusted_from
        if entry.entrusted_from > ended:
            _keep_entrustment(session, unit, entry.entrusted_from)
    if before.kind is ENTRUSTED and entry.kind is not ENTRUSTED and before.entrusted_from is not None:
        _keep_entrustment(session, unit, max(changed_on, before.entrusted_from + timedelta(days=1)))


def _keep_confirmation(session: Session, unit: Department) -> None:
    if unit.confirmed_on is not None and unit.withdrawn_on is not None:
        session.add(
            DepartmentMandate(
                department_id=unit.id,
                document_number=unit.confirmation_notice or "",
                from_on=unit.confirmed_on,
                until_on=max(unit.confirmed_on, unit.withdrawn_on - timedelta(days=1)),
                ending_document=unit.withdrawal_notice or "",
            )
        )
    unit.withdrawn_on = unit.withdrawal_notice = None


def _keep_entrustment(session: Session, unit: Department, next_from: date) -> None:
    if unit.entrusted_from is None:
        return
    eve = next_from - timedelta(days=1)
    session.add(
        DepartmentMandate(
            department_id=unit.id,
            entrusting_department_id=unit.entrusting_department_id,
            document_number=unit.entrustment_document or "",
            from_on=unit.entrusted_from,
            until_on=min(unit.entrusted_until or eve, eve),
        )
    )


def _refuse(rule: Rule, wrong: str | None, **params: object) -> None:
    if wrong is not None:
        raise RuleBroken([rule.broken(wrong, **params)])
