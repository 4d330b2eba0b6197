"""The press: what stands on a card, written as operators of a PDF page onto a form painted once."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError

from registry.printing import fonts
from registry.printing.cards import places
from registry.printing.cards.faces import CardFace
from registry.printing.cards.forms import CardForms, Fitted, Form, Frame, Line, Place, Ruler
from registry.printing.cards.sorts import Case
from registry.printing.codes import modules_of, path_of
from registry.printing.imprint import Furniture


class Press:
    """Writes cards into the streams of one PDF, which share their fonts, pictures and forms.

    It leans on the insides of WeasyPrint 70: `draw_first_line` writes a line that Pango has set, with its own fonts;
    `Stream.add_group` and `add_image` keep what pages draw by name. All of them count in CSS pixels.
    """

    def __init__(self, forms: CardForms) -> None:
        engine = fonts.engine()
        self._draw_line, self._matrix = engine.draw.text.draw_first_line, engine.matrix.Matrix
        self._picture = engine.images.RasterImage
        self._forms, self._ruler = forms, Ruler()
        self._furniture = Furniture()
        self._texts: dict[tuple[int, str], str] = {}
        self._colours: dict[int, str] = {}
        self._pictures = 0
        self._case = Case(self._cast)
        self._scratch: Any = None

    def front(self, stream: Any, face: CardFace) -> str:
        """The side with the photo."""
        form = self._forms.front
        parts = self._worded(stream, form, places.front_texts(face), face.name)
        if face.photo:
            parts.append(self._photo(stream, form.frames["photo"][0], face.photo, face.name))
        parts.append(_code(form.frames["qr"][0], face.qr_text))
        return "\n".join(parts)

    def back(self, stream: Any, face: CardFace) -> str:
        """The side with the title."""
        return "\n".join(self._worded(stream, self._forms.back, places.back_texts(face), face.name))

    def sheet(self, stream: Any, form: Form, chosen: Sequence[CardFace], words: str, *, is_front: bool) -> str:
        """One side of a sheet."""
        draw, slots = self.front if is_front else self.back, form.frames["slot"]
        parts = self._worded(stream, form, {"legend": words}, words)
        for place, face in enumerate(chosen):
            slot = slots[places.slot_of(place, is_front=is_front)]
            parts.append(f"q 1 0 0 1 {slot.x:f} {slot.y:f} cm\n{draw(stream, face)}\nQ")
        return "\n".join(parts)

    def _worded(self, stream: Any, form: Form, texts: Mapping[str, str], who: str) -> list[str]:
        """The form with every text in its place; the same text in the same place is set once."""
        words = (self._text(stream, form.places[name], name, text, who) for name, text in texts.items() if text)
        return [self._furniture.drawn(stream, form.page), *words]

    def _text(self, stream: Any, place: Place, name: str, text: str, who: str) -> str:
        key = id(place), text
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = self._set(stream, place, name, text, who)
        return known

    def _set(self, stream: Any, place: Place, name: str, text: str, who: str) -> str:
        if self._scratch is None:
            self._scratch = stream.clone()
        widest = place.settings[0]
        word = self._case.composed(text, widest.style)
        if word and word.width <= place.frame.width:
            y = widest.baseline_of(0, 1, word)
            shown = f"BT 1 0 0 -1 {place.x_of(word, widest):f} {y:f} Tm\n{word.font}\n[{word.shown}] TJ ET"
            return f"q\n{self._colour(widest.style)}\n{shown}\nQ"
        fitted = self._ruler.fitted(text, place, what=name, who=who)
        setting = place.settings[fitted.level]
        lines = "\n".join(self._shaped(words, number, fitted, place) for number, words in enumerate(fitted.lines))
        return f"q\n{self._colour(setting.style)}\n{lines}\nQ"

    def _shaped(self, words: str, number: int, fitted: Fitted, place: Place) -> str:
        setting = place.settings[fitted.level]
        line = self._ruler.set_line(words, setting.style)
        y = setting.baseline_of(number, len(fitted.lines), line)
        return "\n".join(self._written(line, place.x_of(line, setting), y))

    def _cast(self, character: str, style: Any) -> tuple[Line, list[str]]:
        line = self._ruler.set_line(character, style)
        return line, self._written(line, 0, 0)

    def _written(self, line: Line, x: float, y: float) -> list[str]:
        """The operators by which WeasyPrint writes the line."""
        scratch = self._scratch
        scratch.stream.clear()
        scratch.begin_text()
        self._draw_line(scratch, line.box, "clip", "none", self._matrix(d=-1, e=x, f=y))
        scratch.end_text()
        return [operator.decode() for operator in scratch.stream]

    def _colour(self, style: Any) -> str:
        known = self._colours.get(id(style))
        if known is None:
            self._scratch.stream.clear()
            with self._scratch.stacked():
                self._scratch.set_color(style["color"])
            known = self._colours[id(style)] = b"\n".join(self._scratch.stream[1:-1]).decode()
        return known

    def _photo(self, stream: Any, frame: Frame, photo: bytes, who: str) -> str:
        """The picture as it was given, filling its frame."""
        try:
            opened = Image.open(io.BytesIO(photo), formats=("JPEG",))
        except UnidentifiedImageError as error:
            raise fonts.Unprintable(f"The photo of {who} is no JPEG picture.", who=who) from error
        self._pictures += 1
        picture = self._picture(opened, f"photo{self._pictures}", photo, orientation="from-image")
        name = stream.add_image(picture, True, 1)
        scale = max(frame.width / picture.width, frame.height / picture.height)
        width, height = picture.width * scale, picture.height * scale
        x, y = frame.x + (frame.width - width) / 2, frame.y + (frame.height - height) / 2
        clip = f"q {frame.x:f} {frame.y:f} {frame.width:f} {frame.height:f} re W n"
        return f"{clip}\n{width:f} 0 0 {-height:f} {x:f} {y + height:f} cm /{name} Do Q"


def _code(frame: Frame, text: str) -> str:
    """The QR code as one filled path, a unit a module."""
    width, modules = modules_of(text)
    unit = frame.width / width
    return f"q 0 0 0 rg {unit:f} 0 0 {unit:f} {frame.x:f} {frame.y:f} cm\n{path_of(width, modules).decode()}f Q"
