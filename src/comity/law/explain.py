"""Explanations for two audiences.

The asker learns rule, citation, the facts of the question that decided, and which paper would help; never that
another purpose, beneficiary or kind of requester would fare better, and nothing of the record. The owner's
custodian, counsel and auditor learn everything, the nearest permits and their failing conditions included
(`explain_owner`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.law import ast
from comity.law.asked import CLASS_PATHS, CLOSED_TESTS, entity_of
from comity.law.atoms import Atom, FactMap, FlagAtom
from comity.law.code import AtomTable, Translator
from comity.law.compiled import Deed, Law, RuleCode, Source
from comity.law.duty import citation_of
from comity.law.facts import RECORD_ENTITIES
from comity.law.vocabulary import Vocabulary
from comity.model.decision import Reason

EFFECT_WORDS = {
    Deed.NONE: "refuse",
    Deed.PERMIT: "permit",
    Deed.MATCH: "permit",
    Deed.FORBID: "forbid",
    Deed.CAP: "cap",
    Deed.HOLD: "hold",
    Deed.CONFLICT: "conflict",
    Deed.KEEP: "forbid",
    Deed.PURGE: "forbid",
    Deed.DEFER: "hold",
}
# What the asker may be told of: facts of the question. Records, subjects and fields speak to the owner only.
TOLD_TO_ASKER = frozenset({"asker", "member", "query", "order", "owner", "session", "recipient"})
PAPERS = frozenset({"order", "asker's certificates", "session's attestations", "agreement"})
MOST_FACTS = 6  # a sentence of more facts explains nothing
MOST_RULES = 4_096  # whose texts are kept read; more than the laws of an owner have together


def asker_reason(code: RuleCode, facts: FactMap, law: Law) -> Reason:
    """A rule's reason as the asker may read it."""
    return Reason(
        rule=code.id,
        title=str(code.rule.told or code.rule.title),
        citation=citation_of(code),
        status="verified" if code.verified else "unverified",
        effect="refuse" if code.act else EFFECT_WORDS[code.deed],
        because=_because(told_of(law, code).tests, facts, law.vocabulary),
        remedy=_remedy(code, facts, law) if code.deed in {Deed.FORBID, Deed.CAP} else "",
    )


class Told(NamedTuple):
    """What a rule's reasons turn on in any question.

    `tests` are those of its `when` that the asker may be told of, each with whether it stands negated; `paths` the
    facts of a question that its `when` and its exceptions read; `closed` that all of these are words of closed types,
    never a text or a day.
    """

    tests: tuple[tuple[Atom, bool], ...]
    paths: tuple[str, ...]
    closed: bool


@lru_cache(maxsize=MOST_RULES)
def told_of(law: Law, code: RuleCode) -> Told:
    """What a rule's reasons turn on, read from its text once."""
    reader = Reader(law.vocabulary, code.source)
    tests = tuple(reader.atoms(code.rule.when)) if code.rule.when is not None else ()
    lifting = [atom for lifted in code.rule.unless for atom, _ in reader.atoms(lifted)]
    read = [*(atom for atom, _ in tests), *lifting]
    asked = {path for atom in read for path in atom.reads() if entity_of(path) not in RECORD_ENTITIES}
    open_paths = {path for atom in read if not isinstance(atom, CLOSED_TESTS) for path in atom.reads()}
    return Told(
        tests=tuple((atom, negated) for atom, negated in tests if _may_be_told(atom.reads())),
        paths=tuple(sorted(asked)),
        closed=not asked & open_paths,
    )


def _may_be_told(paths: tuple[str, ...]) -> bool:
    return bool(paths) and all(entity_of(path) in TOLD_TO_ASKER for path in paths)


def reason_sentence(reason: Reason) -> str:
    """A reason as one plain sentence for a terminal or a letter."""
    unverified = "" if reason.status == "verified" else ", not yet verified by counsel"
    text = f"{reason.title} ({reason.rule}, {reason.citation}{unverified})"
    if reason.because:
        text += f"; {reason.because}"
    return text + (f"; what would help: {reason.remedy}" if reason.remedy else "")


# ---------------------------------------------------------------- facts as phrases


def spoken_fact(path: str, facts: FactMap, vocabulary: Vocabulary) -> str:
    """A fact in the vocabulary's phrases: `the stated purpose is civil immigration enforcement`."""
    phrase = vocabulary.phrase_of(path)
    value = facts.get(path)
    if " is " in path:
        entity = vocabulary.entities[path.split(" is ", 1)[0]].phrase
        if not isinstance(value, bool):
            return f"it is not known whether {entity} is {phrase}"
        return f"{entity} is {'' if value else 'not '}{phrase}"
    if value is None:
        return f"{phrase} is not known"
    if isinstance(value, frozenset):
        words = ", ".join(sorted(vocabulary.phrase_of_value(path, word) for word in value))
        return f"{phrase} are {words or 'none'}"
    if isinstance(value, str):
        return f"{phrase} is {vocabulary.phrase_of_value(path, value)}"
    return f"{phrase} is {_plain(value)}"


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return f"{len(value)} entries" if isinstance(value, tuple) else str(value)


def _because(tests: tuple[tuple[Atom, bool], ...], facts: FactMap, vocabulary: Vocabulary) -> str:
    """The facts of the question on which the rule's `when` turned, those that are true or unknown."""
    told: list[str] = []
    for atom, negated in tests:
        truth = atom.truth(facts)
        if truth is not None and truth == negated:
            continue
        if isinstance(atom, FlagAtom) and negated:
            continue  # what the asker is not would say that another kind of requester fares better
        # A rule that refuses the whole question is read without a class: nothing about one is unknown then.
        told += [
            spoken_fact(path, facts, vocabulary)
            for path in atom.reads()
            if path in facts or path not in CLASS_PATHS
        ]
    return " and ".join(list(dict.fromkeys(told))[:MOST_FACTS])


class Reader:
    """Reads the conditions of one text with its definitions: atoms and truth, straight from the syntax tree."""

    def __init__(self, vocabulary: Vocabulary, source: Source) -> None:
        self._translator = Translator(vocabulary, AtomTable(), source.defines, source.codes)
        self.vocabulary = vocabulary
        self.defines = source.defines

    def term(self, condition: ast.Condition) -> ast.Define | None:
        """The definition a test names, its last version, or None for a plain test."""
        if not isinstance(condition, ast.Is) or condition.subject not in self.vocabulary.entities:
            return None
        if f"{condition.subject} is {condition.word}" in self.vocabulary.attributes:
            return None
        return self.defines[condition.word][-1]

    def atom(self, condition: ast.Condition) -> Atom:
        """The atom of a plain test."""
        return self._translator.atom(condition)

    def atoms(self, condition: ast.Condition, negated: bool = False) -> Iterator[tuple[Atom, bool]]:
        """Every atom of a condition, through definitions, and whether it stands negated."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            for part in condition.parts:
                yield from self.atoms(part, negated)
            return
        turned = negated != bool(getattr(condition, "negated", False))
        define = self.term(condition)
        if define is not None:
            yield from self.atoms(define.means, turned)
        else:
            yield self.atom(condition), turned

    def truth(self, condition: ast.Condition, facts: FactMap) -> bool | None:
        """Kleene's truth of a condition. An unverified definition's yes is unknown."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            answers = [self.truth(part, facts) for part in condition.parts]
            decisive = isinstance(condition, ast.AnyOf)
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        define = self.term(condition)
        if define is not None:
            answer = self.truth(define.means, facts)
            answer = None if answer and define.status == "unverified" else answer
        else:
            answer = self.atom(condition).truth(facts)
        if answer is None or not getattr(condition, "negated", False):
            return answer
        return not answer


# ---------------------------------------------------------------- which paper would help


def _remedy(code: RuleCode, facts: FactMap, law: Law) -> str:
    """The papers that would lift a rule for this very question, every other condition being met already."""
    reader = Reader(law.vocabulary, code.source)
    found = [paper for lifted in code.rule.unless for paper in _papers(lifted, facts, reader)]
    return ", or ".join(dict.fromkeys(found))


def _papers(condition: ast.Condition, facts: FactMap, reader: Reader) -> list[str]:
    """Ways to meet a condition by papers alone; empty when it needs anything else that is not already so."""
    define = reader.term(condition)
    if define is not None:
        if define.status == "unverified" or getattr(condition, "negated", False):
            return []
        return _papers(define.means, facts, reader)
    if isinstance(condition, ast.AnyOf):
        return [paper for part in condition.parts for paper in _papers(part, facts, reader)]
    if isinstance(condition, ast.AllOf):
        missing = [part for part in condition.parts if reader.truth(part, facts) is not True]
        ways = [_papers(part, facts, reader) for part in missing]
        if not all(ways):
            return []
        return [" ".join(" or ".join(way) for way in ways)]
    return _paper(condition, reader)


def _paper(condition: ast.Condition, reader: Reader) -> list[str]:
    """One plain test as the paper that would meet it."""
    vocabulary = reader.vocabulary
    if getattr(condition, "negated", False) or isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return []
    if isinstance(condition, ast.Some):
        return []
    subject = str(condition.subject)
    if subject not in PAPERS and entity_of(subject) not in PAPERS:
        return []
    if isinstance(condition, (ast.Is, ast.OneOf)):
        words = condition.words if isinstance(condition, ast.OneOf) else (condition.word,)
        if subject in vocabulary.entities:
            phrase = vocabulary.phrase_of(f"{subject} is {words[0]}")
            return [f"{vocabulary.entities[subject].phrase} {phrase}"]
        phrases = " or ".join(vocabulary.phrase_of_value(subject, word) for word in words)
        return [f"signed by {phrases}" if subject == "order's issuer" else phrases]
    if isinstance(condition, ast.Includes):
        return [vocabulary.phrase_of_value(subject, condition.word)]
    return [vocabulary.phrase_of(f"{subject}'s {condition.attribute}")] if isinstance(condition, ast.Has) else []
