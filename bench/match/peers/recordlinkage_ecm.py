"""recordlinkage, the Python Record Linkage Toolkit: indexing, comparison and its ECM classifier, as a batch.

Configuration. Pairs: the union of blocking on birth date, on both sounds (double metaphone), on surname with given
initial, on house and street and on a number, and sorted neighbourhood (window 5) on surname within a year of
birth, on given name within a year, and on surname within a given name's sound. Comparisons: Jaro-Winkler of
surname, given name and address, Levenshtein of the birth date, equality of sex and number, turned into yes and no
at the thresholds of `FEATURES`, since ECM takes nothing else. ECM is fitted without labels on the pairs of the
questions of one half, `FEWEST_TRAINING` or more; without them, of records against their own file. Missing
values count as disagreement: the package knows no other way. Pairs of equal probability are ordered by the sum of
their similarities. Source of settings: the package's documentation; one feature a kind of evidence, because
features that overlap (equal and alike, or the parts of an address) were tried on another seed of the hard set and
made ECM learn "has an address" instead of "is the same person".

Gives a probability a pair, overconfident for the reason above. A batch peer: a single question runs the whole chain
of pandas (0.1 s CPU at 5,000 records, 1.8 s at 100,000). Every name is a row; of several numbers the first is
compared. `CHUNK` questions at a time bound memory. Every call sorts and joins the whole file anew for every key, 20 s
at one million by proportion: not run there.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
import recordlinkage
from metaphone import doublemetaphone
from numpy.typing import NDArray
from recordlinkage.index import Block, SortedNeighbourhood

from comity.model.query import PersonSubject
from match.engine import Answer
from match.peers.plain import MOST_ANSWERS, Plain, in_batches, one_a_name, owner_of, plain_subject
from match.sets import Held

CHUNK = 500
FEWEST_TRAINING = 200
TIE = 1e-9  # taken off a probability for each unit of likeness missing: many pairs have the same one, to the last digit
MOST_TRAINING_PAIRS = 300_000
WINDOW = 5
SEED = 5
FEATURES = (  # name, column, threshold of similarity
    ("surname alike", "family", 0.88), ("given alike", "given", 0.85), ("birth alike", "birth", 0.89),
    ("sex", "sex", 1.0), ("address alike", "home", 0.93), ("number", "number", 1.0),
)  # fmt: skip
COLUMNS = tuple(dict.fromkeys(column for _, column, _ in FEATURES))
ALIKE = {"family": "jarowinkler", "given": "jarowinkler", "home": "jarowinkler", "birth": "levenshtein"}


class RecordlinkageEcm:
    """Pairs by blocking, probabilities by ECM."""

    name = "recordlinkage ECM"
    gives_probability = True

    def __init__(self) -> None:
        self._file = pd.DataFrame()
        self._model: recordlinkage.ECMClassifier | None = None
        self._seen: list[str] = []

    def build(self, records: Iterable[Held]) -> None:
        parts = []
        for batch in in_batches(records):
            numbers, rows = zip(*one_a_name(batch), strict=True)
            parts.append(pd.DataFrame([_row(one) for one in rows], index=list(numbers)))
        self._file = pd.concat(parts)

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Fit on unlabelled questions, where there are enough of them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._fit(subjects if len(subjects) >= FEWEST_TRAINING else ())

    def find(self, subject: PersonSubject) -> Answer:
        return self.find_all([subject])[0]

    def find_all(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        answers: list[Answer] = []
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the package's own use of pandas
            if self._model is None:
                self._fit(())
            for start in range(0, len(subjects), CHUNK):
                answers += self._score(subjects[start : start + CHUNK])
        return answers

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._file = pd.DataFrame()

    def _fit(self, subjects: Sequence[PersonSubject]) -> None:
        """Learn from the questions, or without any from records against their own file."""
        asked = _frame(subjects) if subjects else self._file
        chosen = asked.sample(min(len(asked), CHUNK), random_state=SEED)
        likeness = self._compare(self._pairs(chosen), chosen)
        if len(likeness) > MOST_TRAINING_PAIRS:
            likeness = likeness.sample(MOST_TRAINING_PAIRS, random_state=SEED)
        vectors = _binary(likeness)
        # a feature that never varies teaches nothing, and the package cannot encode it
        self._seen = [name for name in vectors if vectors[name].nunique() == 2]
        self._model = recordlinkage.ECMClassifier()
        self._model.fit(vectors[self._seen])

    def _score(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        asked = _frame(subjects)
        likeness = self._compare(self._pairs(asked), asked)
        found: list[list[tuple[float, int]]] = [[] for _ in subjects]
        if len(likeness) and self._model is not None:
            chances = self._model.prob(_binary(likeness)[self._seen]).to_numpy()
            sums = likeness.to_numpy().sum(axis=1)
            for (row, place), chance, total in zip(likeness.index, chances, sums, strict=True):
                found[place].append((TIE * (len(COLUMNS) - float(total)) - float(chance), int(row)))
        answers = []
        for one in found:
            best: dict[int, float] = {}  # of several names of one person the best
            for chance, row in sorted(one):
                best.setdefault(owner_of(row), -chance)
            answers.append(Answer(tuple(best)[:MOST_ANSWERS], tuple(best.values())[:MOST_ANSWERS]))
        return answers

    def _pairs(self, asked: pd.DataFrame) -> pd.MultiIndex:
        """Pairs to compare. A missing key meets nothing."""
        pairs: pd.MultiIndex | None = None
        rules = [Block(left_on=key) for key in ("birth", "sounds", "surname_initial", "home", "number")] + [
            SortedNeighbourhood(left_on=key, window=WINDOW, block_left_on=within, block_right_on=within)
            for key, within in (("family", "year"), ("given", "year"), ("family", "given_sound"))
        ]
        for rule in rules:
            columns = [*_list(rule.left_on), *_list(getattr(rule, "block_left_on", []))]
            right = asked.dropna(subset=columns)
            left = self._file.dropna(subset=columns)
            if len(left) and len(right):
                found = rule.index(left, right)
                pairs = found if pairs is None else pairs.union(found)
        return pairs if pairs is not None else pd.MultiIndex.from_arrays([[], []])

    def _compare(self, pairs: pd.MultiIndex, asked: pd.DataFrame) -> pd.DataFrame:
        comparison = recordlinkage.Compare()
        for column in COLUMNS:
            if column in ALIKE:
                comparison.string(column, column, method=ALIKE[column], label=column)
            else:
                comparison.exact(column, column, label=column)
        return comparison.compute(pairs, self._file, asked)


def _binary(likeness: pd.DataFrame) -> pd.DataFrame:
    columns: dict[str, NDArray[np.int64]] = {
        name: (likeness[column].to_numpy() >= threshold).astype(int) for name, column, threshold in FEATURES
    }
    return pd.DataFrame(columns, index=likeness.index)


def _list(value: str | list[str] | None) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else list(value)


def _frame(subjects: Sequence[PersonSubject]) -> pd.DataFrame:
    return pd.DataFrame([_row(plain_subject(subject)) for subject in subjects])


def _row(one: Plain) -> dict[str, str | None]:
    family_sound, given_sound = doublemetaphone(one.family.replace(" ", ""))[0], doublemetaphone(one.given)[0]
    row = {
        "family": one.family, "given": one.given, "birth": one.birth, "year": one.birth[:4], "sex": one.sex,
        "given_sound": given_sound, "sounds": f"{family_sound} {given_sound}" if one.given else "",
        "surname_initial": f"{one.family} {one.given[:1]}", "home": f"{one.house} {one.street}" if one.street else "",
        "number": next(iter(one.numbers), ""),
    }  # fmt: skip
    return {name: value or None for name, value in row.items()}
