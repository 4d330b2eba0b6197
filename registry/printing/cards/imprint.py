"""Cards by the fast way: WeasyPrint lays out the forms once, and the press writes each card onto them.

`print_plainly` makes the same cards wholly by WeasyPrint; a test holds the one to the other.
"""

from collections.abc import Callable, Sequence
from typing import Any

from registry.printing import documents, fonts
from registry.printing.cards import places
from registry.printing.cards.faces import CardFace
from registry.printing.cards.forms import Form, lay_out_card, lay_out_sheet
from registry.printing.cards.press import Press
from registry.printing.imprint import ImprintedPage
from registry.printing.writing import written

Told = Callable[[int], None]
Draw = Callable[[Any], str]


def print_single(faces: Sequence[CardFace], *, identifier: str, told: Told) -> bytes:
    """Front and back of each card, a page each."""
    with documents.layouts() as render:
        forms = lay_out_card(render)
        press, pages = Press(forms), []
        for number, face in enumerate(faces, 1):
            pages.append(ImprintedPage(forms.front.page, _side(press.front, face)))
            pages.append(ImprintedPage(forms.back.page, _telling(_side(press.back, face), told, number)))
        return _written(forms.document, pages, identifier)


def print_sheets(faces: Sequence[CardFace], *, identifier: str, told: Told) -> bytes:
    """Ten cards to a sheet, fronts on odd pages and backs on even ones."""
    with documents.layouts() as render:
        forms, sheet = lay_out_card(render), lay_out_sheet(render)
        press, pages = Press(forms), []
        for first in range(0, len(faces), places.A_SHEET):
            fronts, backs = (_sheet(press, sheet, faces, first, is_front=is_front) for is_front in (True, False))
            done = min(first + places.A_SHEET, len(faces))
            pages.append(ImprintedPage(sheet.page, fronts))
            pages.append(ImprintedPage(sheet.page, _telling(backs, told, done)))
        return _written(forms.document, pages, identifier)


def _written(document: Any, pages: Sequence[ImprintedPage], identifier: str) -> bytes:
    """Through our own writer: WeasyPrint's joins all that is in the file once more, for its identifier alone."""
    engine = fonts.engine()
    pdf = engine.pdf.generate_pdf(document.copy(pages), None, 1, **engine.DEFAULT_OPTIONS)
    return written(pdf, identifier[: documents.IDENTIFIER_LENGTH].encode())


def _side(draw: Callable[[Any, CardFace], str], face: CardFace) -> Draw:
    return lambda stream: draw(stream, face)


def _sheet(press: Press, sheet: Form, faces: Sequence[CardFace], first: int, *, is_front: bool) -> Draw:
    chosen = faces[first : first + places.A_SHEET]
    number, count = first // places.A_SHEET + 1, places.sheets_for(len(faces))
    words = places.legend(number, count, len(faces), is_front=is_front)
    return lambda stream: press.sheet(stream, sheet, chosen, words, is_front=is_front)


def _telling(draw: Draw, told: Told, done: int) -> Draw:
    """Draws, then tells how many cards are done."""

    def drawn(stream: Any) -> str:
        operators = draw(stream)
        told(done)
        return operators

    return drawn
