"""Hops that Comity does not carry: flows declared by hand, lines of sharing lists, people who work for two, what was told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from comity.model.agency import Member
from comity.model.codes import DataClass, Purpose
from comity.model.flow import Access, Authority, DeclaredFlow, Onward, SharingEdge
from comity.oversight.reach.hop import By, Hop, Known

Named = Callable[[str], str]
"""The party a written name means: an id of the directory, or the name itself where nothing is found."""

MOST_SOURCES = 4  # lines of lists told of one hop; further ones are counted


def declared_hops(
    flows: Iterable[DeclaredFlow], named: Named, classes: frozenset[str], purpose: str, day: date
) -> tuple[Hop, ...]:
    """The flows that run on a day and may carry one of the classes for the purpose; an empty purpose means any.

    What a source leaves open counts as yes: purposes that it does not state, an end that it does not name, and whether the
    recipient may pass on what it gets.
    """
    return tuple(
        _declared(flow, named)
        for flow in flows
        if flow.runs_on(day)
        and classes & {str(name) for name in flow.data_classes}
        and (not purpose or not flow.purposes or Purpose(purpose) in flow.purposes)
    )


def _declared(flow: DeclaredFlow, named: Named) -> Hop:
    known = flow.authority is not Authority.NONE_KNOWN
    what = f"{flow.authority} {flow.citation}" if known else "no authority known"
    return Hop(
        giver=named(flow.owner),
        taker=named(flow.recipient),
        by=By.ACCOUNT if flow.access is Access.DIRECT_ACCOUNT else By.SYSTEM,
        known=Known.DECLARED,
        authority=f"{flow.system} ({flow.access}), {what}",
        sources=(f"{flow.id}: {flow.source}, {flow.dated}, {flow.evidence}",),
        closing=(f"end {flow.id}, {flow.system}",),
        ends=flow.onward is Onward.FORBIDDEN,
    )


def listed_hops(edges: Iterable[SharingEdge], named: Named) -> tuple[Hop, ...]:
    """One hop for each two agencies of sharing lists, whatever lines say so; an agency that shares with itself makes none.

    A list says who may search whose data. It does not say that what is found stays there, so it may go on.
    """
    found: dict[tuple[str, str], Hop] = {}
    more: dict[tuple[str, str], int] = {}
    for edge in edges:
        pair = (named(edge.owner), named(edge.recipient))
        where = f"{edge.file}, line {edge.line}" + (f", as of {edge.as_of}" if edge.as_of else "")
        known = found.get(pair)
        if pair[0] == pair[1]:
            continue
        if known is None:
            found[pair] = _listed(pair, where, edge)
        elif len(known.sources) < MOST_SOURCES:
            found[pair] = replace(known, sources=(*known.sources, where))
        else:
            more[pair] = more.get(pair, 0) + 1
    for pair, count in more.items():
        found[pair] = replace(found[pair], sources=(*found[pair].sources, f"and {count} more lines"))
    return tuple(found.values())


def _listed(pair: tuple[str, str], where: str, edge: SharingEdge) -> Hop:
    return Hop(
        giver=pair[0],
        taker=pair[1],
        by=By.LIST,
        known=Known.LISTED,
        authority=f"{edge.teller}'s sharing list, {where}",
        sources=(where,),
        closing=(f"{pair[0]} takes {pair[1]} off its sharing list",),
    )


def acting_hops(members: Iterable[Member]) -> tuple[Hop, ...]:
    """From an agency to each that people of it act for: what the one holds, somebody of the other sees. Counts, no names.

    A question such a person puts is decided as that of both agencies, the stricter counts: that opens nothing. What others of
    the agency asked for lies before them all the same.
    """
    counted: dict[tuple[str, str], int] = {}
    for member in members:
        for other in dict.fromkeys(member.acting_for):
            if other != member.agency:
                counted[member.agency, other] = counted.get((member.agency, other), 0) + 1
    return tuple(
        Hop(
            giver=agency,
            taker=other,
            by=By.ACTING_FOR,
            known=Known.RECORDED,
            authority=f"{count} of {agency}'s people act{'' if count > 1 else 's'} for {other}",
            sources=(f"members of {agency}",),
            closing=(f"nobody of {agency} acts for {other}",),
        )
        for (agency, other), count in counted.items()
    )


def told_hops(told: Iterable[tuple[str, str, DataClass, str]], classes: frozenset[str]) -> tuple[Hop, ...]:
    """From (owner, recipient, class, channel) of disclosures that nobody queried: what was told is out for good."""
    counted: dict[tuple[str, str, str], int] = {}
    for owner, recipient, data_class, channel in told:
        if str(data_class) in classes and owner != recipient:
            counted[owner, recipient, channel] = counted.get((owner, recipient, channel), 0) + 1
    return tuple(
        Hop(
            giver=owner,
            taker=recipient,
            by=By.TOLD,
            known=Known.RECORDED,
            authority=f"told by {channel}, {count} recorded",
            sources=(f"disclosures recorded by {owner}",),
            past=True,
        )
        for (owner, recipient, channel), count in counted.items()
    )
