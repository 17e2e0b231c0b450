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
