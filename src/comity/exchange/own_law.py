"""The asker's own law, before anything is sent: it may only narrow."""

from __future__ import annotations

from comity.exchange.asking import Asking
from comity.law.compile import compile_law
from comity.law.decide import decide_query
from comity.law.facts import request_facts
from comity.law.fold import fold
from comity.model.decision import Reason
from comity.model.query import Query
from comity.ports import World


def own_refusals(world: World, asking: Asking, query: Query) -> tuple[Reason, ...]:
    """Reasons of the asker's own packs that refuse the question to this owner; empty when it may be sent."""
    directory = asking.directory
    law = compile_law(world.laws.texts_of(asking.asker.id))
    facts = request_facts(
        query,
        asking.asker,
        asking.member,
        directory.get_agency(query.owner),
        directory.get_agency(query.beneficiary),
        directory,
        asking.now_ms,
    )
    refused = decide_query(fold(law, facts)).refused
    return tuple(reason for reason in refused if not reason.rule.startswith("comity/"))
