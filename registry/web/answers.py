"""Answers that are files."""

from urllib.parse import quote

from flask import Response

from registry.printing import drawing_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"
SVG = "image/svg+xml"


def attachment(content: bytes, filename: str, mimetype: str) -> Response:
    """A file to keep; names in Chinese arrive whole in every browser (RFC 6266)."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return answer


def spreadsheet(content: bytes, filename: str) -> Response:
    return attachment(content, filename, XLSX)


def qr_code(text: str) -> Response:
    """A QR code as a drawing that scales, dark on white with its quiet zone."""
    return Response(drawing_of(text, border=4), mimetype=SVG)
