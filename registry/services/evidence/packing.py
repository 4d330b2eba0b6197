"""ZIP files that are the same bytes whenever they hold the same files, with a list of hashes for `sha256sum -c`."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from hashlib import sha256

SUMS = "SHA256SUMS"
EVER = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can tell
READABLE = 0o644 << 16
UNIX = 3


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files in their order, with the list of their hashes at the end."""
    return packed_in_turn(files.items())


def packed_in_turn(files: Iterable[tuple[str, bytes]]) -> bytes:
    """The same of files that come one after another: of many no two need be in memory at once."""
    kept, sums = io.BytesIO(), ""
    with zipfile.ZipFile(kept, "w") as archive:
        for name, content in files:
            archive.writestr(_entry(name), content)
            sums += f"{sha256(content).hexdigest()}  {name}\n"
        archive.writestr(_entry(SUMS), sums.encode())
    return kept.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    """What is packed already is not packed again."""
    entry = zipfile.ZipInfo(name, EVER)
    entry.compress_type = zipfile.ZIP_STORED if name.endswith(".zip") else zipfile.ZIP_DEFLATED
    entry.external_attr, entry.create_system = READABLE, UNIX
    return entry
