"""Packed traits of many people against one question, all at once.

The weights are those of `compare`, less what packed traits do not tell apart: middle names, generations and units
are left to the comparison of the few that are read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address
from comity.match.arrays import Places, highest, is_among, is_new, sorted_once
from comity.match.compare import AskedNumber, Question, Scale
from comity.match.dates import FIRST_YEAR, Birth, is_default
from comity.match.name_levels import Term
from comity.match.packed import (
    NUMBER_BITS,
    PAYLOAD,
    PAYLOAD_BITS,
    SEX_BITS,
    WordKind,
    building_payload,
    form_payloads,
    street_payload,
)
from comity.match.seek import Sought
from comity.match.traits import NUMBER_FIELDS
from comity.match.vocabulary import Numbers

BIRTH_LEVELS = (
    "exact", "january-exact", "swapped", "typo", "year-month", "year", "january", "january-typo", "near", "different",
)  # fmt: skip
_LEVEL = {level: place for place, level in enumerate(BIRTH_LEVELS)}
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


_POWERS = 10 ** np.arange(7, -1, -1)  # of the digits of a date
_JOINED = ((WordKind.JOINED_SURNAME, WordKind.SURNAME), (WordKind.JOINED_GIVEN, WordKind.GIVEN))


class Column(NamedTuple):
    """Words of one sort: whose each is, in order, what it holds, and the place of each owner's first."""

    owners: Places
    payload: NDArray[np.int64]
    first: Places

    def best(self, values: Floats, owners: int) -> Floats:
        """For each of so many owners the best of the values of its words; 0 where it has none."""
        if len(self.first) == owners:  # each has some, and they come in order
            return highest(values, self.first) if owners else np.zeros(0)
        found = np.zeros(owners)
        if len(self.first):
            found[self.owners[self.first]] = highest(values, self.first)
        return found


class Rows(NamedTuple):
    """Packed traits of several people, their words sorted by kind.

    `order` has the places of the words by kind, those of one kind as they stand, joined names with the single ones;
    `ends` says where the kinds begin and end in it. `owners` and `name_of` tell of every word whose it is, and after
    which name of all it stands.
    """

    people: int
    words: Numbers
    order: Places
    ends: tuple[int, ...]
    owners: Places
    name_of: Places

    def column(self, kind: WordKind) -> Column:
        """The words of one kind. Those of a name belong to the name, all others to the person."""
        at = self.order[self.ends[kind] : self.ends[kind + 1]]
        owners = self.name_of if kind in (WordKind.SURNAME, WordKind.GIVEN) else self.owners
        return column_of(owners[at], (self.words[at] & np.uint32(PAYLOAD)).astype(np.int64))


def column_of(owners: Places, payload: NDArray[np.int64]) -> Column:
    """A column of words in the order of their owners."""
    return Column(owners, payload, np.flatnonzero(is_new(owners)))


def read_rows(words: Numbers, counts: NDArray[Any]) -> Rows:
    """Sort the packed words of people. `counts` are the words of each person, at least one."""
    kinds = (words >> np.uint32(PAYLOAD_BITS)).astype(np.uint8)
    for joined, single in _JOINED:  # by arithmetic on bytes, a tenth of the time of choosing them
        kinds -= (kinds == joined).view(np.uint8) * np.uint8(joined - single)
    order = np.argsort(kinds, kind="stable")
    ends = kinds[order].searchsorted(np.arange(max(WordKind) + 2, dtype=np.uint8)).tolist()
    names = order[ends[WordKind.NAME] : ends[WordKind.NAME + 1]]
    return Rows(
        people=len(counts),
        words=words,
        order=order,
        ends=tuple(ends),
        owners=np.repeat(np.arange(len(counts)), counts),
        name_of=np.repeat(np.arange(-1, len(names)), np.diff(names, prepend=0, append=len(words))),
    )


def weigh_rows(rows: Rows, question: Question, sought: Sequence[Sought], scale: Scale, most: int) -> Floats:
    """What each person's traits weigh, in millinats. A trait that is not there weighs nothing.

    Exact for the `most` who weigh most. Of the others some may be said to weigh more than they do, but never more than
    any of those: what comes off for relatives is reckoned only where it matters.
    """
    weights = _weigh_names(rows, question, sought, scale)
    if question.birth is not None:
        weights["birth-date"] = _weigh_birth(rows, question.birth, scale)
    if question.sex in ("F", "M"):
        weights["sex"] = _weigh_sex(rows, question.sex, scale)
    if question.address is not None:
        weights["address"] = _weigh_address(rows, question, question.address, scale)
    for number in question.numbers:
        weights[number.field] = weights.get(number.field, 0.0) + _weigh_number(rows, number, scale)
    total = np.zeros(rows.people)
    for part in weights.values():
        total += part
    if question.names:
        _take_off(total, weights, scale, most)
    return total


def _take_off(total: Floats, weights: Mapping[str, Floats], scale: Scale, most: int) -> None:
    """Take off what relatives have in common, of everybody who can be among the best.

    It adds to nobody: who has less without it than the last of the best has with it stays behind.
    """
    near = np.arange(len(total))
    if len(total) > 2 * most:
        best = np.argpartition(total, -most)[-most:]
        least = np.min(total[best] + scale.families(_of(weights, best)))
        near = np.flatnonzero(total >= least)
    total[near] += scale.families(_of(weights, near))


def _of(weights: Mapping[str, Floats], people: Places) -> dict[str, Floats]:
    return {part: values[people] for part, values in weights.items()}


def _weigh_names(rows: Rows, question: Question, sought: Sequence[Sought], scale: Scale) -> dict[str, Floats]:
    """Of every held name against every asked one the best, either way round: surname, given name and choices made.

    The other way round both parts must be alike, but for who gives one name only, and for whom neither part is alike as
    written: of these one part is enough.
    """
    names = rows.column(WordKind.NAME)
    size = len(names.owners)
    if not size or not question.names:
        return {"surname": np.zeros(rows.people)}
    families, givens = rows.column(WordKind.SURNAME), rows.column(WordKind.GIVEN)
    other, swapped = scale.weigh(Term("alias", "other")), scale.weigh(Term("order", "swapped"))
    further = np.full(size, float(other))
    further[names.first] = 0.0
    surname, given, choice = np.empty((3, 2 * len(sought), size))
    for place, (name, one) in enumerate(zip(question.names, sought, strict=True)):
        straight, turned = 2 * place, 2 * place + 1
        surname[straight] = families.best(one.surname.of(families.payload), size)
        given[straight] = givens.best(one.given.of(givens.payload), size)
        choice[straight] = other if place else further
        surname[turned] = givens.best(one.surname.of(givens.payload), size)
        given[turned] = families.best(one.given.of(families.payload), size)
        choice[turned] = choice[straight] + swapped
        if any(len(word) > 1 for word in name.givens):
            both = slice(straight, turned + 1)
            choice[turned, ~_may_be_turned(surname[both], given[both], one)] = -np.inf
    whole = surname + given + choice
    best = np.argmax(whole, axis=0), np.arange(size)
    first = _first_highest(names, whole[best], rows.people)
    found = {"surname": surname[best], "given": given[best], "choice": choice[best]}
    return {part: np.where(first < 0, 0.0, values[first]) for part, values in found.items()}


def _may_be_turned(surname: Floats, given: Floats, sought: Sought) -> Bools:
    """Who is read the other way round, as `name_levels` does: rows are what parts weigh as written and the other way.

    One part alone weighs here as common as it is in the asker's place for it, there as in the record's; and here a word
    is the same name that weighs as much as one.
    """
    unlike, others = surname <= sought.surname.different, given <= sought.given.different
    turned: Bools = ~(unlike[1] | others[1])
    half = np.flatnonzero((unlike[1] ^ others[1]) & unlike[0] & others[0])
    turned[half] = (surname[1, half] >= sought.surname.least_strong) | (
        given[1, half] >= sought.given.least_strong
    )
    return turned


def _first_highest(column: Column, values: Floats, owners: int) -> Places:
    """For each of so many owners the place of the first of its words with its highest value; -1 where it has none."""
    found = np.full(owners, -1, dtype=np.int64)
    counts = np.diff(column.first, append=len(values))
    hits = np.flatnonzero(values == np.repeat(highest(values, column.first), counts))
    found[column.owners[hits[::-1]]] = hits[::-1]
    return found


def _weigh_birth(rows: Rows, birth: Birth, scale: Scale) -> Floats:
    held = rows.column(WordKind.BIRTH)
    table = np.array([scale.weigh(Term("birth-date", level)) for level in BIRTH_LEVELS], dtype=np.float64)
    return held.best(table[birth_levels(held.payload, birth)], rows.people)


def birth_levels(payload: NDArray[np.int64], birth: Birth) -> NDArray[np.int8]:
    """`dates.compare_births` of many packed dates with one, as places in `BIRTH_LEVELS`."""
    year, month, day = (payload >> 9) + FIRST_YEAR, payload >> 5 & 15, payload & 31
    levels = np.full(len(payload), _LEVEL["different"], dtype=np.int8)
    if birth.day:
        same_year, same_month, same_day = year == birth.year, month == birth.month, day == birth.day
        turned = same_year & (month == birth.day) & (day == birth.month)
        default = (month == 1) & (day == 1)
        same = same_year.astype(np.int8) + same_month + same_day
        levels[same == 2] = _LEVEL["near"]
        some = np.flatnonzero(same)  # few have anything in common with the date
        levels[some[_are_slips(year[some], month[some], day[some], birth)]] = _LEVEL["typo"]
        if is_default(birth):
            levels[default & (levels == _LEVEL["near"])] = _LEVEL["different"]
            levels[default & (levels == _LEVEL["typo"])] = _LEVEL["january-typo"]
        levels[same_year & (default | is_default(birth))] = _LEVEL["january"]
        levels[turned] = _LEVEL["swapped"]
        levels[same == 3] = _LEVEL["january-exact" if is_default(birth) else "exact"]
    partial = np.flatnonzero(day == 0) if birth.day else np.arange(len(payload))
    levels[partial] = _partial_levels(year[partial], month[partial], day[partial], birth)
    return levels


def _are_slips(year: Places, month: Places, day: Places, birth: Birth) -> NDArray[np.bool_]:
    """`dates.is_slip` of many whole dates with one: whether they are among the numbers a slip away from it."""
    held = year * 10_000 + month * 100 + day
    ours = birth.year * 10_000 + birth.month * 100 + birth.day
    digits = ours // _POWERS % 10
    changed = ours + (np.arange(10)[:, None] - digits) * _POWERS
    exchanged = ours + np.diff(digits) * (_POWERS[:-1] - _POWERS[1:])
    slips = sorted_once(np.concatenate([changed.ravel(), exchanged]))
    places = slips.searchsorted(held)
    found: NDArray[np.bool_] = (slips.take(places, mode="clip") == held) & (held != ours)
    return found


def _partial_levels(year: Places, month: Places, day: Places, birth: Birth) -> Places:
    """The same where the day of either date is not known."""
    first = (month == 1) & (day == 1)
    same_year = np.full(len(year), _LEVEL["year"])
    if birth.month:
        unlike = np.where(first | is_default(birth), _LEVEL["january"], _LEVEL["near"])
        given = np.where(month == birth.month, _LEVEL["year-month"], unlike)
        same_year = np.where(month > 0, given, same_year)
    other_year = np.where(np.abs(year - birth.year) == 1, _LEVEL["near"], _LEVEL["different"])
    return np.where(year == birth.year, same_year, other_year)


def _weigh_sex(rows: Rows, sex: str, scale: Scale) -> Floats:
    held = rows.column(WordKind.CLASS).payload
    agree, differ = scale.weigh(Term("sex", "agree")), scale.weigh(Term("sex", "disagree"))
    same, other = (held & SEX_BITS[one] > 0 for one in (sex, "M" if sex == "F" else "F"))
    return np.where(same & other, max(agree, differ), np.where(same, agree, np.where(other, differ, 0.0)))


def _weigh_address(rows: Rows, question: Question, address: Address, scale: Scale) -> Floats:
    exact, along, far = (
        float(scale.weigh(scale.address_term(level, address))) for level in ("exact", "street", "different")
    )
    buildings = [building_payload(at, address) for at in question.address_fields_at]
    streets = [street_payload(at, address) for at in question.address_fields_at]
    same, near = (
        held.best(np.where(is_among(held.payload, wanted), weight, far), rows.people)
        for held, wanted, weight in (
            (rows.column(WordKind.BUILDING), buildings, exact),
            (rows.column(WordKind.STREET), streets, along),
        )
    )
    return np.where(same > 0, same, near)


def _weigh_number(rows: Rows, number: AskedNumber, scale: Scale) -> Floats:
    at, held = NUMBER_FIELDS.index(number.field), rows.column(WordKind.NUMBER)
    here = np.flatnonzero(held.payload >> NUMBER_BITS == at)
    ours = column_of(held.owners[here], held.payload[here])
    exact = is_among(ours.payload, form_payloads(at, number.forms))
    slip = np.isin(ours.payload, form_payloads(at, number.slips))
    different = scale.weigh(Term(number.field, "different"))
    typo = scale.weigh(Term(number.field, "typo")) if len(number.slips) else different
    values = np.where(exact, scale.weigh(Term(number.field, "exact")), np.where(slip, typo, different))
    return ours.best(values.astype(np.float64), rows.people)
