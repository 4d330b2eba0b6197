"""The row of headings found below titles, and what each heading means: by its usual names, or as somebody said."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

from registry.rules.people import masked
from registry.sheets.cells import alike, text_of
from registry.sheets.columns import Column
from registry.sheets.files import RawSheet, open_file
from registry.sheets.problems import Problem, Unreadable
from registry.words import N_

HEADING_WITHIN = 20  # rows from the top
MEANT = 2  # headings that make a row one of headings, though some are missing
SAMPLES = 3
PROBLEM_HEADING = "问题"
EXPLANATION = "填写说明"  # the sheet of our templates that holds no data
_NOT_PART_OF_A_NAME = re.compile(r"[(（\[【].*?[)）\]】]|[\s*＊:：/\\]")
_FOOT = re.compile(
    r"(?:填表|制表|填报|经办|审核|审批|负责|联系|单位|部门|领导|盖章|签|日期|备注|说明|注)[^：:]{0,12}[：:]"
)
_IDENTITY = re.compile(r"[0-9]{15}(?:[0-9]{2}[0-9Xx])?")

Meaning = Mapping[str, str | None]  # a heading as written: the name of the column it stands for; None leaves it out
Names = Mapping[str, tuple[str, int]]  # heading, made plain: the column's name, and how good a heading of it this is


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading row of a sheet: its index and cells, and for each known column its place."""

    sheet: RawSheet
    index: int
    cells: Sequence[Any]
    places: Mapping[str, int]
    unknown: tuple[str, ...]
    doubled: tuple[str, ...]

    def written(self, name: str) -> str:
        return text_of(self.cells[self.places[name]])

    @property
    def has_rows(self) -> bool:
        return next(self.filled_rows(), None) is not None

    def rows(self) -> Iterator[Sequence[Any]]:
        """What stands below the headings."""
        return islice(self.sheet.rows, self.index + 1, None)

    def filled_rows(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """The rows that say something under a heading that is known, with their numbers.

        Numbers printed in advance beside empty rows say nothing, and neither does a line at the foot (填表人：…).
        """
        places = sorted(self.places.values())
        for number, cells in enumerate(self.rows(), self.index + 2):
            first = next((cell for place in places if place < len(cells) and not _is_blank(cell := cells[place])), None)
            if first is not None and not (_is_of_the_foot(first) and _is_foot(cells, places)):
                yield number, cells


@dataclass(frozen=True, slots=True)
class SheetHeadings:
    """What a page needs to let somebody say what the headings of a sheet mean.

    `headings` as written, in their order; `taken`: heading → the column it stands for; `samples`: heading → the first
    values below it, identity numbers masked; `missing`: titles of required columns that no heading stands for.
    """

    sheet: str
    headings: list[str]
    taken: dict[str, str]
    samples: dict[str, list[str]]
    missing: list[str]


def headings(
    content: bytes, filename: str, columns: Sequence[Column], meaning: Meaning | None = None
) -> list[SheetHeadings]:
    """The headings of every sheet that is not blank, known or not; Unreadable when the file is no spreadsheet."""
    sheets = [sheet for sheet in open_file(content, filename) if sheet.name != EXPLANATION and not is_blank(sheet)]
    names = names_of(columns, meaning)
    return [_told(_best_row(sheet, names) or _likely_row(sheet), columns) for sheet in sheets]


def headings_of(sheets: Sequence[RawSheet], columns: Sequence[Column], meaning: Meaning | None = None) -> list[Heading]:
    """The heading row of each sheet that has one; Unreadable tells what is missing, sheet by sheet."""
    names = names_of(columns, meaning)
    found = [heading for sheet in sheets if (heading := _best_row(sheet, names)) is not None]
    fitting = [heading for heading in found if not _missing(heading, columns)]
    meant = [one for one in found if one not in fitting and len(one.places) >= MEANT and one.has_rows]
    if not fitting and not meant:
        raise Unreadable(_why_none(sheets, found, columns))
    wrong = [problem for heading in meant for problem in _incomplete(heading, columns)]
    wrong += [problem for heading in fitting for problem in _doubled(heading)]
    if wrong:
        raise Unreadable(wrong)
    return fitting


def names_of(columns: Sequence[Column], meaning: Meaning | None = None) -> Names:
    """Every heading that stands for a column; what somebody said wins over the usual names."""
    names = {plain(word): (one.name, rank) for one in columns for rank, word in enumerate((one.title, *one.aliases))}
    ours = {column.name for column in columns}
    for heading, name in (meaning or {}).items():
        names.pop(plain(heading), None)
        if name in ours:
            names[plain(heading)] = (name, -1)
    return names


def plain(heading: Any) -> str:
    """A heading for comparing: `成绩（分）*` is `成绩`."""
    return alike(_NOT_PART_OF_A_NAME.sub("", text_of(heading)))


def is_empty(cells: Sequence[Any]) -> bool:
    return all(_is_blank(cell) for cell in cells)


def _is_blank(cell: Any) -> bool:
    return cell is None or text_of(cell) == ""


def _is_of_the_foot(cell: Any) -> bool:
    return isinstance(cell, str) and _FOOT.match(text_of(cell)) is not None


def _is_foot(cells: Sequence[Any], places: Sequence[int]) -> bool:
    """Whether all that stands under known headings is of the foot of a form."""
    said = (cells[place] for place in places if place < len(cells))
    return all(_is_of_the_foot(cell) for cell in said if not _is_blank(cell))


def is_blank(sheet: RawSheet) -> bool:
    return all(is_empty(cells) for cells in sheet.rows)


def _best_row(sheet: RawSheet, names: Names) -> Heading | None:
    """The row among the first ones that names the most columns, by itself or with what stands above its empty cells.

    培训情况 over 培训名称 and 学时, beside a 姓名 of both rows, is one row of headings written in two.
    """
    best: Heading | None = None
    above: Sequence[Any] = ()
    for index, cells in enumerate(sheet.rows[:HEADING_WITHIN]):
        for written in (cells, _with_those_above(cells, above)):
            heading = _heading(sheet, index, written, names)
            if heading.places and (best is None or len(heading.places) > len(best.places)):
                best = heading
        above = cells
    return best


def _with_those_above(cells: Sequence[Any], above: Sequence[Any]) -> Sequence[Any]:
    return [upper if _is_blank(own) else own for own, upper in zip_longest(cells, above)]


def _likely_row(sheet: RawSheet) -> Heading:
    """Where no word is known: the first of the rows that hold the most different words, as headings do."""
    first = sheet.rows[:HEADING_WITHIN]
    index = max(range(len(first)), key=lambda at: (len({plain(cell) for cell in first[at]} - {""}), -at))
    return _heading(sheet, index, first[index], {})


def _heading(sheet: RawSheet, index: int, cells: Sequence[Any], names: Names) -> Heading:
    """Where several headings stand for one column (单位名称 and 单位编码), the best one counts."""
    claims: dict[str, list[tuple[int, int]]] = defaultdict(list)
    words = [plain(cell) for cell in cells]
    for place, word in enumerate(words):
        if (known := names.get(word)) is not None:
            claims[known[0]].append((known[1], place))
    places = {name: min(claimed)[1] for name, claimed in claims.items()}
    used = {words[place] for place in places.values()}
    unknown = [text_of(cells[at]) for at, word in enumerate(words) if word not in {"", PROBLEM_HEADING, *used}]
    equal = [claimed for claimed in claims.values() if sum(rank == min(claimed)[0] for rank, _ in claimed) > 1]
    doubled = [text_of(cells[min(claimed)[1]]) for claimed in equal]
    return Heading(sheet, index, cells, places, tuple(unknown), tuple(doubled))


def _told(heading: Heading, columns: Sequence[Column]) -> SheetHeadings:
    written: dict[str, int] = {}
    for place, cell in enumerate(heading.cells):
        if plain(cell) not in {"", PROBLEM_HEADING}:
            written.setdefault(text_of(cell), place)
    return SheetHeadings(
        sheet=heading.sheet.name,
        headings=list(written),
        taken={heading.written(name): name for name in heading.places},
        samples={text: _samples(heading, place) for text, place in written.items()},
        missing=_missing(heading, columns),
    )


def _samples(heading: Heading, place: int) -> list[str]:
    found: list[str] = []
    for cells in heading.rows():
        if text := text_of(cells[place] if place < len(cells) else None):
            found.append(masked(text) if _IDENTITY.fullmatch(text) else text)
        if len(found) == SAMPLES:
            break
    return found


def _missing(heading: Heading, columns: Sequence[Column]) -> list[str]:
    return [column.title for column in columns if column.required and column.name not in heading.places]


def _why_none(sheets: Sequence[RawSheet], found: Sequence[Heading], columns: Sequence[Column]) -> list[Problem]:
    """No row of any sheet looks like headings, but for one word perhaps."""
    if found:
        nearest = min(found, key=lambda heading: len(_missing(heading, columns)))
        return _incomplete(nearest, columns)
    required = [column.title for column in columns if column.required]
    message = N_("No row of headings was found. The file needs the columns: %(columns)s.")
    named = next((sheet.name for sheet in sheets if not is_blank(sheet)), "")
    return [Problem(message=message, params={"columns": "、".join(required)}, sheet=named)]


def _incomplete(heading: Heading, columns: Sequence[Column]) -> list[Problem]:
    return [
        Problem(
            message=N_("The column %(column)s is missing."),
            params={"column": title},
            sheet=heading.sheet.name,
            row=heading.index + 1,
            column=title,
        )
        for title in _missing(heading, columns)
    ]


def _doubled(heading: Heading) -> list[Problem]:
    message = N_("Two columns are named %(column)s; the registry cannot tell which one counts.")
    return [
        Problem(message=message, params={"column": text}, sheet=heading.sheet.name, row=heading.index + 1, column=text)
        for text in heading.doubled
    ]
