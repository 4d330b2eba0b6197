"""Any page of the office: a template and plain values become a PDF, or a refusal that says why."""

import base64
import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from registry.printing import fonts
from registry.printing.codes import drawing_of

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = ROOT / "templates" / "print"
OWN_FOLDERS = (TEMPLATES, ROOT / "static")
OWN_IMAGES = ("data:image/svg+xml;base64,", "data:image/png;base64,", "data:image/jpeg;base64,")
GIVEN = "image:"
NO_IMAGES: Mapping[str, bytes] = {}
IDENTIFIER_LENGTH = 32


def print_page(
    template: str, values: Mapping[str, Any], *, identifier: str = "", images: Mapping[str, bytes] = NO_IMAGES
) -> bytes:
    """The template under `templates/print` filled with plain values, as PDF.

    The same values give the same bytes. `images` are JPEG pictures that the page shows as `image:name`.
    Unprintable when a character has no glyph, when the page asks for a file that is not ours, or when the layout
    reports an error.
    """
    return print_parts(template, [values], identifier=identifier, images=images)


def print_parts(
    template: str,
    parts: Iterable[Mapping[str, Any]],
    *,
    identifier: str = "",
    images: Mapping[str, bytes] = NO_IMAGES,
    told: Callable[[int], None] = lambda done: None,
) -> bytes:
    """One PDF of several fillings of a template, laid out one after another; `told` hears how many are done.

    A long paper costs far less in parts, and each part counts its own pages.
    """
    with layouts(images) as lay_out:
        laid_out = []
        for values in parts:
            laid_out.append(lay_out(template, values))
            told(len(laid_out))
        whole = laid_out[0].copy([page for document in laid_out for page in document.pages])
        return bytes(whole.write_pdf(pdf_identifier=identifier_of(identifier)))


@contextmanager
def layouts(images: Mapping[str, bytes] = NO_IMAGES) -> Iterator[Callable[[str, Mapping[str, Any]], Any]]:
    """Lays out templates with plain values as documents of WeasyPrint, under the conditions of `print_page`."""
    weasyprint = fonts.engine()
    with _errors_are_fatal():
        try:
            yield partial(_laid_out, weasyprint, _fetcher(images))
        except weasyprint.urls.FatalURLFetchingError as error:
            raise fonts.Unprintable(str(error)) from error


def identifier_of(wished: str) -> bytes | bool:
    """The identifier of a PDF, cut to its length; True lets it be made of the content."""
    return wished[:IDENTIFIER_LENGTH].encode() or True


def _laid_out(weasyprint: Any, fetcher: Any, template: str, values: Mapping[str, Any]) -> Any:
    fonts.refuse_missing(values)
    html = _templates().get_template(template).render(values)
    fonts.refuse_missing(html)
    return weasyprint.HTML(string=html, base_url=f"{TEMPLATES.as_uri()}/", url_fetcher=fetcher).render()


def qr_image(text: str) -> str:
    """A QR code as an address that a page can show at once."""
    return OWN_IMAGES[0] + base64.b64encode(drawing_of(text, border=2)).decode()


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _fetcher(images: Mapping[str, bytes]) -> Any:
    """Reads our own files, images drawn by us and the pictures handed in; any other address ends the print."""
    return _fetcher_class()(images)


@cache
def _fetcher_class() -> Any:
    urls = fonts.engine().urls

    base: Any = urls.URLFetcher

    class OwnFiles(base):  # type: ignore[misc]  # WeasyPrint ships no types
        def __init__(self, images: Mapping[str, bytes]) -> None:
            super().__init__(allow_redirects=False)
            self._images = images

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            if url.startswith(GIVEN) and (picture := self._images.get(url.removeprefix(GIVEN))):
                return urls.URLFetcherResponse(url, picture, {"Content-Type": "image/jpeg"})
            if not _is_ours(url):
                raise urls.FatalURLFetchingError(f"The page asks for {url[:200]}, which is not ours.")
            return super().fetch(url, headers)

    return OwnFiles


def _is_ours(url: str) -> bool:
    if url.startswith("file:"):
        path = Path(unquote(urlsplit(url).path)).resolve()
        return any(path.is_relative_to(folder) for folder in OWN_FOLDERS)
    return url.startswith(OWN_IMAGES)


class _Listener(logging.Handler):
    """Keeps what WeasyPrint reports in a thread that listens."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self._heard = threading.local()

    def emit(self, record: logging.LogRecord) -> None:
        told = getattr(self._heard, "told", None)
        if told is not None:
            told.append(record.getMessage())

    @contextmanager
    def listening(self) -> Iterator[list[str]]:
        """What is reported in this thread meanwhile."""
        told = self._heard.told = []
        try:
            yield told
        finally:
            self._heard.told = None


_listener = _Listener()
logging.getLogger("weasyprint").addHandler(_listener)  # for good: threads that come and go would miss each other's


@contextmanager
def _errors_are_fatal() -> Iterator[None]:
    with _listener.listening() as told:
        yield
    if told:
        raise fonts.Unprintable("; ".join(told))
