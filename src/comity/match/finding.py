"""Whether a question can find anybody, and whether it finds one person by given values alone.

`search` finds people through an index in which closed values stand too. `finds` asks the same of one person's open
values: what a file would find that held nothing but them. Whoever is found only through a closed value, or only
through the names of other people, is not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from comity.match.compare import Question, Scale
from comity.match.keys import address_key, is_telling, places, street_keys
from comity.match.names import Name
from comity.match.nearness import is_near
from comity.match.phonetics import skeleton
from comity.match.rarity import rare_words
from comity.match.traits import (
    MOST_GIVENS,
    MOST_SURNAMES,
    NUMBER_FIELDS,
    Traits,
    given_words,
    initials,
    sounds,
    spelt_words,
    surname_words,
)


def can_find(question: Question) -> bool:
    """Whether a question holds anything people are looked up by: both parts of a name, a date, an address, a number."""
    named = any(name.givens or name.wild_given for name in question.names)
    dated = question.birth is not None and (bool(question.names) or is_telling(question.birth))
    housed = question.address is not None and any(
        address_key(at, question.address) for at in question.address_fields_at
    )
    return named or dated or housed or any(number.forms for number in question.numbers)


class _Part(NamedTuple):
    """The family or given name asked for: words that others may be near, words taken as they are, a beginning."""

    near: tuple[str, ...]
    exact: tuple[str, ...] = ()
    beginning: str = ""


def _asked_surname(name: Name) -> _Part:
    return _Part((), beginning=name.wild_surname) if name.wild_surname else _Part(surname_words(name))


def _asked_given(name: Name) -> _Part:
    """Of several given names the first, and all joined, may be misspelt; the others are taken as they are."""
    if name.wild_given:
        return _Part((), beginning=name.wild_given)
    listed = [word for word in given_words(name) if len(word) > 1]
    leading = (*name.givens[:1], name.joined_given)
    return _Part(
        tuple([word for word in listed if word in leading]),
        tuple([word for word in listed if word not in leading]),
    )


class Finder:
    """Asks one question of many people's open values; remembers word pairs for that question only.

    `fields` are those that can lead to anybody: no other need be read.
    """

    def __init__(self, question: Question, scale: Scale) -> None:
        self.question, self._scale = question, scale
        self.fields = frozenset(
            [*question.name_fields, *question.address_fields, *(number.field for number in question.numbers)]
            + ["birth-date"] * (question.birth is not None)
        )
        self._rare = frozenset(word for name in question.names for word in rare_words(name, scale))
        self._parts = [(_asked_surname(name), _asked_given(name), initials(name)) for name in question.names]
        self._near: dict[tuple[str, str], bool] = {}

    def finds(self, traits: Traits) -> bool:
        """Whether these traits alone would have led to the person."""
        return (
            self._by_number(traits) or self._by_address(traits) or self._by_date(traits) or self._by_name(traits)
        )

    def _by_number(self, traits: Traits) -> bool:
        for number in self.question.numbers:
            at = NUMBER_FIELDS.index(number.field)
            wanted = {*number.forms, *number.slips}
            if any(form in wanted for field, forms in traits.numbers if field == at for form in forms):
                return True
        return False

    def _by_address(self, traits: Traits) -> bool:
        return bool(self._address_keys) and any(
            address_key(at, held) in self._address_keys
            or not self._address_keys.isdisjoint(street_keys(at, held, places(held)))
            for at, held in traits.addresses
        )

    def _by_date(self, traits: Traits) -> bool:
        """By the date itself, or by one a slip away together with the letter a name begins with."""
        if any(held in self._exact_dates for held in traits.births):
            return True
        if not any(held in self._slips for held in traits.births):
            return False
        return any(
            not set(first).isdisjoint(initials(held))
            for _, _, first in self._parts
            for held in self._open_names(traits)
        )

    @cached_property
    def _address_keys(self) -> frozenset[int]:
        asked = self.question.address
        if asked is None:
            return frozenset()
        fields = self.question.address_fields_at
        streets = (
            [key for at in fields for key in street_keys(at, asked, places(asked))] if self.question.names else []
        )
        return frozenset([address_key(at, asked) for at in fields] + streets) - {0}

    @cached_property
    def _slips(self) -> frozenset[object]:
        """The asked date, where it is whole, and every one a slip away."""
        birth = self.question.birth
        return frozenset((birth, *self._scale.slips(birth))) if birth is not None and birth.day else frozenset()

    @cached_property
    def _exact_dates(self) -> frozenset[object]:
        birth = self.question.birth
        if birth is None or not birth.day:
            return frozenset()
        turned = birth._replace(month=birth.day, day=birth.month)
        return frozenset(one for one in (birth, turned) if is_telling(one) and one.month <= 12)

    def _by_name(self, traits: Traits) -> bool:
        """By a rare word, by both parts of a name, by one with the year of birth, or by the family name with a place."""
        names = self._open_names(traits)
        if not names or not self._parts:
            return False
        if any(not self._rare.isdisjoint(spelt_words(held)) for held in names):
            return True
        birth = self.question.birth
        same_year = birth is not None and any(held.year == birth.year for held in traits.births)
        same_place = self._is_same_place(traits)
        words = _words(names)
        for surname, given, _ in self._parts:
            family, first = self._sounds_near(surname, words), self._sounds_near(given, words)
            for held in names:
                surnames, givens = set(sounds(surname_words(held))), set(sounds(given_words(held)))
                if (family & surnames and first & givens) or (family & givens and first & surnames):
                    return True
                if (same_year and (family | first) & surnames) or (same_place and family & surnames):
                    return True
        return False

    def _is_same_place(self, traits: Traits) -> bool:
        asked = self.question.address
        if asked is None:
            return False
        here, fields = places(asked), self.question.address_fields_at
        return any(at in fields and not set(here).isdisjoint(places(held)) for at, held in traits.addresses)

    def _open_names(self, traits: Traits) -> list[Name]:
        return [name for at, name in traits.names if at in self.question.name_fields_at]

    def _sounds_near(self, asked: _Part, words: Iterable[str]) -> set[str]:
        """The sounds of those words that are near what is asked."""
        return {skeleton(word) for word in words if self._is_meant(asked, word)}

    def _is_meant(self, asked: _Part, word: str) -> bool:
        if asked.beginning:
            return word.startswith(asked.beginning)
        return word in asked.exact or any(self._is_near(one, word) for one in asked.near)

    def _is_near(self, one: str, other: str) -> bool:
        known = self._near.get((one, other))
        if known is None:
            known = self._near[one, other] = is_near(one, other)
        return known


def _words(names: Sequence[Name]) -> frozenset[str]:
    """The words that a file lists of some names, as `packed` packs them."""
    return frozenset(
        word
        for name in names
        for word in (
            *name.surnames[:MOST_SURNAMES], name.joined_surname, *name.givens[:MOST_GIVENS], name.joined_given,
        )
        if word
    )  # fmt: skip


__all__ = ["Finder", "can_find"]
