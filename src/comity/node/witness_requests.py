"""What an administrator asks of a node's part in witnessing."""

from __future__ import annotations

from comity.ledger.witnessed import grace_of
from comity.model.base import Noun
from comity.model.witness import HeadShown, WitnessState
from comity.node.witness_door import WITNESS_PATH
from comity.ports import World


class ShowWitness(Noun, frozen=True, kw_only=True, tag="show-witness"):
    """Show the node's witness key, the logs it cosigned, and how its own log stands with its witnesses."""


def witness_state(world: World) -> WitnessState:
    """How the node stands, as witness and with its witnesses."""
    grace = grace_of(world)
    listing = world.directory().find_node(world.node)
    witnesses = world.witnesses
    return WitnessState(
        key=world.keys.witness_key(),
        url=f"{listing.address if listing else ''}{WITNESS_PATH}",
        cosigned=tuple(
            HeadShown(origin=origin, size=held.size) for origin, held in world.journal.heads.all_cosigned()
        ),
        quorum=witnesses.policy.quorum if witnesses else "",
        size=grace.size,
        witnessed=grace.witnessed,
        waits_since_ms=grace.waits_since_ms,
        closes_ms=grace.closes_ms,
        told=witnesses.told() if witnesses else None,
    )
