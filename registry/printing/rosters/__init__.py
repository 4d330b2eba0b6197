"""The annual review roster on paper: title, head line, chosen columns, summary and signatures, unit by unit."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.printing.rosters.columns import COLUMNS as COLUMNS
from registry.printing.rosters.columns import COUNTS as COUNTS
from registry.printing.rosters.columns import OFFICE_SIGNS as OFFICE_SIGNS
from registry.printing.rosters.columns import UNIT_SIGNS as UNIT_SIGNS
from registry.printing.rosters.columns import chosen as chosen
from registry.printing.rosters.imprinting import imprinted
from registry.printing.rosters.marks import Marks as Marks
from registry.printing.rosters.marks import chinese_day as chinese_day
from registry.printing.rosters.paper import TEMPLATE_VERSION as TEMPLATE_VERSION
from registry.printing.rosters.paper import paper_of


def print_roster(
    data: Mapping[str, Any], marks: Marks, *, check_url: str, columns: Sequence[str] | None = None
) -> bytes:
    """The roster as PDF/A from its frozen data, its rows attached; the same data and marks give the same bytes.

    `data` is what `services.rosters.lines` froze; `columns` are keys of COLUMNS in the order wished for, all when None.
    Unprintable names the person whose text no font can print.
    """
    return imprinted(data, paper_of(data, marks, check_url), chosen(columns))
