"""The press: what stands on a card, written as operators of a PDF page onto a form painted once."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image, UnidentifiedImageError

from registry.printing import fonts
from registry.printing.cards import places
from registry.printing.cards.codes import modules_of, path_of
from registry.printing.cards.faces import CardFace
from registry.printing.cards.forms import CardForms, Fitted, Form, Frame, Line, Place, Ruler
from registry.printing.cards.sorts import Case


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
        self._painted: dict[int, bytes] = {}
        self._texts: dict[tuple[int, str], bytes] = {}
        self._colours: dict[int, bytes] = {}
        self._pictures = 0
        self._case = Case(self._cast)
        self._scratch: Any = None

    def front(self, stream: Any, face: CardFace) -> bytes:
        """The side with the photo."""
        form = self._forms.front
        parts = [self.furniture(stream, form), *self.words(stream, form, places.front_texts(face), face.name)]
        if face.photo:
            parts.append(self._photo(stream, form.frames["photo"][0], face.photo, face.name))
        parts.append(_code(form.frames["qr"][0], face.qr_text))
        return b"\n".join(parts)

    def back(self, stream: Any, face: CardFace) -> bytes:
        """The side with the title."""
        form = self._forms.back
        return b"\n".join([self.furniture(stream, form), *self.words(stream, form, places.back_texts(face), face.name)])

    def sheet(self, stream: Any, form: Form, chosen: Sequence[CardFace], words: str, *, is_front: bool) -> bytes:
        """One side of a sheet."""
        draw, slots = self.front if is_front else self.back, form.frames["slot"]
        parts = [self.furniture(stream, form), *self.words(stream, form, {"legend": words}, words)]
        for place, face in enumerate(chosen):
            slot = slots[places.slot_of(place, is_front=is_front)]
            parts.append(b"q 1 0 0 1 %f %f cm\n%b\nQ" % (slot.x, slot.y, draw(stream, face)))
        return b"\n".join(parts)

    def furniture(self, stream: Any, form: Form) -> bytes:
        """All of the form that no card changes, painted by WeasyPrint the first time and drawn by name ever after."""
        known = self._painted.get(id(form))
        if known is None:
            group = stream.add_group(0, 0, form.page.width, form.page.height)
            form.page.paint(group)
            known = self._painted[id(form)] = b"/%b Do" % group.id.encode()
        return known

    def words(self, stream: Any, form: Form, texts: Mapping[str, str], who: str) -> list[bytes]:
        """Every text in its place; the same text in the same place is set once."""
        return [self._text(stream, form.places[name], name, text, who) for name, text in texts.items() if text]

    def _text(self, stream: Any, place: Place, name: str, text: str, who: str) -> bytes:
        key = id(place), text
        known = self._texts.get(key)
        if known is None:
            known = self._texts[key] = self._set(stream, place, name, text, who)
        return known

    def _set(self, stream: Any, place: Place, name: str, text: str, who: str) -> bytes:
        if self._scratch is None:
            self._scratch = stream.clone()
        widest = place.settings[0]
        word = self._case.composed(text, widest.style)
        if word and word.width <= place.frame.width:
            y = widest.baseline_of(0, 1, word)
            shown = b"BT 1 0 0 -1 %f %f Tm\n%b\n[%b] TJ ET" % (place.x_of(word, widest), y, word.font, word.shown)
            return b"q\n%b\n%b\nQ" % (self._colour(widest.style), shown)
        fitted = self._ruler.fitted(text, place, what=name, who=who)
        setting = place.settings[fitted.level]
        lines = [self._shaped(words, number, fitted, place) for number, words in enumerate(fitted.lines)]
        return b"q\n%b\n%b\nQ" % (self._colour(setting.style), b"\n".join(lines))

    def _shaped(self, words: str, number: int, fitted: Fitted, place: Place) -> bytes:
        setting = place.settings[fitted.level]
        line = self._ruler.set_line(words, setting.style)
        y = setting.baseline_of(number, len(fitted.lines), line)
        return b"\n".join(self._written(line, place.x_of(line, setting), y))

    def _cast(self, character: str, style: Any) -> tuple[Line, list[bytes]]:
        line = self._ruler.set_line(character, style)
        return line, self._written(line, 0, 0)

    def _written(self, line: Line, x: float, y: float) -> list[bytes]:
        """The operators by which WeasyPrint writes the line."""
        scratch = self._scratch
        scratch.stream.clear()
        scratch.begin_text()
        self._draw_line(scratch, line.box, "clip", "none", self._matrix(d=-1, e=x, f=y))
        scratch.end_text()
        return list(scratch.stream)

    def _colour(self, style: Any) -> bytes:
        known = self._colours.get(id(style))
        if known is None:
            self._scratch.stream.clear()
            with self._scratch.stacked():
                self._scratch.set_color(style["color"])
            known = self._colours[id(style)] = b"\n".join(self._scratch.stream[1:-1])
        return known

    def _photo(self, stream: Any, frame: Frame, photo: bytes, who: str) -> bytes:
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
        clip = b"q %f %f %f %f re W n" % (frame.x, frame.y, frame.width, frame.height)
        return b"%b\n%f 0 0 %f %f %f cm /%b Do Q" % (clip, width, -height, x, y + height, name.encode())


def _code(frame: Frame, text: str) -> bytes:
    """The QR code as one filled path, a unit a module."""
    width, modules = modules_of(text)
    unit = frame.width / width
    return b"q 0 0 0 rg %f 0 0 %f %f %f cm\n%bf Q" % (unit, unit, frame.x, frame.y, path_of(width, modules))
