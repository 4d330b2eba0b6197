"""Writes the objects of a PDF, each serialised and compressed once; pydyf's own way does both twice, all in memory."""

import io
from collections.abc import Iterator, Sequence
from hashlib import md5
from itertools import accumulate, repeat
from struct import Struct
from typing import Any

import pydyf

from registry.printing.imprint import pack, packed

AT_ONCE = 1_000  # objects packed together
HEADER = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
FREE, PLAIN, PACKED = 0, 1, 2
PLACE = Struct(">BIH")  # as W below says


def written(pdf: Any, identifier: bytes) -> bytes:
    """The file; with no identifier given it is made of the content, as its second half always is."""
    pdf.add_object(pdf.info)
    output, digest = io.BytesIO(), md5(usedforsecurity=False)
    output.write(HEADER)
    places: list[Any] = [PLACE.pack(FREE, 0, 65535), *[None] * (len(pdf.objects) - 1)]
    loose = [one for one in pdf.objects[1:] if one.compressible]
    for one in pdf.objects[1:]:
        if not one.compressible:
            places[one.number] = PLACE.pack(PLAIN, _put(output, digest, one), 0)
    for bundle, numbers in _bundles(pdf, loose):
        inside = map(PLACE.pack, repeat(PACKED), repeat(bundle.number), range(len(numbers)))
        for number, place in zip(numbers, inside, strict=True):
            places[number] = place
        places.append(PLACE.pack(PLAIN, _put(output, digest, bundle), 0))
    content = digest.hexdigest().encode()
    identifiers = pydyf.Array([pydyf.String(identifier or content).data, pydyf.String(content).data])
    begins = output.tell()
    _put(output, digest, _table(pdf, places, begins, identifiers))
    output.write(b"startxref\n%d\n%%%%EOF\n" % begins)
    return output.getvalue()


def _put(output: io.BytesIO, digest: Any, one: Any) -> int:
    """Write one object and let its content go; where it begins."""
    begins = output.tell()
    if isinstance(one, pydyf.Stream):
        if one.compress:
            pack(one)
        content, one.stream = one.indirect, []
    else:
        content = one.indirect
    digest.update(content)
    output.write(content + b"\n")
    return begins


def _bundles(pdf: Any, loose: Sequence[Any]) -> Iterator[tuple[Any, Sequence[int]]]:
    """Object streams with the numbers of what they hold."""
    for first in range(0, len(loose), AT_ONCE):
        those = loose[first : first + AT_ONCE]
        numbers, contents = [one.number for one in those], [one.data for one in those]
        begins = accumulate((len(content) + 1 for content in contents), initial=0)
        start = b" ".join(map(b"%d %d".__mod__, zip(numbers, begins, strict=False))) + b"\n"
        extra = {"Type": "/ObjStm", "N": len(those), "First": len(start)}
        bundle = pydyf.Stream([start + b"\n".join(contents)], extra, compress=True)
        pdf.add_object(bundle)
        yield bundle, numbers


def _table(pdf: Any, places: Sequence[bytes], begins: int, identifiers: Any) -> Any:
    """The stream that says where each object begins, itself the last of them."""
    table = pydyf.Stream()
    pdf.add_object(table)
    table.stream = [packed(b"".join([*places, PLACE.pack(PLAIN, begins, 0)]))]
    table.extra = {
        "Type": "/XRef",
        "Filter": "/FlateDecode",
        "W": pydyf.Array((1, 4, 2)),
        "Size": len(pdf.objects),
        "Root": pdf.catalog.reference,
        "Info": pdf.info.reference,
        "ID": identifiers,
    }
    return table
