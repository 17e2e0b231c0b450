"""The words of terms for lists that are sorted by them, the same that `parts/names.html` writes into their rows."""

from __future__ import annotations

from collections.abc import Mapping

from comity.web.words import Words


def term_word(words: Words, code: str, *groups: str) -> str:
    """The word of a code from the first group of the catalogue that has it; the code itself where none has."""
    return next((words(f"{one}.{code}") for one in groups if words.has(f"{one}.{code}")), code)


def purpose_word(words: Words, code: str) -> str:
    """What a purpose is called; empty where there is none."""
    return term_word(words, code, "purpose", "oversight.purpose") if code else ""


def role_word(words: Words, code: str, names: Mapping[str, str]) -> str:
    """Who is meant by a role's code, or by an agency's id."""
    return words(f"desk.role.{code}") if words.has(f"desk.role.{code}") else names.get(code, code)
