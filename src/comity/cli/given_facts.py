"""What a person settles beforehand of the questions to analyse: `--fact`, read with the vocabulary."""

from __future__ import annotations

from datetime import date

from comity.errors import WrongUseError
from comity.law.analyse.ground import Given
from comity.law.asked import entity_of
from comity.law.atoms import Atom, FactValue, FlagAtom, ValueAtom
from comity.law.vocabulary import load_vocabulary

FORM = 'write PATH=VALUE, PATH=VALUE,VALUE or PATH!=VALUE, for instance "query\'s purpose=civil-immigration"'


def read_facts(written: tuple[str, ...], today: date | None, *, any_election: bool = False) -> Given:
    """What is given, the owner's facts among it. Raises WrongUseError for words the vocabulary does not have."""
    facts: dict[str, FactValue] = {}
    unknown: set[str] = set()
    limits: list[tuple[Atom, bool]] = []
    for text in written:
        path, equals, value = text.partition("=")
        barred = path.endswith("!")
        path = _path(path.removesuffix("!").strip(), text, bool(equals))
        words = tuple(word.strip() for word in value.split(","))
        kind = load_vocabulary().attributes[path].kind
        if barred or (len(words) > 1 and kind.name == "enum"):
            limits.append((_test(path, words), not barred))
        elif words == ("unknown",):
            unknown.add(path)
        else:
            facts[path] = _value(path, words)
    return Given(facts, frozenset(unknown), tuple(limits), today, any_election)


def owner_part(given: Given) -> dict[str, FactValue]:
    """What is given of the owner."""
    return {path: value for path, value in given.facts.items() if entity_of(path) == "owner"}


def _path(path: str, text: str, complete: bool) -> str:
    if not complete:
        raise WrongUseError(f"`{text}` settles nothing; {FORM}")
    if path not in load_vocabulary().attributes or entity_of(path) in load_vocabulary().items:
        raise WrongUseError(f"`{path}` is no attribute of the vocabulary; {FORM}")
    return path


def _test(path: str, words: tuple[str, ...]) -> Atom:
    """The test that a value is among words, for attributes of closed types and flags."""
    kind = load_vocabulary().attributes[path].kind
    if kind.name == "flag" and len(words) == 1 and words[0] == "yes":
        return FlagAtom(path)
    if kind.name != "enum":
        raise WrongUseError(f"`{path}` cannot be limited to some values; only attributes of closed types can")
    for word in words:
        _value(path, (word,))
    assert kind.type is not None
    return ValueAtom(path, frozenset(words), frozenset(load_vocabulary().types[kind.type]))


def _value(path: str, words: tuple[str, ...]) -> FactValue:
    kind, word = load_vocabulary().attributes[path].kind, words[0]
    if kind.name == "flag" and word in {"yes", "no"}:
        return word == "yes"
    if kind.name in {"enum", "set"}:
        assert kind.type is not None
        known = load_vocabulary().types[kind.type]
        if all(one in known for one in words):
            return word if kind.name == "enum" else frozenset(words)
        raise WrongUseError(f"`{','.join(words)}` is no value of `{path}`; write one of {', '.join(known)}")
    if kind.name in {"number", "duration"} and word.isdecimal():
        return int(word)
    if kind.name in {"text", "listed"}:
        return word
    if kind.name == "date":
        try:
            return date.fromisoformat(word)
        except ValueError as error:
            raise WrongUseError(f"`{word}` is not a day; write YYYY-MM-DD") from error
    raise WrongUseError(f"`{word}` is no value of `{path}`; a flag is yes or no, a duration a number of minutes")
