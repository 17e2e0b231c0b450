"""One subject against the records found for it: evidence, probability, verdict.

Per record the Fellegi-Sunter log weights are added to the prior log odds and calibrated. Records that are
evidently one person are grouped; a record competes with `not in this file` and the other groups, never its own:

    odds(record)  = exp(slope * (ln(present / (1 - present)) - ln(population) + sum of weights) + intercept)
    probability   = odds(record) / (odds(record) + 1 + sum over other groups of their best odds)
    not in file   = 1 / (1 + sum over all groups of their best odds)

All of it in whole thousandths of a nat, so that the parts that are shown add up to the answer (`match/parts.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import accumulate, combinations
from typing import NamedTuple

from comity.match.compare import Comparison, Question, Scale, compare, prepare
from comity.match.grouping import NOTHING_DECLARED, Grouping, Person
from comity.match.join import Declared, cluster
from comity.match.name_levels import NameJudge
from comity.match.parts import Parts, calibrate, odds_of, waterfall
from comity.match.relation import WEAK_LINK, read_values
from comity.match.sentences import tell, tell_finding
from comity.match.verdict import (
    NOT_SAME,
    POSSIBLE,
    SAME,
    contradicts_itself,
    has_second_identifier,
    is_enough_to_identify,
    judge,
    take_stock,
)
from comity.match.weights import MILLINATS, PPM, Weights
from comity.model.answer import Evidence, Waterfall, probability_of
from comity.model.base import Noun
from comity.model.person_act import Appearance
from comity.model.query import Subject

__all__ = [
    "NOT_SAME", "POSSIBLE", "SAME", "Candidate", "MatchResult", "PersonMatch", "is_enough_to_identify",
    "log_odds", "match_person", "match_question",
]  # fmt: skip

MOST_MATCHES = 25  # shown with evidence; who is not among them has no realistic chance
MOST_GROUPED = 10  # best records compared with each other to see which are one person
NEVER_SHOWN = frozenset({"former-name"})  # matched where allowed, never shown to anyone


class Candidate(Noun, frozen=True, kw_only=True):
    """One person in one record: `values` holds only the fields open to matching on that record.

    `match_only` names fields that may be matched but not shown: their held values never enter evidence. `compared` are the
    comparisons of these values with the very question that is asked, where somebody has made them.
    """

    record_id: str
    person_key: str
    values: Mapping[str, tuple[str, ...]]
    match_only: frozenset[str] = frozenset()
    compared: tuple[Comparison, ...] | None = None


class PersonMatch(Noun, frozen=True, kw_only=True):
    """One candidate, scored; `leads` where it is its person's most probable record.

    `verdict` is `same person`, `possible` or `not the same person`.

    `finding` is the sentence for the verdict; `waterfall` the parts beside the evidence that make the probability.
    """

    candidate: Candidate
    probability_ppm: int
    evidence: tuple[Evidence, ...]
    second_identifier: bool
    verdict: str
    leads: bool = True
    finding: str = ""
    waterfall: Waterfall | None = None


class MatchResult(Noun, frozen=True, kw_only=True):
    """The best matches, most probable first, and the probability that the person is not in this file.

    That and the probabilities of the matches that lead sum to at most one: records of one person do not compete.
    """

    matches: tuple[PersonMatch, ...]
    not_in_file_ppm: int


class _Scored(NamedTuple):
    parts: Parts
    comparisons: tuple[Comparison, ...]
    candidate: Candidate


class _Rivals(NamedTuple):
    """The other people one record competes with: the sum of their best odds, and the best of them (ppm).

    `leads` tells whether the record is the best of its own person.
    """

    odds: float
    best_ppm: int
    leads: bool


def log_odds(weight_millinats: int, weights: Weights) -> float:
    """Calibrated natural log odds of a record against `not in this file`, from its summed weight in millinats."""
    return calibrate(weight_millinats, weights).log_odds_millinats / MILLINATS


def match_person(
    subject: Subject,
    candidates: Sequence[Candidate],
    asked_allowed: frozenset[str],
    weights: Weights,
    declared: Grouping = NOTHING_DECLARED,
) -> MatchResult:
    """Compare one subject with candidates, using only the fields in `asked_allowed`.

    Candidates that the owner `declared` one person are one group, those declared two people never are.

    A field not allowed or absent from a candidate is missing evidence of weight 0. The order of the candidates
    does not matter. At most `MOST_MATCHES` matches return.
    """
    return match_question(prepare(subject, asked_allowed), candidates, asked_allowed, Scale(weights), declared)


def match_question(
    question: Question,
    candidates: Sequence[Candidate],
    asked_allowed: frozenset[str],
    scale: Scale,
    declared: Grouping = NOTHING_DECLARED,
) -> MatchResult:
    """`match_person` for whoever has read the subject and compared some by the same scale before."""
    scored = _score(question, candidates, scale)
    leads = _group_places(scored, asked_allowed, declared, scale.judge)
    odds = [odds_of(one.parts) if leads[place] == place else 0.0 for place, one in enumerate(scored)]
    before = list(accumulate(odds, initial=0.0))
    after = list(accumulate(reversed(odds), initial=0.0))[::-1]
    rivals = [before[place] + after[place + 1] for place in range(len(scored))]
    best = [place for place in range(len(scored)) if leads[place] == place][:2]
    told = {place: waterfall(scored[place].parts, rivals[place], 0) for place in best}
    chances = {place: _chance(scored[place], fall) for place, fall in told.items()}
    matches = tuple(
        _show(
            question,
            one,
            _Rivals(rivals[leads[place]], _runner_up(chances, leads[place]), leads[place] == place),
            scale,
        )
        for place, one in enumerate(scored[:MOST_MATCHES])
    )
    return MatchResult(matches=matches, not_in_file_ppm=int(PPM / (1.0 + before[-1])))


def _runner_up(chances: Mapping[int, int], place: int) -> int:
    """The chance (ppm) of the most probable other person."""
    return next((ppm for other, ppm in chances.items() if other != place), 0)


def _chance(found: _Scored, fall: Waterfall) -> int:
    return probability_of(found.parts.log_odds_millinats + fall.others_millinats)


def _score(question: Question, candidates: Sequence[Candidate], scale: Scale) -> list[_Scored]:
    found, undated = [], question.is_undated
    for candidate in candidates:
        comparisons = candidate.compared or compare(question, candidate.values, scale)
        total = sum([comparison.weight for comparison in comparisons])
        parts = calibrate(total, scale.weights, undated=undated)
        found.append(_Scored(parts, comparisons, candidate))
    found.sort(key=lambda one: (-one.parts.log_odds_millinats, one.candidate.record_id, one.candidate.person_key))
    return found


def _group_places(
    scored: Sequence[_Scored], allowed: frozenset[str], declared: Grouping, judge: NameJudge
) -> list[int]:
    """For each record, the place of the best record of its group; by what they tell only the best are grouped."""
    leads = list(range(len(scored)))
    best = scored[:MOST_GROUPED]
    readings = {
        f"{place:02}": read_values("", _open(found.candidate, allowed), judge.read)
        for place, found in enumerate(best)
    }
    for keys in cluster(readings, WEAK_LINK, _declared_of(best, declared)):
        for key in keys:
            leads[int(key)] = int(keys[0])
    firsts: dict[Person, int] = {}
    for place, found in enumerate(scored if declared.persons else ()):
        first = firsts.setdefault(declared.person_of(_appearance(found)), place)
        if place >= MOST_GROUPED:
            leads[place] = leads[first]
    return leads


def _declared_of(best: Sequence[_Scored], declared: Grouping) -> Declared:
    found: dict[tuple[str, str], int] = {}
    if not declared.persons and not declared.parted:
        return found
    for one, other in combinations(range(len(best)), 2):
        relation = declared.relation(_appearance(best[one]), _appearance(best[other]))
        if relation is not None:
            found[f"{one:02}", f"{other:02}"] = relation
    return found


def _appearance(found: _Scored) -> Appearance:
    return Appearance(record_id=found.candidate.record_id, person_key=found.candidate.person_key)


def _open(candidate: Candidate, allowed: frozenset[str]) -> dict[str, tuple[str, ...]]:
    return {field: held for field, held in candidate.values.items() if field in allowed}


def _show(question: Question, found: _Scored, rivals: _Rivals, scale: Scale) -> PersonMatch:
    fall = waterfall(found.parts, rivals.odds, rivals.best_ppm)
    ppm = _chance(found, fall)
    standing = take_stock(
        found.comparisons,
        contradicts=contradicts_itself(question, found.comparisons, found.candidate.values, scale.judge),
    )
    hidden = found.candidate.match_only | NEVER_SHOWN
    verdict = judge(standing, ppm)
    return PersonMatch(
        candidate=found.candidate,
        probability_ppm=ppm,
        evidence=tuple(_evidence(comparison, comparison.source in hidden) for comparison in found.comparisons),
        second_identifier=has_second_identifier(standing),
        verdict=verdict,
        leads=rivals.leads,
        finding=tell_finding(verdict, [(one.field, one.verdict) for one in found.comparisons]),
        waterfall=fall,
    )


def _evidence(comparison: Comparison, hidden: bool) -> Evidence:
    return Evidence(
        field=comparison.field,
        verdict=comparison.verdict,
        weight_millinats=comparison.weight,
        sentence=tell(comparison, hidden),
        asked=comparison.asked,
        held="" if hidden else comparison.held,
    )
