"""Rosters laid out wholly by WeasyPrint: slow, and the measure for those that are imprinted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from registry.printing import documents
from registry.printing.codes import picture_of
from registry.printing.rosters import paper
from registry.printing.rosters.cells import Cell, Faces, Spot, spots
from registry.printing.rosters.columns import chosen
from registry.printing.rosters.forms import BLANK, lay_out, template_values
from registry.printing.rosters.marks import Marks
from registry.printing.rosters.paper import Paper, Part
from registry.printing.rosters.planning import TALLIED, Span, Tally
from registry.printing.rosters.tables import Table, tables_of

Spots: TypeAlias = Mapping[str, Spot]


def print_plainly(
    data: Mapping[str, Any], marks: Marks, *, check_url: str, columns: Sequence[str] | None = None
) -> bytes:
    """The same pages as `print_roster` makes."""
    sheet, those = paper.paper_of(data, marks, check_url), chosen(columns)
    with documents.layouts() as render:
        forms = lay_out(render, those, sheet.warnings, is_county=sheet.is_county)
        tables, places = tables_of(forms, Faces()), spots(forms, Faces())
        at = {is_first: places[id(forms.page(is_first=is_first))] for is_first in (True, False)}
        parts = list(paper.parts_of(data, those))
        for part in parts:
            tables[part.table].plan(part, part.read())
        values = {"title": sheet.name, "office": sheet.office, "code": picture_of(check_url), "is_form": False}
        pages = list(_pages(tables, at, parts, sheet))
        document = render("roster.html", {**template_values(sheet.warnings), **values, "pages": pages})
        return bytes(document.write_pdf(pdf_identifier=True))


def _pages(
    tables: Mapping[str, Table], at: Mapping[bool, Spots], parts: Sequence[Part], sheet: Paper
) -> Iterator[dict[str, Any]]:
    count, number = sum(len(part.spans) for part in parts), 0
    for part in parts:
        for place, span in enumerate(part.spans, 1):
            number += 1
            own, whole = (place, len(part.spans)), (number, count)
            yield _page(tables[part.table], at[place == 1], part, span, sheet, own, whole)


def _page(
    table: Table, at: Spots, part: Part, span: Span, sheet: Paper, own: tuple[int, int], whole: tuple[int, int]
) -> dict[str, Any]:
    is_first, is_last = own[0] == 1, own[0] == own[1]
    return {
        **BLANK,
        "table": part.table,
        "columns": part.columns,
        "rows": _rows(table, part, span),
        "is_first": is_first,
        "head": _sized(at, paper.head_texts(sheet, part, is_first=is_first)),
        "carried": None if is_first else {"label": paper.CARRIED, "sums": _counts(span.carried)},
        "nobody": None if part.counted else paper.NOBODY,
        "strip": {
            "own_label": paper.own_label(part, span),
            "own": _counts(span.own),
            "label": paper.sum_label(is_last=is_last),
            "sums": _counts(span.total),
        },
        "closing": _closing(part) if is_last else None,
        "foot": _sized(at, paper.foot_texts(sheet, own, whole)),
    }


def _rows(table: Table, part: Part, span: Span) -> list[dict[str, Any]]:
    cells = [(key, table.columns[key]) for key in part.keys]
    heights = part.heights[span.first : span.end]
    rows = part.read()[span.first : span.end]
    return [
        {"height": height, "cells": [_cell(key, cell, str(row[key])) for key, cell in cells]}
        for row, height in zip(rows, heights, strict=True)
    ]


def _cell(key: str, cell: Cell, text: str) -> dict[str, Any]:
    return {"key": key, "text": text, "size": cell.size_of(text)}


def _sized(at: Spots, texts: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    return {name: {"text": text, "size": at[name].size_of(text)} for name, text in texts.items()}


def _counts(sums: Tally) -> list[str]:
    return [f"{word} {count}" for word, count in zip(TALLIED, sums, strict=True)]


def _closing(part: Part) -> dict[str, Any]:
    return {"counts": part.summary if part.table == paper.LINES else None, "sums": paper.closing_texts(part)["sums"]}
