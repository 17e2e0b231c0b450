"""Which of one owner's records tell of one person: the rule of `match.relation`, with its reasons in sentences.

Two records are proposed as one person when their names are compatible, a second identifier agrees and nothing clearly
conflicts. What the owner declared comes first: persons stay together, and who was declared two people stays apart. The
sentences name what agrees and differs and never a value, because they are kept with the act.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import NamedTuple

from msgspec.structs import replace

from comity.errors import NounError
from comity.match.grouping import DECLARED, DECLARED_APART, Grouping, Pair, Person, in_order
from comity.match.join import join_ranked, relate_all
from comity.match.relation import (
    ALIKE,
    COMPATIBLE,
    JOINED,
    STRONG,
    Reading,
    Relation,
    read_values,
    strength_of,
    weigh,
)
from comity.model.person_act import MOST_REASONS, Appearance, PairReason
from comity.model.record import PersonInRecord, Record

MOST_WEIGHED = 120  # appearances weighed with each other at once: 7,140 pairs, about a second

_NAMES = {
    0: "the names differ",
    ALIKE: "the names are alike by sound or look only",
    COMPATIBLE: "the names are compatible",
    STRONG: "the names are the same or forms of one name",
}
_BIRTHS = {
    "exact": "the birth dates are the same",
    "swapped": "the birth dates differ as if day and month were swapped",
    "typo": "the birth dates differ by one digit or two exchanged digits",
    "january-exact": "both birth dates are the first of January of one year, which often stands for an unknown day",
    "year-month": "year and month of birth are the same; a day is not given on both sides",
    "year": "the year of birth is the same; month or day is not given on both sides",
    "january": "the year of birth is the same; one date is 1 January, which often stands for an unknown day",
    "january-typo": "both birth dates are 1 January, which often stands for an unknown day; the years differ by a slip",
    "near": "the birth dates share two parts and differ in the third",
    "different": "the birth dates differ",
}
NO_SECOND = "no second identifier agrees: no whole birth date and no identifying number"
NOT_ENOUGH = "a birth date alone ties only names that are the same, and nobody whose sex differs"
ALIKE_ONLY = "names that are alike by sound or look only tie nobody, whatever number agrees"
PARTED = "the owner declared them two people"
ELSEWHERE = "one of the two fits a record of somebody else as well; look which it belongs to"


class Weighed(NamedTuple):
    """Appearances joined as far as they tell: the persons, why, and what keeps apart those that stay apart."""

    persons: tuple[Person, ...]
    reasons: tuple[PairReason, ...]
    against: tuple[PairReason, ...]


class Proposal(NamedTuple):
    """Appearances that tell of one person and are not yet one, with the reasons."""

    people: Person
    reasons: tuple[PairReason, ...]


def read_appearance(record: Record, person: PersonInRecord) -> Reading:
    """The identifying values of one person in one record, all of them: the owner reads its own file."""
    values: dict[str, tuple[str, ...]] = {}
    for field in (*person.fields, *record.fields):
        values[field.name] = (*values.get(field.name, ()), field.value)
    return read_values(record.owner, values)


def propose(readings: Mapping[Appearance, Reading], standing: Grouping) -> tuple[Proposal, ...]:
    """What the readings propose beyond the persons that stand; the order of the readings does not matter."""
    weighed = weigh_together(readings, standing)
    return tuple(
        Proposal(person, tuple(one for one in weighed.reasons if one.one in person))
        for person in weighed.persons
        if len(person) > len(set(standing.person_of(person[0])) & set(person))
    )


def weigh_together(readings: Mapping[Appearance, Reading], standing: Grouping) -> Weighed:
    """Join appearances from the strongest relation down, never across a conflict, beginning with what stands.

    Raises NounError for more than `MOST_WEIGHED` of them.
    """
    if len(readings) > MOST_WEIGHED:
        raise NounError(f"more than {MOST_WEIGHED} records cannot be weighed together; name fewer")
    relations = relate_all(readings, _declared(readings, standing))
    persons, links = join_ranked(readings, relations)
    used = [pair for pair in links if relations[pair] < DECLARED]
    return Weighed(
        persons=persons,
        reasons=tuple(_joining(pair, persons, relations, readings) for pair in used),
        against=_against(persons, relations, readings, standing),
    )


def _declared(readings: Mapping[Appearance, Reading], standing: Grouping) -> dict[Pair, int]:
    pairs = combinations(sorted(readings), 2)
    return {pair: told for pair in pairs if (told := standing.relation(*pair)) is not None}


def _joining(
    pair: Pair, persons: tuple[Person, ...], relations: Mapping[Pair, int], readings: Mapping[Appearance, Reading]
) -> PairReason:
    """Why two are joined. Whoever is tied as strongly and is not in the person conflicts with it: that is said."""
    told = _reason(pair, readings, speaks_for=True)
    person = next(person for person in persons if pair[0] in person)
    strangers = [one for one in readings if one not in person]
    if not any(relations[in_order(one, member)] >= relations[pair] for one in strangers for member in pair):
        return told
    return replace(told, sentences=(*told.sentences, ELSEWHERE))


def _against(
    persons: tuple[Person, ...],
    relations: Mapping[Pair, int],
    readings: Mapping[Appearance, Reading],
    standing: Grouping,
) -> tuple[PairReason, ...]:
    """For every two persons that stay two: the pairs that conflict, or that nothing but the name ties them."""
    found: list[PairReason] = []
    for ones, others in combinations(persons, 2):
        pairs = [(min(a, b), max(a, b)) for a in ones for b in others]
        conflicts = [pair for pair in pairs if relations[pair] < 0]
        found += [_conflict(pair, readings, standing) for pair in conflicts]
        if not conflicts:
            found.append(_reason(pairs[0], readings, speaks_for=False))
    return tuple(found[:MOST_REASONS])


def _conflict(pair: Pair, readings: Mapping[Appearance, Reading], standing: Grouping) -> PairReason:
    told = _reason(pair, readings, speaks_for=False)
    if standing.relation(*pair) != DECLARED_APART:
        return told
    return replace(told, sentences=(PARTED, *told.sentences))


def _reason(pair: Pair, readings: Mapping[Appearance, Reading], *, speaks_for: bool) -> PairReason:
    one, other = pair
    relation = weigh(readings[one], readings[other])
    sentences = tell_relation(relation)
    if not speaks_for and 0 <= strength_of(relation) < JOINED:
        sentences = (*sentences, _lack(relation))
    return PairReason(one=one, other=other, speaks_for=speaks_for, sentences=sentences)


def _lack(found: Relation) -> str:
    """What two records that do not conflict lack to be one person."""
    if found.exact:
        return ALIKE_ONLY  # else a number would have joined them
    return NOT_ENOUGH if found.birth == "exact" else NO_SECOND


def tell_relation(found: Relation) -> tuple[str, ...]:
    """What two records agree and differ on, one sentence each; never a value."""
    told = [_NAMES[found.fit] if found.named else "one of the two has no name to compare"]
    if found.birth in _BIRTHS:
        told.append(_BIRTHS[found.birth])
    told += [f"the numbers are the same: {field}" for field in found.exact]
    told += [f"the numbers differ: {field}" for field in found.conflicts]
    if found.sexes_differ:
        told.append("the sexes differ")
    return tuple(told)
