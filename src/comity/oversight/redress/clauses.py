"""The clauses that bind a desk, read once from `clauses.toml` and checked whole: a lawyer reviews the file, not the code."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib.resources import files

import msgspec

from comity.errors import NounError
from comity.law.ast import Span
from comity.model.base import Noun
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.petition import PetitionKind, Residence

FILE = "clauses.toml"
ACKNOWLEDGE, DECIDE = "acknowledge", "decide"
STEPS = (ACKNOWLEDGE, DECIDE)
VERIFIED, UNVERIFIED, HOUSE = "verified", "unverified", "house rule"
SPAN = re.compile(r"([1-9]\d{0,2}) (day|working-day|month|year)")
REFERENCE = re.compile(r"[A-Z]{1,3}\d{0,2}-\d{2}b?")  # a rule of law.md, such as PA-10


def _check_status(name: str, status: str, law: str) -> None:
    if status not in (VERIFIED, UNVERIFIED, HOUSE):
        raise NounError(f"`{name}` has the status `{status}`; write verified, unverified or house rule")
    if (status == VERIFIED and not law) or (law and not REFERENCE.fullmatch(law)):
        raise NounError(f"`{name}` is verified by a rule of law.md; name it as `law`, or write unverified")


def _span(text: str) -> Span:
    found = SPAN.fullmatch(text)
    if found is None:
        raise NounError(f"`{text}` is no time; write for instance `10 working-day`")
    return Span(int(found[1]), found[2])


class Statute(Noun, frozen=True, kw_only=True):
    """One rule on petitions: whom it binds, what it times, what may be done about the answer.

    `of` narrows a review by what was decided first. `levels`, `states`, `agencies` and `residences` narrow it, empty for all.
    `within` is empty where the statute gives a remedy and no time. `appeal` is where a refusal may be taken.
    """

    id: str
    kinds: frozenset[PetitionKind]
    citation: str
    status: str
    says: str
    law: str = ""
    of: frozenset[PetitionKind] = frozenset()
    step: str = ""
    within: str = ""
    appeal: str = ""
    appeal_status: str = ""
    levels: frozenset[GovernmentLevel] = frozenset()
    states: frozenset[str] = frozenset()
    agencies: frozenset[AgencyKind] = frozenset()
    residences: frozenset[Residence] = frozenset()

    def __post_init__(self) -> None:
        _check_status(self.id, self.status, self.law)
        if bool(self.step) != bool(self.within) or (self.step and self.step not in STEPS):
            raise NounError(f"`{self.id}` times `{self.step}`; a step is acknowledge or decide, with `within`")
        if self.within:
            _span(self.within)
        if bool(self.of) != (PetitionKind.REVIEW in self.kinds):
            raise NounError(f"`{self.id}` binds a review of what was decided first; name that as `of`")
        if self.appeal_status not in ("", UNVERIFIED):
            raise NounError(f"`{self.id}`: `appeal_status` says unverified, or is left out")

    @property
    def span(self) -> Span | None:
        """How long the step may take; None where no time is set."""
        return _span(self.within) if self.within else None

    def binds(self, kind: PetitionKind, first: PetitionKind | None) -> bool:
        """Whether it is about what is asked; of a review, about what was decided first."""
        return kind in self.kinds and (kind is not PetitionKind.REVIEW or first in self.of)


class Promise(Noun, frozen=True, kw_only=True):
    """What the desk promises for a step where no statute gives a time."""

    step: str
    within: str
    kinds: frozenset[PetitionKind]

    @property
    def span(self) -> Span:
        """How long the step may take."""
        return _span(self.within)


class Ground(Noun, frozen=True, kw_only=True):
    """A ground for withholding: who may name it (empty: every owner), its citation, and the longest time from the review."""

    id: str
    citation: str
    status: str
    says: str
    longest: str
    law: str = ""
    levels: frozenset[GovernmentLevel] = frozenset()

    def __post_init__(self) -> None:
        _check_status(self.id, self.status, self.law)
        _span(self.longest)

    @property
    def span(self) -> Span:
        """The longest time from the day somebody looked."""
        return _span(self.longest)


class Clauses(Noun, frozen=True, kw_only=True):
    """The whole file: no id twice, and a promise for every kind to decide it."""

    statute: tuple[Statute, ...]
    promise: tuple[Promise, ...]
    ground: tuple[Ground, ...]

    def __post_init__(self) -> None:
        names = [*(one.id for one in self.statute), *(one.id for one in self.ground)]
        if len(set(names)) != len(names):
            raise NounError("a clause stands twice; name each once")
        decided = {kind for one in self.promise if one.step == DECIDE for kind in one.kinds}
        if decided != set(PetitionKind):
            raise NounError("the desk promises a time to decide every kind of petition; one has none")


def parse_clauses(text: str) -> Clauses:
    """The clauses of a text. Raises NounError for an unknown key, a word that is none, or a clause that does not hold."""
    try:
        return msgspec.convert(tomllib.loads(text), Clauses)
    except (msgspec.ValidationError, tomllib.TOMLDecodeError) as error:
        raise NounError(f"{FILE}: {error}") from error


@lru_cache(maxsize=1)
def clauses() -> Clauses:
    """The clauses that ship."""
    return parse_clauses((files("comity.oversight.redress") / FILE).read_text(encoding="utf-8"))
