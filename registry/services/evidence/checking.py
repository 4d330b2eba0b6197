"""A bundle that came back, or a file of many: sums, index against the kept paper, files against the index, trail."""

import csv
import io
import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from registry import audit
from registry.models.papers import Paper
from registry.models.trail import TrailEntry
from registry.rules import RuleBroken, Violation
from registry.rules.evidence import (
    IS_A_BUNDLE,
    MOST_BYTES_OF_A_LIST,
    MOST_BYTES_OF_MANY,
    MOST_BYTES_UNPACKED,
    MOST_ENTRIES,
    MOST_FILES,
    STILL_AGREES,
)
from registry.rules.papers import PaperKind
from registry.rules.permissions import Action, Actor
from registry.services.changes import in_chunks
from registry.services.evidence.bundling import ABOUT, INDEX
from registry.services.evidence.many import FOLDER, LIST
from registry.services.evidence.packing import SUMS
from registry.services.evidence.tracing import BEFORE, CONTENT, FILE, HASH, PLACE
from registry.services.papers.issuing import hash_of
from registry.words import N_

TRAIL = f"data/{FILE}.csv"
LONGEST_FIELD = 10_000_000
LONGEST_NUMBER = 60  # of a paper
MARK = b"PK\x01\x02"  # begins each line of a ZIP's directory
MOST_MARKS = 100 * MOST_FILES  # those of the bundles in a file of many included
WAYS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})  # of others no limit holds while they are unpacked
csv.field_size_limit(LONGEST_FIELD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check came to: the index that the bundle names, how much was looked at, and everything that differs.

    Of a file of many `bundles` has each one's own by its name in the ZIP; there is no number then.
    """

    number: str
    paper_id: int | None
    sha256: str
    files: int = 0
    entries: int = 0
    differences: Sequence[Violation] = field(default_factory=list)
    bundles: Mapping[str, "Checked"] = field(default_factory=dict)

    @property
    def holds(self) -> bool:
        return not self.differences and all(one.holds for one in self.bundles.values())


def check(session: Session, actor: Actor, *, content: bytes) -> Checked:
    """Compare a bundle, or each of a file of many, with its own sums and with what this register keeps.

    Changes nothing. RuleBroken (EVI-3) when it is no bundle at all.
    """
    actor.require(Action.TRAIL_VERIFY)
    files = unpacked(content)
    if ABOUT not in files and LIST in files:
        return _many(session, content, files)
    return _one(session, content, files)


def unpacked(content: bytes, most: int = MOST_BYTES_UNPACKED) -> dict[str, bytes]:
    """The files of a ZIP by name; RuleBroken (EVI-3) when it is none, or would fill the machine's memory."""
    if content.count(MARK) > MOST_MARKS:  # before a list of millions is made of them
        raise _no_bundle(N_("The file is too large when unpacked."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return {entry.filename: _read(archive, entry) for entry in _fit(archive, most)}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise _no_bundle(N_("The file is no ZIP, or it is damaged.")) from error


def _fit(archive: zipfile.ZipFile, most: int) -> Sequence[zipfile.ZipInfo]:
    """What lies in a ZIP, as far as it may be unpacked at all."""
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    sizes = {entry.filename: entry.file_size for entry in entries}
    lists = max(sizes.get(name, 0) for name in (SUMS, ABOUT))
    if len(entries) > MOST_FILES or sum(sizes.values()) > most or lists > MOST_BYTES_OF_A_LIST:
        raise _no_bundle(N_("The file is too large when unpacked."))
    if len(sizes) < len(entries):
        raise _no_bundle(N_("A name is in the ZIP twice."))
    if any(entry.compress_type not in WAYS for entry in entries):
        raise _no_bundle(N_("The ZIP is packed in a way that this register never packs."))
    return entries


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """No more than the entry says it has, whatever a forged one would become."""
    with archive.open(entry) as packed:
        return packed.read(entry.file_size)


def _many(session: Session, content: bytes, files: Mapping[str, bytes]) -> Checked:
    """Each bundle of a file of many by itself, one unpacked after another."""
    bundles: dict[str, Checked] = {}
    left = MOST_BYTES_OF_MANY
    for name in sorted(name for name in files if name.startswith(FOLDER)):
        try:
            inner = unpacked(files[name], min(left, MOST_BYTES_UNPACKED))
            left -= sum(map(len, inner.values()))
            bundles[name] = _one(session, files[name], inner)
        except RuleBroken as broken:
            digest = sha256(files[name]).hexdigest()
            bundles[name] = Checked(number="", paper_id=None, sha256=digest, differences=broken.violations)
    return Checked(
        number="",
        paper_id=None,
        sha256=sha256(content).hexdigest(),
        files=len(files),
        entries=sum(one.entries for one in bundles.values()),
        differences=list(_against_sums(files)),
        bundles=bundles,
    )


def _one(session: Session, content: bytes, files: Mapping[str, bytes]) -> Checked:
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


def _number_in(files: Mapping[str, bytes]) -> str:
    try:
        number = json.loads(files[ABOUT])["index"]
    except (KeyError, ValueError, TypeError, RecursionError) as error:
        raise _no_bundle(N_("The ZIP does not say which index it belongs to (about.json).")) from error
    if not (isinstance(number, str) and number.isprintable() and len(number) <= LONGEST_NUMBER):
        raise _no_bundle(N_("The ZIP does not say which index it belongs to (about.json)."))
    return number


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
    lines = (line for line in csv.DictReader(io.StringIO(text, newline="")) if line.get(PLACE))
    try:
        found = list(islice(lines, MOST_ENTRIES + 1))
    except csv.Error:
        return []
    if len(found) > MOST_ENTRIES:
        raise _no_bundle(N_("The file is too large when unpacked."))
    return found


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
        if (line.get(HASH), line.get(BEFORE)) != (there.hash, there.previous_hash):
            yield _differs(N_("The hash of entry %(place)s is another one in the trail."), place=place)
        said = line.get(CONTENT)
        if said and audit.digest(said, there.previous_hash) != there.hash:
            yield _differs(N_("What the bundle says of entry %(place)s is not what was hashed."), place=place)
        if audit.digest(audit.spelled(there), there.previous_hash) != there.hash:
            yield _differs(N_("Entry %(place)s was altered in the trail of this register."), place=place)


def _is_place(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _no_bundle(message: str) -> RuleBroken:
    return RuleBroken([IS_A_BUNDLE.broken(message)])


def _differs(message: str, **params: object) -> Violation:
    return STILL_AGREES.broken(message, **params)
