"""What the agencies of a simulation do about the directory: suspend by a signed version, lift that, adopt, tell one another.

The quorum signs one chain of versions. Which nodes adopted how much of it, which were only brought it, and which know
nothing of it yet is up to the seed. A hostile node brings versions that no quorum signed.
"""

from __future__ import annotations

import base64

from msgspec.structs import replace

from comity.errors import PeerError, RejectedMessageError
from comity.exchange.messages.change_directory import next_version
from comity.exchange.messages.directory import Link
from comity.exchange.messages.wire import seal_message
from comity.model.agency import Directory
from comity.model.directory import (
    DirectoryChange,
    LiftSuspension,
    SignedDirectory,
    Suspend,
    VersionBrought,
    VersionHead,
    VersionPart,
)
from comity.model.law_text import Signature
from comity.model.listing import Suspended
from comity.node.directory import SIGNING_ROLE, adopt_directory, adopt_waiting
from comity.node.version_parts import split_version
from comity.sim.begin import KEY_SEED, NODES
from comity.sim.federation import sim_key
from comity.sim.hostile import NODE as HOSTILE_NODE
from comity.sim.node import PART_BYTES, SimNode
from comity.sim.play import HOSTILE, Play
from comity.sim.scene import FOREIGN, ORIS
from comity.sim.seen import Version

WHY = "finding 26-7"
CUT_AT_ONCE = 2  # ids; with more of the five nodes cut off a seed would hold little else


def change_listed(play: Play) -> None:
    """The quorum signs a version that suspends or lifts; an administrator somewhere adopts it with all that lead to it."""
    cut = newest_signed(play).suspended
    if cut and (len(cut) >= CUT_AT_ONCE or play.rng.random() < 0.4):
        signed = sign_version(play, LiftSuspension(id=play.rng.choice(cut).id))
    else:
        ids = [one for one in (*ORIS, FOREIGN, *NODES) if one not in {each.id for each in cut}]
        signed = sign_version(play, Suspend(suspended=Suspended(id=play.rng.choice(ids), reason=WHY)))
    play.seen.counts["version signed"] += 1
    adopt_by_hand(play, play.nodes[play.rng.choice(NODES)], signed)


def newest_signed(play: Play) -> Directory:
    """The newest version that the quorum signed; the pinned one before the first."""
    return play.signed[-1].directory if play.signed else play.nodes[HOSTILE_NODE].around.directory


def sign_version(play: Play, *changes: DirectoryChange) -> SignedDirectory:
    """The next version, signed by the honest agencies; noted before anybody adopts it."""
    directory = next_version(Link.of(newest_signed(play)), changes)
    signed = _signed(directory, play.honest)
    cut = frozenset(one.id for one in directory.suspended)
    play.seen.versions.append(Version(directory.version, signed.hash, cut))
    play.signed.append(signed)
    return signed


def _signed(directory: Directory, agencies: tuple[str, ...]) -> SignedDirectory:
    plain = SignedDirectory(directory=directory)
    values = {one: sim_key(f"{KEY_SEED}/agency/{one}").sign(plain.signed_bytes) for one in agencies}
    signatures = (
        Signature(agency=one, role=SIGNING_ROLE, value=base64.b64encode(value).decode())
        for one, value in values.items()
    )
    return replace(plain, signatures=tuple(signatures))


def adopt_by_hand(play: Play, node: SimNode, upto: SignedDirectory) -> None:
    """An administrator adopts a version with all before it, which came on a stick. Raises as the verb does."""
    world = node.world
    adopted = world.directory().version
    for signed in play.signed:
        if adopted < signed.directory.version <= upto.directory.version:
            result = adopt_directory(world, node.folder, signed, node.fault)
            if result.checked.faults:
                play.seen.findings.append(
                    f"{node.id} refused a signed version: {result.checked.faults[0].sentence}"
                )


def adopt_brought(play: Play) -> None:
    """An administrator adopts what other nodes brought."""
    node = play.nodes[play.rng.choice(NODES)]
    for result in adopt_waiting(node.world, node.folder, node.fault):
        if result.checked.faults:
            play.seen.findings.append(f"{node.id} refused what waited: {result.checked.faults[0].sentence}")


def tell(play: Play) -> None:
    """A node brings the versions it holds to all others."""
    play.nodes[play.rng.choice(NODES)].tell()


def mislead(play: Play) -> None:
    """The hostile node brings a version that too few signed, one that was altered, or one from long before."""
    if play.rng.random() >= play.odds.attack:
        return
    newest = newest_signed(play)
    victim = play.rng.choice(play.honest)
    cut = {one.id for one in newest.suspended}
    change = (
        LiftSuspension(id=victim) if victim in cut else Suspend(suspended=Suspended(id=victim, reason="a quarrel"))
    )
    forged = _signed(next_version(Link.of(newest), (change,)), (HOSTILE,))
    offers = {"alone": forged}
    if play.signed:
        offers["altered"] = replace(play.signed[-1], directory=forged.directory)
        offers["long-before"] = play.signed[0]
    name = play.rng.choice(sorted(offers))
    play.seen.counts[f"misled {name}"] += 1
    world = play.world(HOSTILE)
    to = play.node(play.some_agency()).id
    bodies: tuple[VersionBrought | VersionHead | VersionPart, ...] = (VersionBrought(offered=offers[name]),)
    if play.nodes[HOSTILE_NODE].around.in_parts:
        head, parts = split_version(offers[name], PART_BYTES)
        bodies = (head, *parts)
    for body in bodies:
        try:
            play.network.carry(HOSTILE_NODE, to, seal_message(world, to, body, world.clock.now_ms()))
        except (PeerError, RejectedMessageError):
            return
