"""The table attached to a PDF, read back without trust in whoever made the file."""

import io
import zlib

import pikepdf

LARGEST = 64 * 1024 * 1024  # of a table once it is unpacked


def table_in(content: bytes) -> bytes | None:
    """The first file of comma-separated values attached to a PDF; None when there is none that can be read."""
    try:
        with pikepdf.open(io.BytesIO(content)) as pdf:
            names = sorted(name for name in pdf.attachments if name.lower().endswith(".csv"))
            return _unpacked(pdf.attachments[names[0]].get_file().obj) if names else None
    except (pikepdf.PdfError, zlib.error, ValueError, TypeError, KeyError):
        return None


def _unpacked(stream: pikepdf.Object) -> bytes | None:
    """What the stream holds, up to a size: a small file may unpack to one that fills the memory."""
    packing, raw = stream.get("/Filter"), stream.read_raw_bytes()
    if packing is None:
        return raw[: LARGEST + 1] if len(raw) <= LARGEST else None
    if packing not in ("/FlateDecode", [pikepdf.Name("/FlateDecode")]):
        return None
    unpacker = zlib.decompressobj()
    plain = unpacker.decompress(raw, LARGEST)
    return None if unpacker.unconsumed_tail else plain
