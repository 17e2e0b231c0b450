"""Make the shipped weights: u from random pairs, m by EM without labels, calibration on known answers.

Deterministic: same seeds, same names, same bytes. Run `python bench/match/train.py` and review the difference in
`src/comity/match/tables/weights.json`; a change of weights changes probabilities everywhere, so bump `VERSION`.
The synthetic people are those of the hard set, by another seed than the one measured.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

if not __package__:  # run as a file: the parts are a package beside the other benches
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from comity.match.compare import Scale, prepare
from comity.match.learn import Labelled, fit_calibration, fit_undated, raw_log_odds
from comity.match.learn_chance import learn_chance
from comity.match.train import Sampled, candidate_terms, train_weights
from comity.match.traits import MATCHABLE_FIELDS
from comity.match.weights import LevelWeight, Weights, load_weights
from match.hard import Hard
from match.names import GROUPS
from match.present import Comity
from match.sets import NAME_ONLY, NAME_OTHER, Asked

VERSION = "2026-11-d"
SEED = 11  # never the one that is measured
TARGET = Path(__file__).parent.parent.parent / "src" / "comity" / "match" / "tables" / "weights.json"
POPULATION = 100_000
PEOPLE, QUESTIONS = 50_000, 6_000
UNDATED = 2_000  # questions of each class that has no date of birth

# Starting values, by judgement: (m, u). EM moves m, counting over the file moves u of names, dates and sex; levels the
# synthetic people never show (suffixes, wildcards, things) keep what stands here. The u of a name's level is what the
# table of names does not list; the shares it lists are added.
START: dict[str, dict[str, tuple[float, float]]] = {
    "surname": {
        "exact": (0.80, 2e-5), "part": (0.06, 2e-5), "variant": (0.05, 3e-5), "prefix": (0.80, 2e-3),
        "close": (0.05, 6e-4), "similar": (0.02, 1e-2), "different": (0.05, 0.985),
    },
    "given": {
        "exact": (0.70, 1e-4), "joined": (0.02, 5e-5), "variant": (0.10, 2e-4), "initial": (0.03, 0.06),
        "prefix": (0.70, 4e-3), "crossed": (0.02, 2e-3), "close": (0.06, 2e-3), "similar": (0.03, 2e-2),
        "different": (0.04, 0.93),
    },
    "middle": {"exact": (0.60, 1e-4), "initial": (0.25, 0.08), "close": (0.06, 0.01), "different": (0.09, 0.89)},
    # what relatives have in common, never learned: the family name and the address of most, the given name of fathers
    # and sons, the birth date of twins. The last two are set high, since to take a relative for the person is the harm.
    "family": {"surname": (0.85, 1.0), "given": (0.05, 1.0), "birth-date": (0.01, 1.0), "address": (0.7, 1.0)},
    "suffix": {"same": (0.95, 0.30), "conflict": (0.02, 0.70)},
    "order": {"swapped": (0.03, 1.0)},
    "alias": {"other": (0.10, 1.0)},
    "birth-date": {
        "exact": (0.80, 4e-5), "january-exact": (0.80, 6e-4), "swapped": (0.02, 5e-5), "typo": (0.08, 8e-4),
        "year-month": (0.90, 1.2e-3), "year": (0.93, 1.4e-2), "january": (0.03, 1.5e-3),
        # of people whose both dates are 1 January: one in eight pairs a slip apart, one in six pairs of strangers
        "january-typo": (0.12, 0.17), "near": (0.03, 3.5e-2),
        "different": (0.02, 0.95),
    },
    "sex": {"agree": (0.985, 0.5), "disagree": (0.015, 0.5)},
    "address": {
        "exact": (0.42, 4e-6), "building": (0.08, 1e-5), "street": (0.05, 2e-3), "number": (0.02, 3e-5),
        "postcode": (0.10, 3e-3),
        "different": (0.35, 0.99),
    },
}  # fmt: skip
NUMBERS = {
    "ssn": 0.035, "fbi-number": 0.04, "a-number": 0.05, "state-id": 0.15, "driver-licence": 0.15, "passport": 0.20,
    "licence-number": 0.25, "other-id": 0.30,
}  # fmt: skip  # share of true pairs whose numbers differ: renewed, of another state, of another series
# numbers are copied, lent and stolen far oftener than chance repeats them; siblings have neighbouring SSNs
THINGS = {"plate": 1e-6, "vehicle": 2e-7, "weapon-serial": 2e-6, "phone": 2e-5}


def starting_weights() -> Weights:
    """The table above, with the rows of every number and thing."""
    table = dict(START)
    for kind, differ in NUMBERS.items():
        table[kind] = {
            "exact": (0.955 - differ, 4e-7), "typo": (0.03, 1e-5), "exchanged": (0.015, 5e-6),
            "placeholder-equal": (0.5, 0.1), "different": (differ, 0.9999),
        }  # fmt: skip
    for field, chance in THINGS.items():
        table[field] = {"exact": (0.95, chance), "different": (0.05, 0.9999)}
    rows = tuple(
        LevelWeight(comparison=name, level=level, m_millinats=_log(m), u_millinats=_log(u))
        for name, levels in table.items()
        for level, (m, u) in levels.items()
    )
    return Weights(
        version=VERSION,
        trained_on="synthetic people: m by EM without labels, calibration on known answers (bench/match/train.py)",
        population=POPULATION,
        present_ppm=500_000,
        slope_ppm=1_000_000,
        intercept_millinats=0,
        levels=rows,
    )


def _log(probability: float) -> int:
    return round(1000 * math.log(probability))


def train() -> Weights:
    """The whole training, from seeds to weights: u under the shipped names, m and calibration under the file's own."""
    hard, engine = Hard(SEED), Comity()
    engine.build(hard.records(PEOPLE))
    each = QUESTIONS // (2 * len(GROUPS))
    questions = hard.questions(each, each)
    asked = [Sampled(prepare(question.subject, MATCHABLE_FIELDS)) for question in questions]
    start = msgspec.structs.replace(starting_weights(), population=PEOPLE)
    half = len(questions) // 2
    weights = train_weights(engine.segment, asked[:half], engine.values.__getitem__, start)
    weights = msgspec.structs.replace(weights, levels=_with_sex_of(weights, start))
    calibrated = fit_calibration(labelled(weights, engine, asked[half:], questions[half:]), weights)
    calibrated = fit_undated(labelled(weights, engine, *undated(hard)), calibrated)
    shipped = learn_chance(engine.segment, [one.question for one in asked[:half]], start, own_names=False)
    u = shipped.table()
    levels = tuple(
        msgspec.structs.replace(row, u_millinats=u[row.comparison, row.level][1]) for row in calibrated.levels
    )
    return msgspec.structs.replace(calibrated, population=POPULATION, levels=levels, surnames=(), givens=())


def _with_sex_of(weights: Weights, start: Weights) -> tuple[LevelWeight, ...]:
    """The synthetic people are never written down with the wrong sex; real ones are, and some change it."""
    judged = start.table()
    return tuple(
        msgspec.structs.replace(row, m_millinats=judged[row.comparison, row.level][0])
        if row.comparison == "sex"
        else row
        for row in weights.levels
    )


def refit_undated() -> Weights:
    """The shipped weights with what they lack on questions without a birth date fitted anew, and nothing else.

    The shift is fitted under weights that a file of the training's people learns from the shipped ones, as an owner does.
    """
    hard, engine = Hard(SEED), Comity()
    engine.build(hard.records(PEOPLE))
    each = QUESTIONS // (2 * len(GROUPS))
    engine.prepare([question.subject for question in hard.questions(each, each)])
    fitted = fit_undated(labelled(engine.weights, engine, *undated(hard)), engine.weights)
    return msgspec.structs.replace(load_weights(), version=VERSION, undated_millinats=fitted.undated_millinats)


def undated(hard: Hard) -> tuple[list[Sampled], list[Asked]]:
    """Questions without a birth date, of both classes, half of them about somebody in the file."""
    each = UNDATED // (2 * len(GROUPS))
    found = [one for evidence in (NAME_ONLY, NAME_OTHER) for one in hard.questions(each, each, evidence=evidence)]
    return [Sampled(prepare(one.subject, MATCHABLE_FIELDS)) for one in found], found


def labelled(
    weights: Weights, engine: Comity, asked: Sequence[Sampled], questions: Sequence[Asked]
) -> list[Labelled]:
    """Raw log odds of each question's candidates, and the place of the right one."""
    scale = Scale(weights)
    found: list[Labelled] = []
    for one, question in zip(asked, questions, strict=True):
        terms, places = candidate_terms(engine.segment, one, engine.values.__getitem__, weights)
        numbers = [engine.numbers[place] for place in places]
        right = numbers.index(question.right) if question.right in numbers else None
        found.append(([raw_log_odds(these, scale, weights) for these in terms], right))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--undated", action="store_true", help="keep all but what questions without a birth date lack"
    )
    weights = refit_undated() if parser.parse_args().undated else train()
    TARGET.write_bytes(msgspec.json.format(msgspec.json.encode(weights), indent=1) + b"\n")
    print(f"slope {weights.slope_ppm / 1e6:.3f}, intercept {weights.intercept_millinats / 1e3:.3f}, "
          f"undated {weights.undated_millinats / 1e3:.3f}, present {weights.present_ppm / 1e6:.3f}")  # fmt: skip
    for row in weights.levels:
        print(f"{row.comparison:16} {row.level:18} m {row.m_millinats:7} u {row.u_millinats:7}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
