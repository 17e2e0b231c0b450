"""What was shown, acts on its records, and rounds of bringing what they make due."""

from __future__ import annotations

from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, member_of
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.records.record_act import act_on_record
from comity.model.answer import Item
from comity.model.correction import RecordAct, RecordActed
from comity.model.outcome import Outcome


def custodian(stage: Stage, agency: str) -> str:
    return member_of(agency, "custodian")


def shown(outcome: Outcome, owner: str = CA_SHERIFF) -> tuple[Item, ...]:
    return next(
        (
            source.answer.items
            for source in outcome.sources
            if source.agency == owner and source.answer is not None
        ),
        (),
    )


def record_of(stage: Stage, item_id: str) -> str:
    minted = stage.federation.world_of(CA_SHERIFF).journal.find_item(item_id)
    assert minted is not None
    return minted.record_id


def act(stage: Stage, item_id: str, what: str) -> RecordActed:
    member = stage.member(custodian(stage, CA_SHERIFF))
    wanted = RecordAct(record_id=record_of(stage, item_id), act=what, reason="by order of the court")
    return act_on_record(stage.federation.world_of(CA_SHERIFF), member, wanted)


def push(stage: Stage) -> int:
    """Rounds of pushing at every node until nothing is due; how many deliveries arrived."""
    arrived = 0
    for _ in range(5):
        found = [push_deliveries(world) for world in stage.federation.worlds.values()]
        arrived += sum(one.arrived for one in found)
        if not any(one.arrived for one in found):
            return arrived
    raise AssertionError("deliveries beget deliveries without end")
