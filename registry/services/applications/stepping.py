"""Steps on the road: what one would do with each application, shown before it is taken, and taken by those it fits."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from registry.rules import RuleBroken
from registry.rules.applications import (
    DATED,
    GATED,
    WAYS,
    ApplicationStep,
    Making,
    unsaid,
)
from registry.rules.permissions import Actor
from registry.rules.policy import Policy
from registry.services import certificates, policies
from registry.services.applications import approving, recording
from registry.services.applications.judging import Case, applicants_of, cases, judged
from registry.services.locking import hold_people


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said with a step: why, to whom a card went or where it comes from, and on which day."""

    reason: str = ""
    receiver: str = ""
    making: Making = Making.PRINTED
    on: date | None = None

    def day(self, step: ApplicationStep, today: date) -> date:
        """The day that the step keeps: of a card what was entered, of everything else the day on which it is taken."""
        return self.on if self.on is not None and step in DATED else today

    def words(self, step: ApplicationStep, holder: str) -> str:
        """What the row of the step keeps of it; a card goes to its holder unless somebody else is named."""
        if step is ApplicationStep.MAKE:
            return self.making.value
        return (self.receiver.strip() or holder) if step is ApplicationStep.HAND_OVER else self.reason.strip()


NOTHING = Said()


def preview(
    session: Session,
    actor: Actor,
    *,
    step: ApplicationStep,
    application_ids: Sequence[int],
    said: Said = NOTHING,
    today: date,
) -> list[Case]:
    """What the step would meet with each of these. Changes nothing."""
    actor.require(WAYS[step].action)
    held, policy = cases(session, actor, application_ids), policies.in_force(session, today)
    return judged(session, actor, step, held, day=said.day(step, today), policy=policy, today=today)


def take(
    session: Session,
    actor: Actor,
    *,
    step: ApplicationStep,
    application_ids: Sequence[int],
    said: Said = NOTHING,
    today: date,
) -> list[Case]:
    """Take the step with all it fits and leave the others where they are, each with every reason.

    RuleBroken when a step that must say why says nothing.
    """
    actor.require(WAYS[step].action)
    if broken := unsaid(step, said.reason):
        raise RuleBroken(broken)
    if step in GATED:
        hold_people(session, applicants_of(session, application_ids))
    held, policy = cases(session, actor, application_ids, lock=True), policies.in_force(session, today)
    if step is ApplicationStep.APPROVE:
        approving.hold(session, held, policy)
    looked = judged(session, actor, step, held, day=said.day(step, today), policy=policy, today=today)
    fit, batch = [one for one in looked if one.fits], recording.batch_of(len(held), today)
    if step is ApplicationStep.APPROVE:
        return _approve(session, actor, looked, fit, policy, today, batch)
    refusals = _put_on_record(session, actor, fit, policy, today, batch) if step is ApplicationStep.REFUSE else None
    recording.move(
        session,
        actor,
        step,
        [one.application for one in fit],
        day=said.day(step, today),
        reasons={one.application.id: said.words(step, one.name) for one in fit},
        batch=batch,
        facts={one.application.id: _facts(step, said, one.name) for one in fit},
        came_to=("refusal_id", refusals) if refusals else None,
    )
    return looked


def _approve(
    session: Session,
    actor: Actor,
    looked: Sequence[Case],
    fit: Sequence[Case],
    policy: Policy,
    today: date,
    batch: str | None,
) -> list[Case]:
    issued = approving.issue(session, actor, fit, policy, today, batch=batch)
    approved = [one for one in fit if one.application.id in issued.cards]
    facts = {
        one.application.id: {"number": issued.cards[one.application.id].number} | ({"own": True} if one.is_own else {})
        for one in approved
    }
    recording.move(
        session,
        actor,
        ApplicationStep.APPROVE,
        [one.application for one in approved],
        day=today,
        batch=batch,
        facts=facts,
        came_to=("certificate_id", {application_id: card.id for application_id, card in issued.cards.items()}),
    )
    late = issued.against
    return [replace(one, against=late.get(one.application.id, one.against)) for one in looked]


def _put_on_record(
    session: Session, actor: Actor, fit: Sequence[Case], policy: Policy, today: date, batch: str | None
) -> dict[int, int]:
    """The refusals themselves by application, with every finding."""
    found: dict[int, int] = {}
    for kind in sorted({one.application.kind for one in fit}):
        own = [one for one in fit if one.application.kind is kind]
        people = [one.examined for one in own if one.examined is not None]
        made = certificates.refuse(session, actor, people, kind, policy, today, batch=batch)
        by_person = {refusal.person_id: refusal.id for refusal in made}
        found |= {one.application.id: by_person[one.application.person_id] for one in own}
    return found


def _facts(step: ApplicationStep, said: Said, holder: str) -> dict[str, Any]:
    if step not in DATED:
        return {}
    name = "making" if step is ApplicationStep.MAKE else "receiver"
    return {name: said.words(step, holder)} | ({"on": said.on} if said.on else {})
