"""Pictures made on the spot, with whatever a camera leaves in them."""

import io
from typing import Any

from PIL import Image

GPS = 0x8825
ORIENTATION = 0x0112


def picture(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (400, 500), **options: Any) -> bytes:
    """A plain picture as a file of that form."""
    return encoded(Image.new(mode, size), form, **options)


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    kept = io.BytesIO()
    image.save(kept, form, **options)
    return kept.getvalue()


def photographed() -> bytes:
    """What a telephone held sideways leaves: a red head side, the place it was taken and a remark."""
    image = Image.new("RGB", (500, 400), "white")
    image.paste("red", (0, 0, 100, 400))  # the left side, which is up when the picture is turned
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # to be turned a quarter clockwise
    exif[0x010E] = "taken at home"
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[2] = (33.0, 58.0, 12.0)
    return encoded(image, exif=exif, comment=b"a hidden remark")


def seen(content: bytes) -> Image.Image:
    """The picture in a file, unpacked."""
    return Image.open(io.BytesIO(content)).convert("RGB")
