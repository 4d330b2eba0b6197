"""Letters of the office on A4: the notice of a refusal, and the proof of what somebody held on a day."""

from collections.abc import Mapping
from typing import Any

from registry.printing.documents import print_page
from registry.printing.rosters import chinese_day

NOTICE_VERSION = "notice-2"
HASH_SHOWN = 16


def print_refusal(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """不予核发告知书 from its frozen data; the same data give the same bytes."""
    return _printed("refusal.html", data, data_sha256)


def print_proof(data: Mapping[str, Any], *, data_sha256: str) -> bytes:
    """持证情况证明 from its frozen data; the same data give the same bytes."""
    return _printed("proof.html", data, data_sha256)


def _printed(template: str, data: Mapping[str, Any], data_sha256: str) -> bytes:
    values = {
        **data,
        "data_sha256": data_sha256[:HASH_SHOWN],
        "trail_head": data["trail_head"][:HASH_SHOWN],
        "template_version": NOTICE_VERSION,
        "chinese_day": chinese_day,
    }
    return print_page(template, values, identifier=data_sha256)
