"""A bundle that came back: its sums, its index against the kept paper, its files against the index, its trail."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import audit
from registry.models.papers import Paper
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken, Violation
from registry.rules.evidence import IS_A_BUNDLE, MOST_BYTES_UNPACKED, MOST_FILES, STILL_AGREES
from registry.rules.papers import PaperKind
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.services.evidence.bundling import ABOUT, INDEX
from registry.services.evidence.packing import SUMS
from registry.services.evidence.tracing import BEFORE, CONTENT, FILE, HASH, PLACE
from registry.services.papers.issuing import hash_of
from registry.words import N_

TRAIL = f"data/{FILE}.csv"
LONGEST_FIELD = 10_000_000
csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to: the index that the bundle names, how much was looked at, and everything that differs."""

    number: str
    paper_id: int | None
    sha256: str
    files: int = 0
    entries: int = 0
    differences: Sequence[Violation] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.differences


def check(session: Session, actor: Actor, *, content: bytes) -> Checked:
    """Compare a bundle with its own sums and with what this register keeps. Changes nothing.

    RuleBroken (EVI-3) when it is no bundle at all.
    """
    actor.require(Action.TRAIL_VERIFY)
    files = unpacked(content)
    number = _number_in(files)
    chosen = select(Paper).where(Paper.kind == PaperKind.EVIDENCE, Paper.number == number)
    paper = session.scalar(chosen.options(undefer(Paper.data)))
    entries = _entries(files.get(TRAIL, b""))
    found = [*_against_sums(files), *_against_paper(session, files, number, paper), *_against_trail(session, entries)]
    return Checked(
        number=number,
        paper_id=paper.id if paper else None,
        sha256=sha256(content).hexdigest(),
        files=len(files),
        entries=len(entries),
        differences=found,
    )


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a ZIP by name; RuleBroken (EVI-3) when it is none, or would fill the machine's memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            names = [entry.filename for entry in entries]
            if len(names) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES_UNPACKED:
                raise _no_bundle(N_("The file is too large when unpacked."))
            if len(set(names)) < len(names):
                raise _no_bundle(N_("A name is in the ZIP twice."))
            return {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _no_bundle(N_("The file is no ZIP, or it is damaged.")) from error


def _number_in(files: Mapping[str, bytes]) -> str:
    try:
        number = json.loads(files[ABOUT])["index"]
    except (KeyError, ValueError, TypeError) as error:
        raise _no_bundle(N_("The ZIP does not say which index it belongs to (about.json).")) from error
    return str(number)


def _against_sums(files: Mapping[str, bytes]) -> Iterator[Violation]:
    listed: dict[str, str] = {}
    for line in files.get(SUMS, b"").decode(errors="replace").splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    if SUMS not in files:
        yield _differs(N_("%(file)s is missing."), file=SUMS)
        return
    yield from _compared(listed, files, N_("%(file)s is not the file that SHA256SUMS lists."))
    for name in sorted(files.keys() - listed.keys() - {SUMS}):
        yield _differs(N_("%(file)s does not stand in SHA256SUMS."), file=name)


def _against_paper(
    session: Session, files: Mapping[str, bytes], number: str, paper: Paper | None
) -> Iterator[Violation]:
    if paper is None:
        yield _differs(N_("This register keeps no index of evidence numbered %(number)s."), number=number)
        return
    if hash_of(paper.data) != paper.data_sha256:
        yield _differs(N_("The data of the kept index %(number)s are not those that were frozen."), number=number)
    if INDEX in files and sha256(files[INDEX]).hexdigest() != paper.pdf_sha256:
        yield _differs(N_("%(file)s is not the kept paper %(number)s."), file=INDEX, number=number)
    if INDEX not in files:
        yield _differs(N_("%(file)s is missing."), file=INDEX)
    listed = {one["name"]: one["sha256"] for one in paper.data["files"]}
    yield from _compared(listed, files, N_("%(file)s is not the file that the kept index lists."))
    for name in sorted(files.keys() - listed.keys() - {SUMS, INDEX, ABOUT}):
        yield _differs(N_("%(file)s does not stand in the kept index."), file=name)
    place, head = paper.data["trail_place"], paper.data["trail_head"]
    if session.scalar(select(TrailEntry.hash).where(TrailEntry.id == place)) != head:
        yield _differs(N_("Entry %(place)s of the trail is not the one that the index names as its head."), place=place)


def _compared(listed: Mapping[str, str], files: Mapping[str, bytes], changed: str) -> Iterator[Violation]:
    for name, digest in listed.items():
        if name not in files:
            yield _differs(N_("%(file)s is missing."), file=name)
        elif sha256(files[name]).hexdigest() != digest:
            yield _differs(changed, file=name)


def _entries(content: bytes) -> list[dict[str, str]]:
    """The lines of the file of the trail; none when it cannot be read, which its sum tells."""
    text = content.decode("utf-8-sig", errors="replace")
    try:
        return [line for line in csv.DictReader(io.StringIO(text, newline="")) if line.get(PLACE)]
    except csv.Error:
        return []


def _against_trail(session: Session, entries: Sequence[Mapping[str, Any]]) -> Iterator[Violation]:
    places = [int(line[PLACE]) for line in entries if _is_place(line[PLACE])]
    kept: dict[int, TrailEntry] = {}
    for chunk in in_chunks(places):
        kept |= {one.id: one for one in session.scalars(select(TrailEntry).where(TrailEntry.id.in_(chunk)))}
    for line in entries:
        place = line[PLACE]
        there = kept.get(int(place)) if _is_place(place) else None
        if there is None:
            yield _differs(N_("The trail has no entry %(place)s."), place=place)
            continue
        if (line[HASH], line[BEFORE]) != (there.hash, there.previous_hash):
            yield _differs(N_("The hash of entry %(place)s is another one in the trail."), place=place)
        if line[CONTENT] and audit.digest(line[CONTENT], there.previous_hash) != there.hash:
            yield _differs(N_("What the bundle says of entry %(place)s is not what was hashed."), place=place)
        if audit.digest(audit.spelled(there), there.previous_hash) != there.hash:
            yield _differs(N_("Entry %(place)s was altered in the trail of this register."), place=place)


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _no_bundle(message: str) -> RuleBroken:
    return RuleBroken([IS_A_BUNDLE.broken(message)])


def _differs(message: str, **params: object) -> Violation:
    return STILL_AGREES.broken(message, **params)
