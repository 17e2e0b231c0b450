"""What a question answers to the tests of a law before any record is seen: as bits, so that answers are compared at once.

Questions of one kind answer most tests alike. Their answers, never their words, decide what is left of a rule, so a
law can keep that for all of them (see `fold`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from comity.law.atoms import FactMap, FactValue, FlagAtom, IncludesAtom, ValueAtom
from comity.law.compiled import Law
from comity.law.facts import RECORD_ENTITIES

CLASS_PATHS = frozenset({"query's data-class", "record's data-class"})
CLOSED_TESTS = (ValueAtom, FlagAtom, IncludesAtom)  # of words of closed types: no text of a question outlives it
MOST_VALUES = 64  # of one path; more than a closed type has, while sets of certificates are as many as agencies


@lru_cache(maxsize=1_024)  # the vocabulary has fewer paths
def entity_of(path: str) -> str:
    """The entity a path speaks of: `asker` of `asker's level`, `field` of `field is public`."""
    return path.split(" ", 1)[0].removesuffix("'s")


class Asked(NamedTuple):
    """The tests of a question that read one path of a closed type. `known` are the answers to values met before."""

    path: str
    tests: tuple[int, ...]
    known: dict[FactValue | None, int]


@dataclass(frozen=True, slots=True, eq=False)
class Stages:
    """A law's atoms by when they can be known: with the question (of one closed path, or others), or the data class.

    Answers to them are an integer: bit `2 * atom` says that it is true, the next that it is false, neither that it
    is not known. `settled` are the bits of all that are known before the record.
    """

    asked: tuple[Asked, ...]
    others: tuple[int, ...]
    of_class: tuple[int, ...]
    settled: int


@lru_cache(maxsize=64)
def stages_of(law: Law) -> Stages:
    """Sort a law's atoms by stage, once."""
    asked: dict[str, list[int]] = {}
    others, of_class = [], []
    for index, atom in enumerate(law.atoms):
        reads = atom.reads()
        if any(path not in CLASS_PATHS and entity_of(path) in RECORD_ENTITIES for path in reads):
            continue
        if any(path in CLASS_PATHS for path in reads):
            of_class.append(index)
        elif isinstance(atom, CLOSED_TESTS):
            asked.setdefault(reads[0], []).append(index)
        else:
            others.append(index)
    settled = chain(others, of_class, *asked.values())
    return Stages(
        asked=tuple(Asked(path, tuple(tests), {}) for path, tests in asked.items()),
        others=tuple(others),
        of_class=tuple(of_class),
        settled=sum(3 << 2 * index for index in settled),
    )


def _answers(law: Law, values: FactMap, tests: Iterable[int]) -> int:
    """What facts answer to some tests, as bits."""
    total = 0
    for index in tests:
        truth = law.atoms[index].truth(values)
        if truth is not None:
            total |= (1 if truth else 2) << 2 * index
    return total


def answers_of_question(law: Law, values: FactMap) -> int:
    """What a question answers to all tests that need nothing else."""
    stages = stages_of(law)
    total = _answers(law, values, stages.others)
    for path, tests, known in stages.asked:
        value = values.get(path)
        if isinstance(value, int) and not isinstance(value, bool):
            continue  # not of the type, so unknown; and 1 would be found for True
        found = known.get(value)
        if found is None:
            found = _answers(law, values, tests)
            if len(known) < MOST_VALUES:
                known[value] = found
        total |= found
    return total


def answers_of_class(law: Law, values: FactMap, name: str) -> int:
    """What a question about a data class answers to the tests that need to know the class."""
    of_class = stages_of(law).of_class
    return _answers(law, {**values, **dict.fromkeys(CLASS_PATHS, name)}, of_class) if of_class else 0


@lru_cache(maxsize=64)
def paths_beside_record(law: Law) -> tuple[str, ...]:
    """What else of a question the tests of records read: other paths, the data class included."""
    settled = stages_of(law).settled
    waiting = [atom for index, atom in enumerate(law.atoms) if not settled >> 2 * index & 1]
    return tuple(
        sorted(
            {
                path
                for atom in waiting
                for path in atom.reads()
                if path in CLASS_PATHS or entity_of(path) not in RECORD_ENTITIES
            }
        )
    )
