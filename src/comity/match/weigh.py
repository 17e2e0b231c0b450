"""Packed traits of many people against one question, all at once.

The weights are those of `compare`, less what packed traits do not tell apart: middle names, generations and units
are left to the comparison of the few that are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.arrays import Places, highest
from comity.match.compare import AskedNumber, Question, Scale
from comity.match.dates import FIRST_YEAR, Birth, compare_births, slips_of
from comity.match.name_levels import Term
from comity.match.packed import (
    NUMBER_BITS,
    PAYLOAD,
    PAYLOAD_BITS,
    SEX_BITS,
    WordKind,
    birth_payload,
    building_payload,
    form_payloads,
    street_payload,
)
from comity.match.seek import Sought
from comity.match.traits import NUMBER_FIELDS
from comity.match.vocabulary import Numbers

BIRTH_LEVELS = (
    "exact", "january-exact", "swapped", "typo", "year-month", "year", "january", "near", "different",
)  # fmt: skip
_LEVEL = {level: place for place, level in enumerate(BIRTH_LEVELS)}
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Rows(NamedTuple):
    """Packed traits of several people, one after the other: kinds and payloads of words, each person's first word."""

    kinds: NDArray[np.uint8]
    payload: NDArray[np.int64]
    starts: Places


def read_rows(words: Numbers, counts: NDArray[Any]) -> Rows:
    """Split packed words into kinds and payloads. `counts` are the words of each person, at least one."""
    return Rows(
        kinds=(words >> np.uint32(PAYLOAD_BITS)).astype(np.uint8),
        payload=(words & np.uint32(PAYLOAD)).astype(np.int64),
        starts=np.cumsum(counts) - counts,
    )


def weigh_rows(rows: Rows, question: Question, sought: Sequence[Sought], scale: Scale) -> Floats:
    """What each person's traits weigh, in millinats. A trait that is not there weighs nothing."""
    weights = _weigh_names(rows, question, sought, scale)
    if question.birth is not None:
        weights["birth-date"] = _weigh_birth(rows, question.birth, scale)
    if question.sex in ("F", "M"):
        weights["sex"] = _weigh_sex(rows, question.sex, scale)
    if question.address is not None:
        weights["address"] = _weigh_address(rows, question, question.address, scale)
    for number in question.numbers:
        weights[number.field] = weights.get(number.field, 0.0) + _weigh_number(rows, number, scale)
    if question.names:
        weights["family"] = scale.families(weights)
    total = np.zeros(len(rows.starts))
    for part in weights.values():
        total += part
    return total


def _best(rows: Rows, at: Bools, values: NDArray[Any]) -> Floats:
    """For each person the best of the values at their words; 0 where they have none."""
    return _best_of(at, values, rows.starts)


def _best_of(at: Bools, values: NDArray[Any], starts: Places) -> Floats:
    spread = np.full(len(at), -np.inf)
    spread[at] = values
    best = highest(spread, starts)
    best[np.isneginf(best)] = 0.0
    return best


def _weigh_names(rows: Rows, question: Question, sought: Sequence[Sought], scale: Scale) -> dict[str, Floats]:
    """Of every held name against every asked one the best, either way round: surname, given name and choices made."""
    people = len(rows.starts)
    is_name = rows.kinds == WordKind.NAME
    names = np.flatnonzero(is_name)
    if not len(names) or not question.names:
        return {"surname": np.zeros(people)}
    surnames = (rows.kinds == WordKind.SURNAME) | (rows.kinds == WordKind.JOINED_SURNAME)
    givens = (rows.kinds == WordKind.GIVEN) | (rows.kinds == WordKind.JOINED_GIVEN)
    family_words, given_words = rows.payload[surnames], rows.payload[givens]
    further = scale.weigh(Term("alias", "other")) * _is_further(rows, names)
    readings: list[tuple[Floats, Floats, Floats]] = []
    for place, one in enumerate(sought):
        choice = scale.weigh(Term("alias", "other")) if place else further
        straight = _best_of(surnames, one.surname.of(family_words), names)
        readings.append(
            (straight, _best_of(givens, one.given.of(given_words), names), np.full(len(names), choice))
        )
        turned = _best_of(givens, one.surname.of(given_words), names)
        order = np.full(len(names), choice + scale.weigh(Term("order", "swapped")))
        readings.append((turned, _best_of(surnames, one.given.of(family_words), names), order))
    surname, given, choice = (np.stack(part) for part in zip(*readings, strict=True))
    best = np.argmax(surname + given + choice, axis=0), np.arange(len(names))
    surname, given, choice = surname[best], given[best], choice[best]
    first = _first_highest(surname + given + choice, is_name, rows.starts)
    found = {"surname": surname, "given": given, "choice": choice}
    return {part: np.where(first < 0, 0.0, values[first]) for part, values in found.items()}


def _first_highest(values: Floats, at: Bools, starts: Places) -> Places:
    """For each person the place, among the marked words, of the one with the highest value; -1 where none is marked."""
    marked = np.cumsum(at) - 1
    spread = np.full(len(at), -np.inf)
    spread[at] = values
    best = highest(spread, starts)
    counts = np.diff(np.append(starts, len(at)))
    hits = np.flatnonzero(at & (spread == np.repeat(best, counts)))
    owners = np.searchsorted(starts, hits, side="right") - 1
    found = np.full(len(starts), -1, dtype=np.int64)
    found[owners[::-1]] = marked[hits[::-1]]
    return found


def _is_further(rows: Rows, names: Places) -> Bools:
    """Which names are not the first of their person."""
    first = np.searchsorted(names, rows.starts)
    further = np.ones(len(names) + 1, dtype=bool)
    further[first] = False
    return further[:-1]


def _weigh_birth(rows: Rows, birth: Birth, scale: Scale) -> Floats:
    at = rows.kinds == WordKind.BIRTH
    levels = birth_levels(rows.payload[at], birth)
    table = np.array([scale.weigh(Term("birth-date", level)) for level in BIRTH_LEVELS], dtype=np.float64)
    return _best(rows, at, table[levels])


def birth_levels(payload: NDArray[np.int64], birth: Birth) -> NDArray[np.int8]:
    """`dates.compare_births` of many packed dates with one, as places in `BIRTH_LEVELS`."""
    year, month, day = (payload >> 9) + FIRST_YEAR, payload >> 5 & 15, payload & 31
    same_year, same_month, same_day = year == birth.year, month == birth.month, day == birth.day
    levels = np.full(len(payload), _LEVEL["different"], dtype=np.int8)
    if birth.day:
        turned = same_year & (month == birth.day) & (day == birth.month)
        first = same_year & ((month == 1) & (day == 1) | ((birth.month, birth.day) == (1, 1)))
        same = same_year.astype(np.int8) + same_month + same_day
        slips = [birth_payload(one) for one in slips_of(birth)]
        levels[same == 2] = _LEVEL["near"]
        levels[(same > 0) & np.isin(payload, slips)] = _LEVEL["typo"]
        levels[first] = _LEVEL["january"]
        levels[turned] = _LEVEL["swapped"]
        levels[same == 3] = _LEVEL["january-exact" if (birth.month, birth.day) == (1, 1) else "exact"]
    partial = (day == 0) if birth.day else np.ones(len(payload), dtype=bool)
    if partial.any():
        levels[partial] = [
            _LEVEL[compare_births(birth, Birth(*one))]
            for one in zip(year[partial].tolist(), month[partial].tolist(), day[partial].tolist(), strict=True)
        ]
    return levels


def _weigh_sex(rows: Rows, sex: str, scale: Scale) -> Floats:
    held = rows.payload[rows.starts]
    agree, differ = scale.weigh(Term("sex", "agree")), scale.weigh(Term("sex", "disagree"))
    same, other = (held & SEX_BITS[one] > 0 for one in (sex, "M" if sex == "F" else "F"))
    return np.where(same & other, max(agree, differ), np.where(same, agree, np.where(other, differ, 0.0)))


def _weigh_address(rows: Rows, question: Question, address: Address, scale: Scale) -> Floats:
    building, street = rows.kinds == WordKind.BUILDING, rows.kinds == WordKind.STREET
    exact, along, far = (scale.weigh(Term("address", level)) for level in ("exact", "street", "different"))
    buildings = [building_payload(at, address) for at in question.address_fields_at]
    streets = [street_payload(at, address) for at in question.address_fields_at]
    same = _best(rows, building, np.where(np.isin(rows.payload[building], buildings), exact, far))
    near = _best(rows, street, np.where(np.isin(rows.payload[street], streets), along, far))
    return np.where(same > 0, same, near)


def _weigh_number(rows: Rows, number: AskedNumber, scale: Scale) -> Floats:
    at = NUMBER_FIELDS.index(number.field)
    here = (rows.kinds == WordKind.NUMBER) & (rows.payload >> NUMBER_BITS == at)
    held = rows.payload[here]
    exact = np.isin(held, form_payloads(at, number.forms))
    slip = np.isin(held, form_payloads(at, number.slips))
    different = scale.weigh(Term(number.field, "different"))
    typo = scale.weigh(Term(number.field, "typo")) if len(number.slips) else different
    values = np.where(exact, scale.weigh(Term(number.field, "exact")), np.where(slip, typo, different))
    return _best(rows, here, values)
