"""Which of an owner's records are one person: acts of its custodians, and what follows from them.

An act is never changed. What the records amount to is derived from the acts that stand (`match/grouping.py`).
"""

from __future__ import annotations

from enum import StrEnum

from comity.errors import NounError
from comity.model.base import Noun
from comity.model.codes import DataClass

MOST_APPEARANCES = 100  # of one act: a person with more is a mistake, and every two of a split are kept apart
MOST_REASONS = 200  # pairs told of one act, strongest first
MOST_NAMES = 40  # records, persons or proposals one command names


class Appearance(Noun, frozen=True, kw_only=True, order=True):
    """One person in one record of an owner: the record's id and the person's key in it."""

    record_id: str
    person_key: str

    def __str__(self) -> str:
        return f"{self.record_id}#{self.person_key}"


class ActKind(StrEnum):
    """What a custodian did. A proposal changes nothing; undoing one dismisses it."""

    PROPOSED = "proposed"
    MERGED = "merged"
    SPLIT = "split"
    UNDONE = "undone"


class PairReason(Noun, frozen=True, kw_only=True):
    """What two appearances agree and differ on, in sentences without any value; `speaks_for` one person or against."""

    one: Appearance
    other: Appearance
    speaks_for: bool
    sentences: tuple[str, ...]


class Confirmation(Noun, frozen=True, kw_only=True):
    """The word of a second member, by name, for a merge that the rule of the second identifier speaks against."""

    by: str
    words: str


class PersonAct(Noun, frozen=True, kw_only=True):
    """One act. `number` counts the owner's acts from 1; `by` is the member, `words` the reason.

    `people` are the appearances proposed or declared to be one person, or taken out by a split; `others` those that a
    split declares to be somebody else. `undoes` is the act that an undoing names; `overrules` are the splits against
    which a merge was confirmed. What a purge takes away is struck out of an act, with its words and reasons.
    """

    id: str
    owner: str
    number: int
    kind: ActKind
    at_ms: int
    by: str
    words: str
    people: tuple[Appearance, ...] = ()
    others: tuple[Appearance, ...] = ()
    undoes: str = ""
    overrules: tuple[str, ...] = ()
    reasons: tuple[PairReason, ...] = ()
    confirmed: Confirmation | None = None

    def __post_init__(self) -> None:
        if len(self.people) + len(self.others) > MOST_APPEARANCES:
            raise NounError(f"an act names at most {MOST_APPEARANCES} appearances; a person is not so many")

    @property
    def appearances(self) -> tuple[Appearance, ...]:
        return (*self.people, *self.others)

    def without(self, gone: frozenset[str]) -> PersonAct:
        """The act with the records of these ids struck out of it, and every word that was written about them."""
        return PersonAct(
            id=self.id,
            owner=self.owner,
            number=self.number,
            kind=self.kind,
            at_ms=self.at_ms,
            by=self.by,
            words="",
            people=tuple(one for one in self.people if one.record_id not in gone),
            others=tuple(one for one in self.others if one.record_id not in gone),
            undoes=self.undoes,
            overrules=self.overrules,
            confirmed=self.confirmed and Confirmation(by=self.confirmed.by, words=""),
        )


class ShownAppearance(Noun, frozen=True, kw_only=True):
    """An appearance as the desk is told of it: where it stands, never what stands there."""

    appearance: Appearance
    reference: str
    data_class: DataClass


class ShownPerson(Noun, frozen=True, kw_only=True):
    """A person as the records stand now, the records declared somebody else's, and the acts that name any of them.

    `standing` are the ids of the acts that were not undone; `idle` those of merges that a standing split keeps from
    having any effect.
    """

    person: str
    appearances: tuple[ShownAppearance, ...]
    apart: tuple[ShownAppearance, ...] = ()
    acts: tuple[PersonAct, ...] = ()
    standing: tuple[str, ...] = ()
    idle: tuple[str, ...] = ()


class PersonsChanged(Noun, frozen=True, kw_only=True):
    """What an act did: the act, None where nothing was left to do, and the persons it names as they stand now."""

    act: PersonAct | None
    persons: tuple[ShownPerson, ...]


class Proposals(Noun, frozen=True, kw_only=True):
    """Proposals from one page of an owner's records.

    `looked_at` counts records; `after` is the id to go on behind, empty at the end; `crowded` counts appearances whose
    birth date or number so many others share that not all of them were compared.
    """

    owner: str
    acts: tuple[PersonAct, ...]
    looked_at: int
    after: str
    crowded: int = 0


class ActListed(Noun, frozen=True, kw_only=True):
    """An act of the history and whether it stands; of a proposal, whether it is still open."""

    act: PersonAct
    stands: bool
    open: bool = False
