"""What an opened entry says that a report counts by. Pure: entries in, acts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from comity.errors import ProofError
from comity.exchange.log.entry_says import Contained, Recorded, classes_in, contained_in, said_in
from comity.law.calendar import local_time
from comity.model.agency import Agency
from comity.model.canon import from_canonical
from comity.model.codes import AgencyKind, Component, DataClass, GovernmentLevel, Instrument
from comity.model.disclosure import EntryFacts
from comity.model.report import EnteredFigure
from comity.oversight.reports.read_log import REFUSED, OpenedEntry

# Papers that a court enforces, and statutes: what is given on them is compulsory. An administrative paper and a detainer
# bind nobody without a judge (law.md C-04), so that what is given on them is the agency's own choice.
COMPELLING = frozenset(
    {Instrument.COURT_SUBPOENA, Instrument.COURT_ORDER, Instrument.JUDICIAL_WARRANT, Instrument.STATUTE}
)
IMMIGRATION = frozenset(
    {Component.CBP, Component.ICE, Component.USCIS, Component.DHS_OTHER, Component.DELEGATE_287G}
)
JUSTICE = frozenset(
    {
        AgencyKind.POLICE,
        AgencyKind.SHERIFF,
        AgencyKind.SCHOOL_POLICE,
        AgencyKind.CORRECTIONS,
        AgencyKind.PROBATION,
        AgencyKind.PROSECUTOR,
        AgencyKind.COURT,
        AgencyKind.INVESTIGATIVE,
    }
)
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Requester:
    """What the directory says of whoever asked. An ORI that nobody lists is named by itself and is nothing else."""

    ori: str
    name: str
    state: str = ""
    immigration: bool = False
    justice: bool = False


@dataclass(frozen=True, slots=True)
class Act:
    """One entry as a report sees it. `recorded` and `contained` are None where nothing is kept of them any more."""

    index: int
    facts: EntryFacts
    classes: frozenset[DataClass]
    requester: Requester
    month: str
    day: str
    recorded: Recorded | None
    contained: Contained | None


def requesters_of(agencies: Iterable[Agency]) -> dict[str, Requester]:
    """Every ORI the directory lists, and who has it."""
    found = {}
    for agency in agencies:
        for dated in agency.oris:
            found[dated.ori] = Requester(
                ori=dated.ori,
                name=agency.name,
                state=agency.state,
                immigration=agency.primarily_immigration or agency.component in IMMIGRATION,
                justice=agency.kind in JUSTICE and agency.level is not GovernmentLevel.PRIVATE,
            )
    return found


def requester_of(requesters: Mapping[str, Requester], ori: str) -> Requester:
    """Who has an ORI; nobody known where the directory does not list it."""
    return requesters.get(ori, Requester(ori, ori or UNKNOWN))


def act_of(one: OpenedEntry, requesters: Mapping[str, Requester], zone: str) -> Act:
    """An entry as a report counts it. Raises NounError for a record of another shape than its kind has."""
    facts = one.facts
    local = local_time(facts.at_ms, zone)
    return Act(
        index=one.index,
        facts=facts,
        classes=frozenset(classes_in(facts)),
        requester=requester_of(requesters, facts.asker_ori),
        month=f"{local:%Y-%m}",
        day=f"{local:%Y-%m-%d}",
        recorded=said_in(facts, one.record, one.content),
        contained=None if one.content is None else contained_in(facts, one.content),
    )


def entered_of(entries: Iterable[OpenedEntry]) -> tuple[tuple[int, EnteredFigure], ...]:
    """What a desk entered, without what a later entry corrected. Raises ProofError where one is gone."""
    opened = []
    for one in entries:
        if one.record is None:
            raise ProofError(
                f"the figure of entry {one.index} is gone, and no figure is ever forgotten; {REFUSED}"
            )
        opened.append((one.index, from_canonical(one.record, EnteredFigure)))
    gone = {figure.corrects for _, figure in opened}
    return tuple((index, figure) for index, figure in opened if index not in gone)
