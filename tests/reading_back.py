"""Rosters read back from their PDF, beside what their frozen lines say each page must say."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pypdfium2

from registry.printing import COLUMNS

HEADINGS = "".join("".join(heading.split()) for _, heading, _ in COLUMNS)
FOOT, FOOT_BEGINS = "扫码核验：印发时与现在", "编号："
COUNTED = ("合格", "暂缓", "不合格", "收回注销")
RANGE = re.compile(r"本页第(\d+)—(\d+)行，共(\d+)行")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without the spaces and breaks of the layout."""
    document = pypdfium2.PdfDocument(pdf)
    read = ["".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return read


def misread(data: Mapping[str, Any], pdf: bytes) -> list[str]:
    """Pages that say anything else than the lines they are for, their range and the sums carried over them."""
    (section,) = data["sections"]
    lines, pages, first, wrong = section["lines"], pages_of(pdf), 0, []
    for number, page in enumerate(pages, 1):
        body = _imprinted(page)
        end = int(found[2]) if (found := RANGE.search(body)) else first
        expected = _body(lines, first, end)
        whole = f"第{number}页共{len(pages)}页" in page and body.startswith(expected) and end > first
        if not whole or (end < len(lines)) != (body == expected):
            wrong.append(f"{section['unit']}, page {number}: {body}")
        first = end
    return wrong if first == len(lines) else [*wrong, f"{section['unit']}: {first} of {len(lines)} lines"]


def misread_whole(data: Mapping[str, Any], pdf: bytes) -> list[str]:
    """The same of the county's roster: every unit's pages one after another, numbered in the unit and in the whole."""
    pages, wrong, number = pages_of(pdf), [], 0
    for section in data["sections"]:
        lines, first, own = section["lines"], 0, []
        while first < len(lines) and number < len(pages):
            page, number = pages[number], number + 1
            own.append(page)
            body = _imprinted(page)
            end = int(found[2]) if (found := RANGE.search(body)) else len(lines)
            if not (body.startswith(_body(lines, first, end)) and f"全册第{number}页共{len(pages)}页" in page):
                wrong.append(f"{section['unit']}, page {number}: {body}")
            first = end
        told = (f"本单位第{place}页共{len(own)}页" for place in range(1, len(own) + 1))
        wrong += [f"{section['unit']}: {said}" for said, page in zip(told, own, strict=True) if said not in page]
    return wrong if number < len(pages) else [*wrong, "no page has the sums of all units"]


def unequal(data: Mapping[str, Any]) -> list[str]:
    """Sections whose lines, counted as the last page of each closes, are not their summary; and the county's."""
    wrong, total = [], Counter[str]()
    for section in data["sections"]:
        found = Counter(line["finding"] for line in section["lines"])
        total += found
        wrong += [section["unit"]] * (_closing(found) != _summed(section["summary"]))
    return wrong + [data["title"]] * (_closing(total) != _summed(data["summary"]))


def _closing(found: Mapping[str, int]) -> list[int]:
    return [found.get(word, 0) for word in COUNTED]


def _summed(summary: Mapping[str, int]) -> list[int]:
    ended = summary["withdrawn"] + summary["cancelled"]
    return [summary["passed"], summary["deferred"], summary["failed"], ended]


def _imprinted(page: str) -> str:
    """What stands between the headings and the foot, whether a PDF has it there or behind its whole frame."""
    return page.partition(FOOT)[2] or page.partition(HEADINGS)[2].rpartition(FOOT_BEGINS)[0]


def _body(lines: Sequence[Mapping[str, Any]], first: int, end: int) -> str:
    carried = f"承前页{_tally(lines[:first])}" if first else ""
    rows = "".join("".join("".join(str(line[key]).split()) for key, *_ in COLUMNS) for line in lines[first:end])
    own = f"本页第{first + 1}—{end}行，共{len(lines)}行{_tally(lines[first:end])}"
    return f"{carried}{rows}{own}{'合计' if end == len(lines) else '过次页'}{_tally(lines[:end])}"


def _tally(lines: Sequence[Mapping[str, Any]]) -> str:
    found = Counter(line["finding"] for line in lines)
    rest = len(lines) - sum(found[word] for word in COUNTED)
    return "".join(f"{word}{found[word]}" for word in COUNTED) + f"未审验{rest}"
