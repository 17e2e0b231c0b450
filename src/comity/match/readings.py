"""What the distinct texts of a file read as, each read once: parts of names and of addresses come again and again.

Everything is kept as numbers, so that keys and packed words of all people are made by numpy. A builder makes one of
these and lets it go with the build: a memory of the process would tell by its speed which names were asked before.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address, read_address
from comity.match.arrays import Lists
from comity.match.dates import Birth, read_birth
from comity.match.hashes import Hashes, text_hashes
from comity.match.keys import STREET_LETTERS, birth_number, is_telling
from comity.match.names import Name, is_generation, read_family, read_given, read_name
from comity.match.packed import WordKind, birth_payload, word
from comity.match.phonetics import skeleton
from comity.match.traits import MOST_GIVENS, MOST_SURNAMES

NONE = 0  # the number of an empty text, and of a date that is none
POSTCODE_DIGITS = 5  # a part of an address with such a number says the postcode, whatever stands before it


class Ragged:
    """Lists of numbers by number: all values one after the other, and where each list ends."""

    def __init__(self) -> None:
        self._values, self._ends = array("I"), array("I", [0])

    def append(self, values: Iterable[int]) -> None:
        """One more list."""
        self._values.extend(values)
        self._ends.append(len(self._values))

    def read(self) -> Lists:
        """All lists."""
        return Lists(as_numbers(self._values), as_numbers(self._ends).astype(np.int64))


class Interned:
    """Different texts by number, in the order they came; an empty text is `NONE`."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": NONE}

    def of(self, text: str) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    def hashes(self) -> Hashes:
        """The hashes of all texts by number."""
        return text_hashes(tuple(self.numbers))


class NameParts:
    """Family names, or given names, by number: their packed words with the numbers of `tokens`, the generation told."""

    def __init__(self, kind: WordKind, joined_kind: WordKind, tokens: dict[str, int], most: int) -> None:
        self._kind, self._joined_kind, self._most = word(kind), word(joined_kind), most
        self._tokens = tokens
        self.words = Ragged()
        self.generations = array("B")

    def add(self, singles: tuple[str, ...], joined: str, suffix: str) -> int:
        """Take one part of a name: its words, and all joined. Its number."""
        tokens = self._tokens
        packed = [self._kind | tokens.setdefault(one, len(tokens)) for one in singles[: self._most]]
        if joined and joined not in singles:
            packed.append(self._joined_kind | tokens.setdefault(joined, len(tokens)))
        self.words.append(packed)
        self.generations.append(int(suffix or 0))
        return len(self.generations) - 1


class NameReadings:
    """Names, read. With a comma both halves are read apart, as `read_name` does; without one as a whole."""

    def __init__(self) -> None:
        self.tokens: dict[str, int] = {}
        self.families = NameParts(WordKind.SURNAME, WordKind.JOINED_SURNAME, self.tokens, MOST_SURNAMES)
        self.givens = NameParts(WordKind.GIVEN, WordKind.JOINED_GIVEN, self.tokens, MOST_GIVENS)
        self._families: dict[str, int] = {}
        self._givens: dict[str, int] = {}
        self._whole: dict[str, tuple[int, int]] = {}

    def read(self, texts: Iterable[str]) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """The numbers of the family and the given name of each text."""
        families, givens = array("I"), array("I")
        known_families, known_givens = self._families, self._givens
        for text in texts:
            before, comma, after = text.partition(",")
            if not comma or is_generation(before, after):
                family, given = self._read_whole(text)
            else:
                family, given = known_families.get(before, -1), known_givens.get(after, -1)
                if family < 0:
                    family = known_families[before] = self._family(read_family(before))
                if given < 0:
                    given = known_givens[after] = self._given(read_given(after))
            families.append(family)
            givens.append(given)
        return as_numbers(families), as_numbers(givens)

    def _read_whole(self, text: str) -> tuple[int, int]:
        found = self._whole.get(text)
        if found is None:
            name = read_name(text)
            found = self._whole[text] = self._family(name), self._given(name)
        return found

    def _family(self, name: Name) -> int:
        return self.families.add(name.surnames, name.joined_surname, name.suffix)

    def _given(self, name: Name) -> int:
        return self.givens.add(name.givens, name.joined_given, name.suffix)


class BirthReadings:
    """Birth dates by number: YYYYMMDD, packed, and whether the day is known and tells. What is no date is `NONE`."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._births: list[Birth] = [Birth(0)]

    def read(self, texts: Sequence[str]) -> NDArray[np.uint32]:
        """The number of each text's date."""
        known = self._known
        for text in texts:
            if text not in known:
                birth = read_birth(text)
                known[text] = len(self._births) if birth else NONE
                if birth:
                    self._births.append(birth)
        return np.fromiter(map(known.__getitem__, texts), dtype=np.uint32, count=len(texts))

    def table(self) -> Births:
        """All dates by number."""
        return Births(
            days=np.array([birth_number(one) for one in self._births], dtype=np.uint64),
            words=np.array(
                [0, *(word(WordKind.BIRTH, birth_payload(one)) for one in self._births[1:])], dtype=np.uint32
            ),
            whole=np.array([bool(one.day) for one in self._births]),
            telling=np.array([is_telling(one) for one in self._births]),
        )


class Births(NamedTuple):
    """Birth dates by number."""

    days: Hashes
    words: NDArray[np.uint32]
    whole: NDArray[np.bool_]
    telling: NDArray[np.bool_]


class AddressReadings:
    """Addresses, read: house number, street, the town's sound and postcode of each, as numbers of interned texts.

    An address is read in pieces that come again: what stands between house number and comma, the town, and the rest
    with the postcode. One that does not divide so is read as a whole.
    """

    def __init__(self) -> None:
        self.texts = Interned()
        self._streets: dict[str, tuple[int, int]] = {}
        self._towns: dict[str, int] = {}
        self._postcodes: dict[str, int] = {}

    def read(self, texts: Iterable[str]) -> NDArray[np.uint32]:
        """One row of five for each text: house number, street, its beginning, postcode, sound of the town."""
        rows = array("I")
        for text in texts:
            line, comma, rest = text.partition(",")
            number, _, street = line.partition(" ")
            town, divided, end = rest.partition(",")
            postcode = self._postcode(end if divided else rest)
            if comma and street and postcode >= 0 and number.isdigit() and number.isascii():
                rows.extend((self.texts.of(number), *self._street(street), postcode, self._town(town)))
            else:
                rows.extend(self._whole(read_address(text)))
        return as_numbers(rows).reshape(-1, 5)

    def _street(self, text: str) -> tuple[int, int]:
        """What follows a house number, up to the comma."""
        found = self._streets.get(text)
        if found is None:
            street = read_address("0 " + text).street
            found = self._streets[text] = self.texts.of(street), self.texts.of(street[:STREET_LETTERS])
        return found

    def _town(self, text: str) -> int:
        found = self._towns.get(text)
        if found is None:
            found = self._towns[text] = self._sound(read_address("," + text).town)
        return found

    def _postcode(self, text: str) -> int:
        """The postcode at the end of an address; -1 where five digits do not decide it without the rest."""
        found = self._postcodes.get(text)
        if found is None:
            postcode = read_address("," + text).postcode
            decided = len(postcode) == POSTCODE_DIGITS
            found = self._postcodes[text] = self.texts.of(postcode) if decided else -1
        return found

    def _whole(self, address: Address) -> tuple[int, ...]:
        of, street = self.texts.of, address.street
        return (
            of(address.number), of(street), of(street[:STREET_LETTERS]), of(address.postcode),
            self._sound(address.town),
        )  # fmt: skip

    def _sound(self, town: str) -> int:
        return self.texts.of(skeleton(town)) if town else NONE


def as_numbers(held: array[int]) -> NDArray[Any]:
    """An array of the same numbers, for good: the other may grow on."""
    kinds: dict[str, type[np.unsignedinteger[Any]]] = {"B": np.uint8, "I": np.uint32}
    return np.frombuffer(held.tobytes(), dtype=kinds[held.typecode])
