"""What an administrator does with members' access, in the node's log.

The entry's codes say that access at an agency changed, and in which minute; who changed whose, and to what, stands in the
wrapped record alone, and goes with its month.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryKind, Unit
from comity.model.roster import MemberAct
from comity.ports import World


def enter_member_act(world: World, agency_id: str, act: MemberAct, told: Mapping[str, Any]) -> int:
    """Enter one act on one member of an agency held here; the entry's number.

    Raises ClosedError where the log takes nothing.
    """
    agency = owner_here(world, agency_id)
    now_ms = world.clock.now_ms()
    unit = Unit(
        facts=owner_facts(EntryKind.MEMBER_CHANGED, agency, now_ms),
        content=canonical_bytes({"act": act}),
        record=canonical_bytes({"act": act, "at_ms": now_ms, **told}),
    )
    return parse_proof(append_entry(world, unit).proof).index
