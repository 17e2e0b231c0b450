"""Weights, learning, calibration, frequencies, ranking."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
import pytest

from comity.errors import NounError
from comity.match import frequencies
from comity.match.compare import Scale, compare, prepare
from comity.match.learn import DIFFERING, MOST_GROWTH, all_terms, fit_calibration, fit_undated, learn, raw_log_odds
from comity.match.name_levels import Term
from comity.match.person import Candidate, match_person
from comity.match.weights import LevelWeight, Weights, load_weights
from comity.model.codes import IdentifierKind
from comity.model.query import Identifier, IdentifierSubject, PersonSubject

WEIGHTS = load_weights()


def test_shipped_weights_load_and_state_their_source() -> None:
    """The shipped table is whole, versioned and says what its labels were."""
    table = WEIGHTS.table()
    assert WEIGHTS.version
    assert WEIGHTS.trained_on
    assert len(table) == len(WEIGHTS.levels)
    assert load_weights() is load_weights()


@pytest.mark.parametrize(
    ("comparison", "better", "worse"),
    [
        ("surname", "exact", "close"), ("surname", "close", "different"), ("given", "exact", "different"),
        ("birth-date", "exact", "typo"), ("birth-date", "typo", "different"), ("ssn", "exact", "typo"),
        ("ssn", "typo", "different"), ("sex", "agree", "disagree"), ("address", "exact", "different"),
    ],
)  # fmt: skip
def test_closer_levels_weigh_more(comparison: str, better: str, worse: str) -> None:
    """Training may move weights, not turn them round."""
    scale = Scale(WEIGHTS)
    assert scale.weigh(Term(comparison, better)) > scale.weigh(Term(comparison, worse))


@pytest.mark.parametrize("comparison", ["surname", "given", "birth-date", "ssn", "sex", "address", "suffix"])
def test_disagreement_never_pays(comparison: str) -> None:
    """Every level that says `other` has a negative weight."""
    scale = Scale(WEIGHTS)
    for level in ("different", "disagree", "conflict"):
        if (comparison, level) in WEIGHTS.table():
            assert scale.weigh(Term(comparison, level)) < 0


def test_common_names_weigh_less_than_rare_ones() -> None:
    """A name's own share of the population is its u."""
    scale = Scale(WEIGHTS)
    shares = frequencies.surname_shares()
    assert scale.weigh(Term("surname", "exact", shares["SMITH"])) < scale.weigh(Term("surname", "exact", 1e-5))


def test_a_whole_name_says_no_more_than_relatives_allow() -> None:
    """However rare the parts, somebody of the family may bear the name: what comes off bounds the whole."""
    scale = Scale(WEIGHTS)
    rare = {"surname": 20_000, "given": 20_000}
    shared = math.exp((WEIGHTS.table()["family", "surname"][0] + WEIGHTS.table()["family", "given"][0]) / 1e3)
    bound = -math.log(WEIGHTS.relatives_ppm / 1e6 / WEIGHTS.population * shared) * 1e3
    assert sum(rare.values()) + scale.family(rare) == pytest.approx(bound, abs=5)
    assert -10 < scale.family({"surname": -2_000, "given": -3_000}) <= 0


def test_relatives_of_many_are_those_of_one() -> None:
    """The same arithmetic for one person and for arrays of people."""
    scale = Scale(WEIGHTS)
    cases = [
        {"surname": 9_000, "given": -3_000, "address": 11_000},
        {"surname": 9_000, "given": 8_000, "address": 0},
    ]
    many = scale.families({kind: np.array([float(case[kind]) for case in cases]) for kind in cases[0]})
    assert [scale.family(case) for case in cases] == pytest.approx(many, abs=1)


@pytest.mark.parametrize(
    "change",
    [{"population": 0}, {"present_ppm": 0}, {"present_ppm": 1_000_000}, {"slope_ppm": 0}],
)
def test_impossible_weights_are_refused(change: dict[str, int]) -> None:
    """Weights check themselves when they are made."""
    fields = {name: getattr(WEIGHTS, name) for name in WEIGHTS.__struct_fields__}
    with pytest.raises(NounError):
        Weights(**{**fields, **change})


def test_logarithms_above_zero_are_refused() -> None:
    """m and u are probabilities."""
    with pytest.raises(NounError, match="not logarithms"):
        LevelWeight(comparison="x", level="y", m_millinats=1, u_millinats=0)


TRUE_PAIRS = {
    "birth-date": {"exact": 0.8, "typo": 0.18, "different": 0.02}, "sex": {"agree": 0.98, "disagree": 0.02},
    "ssn": {"exact": 0.9, "typo": 0.08, "different": 0.02},
}  # fmt: skip
STRANGERS = {
    "birth-date": {"exact": 0.0005, "typo": 0.001, "different": 0.9985}, "sex": {"agree": 0.5, "disagree": 0.5},
    "ssn": {"exact": 0.01, "typo": 0.001, "different": 0.989},
}  # fmt: skip


def made_up_questions(seed: int) -> tuple[list[list[tuple[Term, ...]]], list[int | None]]:
    """Questions with 12 candidates; 60 % have a true one, whose levels come as often as `TRUE_PAIRS` says."""
    rng = random.Random(seed)
    questions, rights = [], []
    for _ in range(600):
        rows = [_pair(rng, STRANGERS) for _ in range(12)]
        right = rng.randrange(12) if rng.random() < 0.6 else None
        if right is not None:
            rows[right] = _pair(rng, TRUE_PAIRS)
        questions.append(rows)
        rights.append(right)
    return questions, rights


def _pair(rng: random.Random, rates: Mapping[str, Mapping[str, float]]) -> tuple[Term, ...]:
    return tuple(
        Term(comparison, rng.choices(tuple(levels), tuple(levels.values()))[0])
        for comparison, levels in rates.items()
    )


def counted(start: Weights) -> Weights:
    """Weights with the u of the made-up strangers."""
    chance = {(comparison, level): u for comparison, levels in STRANGERS.items() for level, u in levels.items()}
    rows = [
        msgspec.structs.replace(row, u_millinats=round(math.log(u) * 1e3))
        if (u := chance.get((row.comparison, row.level)))
        else row
        for row in start.levels
    ]
    return msgspec.structs.replace(start, levels=tuple(rows))


def test_em_recovers_prior_and_weights_without_labels() -> None:
    """One person per question: the share of present people and m come back from unlabelled questions."""
    questions, rights = made_up_questions(1)
    start = msgspec.structs.replace(WEIGHTS, population=12, present_ppm=500_000)
    learned = learn(questions, counted(start))
    present = sum(right is not None for right in rights) / len(rights)
    table = learned.table()
    assert learned.present_ppm / 1e6 == pytest.approx(present, abs=0.05)
    assert math.exp(table["birth-date", "exact"][0] / 1e3) == pytest.approx(0.8, abs=0.07)
    assert math.exp(table["birth-date", "typo"][0] / 1e3) == pytest.approx(0.18, abs=0.07)
    assert math.exp(table["sex", "agree"][0] / 1e3) == pytest.approx(0.98, abs=0.03)
    assert table["passport", "exact"] == WEIGHTS.table()["passport", "exact"]


def test_what_sets_relatives_apart_is_not_learned_away() -> None:
    """A file full of fathers and sons teaches neither that dates are wrong nor that relatives share them."""
    father = (Term("surname", "exact"), Term("given", "exact"), Term("birth-date", "different"))
    questions = [[(*father, Term("address", "exact"))]] * 400
    before, after = WEIGHTS.table(), learn(questions, WEIGHTS).table()
    for key, (m, _) in after.items():
        if key[0] == "family":
            assert m == before[key][0]
        if key[1] in DIFFERING:
            assert m <= before[key][0] + round(math.log(MOST_GROWTH) * 1e3) + 1
    assert after["birth-date", "different"][0] > before["birth-date", "different"][0]


def test_calibration_undoes_overconfidence() -> None:
    """Log odds twice too large get a slope near one half."""
    questions, rights = made_up_questions(3)
    start = msgspec.structs.replace(WEIGHTS, population=12, present_ppm=600_000)
    learned = learn(questions, counted(start))
    scale = Scale(learned)
    odds = [[raw_log_odds(terms, scale, learned) for terms in rows] for rows in questions]
    honest = fit_calibration(list(zip(odds, rights, strict=True)), learned)
    bold = fit_calibration(
        [([2 * one for one in row], right) for row, right in zip(odds, rights, strict=True)], learned
    )
    assert honest.slope_ppm == pytest.approx(1_000_000, rel=0.2)
    assert bold.slope_ppm == pytest.approx(honest.slope_ppm / 2, rel=0.02)


def test_what_undated_questions_lack_is_one_shift_of_their_log_odds() -> None:
    """Candidates believed at even odds of whom one in five is right come to odds of one to four; the rest stays."""
    even = msgspec.structs.replace(WEIGHTS, slope_ppm=1_000_000, intercept_millinats=0, undated_millinats=0)
    fitted = fit_undated([([0.0], 0 if place % 5 == 0 else None) for place in range(500)], even)
    assert fitted.undated_millinats == pytest.approx(1_000 * math.log(1 / 4), abs=2)
    assert msgspec.structs.replace(fitted, undated_millinats=0) == even
    crowd = fit_undated([([0.0, 0.0], 1 if place % 3 else None) for place in range(300)], even)
    assert crowd.undated_millinats == pytest.approx(0, abs=2)  # two of one belief each: two in three are there
    assert fit_undated([([], None)] * 9, even) == even


def test_only_a_name_without_a_birth_date_takes_the_shift() -> None:
    """A part of a date, a number alone and an address alone are calibrated as all others."""
    allowed = frozenset({"name", "birth-date", "ssn", "home-address"})
    alone = PersonSubject(family="Smith", given="John")
    number = Identifier(kind=IdentifierKind.SSN, value="536-22-8341")
    assert prepare(alone, allowed).is_undated
    assert prepare(msgspec.structs.replace(alone, identifiers=(number,)), allowed).is_undated
    assert prepare(msgspec.structs.replace(alone, address="1 Elm St"), allowed).is_undated
    dated = msgspec.structs.replace(alone, birth_date="1984")
    assert not prepare(dated, allowed).is_undated
    assert prepare(dated, allowed - {"birth-date"}).is_undated
    assert not prepare(alone, allowed - {"name"}).is_undated
    assert not prepare(IdentifierSubject(identifier=number), allowed).is_undated


def test_the_shift_is_in_the_shown_calibration_of_a_name_alone() -> None:
    """It moves the probability of a name asked alone, by what the calibration says, and no other."""
    held = Candidate(
        record_id="r1", person_key="p1", values={"name": ("Smith, John",), "birth-date": ("1984-03-12",)}
    )
    allowed = frozenset({"name", "birth-date"})
    other = msgspec.structs.replace(WEIGHTS, undated_millinats=WEIGHTS.undated_millinats - 300)
    for birth, moved in (("", -300), ("1984-03-12", 0)):
        subject = PersonSubject(family="Smith", given="John", birth_date=birth)
        before, after = (match_person(subject, [held], allowed, one).matches[0] for one in (WEIGHTS, other))
        assert before.waterfall is not None
        assert after.waterfall is not None
        assert after.waterfall.calibration_millinats - before.waterfall.calibration_millinats == moved
        assert (after.probability_ppm < before.probability_ppm) == bool(moved)


def test_terms_of_a_pair_are_those_of_its_comparisons() -> None:
    """Training sees what scoring sees."""
    subject = PersonSubject(family="Smith", given="John", birth_date="1984-03-12")
    question = prepare(subject, frozenset({"name", "birth-date"}))
    found = compare(question, {"name": ("Smith, John",), "birth-date": ("1984-03-12",)}, Scale(WEIGHTS))
    assert [(term.comparison, term.level) for term in all_terms(found)] == [
        ("surname", "exact"), ("given", "exact"), ("birth-date", "exact"),
    ]  # fmt: skip
    weight = sum(one.weight for one in found)
    prior = math.log(WEIGHTS.present_ppm / (1e6 - WEIGHTS.present_ppm)) - math.log(WEIGHTS.population)
    assert raw_log_odds(all_terms(found), Scale(WEIGHTS), WEIGHTS) == pytest.approx(prior + weight / 1e3)


def test_learning_is_deterministic() -> None:
    """The same questions give the same weights, byte for byte."""
    questions, _ = made_up_questions(5)
    assert msgspec.json.encode(learn(questions, WEIGHTS, 3)) == msgspec.json.encode(learn(questions, WEIGHTS, 3))


def test_frequency_lists_are_trimmed_and_ordered() -> None:
    """Public-domain Census counts: 10,000 surnames, 4,000 first names, most frequent first, no race column."""
    surnames, first_names = frequencies.surnames(), frequencies.first_names()
    assert (len(surnames), len(first_names)) == (10_000, 4_000)
    assert surnames[0] == ("SMITH", 2_369_644)
    assert all(a[1] >= b[1] for a, b in pairwise(surnames))
    assert all(0 <= men <= 100 for _, _, men in first_names)


def test_damaged_shipped_weights_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A weights file that is not one is named, with the remedy."""
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables" / "weights.json").write_text("{}")
    monkeypatch.setattr("comity.match.weights.files", lambda package: tmp_path)
    with pytest.raises(NounError, match="install comity again"):
        load_weights.__wrapped__()
