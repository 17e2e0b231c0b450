"""Joining released records of several owners into people, for the asker; conflicts stay visible.

Which two records are one person says `match/relation.py`, who is joined by it `match/join.py`. A record that fits two
people who conflict, and neither better, is joined to none of them. What an owner declared of two of its own items
stands.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations

from comity.errors import NounError
from comity.match.addresses import AGREE_LEVELS, compare_addresses, read_address
from comity.match.dates import AGREEING_BIRTHS, compare_births, read_birth
from comity.match.fold import words
from comity.match.identifiers import IDENTIFIER_FIELDS, compare_numbers, forms, is_placeholder
from comity.match.join import NOTHING_SAID, Declared, join_all, relate_all
from comity.match.name_levels import NameJudge
from comity.match.relation import ALIKE, MOST_VALUES, Reading, fit_of, read_values
from comity.model.base import Noun
from comity.model.outcome import Conflict, HeldValue

MOST_ITEMS = 400  # 20 sources with 20 items each; the pairs are compared one by one
COMPARED_FIELDS = ("name", "birth-date", "sex", *IDENTIFIER_FIELDS, "home-address", "birthplace", "status")


class GroupInput(Noun, frozen=True, kw_only=True):
    """One released item: `key` unique within the question, the owner, its day, and the values released by field.

    `borne` holds numbers of the question which the owner said the record bears, though it did not release them: they
    tie records together and are never shown as the record's.
    """

    key: str
    owner: str
    as_of: date
    values: Mapping[str, tuple[str, ...]]
    borne: Mapping[str, str] = {}

    @property
    def compared(self) -> dict[str, tuple[str, ...]]:
        """All values this record is compared by."""
        told = {field: (number,) for field, number in self.borne.items() if not self.values.get(field)}
        return {**self.values, **told}


class PersonGroup(Noun, frozen=True, kw_only=True):
    """Items that are one person, as far as they tell.

    `agree` names fields on which every item that has them agrees; `disagree` gives, for each other field, the
    values with their owners and days, unresolved.
    """

    keys: tuple[str, ...]
    agree: tuple[str, ...]
    disagree: tuple[Conflict, ...]


def read_items(items: Sequence[GroupInput]) -> dict[str, Reading]:
    """What each item tells, by key; a name that several owners give is read once."""
    read = NameJudge.of_levels().read
    return {item.key: read_values(item.owner, item.compared, read) for item in items}


def group_people(
    items: Sequence[GroupInput],
    declared: Declared = NOTHING_SAID,
    readings: Mapping[str, Reading] | None = None,
) -> tuple[PersonGroup, ...]:
    """Join items into people. The result does not depend on the order of the items.

    What an owner `declared` of two of its own items stands, whatever they tell; what they differ on is still shown.
    `readings` are those of `read_items`, for whoever has them.

    Raises NounError for two items with one key or more than `MOST_ITEMS` items.
    """
    if len(items) > MOST_ITEMS:
        raise NounError(f"more than {MOST_ITEMS} items cannot be grouped; narrow the question")
    by_key = {item.key: item for item in items}
    if len(by_key) != len(items):
        raise NounError("two items have one key; keys are unique within a question")
    joined = join_all(tuple(by_key), relate_all(readings or read_items(items), declared))
    return tuple(show_group(tuple(by_key[key] for key in keys)) for keys in joined)


def show_group(items: tuple[GroupInput, ...]) -> PersonGroup:
    """Items with what they agree on and what they do not."""
    agree, disagree, judge = [], [], NameJudge.of_levels()
    compared = [item.compared for item in items]
    for field in COMPARED_FIELDS:
        held = Counter(values for one in compared if (values := _telling(field, one)))
        if held.total() < 2:
            continue
        # Owners who say the same are compared once, with themselves: what cannot be read agrees with nothing.
        pairs = [*combinations(held, 2), *((values, values) for values, count in held.items() if count > 1)]
        if all(_values_agree(field, a, b, judge) for a, b in pairs):
            agree.append(field)
        else:
            disagree.append(Conflict(field=field, values=_shown(field, items)))
    return PersonGroup(keys=tuple(item.key for item in items), agree=tuple(agree), disagree=tuple(disagree))


def _shown(field: str, items: tuple[GroupInput, ...]) -> tuple[HeldValue, ...]:
    """Released values by owner, each once with the latest day as of which its owner says so."""
    latest: dict[tuple[str, str], date] = {}
    for item in items:
        for value in _telling(field, item.values):
            key = (item.owner, value)
            latest[key] = max(item.as_of, latest.get(key, item.as_of))
    return tuple(HeldValue(owner=owner, value=value, as_of=day) for (owner, value), day in sorted(latest.items()))


def _telling(field: str, values: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The values of a field that can agree or differ: a number never issued to one person can do neither."""
    held = values.get(field, ())[:MOST_VALUES]
    if field not in IDENTIFIER_FIELDS:
        return held
    return tuple(one for one in held if not all(is_placeholder(field, form) for form in forms(field, one)))


def _values_agree(field: str, ones: tuple[str, ...], others: tuple[str, ...], judge: NameJudge) -> bool:
    pairs = [(a, b) for a in ones for b in others]
    if field == "name":
        return any(fit_of(judge.terms(judge.read(a), judge.read(b))) > ALIKE for a, b in pairs)
    if field == "birth-date":
        read = ((read_birth(a), read_birth(b)) for a, b in pairs)
        return any(a is not None and b is not None and compare_births(a, b) in AGREEING_BIRTHS for a, b in read)
    if field in IDENTIFIER_FIELDS:
        return any(compare_numbers(field, a, b) == "exact" for a, b in pairs)
    if field == "home-address":
        return any(compare_addresses(read_address(a), read_address(b)) in AGREE_LEVELS for a, b in pairs)
    return any(words(a) == words(b) for a, b in pairs)
