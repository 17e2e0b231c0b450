"""Reads a Spanish page as somebody does who knows no English: what is English and not marked so, and what is marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser

# Words that no Spanish sentence has; names of agencies are names in every language.
ENGLISH = re.compile(
    r"\b(the|of|and|is|that|with|for|who|which|by|from|not|are|was|were|on|it|this|what|has|have|been|or)\b",
    re.IGNORECASE,
)
NOT_TEXT = frozenset({"script", "style"})
NEVER_CLOSED = frozenset({"meta", "link", "input", "br", "img", "rect", "line", "path", "hr"})


class Unmarked(HTMLParser):
    """The texts of a page that stand under no mark of another language, and those that are marked as English."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self.marked: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element opens, with its language and what it is for."""
        if tag not in NEVER_CLOSED:
            given = dict(attrs)
            self.open.append((tag, given.get("lang") or "", given.get("class") or ""))

    def handle_endtag(self, tag: str) -> None:
        """It closes, with whatever was left open in it."""
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Text: kept where the page's own language holds; ids and codes are in none."""
        languages = [language for _, language, _ in self.open if language]
        coded = any({"mono", "rule"} & set(of.split()) or tag in {"code", "pre"} for tag, _, of in self.open)
        if data.strip() and not coded and not NOT_TEXT & {tag for tag, _, _ in self.open}:
            if languages[-1:] == ["es"]:
                self.texts.append(" ".join(data.split()))
            if languages[-1:] == ["en"]:
                self.marked.append(" ".join(data.split()))


def english_in(page: str, names: frozenset[str]) -> list[str]:
    """Texts of a Spanish page that are English and are not marked so."""
    reader = Unmarked()
    reader.feed(page)
    found = []
    for text in reader.texts:
        without = text
        for name in names:
            without = without.replace(name, "")
        if ENGLISH.search(without):
            found.append(text)
    return found


def marked_in(page: str) -> list[str]:
    """Texts of a page that are marked as English, but for the name of that language in the head of every page."""
    reader = Unmarked()
    reader.feed(page)
    return [text for text in reader.marked if text != "English"]
