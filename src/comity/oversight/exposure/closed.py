"""What is closed to immigration enforcement, decided by the law engine for every possible question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Reach, Sampling, Wanted, fields_named, reach, searches_of
from comity.law.analyse.search import Searches
from comity.law.atoms import FactValue, ValueAtom
from comity.law.vocabulary import load_vocabulary
from comity.oversight.reach.beside import cited
from comity.oversight.reach.hop import CitedRule

IMMIGRATION = frozenset({"civil-immigration", "immigration-entry-crime"})
PURPOSE, IS_PUBLIC = "query's purpose", "field is public"
MOST_KEPT = 16  # as many as there are grounds
PROOF = Sampling(questions=5)  # random questions beside each proof: a statement makes some dozens of proofs


class Outcome(StrEnum):
    """What was found of a label. `unless-public` is closed but for what anybody can read; not decided counts as open."""

    CLOSED = "closed"
    UNLESS_PUBLIC = "unless-public"
    OPEN = "open"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class LabelClosed:
    """A label of fields, what was found, and the rules a closing rests on; none where nothing permits it at all."""

    label: str
    outcome: Outcome
    rules: tuple[CitedRule, ...] = ()


@lru_cache(maxsize=MOST_KEPT)
def closed_labels(ground: Ground, day: date, classes: tuple[str, ...] = ()) -> tuple[LabelClosed, ...]:
    """For each label of fields, whether any question for immigration enforcement could ever see one, whoever asks it.

    What a person may still decide counts as open, and so does what the engine did not decide. Some seconds for every class,
    once for a ground: a law that did not change is not proved anew for whoever asks next.
    """
    vocabulary = load_vocabulary()
    named = {
        label
        for name in classes or tuple(vocabulary.classes)
        for label in vocabulary.class_fields(name).label_masks
    }
    every = (label for label in vocabulary.labels if label in named)  # in one order, whichever process tells it
    asked = tuple(searches_of(ground, _given(day, facts)) for facts in ({}, {IS_PUBLIC: False}))
    return tuple(_of_label(asked, classes, label) for label in every)


def _given(day: date, facts: Mapping[str, FactValue]) -> Given:
    """A question for immigration enforcement, of which this much is settled."""
    purposes = frozenset(load_vocabulary().types["purpose"])
    return Given(facts, limits=((ValueAtom(PURPOSE, IMMIGRATION, purposes), True),), today=day)


def _of_label(asked: tuple[Searches, ...], classes: tuple[str, ...], label: str) -> LabelClosed:
    """One label: of every field first, then of those that are not public."""
    wanted = Wanted(fields_named(load_vocabulary(), classes, (), label), held=True)
    for searches, closed in zip(asked, (Outcome.CLOSED, Outcome.UNLESS_PUBLIC), strict=True):
        found = reach(searches.ground, searches.given, wanted, PROOF, searches)
        if found.verdict is Verdict.UNDECIDED:
            return LabelClosed(label, Outcome.UNDECIDED)
        if found.verdict is Verdict.NONE:
            return LabelClosed(label, closed, _rules(searches.ground, found))
    return LabelClosed(label, Outcome.OPEN)


def _rules(ground: Ground, found: Reach) -> tuple[CitedRule, ...]:
    return tuple(
        cited(ground.law, rule) for rule in dict.fromkeys(rule for one in found.closed for rule in one.rules)
    )
