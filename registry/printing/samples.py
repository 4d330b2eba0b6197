"""A sample of a roster on A4 across, to be ticked by hand where the cards and the files are."""

from collections.abc import Mapping
from typing import Any

from registry.printing.documents import print_page, qr_image
from registry.printing.rosters import chinese_day

SAMPLE_VERSION = "sample-1"
HASH_SHOWN = 16
# Of the columns, in millimetres; together as wide as the page between its margins.
WIDTHS = (10, 17, 41, 11, 18, 34, 26, 19, 19, 11, 11, 11, 11, 38)


def print_sample(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """抽查表 from its frozen data; the same data give the same bytes."""
    values = {
        **data,
        "qr": qr_image(data["qr_text"]),
        "widths": WIDTHS,
        "data_sha256": data_sha256[:HASH_SHOWN],
        "template_version": SAMPLE_VERSION,
        "chinese_day": chinese_day,
    }
    return print_page("sample.html", values, identifier=data_sha256)
