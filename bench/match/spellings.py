"""Spellings of one name: templates, and slips of the hand, the ear and the scanner."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import product
from typing import TypeVar

T = TypeVar("T")

Roll = Callable[[], float]  # a draw from [0, 1)
Spellings = tuple[str, ...]  # one name, every way it is written; most names have one

MOST_SPELLINGS = 48  # of one template; a template with more says too little about how people write
_CHOICE = re.compile(r"\{([^}]*)\}")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_BESIDE = {
    "a": "qsz", "b": "vgn", "c": "xdv", "d": "sfe", "e": "wrd", "f": "dgr", "g": "fht", "h": "gjy", "i": "uok",
    "j": "hku", "k": "jli", "l": "ko", "m": "n", "n": "bm", "o": "ipl", "p": "o", "q": "wa", "r": "etf", "s": "adw",
    "t": "ryg", "u": "yij", "v": "cb", "w": "qes", "x": "zc", "y": "tu", "z": "xa",
}  # fmt: skip  # neighbours on a keyboard
_HEARD = (
    ("ph", "f"), ("ck", "k"), ("c", "k"), ("k", "c"), ("ie", "y"), ("y", "i"), ("ee", "ea"), ("ai", "ay"),
    ("ei", "ie"), ("sch", "sh"), ("s", "z"), ("z", "s"), ("ou", "u"), ("oo", "u"), ("th", "t"), ("gh", "g"),
    ("ll", "l"), ("nn", "n"), ("tt", "t"), ("ss", "s"), ("rr", "r"), ("mm", "m"), ("l", "ll"), ("n", "nn"),
    ("t", "tt"), ("en", "an"), ("er", "ar"), ("on", "en"), ("a", "e"), ("e", "i"), ("o", "u"), ("b", "v"), ("j", "g"),
)  # fmt: skip  # what a clerk who only heard a name may write instead
_SCANNED = (
    ("m", "rn"), ("rn", "m"), ("cl", "d"), ("d", "cl"), ("l", "i"), ("i", "l"), ("e", "c"), ("c", "e"), ("h", "b"),
    ("n", "u"), ("u", "v"), ("v", "y"), ("w", "vv"), ("o", "0"), ("l", "1"), ("s", "5"), ("g", "q"), ("t", "f"),
)  # fmt: skip  # what a scanner takes for what


@lru_cache(maxsize=8192)
def spellings(template: str) -> Spellings:
    """Every spelling of a template in which `{a,b}` picks one; `_` stands for a blank.

    Raises ValueError for a template with more than `MOST_SPELLINGS`.
    """
    parts = [part.split(",") if place % 2 else [part] for place, part in enumerate(_CHOICE.split(template))]
    found = tuple(dict.fromkeys("".join(chosen).replace("_", " ") for chosen in product(*parts)))
    if len(found) > MOST_SPELLINGS:
        raise ValueError(f"`{template}` has {len(found)} spellings; at most {MOST_SPELLINGS} say anything")
    return found


def pick(choices: Sequence[T], roll: Roll) -> T:
    """One of several, each equally likely."""
    return choices[int(roll() * len(choices))]


def mistype(text: str, roll: Roll) -> str:
    """One edit of a typing hand: a neighbouring key, a letter dropped, doubled, or exchanged with the next."""
    if len(text) < 3:
        return text
    place = 1 + int(roll() * (len(text) - 2))
    kind = int(roll() * 4)
    letter = text[place]
    if kind == 0:
        beside = _BESIDE.get(letter.lower(), _LETTERS)
        return text[:place] + pick(tuple(beside), roll) + text[place + 1 :]
    if kind == 1:
        return text[:place] + text[place + 1 :]
    if kind == 2:
        return text[:place] + letter.lower() + text[place:]
    following = text[place + 1]
    if not (letter.isalpha() and following.isalpha()) or letter == following:
        return text[:place] + text[place + 1 :]
    return text[:place] + following + letter + text[place + 2 :]


def mishear(text: str, roll: Roll) -> str:
    """One part written by ear; a text in which nothing sounds like anything else is mistyped instead."""
    return _swap_one(text, _HEARD, roll) or mistype(text, roll)


def misscan(text: str, roll: Roll) -> str:
    """One shape read for another, as scanners do; else mistyped."""
    return _swap_one(text, _SCANNED, roll) or mistype(text, roll)


def _swap_one(text: str, table: tuple[tuple[str, str], ...], roll: Roll) -> str:
    start = int(roll() * len(table))
    for step in range(len(table)):
        old, new = table[(start + step) % len(table)]
        place = text.find(old, 1)  # the first letter is what clerks get right
        if place > 0:
            return text[:place] + new + text[place + len(old) :]
    return ""
