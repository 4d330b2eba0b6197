"""Certificates on paper: cards one by one or ten to a sheet, and the certificate as a page of its own."""

from collections.abc import Callable, Sequence
from enum import StrEnum

from registry.printing import fonts
from registry.printing.cards.certificate import CERTIFICATE_VERSION as CERTIFICATE_VERSION
from registry.printing.cards.certificate import print_certificate as print_certificate
from registry.printing.cards.faces import ENFORCEMENT_ENGLISH as ENFORCEMENT_ENGLISH
from registry.printing.cards.faces import ENFORCEMENT_TITLE as ENFORCEMENT_TITLE
from registry.printing.cards.faces import ISSUER as ISSUER
from registry.printing.cards.faces import SUPERVISION_ENGLISH as SUPERVISION_ENGLISH
from registry.printing.cards.faces import CardFace as CardFace
from registry.printing.cards.faces import supervision_title as supervision_title
from registry.printing.cards.imprint import print_sheets, print_single

TEMPLATE_VERSION = "card-2"


class CardLayout(StrEnum):
    """How cards come on paper: a side a page for a card printer, or ten to a sheet of A4 printed on both sides."""

    SINGLE = "single"
    SHEET = "sheet"


def print_cards(
    faces: Sequence[CardFace],
    *,
    layout: CardLayout | str,
    identifier: str = "",
    told: Callable[[int], None] = lambda done: None,
) -> bytes:
    """These cards as PDF; the same values give the same bytes.

    Single: front then back of each card, a page each. Sheet: fronts on odd pages, backs mirrored on even ones, between
    cut marks. `told` hears how many cards are done. Unprintable names the person whose text has a character no font
    has or does not fit in its place, or whose photo is no JPEG.
    """
    layout = CardLayout(layout)
    fonts.refuse_missing([face.texts for face in faces])
    way = print_single if layout is CardLayout.SINGLE else print_sheets
    return way(faces, identifier=identifier, told=told)
