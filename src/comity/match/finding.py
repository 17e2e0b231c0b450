"""Whether a question can find anybody, and whether it finds one person by given values alone.

`search` finds people through an index in which closed values stand too. `finds` asks the same of one person's open
values: two words near each other, a date the same or a slip away with a first letter, an address, a number. Whoever
is found only through a closed value, or only through the names of other people, is not found.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from comity.match.compare import Question
from comity.match.dates import slip_variants
from comity.match.keys import address_key, is_telling
from comity.match.names import Name
from comity.match.tokens import compare_tokens
from comity.match.traits import NUMBER_FIELDS, Traits, given_words, initials, surname_words


def can_find(question: Question) -> bool:
    """Whether a question holds anything people are looked up by: both parts of a name, a date, an address, a number."""
    named = any(name.givens or name.wild_given for name in question.names)
    dated = question.birth is not None and (bool(question.names) or is_telling(question.birth))
    housed = question.address is not None and any(
        address_key(at, question.address) for at in question.address_fields_at
    )
    return named or dated or housed or any(number.forms for number in question.numbers)


class Finder:
    """Asks one question of many people's open values; remembers word pairs for that question only."""

    def __init__(self, question: Question) -> None:
        self._question = question
        self._near: dict[tuple[str, str], bool] = {}

    def finds(self, traits: Traits) -> bool:
        """Whether these traits alone would have led to the person."""
        return (
            self._by_number(traits) or self._by_address(traits) or self._by_date(traits) or self._by_name(traits)
        )

    def _by_number(self, traits: Traits) -> bool:
        for number in self._question.numbers:
            at = NUMBER_FIELDS.index(number.field)
            wanted = {*number.forms, *number.slips}
            if any(form in wanted for field, forms in traits.numbers if field == at for form in forms):
                return True
        return False

    def _by_address(self, traits: Traits) -> bool:
        asked = self._question.address
        if asked is None:
            return False
        wanted = {address_key(at, asked) for at in self._question.address_fields_at} - {0}
        return any(address_key(at, held) in wanted for at, held in traits.addresses)

    def _by_date(self, traits: Traits) -> bool:
        birth = self._question.birth
        if birth is None:
            return False
        if any(held in self._exact_dates for held in traits.births):
            return True
        slipped = any(held == birth or held in self._slips for held in traits.births if held.day)
        year = any(held.year == birth.year for held in traits.births)
        if not slipped and not year:
            return False
        for asked in self._question.names:
            words = (*surname_words(asked), *given_words(asked))
            for _, held in self._open_names(traits):
                if slipped and set(initials(asked)) & set(initials(held)):
                    return True
                if year and self._any_near(words, surname_words(held), (asked.wild_surname, asked.wild_given)):
                    return True
        return False

    @cached_property
    def _slips(self) -> frozenset[object]:
        birth = self._question.birth
        return frozenset(slip_variants(birth)) if birth is not None else frozenset()

    @cached_property
    def _exact_dates(self) -> frozenset[object]:
        birth = self._question.birth
        if birth is None or not birth.day:
            return frozenset()
        turned = birth._replace(month=birth.day, day=birth.month)
        return frozenset(one for one in (birth, turned) if is_telling(one) and one.month <= 12)

    def _by_name(self, traits: Traits) -> bool:
        return any(
            self._both_near(asked, held) for asked in self._question.names for _, held in self._open_names(traits)
        )

    def _open_names(self, traits: Traits) -> list[tuple[int, Name]]:
        return [named for named in traits.names if named[0] in self._question.name_fields_at]

    def _both_near(self, asked: Name, held: Name) -> bool:
        family, given = surname_words(asked), given_words(asked)
        held_family, held_given = surname_words(held), given_words(held)
        straight = self._any_near(family, held_family, (asked.wild_surname,)) and self._any_near(
            given, held_given, (asked.wild_given,)
        )
        return straight or (
            self._any_near(family, held_given, (asked.wild_surname,))
            and self._any_near(given, held_family, (asked.wild_given,))
        )

    def _any_near(self, ones: Iterable[str], others: Iterable[str], beginnings: Iterable[str]) -> bool:
        others = tuple(others)
        begun = tuple(one for one in beginnings if one)
        if begun and any(other.startswith(begun) for other in others):
            return True
        return any(self._is_near(one, other) for one in ones for other in others)

    def _is_near(self, one: str, other: str) -> bool:
        if one == other:
            return True
        known = self._near.get((one, other))
        if known is None:
            known = self._near[one, other] = compare_tokens(one, other) != "different"
        return known


__all__ = ["Finder", "can_find"]
