"""Answers that are files."""

import io
from typing import Any
from urllib.parse import quote

import segno
from flask import Response

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
    """A QR code as a drawing that scales, dark on white with its quiet zone; digits behind a `#` take little room."""
    drawn = io.BytesIO()
    address, mark, digits = text.partition("#")
    parts: Any = [address + mark, digits] if digits.isdigit() else text
    segno.make_qr(parts, error="m").save(drawn, kind="svg", border=4, scale=4, light="white", xmldecl=False, svgns=True)
    return Response(drawn.getvalue(), mimetype=SVG)
