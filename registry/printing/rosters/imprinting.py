"""A roster by the fast way: WeasyPrint lays out the forms once, and the press writes each page onto them."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import Any

from registry.printing import documents, fonts
from registry.printing.imprint import ImprintedPage
from registry.printing.rosters import paper
from registry.printing.rosters.archiving import Enclosure, archived
from registry.printing.rosters.cells import Faces
from registry.printing.rosters.columns import Column
from registry.printing.rosters.forms import Forms, Render, lay_out
from registry.printing.rosters.paper import Paper, Part
from registry.printing.rosters.press import Press
from registry.printing.tagging import Tagged

KEPT_FORMS = 8
MOST_TAGGED = 3_000  # lines: every cell is an object of the file, and a province has millions of them

_lock = threading.Lock()  # forms and faces are kept for the next roster, and Pango's fonts serve one thread at a time
_kept: OrderedDict[Any, tuple[Forms, Faces]] = OrderedDict()


def imprinted(data: Mapping[str, Any], sheet: Paper, columns: tuple[Column, ...]) -> bytes:
    """The roster as PDF/A-3u with its rows attached."""
    with _lock, documents.layouts() as render:
        forms, faces = _forms(render, columns, sheet)
        press, parts, enclosed = Press(forms, faces, sheet), list(paper.parts_of(data, columns)), Enclosure(columns)
        fonts.refuse_missing([sheet.title, sheet.office, sheet.marks.number, *map(_named, parts)])
        for part in parts:
            rows = part.read()
            press.plan(part, rows)
            if part.table == paper.LINES:
                enclosed.add(part.unit, rows)
        if sum(part.counted for part in parts) <= MOST_TAGGED:
            press.tags = Tagged()
        pages = list(_pages(press, parts, forms.document.pages[0]))
        return archived(forms.document, pages, _contents(parts), enclosed, sheet, press.tags)


def _named(part: Part) -> dict[str, str]:
    return {"unit": part.unit, "nature": part.nature}


def _forms(render: Render, columns: tuple[Column, ...], sheet: Paper) -> tuple[Forms, Faces]:
    """The forms of such a roster, kept for the next one."""
    key = columns, sheet.warnings, sheet.is_county
    if key not in _kept:
        _kept[key] = lay_out(render, columns, sheet.warnings, is_county=sheet.is_county), Faces()
        if len(_kept) > KEPT_FORMS:
            _kept.popitem(last=False)
    _kept.move_to_end(key)
    return _kept[key]


def _contents(parts: Sequence[Part]) -> list[tuple[str, int]]:
    """The name of each part and the page on which it begins."""
    begins = accumulate((len(part.spans) for part in parts), initial=0)
    return [(part.unit, page) for part, page in zip(parts, begins, strict=False)]


def _pages(press: Press, parts: Sequence[Part], like: Any) -> Iterator[ImprintedPage]:
    count, number = sum(len(part.spans) for part in parts), 0
    for part in parts:
        for place, span in enumerate(part.spans, 1):
            number += 1
            numbers = {"own": (place, len(part.spans)), "whole": (number, count)}
            yield ImprintedPage(like, partial(press.page, part=part, span=span, **numbers))
