"""Hops that the directory shows: who runs what data lies on or passes through can read it, whatever the software does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from comity.exchange.messages.route import way_today
from comity.model.agency import Agency, Directory
from comity.oversight.reach.hop import By, Hop, Known


def pool_hops(directory: Directory) -> tuple[Hop, ...]:
    """From each agency to every other whose records lie on the same node: its disk can be read by whoever runs it."""
    by_node: dict[str, list[Agency]] = {}
    for agency in directory.agencies:
        if agency.node:
            by_node.setdefault(agency.node, []).append(agency)
    return tuple(
        Hop(
            giver=giver.id,
            taker=taker.id,
            by=By.POOL,
            known=Known.DIRECTORY,
            authority=f"both lie on {node}; whoever runs it can read its disk",
            sources=(f"directory, version {directory.version}",),
            closing=(f"move {giver.id} or {taker.id} to a node of its own",),
        )
        for node, held in by_node.items()
        for giver in held
        for taker in held
        if giver is not taker
    )


def broker_hops(directory: Directory, asked: Iterable[Hop]) -> tuple[Hop, ...]:
    """From each giver to the agencies of a broker that its answers go through, for hops that may be asked for by one.

    What is carried is not encrypted to the addressee (decision 0044), so a broker is a party that could read.
    """
    nodes = {agency.id: agency.node for agency in directory.agencies}
    found: dict[tuple[str, str, str], Hop] = {}
    for hop in asked:
        for broker in brokers_between(directory, nodes.get(hop.giver, ""), nodes.get(hop.taker, "")):
            for taker in _at(directory, broker, but=(hop.giver, hop.taker)):
                found.setdefault((hop.giver, taker, broker), _brokered(directory, hop, taker, broker))
    return tuple(found.values())


def brokers_between(directory: Directory, start: str, end: str) -> Sequence[str]:
    """The brokers between two nodes; none where either is not known."""
    return way_today(directory, start, end) if start and end and start != end else ()


def _at(directory: Directory, node: str, but: tuple[str, str]) -> Iterator[str]:
    yield from (agency.id for agency in directory.agencies if agency.node == node and agency.id not in but)


def _brokered(directory: Directory, hop: Hop, taker: str, broker: str) -> Hop:
    return Hop(
        giver=hop.giver,
        taker=taker,
        by=By.BROKER,
        known=Known.DIRECTORY,
        authority=f"{broker} carries what {hop.giver} answers {hop.taker}, and could read it",
        sources=(f"directory, version {directory.version}",),
        closing=(f"forbid {hop.giver}'s questions that are brokered by {broker}, or list a way without it",),
    )
