"""dedupe's Gazetteer: logistic regression and blocking rules, both learned from labelled pairs.

Configuration. Variables: surname, given and middle name, birth date, address, town, sex and number. Labels: dedupe
cannot work without them, so it is the one peer that gets answers: questions of the generator's training seed, each
a match with its own record and distinct from a namesake's and from a chance one. The same labels serve every set,
FEBRL4 too. Blocking rules that let whole classes through (sex, or a field being there at all) are not offered to
the learner, or it takes them and compares half the file; index predicates are on. The cross-validated logistic
regression is the package's own, in one process instead of many, so that its CPU time is counted. Source of
settings: the package's documentation and examples.

Gives a probability a pair, as sure as labels with one match in three pairs make it: far too sure on a real file.
Needs BTrees 6.1: the rules call a method that 6.5 no longer has. Learning takes a minute of CPU, and 100,000 records
another half with 1.3 GB of Python objects, a question 10 ms; one million would need some 13 GB: not run there.
Seeds are fixed; the order of sets inside the package can still move its choice of rules between runs unless
PYTHONHASHSEED is fixed too.
"""

from __future__ import annotations

import io
import json
import random
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import dedupe
import numpy as np
from dedupe import variables
from dedupe.predicates import ExistsPredicate
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from comity.model.query import PersonSubject
from match.engine import Answer
from match.hard import hard_set
from match.names import GROUPS
from match.peers.plain import MOST_ANSWERS, Plain, in_batches, one_a_name, owner_of, plain_held, plain_subject
from match.sets import Held

TRAINING_SEED = 902
LABELLED = 300
FILE = 5_000  # the smallest the generator makes
SAMPLE = 2_000
RECALL = 1.0
SEED = 5


class DedupeGazetteer:
    """A gazetteer trained on labelled pairs of another seed."""

    name = "dedupe gazetteer"
    gives_probability = True

    def __init__(self, labelled: int = LABELLED) -> None:
        """`labelled` questions with answers; the default is what is measured, a test does with fewer."""
        self._labelled = labelled
        self._gazetteer = dedupe.Gazetteer(_variables(), num_cores=0, in_memory=False)
        self._gazetteer.classifier = GridSearchCV(
            LogisticRegression(), {"C": [0.00001, 0.0001, 0.001, 0.01, 0.1, 1, 10]}, scoring="f1", n_jobs=1
        )

    def build(self, records: Iterable[Held]) -> None:
        self._train()
        for batch in in_batches(records):
            self._gazetteer.index({row: _row(one) for row, one in one_a_name(batch)})

    def find(self, subject: PersonSubject) -> Answer:
        return self.find_all([subject])[0]

    def find_all(self, subjects: Sequence[PersonSubject]) -> list[Answer]:
        asked = {-1 - place: _row(plain_subject(subject)) for place, subject in enumerate(subjects)}
        answers = [Answer((), ()) for _ in subjects]
        for key, matches in self._gazetteer.search(asked, threshold=0.0, n_matches=MOST_ANSWERS, generator=True):
            best: dict[int, float] = {}  # of several names of one person the best
            for score, row in sorted((-float(score), int(row)) for row, score in matches):
                best.setdefault(owner_of(row), -score)
            answers[-1 - key] = Answer(tuple(best), tuple(best.values()))
        return answers

    def cpu_seconds(self) -> float:
        return time.process_time()

    def index_bytes(self) -> int:
        return 0

    def close(self) -> None:
        self._gazetteer._close()

    def _train(self) -> None:
        random.seed(SEED)
        np.random.seed(SEED)
        training = hard_set(FILE, self._labelled // len(GROUPS), 0, seed=TRAINING_SEED)
        held = {record.number: plain_held(record) for record in training.records()}
        asked = [(plain_subject(one.subject), one.right) for one in training.questions if one.right is not None]
        questions = {-1 - place: _row(one) for place, (one, _) in enumerate(asked)}
        file = {number: _row(one) for number, one in held.items()}
        labels = io.StringIO(json.dumps(_labels(asked, held)))
        self._gazetteer.prepare_training(questions, file, training_file=labels, sample_size=SAMPLE)
        self._gazetteer.train(recall=RECALL, index_predicates=True)
        self._gazetteer.cleanup_training()


def _labels(asked: Sequence[tuple[Plain, int]], held: Mapping[int, Plain]) -> dict[str, list[dict[str, Any]]]:
    """Pairs as the package reads them from a training file."""
    rng = random.Random(SEED)
    numbers = sorted(held)
    by_family: dict[str, list[int]] = {}
    for number in numbers:
        by_family.setdefault(held[number].family, []).append(number)
    pairs: dict[str, list[dict[str, Any]]] = {"match": [], "distinct": []}
    for question, right in asked:
        namesakes = [number for number in by_family.get(question.family, ()) if number != right] or numbers
        chosen = (("match", right), ("distinct", rng.choice(namesakes)), ("distinct", rng.choice(numbers)))
        for kind, number in chosen:
            if kind == "match" or number != right:
                pairs[kind].append({"__class__": "tuple", "__value__": [_row(question), _row(held[number])]})
    return pairs


def _variables() -> list[Any]:
    texts = ("given", "middle", "birth", "home", "town", "number")
    made = [
        variables.String("family"),
        *(variables.String(field, has_missing=True) for field in texts),
        variables.Exact("sex", has_missing=True),
    ]
    for variable in made:
        variable.predicates = [one for one in variable.predicates if not isinstance(one, ExistsPredicate)]
    made[-1].predicates = []
    return made


def _row(one: Plain) -> dict[str, str | None]:
    row = {
        "family": one.family or "-", "given": one.given, "middle": one.middle, "birth": one.birth, "town": one.town,
        "home": f"{one.house} {one.street}" if one.street else "", "sex": one.sex, "number": next(iter(one.numbers), ""),
    }  # fmt: skip
    return {name: value or None for name, value in row.items()}
