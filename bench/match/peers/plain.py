"""Records and questions as every peer takes them in: the same cleaned columns for all, so that none is handicapped.

Cleaning is that of the product under test (case, accents and punctuation folded, an address split into its parts);
spelling knowledge (nicknames, romanisations, sounds) is left to each peer's own means. A birth date that is partial
keeps what it has. Missing values are empty strings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from comity.match.addresses import read_address
from comity.match.fold import alnum, listed, words
from comity.model.query import PersonSubject
from match.sets import NO_FAMILY, Held

NUMBER_FIELDS = ("ssn", "state-id", "driver-licence")
MOST_ANSWERS = 25  # as many as comity shows; the bench asks for ten
STREET_ENDS = listed(
    "st street ave av avenue rd road dr drive ln lane blvd boulevard ct court pl place way ter terrace cir circle "
    "circuit hwy highway pkwy parkway trl trail sq square cres crescent cl close loop apt apartment unit ste suite"
)
MOST_NAMES = 16  # of one person; nobody has more in any set
BATCH = 10_000  # records taken in at a time, so that a file of any size passes through bounded memory

Parts = tuple[str, str, str]


class Plain(NamedTuple):
    """One person in columns. `numbers` are `kind:characters`; `aliases` are other names, each in three parts."""

    family: str = ""
    given: str = ""
    middle: str = ""
    birth: str = ""
    sex: str = ""
    house: str = ""
    street: str = ""
    town: str = ""
    postcode: str = ""
    numbers: tuple[str, ...] = ()
    aliases: tuple[Parts, ...] = ()

    @property
    def names(self) -> tuple[Parts, ...]:
        """Every name, each as family, given and middle; the main one first."""
        return ((self.family, self.given, self.middle), *self.aliases)

    @property
    def whole(self) -> str:
        """All words of the main name, family name first."""
        return whole_name((self.family, self.given, self.middle))


def plain_held(record: Held) -> Plain:
    """The columns of one record."""
    values = record.values
    family, given, middle = _name_parts(values.get("name", ("",))[0])
    return Plain(
        family=family,
        given=given,
        middle=middle,
        birth=values.get("birth-date", ("",))[0],
        sex=values.get("sex", ("",))[0],
        **_address_parts(values.get("home-address", ("",))[0]),
        numbers=tuple(f"{kind}:{alnum(text)}" for kind in NUMBER_FIELDS for text in values.get(kind, ())),
        aliases=tuple(map(_name_parts, values.get("alias", ()))),
    )


def plain_subject(subject: PersonSubject) -> Plain:
    """The columns of one question. A wildcard's mark is dropped."""
    return Plain(
        family="" if subject.family == NO_FAMILY else " ".join(_lower(subject.family)),
        given=" ".join(_lower(subject.given)),
        middle=" ".join(_lower(subject.middle)),
        birth=subject.birth_date,
        sex=subject.sex.value if subject.sex else "",
        **_address_parts(subject.address),
        numbers=tuple(
            f"{one.kind.value}:{alnum(one.value)}"
            for one in subject.identifiers
            if one.kind.value in NUMBER_FIELDS
        ),
        aliases=tuple(map(_name_parts, subject.other_names)),
    )


def whole_name(parts: Parts) -> str:
    """All words of a name, family name first."""
    return " ".join(part for part in parts if part)


def in_batches(records: Iterable[Held]) -> Iterator[list[tuple[int, Plain]]]:
    """Records as numbered columns, `BATCH` at a time."""
    remaining = iter(records)
    while batch := [(record.number, plain_held(record)) for record in islice(remaining, BATCH)]:
        yield batch


def one_a_name(people: Iterable[tuple[int, Plain]]) -> Iterator[tuple[int, Plain]]:
    """A row for each name of a person, for peers that compare one name a row; `owner_of` says whose a row is."""
    for number, one in people:
        for place, (family, given, middle) in enumerate(one.names[:MOST_NAMES]):
            row = one._replace(family=family, given=given, middle=middle, aliases=())
            yield number * MOST_NAMES + place, row


def owner_of(row: int) -> int:
    """The number of the person whose row of `one_a_name` this is."""
    return row // MOST_NAMES


def best_first(scored: Iterable[tuple[float, int]]) -> list[tuple[float, int]]:
    """The best `MOST_ANSWERS` by score, ties by record number, so that every run gives the same order."""
    return sorted(scored, key=lambda one: (-one[0], one[1]))[:MOST_ANSWERS]


def _name_parts(text: str) -> Parts:
    """Family, given and middle of `Family, Given Middle, Suffix`; everything is family where no comma is."""
    family, _, rest = text.partition(",")
    given, *middle = _lower(rest.partition(",")[0]) or [""]
    return " ".join(_lower(family)), given, " ".join(middle)


def _address_parts(text: str) -> dict[str, str]:
    """House number, street words without type and unit, town, and postcode."""
    line, _, rest = text.partition(",")
    house, street = "", []
    for word in _lower(line):
        if word in STREET_ENDS and street:
            break
        if word[0].isdigit() and not house and not street:
            house = word
        else:
            street.append(word)
    town = [word for word in _lower(rest) if not word[0].isdigit()]
    return {
        "house": house, "street": " ".join(street), "town": " ".join(town), "postcode": read_address(text).postcode,
    }  # fmt: skip


def _lower(text: str) -> Sequence[str]:
    return [word.lower() for word in words(text)]
