"""A roster by the fast way: WeasyPrint lays out the forms once, and the press writes each page onto them."""

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from registry.printing import documents, fonts
from registry.printing.imprint import ImprintedPage
from registry.printing.rosters import paper
from registry.printing.rosters.archiving import archived
from registry.printing.rosters.cells import Faces
from registry.printing.rosters.columns import Column
from registry.printing.rosters.forms import Forms, Render, lay_out
from registry.printing.rosters.paper import Paper, Part
from registry.printing.rosters.press import Press

KEPT_FORMS = 8

_lock = threading.Lock()  # Pango's fonts serve one thread at a time
_kept: OrderedDict[Any, tuple[Forms, Faces]] = OrderedDict()


def imprinted(data: Mapping[str, Any], sheet: Paper, columns: tuple[Column, ...]) -> bytes:
    """The roster as PDF/A-3u with its rows attached."""
    refuse_missing(data, sheet)
    with _lock, documents.layouts() as render:
        forms, faces = _forms(render, columns, sheet)
        press, parts = Press(forms, faces, sheet), list(paper.parts_of(data, columns))
        for part in parts:
            press.tables[part.table].plan(part)
        return archived(forms.document, list(_pages(press, parts, forms)), data, sheet, columns)


def refuse_missing(data: Mapping[str, Any], sheet: Paper) -> None:
    """Unprintable, with the name of the person, for a character of the roster that no font has."""
    found: set[str] = set(sheet.marks.number).union(*_texts(data))
    if fonts.missing_in("".join(found)):
        fonts.refuse_missing(data)
        fonts.refuse_missing(sheet.marks.number)


def _texts(values: Any) -> Iterator[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, Iterable):
        for value in values:
            yield from _texts(value)


def _forms(render: Render, columns: tuple[Column, ...], sheet: Paper) -> tuple[Forms, Faces]:
    """The forms of such a roster, kept for the next one."""
    key = columns, sheet.warnings, sheet.is_county
    if key not in _kept:
        _kept[key] = lay_out(render, columns, sheet.warnings, is_county=sheet.is_county), Faces()
        if len(_kept) > KEPT_FORMS:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _pages(press: Press, parts: Sequence[Part], forms: Forms) -> Iterator[ImprintedPage]:
    count, number = sum(len(part.spans) for part in parts), 0
    for part in parts:
        for place, span in enumerate(part.spans, 1):
            number += 1
            numbers = {"own": (place, len(part.spans)), "whole": (number, count)}
            marks = [(1, part.unit, (0, 0), "open")] if place == 1 and len(parts) > 1 else ()
            yield ImprintedPage(forms.document.pages[0], partial(press.page, part=part, span=span, **numbers), marks)
