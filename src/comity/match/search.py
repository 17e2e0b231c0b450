"""Finding the people of a segment who may be meant: keys, then the packed traits of everyone found weighed at once.

The weights are those of `compare`, from packed traits: middle names, units and generations are left for the
comparison of the few that are shown. Work is bounded: so many keys, so many postings, so many people weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import highest, runs
from comity.match.compare import Question, Scale
from comity.match.dates import FIRST_YEAR, Birth, compare_births, slip_variants
from comity.match.identifiers import slip_forms
from comity.match.keys import (
    Keys,
    KeyKind,
    address_key,
    birth_number,
    date_keys,
    initial_keys,
    is_telling,
    number_key,
    pair_keys,
    year_keys,
)
from comity.match.name_levels import Term
from comity.match.names import Name
from comity.match.nearness import ALIKE, Near, find_near
from comity.match.packed import (
    NUMBER_BITS,
    PAYLOAD,
    PAYLOAD_BITS,
    WordKind,
    birth_payload,
    building_payload,
    number_payload,
    street_payload,
)
from comity.match.segment import Segment
from comity.match.traits import NUMBER_FIELDS, first_sound, given_words, surname_words

MOST_CODES = 48  # sounds asked for one part of a name: its own and those a slip away
MOST_CROSSED = 12  # of these, how many are paired where both parts have slips
MOST_POSTINGS = 400_000  # read for one question in one segment: about 4 ms
MOST_WEIGHED = 20_000  # people weighed for one question in one segment: about 10 ms

Weighed = NDArray[np.float32]


class Found(NamedTuple):
    """People of a segment: their places, and what their packed traits weigh (millinats), best first.

    `cut` when more were found than could be read or weighed.
    """

    people: NDArray[np.int64]
    weights: NDArray[np.float64]
    cut: bool


class _Sought(NamedTuple):
    """One asked name in one vocabulary: what every word weighs as family and as given name, and the sounds near."""

    surname: Weighed
    given: Weighed
    surname_codes: Keys
    given_codes: Keys


def search(segment: Segment, question: Question, scale: Scale, most: int) -> Found:
    """The people of a segment that a question finds, at most `most`, best first, ties by place."""
    sought = tuple(_seek(segment, name, scale) for name in question.names)
    wanted = np.unique(_wanted(segment, question, sought))
    people, cut = _find(segment, wanted)
    if not len(people):
        return Found(people, np.empty(0), cut)
    weights = _weigh(segment, people, question, sought, scale)
    order = np.argsort(-weights, kind="stable")[:most]
    return Found(people[order], weights[order], cut or len(people) > most)


# ---------------------------------------------------------------- names


def _seek(segment: Segment, name: Name, scale: Scale) -> _Sought:
    size = segment.vocabulary.size
    surname = np.full(size + 1, scale.weigh(Term("surname", "different")), dtype=np.float32)
    given = np.full(size + 1, scale.weigh(Term("given", "different")), dtype=np.float32)
    surname_codes = _seek_surname(segment, name, scale, surname)
    given_codes = _seek_given(segment, name, scale, given)
    return _Sought(surname, given, surname_codes, given_codes)


def _seek_surname(segment: Segment, name: Name, scale: Scale, weights: Weighed) -> Keys:
    vocabulary = segment.vocabulary
    if name.wild_surname:
        numbers = vocabulary.beginning_with(name.wild_surname)
        weights[numbers] = scale.weigh(Term("surname", "prefix"))
        return _codes(segment, [Near(numbers, (), ("exact",) * len(numbers))])
    found = []
    several = len(name.surnames) > 1
    for word in surname_words(name):
        near = find_near(vocabulary, word)
        by_level = {
            level: scale.weigh(
                Term("surname", "part" if several and level == "exact" else level,
                     (1 + several) * scale.judge.chance("surname", word, level))
            )
            for level in set(near.levels)
        }  # fmt: skip
        found.append(_take(near, by_level, weights))
    return _codes(segment, found)


def _take(near: Near, by_level: Mapping[str, int], weights: Weighed) -> Near:
    """Give every near word the weight of its level, where it has not more already."""
    each = np.fromiter((by_level[level] for level in near.levels), dtype=np.float32, count=len(near.levels))
    weights[near.numbers] = np.maximum(weights[near.numbers], each)
    return near


def _seek_given(segment: Segment, name: Name, scale: Scale, weights: Weighed) -> Keys:
    vocabulary = segment.vocabulary
    if name.wild_given:
        numbers = vocabulary.beginning_with(name.wild_given)
        weights[numbers] = scale.weigh(Term("given", "prefix"))
        return _codes(segment, [Near(numbers, (), ("exact",) * len(numbers))])
    if not name.givens:
        weights[:] = 0.0
        return np.empty(0, dtype=np.uint64)
    first = name.givens[0]
    initial = scale.weigh(Term("given", "initial"))
    if len(first) == 1:
        weights[vocabulary.beginning_with(first)] = initial
    else:
        weights[vocabulary.numbers_of((first[0],))] = initial
    found = []
    for word in given_words(name):
        if len(word) == 1:
            continue
        near = find_near(vocabulary, word)
        whole = word in (first, name.joined_given)
        by_level = {level: _given_weight(word, level, name, scale) for level in set(near.levels)}
        found.append(_take(near, by_level, weights) if whole else _take(_exact(near), by_level, weights))
    return _codes(segment, found)


def _given_weight(word: str, level: str, name: Name, scale: Scale) -> int:
    share = scale.judge.chance("given", word, level)
    if level == "exact" and word != name.givens[0]:
        return scale.weigh(Term("given", "joined" if word == name.joined_given else "crossed", share))
    return scale.weigh(Term("given", level, share))


def _exact(near: Near) -> Near:
    kept = [place for place, level in enumerate(near.levels) if level == "exact"]
    return Near(near.numbers[kept], tuple([near.words[at] for at in kept]), tuple([near.levels[at] for at in kept]))


def _codes(segment: Segment, found: Iterable[Near]) -> Keys:
    """The sounds of words, those of the nearest first, each once, at most `MOST_CODES`."""
    ranked: list[tuple[int, int]] = []
    for near in found:
        codes = segment.vocabulary.codes[near.numbers].tolist()
        ranked += [(ALIKE.index(level), code) for level, code in zip(near.levels, codes, strict=True)]
    ranked.sort()
    codes = list(dict.fromkeys(code for _, code in ranked))[:MOST_CODES]
    return np.array(codes, dtype=np.uint64)


# ---------------------------------------------------------------- keys


def _wanted(segment: Segment, question: Question, sought: Sequence[_Sought]) -> Keys:
    """The keys a question looks for in a segment."""
    found: list[Keys] = []
    dates, slips = _days(question.birth)
    if question.birth is not None:
        found.append(date_keys(dates))
    for name, one in zip(question.names, sought, strict=True):
        letters = _letters(name)
        for field in question.name_fields_at:
            at = np.uint64(field)
            pairs = _pairs(one.surname_codes, one.given_codes)
            found.append(pair_keys(np.full(len(pairs), at), pairs[:, 0], pairs[:, 1]))
            if question.birth is not None:
                codes = np.concatenate([one.surname_codes, one.given_codes])
                found.append(year_keys(np.full(len(codes), at), codes, np.full(len(codes), np.uint64(question.birth.year))))
                days, firsts = np.repeat(slips, len(letters)), np.tile(letters, len(slips))
                found.append(initial_keys(np.full(len(days), at), days, firsts))
    single = [key for at in question.address_fields_at if question.address for key in (address_key(at, question.address),) if key]
    for number in question.numbers:
        at = NUMBER_FIELDS.index(number.field)
        single += [number_key(at, form) for form in number.forms]
        if number.forms:
            single += [number_key(at, form) for form in slip_forms(number.forms[-1])]
    found.append(np.array(single, dtype=np.uint64))
    return np.concatenate(found)


def _pairs(surnames: Keys, givens: Keys) -> Keys:
    """Pairs of sounds: every one with the nearest of the other part, and the nearest of both with each other."""
    rows = [
        (one, other)
        for i, one in enumerate(surnames.tolist())
        for j, other in enumerate(givens.tolist())
        if i < 2 or j < 2 or (i < MOST_CROSSED and j < MOST_CROSSED)
    ]
    return np.array(rows, dtype=np.uint64).reshape(-1, 2)


def _days(birth: Birth | None) -> tuple[Keys, Keys]:
    """The asked date and the one with day and month exchanged; these and every date one slip away."""
    if birth is None or not birth.day:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
    slips = slip_variants(birth)
    turned = [one for one in slips if one.year == birth.year and (one.month, one.day) == (birth.day, birth.month)]
    own = [birth_number(one) for one in (birth, *turned) if is_telling(one)]
    return np.array(own, dtype=np.uint64), np.array([birth_number(one) for one in (birth, *slips)], dtype=np.uint64)


def _letters(name: Name) -> Keys:
    words = {first_sound(word) for word in (*name.surnames[:3], *name.givens[:2]) if word}
    return np.array(sorted(map(ord, words)), dtype=np.uint64)


def _find(segment: Segment, wanted: Keys) -> tuple[NDArray[np.int64], bool]:
    """The people who have any of the keys, each once; those with most keys where there are too many."""
    first, counts = segment.lists(wanted)
    here = counts > 0
    first, counts = first[here], counts[here]
    order = np.argsort(counts, kind="stable")
    fitting = int(np.searchsorted(np.cumsum(counts[order]), MOST_POSTINGS, side="right"))
    kept = order[:fitting]
    people, shared = np.unique(segment.postings[runs(first[kept], counts[kept])], return_counts=True)
    cut = fitting < len(order)
    if len(people) > MOST_WEIGHED:
        enough = np.sort(shared)[-MOST_WEIGHED]
        people, cut = people[shared >= enough][:MOST_WEIGHED], True
    return people.astype(np.int64), cut


# ---------------------------------------------------------------- weighing


def _weigh(
    segment: Segment, people: NDArray[np.int64], question: Question, sought: Sequence[_Sought], scale: Scale
) -> NDArray[np.float64]:
    """What the packed traits of each person weigh, in millinats."""
    words, counts = segment.packed(people)
    kinds = (words >> np.uint32(PAYLOAD_BITS)).astype(np.uint8)
    payload = (words & np.uint32(PAYLOAD)).astype(np.int64)
    starts = np.cumsum(counts) - counts
    total = np.zeros(len(people))
    family = np.zeros(len(people), dtype=bool)
    if question.names:
        name, family = _weigh_names(kinds, payload, starts, sought, scale)
        total += name
    if question.birth is not None:
        at = kinds == WordKind.BIRTH
        total += _best(at, _birth_weights(payload[at], question.birth, scale), starts)
    if question.sex in ("F", "M"):
        at = kinds == WordKind.SEX
        agree, differ = scale.weigh(Term("sex", "agree")), scale.weigh(Term("sex", "disagree"))
        total += _best(at, np.where(payload[at] == (1 if question.sex == "F" else 2), agree, differ), starts)
    if question.address is not None and question.address.street:
        total += _weigh_address(kinds, payload, starts, question, family, scale)
    for number in question.numbers:
        total += _weigh_number(kinds, payload, starts, number, scale)
    return total


def _best(at: NDArray[np.bool_], values: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each person the best of the values at their words; 0 where they have none."""
    spread = np.full(len(at), -np.inf)
    spread[at] = values
    best = highest(spread, starts)
    best[np.isneginf(best)] = 0.0
    return best


def _weigh_names(kinds, payload, starts, sought: Sequence[_Sought], scale: Scale) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    names = np.flatnonzero(kinds == WordKind.NAME)
    of_name = np.searchsorted(names, starts)  # first name of each person
    surnames = (kinds == WordKind.SURNAME) | (kinds == WordKind.JOINED_SURNAME)
    givens = (kinds == WordKind.GIVEN) | (kinds == WordKind.JOINED_GIVEN)
    order, alias = scale.weigh(Term("order", "swapped")), scale.weigh(Term("alias", "other"))
    best = np.full(len(names), -np.inf)
    family = np.full(len(names), -np.inf)
    surname_tokens, given_tokens = payload[surnames], payload[givens]

    def highest_of(at: NDArray[np.bool_], values: Weighed) -> NDArray[np.float64]:
        spread = np.full(len(kinds), -np.inf)
        spread[at] = values
        found = highest(spread, names)
        found[np.isneginf(found)] = 0.0
        return found

    for place, one in enumerate(sought):
        surname = highest_of(surnames, one.surname[surname_tokens])
        family = np.maximum(family, surname)
        straight = surname + highest_of(givens, one.given[given_tokens])
        turned = highest_of(givens, one.surname[given_tokens]) + highest_of(surnames, one.given[surname_tokens])
        weight = np.maximum(straight, turned + order)
        best = np.maximum(best, weight + (alias if place else 0))
    has_name = np.append(of_name[1:], len(names)) > of_name
    later = np.ones(len(names), dtype=bool)
    later[of_name[has_name]] = False
    best = scale.bend(best + later * alias)
    at = np.zeros(len(kinds), dtype=bool)
    at[names] = True
    return _best(at, best, starts), _best(at, family, starts) > 0


def _birth_weights(payload, birth: Birth, scale: Scale) -> NDArray[np.float64]:
    """By the levels of `dates.compare_births`, each different date compared once."""
    different, places = np.unique(payload, return_inverse=True)
    weights = np.empty(len(different))
    year, month, day = birth
    slips = {birth_payload(one) for one in slip_variants(birth)}
    far = scale.weigh(Term("birth-date", "different"))
    for place, one in enumerate(different.tolist()):
        held_year, held_month, held_day = (one >> 9) + FIRST_YEAR, one >> 5 & 15, one & 31
        if one in slips or held_year == year or (held_month == month and held_day == day) or not (day and held_day):
            level = compare_births(birth, Birth(held_year, held_month, held_day))
            weights[place] = scale.weigh(Term("birth-date", level))
        else:
            weights[place] = far
    return weights[places]


def _weigh_address(kinds, payload, starts, question: Question, family, scale: Scale) -> NDArray[np.float64]:
    address = question.address
    building, street = kinds == WordKind.BUILDING, kinds == WordKind.STREET
    exact, near, far = (scale.weigh(Term("address", level)) for level in ("exact", "street", "different"))
    buildings = [building_payload(at, address) for at in question.address_fields_at]
    streets = [street_payload(at, address) for at in question.address_fields_at]
    same = _best(building, np.where(np.isin(payload[building], buildings), exact, far), starts)
    along = _best(street, np.where(np.isin(payload[street], streets), near, far), starts)
    weights = np.where(same > 0, same, along)
    if question.names and question.names[0].surnames:
        share = min(scale.judge.chance("surname", word, "exact") for word in question.names[0].surnames)
        most = scale.weigh_household(share + scale.least_share)
        weights[family] = np.minimum(weights[family], most)
    return weights


def _weigh_number(kinds, payload, starts, number, scale: Scale) -> NDArray[np.float64]:
    at = NUMBER_FIELDS.index(number.field)
    here = (kinds == WordKind.NUMBER) & (payload >> NUMBER_BITS == at)
    own = [number_payload(at, form) for form in number.forms]
    slips = [number_payload(at, form) for form in slip_forms(number.forms[-1])] if number.forms else []
    held = payload[here]
    level = [scale.weigh(Term(number.field, one)) for one in ("exact", "typo", "different")]
    return _best(here, np.where(np.isin(held, own), level[0], np.where(np.isin(held, slips), level[1], level[2])), starts)
