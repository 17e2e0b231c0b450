"""The asker's own law, before anything is sent: it may only narrow."""

from __future__ import annotations

from comity.exchange.answering.law_in_force import read_law
from comity.exchange.asking.asker import Asking
from comity.exchange.messages.suspended import suspended_reasons
from comity.law.compiled import Law
from comity.law.decide import refusals_of
from comity.law.facts import Parties, request_facts
from comity.law.fold import fold
from comity.model.decision import Reason
from comity.model.query import Query
from comity.ports import World


def own_refusals(world: World, asking: Asking, queries: tuple[Query, ...]) -> dict[str, tuple[Reason, ...]]:
    """By owner, the reasons of the asker's own packs that refuse the question to it; empty where it may be sent.

    The directory's first: where a party is suspended nothing is sent.
    """
    _, law = read_law(world, asking.directory, asking.asker.id)
    return {query.owner: _refusals(law, asking, query) for query in queries}


def _refusals(law: Law, asking: Asking, query: Query) -> tuple[Reason, ...]:
    directory = asking.directory
    owner, beneficiary = directory.get_agency(query.owner), directory.get_agency(query.beneficiary)
    parties = Parties(asking.asker, asking.member, owner, beneficiary, directory)
    refused = refusals_of(fold(law, request_facts(query, parties, asking.now_ms)))
    own = (reason for reason in refused if not reason.rule.startswith("comity/"))
    return (*suspended_reasons(directory, query.asker, query.beneficiary, query.owner), *own)
