"""What a question looks for in one segment: the keys, and what every word of the vocabulary weighs as its name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.arrays import distinct
from comity.match.compare import Question, Scale
from comity.match.dates import Birth
from comity.match.hashes import text_hashes
from comity.match.keys import (
    Keys,
    address_key,
    birth_number,
    date_keys,
    form_keys,
    initial_keys,
    is_telling,
    pair_keys,
    place_keys,
    places,
    street_keys,
    word_keys,
    year_keys,
)
from comity.match.name_levels import STRONG_LEVELS, Term
from comity.match.names import Name
from comity.match.nearness import ALIKE, Near, find_exact
from comity.match.rarity import rare_words
from comity.match.traits import NUMBER_FIELDS, given_words, initials, surname_words
from comity.match.vocabulary import Numbers, Vocabulary

MOST_CODES = 48  # sounds asked for one part of a name: its own and those a slip away
MOST_CROSSED = 12  # of these, how many are paired where both parts have slips
MOST_WILD = 2  # sounds of the other part that are paired with everything


class Weighed:
    """What every word of a vocabulary weighs (millinats) as one part of an asked name.

    A word has the place of its weight in a short table: nearly all have the first, `different`, and are never written.
    """

    __slots__ = ("_places", "_table", "least_strong")

    def __init__(self, size: int, different: int) -> None:
        self._places = np.zeros(size, dtype=np.uint8)
        self._table = np.array([different], dtype=np.float64)
        self.least_strong = np.inf
        """The least that a word weighs which is the same name (`name_levels.STRONG_LEVELS`)."""

    @property
    def different(self) -> float:
        """What a word weighs that is not near."""
        return float(self._table[0])

    def raise_to(self, numbers: Numbers, weight: int) -> None:
        """Give words a weight where they have less."""
        self.raise_each(numbers, np.zeros(len(numbers), dtype=np.int8), (weight,))

    def raise_each(self, numbers: Numbers, at: NDArray[np.int8], weights: Sequence[int]) -> None:
        """Give words, each once, the weight at a place of `weights` where they have less."""
        places = at + np.uint8(len(self._table))
        self._table = np.concatenate([self._table, np.array(weights, dtype=np.float64)])
        lower = self._table[self._places[numbers]] < self._table[places]
        self._places[numbers[lower]] = places[lower]

    def of(self, numbers: NDArray[np.int64]) -> NDArray[np.float64]:
        """The weights of words."""
        return self._table[self._places[numbers]]


Ranked = list[tuple[int, int]]  # how far the nearest word of a sound is (place in `ALIKE`), and the sound's hash


class Sought(NamedTuple):
    """One asked name in one vocabulary: what each word weighs as its family and as its given name, the sounds near."""

    surname: Weighed
    given: Weighed
    surname_sounds: Ranked
    given_sounds: Ranked


class Sounds(NamedTuple):
    """The sounds one asked name is looked for by, the nearest first."""

    surname: Keys
    given: Keys


def seek(vocabulary: Vocabulary, name: Name, scale: Scale) -> Sought:
    """Weigh the words of a vocabulary against one asked name, and gather the sounds to look for."""
    surname = Weighed(vocabulary.size, scale.weigh(Term("surname", "different")) if name.surnames else 0)
    given = Weighed(vocabulary.size, scale.weigh(Term("given", "different")) if name.givens else 0)
    words = list(dict.fromkeys((*_near_surnames(name), *_near_givens(name))))
    near = dict(zip(words, scale.judge.find_near(vocabulary, words), strict=True))
    surname_sounds = _seek_surname(vocabulary, name, scale, surname, near)
    given_sounds = _seek_given(vocabulary, name, scale, given, near)
    return Sought(surname, given, surname_sounds, given_sounds)


def _near_surnames(name: Name) -> tuple[str, ...]:
    """The words of the asked family name that may be misspelt."""
    return () if name.wild_surname else surname_words(name)


def _near_givens(name: Name) -> tuple[str, ...]:
    """Of the asked given names the first and all joined, which alone may be misspelt."""
    return () if name.wild_given else tuple([word for word in given_words(name) if _is_leading(word, name)])


def _is_leading(word: str, name: Name) -> bool:
    return len(word) > 1 and word in (name.givens[0], name.joined_given)


def sounds_of(sought: Iterable[Sought]) -> Sounds:
    """The sounds of one asked name in all vocabularies of an index: the same for all, however the index is divided."""
    held = tuple(sought)
    return Sounds(_nearest(one.surname_sounds for one in held), _nearest(one.given_sounds for one in held))


def _nearest(ranked: Iterable[Ranked]) -> Keys:
    """Each sound once, those of the nearest words first, at most `MOST_CODES`."""
    merged = sorted({each for one in ranked for each in one})
    return np.array(list(dict.fromkeys([code for _, code in merged]))[:MOST_CODES], dtype=np.uint64)


def _seek_surname(
    vocabulary: Vocabulary, name: Name, scale: Scale, weights: Weighed, near: Mapping[str, Near]
) -> Ranked:
    if name.wild_surname:
        return _seek_beginning(vocabulary, name.wild_surname, scale.weigh(Term("surname", "prefix")), weights)
    places = 2 if len(name.surnames) > 1 else 1
    found = []
    for word in _near_surnames(name):
        found.append(_take(near[word], partial(_surname_weight, word, places=places, scale=scale), weights))
    return _ranked(vocabulary, found)


def _seek_given(
    vocabulary: Vocabulary, name: Name, scale: Scale, weights: Weighed, near: Mapping[str, Near]
) -> Ranked:
    if name.wild_given:
        return _seek_beginning(vocabulary, name.wild_given, scale.weigh(Term("given", "prefix")), weights)
    if not name.givens:
        return []
    first, initial = name.givens[0], scale.weigh(Term("given", "initial"))
    alone = vocabulary.beginning_with(first) if len(first) == 1 else vocabulary.numbers_of((first[0],))
    weights.raise_to(alone, initial)
    found = []
    for word in given_words(name):
        if len(word) > 1:
            strong = _is_leading(word, name)
            listed = _of_letters(near[word]) if strong else find_exact(vocabulary, word)
            found.append(
                _take(listed, partial(_given_weight, word, name=name, scale=scale), weights, strong=strong)
            )
    return _ranked(vocabulary, found)


def _of_letters(near: Near) -> Near:
    """Without words of one letter: as a given name that is an initial, though some are forms of a name (Oh and O)."""
    kept = [place for place, word in enumerate(near.words) if len(word) > 1]
    if len(kept) == len(near.words):
        return near
    return Near(near.numbers[kept], tuple([near.words[place] for place in kept]), near.places[kept])


def _surname_weight(word: str, level: str, places: int, scale: Scale) -> int:
    share = places * scale.judge.chance("surname", word, level)
    return scale.weigh(Term("surname", "part" if places == 2 and level == "exact" else level, share))


def _given_weight(word: str, level: str, name: Name, scale: Scale) -> int:
    share = scale.judge.chance("given", word, level)
    if level == "exact" and word != name.givens[0]:
        return scale.weigh(Term("given", "joined" if word == name.joined_given else "crossed", share))
    return scale.weigh(Term("given", level, share))


def _seek_beginning(vocabulary: Vocabulary, prefix: str, weight: int, weights: Weighed) -> Ranked:
    numbers = vocabulary.beginning_with(prefix)
    weights.raise_to(numbers, weight)
    return _ranked(vocabulary, [Near(numbers, (), np.zeros(len(numbers), dtype=np.int8))])


def _take(near: Near, weigh: Callable[[str], int], weights: Weighed, *, strong: bool = True) -> Near:
    """Give every near word the weight of its level, where it has not more already; `strong` where it may be the name."""
    here = np.bincount(near.places, minlength=len(ALIKE)).tolist()
    levels = [weigh(level) if count else 0 for level, count in zip(ALIKE, here, strict=True)]
    weights.raise_each(near.numbers, near.places, levels)
    if strong:
        same = [
            weight
            for level, weight, count in zip(ALIKE, levels, here, strict=True)
            if count and level in STRONG_LEVELS
        ]
        weights.least_strong = min([weights.least_strong, *same])
    return near


def _ranked(vocabulary: Vocabulary, found: Iterable[Near]) -> Ranked:
    """The sounds of words with how near the words are."""
    ranked: Ranked = []
    for near in found:
        ranked += zip(near.places.tolist(), vocabulary.codes[near.numbers].tolist(), strict=True)
    return ranked


# ---------------------------------------------------------------- keys


def wanted_keys(question: Question, sounds: Sequence[Sounds], scale: Scale) -> Keys:
    """The keys a question looks for, each once, in order; `sounds` are those of each name. Of permitted fields only."""
    exact, slips = _days(question.birth, scale)
    found = [date_keys(exact), np.array(_single_keys(question), dtype=np.uint64)]
    fields = np.array(question.name_fields_at, dtype=np.uint64)
    for name, one in zip(question.names, sounds, strict=True):
        found += _name_keys(fields, name, one, question.birth, slips)
        found.append(word_keys(fields[:, None], text_hashes(rare_words(name, scale))))
        found += _place_keys(fields, one, question)
    return distinct(np.concatenate([keys.ravel() for keys in found]))


def _name_keys(fields: Keys, name: Name, one: Sounds, birth: Birth | None, slips: Keys) -> list[Keys]:
    """Keys of all fields at once, a row each: but for the field they are the same."""
    found = [pair_keys(fields[:, None], *_pairs(one.surname, one.given))]
    if birth is not None:
        codes = np.concatenate([one.surname, one.given])
        found.append(year_keys(fields[:, None], codes, np.array([birth.year], dtype=np.uint64)))
        letters = np.array([ord(letter) for letter in initials(name)], dtype=np.uint64)
        found.append(initial_keys(fields[:, None, None], slips[:, None], letters))
    return found


def _place_keys(fields: Keys, one: Sounds, question: Question) -> list[Keys]:
    if question.address is None:
        return []
    here = np.array(text_hashes(places(question.address)), dtype=np.uint64)
    housed = np.array(question.address_fields_at, dtype=np.uint64)
    both = (fields[:, None] << np.uint64(1) | housed).reshape(-1, 1, 1)
    return [place_keys(both, one.surname, here[:, None])]


def _pairs(surnames: Keys, givens: Keys) -> tuple[Keys, Keys]:
    """Pairs of sounds: every one with the nearest of the other part, and the nearest of both with each other."""
    one, other = np.arange(len(surnames))[:, None], np.arange(len(givens))
    crossed = (one < MOST_CROSSED) & (other < MOST_CROSSED)
    first, second = np.nonzero((one < MOST_WILD) | (other < MOST_WILD) | crossed)
    return surnames[first], givens[second]


def _days(birth: Birth | None, scale: Scale) -> tuple[Keys, Keys]:
    """The asked date and the one with day and month exchanged; the asked date and every one a slip away."""
    if birth is None or not birth.day:
        return np.empty(0, dtype=np.uint64), np.empty(0, dtype=np.uint64)
    slips = scale.slips(birth)
    turned = [one for one in slips if one.year == birth.year and (one.month, one.day) == (birth.day, birth.month)]
    exact = [birth_number(one) for one in (birth, *turned) if is_telling(one)]
    near = [birth_number(one) for one in (birth, *slips)]
    return np.array(exact, dtype=np.uint64), np.array(near, dtype=np.uint64)


def _single_keys(question: Question) -> list[int]:
    """Keys of the address and of every number, and of numbers one slip away."""
    address = question.address
    found = [address_key(at, address) for at in question.address_fields_at] if address else []
    if address and question.names:  # a street alone is a sweep of its houses
        found += [key for at in question.address_fields_at for key in street_keys(at, address, places(address))]
    for number in question.numbers:
        at = NUMBER_FIELDS.index(number.field)
        found += form_keys(at, (*number.forms, *number.slips))
    return [key for key in found if key]
