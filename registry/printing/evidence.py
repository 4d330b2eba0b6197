"""The index of a bundle of evidence on A4: what the register says of somebody, and the hash of every file enclosed."""

from collections.abc import Mapping
from typing import Any

from registry.printing.documents import print_page
from registry.printing.rosters import chinese_day

EVIDENCE_VERSION = "evidence-1"
HASH_SHOWN = 16


def print_evidence(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """证据目录 from its frozen data; the same data give the same bytes."""
    values = {
        **data,
        "data_sha256": data_sha256[:HASH_SHOWN],
        "template_version": EVIDENCE_VERSION,
        "chinese_day": chinese_day,
    }
    return print_page("evidence.html", values, identifier=data_sha256)
