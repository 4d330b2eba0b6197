"""Any page of the office: a template and plain values become a PDF, or a refusal that says why."""

import base64
import io
import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.printing import fonts

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates" / "print"
OWN_FOLDERS = (TEMPLATES, ROOT / "static")
OWN_IMAGES = ("data:image/svg+xml;base64,", "data:image/png;base64,", "data:image/jpeg;base64,")
IDENTIFIER_LENGTH = 32


def print_page(template: str, values: Mapping[str, Any], *, identifier: str = "") -> bytes:
    """The template under `templates/print` filled with plain values, as PDF.

    The same values give the same bytes. Unprintable when a character has no glyph, when the page asks for a file that
    is not ours, or when the layout reports an error.
    """
    fonts.refuse_missing(values)
    html = _templates().get_template(template).render(values)
    fonts.refuse_missing(html)
    weasyprint = fonts.engine()
    with _errors_are_fatal():
        try:
            document = weasyprint.HTML(string=html, base_url=f"{TEMPLATES.as_uri()}/", url_fetcher=_fetcher())
            return bytes(document.write_pdf(pdf_identifier=identifier[:IDENTIFIER_LENGTH].encode() or True))
        except weasyprint.urls.FatalURLFetchingError as error:
            raise fonts.Unprintable(str(error)) from error


def qr_image(text: str) -> str:
    """A QR code as an address that a page can show at once."""
    drawn = io.BytesIO()
    segno.make_qr(text, error="m").save(drawn, kind="svg", border=2, xmldecl=False, svgns=True)
    return OWN_IMAGES[0] + base64.b64encode(drawn.getvalue()).decode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _fetcher() -> Any:
    """Reads our own files and images drawn by us; any other address ends the print."""
    urls = fonts.engine().urls

    base: Any = urls.URLFetcher

    class OwnFiles(base):  # type: ignore[misc]  # WeasyPrint ships no types
        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if not _is_ours(url):
                raise urls.FatalURLFetchingError(f"The page asks for {url[:200]}, which is not ours.")
            return super().fetch(url, headers)

    return OwnFiles(allow_redirects=False)


def _is_ours(url: str) -> bool:
    if url.startswith("file:"):
        path = Path(unquote(urlsplit(url).path)).resolve()
        return any(path.is_relative_to(folder) for folder in OWN_FOLDERS)
    return url.startswith(OWN_IMAGES)


class _Listener(logging.Handler):
    """Remembers what WeasyPrint reports in this thread."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []
        self._thread = threading.get_ident()

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self._thread:
            self.told.append(record.getMessage())


@contextmanager
def _errors_are_fatal() -> Iterator[None]:
    listener = _Listener()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(listener)
    try:
        yield
    finally:
        logger.removeHandler(listener)
    if listener.told:
        raise fonts.Unprintable("; ".join(listener.told))
