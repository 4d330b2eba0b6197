"""The province's list and the road: what the list brings closes the application under way for it."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from registry.models.applications import Application
from registry.models.certificates import Certificate
from registry.rules.applications import UNDER_WAY, ApplicationStep
from registry.rules.certificates import LIVE, CertificateKind
from registry.rules.permissions import Action, Actor
from registry.services import certificates
from registry.services.applications import recording
from registry.services.applications.succeeding import heir_of
from registry.services.certificates import Heir, IssuedEntry, Received
from registry.services.changes import Tally, in_chunks
from registry.services.locking import hold_people

Road = Mapping[tuple[int, CertificateKind], Application]  # under way, by person and kind


def look_at(session: Session, actor: Actor, *, entries: Sequence[IssuedEntry], today: date) -> list[Received]:
    """What would become of each line of the list; one that was applied for as a successor is looked at as one."""
    actor.require(Action.CERTIFICATE_RECEIVE)
    road = _under_way(session, entries)
    return certificates.look_at(session, actor, entries=entries, heirs=_heirs(entries, road), today=today)


def receive(
    session: Session, actor: Actor, *, entries: Sequence[IssuedEntry], today: date, batch: str | None = None
) -> Tally:
    """Enter the list, and close the applications for what it brought; RuleBroken lists every obstacle."""
    actor.require(Action.CERTIFICATE_RECEIVE)
    hold_people(session, [entry.person_id for entry in entries])
    road = _under_way(session, entries, lock=True)
    before = _known(session, [entry.number for entry in entries])
    heirs = _heirs(entries, road)
    tally = certificates.receive(session, actor, entries=entries, heirs=heirs, today=today, batch=batch)
    fresh = [entry for entry in entries if entry.number not in before]
    _close(session, actor, road, _known(session, [entry.number for entry in fresh]), today, batch)
    return tally


def _close(
    session: Session, actor: Actor, road: Road, cards: Mapping[str, Certificate], today: date, batch: str | None
) -> None:
    """The application has its certificate, as far as that still runs: an old one of the list answers nothing."""
    came = {
        road[card.person_id, card.kind].id: card
        for card in cards.values()
        if (card.person_id, card.kind) in road and card.status in LIVE and card.valid_until >= today
    }
    recording.move(
        session,
        actor,
        ApplicationStep.RECEIVE,
        [one for one in road.values() if one.id in came],
        day=today,
        batch=batch,
        facts={application_id: {"number": card.number} for application_id, card in came.items()},
        came_to=("certificate_id", {application_id: card.id for application_id, card in came.items()}),
    )


def _under_way(
    session: Session, entries: Sequence[IssuedEntry], *, lock: bool = False
) -> dict[tuple[int, CertificateKind], Application]:
    """The applications under way for whom the list names; `lock`: and their cards, before anything is written."""
    found: dict[tuple[int, CertificateKind], Application] = {}
    for chunk in in_chunks(sorted({entry.person_id for entry in entries})):
        wanted = (
            select(Application)
            .options(joinedload(Application.predecessor))
            .where(Application.person_id.in_(chunk), Application.status.in_(sorted(UNDER_WAY)))
        )
        fresh = wanted.order_by(Application.id).execution_options(populate_existing=True)
        for one in session.scalars(fresh.with_for_update(of=Application) if lock else fresh):
            found[one.person_id, one.kind] = one
    if lock:
        certificates.hold_cards(session, [one.predecessor_id for one in found.values()])
    return found


def _heirs(entries: Sequence[IssuedEntry], road: Road) -> dict[str, Heir]:
    """The latest line for each application of a successor is that successor."""
    found: dict[tuple[int, CertificateKind], IssuedEntry] = {}
    for entry in sorted(entries, key=lambda entry: entry.issued_on):
        one = road.get((entry.person_id, entry.kind))
        if one is not None and _runs(one.predecessor, entry.issued_on):
            found[entry.person_id, entry.kind] = entry
    return {entry.number: heir_of(road[place]) for place, entry in found.items()}


def _runs(old: Certificate | None, day: date) -> bool:
    """Whether a certificate could give way on a day; one that is over leaves room for a first one."""
    return old is not None and old.status in LIVE and old.issued_on < day <= old.valid_until


def _known(session: Session, numbers: Sequence[str]) -> dict[str, Certificate]:
    found: dict[str, Certificate] = {}
    for chunk in in_chunks(numbers):
        cards = session.scalars(select(Certificate).where(Certificate.number.in_(chunk)))
        found |= {card.number: card for card in cards}
    return found
