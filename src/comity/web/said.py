"""Sentences of the software itself, in the reader's language: those that travel as a code and facts (`model/sentence.py`).

Their English is written where they are said; `words` takes it from there, and the other languages have theirs in `said.yaml`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from comity.model.faults import FAULTS
from comity.model.refused import REFUSED
from comity.model.sentence import Fact, Said, Sentence, fill, read_back
from comity.web.times import dated
from comity.web.words import ENGLISH, SAID, Words

LAW = frozenset({"title", "citation"})  # facts that are a law's own words
BEGIN, END = "\ue000", "\ue001"  # around them while a sentence is put together; no text has them
EDGE = re.compile(f"[{BEGIN}{END}]")


def said(words: Words, sentence: Sentence) -> str:
    """One sentence with its facts. Raises KeyError for one that the language does not have."""
    return fill(lambda name: words.sentences.get(SAID + name), _with_days(words, sentence))


def said_back(words: Words, sentences: Mapping[str, str], part: str, text: str) -> str:
    """A text that was kept without its code, in the reader's language; empty where the table has no such sentence."""
    found = read_back(sentences, part, text)
    return said(words, found) if found is not None else ""


def told_of(words: Words, text: str) -> tuple[tuple[str, bool], ...]:
    """What is told of a part of the node, in the reader's language: pieces of text, each with whether it stays in English.

    In English are what a law says, and what no sentence of the software is; the latter has words before it that say so.
    """
    if words.language == ENGLISH or not text:
        return ((text, False),)
    found = read_back(FAULTS, "", text)
    if found is None:
        return ((words("health.in-english"), False), (text, True))
    return pieces_of(words, found)


def refusal_told(words: Words, text: str) -> tuple[tuple[str, bool], ...]:
    """Why an act was refused or cannot be done now, in the reader's language: pieces of text, each with whether it stays in
    English. What no table of the software has stays whole."""
    found = None if words.language == ENGLISH else _refusal(text)
    return pieces_of(words, found) if found is not None else ((text, words.language != ENGLISH),)


def refusal_text(words: Words, text: str) -> str:
    """The same beside a form, as one text."""
    return "".join(piece for piece, _ in refusal_told(words, text))


def _refusal(text: str) -> Sentence | None:
    return read_back(REFUSED, "", text) or read_back(FAULTS, "", text)


def pieces_of(words: Words, sentence: Sentence) -> tuple[tuple[str, bool], ...]:
    """A sentence in pieces, each with whether it is a law's own words, which stay in English."""
    facts = {name: _marked(words, name, fact) for name, fact in sentence.facts.items()}
    pieces = EDGE.split(said(words, Sentence(code=sentence.code, facts=facts)))
    return tuple((piece, bool(place % 2)) for place, piece in enumerate(pieces) if piece)


def _marked(words: Words, name: str, fact: Fact) -> Fact:
    law = name in LAW and words.language != ENGLISH and not words.has(f"{SAID}word.{name}.{fact}")
    return f"{BEGIN}{fact}{END}" if law else fact


def _with_days(words: Words, sentence: Sentence) -> Sentence:
    """Days as pages say them in the language; files and commands write them otherwise."""
    facts: dict[str, Fact] = {
        name: dated(fact, words.language) if isinstance(fact, str) else fact
        for name, fact in sentence.facts.items()
    }
    return Sentence(code=sentence.code, facts=facts)


def said_text(words: Words, text: str) -> str:
    """A text in the reader's language where the software said it; as it is where it stands in a file or somebody typed it."""
    return said(words, text.sentence) if isinstance(text, Said) else text
