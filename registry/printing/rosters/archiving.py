"""A roster written for the archives: PDF/A-3u, its rows attached as a file of comma-separated values."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

from registry.printing import documents, fonts
from registry.printing.imprint import ImprintedPage, pack
from registry.printing.rosters.columns import Column
from registry.printing.rosters.paper import Paper

VARIANT = "pdf/a-3u"  # not 3a: rows written by the press carry no structure
PROFILE, PROFILE_FILE = "srgb", "sRGB2014.icc"
ATTACHED = "花名册.csv"
BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def archived(
    document: Any, pages: Sequence[ImprintedPage], data: Mapping[str, Any], sheet: Paper, columns: tuple[Column, ...]
) -> bytes:
    """These pages as a PDF with the fonts of the document they were laid out in."""
    whole = document.copy(pages)
    whole.metadata = copy(document.metadata)
    whole.metadata.title, whole.metadata.authors = sheet.name, [sheet.office]
    whole.color_profiles, whole.output_intent = {PROFILE: _profile()}, PROFILE
    return bytes(
        whole.write_pdf(
            pdf_variant=VARIANT,
            pdf_identifier=documents.identifier_of(sheet.marks.data_sha256),
            output_intent="",  # the profile is set above: WeasyPrint's own way leaves its file open
            attachments=[_attachment(data, sheet, columns)],
            finisher=_packed,
        )
    )


def _profile() -> SimpleNamespace:
    """What WeasyPrint asks of a colour profile."""
    return SimpleNamespace(name="sRGB", content=_profile_content(), components=("r", "g", "b"), pdf_reference=None)


@cache
def _profile_content() -> bytes:
    return (files(fonts.engine().__name__) / "pdf" / PROFILE_FILE).read_bytes()


def _attachment(data: Mapping[str, Any], sheet: Paper, columns: tuple[Column, ...]) -> Any:
    day = datetime.combine(date.fromisoformat(data["filled_on"]), time(), UTC)
    return fonts.engine().Attachment(
        file_obj=io.BytesIO(rows_as_csv(data, columns)),
        name=ATTACHED,
        description=sheet.name,
        created=day,
        modified=day,
        relationship="Data",
    )


def rows_as_csv(data: Mapping[str, Any], columns: tuple[Column, ...]) -> bytes:
    """Every line of every unit, under the headings of the paper; no cell is ever a formula."""
    written = io.StringIO(newline="")
    written.write(BYTE_ORDER_MARK)
    writer = csv.writer(written)
    writer.writerow(["单位", *(heading.replace("\n", "") for _, heading, _ in columns)])
    writer.writerows(_rows(data, [key for key, *_ in columns]))
    return written.getvalue().encode()


def _rows(data: Mapping[str, Any], keys: list[str]) -> Iterator[list[str]]:
    for section in data["sections"]:
        unit = _safe(section["unit"])
        for line in section["lines"]:
            yield [unit, *(_safe(str(line[key])) for key in keys)]


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _packed(_document: Any, pdf: Any) -> None:
    """Every stream compressed once: left to pydyf, each is compressed again to make the identifier."""
    for one in pdf.objects:
        if getattr(one, "compress", False):
            pack(one)
