"""A roster written for the archives: PDF/A-3u, its rows attached as a file of comma-separated values."""

import csv
import io
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import UTC, datetime, time
from functools import cache
from importlib.resources import files
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

import pydyf

from registry.printing import fonts
from registry.printing.documents import IDENTIFIER_LENGTH
from registry.printing.imprint import ImprintedPage
from registry.printing.rosters.columns import Column
from registry.printing.rosters.paper import Paper
from registry.printing.tagging import Tagged, Tags
from registry.printing.writing import written

VARIANT, VERSION = "pdf/a-3u", "1.7"  # level U whether tagged or not: the longest are not
PROFILE, PROFILE_FILE = "srgb", "sRGB2014.icc"
ATTACHED, RELATIONSHIP = "roster.csv", "Data"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
STARTED = ('"\r', *(before + start for before in ("\n", ",", '"') for start in FORMULA_STARTS if start != "\r"))


def archived(
    document: Any,
    pages: Sequence[ImprintedPage],
    contents: Sequence[tuple[str, int]],
    enclosed: "Enclosure",
    sheet: Paper,
    tags: Tags,
) -> bytes:
    """These pages as a PDF with the fonts of the document they were laid out in; `contents` names where parts begin."""
    whole = document.copy(pages)
    whole.metadata = copy(document.metadata)
    whole.metadata.title, whole.metadata.authors = sheet.name, [sheet.office]
    whole.color_profiles, whole.output_intent = {PROFILE: _profile()}, PROFILE
    options = {"pdf_variant": VARIANT, "pdf_version": VERSION, "attachments": [enclosed.attachment(sheet)]}
    pdf = fonts.engine().pdf.generate_pdf(whole, None, 1, **fonts.engine().DEFAULT_OPTIONS | options)
    enclosed.close()
    if len(contents) > 1:
        _outline(contents, pdf)
    if isinstance(tags, Tagged):
        tags.finish(pdf)
    return written(pdf, sheet.marks.data_sha256[:IDENTIFIER_LENGTH].encode())


def _profile() -> SimpleNamespace:
    """What WeasyPrint asks of a colour profile."""
    return SimpleNamespace(name="sRGB", content=_profile_content(), components=("r", "g", "b"), pdf_reference=None)


@cache
def _profile_content() -> bytes:
    return (files(fonts.engine().__name__) / "pdf" / PROFILE_FILE).read_bytes()


class Enclosure:
    """The rows as they travel inside the PDF: every line of every unit; no cell is ever a formula."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self._texts_of = itemgetter(*(key for key, *_ in columns))
        headings = ["单位", *(heading.replace("\n", "") for _, heading, _ in columns)]
        self._file = io.BytesIO(_comma_separated([headings]).encode("utf-8-sig"))
        self._file.seek(0, io.SEEK_END)

    def add(self, unit: str, lines: Sequence[Mapping[str, Any]]) -> str:
        """The lines of one unit; what was written of them."""
        rows = [(unit, *self._texts_of(line)) for line in lines]
        text = _comma_separated(rows)
        if unit.startswith(FORMULA_STARTS) or _may_hold_formulas(text):
            text = _comma_separated([[_safe(str(cell)) for cell in row] for row in rows])
        self._file.write(text.encode())
        return text

    def close(self) -> None:
        """Let go what WeasyPrint has read."""
        self._file.close()

    def attachment(self, sheet: Paper) -> Any:
        """The file as WeasyPrint attaches it, of the day the roster was filled."""
        day = datetime.combine(sheet.filled_on, time(), UTC)
        self._file.seek(0)
        named = {"name": ATTACHED, "description": sheet.name, "relationship": RELATIONSHIP}
        return fonts.engine().Attachment(file_obj=self._file, created=day, modified=day, **named)


def _comma_separated(rows: Sequence[Sequence[Any]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written).writerows(rows)
    return written.getvalue()


def _may_hold_formulas(text: str) -> bool:
    """Whether a cell of these lines may begin like one; a lone return is looked at too."""
    return any(start in text for start in STARTED) or text.count("\r") > text.count("\r\n")


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _outline(contents: Sequence[tuple[str, int]], pdf: Any) -> None:
    """The table of contents that readers show beside the pages; WeasyPrint's own counts all pages for each entry."""
    pages = pdf.page_references
    root = pydyf.Dictionary({"Type": "/Outlines", "Count": len(contents)})
    entries = [pydyf.Dictionary({"Title": pydyf.String(name)}) for name, _ in contents]
    for one in (root, *entries):
        pdf.add_object(one)
    for place, (_, page) in enumerate(contents):
        entries[place]["Parent"] = root.reference
        entries[place]["Dest"] = pydyf.Array([pages[page], "/Fit"])
        if place:
            entries[place]["Prev"], entries[place - 1]["Next"] = entries[place - 1].reference, entries[place].reference
    root["First"], root["Last"] = entries[0].reference, entries[-1].reference
    pdf.catalog["Outlines"] = root.reference
