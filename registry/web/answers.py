"""Answers that are files."""

from urllib.parse import quote

from flask import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


def attachment(content: bytes, filename: str, mimetype: str) -> Response:
    """A file to keep; names in Chinese arrive whole in every browser (RFC 6266)."""
    answer = Response(content, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(filename)}"
    return answer


def spreadsheet(content: bytes, filename: str) -> Response:
    return attachment(content, filename, XLSX)
