"""The same rows, columns and font on paper by other means; a peer that is not installed is left out."""

import html
import importlib
import importlib.util
import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from bench.roster_lines import CHARACTERS
from registry.printing import COLUMNS, fonts

FONT = fonts.FONT_FILES[0]
FAMILY = "Noto Serif SC"
KEYS = [key for key, *_ in COLUMNS]
HEADINGS = [heading.replace("\n", "") for _, heading, _ in COLUMNS]
MILLIMETRE = 72 / 25.4
WIDTHS = [width * MILLIMETRE for *_, width in COLUMNS]
SIZE, HEIGHT, MARGIN = 7.5, 8.1 * MILLIMETRE, 10 * MILLIMETRE
PAGE = (297 * MILLIMETRE, 210 * MILLIMETRE)
A_PAGE = 19
CURVES_WITHIN = 1.0

Rows = Sequence[Sequence[str]]


def rows_of(data: Mapping[str, Any]) -> Rows:
    """All lines of the roster as texts in the order of its columns."""
    return [[str(line[key]) for key in KEYS] for section in data["sections"] for line in section["lines"]]


def plain(rows: Rows) -> bytes:
    """One table, laid out wholly by WeasyPrint."""
    return bytes(fonts.engine().HTML(string=page_of(rows)).write_pdf())


def page_of(rows: Rows, face: str = "") -> str:
    """The table as a page of HTML."""
    widths = "".join(f"<col style='width:{width:.2f}pt'>" for width in WIDTHS)
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    body = "".join(f"<tr>{''.join(f'<td>{html.escape(text)}</td>' for text in row)}</tr>" for row in rows)
    style = (
        f"{face}@page{{size:A4 landscape;margin:10mm}}body{{margin:0;font:{SIZE}pt '{FAMILY}'}}"
        "table{border-collapse:collapse;table-layout:fixed;width:277mm}thead{display:table-header-group}"
        "th,td{border:.5pt solid #000;height:8.1mm;padding:0 .4mm;text-align:center;overflow-wrap:anywhere}"
    )
    return (
        f"<!doctype html><html lang=zh-CN><meta charset=utf-8><title>花名册</title><style>{style}</style>"
        f"<table><colgroup>{widths}</colgroup><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    )


def canvas(rows: Rows) -> bytes:
    """ReportLab's canvas: strings at places, nothing wrapped."""
    output = io.BytesIO()
    drawn = importlib.import_module("reportlab.pdfgen.canvas").Canvas(output, pagesize=PAGE)
    name = _registered()
    edges = [MARGIN + sum(WIDTHS[:place]) for place in range(len(WIDTHS) + 1)]
    middles = [(left + right) / 2 for left, right in zip(edges, edges[1:], strict=False)]
    for first in range(0, len(rows), A_PAGE):
        those = [HEADINGS, *rows[first : first + A_PAGE]]
        drawn.setFont(name, SIZE)
        levels = [PAGE[1] - MARGIN - place * HEIGHT for place in range(len(those) + 1)]
        for row, top in zip(those, levels, strict=False):
            for middle, text in zip(middles, row, strict=True):
                drawn.drawCentredString(middle, top - HEIGHT / 2 - SIZE / 3, text)
        drawn.setLineWidth(0.5)
        drawn.grid(edges, levels)
        drawn.showPage()
    drawn.save()
    return output.getvalue()


def long_table(rows: Rows) -> bytes:
    """ReportLab's LongTable with fixed heights, in which nothing is wrapped either."""
    platypus = importlib.import_module("reportlab.platypus")
    name, output = _registered(), io.BytesIO()
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = platypus.SimpleDocTemplate(output, pagesize=PAGE, **margins)
    style = platypus.TableStyle([("FONT", (0, 0), (-1, -1), name, SIZE), ("GRID", (0, 0), (-1, -1), 0.5, "black")])
    table = [HEADINGS, *rows]
    heights = [HEIGHT] * len(table)
    document.build([platypus.LongTable(table, colWidths=WIDTHS, rowHeights=heights, style=style, repeatRows=1)])
    return output.getvalue()


def typst(rows: Rows) -> bytes:
    """Typst: one table of a file of JSON, untagged."""
    compiler = importlib.import_module("typst")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "rows.json").write_text(json.dumps([HEADINGS, *rows]), encoding="utf-8")
        widths = ", ".join(f"{width:.3f}pt" for width in WIDTHS)
        (folder / "roster.typ").write_text(
            f'#set page(paper: "a4", flipped: true, margin: 10mm)\n#set text(font: "{FAMILY}", size: {SIZE}pt)\n'
            f'#let rows = json("rows.json")\n#table(columns: ({widths}), rows: 8.1mm, inset: .4mm, stroke: .5pt, '
            "align: center + horizon, table.header(..rows.first()), ..rows.slice(1).flatten())\n",
            encoding="utf-8",
        )
        options = {"font_paths": [str(FONT.parent)], "ignore_system_fonts": True}
        return bytes(_untagged(compiler)(str(folder / "roster.typ"), format="pdf", **options))


def _untagged(compiler: Any) -> Callable[..., bytes]:
    def compile_it(path: str, **options: Any) -> bytes:
        try:
            return bytes(compiler.compile(path, pdf_tags=False, **options))
        except TypeError:  # a release that cannot leave the tags out
            return bytes(compiler.compile(path, **options))

    return compile_it


def chromium(rows: Rows) -> bytes:
    """Chromium prints the page of HTML, untagged."""
    with tempfile.TemporaryDirectory() as name:
        page, paper = Path(name) / "roster.html", Path(name) / "roster.pdf"
        face = f"@font-face{{font-family:'{FAMILY}';src:url({FONT.as_uri()})}}"
        page.write_text(page_of(rows, face), encoding="utf-8")
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--disable-pdf-tagging"]
        where = [f"--user-data-dir={name}/profile", f"--print-to-pdf={paper}", page.as_uri()]
        command = [str(shutil.which("chromium")), *flags, *where]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (the machine's own browser)
        return paper.read_bytes()


def installed() -> dict[str, Callable[[Rows], bytes]]:
    """The peers that this machine has, by their names."""
    found = {"plain WeasyPrint": plain}
    if importlib.util.find_spec("reportlab"):
        found |= {"ReportLab canvas": canvas, "ReportLab LongTable": long_table}
    if importlib.util.find_spec("typst"):
        found["Typst"] = typst
    if shutil.which("chromium"):
        found["Chromium"] = chromium
    return found


@cache
def _registered() -> str:
    """The font's name in ReportLab, which reads no CFF: the same font, its curves turned into quadratic ones."""
    metrics = importlib.import_module("reportlab.pdfbase.pdfmetrics")
    outlines = importlib.import_module("reportlab.pdfbase.ttfonts")
    metrics.registerFont(outlines.TTFont("Roster", str(truetype())))
    return "Roster"


def truetype() -> Path:
    """The characters of the rows with TrueType outlines, made once and kept beside other temporary files."""
    made = Path(tempfile.gettempdir()) / "registry-bench-serif.ttf"
    if not made.exists():
        _convert(made)
    return made


def _convert(made: Path) -> None:
    tools = {
        name: importlib.import_module(f"fontTools.{name}") for name in ("ttLib", "pens.cu2quPen", "pens.ttGlyphPen")
    }
    subset = importlib.import_module("fontTools.subset")
    font = subset.load_font(str(FONT), subset.Options())
    chooser = subset.Subsetter(subset.Options(glyph_names=False, notdef_outline=True, layout_features=[]))
    chooser.populate(text="".join([*map(chr, range(0x20, 0x7F)), *HEADINGS, CHARACTERS]))
    chooser.subset(font)
    order, glyphs, drawn = font.getGlyphOrder(), font.getGlyphSet(), {}
    for name in order:
        pen = tools["pens.ttGlyphPen"].TTGlyphPen(glyphs)
        glyphs[name].draw(tools["pens.cu2quPen"].Cu2QuPen(pen, CURVES_WITHIN, reverse_direction=True))
        drawn[name] = pen.glyph()
    font["loca"], font["glyf"] = tools["ttLib"].newTable("loca"), tools["ttLib"].newTable("glyf")
    font["glyf"].glyphOrder, font["glyf"].glyphs = order, drawn
    for table in ("CFF ", "VORG"):
        if table in font:
            del font[table]
    font["maxp"] = _maximums(tools["ttLib"], font["maxp"].numGlyphs)
    font["post"].formatType, font.sfntVersion = 3.0, "\x00\x01\x00\x00"
    font.recalcBBoxes = True
    font.save(str(made))


def _maximums(library: Any, glyphs: int) -> Any:
    table = library.newTable("maxp")
    table.tableVersion, table.numGlyphs = 0x00010000, glyphs
    names = (
        "maxZones maxTwilightPoints maxStorage maxFunctionDefs maxInstructionDefs maxStackElements"
        " maxSizeOfInstructions maxComponentElements maxPoints maxContours maxCompositePoints maxCompositeContours"
        " maxComponentDepth"
    )
    for name in names.split():
        setattr(table, name, 1 if name == "maxZones" else 0)
    return table
