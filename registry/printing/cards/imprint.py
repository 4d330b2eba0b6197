"""Cards by the fast way: WeasyPrint lays out the forms once, and the press writes each card onto them.

`print_plainly` makes the same cards wholly by WeasyPrint; a test holds the one to the other.
"""

import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from registry.printing import documents
from registry.printing.cards import places
from registry.printing.cards.faces import CardFace
from registry.printing.cards.forms import Form, lay_out_card, lay_out_sheet
from registry.printing.cards.press import Press

PACKING = 4
Told = Callable[[int], None]


class ImprintedPage:
    """Stands in for a page of WeasyPrint: this is all that `Document` asks of one."""

    bookmarks: Sequence[Any] = ()
    links: Sequence[Any] = ()
    anchors: Mapping[str, Any] = {}
    forms: Mapping[Any, Any] = {}
    bleed: Mapping[str, int] = dict.fromkeys(("top", "right", "bottom", "left"), 0)

    def __init__(self, form: Form, draw: Callable[[Any], bytes], after: Callable[[], None]) -> None:
        self.width, self.height = form.page.width, form.page.height
        self._draw, self._after = draw, after

    def paint(self, stream: Any, scale: float = 1) -> None:
        stream.stream.append(b"%f 0 0 %f 0 0 cm\n%b" % (scale, scale, self._draw(stream)))
        _pack(stream)
        self._after()


def print_single(faces: Sequence[CardFace], *, identifier: str, told: Told) -> bytes:
    """Front and back of each card, a page each."""
    with documents.layouts() as render:
        forms = lay_out_card(render)
        press, pages = Press(forms), []
        for number, face in enumerate(faces, 1):
            pages.append(ImprintedPage(forms.front, _of(press.front, face), _nothing))
            pages.append(ImprintedPage(forms.back, _of(press.back, face), _telling(told, number)))
        return _written(forms.document, pages, identifier)


def print_sheets(faces: Sequence[CardFace], *, identifier: str, told: Told) -> bytes:
    """Ten cards to a sheet, fronts on odd pages and backs on even ones."""
    with documents.layouts() as render:
        forms, sheet = lay_out_card(render), lay_out_sheet(render)
        press, pages = Press(forms), []
        for first in range(0, len(faces), places.A_SHEET):
            done = min(first + places.A_SHEET, len(faces))
            for is_front, after in ((True, _nothing), (False, _telling(told, done))):
                draw = _of_sheet(press, sheet, faces, first, is_front=is_front)
                pages.append(ImprintedPage(sheet, draw, after))
        return _written(forms.document, pages, identifier)


def _written(document: Any, pages: Sequence[ImprintedPage], identifier: str) -> bytes:
    return bytes(document.copy(pages).write_pdf(pdf_identifier=documents.identifier_of(identifier)))


def _pack(stream: Any) -> None:
    """Pack a finished stream here and now: left to pydyf, it is packed twice and lies open in memory until then."""
    stream.stream = [zlib.compress(b"\n".join(stream.stream), PACKING)]
    stream.extra["Filter"] = "/FlateDecode"
    stream.compress = False


def _of(draw: Callable[[Any, CardFace], bytes], face: CardFace) -> Callable[[Any], bytes]:
    return lambda stream: draw(stream, face)


def _of_sheet(
    press: Press, sheet: Form, faces: Sequence[CardFace], first: int, *, is_front: bool
) -> Callable[[Any], bytes]:
    chosen = faces[first : first + places.A_SHEET]
    number, count = first // places.A_SHEET + 1, places.sheets_for(len(faces))
    words = places.legend(number, count, len(faces), is_front=is_front)
    return lambda stream: press.sheet(stream, sheet, chosen, words, is_front=is_front)


def _telling(told: Told, done: int) -> Callable[[], None]:
    return lambda: told(done)


def _nothing() -> None:
    """A page after which nobody is told anything."""
