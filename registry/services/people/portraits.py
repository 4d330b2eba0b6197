"""A picture made fit for the card: checked, upright, of the card's shape, and nothing kept but the picture."""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageFile, ImageOps

from registry.rules import RuleBroken
from registry.rules.people import PRINTABLE_PHOTO
from registry.words import N_

SIZE = (358, 441)  # 26 × 32 mm at 350 dots an inch
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST = (120, 148)  # what still looks like somebody in print
FORMATS = ("JPEG", "PNG", "WEBP")
EYES = (0.5, 0.4)  # faces are above the middle: less is cut off at the top
QUALITY = 90
_WHOLE = threading.Lock()


def portrait(content: bytes) -> bytes:
    """The picture as a JPEG of the card's shape without any metadata; RuleBroken says why it cannot be used."""
    if len(content) > MOST_BYTES:
        raise _unfit(N_("The file is larger than %(megabytes)s MB."), megabytes=MOST_BYTES // 1024**2)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            return _encoded(_fitted(_opened(image)))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:  # whatever a broken picture makes of a decoder
        raise _unfit(N_("The file is no JPEG, PNG or WebP picture, or it is damaged.")) from error


def _opened(image: Image.Image) -> Image.Image:
    """The picture upright, its size looked at before a single pixel is unpacked."""
    if image.width * image.height > MOST_PIXELS:
        raise _too_many_pixels()
    if min(image.size) < LEAST[0] or max(image.size) < LEAST[1]:
        raise _unfit(
            N_("The picture is too small to print: it needs %(width)s by %(height)s dots."),
            width=LEAST[0],
            height=LEAST[1],
        )
    image.draft("RGB", (SIZE[0] * 4, SIZE[1] * 4))  # JPEG alone: a large picture is unpacked smaller
    with _cut_off_is_refused():
        image.load()
    return ImageOps.exif_transpose(image)


@contextmanager
def _cut_off_is_refused() -> Iterator[None]:
    """WeasyPrint, once imported, lets every picture of the process be cut off; a photo on file is whole."""
    with _WHOLE:
        before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
        try:
            yield
        finally:
            ImageFile.LOAD_TRUNCATED_IMAGES = before


def _fitted(image: Image.Image) -> Image.Image:
    """On white where it was transparent, cut and scaled to the card."""
    whole = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        drawn = image.convert("RGBA")
        whole.paste(drawn, mask=drawn.getchannel("A"))
    else:
        whole.paste(image.convert("RGB"))
    return ImageOps.fit(whole, SIZE, Image.Resampling.LANCZOS, centering=EYES)


def _encoded(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=QUALITY, optimize=True)
    return kept.getvalue()


def _too_many_pixels() -> RuleBroken:
    most = MOST_PIXELS // 1_000_000
    return _unfit(N_("The picture has more than %(most)s million dots; send a smaller one."), most=most)


def _unfit(message: str, **params: object) -> RuleBroken:
    return RuleBroken([PRINTABLE_PHOTO.broken(message, **params)])
