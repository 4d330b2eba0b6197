"""ZIP files that are the same bytes whenever they hold the same files, with a list of hashes for `sha256sum -c`."""

import io
import zipfile
from collections.abc import Mapping
from hashlib import sha256

SUMS = "SHA256SUMS"
EVER = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP can tell
READABLE = 0o644 << 16
UNIX = 3


def packed(files: Mapping[str, bytes]) -> bytes:
    """A ZIP of these files in their order, with the list of their hashes at the end."""
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**files, SUMS: sums(files)}.items():
            archive.writestr(_entry(name), content)
    return kept.getvalue()


def sums(files: Mapping[str, bytes]) -> bytes:
    """A line a file as `sha256sum` writes it."""
    return "".join(f"{sha256(content).hexdigest()}  {name}\n" for name, content in files.items()).encode()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, EVER)
    entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, READABLE, UNIX
    return entry
