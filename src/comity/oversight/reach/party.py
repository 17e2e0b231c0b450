"""Parties of lists and flows, and groups of them: `state=CA`, `level=federal,tribal`, `state!=CA`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from comity.errors import WrongUseError
from comity.law.check_condition import suggest
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.oversight.names.words import STATES

FEDERAL_STATE = "US"
TRAITS = frozenset({"state", "county", "level", "kind"})
KNOWN = {  # of counties there are too many to name
    "state": frozenset({*STATES, FEDERAL_STATE}),
    "level": frozenset(str(level) for level in GovernmentLevel),
    "kind": frozenset(str(kind) for kind in AgencyKind),
}
FORM = "write an agency, or TRAIT=VALUE or TRAIT!=VALUE with state, county, level or kind, several joined by `+`"


@dataclass(frozen=True, slots=True)
class Party:
    """Who a name means. `state` is a USPS code, `US` for federal bodies; `county` is as the ORI directory names it. What is
    not known is empty.

    `level` and `kind` are the words of the law's vocabulary. `sure` is false where the name was not settled: the traits are
    then what its spelling says. `closed` where the list marks the account as closed or a test. `county_code` is the FIPS
    code of the county where the exchange's own directory says it.
    """

    id: str
    name: str
    state: str = ""
    level: str = ""
    kind: str = ""
    sure: bool = True
    closed: bool = False
    county: str = ""
    county_code: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """One test of a group: whether a trait is among values, or (`barred`) is not. An unknown trait fails both."""

    trait: str
    values: frozenset[str]
    barred: bool

    def holds(self, party: Party) -> bool:
        value = getattr(party, self.trait)
        return bool(value) and (value in self.values) is not self.barred


@dataclass(frozen=True, slots=True)
class Group:
    """Parties that meet every test, or one party by its id or name."""

    written: str
    tests: tuple[Test, ...] = ()

    @property
    def said(self) -> str:
        """The group in words, for a heading: `agencies whose state is not CA`."""
        if not self.tests:
            return self.written
        told = (
            f"{one.trait} is {'not ' if one.barred else ''}{' or '.join(sorted(one.values))}" for one in self.tests
        )
        return f"agencies whose {' and '.join(told)}"

    def has(self, party: Party) -> bool:
        """Whether a party is of the group."""
        if not self.tests:
            return self.written in (party.id, party.name)
        return all(test.holds(party) for test in self.tests)

    def may_have(self, party: Party) -> bool:
        """Whether a party is of the group, or could be for all that is known of it."""
        return all(test.holds(party) or not getattr(party, test.trait) for test in self.tests) or self.has(party)


def read_group(written: str) -> Group:
    """A group as it is written on a command line. Raises WrongUseError for a trait or level that nobody has."""
    if "=" not in written:
        return Group(written)
    return Group(written, tuple(_read_test(part.strip(), written) for part in written.split("+")))


def _read_test(part: str, written: str) -> Test:
    trait, equals, value = part.partition("=")
    barred = trait.endswith("!")
    trait = trait.removesuffix("!").strip()
    values = frozenset(one.strip() for one in value.split(","))
    if trait not in TRAITS or not equals or not all(values):
        raise WrongUseError(f"`{written}` is no group; {FORM}")
    for value in sorted(values - KNOWN.get(trait, values)):
        known = "a code like CA, or US for federal bodies" if trait == "state" else ", ".join(sorted(KNOWN[trait]))
        raise WrongUseError(f"`{value}` in `{written}` is no {trait} of an agency; write {known}")
    return Test(trait, values, barred)


def check_known(parties: Iterable[Party], group: Group) -> None:
    """Raises WrongUseError for a group that is one agency's name, where no party has it: nought would read as an answer."""
    every = tuple(parties)
    if group.tests or any(group.has(party) for party in every):
        return
    near = suggest(group.written, {party.name for party in every})
    raise WrongUseError(
        f"no agency in the lists is called `{group.written}`; write it as a list does, or a group; {near}"
    )


def members(parties: Iterable[Party], group: Group) -> tuple[tuple[Party, ...], tuple[Party, ...]]:
    """The parties of a group, and those of which it is not known; closed accounts are in neither."""
    every = [party for party in parties if not party.closed]
    of = tuple(party for party in every if group.has(party))
    unsure = tuple(party for party in every if not group.has(party) and group.may_have(party))
    return of, unsure
