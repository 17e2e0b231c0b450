"""Which paper would help: an order, a certificate, a statement or a term of an agreement that lifts a rule by itself.

It follows from rule and question alone, never from a record: of two records that a rule closes alike the same is said. A
paper is named only where the rule itself, decided with that paper shown, counts no more, whatever the record says
and in every standpoint of the question. Whether another rule would still close the field is not said: that may turn
on what the record says of itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from comity.law import ast
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.atoms import Atom, FactMap, FactValue, InForceAtom
from comity.law.code import NEVER, Node, atoms_of, days_of, fold_node, literal_values
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.facts import RECORD_ENTITIES
from comity.law.reading import Reader

PAPERS = frozenset({"order", "asker's certificates", "session's attestations", "agreement"})
LIFTED_BY_PAPERS = frozenset({Deed.FORBID, Deed.CAP})
SIGNED = "signed by "
NO_PAPER = frozenset({"nothing", "nobody"})  # words of the lists of papers and signers that stand for none
MOST_WAYS = 64  # to show papers for one condition; a sentence of more would help nobody
OPEN = (None, None, None, None)  # the four literals of a test that waits for a record
# What an attribute that must only be there says; whether it is known is all that is asked.
ANY: dict[str, FactValue] = {"text": "shown", "date": date(2999, 12, 31), "set": frozenset()}


class Paper(NamedTuple):
    """What showing a paper says, by path, and the same in words. A word that joins a set stands in a set of its own."""

    says: FactMap
    said: Mapping[str, str]

    @property
    def words(self) -> str:
        return " ".join(self.said.values())


class Way(NamedTuple):
    """One sentence of what would help, and the papers it stands for: each of them must do by itself."""

    words: str
    papers: tuple[Paper, ...]


def remedy_of(code: RuleCode, standpoints: Sequence[FactMap], law: Law) -> str:
    """The papers that would lift a rule for this very question, in words; empty where none would.

    The rule counts in the first standpoint; the others are those in which it may count too.
    """
    return ", or ".join(dict.fromkeys(way.words for way in ways_of(code, standpoints, law)))


def ways_of(code: RuleCode, standpoints: Sequence[FactMap], law: Law) -> tuple[Way, ...]:
    """The ways to lift a rule by a paper, every other condition being met already."""
    if code.deed not in LIFTED_BY_PAPERS:
        return ()
    reader = Reader(law.vocabulary, code.source)
    found = [way for lifted in code.rule.unless for way in _ways(lifted, standpoints[0], reader)]
    if not found:
        return ()
    asked = [_asked(code, facts, law) for facts in standpoints]
    helping = (part for way in found for part in _helping(way, asked))
    return tuple({way.words: way for way in helping}.values())


def showing(facts: FactMap, says: FactMap) -> dict[str, FactValue]:
    """Facts of a question as they would be with a paper shown that says these."""
    found = dict(facts)
    for path, value in says.items():
        held = found.get(path)
        found[path] = held | value if isinstance(held, frozenset) and isinstance(value, frozenset) else value
    return found


# ---------------------------------------------------------------- whether it helps


class Asked(NamedTuple):
    """A rule in one standpoint: its tests of the question by the paths they read, and the truth of each as it is asked.

    What reads a record or its class is left open.
    """

    hit: Node
    facts: FactMap
    tests: tuple[tuple[int, Atom], ...]
    known: Mapping[int, bool | None]

    def is_lifted(self, says: FactMap) -> bool:
        """Whether the rule counts for no record once a paper is shown."""
        shown = showing(self.facts, says)
        known = dict(self.known)
        for index, atom in self.tests:
            if not says.keys().isdisjoint(atom.reads()):
                known.update(_literals(index, literal_values(atom.truth(shown))))
        return fold_node(self.hit, known) == NEVER


def _asked(code: RuleCode, facts: FactMap, law: Law) -> Asked:
    atoms = [(index, law.atoms[index]) for index in atoms_of(code.hit)]
    tests = tuple((index, atom) for index, atom in atoms if not any(map(_is_of_record, atom.reads())))
    known = {literal: value for index, _ in atoms for literal, value in _literals(index, OPEN)}
    for index, atom in tests:
        known.update(_literals(index, literal_values(atom.truth(facts))))
    return Asked(code.hit, facts, tests, known)


def _literals(index: int, values: tuple[bool | None, ...]) -> Iterable[tuple[int, bool | None]]:
    return zip(range(4 * index, 4 * index + 4), values, strict=True)


def _helping(way: Way, standpoints: Sequence[Asked]) -> list[Way]:
    """A way where every paper of it lifts the rule; else those of its papers that do."""
    good = [paper for paper in way.papers if all(asked.is_lifted(paper.says) for asked in standpoints)]
    if len(good) == len(way.papers):
        return [way]
    return [Way(paper.words, (paper,)) for paper in good]


def _is_of_record(path: str) -> bool:
    return path in CLASS_PATHS or entity_of(path) in RECORD_ENTITIES


# ---------------------------------------------------------------- what a condition asks for


def _ways(condition: ast.Condition, facts: FactMap, reader: Reader) -> list[Way]:
    """Ways to meet a condition by papers alone; none when it needs anything else that is not already so."""
    if isinstance(condition, ast.AnyOf):
        return [way for part in condition.parts for way in _ways(part, facts, reader)]
    if isinstance(condition, ast.AllOf):
        missing = [part for part in condition.parts if reader.truth(part, facts) is not True]
        return _joined([_ways(part, facts, reader) for part in missing])
    if getattr(condition, "negated", False):
        return []
    if reader.term(condition) is None:
        return _plain(condition, reader)
    assert isinstance(condition, ast.Is)
    define = _in_force(reader.defines[condition.word], facts)
    return _ways(define.means, facts, reader) if define is not None and define.status != "unverified" else []


def _in_force(versions: Iterable[ast.Define], facts: FactMap) -> ast.Define | None:
    """The version of a definition that is in force today."""
    return next(
        (one for one in versions if one.dates is None or InForceAtom(*days_of(one.dates)).truth(facts)), None
    )


def _joined(parts: Sequence[Sequence[Way]]) -> list[Way]:
    """Papers that meet several conditions at once, in the words of each condition where any can go with any."""
    choices = [[paper for way in part for paper in way.papers] for part in parts]
    if not all(choices) or prod(map(len, choices)) > MOST_WAYS:
        return []
    papers = tuple(one for chosen in product(*choices) if (one := _together(chosen)) is not None)
    if len(papers) == prod(map(len, choices)):
        return [Way(" ".join(" or ".join(way.words for way in part) for part in parts), papers)]
    return _told_anew(papers)


def _told_anew(papers: Sequence[Paper]) -> list[Way]:
    """The papers left where some cannot go together: as one sentence if any of its words go with any, else one by one."""
    by_words = {one.words: one for one in papers}
    said: dict[str, dict[str, None]] = {}
    for paper in papers:
        for path, words in paper.said.items():
            said.setdefault(path, {})[words] = None
    every = {" ".join(words) for words in product(*said.values())}
    if papers and every == by_words.keys():
        return [Way(" ".join(_either(tuple(words)) for words in said.values()), tuple(by_words.values()))]
    return [Way(words, (one,)) for words, one in by_words.items()]


def _either(words: Sequence[str]) -> str:
    """Words for one part of a paper, that it is signed said once."""
    signed = SIGNED if words[0].startswith(SIGNED) else ""
    return signed + " or ".join(one.removeprefix(signed) for one in words)


def _together(chosen: Iterable[Paper]) -> Paper | None:
    """One paper that says all that several say; None where they contradict each other."""
    says: dict[str, FactValue] = {}
    said: dict[str, str] = {}
    for paper in chosen:
        if any(_contradict(says[path], value) for path, value in paper.says.items() if path in says):
            return None
        for path, words in paper.said.items():
            said[path] = words if said.get(path, words) == words else f"{said[path]} {words}"
        says = showing(says, paper.says)
    return Paper(MappingProxyType(says), MappingProxyType(said))


def _contradict(one: FactValue, other: FactValue) -> bool:
    return one != other and not (isinstance(one, frozenset) and isinstance(other, frozenset))


def _plain(condition: ast.Condition, reader: Reader) -> list[Way]:
    """One plain test as the paper that would meet it."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf, ast.Some)):
        return []
    subject = str(condition.subject)
    if subject not in PAPERS and entity_of(subject) not in PAPERS:
        return []
    papers = tuple(_papers(condition, subject, reader))
    if not papers:
        return []
    return [Way(_either([one.words for one in papers]), papers)]


def _papers(condition: ast.Condition, subject: str, reader: Reader) -> Iterator[Paper]:
    """Each paper that meets a plain test."""
    vocabulary = reader.vocabulary
    if isinstance(condition, (ast.Is, ast.OneOf)):
        words = condition.words if isinstance(condition, ast.OneOf) else (condition.word,)
        if subject in vocabulary.entities:
            path = f"{subject} is {words[0]}"
            yield _paper(path, True, f"{vocabulary.entities[subject].phrase} {vocabulary.phrase_of(path)}")
            return
        signed = SIGNED if subject == "order's issuer" else ""
        for word in words:
            if str(word) not in NO_PAPER:
                yield _paper(subject, str(word), signed + vocabulary.phrase_of_value(subject, word))
    elif isinstance(condition, ast.Includes):
        phrase = vocabulary.phrase_of_value(subject, condition.word)
        yield _paper(subject, frozenset({str(condition.word)}), phrase)
    elif isinstance(condition, ast.Has):
        path = f"{subject}'s {condition.attribute}"
        yield _paper(path, ANY.get(vocabulary.attributes[path].kind.name, 0), vocabulary.phrase_of(path))


def _paper(path: str, value: FactValue, words: str) -> Paper:
    return Paper(MappingProxyType({path: value}), MappingProxyType({path: words}))
