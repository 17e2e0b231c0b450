"""What may be asked of the node about outcomes of hits."""

from __future__ import annotations

from comity.exchange.hit_outcomes import say_outcome
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.hit import HitOutcome, HitsTold
from comity.ports import World
from comity.settings import get_member


class SayOutcome(Noun, frozen=True, kw_only=True, tag="say-outcome"):
    """Say what came of a hit, by its item."""

    member: str
    item_id: str
    outcome: HitOutcome


def run_hit(world: World, members: tuple[Member, ...], request: SayOutcome) -> HitsTold:
    """Carry out one request. Raises WrongUseError for a member this node does not have, or who may not."""
    return say_outcome(world, get_member(members, request.member), request.item_id, request.outcome)
