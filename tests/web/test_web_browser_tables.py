"""Tables of figures on a telephone: words that stand in place of a number wrap, and nothing scrolls sideways."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from web_stage import ASSETS

from comity.web.assets import STATIC
from comity.web.render import pages_environment
from comity.web.words import words_of

TELEPHONE = 390


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_figure_that_is_not_shown_wraps(chromium: Browser, language: str) -> None:
    """As where people are few: each sentence that says why no number stands there."""
    words = words_of(language)
    said = [words(f"public.said.{one}") for one in ("small", "hidden", "twice", "partly")]
    heads = (words("public.head.purpose"), words("public.head.number"))
    macros = pages_environment(ASSETS).get_template("parts/public.html").module
    table = macros.table(words("public.of.subjects"), heads, [("x", one) for one in said], (1,), words)  # type: ignore[attr-defined]
    style = next((STATIC / "css").glob("comity*.css")).read_text()
    page = chromium.new_page(viewport={"width": TELEPHONE, "height": 900})
    try:
        page.set_content(
            f'<html><head><style>{style}</style></head><body><main class="grid-container main">{table}</main></body></html>'
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= TELEPHONE
    finally:
        page.close()
