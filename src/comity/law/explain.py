"""Explanations for two audiences.

The asker learns rule, citation, the facts of the question that decided, and which paper would help; never that
another purpose, beneficiary or kind of requester would fare better, and nothing of the record. The owner's
custodian, counsel and auditor learn everything, the nearest permits and their failing conditions included
(`explain_owner`).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from comity.law.asked import CLASS_PATHS, CLOSED_TESTS, entity_of
from comity.law.atoms import Atom, FactMap, FlagAtom
from comity.law.compiled import Deed, Law, RuleCode
from comity.law.duty import citation_of
from comity.law.facts import RECORD_ENTITIES
from comity.law.reading import Reader
from comity.law.remedy import remedy_of
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
MOST_FACTS = 6  # a sentence of more facts explains nothing
MOST_RULES = 4_096  # whose texts are kept read; more than the laws of an owner have together


def asker_reason(code: RuleCode, facts: FactMap, law: Law, others: tuple[FactMap, ...] = ()) -> Reason:
    """A rule's reason as the asker may read it. `others` are the facts of further standpoints that the rule speaks to."""
    return Reason(
        rule=code.id,
        title=str(code.rule.told or code.rule.title),
        citation=citation_of(code),
        status="verified" if code.verified else "unverified",
        effect="refuse" if code.act else EFFECT_WORDS[code.deed],
        because=_because(told_of(law, code).tests, facts, law.vocabulary),
        remedy=remedy_of(code, (facts, *others), law),
    )


class Told(NamedTuple):
    """What a rule's reasons turn on in any question.

    `tests` are those of its `when` that the asker may be told of, each with whether it stands negated; `paths` the
    facts of a question that its `when` and its exceptions read; `closed` that all of these are words of closed types,
    never a text or a day, and that no definition among them changes with the day.
    """

    tests: tuple[tuple[Atom, bool], ...]
    paths: tuple[str, ...]
    closed: bool


@lru_cache(maxsize=MOST_RULES)
def told_of(law: Law, code: RuleCode) -> Told:
    """What a rule's reasons turn on, read from its text once."""
    reader = Reader(law.vocabulary, code.source)
    whens = (code.rule.when,) if code.rule.when is not None else ()
    tests = tuple(test for when in whens for test in reader.atoms(when))
    lifting = [atom for lifted in code.rule.unless for atom, _ in reader.atoms(lifted)]
    read = [*(atom for atom, _ in tests), *lifting]
    asked = {path for atom in read for path in atom.reads() if entity_of(path) not in RECORD_ENTITIES}
    open_paths = {path for atom in read if not isinstance(atom, CLOSED_TESTS) for path in atom.reads()}
    return Told(
        tests=tuple((atom, negated) for atom, negated in tests if _may_be_told(atom.reads())),
        paths=tuple(sorted(asked)),
        closed=not asked & open_paths and not any(map(reader.is_dated, (*whens, *code.rule.unless))),
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
