"""Folding: what a text is reduced to before it is compared. Case, accents and punctuation never count.

Input is NFC text in any script; output upper-case ASCII where a Latin form is known (accents removed, special
letters and Cyrillic written out), other scripts unchanged.
"""

from __future__ import annotations

import unicodedata

_SPECIAL = {
    "Ø": "O", "Đ": "D", "Ð": "D", "Ł": "L", "Æ": "AE", "Œ": "OE", "Þ": "TH", "ẞ": "SS", "ß": "SS", "ı": "I",
    "А": "A", "Б": "B", "В": "V", "Г": "G", "Д": "D", "Е": "E", "Ж": "ZH", "З": "Z", "И": "I", "К": "K",
    "Л": "L", "М": "M", "Н": "N", "О": "O", "П": "P", "Р": "R", "С": "S", "Т": "T", "У": "U", "Ф": "F",
    "Х": "KH", "Ц": "TS", "Ч": "CH", "Ш": "SH", "Щ": "SHCH", "Ъ": "", "Ы": "Y", "Ь": "", "Э": "E", "Ю": "YU",
    "Я": "YA", "І": "I", "Є": "YE", "Ґ": "G", "ʿ": "", "ʾ": "", "ʻ": "", "ʼ": "",
}  # fmt: skip
_LETTERS = str.maketrans(_SPECIAL)
_JOINED = "'’‘`´.\u200d"  # O'Brien, St.John: the mark joins
_MARKS = {code: None if chr(code) in _JOINED else " " for code in range(128) if not chr(code).isalnum()}
_MARKS |= {ord(mark): None for mark in _JOINED} | {ord(mark): " " for mark in "‐‑‒–—·،、，\u00a0"}
_MARKS[ord(".")] = " "


def fold(text: str) -> str:
    """Upper-case text without accents; ASCII wherever a Latin form is known."""
    if text.isascii():
        return text.upper()
    upper = unicodedata.normalize("NFC", text).upper()
    bare = "".join(char for char in unicodedata.normalize("NFKD", upper) if not unicodedata.combining(char))
    return bare.translate(_LETTERS).upper()


def words(text: str) -> list[str]:
    """Folded words of a text; apostrophes join, hyphens and all other marks separate."""
    if text.isascii():
        upper = text.strip().upper()
        return [upper] if upper.isalnum() else upper.translate(_MARKS).split()  # one word has no mark to take off
    return fold(text).translate(_MARKS).split()


def alnum(text: str) -> str:
    """Folded letters and digits only."""
    return "".join(fold(text).translate(_MARKS).split())


def listed(text: str) -> frozenset[str]:
    """The blank-separated words of a list in the source."""
    return frozenset(text.split())
