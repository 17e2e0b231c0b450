"""Weights learned on a file: m moves to what its clerks do; what the file never shows stays."""

from __future__ import annotations

import math
import random
from functools import lru_cache

import msgspec
import pytest
from made_files import ALL, Values, index

from comity.match.compare import prepare
from comity.match.train import CANDIDATES, Sampled, candidate_terms, train_weights
from comity.match.weights import Weights, load_weights
from comity.model.codes import Sex
from comity.model.query import PersonSubject

PEOPLE = 700
MISTYPED = 0.25  # of the second records: one digit of the day; the shipped weights think it is an eighth
SURNAMES = tuple(f"{first}{middle}{last}" for first in ("Ba", "Ko", "Lu", "Mi", "Ros", "Ter", "Vand", "Wol")
                 for middle in ("dra", "len", "mo", "ste") for last in ("ck", "nik", "rd", "tov"))  # fmt: skip
GIVENS = ("Anna", "Boris", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Irene", "Jonas")


@lru_cache(maxsize=1)
def twice_held() -> tuple[list[Values], list[PersonSubject]]:
    """A file that holds everybody once, and the same people as another clerk wrote them, some with a date mistyped."""
    rng = random.Random(5)
    held: list[Values] = []
    asked = []
    for _ in range(PEOPLE):
        family, given_name, sex = rng.choice(SURNAMES), rng.choice(GIVENS), rng.choice("FM")
        year, month, day = rng.randrange(1950, 2000), rng.randrange(2, 13), rng.randrange(10, 20)
        held.append(
            {"name": (f"{family}, {given_name}",), "birth-date": (f"{year}-{month:02}-{day}",), "sex": (sex,)}
        )
        if rng.random() < MISTYPED:
            day = 10 + (day + rng.randrange(1, 9)) % 10
        asked.append(
            PersonSubject(family=family, given=given_name, birth_date=f"{year}-{month:02}-{day}", sex=Sex(sex))
        )
    return held, asked


@lru_cache(maxsize=1)
def trained() -> Weights:
    held, asked = twice_held()
    start = msgspec.structs.replace(load_weights(), population=PEOPLE)
    return train_weights(index(held), [Sampled(prepare(one, ALL)) for one in asked], held.__getitem__, start)


def m_of(weights: Weights, comparison: str, level: str) -> float:
    return math.exp(weights.table()[comparison, level][0] / 1e3)


def test_m_moves_towards_how_the_clerks_err() -> None:
    """A quarter of the dates have a digit wrong, and no label says so."""
    before, after = m_of(load_weights(), "birth-date", "typo"), m_of(trained(), "birth-date", "typo")
    assert abs(after - MISTYPED) < abs(before - MISTYPED)
    assert after == pytest.approx(MISTYPED, abs=0.05)
    assert m_of(trained(), "birth-date", "exact") == pytest.approx(1 - MISTYPED, abs=0.08)
    assert m_of(trained(), "given", "exact") > m_of(load_weights(), "given", "exact")


def test_a_column_never_seen_keeps_its_weights() -> None:
    """No record gives a number, an address or a generation: their rows are the starting ones, exactly."""
    start, after = load_weights().table(), trained().table()
    seen = {"surname", "given", "birth-date", "sex", "order", "alias", "middle"}
    unseen = {row for row in start if row[0] not in seen and not (row[0] == "family" and row[1] in seen)}
    assert {comparison for comparison, _ in unseen} >= {"ssn", "address", "suffix", "plate", "family"}
    assert {row: after[row] for row in unseen} == {row: start[row] for row in unseen}
    assert {row for row in after if row[0] == "middle" and after[row] != start[row]} == set()


def test_the_calibration_and_its_label_stay() -> None:
    """Nothing was labelled, so slope, intercepts and what they were fitted on are those of the start."""
    for name in ("slope_ppm", "intercept_millinats", "undated_millinats", "trained_on", "version"):
        assert getattr(trained(), name) == getattr(load_weights(), name)


def test_a_record_is_no_candidate_of_its_own_question() -> None:
    """Put as a question, a record meets all others that fit, and never itself."""
    held, asked = twice_held()
    segment, question = index(held), prepare(asked[3], ALL)
    terms, places = candidate_terms(segment, Sampled(question), held.__getitem__, load_weights())
    assert 3 in places
    assert len(terms) == len(places) <= CANDIDATES
    others = candidate_terms(segment, Sampled(question, 3), held.__getitem__, load_weights())[1]
    assert 3 not in others
    assert set(places) - {3} <= set(others)
