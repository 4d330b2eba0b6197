"""Where files come from: what the headings of a platform or a system mean is said once and remembered."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import audit
from registry.models.imports import ImportBatch, ImportSource
from registry.rules.imports import ImportKind
from registry.rules.permissions import Action, Actor
from registry.services.imports.layouts import LAYOUTS
from registry.sheets import Meaning, Unreadable, alike, headings

LONGEST_NAME = 60


def source_names(session: Session, actor: Actor, *, kind: ImportKind | None = None) -> list[str]:
    """The sources known, of one kind of file or of all."""
    actor.require(Action.IMPORT_VIEW)
    known = select(ImportSource.name).distinct().order_by(ImportSource.name)
    return list(session.scalars(known if kind is None else known.where(ImportSource.kind == kind)))


def recall(session: Session, batch: ImportBatch, content: bytes) -> None:
    """Give a file's headings the meanings remembered for its source.

    A file that names no source is of the only one whose remembered headings all stand in it. Meanings that the file
    has already, by hand or from before, stay.
    """
    if batch.meanings:
        return
    known = [one for one in _of(session, batch.kind) if one.meanings and batch.source in {"", one.name}]
    written = _written(batch, content, {heading: name for one in known for heading, name in one.meanings.items()})
    if batch.source == "":
        known = [one for one in known if all(alike(heading) in written for heading in one.meanings)]
    if len(known) == 1:
        meant = {heading: name for heading, name in known[0].meanings.items() if alike(heading) in written}
        batch.meanings, batch.source = meant, known[0].name if meant else batch.source


def remember(
    session: Session, actor: Actor, *, kind: ImportKind, name: str, usual: Mapping[str, str], meant: Meaning
) -> None:
    """Keep for a source what its headings mean where that is not what they usually mean; a change is on the trail."""
    source = next((one for one in _of(session, kind) if one.name == name), None)
    before = {} if source is None else source.meanings
    others = {heading: column for heading, column in before.items() if heading not in meant}
    after = {**others, **{heading: column for heading, column in meant.items() if usual.get(heading) != column}}
    if after == before:
        return
    if source is None:
        source = ImportSource(kind=kind, name=name, meanings=after)
        session.add(source)
    source.meanings = after
    changed = changes(kind, before, after)
    audit.record(session, actor, Action.IMPORT_MAP, source, name=name, kind=kind, changed=changed)


def changes(kind: ImportKind, before: Meaning, after: Meaning) -> dict[str, list[str | None]]:
    """`{heading: [before, after]}` in the words of the templates, for the headings whose meaning changes."""
    titles: dict[str | None, str | None] = {column.name: column.title for column in LAYOUTS[kind]}
    pairs = {heading: [before.get(heading), after.get(heading)] for heading in {**before, **after}}
    return {heading: [titles.get(one) for one in pair] for heading, pair in pairs.items() if pair[0] != pair[1]}


def _of(session: Session, kind: ImportKind) -> Sequence[ImportSource]:
    return session.scalars(select(ImportSource).where(ImportSource.kind == kind).order_by(ImportSource.name)).all()


def _written(batch: ImportBatch, content: bytes, meant: Meaning) -> set[str]:
    """The headings of a file, in the form in which they are compared; the file is opened only when it is asked for."""
    if not meant:
        return set()
    try:
        sheets = headings(content, batch.filename, LAYOUTS[batch.kind], meant)
    except Unreadable:
        return set()
    return {alike(heading) for sheet in sheets for heading in sheet.headings}
