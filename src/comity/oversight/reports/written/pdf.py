"""A page as an accessible PDF (PDF/UA-1, ISO 14289-1): tagged headings, tables and reading order, title and language.

WeasyPrint sets it with the system's Pango. What is not there is said with its remedy; nothing else depends on it.
"""

from __future__ import annotations

from typing import Any

from comity.errors import WrongUseError

VARIANT = "pdf/ua-1"


def pdf_bytes(page: str) -> bytes:
    """The page as PDF/UA-1; nothing is loaded from anywhere. Raises WrongUseError where the library cannot be used."""
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise WrongUseError(
            "a PDF needs WeasyPrint and Pango; install `comity[pdf]` and the system's libpango-1.0 and libpangoft2-1.0, "
            "or take --as html, which prints the same"
        ) from error
    made = weasyprint.HTML(string=page, url_fetcher=_refuse)
    written: bytes = made.write_pdf(pdf_variant=VARIANT, finisher=say_scopes)
    return written


def say_scopes(_document: Any, pdf: Any) -> None:
    """Say of each header cell whether it heads its column or its row, which WeasyPrint leaves to be guessed (7.5)."""
    by_reference = {one.reference: one for one in pdf.objects}
    for one in pdf.objects:
        if isinstance(one, dict) and one.get("S") == "/TH":
            row = by_reference[one["P"]]
            heads_columns = by_reference[row["P"]].get("S") == "/THead"
            one["A"]["Scope"] = "/Column" if heads_columns else "/Row"


def _refuse(url: str, *_: Any, **__: Any) -> Any:
    raise ValueError(f"a report loads nothing, and `{url[:80]}` least of all")
