"""Declared flows of several files as one list: what is doubled, what is old, which parties no directory knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from comity.model.flow import Access, Authority, DeclaredFlow, Evidence
from comity.oversight.names.resolve import Resolver, Verdict

OLD_AFTER = timedelta(days=3 * 365)  # an agreement is looked at again within three years at the latest (harms H10)


class Doubt(StrEnum):
    """What a reader must know of a flow before believing it. None of them takes it off the map."""

    DOUBLED = "doubled"
    OLD_SOURCE = "old-source"
    LATER_SOURCE = "later-source"
    WEAK = "weak"
    NO_AUTHORITY = "no-authority"
    PARTY_UNKNOWN = "party-unknown"


@dataclass(frozen=True, slots=True)
class FlowDoubt:
    """A doubt about one flow, in a sentence."""

    flow: str
    doubt: Doubt
    sentence: str


@dataclass(frozen=True, slots=True)
class FlowFile:
    """One file and its flows."""

    file: str
    flows: tuple[DeclaredFlow, ...]


def all_flows(files: Iterable[FlowFile]) -> tuple[DeclaredFlow, ...]:
    """Every flow, in the order of the files."""
    return tuple(flow for file in files for flow in file.flows)


def clashing_ids(files: Sequence[FlowFile]) -> tuple[str, ...]:
    """A sentence for each id that two files use: a flow is named once, or reports could not say which is meant."""
    first: dict[str, str] = {}
    found = []
    for file in files:
        for flow in file.flows:
            if flow.id in first:
                found.append(
                    f"flow `{flow.id}` of `{file.file}` stands in `{first[flow.id]}` too; rename one of them"
                )
            first.setdefault(flow.id, file.file)
    return tuple(found)


def doubts_of(
    flows: Sequence[DeclaredFlow], today: date, resolve: Resolver | None = None
) -> tuple[FlowDoubt, ...]:
    """What is doubtful about flows, in their order. Parties are looked up where a resolver of names is given."""
    found: list[FlowDoubt] = []
    seen: dict[tuple[object, ...], str] = {}
    for flow in flows:
        found += _doubts_of_one(flow, today)
        same = (flow.owner.casefold(), flow.recipient.casefold(), flow.system.casefold(), flow.access)
        if same in seen:
            found.append(FlowDoubt(flow.id, Doubt.DOUBLED, f"`{seen[same]}` declares the same parties and system"))
        seen.setdefault(same, flow.id)
        if resolve is not None:
            found += _unknown_parties(flow, resolve)
    return tuple(found)


def _doubts_of_one(flow: DeclaredFlow, today: date) -> list[FlowDoubt]:
    found = []
    if flow.dated > today:
        found.append(FlowDoubt(flow.id, Doubt.LATER_SOURCE, f"its source is dated {flow.dated}, after today"))
    elif today - flow.dated > OLD_AFTER:
        why = f"its source is of {flow.dated}, more than three years old: look whether the flow goes on"
        found.append(FlowDoubt(flow.id, Doubt.OLD_SOURCE, why))
    if flow.evidence in (Evidence.REPORT, Evidence.INFERRED):
        found.append(
            FlowDoubt(flow.id, Doubt.WEAK, f"it rests on `{flow.evidence}` alone: ask a party for its paper")
        )
    if flow.authority is Authority.NONE_KNOWN:
        why = "no authority for it is known: ask the owner what it rests on"
        found.append(FlowDoubt(flow.id, Doubt.NO_AUTHORITY, why))
    return found


def _unknown_parties(flow: DeclaredFlow, resolve: Resolver) -> list[FlowDoubt]:
    found = []
    for role, name in (("owner", flow.owner), ("recipient", flow.recipient)):
        resolution = resolve(name)
        if resolution.verdict is not Verdict.RESOLVED:
            why = f"its {role} `{name}` is {resolution.verdict}: {resolution.reasons[-1]}"
            found.append(FlowDoubt(flow.id, Doubt.PARTY_UNKNOWN, why))
    return found


def select_flows(
    flows: Iterable[DeclaredFlow], *, on: date | None = None, access: Access | None = None, party: str = ""
) -> tuple[DeclaredFlow, ...]:
    """The flows that run on a day, of one kind of access, with a party whose name contains a text; each where it is given."""
    wanted = party.casefold()
    return tuple(
        flow
        for flow in flows
        if (on is None or flow.runs_on(on))
        and (access is None or flow.access is access)
        and (wanted in flow.owner.casefold() or wanted in flow.recipient.casefold())
    )
