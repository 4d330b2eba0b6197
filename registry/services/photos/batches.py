"""A ZIP of photos on its way in: rehearsed picture by picture, then put on file exactly as it was rehearsed, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from registry import audit, clock
from registry.db import canonical_json
from registry.models.accounts import Account
from registry.models.departments import Department
from registry.models.people import Person
from registry.models.photos import PhotoBatch, PhotoLine
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken
from registry.rules.permissions import Action, Actor
from registry.rules.photos import PICTURES_SEEN_FIRST, WRITES, PhotoBatchStatus, PhotoFate
from registry.services import people
from registry.services.photos import unpacking
from registry.services.photos.matching import Found, shown, whom
from registry.services.photos.unpacking import Picture
from registry.vault import vault_of
from registry.words import N_

PAGE = 20


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A file of photos, who sent it (None: the console), and how many pictures meet which fate."""

    batch: PhotoBatch
    sent_by: str | None
    counts: dict[PhotoFate, int]


@dataclass(frozen=True, slots=True)
class LineRow:
    """A picture of a file, and the unit of the person it is of."""

    line: PhotoLine
    unit: str | None


def keep(session: Session, actor: Actor, *, filename: str, content: bytes) -> PhotoBatch:
    """Take a ZIP in, sealed, as long as it waits to be rehearsed; RuleBroken when it is none that can be."""
    actor.require(Action.PERSON_MANAGE)
    batch = PhotoBatch(
        filename=shown(PurePosixPath(PurePosixPath(filename.replace("\\", "/")).name or "photos.zip")),
        sha256=sha256(content).hexdigest(),
        content_sealed=vault_of(session).seal_bytes(content),
        picture_count=unpacking.count(content),
        status=PhotoBatchStatus.WAITING,
        account_id=actor.account_id,
    )
    session.add(batch)
    sent: dict[str, Any] = {"filename": batch.filename, "sha256": batch.sha256, "pictures": batch.picture_count}
    audit.record(session, actor, Action.PERSON_MANAGE, batch, **sent)
    return batch


def content_of(session: Session, batch_id: int) -> bytes | None:
    """The bytes of a ZIP that waits; None when it waits no more."""
    sealed = session.scalars(select(PhotoBatch.content_sealed).where(PhotoBatch.id == batch_id)).one()
    return None if sealed is None else vault_of(session).open_bytes(sealed)


def settle(session: Session, actor: Actor, *, batch_id: int, pictures: Sequence[Picture], today: date) -> PhotoBatch:
    """Say of each picture whose it is and what putting it on file would do; the ZIP itself is kept no longer."""
    actor.require(Action.PERSON_MANAGE)
    batch = session.get_one(PhotoBatch, batch_id, with_for_update=True)
    if batch.status is not PhotoBatchStatus.WAITING:
        return batch
    found = whom(session, [one.path for one in pictures], today)
    there = people.sums_of(session, [one.person_id for one in found if one.person_id is not None])
    lines = [
        _line(session, batch, place, picture, person, there)
        for place, (picture, person) in enumerate(zip(pictures, found, strict=True), 1)
    ]
    session.add_all(lines)
    batch.status, batch.content_sealed = PhotoBatchStatus.REHEARSED, None
    batch.digest = _digest(lines)
    session.flush()
    return batch


def confirm(session: Session, actor: Actor, *, batch_id: int, digest: str) -> PhotoBatch:
    """Put on file what was rehearsed, one entry of the trail each. Confirmed before: nothing happens."""
    actor.require(Action.PERSON_MANAGE)
    batch = session.get_one(PhotoBatch, batch_id, with_for_update=True)
    if batch.status is PhotoBatchStatus.CONFIRMED:
        return batch
    if batch.status is not PhotoBatchStatus.REHEARSED:
        raise _unseen(N_("The file waits to be rehearsed, or was put aside."))
    lines = session.scalars(_lines_of(batch).options(joinedload(PhotoLine.person))).all()
    if digest != batch.digest or digest != _digest(lines):
        raise _unseen(N_("This is not the file that was rehearsed."))
    wanted = [line for line in lines if line.fate in WRITES]
    if any(line.person is None or line.person.withdrawn_on is not None for line in wanted):
        raise _unseen(N_("A file that a picture belongs to was closed since the rehearsal; send the photos again."))
    with session.begin_nested():
        for line in wanted:
            _put_on_file(session, actor, batch, line)
    _empty(session, batch, PhotoBatchStatus.CONFIRMED)
    batch.confirmed_at = clock.now()
    audit.record(session, actor, Action.PERSON_MANAGE, batch, batch=_name(batch), **_told(lines))
    return batch


def discard(session: Session, actor: Actor, *, batch_id: int) -> PhotoBatch:
    """Put a file aside: its pictures are kept no longer. One that was put on file stays as it is."""
    actor.require(Action.PERSON_MANAGE)
    batch = session.get_one(PhotoBatch, batch_id, with_for_update=True)
    if batch.status in {PhotoBatchStatus.WAITING, PhotoBatchStatus.REHEARSED}:
        batch.content_sealed = None
        _empty(session, batch, PhotoBatchStatus.DISCARDED)
        audit.record(session, actor, Action.PERSON_MANAGE, batch, status=[None, PhotoBatchStatus.DISCARDED.value])
    return batch


def get(session: Session, actor: Actor, batch_id: int) -> BatchRow:
    """One file of photos; NoResultFound when there is none."""
    actor.require(Action.PERSON_MANAGE)
    return _rows(session, [session.get_one(PhotoBatch, batch_id)])[0]


def batches(session: Session, actor: Actor) -> list[BatchRow]:
    """The latest files of photos."""
    actor.require(Action.PERSON_MANAGE)
    return _rows(session, session.scalars(select(PhotoBatch).order_by(PhotoBatch.id.desc()).limit(PAGE)).all())


def lines(session: Session, actor: Actor, *, batch_id: int) -> list[LineRow]:
    """Every picture of a file with its person, in the order of the ZIP, those that were refused first."""
    actor.require(Action.PERSON_MANAGE)
    query = (
        select(PhotoLine, Department.name)
        .outerjoin(PhotoLine.person)
        .outerjoin(Department, Department.id == Person.department_id)
        .options(contains_eager(PhotoLine.person))
        .where(PhotoLine.batch_id == batch_id)
        .order_by(PhotoLine.place)
    )
    rows = [LineRow(line, unit) for line, unit in session.execute(query)]
    return sorted(rows, key=lambda row: row.line.fate is not PhotoFate.REFUSED)


def picture(session: Session, actor: Actor, *, batch_id: int, place: int) -> bytes | None:
    """A rehearsed picture as it would be put on file; None when it is kept no longer, or could not be used."""
    actor.require(Action.PERSON_MANAGE)
    own = (PhotoLine.batch_id == batch_id, PhotoLine.place == place)
    sealed = session.scalar(select(PhotoLine.picture_sealed).where(*own))
    return None if sealed is None else vault_of(session).open_bytes(sealed)


def history(session: Session, actor: Actor, *, batch_id: int) -> list[TrailEntry]:
    """Who sent, confirmed or discarded the file, the latest first."""
    actor.require(Action.PERSON_MANAGE)
    return audit.of(session, PhotoBatch.__tablename__, batch_id)


def _line(
    session: Session,
    batch: PhotoBatch,
    place: int,
    picture: Picture,
    found: Found,
    there: dict[int, str],
) -> PhotoLine:
    person_id, wrong = found.person_id, picture.wrong or found.wrong
    digest = sha256(picture.portrait).hexdigest() if picture.portrait else None
    fate = PhotoFate.REFUSED if wrong or person_id is None else _fate(there.get(person_id), digest)
    return PhotoLine(
        batch_id=batch.id,
        place=place,
        name=shown(picture.path),
        person_id=person_id,
        fate=fate,
        message=wrong.message if wrong else "",
        params=dict(wrong.params) if wrong else {},
        picture_sealed=vault_of(session).seal_bytes(picture.portrait) if picture.portrait else None,
        sha256=digest,
    )


def _fate(before: str | None, digest: str | None) -> PhotoFate:
    if before is None:
        return PhotoFate.NEW
    return PhotoFate.UNCHANGED if before == digest else PhotoFate.REPLACES


def _put_on_file(session: Session, actor: Actor, batch: PhotoBatch, line: PhotoLine) -> None:
    content = picture(session, actor, batch_id=batch.id, place=line.place)
    if content is None or line.person_id is None or sha256(content).hexdigest() != line.sha256:
        raise _unseen(N_("This is not the file that was rehearsed."))
    people.keep_portrait(session, actor, person_id=line.person_id, picture=content, batch=_name(batch))


def _empty(session: Session, batch: PhotoBatch, status: PhotoBatchStatus) -> None:
    for line in session.scalars(_lines_of(batch)):
        line.picture_sealed = None
    batch.status = status
    session.flush()


def _digest(lines: Sequence[PhotoLine]) -> str:
    """A mark of all that was rehearsed: each picture's bytes and whose it is."""
    said = [[line.place, line.person_id, line.fate.value, line.sha256] for line in lines]
    return sha256(canonical_json(said).encode()).hexdigest()


def _told(lines: Sequence[PhotoLine]) -> dict[str, Any]:
    counts = {fate: sum(line.fate is fate for line in lines) for fate in PhotoFate}
    return {
        "created": counts[PhotoFate.NEW],
        "updated": counts[PhotoFate.REPLACES],
        "unchanged": counts[PhotoFate.UNCHANGED],
        "left_out": counts[PhotoFate.REFUSED],
    }


def _rows(session: Session, found: Sequence[PhotoBatch]) -> list[BatchRow]:
    ids = [batch.id for batch in found]
    counted = select(PhotoLine.batch_id, PhotoLine.fate, func.count()).where(PhotoLine.batch_id.in_(ids))
    counts = {(row[0], row[1]): row[2] for row in session.execute(counted.group_by(PhotoLine.batch_id, PhotoLine.fate))}
    senders = select(Account.id, Account.display_name).where(Account.id.in_({batch.account_id for batch in found}))
    names = {row.id: row.display_name for row in session.execute(senders)}
    return [
        BatchRow(one, names.get(one.account_id or 0), {fate: counts.get((one.id, fate), 0) for fate in PhotoFate})
        for one in found
    ]


def _lines_of(batch: PhotoBatch) -> Any:
    return select(PhotoLine).where(PhotoLine.batch_id == batch.id).order_by(PhotoLine.place)


def _name(batch: PhotoBatch) -> str:
    """What the trail calls everything that one file did."""
    return f"photos-{batch.id}"


def _unseen(message: str) -> RuleBroken:
    return RuleBroken([PICTURES_SEEN_FIRST.broken(message)])
