"""Cards laid out wholly by WeasyPrint, one by one: slow, and the measure for those that are imprinted."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from registry.printing import documents
from registry.printing.cards import places
from registry.printing.cards.faces import CardFace
from registry.printing.cards.forms import CardForms, Fitted, Form, Render, Ruler, lay_out_card, sheet_values, slots
from registry.printing.codes import picture_of


def print_plainly(faces: Sequence[CardFace], *, layout: str) -> bytes:
    """The same cards as `print_cards` makes."""
    with plain_printing(faces, layout=layout) as printed:
        return printed()


@contextmanager
def plain_printing(faces: Sequence[CardFace], *, layout: str) -> Iterator[Callable[[], bytes]]:
    """Fits the texts, then gives what prints them, so that the printing can be timed by itself."""
    images = {f"card{place}": face.photo for place, face in enumerate(faces) if face.photo}
    with documents.layouts(images) as render:
        values = face_values(faces, render)
        template, given = (
            ("card.html", {"faces": values})
            if layout == "single"
            else ("card_sheet.html", sheet_values(_sheets(values)))
        )
        yield lambda: bytes(render(template, given).write_pdf(pdf_identifier=True))


def face_values(faces: Sequence[CardFace], render: Render) -> list[dict[str, Any]]:
    """What the template asks for, each text fitted into its place."""
    ruler, forms = Ruler(), lay_out_card(render)
    return [_values(place, face, ruler, forms) for place, face in enumerate(faces)]


def _values(place: int, face: CardFace, ruler: Ruler, forms: CardForms) -> dict[str, Any]:
    fitted: dict[str, Any] = {}
    for form, texts in ((forms.front, places.front_texts(face)), (forms.back, places.back_texts(face))):
        fitted |= _fitted(texts, form, ruler, face.name)
    picture = f"image:card{place}" if face.photo else ""
    return {**fitted, "picture": picture, "code": picture_of(face.qr_text), "is_form": False}


def _fitted(texts: Mapping[str, str], form: Form, ruler: Ruler, who: str) -> dict[str, Fitted]:
    return {name: ruler.fitted(text, form.places[name], what=name, who=who) for name, text in texts.items()}


def _sheets(values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    count = places.sheets_for(len(values))
    return [
        _sheet(values, number, count, is_front=is_front) for number in range(1, count + 1) for is_front in (True, False)
    ]


def _sheet(values: Sequence[Mapping[str, Any]], number: int, count: int, *, is_front: bool) -> dict[str, Any]:
    first = (number - 1) * places.A_SHEET
    filled: list[dict[str, Any]] = [{**slot, "face": None} for slot in slots()]
    for place, face in enumerate(values[first : first + places.A_SHEET]):
        filled[places.slot_of(place, is_front=is_front)]["face"] = face
    words = places.legend(number, count, len(values), is_front=is_front)
    return {"slots": filled, "is_front": is_front, "legend": words}
