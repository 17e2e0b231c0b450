"""A report as the bytes of a form: what is printed, written to a file, hashed and filed."""

from __future__ import annotations

import msgspec

from comity.model.report import Report
from comity.oversight.reports.written.csv import csv_text
from comity.oversight.reports.written.page import page_text
from comity.oversight.reports.written.text import text_lines


def written_as(form: str, made: Report) -> bytes:
    """The report in one of the forms. Raises WrongUseError for a PDF where WeasyPrint is missing."""
    if form == "pdf":
        from comity.oversight.reports.written.pdf import pdf_bytes  # its library takes half a second to read

        return pdf_bytes(page_text(made))
    return _text(form, made).encode()


def _text(form: str, made: Report) -> str:
    if form == "json":
        return msgspec.json.format(msgspec.json.encode(made), indent=2).decode() + "\n"
    if form == "csv":
        return csv_text(made)
    return page_text(made) if form == "html" else "\n".join(text_lines(made)) + "\n"
