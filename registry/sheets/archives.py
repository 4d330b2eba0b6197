"""A workbook looked into before it is read: what it is, and whether unpacking it would fill the machine's memory."""

import io
import re
import string
import zipfile
import zlib
from collections.abc import Iterator

from registry.sheets.limits import MOST_BYTES_UNPACKED, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from registry.sheets.problems import Problem
from registry.words import N_

NO_SPREADSHEET = N_("This is no spreadsheet. Send .xlsx, .xls, .ods or .csv.")
PROTECTED = N_("The workbook is protected by a password. Remove it and send the file again.")
DAMAGED = N_("The workbook cannot be read; it may be damaged. Open it, save it anew and send it again.")
TOO_LARGE = N_("The workbook is too large when unpacked. Split it and send the parts.")
TOO_LONG = N_("The file has more than %(most)s rows. Split it and send the parts.")
TOO_WIDE = N_("The file has more than %(most)s columns. Leave out those that the registry does not read.")

FIRST_RECORD, PASSWORD_RECORD = b"\x09\x08\x10\x00\x00\x06\x05\x00", b"\x2f\x00"  # of BIFF8, the format of .xls
RECORDS_BEFORE_PASSWORD = 3
MANIFEST, ENCRYPTED = "META-INF/manifest.xml", b"encryption-data"  # how .ods says that its parts need a password
WORKBOOK_PARTS = ("xl/workbook.", "content.xml")
READ_AT_ONCE = 1 << 20
LETTERS, DIGITS = string.ascii_uppercase.encode(), string.digits.encode()
OVERLAP = 512  # longer than any tag that matters
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3}[0-9]{1,7})"[^>]*(?<!/)>')
_REPEATED_CELL = re.compile(rb'<table:table-cell\s[^>]*?number-columns-repeated="([0-9]+)"[^>]*(?<!/)>')
_REPEATED_ROW = re.compile(
    rb'<table:table-row\s[^>]*?number-rows-repeated="([0-9]+)"[^>]*>\s*(?:<table:table-cell[^>]*/>\s*)*'
    rb"<table:table-cell[^>]*(?<!/)>"
)


def inspect(content: bytes, *, is_archive: bool) -> Problem | None:
    """What keeps a workbook from being read; None when nothing does."""
    if not is_archive:
        return _in_old_container(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return _in_archive(archive)
    except RuntimeError:  # what zipfile raises for members under a password
        return Problem(message=PROTECTED)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError):
        return Problem(message=DAMAGED)


def _in_old_container(content: bytes) -> Problem | None:
    """OLE holds .xls, and also .doc and everything that a password protects; the names inside tell which."""
    if _named("EncryptedPackage") in content or _has_password(content):
        return Problem(message=PROTECTED)
    if _named("WordDocument") in content or _named("PowerPoint Document") in content:
        return Problem(message=NO_SPREADSHEET)
    return None


def _has_password(content: bytes) -> bool:
    """Whether a .xls is encrypted: then a record that says so stands among the first."""
    place = content.find(FIRST_RECORD)
    for _ in range(RECORDS_BEFORE_PASSWORD if place >= 0 else 0):
        place += 4 + int.from_bytes(content[place + 2 : place + 4], "little")
        if content[place : place + 2] == PASSWORD_RECORD:
            return True
    return False


def _named(stream: str) -> bytes:
    return stream.encode("utf-16-le") + b"\x00\x00"


def _in_archive(archive: zipfile.ZipFile) -> Problem | None:
    members = archive.infolist()
    if not any(member.filename.lower().startswith(WORKBOOK_PARTS) for member in members):
        return Problem(message=NO_SPREADSHEET)
    if sum(member.file_size for member in members) > MOST_BYTES_UNPACKED:
        return Problem(message=TOO_LARGE)
    if any(member.filename == MANIFEST and _holds(archive, member, ENCRYPTED) for member in members):
        return Problem(message=PROTECTED)
    for member in members:
        if (wrong := _in_member(archive, member)) is not None:
            return wrong
    return None


def _in_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Problem | None:
    """Reads the whole member, so that one which is larger than it says is found out by its checksum."""
    rows = columns = 0
    for part in _parts(archive, member):
        cells = b" ".join(_CELL.findall(part))  # A1 B1 A2 …; numbers and letters apart, then each of them once
        rows = max(rows, *map(int, set(cells.translate(None, LETTERS).split())), 0)
        columns = max(columns, *map(_column_number, set(cells.translate(None, DIGITS).split())), 0)
        columns = max(columns, *map(int, _REPEATED_CELL.findall(part)), 0)
        rows = max(rows, *map(int, _REPEATED_ROW.findall(part)), 0)
    if columns > MOST_COLUMNS:
        return Problem(message=TOO_WIDE, params={"most": MOST_COLUMNS})
    if rows > MOST_ROWS:
        return Problem(message=TOO_LONG, params={"most": MOST_ROWS})
    return Problem(message=TOO_LARGE) if rows * columns > MOST_CELLS else None


def _holds(archive: zipfile.ZipFile, member: zipfile.ZipInfo, words: bytes) -> bool:
    return any(words in part for part in _parts(archive, member))


def _parts(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member piece by piece, each with the end of the one before, so that no tag is cut."""
    end = b""
    with archive.open(member) as stream:
        while piece := stream.read(READ_AT_ONCE):
            yield end + piece
            end = piece[-OVERLAP:]


def _column_number(letters: bytes) -> int:
    """`A` is 1, `AA` is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
