"""QR codes, quickly: the modules of a code, and the same as a path of rectangles, a picture, a drawing that scales."""

import base64
import io
import math
import re
from typing import Any

import zxingcpp
from PIL import Image

LEVEL = "M"
MASK = 3  # any of the eight may be chosen and every reader reads it; trying all of them takes six times as long
CHUNK = 8  # longer ones make fewer rectangles, but a table that leaves the processor's cache
WIDEST = 177
DARK_RUN = re.compile(b"\x01+")
_TO_SHADES = bytes([255, 0]) + bytes(254)
_TO_BITS = bytes(1 if shade == 0 else 0 for shade in range(256))


def modules_of(text: str) -> tuple[int, bytes]:
    """How many modules the code is wide, and all of them row by row: 1 is dark."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=LEVEL, data_mask=MASK)
    drawn: Any = code.to_image(scale=1, add_quiet_zones=False)
    modules = bytes(drawn).translate(_TO_BITS)
    return math.isqrt(len(modules)), modules


def picture_of(text: str) -> str:
    """The code as the address of a picture that a page can show at once, one pixel a module."""
    width, modules = modules_of(text)
    drawn = io.BytesIO()
    Image.frombytes("L", (width, width), modules.translate(_TO_SHADES)).convert("1").save(drawn, "PNG")
    return "data:image/png;base64," + base64.b64encode(drawn.getvalue()).decode()


def drawing_of(text: str, *, border: int) -> bytes:
    """The code as SVG, dark on white, with so many modules of white around it; a module is four pixels wide."""
    width, modules = modules_of(text)
    whole, side = width + 2 * border, 4 * (width + 2 * border)
    rows = (modules[y * width : (y + 1) * width] for y in range(width))
    runs = (
        f"M{run.start() + border} {y + border}h{len(run[0])}v1H{run.start() + border}z"
        for y, row in enumerate(rows)
        for run in DARK_RUN.finditer(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{side}" height="{side}" viewBox="0 0 {whole} {whole}">'
        f'<path fill="#fff" d="M0 0h{whole}v{whole}H0z"/><path d="{"".join(runs)}"/></svg>'
    ).encode("ascii")


def version_of(width: int) -> int:
    """The version of a QR code that is so many modules wide."""
    return (width - 17) // 4


def path_of(width: int, modules: bytes) -> bytes:
    """The dark modules as rectangles of a PDF path, one unit a module, from the top left corner down."""
    chunks = [(x, x + CHUNK, _RUNS[x]) for x in range(0, width, CHUNK)]
    rows = []
    for y in range(width):
        row = modules[y * width : (y + 1) * width]
        rows.append(b"".join([runs[row[x:end]] for x, end, runs in chunks]).replace(b"y", b"%d" % y))
    return b"".join(rows)


class _Runs(dict[bytes, bytes]):
    """The rectangles of a few modules of a row, learnt as they are met; `y` stands for the row."""

    def __init__(self, x: int) -> None:
        super().__init__()
        self._x = x

    def __missing__(self, chunk: bytes) -> bytes:
        runs = (b"%d y %d 1 re\n" % (self._x + run.start(), len(run[0])) for run in DARK_RUN.finditer(chunk))
        found = self[chunk] = b"".join(runs)
        return found


_RUNS = {x: _Runs(x) for x in range(0, WIDEST, CHUNK)}
