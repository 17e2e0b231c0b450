"""What an asker's sentence must never say: that another purpose, beneficiary or kind of requester would fare better.

A rule bites on some values of an attribute and spares others. Its sentence may name what it bites on and the papers
that lift it; a word for a value it spares would teach the asker what to claim instead (DESIGN section 4, two
audiences; harms H8, H13, H14).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from comity.law import ast
from comity.law.atoms import FlagAtom, ValueAtom
from comity.law.compiled import Source
from comity.law.reading import Reader
from comity.law.vocabulary import Vocabulary

PURPOSE = "query's purpose"
USE = "query's dppa-use"
KIND, LEVEL, STATE, COMPONENT = "asker's kind", "asker's level", "asker's state", "asker's component"
RECIPIENT = {"recipient's kind": KIND, "recipient's level": LEVEL, "recipient's state": STATE}
CLAIMABLE = frozenset({PURPOSE, USE, KIND, LEVEL, STATE, COMPONENT, "query's message"})
JUSTICE = ("police", "sheriff", "corrections", "probation", "prosecutor", "court", "investigative")
CRIME = ("criminal-investigation", "criminal-prosecution", "federal-crime", "task-force-investigation")

# Words of plain sentences for values of the vocabulary, beside the vocabulary's own phrases.
PLAIN_WORDS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = MappingProxyType(
    {
        r"criminal (?:investigation|case|matter)s?": ((PURPOSE, CRIME),),
        r"investigations? of (?:a )?crime": ((PURPOSE, CRIME),),
        r"law[- ]enforcement": ((PURPOSE, CRIME), (KIND, JUSTICE)),
        r"criminal justice": ((KIND, JUSTICE),),
        r"(?:joint )?task forces?": ((PURPOSE, ("task-force-investigation",)),),
        r"emergenc(?:y|ies)|imminent danger|danger to life": ((PURPOSE, ("emergency-life",)),),
        r"missing persons?": ((PURPOSE, ("missing-person",)),),
        r"immigration (?:enforcement|matters?|agenc(?:y|ies)|authorit(?:y|ies)|bod(?:y|ies)|agents?)": (
            (PURPOSE, ("civil-immigration", "immigration-entry-crime")),
            (COMPONENT, ("ice", "cbp", "delegate-287g")),
        ),
        r"licensing": ((PURPOSE, ("licensing",)), (KIND, ("licensing",))),
        r"courts? only|only (?:to|for) courts?": ((KIND, ("court",)),),
        r"prosecutors?": ((KIND, ("prosecutor",)),),
        r"police": ((KIND, ("police",)),),
        r"public agenc(?:y|ies)": ((LEVEL, ("state", "local")),),
        r"federal (?:agenc(?:y|ies)|bod(?:y|ies)|investigations?)": ((LEVEL, ("federal",)),),
        r"private (?:bod(?:y|ies)|compan(?:y|ies))": ((LEVEL, ("private",)),),
        r"(?:listed|permitted|other|another|few) (?:use|purpose)s?": ((USE, ("b1",)), (PURPOSE, CRIME)),
    }
)
# A value that is denied is no offer, and a declaration named after its state is a paper.
DENIED = r"(?<!not )"
NO_PAPER = r"(?! (?:declaration|certificate|certification|statement|undertaking)\b)"
ALWAYS_HINTS = re.compile(
    r"\b(?:another|a different|other) (?:purpose|asker|agency|beneficiary|requester)s?\b", re.I
)


def hints(text: str, rule: ast.Rule, source: Source, vocabulary: Vocabulary) -> tuple[str, ...]:
    """The words of a sentence that tell an asker of this rule what would fare better; empty when there are none."""
    spared = _spared(rule, source, vocabulary)
    found = [match[0] for match in ALWAYS_HINTS.finditer(text)]
    for pattern, meanings in _lexicon(vocabulary).items():
        match = re.search(rf"{DENIED}\b(?:{pattern})\b{NO_PAPER}", text, re.IGNORECASE)
        if match is not None and any(_fares_better(path, words, spared) for path, words in meanings):
            found.append(match[0])
    return tuple(dict.fromkeys(found))


def _fares_better(path: str, words: tuple[str, ...], spared: Mapping[str, frozenset[str]]) -> bool:
    """Whether a word stands for values of which the rule spares every one."""
    return bool(words) and set(words) <= spared.get(path, frozenset())


def _spared(rule: ast.Rule, source: Source, vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """By attribute that an asker could claim: the values that a rule does not bite on, or lifts itself for."""
    reader = Reader(vocabulary, source)
    found: dict[str, frozenset[str]] = {}
    conditions = [(rule.when, False)] if rule.when is not None else []
    conditions += [(lifted, True) for lifted in rule.unless]
    for condition, lifts in conditions:
        for path, values in _values(condition, reader, turned=lifts):
            found[path] = found.get(path, frozenset()) | values
    return found


def _values(condition: ast.Condition, reader: Reader, *, turned: bool) -> Iterator[tuple[str, frozenset[str]]]:
    for atom, negated in reader.atoms(condition):
        spares = atom.words if isinstance(atom, ValueAtom) else None
        if isinstance(atom, FlagAtom) or spares is None:
            continue
        path = RECIPIENT.get(atom.path, atom.path)  # type: ignore[union-attr]
        if path in CLAIMABLE:
            assert isinstance(atom, ValueAtom)
            yield path, atom.words if negated != turned else atom.domain - atom.words


def _lexicon(vocabulary: Vocabulary) -> dict[str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """Patterns of plain words and of the vocabulary's own phrases, each with the values it stands for."""
    found = dict(PLAIN_WORDS)
    for path in (PURPOSE, LEVEL, KIND, COMPONENT, STATE):
        declared = vocabulary.attributes[path]
        assert declared.kind.type is not None
        for word in vocabulary.types[declared.kind.type]:
            phrase = vocabulary.phrase_of_value(path, word)
            if len(phrase.split()) > 1 or path == STATE:
                key = re.escape(phrase.removeprefix("a ").removeprefix("an "))
                found[key] = (*found.get(key, ()), (path, (str(word),)))
    return found
