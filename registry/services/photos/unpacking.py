"""A ZIP of pictures looked into before anything in it is unpacked, and unpacked one picture at a time."""

import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from registry.rules import RuleBroken, Violation
from registry.rules.photos import MOST_BYTES_UNPACKED, MOST_PICTURES, PICTURES_SEEN_FIRST
from registry.services.people.portraits import MOST_BYTES, portrait
from registry.words import N_

ENTRY = b"PK\x01\x02"  # begins each line of a ZIP's directory
MOST_ENTRIES = 10 * MOST_PICTURES  # folders and what systems leave behind included
UTF8_NAMES, LOCKED = 0x800, 0x1  # flags of a member
LEFT_BY_SYSTEMS = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Picture:
    """One file of a ZIP: where it lies in it, and what it looks like on the card, or why it cannot be used."""

    path: PurePosixPath
    portrait: bytes | None
    wrong: Violation | None = None


def count(content: bytes) -> int:
    """How many files a ZIP holds; RuleBroken when it is none, or holds too many or too large ones."""
    try:
        with _opened(content) as archive:
            return len(_members(archive))
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise _refused(N_("This is no ZIP file, or it is damaged.")) from error


def pictures(content: bytes, tell: Told) -> Iterator[Picture]:
    """Every file of a ZIP that `count` took, in the order of their names."""
    with _opened(content) as archive:
        members = sorted(_members(archive), key=lambda one: str(_path(one)))
        for number, member in enumerate(members):
            tell(number, len(members))
            yield _picture(archive, member)
        tell(len(members), len(members))


def _opened(content: bytes) -> zipfile.ZipFile:
    if content.count(ENTRY) > MOST_ENTRIES:  # before a list of millions is made of them
        raise _refused(N_("The ZIP holds more than %(most)s pictures; send it in parts."), most=MOST_PICTURES)
    return zipfile.ZipFile(io.BytesIO(content))


def _members(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    found = [one for one in archive.infolist() if not one.is_dir() and not _is_left_behind(_path(one))]
    if not found:
        raise _refused(N_("The ZIP holds no pictures."))
    if len(found) > MOST_PICTURES:
        raise _refused(N_("The ZIP holds more than %(most)s pictures; send it in parts."), most=MOST_PICTURES)
    if any(one.flag_bits & LOCKED for one in found):
        raise _refused(N_("The ZIP is protected by a password. Remove it and send the file again."))
    if sum(one.file_size for one in found) > MOST_BYTES_UNPACKED:
        raise _refused(N_("The ZIP is too large when unpacked; send it in parts, or smaller pictures."))
    return found


def _path(member: zipfile.ZipInfo) -> PurePosixPath:
    """Names without the mark of UTF-8 come from a Chinese Windows (GB 18030) or from a Mac (UTF-8 all the same)."""
    name = member.filename
    if not member.flag_bits & UTF8_NAMES:
        raw = name.encode("cp437", "replace")
        try:
            name = raw.decode()
        except UnicodeDecodeError:
            name = raw.decode("gb18030", "replace")
    return PurePosixPath(name.replace("\\", "/"))


def _is_left_behind(path: PurePosixPath) -> bool:
    return path.name.startswith(".") or not LEFT_BY_SYSTEMS.isdisjoint(path.parts)


def _picture(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Picture:
    """No more is unpacked than a picture may have; what is longer is refused by its size."""
    path = _path(member)
    try:
        with archive.open(member) as stream:
            content = stream.read(MOST_BYTES + 1)
        return Picture(path, portrait(content))
    except RuleBroken as broken:
        return Picture(path, None, broken.violations[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError):
        return Picture(path, None, PICTURES_SEEN_FIRST.broken(N_("It cannot be unpacked; it may be damaged.")))


def _refused(message: str, **params: object) -> RuleBroken:
    return RuleBroken([PICTURES_SEEN_FIRST.broken(message, **params)])
