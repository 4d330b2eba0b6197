"""What undoing a file would do and what stands against it, before anybody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.models.imports import ImportBatch
from registry.rules.imports import IN_THE_REGISTER, ImportKind
from registry.rules.permissions import Action, Actor
from registry.services.imports.undoing.doing import POSTS, done_by
from registry.services.imports.undoing.obstacles import Obstacle, obstacles


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """`made`: how many rows of each table are taken back; `changed`: how many records get their former values again.

    `is_known` is False of a file that came in before the registry kept what each row was.
    """

    batch: ImportBatch
    is_known: bool
    made: Mapping[str, int]
    changed: int
    obstacles: Sequence[Obstacle]

    @property
    def is_free(self) -> bool:
        return self.is_known and not self.obstacles


def look_at(session: Session, actor: Actor, *, batch_id: int) -> Outlook:
    """What would go back, and everything that stands against it; NoResultFound when there is no such file."""
    actor.require(Action.IMPORT_UNDO)
    batch = session.get_one(ImportBatch, batch_id)
    if batch.status not in IN_THE_REGISTER:
        return Outlook(batch=batch, is_known=batch.is_traced, made={}, changed=0, obstacles=[])
    done = done_by(session, batch)
    made = {table: len(ids) for table, ids in done.made.items() if ids and table != POSTS}
    changed = {table: {*rows} - done.made[table] for table, rows in done.changed.items()}
    return Outlook(
        batch=batch,
        is_known=batch.is_traced or batch.kind is ImportKind.CERTIFICATES,
        made=made,
        changed=sum(map(len, changed.values())),
        obstacles=obstacles(session, done),
    )
