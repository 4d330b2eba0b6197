"""Many photos in one file: what becomes of each picture, and how far such a file has come."""

from enum import StrEnum

from registry.rules import Rule
from registry.words import N_

MOST_PICTURES = 1_000
MOST_AT_ONCE = 50  # while somebody waits; more are looked at by the worker
MOST_BYTES_UNPACKED = 400_000_000

PICTURES_SEEN_FIRST = Rule(
    code="PHOT-1",
    title=N_("Photos that come together are rehearsed, and only what was rehearsed is put on file"),
    source="本登记簿规则：批量照片须先行预览",
)
PICTURE_OF_ONE_PERSON = Rule(
    code="PHOT-2",
    title=N_("A picture belongs to one person of the register"),
    source="本登记簿规则：一张照片对应登记簿内一人",
)


class PhotoFate(StrEnum):
    """What putting a picture on file does."""

    NEW = "new"
    REPLACES = "replaces"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class PhotoBatchStatus(StrEnum):
    """A file of photos: waiting for its rehearsal, rehearsed, put on file, or put aside."""

    WAITING = "waiting"
    REHEARSED = "rehearsed"
    CONFIRMED = "confirmed"
    DISCARDED = "discarded"


WRITES = frozenset({PhotoFate.NEW, PhotoFate.REPLACES})
