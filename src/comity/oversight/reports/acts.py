"""What an opened entry says that a report counts by. Pure: entries in, acts out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import msgspec

from comity.errors import ProofError
from comity.exchange.duty.duty_state import due_of
from comity.law.calendar import local_time
from comity.model.action_request import RequestActed
from comity.model.agency import Agency
from comity.model.answer import Answer
from comity.model.canon import from_canonical
from comity.model.codes import AgencyKind, Component, DataClass, GovernmentLevel, Instrument, MessageKind, Step
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, StoredDuty
from comity.model.report import EnteredFigure
from comity.oversight.reports.read_log import REFUSED, OpenedEntry

# Whose record is the disclosure record, and whose content an answer; of what was passed on only with an item in it.
DISCLOSING = frozenset(
    {EntryKind.ANSWERED, EntryKind.DISCLOSED, EntryKind.NOTICED, EntryKind.TRANSMISSION_RELEASED, EntryKind.ONWARD}
)
ANSWERING = frozenset({EntryKind.ANSWERED, EntryKind.RESENT, EntryKind.DISCLOSED})
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
class Recorded:
    """What the record of an act says: whose question, what was asked for, who was shown, what the desk did about it.

    `duty_rule` is kind and rule of a duty that was done (`notify us-ny/NY-02`), `timeliness` whether that was in time.
    """

    query_id: str
    first_step: bool = False
    message: MessageKind | None = None
    beneficiary: str = ""
    shown: tuple[tuple[str, str], ...] = ()
    asked_ms: int | None = None
    done: str = ""
    duty_rule: str = ""
    timeliness: str = ""


@dataclass(frozen=True, slots=True)
class Contained:
    """What the content of an act says: items by class, the rules it names, when it was answered, what a purge removed."""

    released: tuple[tuple[DataClass, int], ...] = ()
    rules: tuple[str, ...] = ()
    answered_ms: int | None = None
    removed: int = 0


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


class _Purged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    owner: str
    removed: int
    restricted: int
    rules: dict[str, int]


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


def act_of(one: OpenedEntry, requesters: Mapping[str, Requester], zone: str) -> Act:
    """An entry as a report counts it. Raises NounError for a record of another shape than its kind has."""
    facts = one.facts
    local = local_time(facts.at_ms, zone)
    return Act(
        index=one.index,
        facts=facts,
        classes=frozenset(_classes(facts)),
        requester=requesters.get(facts.asker_ori, Requester(facts.asker_ori, facts.asker_ori or UNKNOWN)),
        month=f"{local:%Y-%m}",
        day=f"{local:%Y-%m-%d}",
        recorded=None if one.record is None else _recorded(facts, one.record),
        contained=None if one.content is None else _contained(facts, one.content),
    )


def _classes(facts: EntryFacts) -> Iterable[DataClass]:
    return (kind for bit, kind in enumerate(DataClass) if facts.class_mask >> bit & 1)


def _recorded(facts: EntryFacts, record: bytes) -> Recorded:
    if facts.kind is EntryKind.REQUEST_ACTED:
        acted = from_canonical(record, RequestActed)
        return Recorded(query_id=acted.query_id, done=acted.act)
    if facts.kind is EntryKind.DUTY_DONE:
        stored = from_canonical(record, StoredDuty)
        return Recorded(
            query_id=stored.query_id,
            duty_rule=f"{stored.duty.kind} {stored.duty.rule}",
            timeliness=_timeliness(stored),
        )
    if facts.kind not in DISCLOSING or (facts.kind is EntryKind.ONWARD and not facts.released):
        return Recorded(query_id="")
    disclosure = from_canonical(record, Disclosure)
    query = disclosure.query
    return Recorded(
        query_id=query.id,
        first_step=query.step is Step.DIGEST,
        message=query.message,
        beneficiary=query.beneficiary,
        shown=tuple((shown.record_id, shown.person_key) for shown in disclosure.shown),
        asked_ms=query.asked_ms,
    )


def _timeliness(stored: StoredDuty) -> str:
    due_ms = due_of(stored)
    if due_ms is None or stored.done_ms is None:
        return "no due time"
    return "in time" if stored.done_ms <= due_ms else "late"


def _contained(facts: EntryFacts, content: bytes) -> Contained:
    if facts.kind is EntryKind.RECORDS_PURGED:
        return Contained(removed=from_canonical(content, _Purged).removed if b"removed" in content else 0)
    if facts.kind not in ANSWERING:
        return Contained()
    answer = from_canonical(content, Answer)
    counts: dict[DataClass, int] = {}
    rules = {reason.rule for reason in answer.reasons}
    for removed in answer.removed:
        rules |= {reason.rule for reason in removed.reasons}
    for item in answer.items:
        counts[item.data_class] = counts.get(item.data_class, 0) + 1
        rules |= {withheld.rule for withheld in item.withheld} | {hold.rule for hold in item.holds}
    if facts.kind is EntryKind.DISCLOSED:  # what was told of one record names its one class
        counts = dict.fromkeys(_classes(facts), facts.released)
    return Contained(
        released=tuple(sorted(counts.items())), rules=tuple(sorted(rules)), answered_ms=answer.answered_ms
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
