"""Witnesses of a log: the policy that says whose word is needed, heads they vouched for, and what their absence does."""

from __future__ import annotations

from comity.model.base import Noun

NO_QUORUM = "none"


class PolicyLog(Noun, frozen=True, kw_only=True):
    """A log that a policy knows: its verifier key (vkey), and where it is read, if that is said."""

    vkey: str
    url: str = ""


class PolicyWitness(Noun, frozen=True, kw_only=True):
    """A witness: its name within the policy, its cosignature key (vkey of type 4), and where checkpoints are sent."""

    name: str
    vkey: str
    url: str = ""


class PolicyGroup(Noun, frozen=True, kw_only=True):
    """Witnesses and groups of which at least `needed` must vouch."""

    name: str
    needed: int
    members: tuple[str, ...]


class WitnessPolicy(Noun, frozen=True, kw_only=True):
    """Who must have cosigned a checkpoint before it counts (C2SP tlog-policy).

    `quorum` names a witness or a group, or is `none`. Groups stand in the order they were defined in, each behind its
    members.
    """

    logs: tuple[PolicyLog, ...]
    witnesses: tuple[PolicyWitness, ...]
    groups: tuple[PolicyGroup, ...]
    quorum: str


class WitnessSaid(Noun, frozen=True, kw_only=True):
    """What one witness of the own log said last: cosigned or not, and if not one sentence why."""

    name: str
    cosigned: bool
    sentence: str = ""


class WitnessRound(Noun, frozen=True, kw_only=True):
    """What came of asking the witnesses: when (UTC milliseconds), for how many entries, whether the quorum vouched.

    `closed` says that one of them holds more of this log, or another one, under the log's own signature; else empty.
    """

    at_ms: int
    size: int
    met: bool
    said: tuple[WitnessSaid, ...]
    closed: str = ""


class Fork(Noun, frozen=True, kw_only=True):
    """Two signed checkpoints of one log that cannot both be true: the evidence."""

    origin: str
    held: str
    seen: str


class HeadShown(Noun, frozen=True, kw_only=True):
    """A log that this node cosigned as a witness, and how far."""

    origin: str
    size: int


class WitnessState(Noun, frozen=True, kw_only=True):
    """A node's part in witnessing: its own key, the logs it cosigned, and how its own log stands with its witnesses.

    `quorum` is the policy's, empty without a policy. `waits_since_ms` is when the oldest entry was made that no quorum
    vouches for, `closes_ms` from when on nothing leaves; both None where nothing waits.
    """

    key: str
    url: str
    cosigned: tuple[HeadShown, ...]
    quorum: str
    size: int
    witnessed: int
    waits_since_ms: int | None
    closes_ms: int | None
    told: WitnessRound | None
