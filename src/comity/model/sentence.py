"""What the software says as a code and facts, so that each reader has it in their own language.

Whoever has something to say writes its English once, as a table of sentences by code; the pages have the other languages
beside it. In a sentence `{days}` is a fact as it is, and `{days_said}` a number with its noun, in the form that it takes:
`counted.days.one` and `counted.days.other` of the same table. A fact whose value is one of a few words may have its word in
the table too, `word.paper.none`; any other text stands as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import msgspec

from comity.model.base import Noun

COUNTED = "_said"
NO_NAME = re.compile(r"\W")
PLACE = re.compile(r"\{(\w+)\}")
INNER = frozenset({"because", "besides"})  # facts that are sentences of the same table


class Sentence(Noun, frozen=True, kw_only=True):
    """One sentence: which it is, and the facts in it by name; a fact may be a sentence of its own."""

    code: str
    facts: dict[str, int | str | Sentence] = msgspec.field(default_factory=dict)


Fact = int | str | Sentence


class Said(str):
    """A sentence in English, which knows what it says: everywhere a text, and on a page in its reader's language."""

    __slots__ = ("sentence",)
    sentence: Sentence


def say(sentences: Mapping[str, str], code: str, /, **facts: Fact) -> Said:
    """A sentence of a table, in English. Raises KeyError for a code or a fact that it does not have."""
    plain = {name: str(fact) if isinstance(fact, Said) else fact for name, fact in facts.items()}
    said = Said(fill(sentences.get, Sentence(code=code, facts=plain)))
    said.sentence = Sentence(code=code, facts={name: _meant(fact) for name, fact in facts.items()})
    return said


def _meant(fact: Fact) -> Fact:
    return fact.sentence if isinstance(fact, Said) else fact


def fill(find: Callable[[str], str | None], sentence: Sentence) -> str:
    """The sentence of a code with its facts in place. `find` has the sentences of one language by name.

    Raises KeyError for a code or a fact that the language does not have: nothing is said in part.
    """
    shape = find(sentence.code)
    if shape is None:
        raise KeyError(sentence.code)
    values: dict[str, int | str] = {}
    for key, fact in sentence.facts.items():
        name = NO_NAME.sub("_", key)
        if isinstance(fact, int):
            values[name] = fact
            counted = find(f"counted.{name}.{'one' if fact == 1 else 'other'}")
            if counted is not None:
                values[name + COUNTED] = counted.format(n=fact)
        elif isinstance(fact, str):
            values[name] = find(f"word.{name}.{fact}") or fact
        else:
            values[name] = fill(find, fact)
    return shape.format_map(values)


def english(sentences: Mapping[str, str], sentence: Sentence) -> str:
    """The sentence in English, of the table of whoever says it."""
    return fill(sentences.get, sentence)


def read_back(sentences: Mapping[str, str], part: str, text: str) -> Sentence | None:
    """Which sentence of a part of a table a text is that was kept without its code, with its facts; None where it is none.

    Found by the table that it was made from, and only where making it again gives the very same text.
    """
    for code in sentences:
        found = _shape_of(sentences[code]).fullmatch(text) if code.startswith(part) else None
        if found is not None:
            facts = dict(_kept(sentences, name, value) for name, value in found.groupdict().items())
            told = {name: fact for name, fact in facts.items() if fact is not None}
            sentence = Sentence(code=code, facts=told)
            if len(told) == len(facts) and fill(sentences.get, sentence) == text:
                return sentence
    return None


def _kept(sentences: Mapping[str, str], name: str, value: str) -> tuple[str, Fact | None]:
    """A fact as it was kept; None for one that is to be a sentence of the table and is none."""
    if name in INNER:
        return name, read_back(sentences, "", value)
    if name.endswith(COUNTED):
        number = re.search(r"\d+", value)
        return name.removesuffix(COUNTED), int(number[0]) if number is not None else 1
    return name, int(value) if value.isdecimal() else value


@cache
def _shape_of(sentence: str) -> re.Pattern[str]:
    parts = PLACE.split(sentence)  # text and names of places by turns
    places = (f"(?P<{one}>.+?)" if place % 2 else re.escape(one) for place, one in enumerate(parts))
    return re.compile("".join(places))
