"""What may be asked of a node about the other nodes it reaches."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.peer_state import PeerState
from comity.ports import World


class ShowPeers(Noun, frozen=True, kw_only=True, tag="show-peers"):
    """Show every other node of the directory as it was last reached."""


def run_peers(world: World, _: ShowPeers) -> tuple[PeerState, ...]:
    """Carry out one request. A node that was only opened for it has reached nobody yet."""
    return world.peers.states()
