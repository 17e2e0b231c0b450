"""What the verbs of a simulation work with: the nodes, the network, what was seen, and the seed's choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from comity.model.directory import SignedDirectory
from comity.ports import World
from comity.sim.faults import Odds
from comity.sim.network import Network
from comity.sim.node import SimNode
from comity.sim.scene import ORIS, node_of
from comity.sim.seen import Seen
from comity.sim.warden import Warden

HOSTILE = (
    "gray-police"  # its keys are listed and its agreements in force; what it does with them is another matter
)


@dataclass
class Play:
    """One run. `loaded` numbers the records that came in, so that each has marks of its own; `warden` is the witness.

    `signed` are the versions of the directory behind the pinned one that its quorum signed, which nobody need have adopted.
    """

    rng: Random
    odds: Odds
    network: Network
    seen: Seen
    nodes: dict[str, SimNode]
    loaded: int = 0
    warden: Warden | None = None
    signed: list[SignedDirectory] = field(default_factory=list)

    @property
    def honest(self) -> tuple[str, ...]:
        """The agencies that keep to the rules."""
        return tuple(agency for agency in ORIS if agency != HOSTILE)

    def some_agency(self) -> str:
        return self.rng.choice(self.honest)

    def node(self, agency: str) -> SimNode:
        """The node of an agency."""
        return self.nodes[node_of(agency)]

    def world(self, agency: str) -> World:
        """The world of an agency's node. Raises CrashedError where it does not run."""
        return self.node(agency).world
