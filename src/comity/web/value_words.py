"""A value of a field as a person reads it: a day as it is said, a code of a list that is known with its word.

Lists that are known: what an owner records of sex and of how a charge ended (`model/codes.py`), and NCIC's codes of eyes,
hair, race and a vehicle's colour, as readers of documents keep them. A code of no list stands as the owner wrote it.
"""

from __future__ import annotations

import re

from comity.web.times import dated
from comity.web.words import Words

GROUPS = {
    "eyes": "eyes",
    "hair": "hair",
    "race": "race",
    "colour code": "colour",
}  # by what readers write before a code
CODED = re.compile(r"(?:^|(?<=, ))(eyes|hair|race|colour code) ([A-Z]{1,3}(?:/[A-Z]{3})?)(?=$|, )")
OF_PARTS = frozenset({"description", "vehicle"})  # fields whose values hold such codes beside other words


def value_said(words: Words, field: str, value: str) -> str:
    """One value, in the reader's language where its field's list is known; the code stays beside its word."""
    if field in OF_PARTS:
        return CODED.sub(lambda found: _of_group(words, found), value)
    return _with_word(words, field, value) or dated(value, words.language)


def _of_group(words: Words, found: re.Match[str]) -> str:
    said = [_with_word(words, GROUPS[found[1]], code) for code in found[2].split("/")]
    return "/".join(said) if all(said) else found[0]


def _with_word(words: Words, group: str, code: str) -> str:
    if "." in code or not words.has(f"value.{group}.{code}"):
        return ""
    word = words(f"value.{group}.{code}")
    return word if word == code else f"{word} ({code})"
