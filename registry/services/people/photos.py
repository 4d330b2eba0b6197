"""Photos: taken up, shown, taken away. The newest row counts and every row stays, that of a merged file too."""

from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import Subquery, func, select, union_all
from sqlalchemy.orm import Session

from registry import audit
from registry.models.people import Person, Photo
from registry.rules import RuleBroken
from registry.rules.merging import closed
from registry.rules.people import PRINTABLE_PHOTO
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.services.people.knowing import merged_into
from registry.services.people.portraits import SIZE, portrait
from registry.vault import vault_of
from registry.words import N_


def photo_of(session: Session, actor: Actor, person_id: int) -> bytes | None:
    """The present photo of one person as a JPEG, or None; Denied for another unit's people."""
    person = session.get_one(Person, person_id)
    actor.require_unit(Action.PERSON_VIEW, person.department_id)
    return photos_of(session, actor, [person_id]).get(person_id)


def photos_of(session: Session, actor: Actor, person_ids: Collection[int]) -> dict[int, bytes]:
    """The present photos by person id; who has none, or serves in another unit than the actor's, is left out."""
    actor.require(Action.PERSON_VIEW)
    vault, found = vault_of(session), dict[int, bytes]()
    for chunk in in_chunks(list(person_ids)):
        counts = _counting(chunk)
        query = (
            select(counts.c.person_id, Photo.content_sealed)
            .join(Photo, Photo.id == counts.c.photo_id)
            .join(Person, Person.id == counts.c.person_id)
            .where(Photo.sha256.is_not(None))
        )
        if actor.is_unit_bound:
            query = query.where(Person.department_id == actor.department_id)
        found |= {person_id: vault.open_bytes(sealed) for person_id, sealed in session.execute(query) if sealed}
    return found


def present_photo(session: Session, person_id: int) -> Photo | None:
    """The row that counts, its content left in the database; None when there is no photo."""
    counts = _counting([person_id])
    newest = session.scalar(select(Photo).join(counts, counts.c.photo_id == Photo.id))
    return newest if newest is not None and newest.sha256 else None


def sums_of(session: Session, person_ids: Collection[int]) -> dict[int, str]:
    """The SHA-256 of the present photos by person id; who has none is left out."""
    found: dict[int, str] = {}
    for chunk in in_chunks(list(person_ids)):
        counts = _counting(chunk)
        rows = session.execute(select(counts.c.person_id, Photo.sha256).join(Photo, Photo.id == counts.c.photo_id))
        found |= {person_id: digest for person_id, digest in rows if digest}
    return found


def _counting(person_ids: Collection[int]) -> Subquery:
    """Whose photo which row is: the newest of the own file, or where that has none the newest of those merged into it.

    A photo taken away is a row too, and keeps an older one of another file from coming back.
    """
    own = select(Photo.person_id, func.max(Photo.id).label("photo_id")).where(Photo.person_id.in_(person_ids))
    files = merged_into(person_ids)
    lent = select(files.c.person_id, func.max(Photo.id)).join(Photo, Photo.person_id == files.c.file_id)
    without = files.c.person_id.not_in(select(Photo.person_id).where(Photo.person_id.in_(person_ids)))
    return union_all(own.group_by(Photo.person_id), lent.where(without).group_by(files.c.person_id)).subquery()


def set_photo(session: Session, actor: Actor, *, person_id: int, content: bytes) -> Photo:
    """Keep a new photo, made fit for the card; RuleBroken when the file is no usable picture."""
    actor.require(Action.PERSON_MANAGE)
    return keep_portrait(session, actor, person_id=person_id, picture=portrait(content))


def keep_portrait(session: Session, actor: Actor, *, person_id: int, picture: bytes, batch: str | None = None) -> Photo:
    """Keep a picture that `portrait` has made; the same again is no new one. RuleBroken when the file is closed."""
    person = session.get_one(Person, person_id, with_for_update=True)
    actor.require_unit(Action.PERSON_MANAGE, person.department_id)
    if broken := closed(person.id, person.withdrawn_on):
        raise RuleBroken(broken)
    before = present_photo(session, person_id)
    digest = sha256(picture).hexdigest()
    if before is not None and before.sha256 == digest:
        return before
    photo = Photo(
        person_id=person_id,
        content_sealed=vault_of(session).seal_bytes(picture),
        sha256=digest,
        width=SIZE[0],
        height=SIZE[1],
        account_id=actor.account_id,
    )
    session.add(photo)
    audit.record(
        session,
        actor,
        Action.PERSON_MANAGE,
        person,
        department_id=person.department_id,
        batch=batch,
        photo=[before.sha256 if before else None, digest],
    )
    return photo


def remove_photo(session: Session, actor: Actor, *, person_id: int, reason: str) -> None:
    """From now on there is no photo; the old ones stay sealed in the archive. RuleBroken without one or a reason."""
    person = session.get_one(Person, person_id, with_for_update=True)
    actor.require_unit(Action.PERSON_MANAGE, person.department_id)
    before = present_photo(session, person_id)
    if before is None:
        raise RuleBroken([PRINTABLE_PHOTO.broken(N_("%(name)s has no photo."), name=person.name)])
    if not reason.strip():
        raise RuleBroken([PRINTABLE_PHOTO.broken(N_("Say why the photo is removed."))])
    session.add(Photo(person_id=person_id, account_id=actor.account_id, reason=reason.strip()))
    audit.record(
        session,
        actor,
        Action.PERSON_MANAGE,
        person,
        department_id=person.department_id,
        reason=reason.strip(),
        photo=[before.sha256, None],
    )
