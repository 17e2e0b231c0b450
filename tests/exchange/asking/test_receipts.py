"""Receipts for the member who asked: of one owner, without the key of what was released."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, NY_DMV, WA_POLICE
from comity.demo.run import to_request
from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.receipts import receipt_of
from comity.ledger.receipt_file import prove_receipt_file, write_receipt_file


def test_a_receipt_is_shown_without_the_key_of_its_content(own_stage: Stage) -> None:
    """It is proved by the owner's log key; what opens the answer is not in it."""
    world = own_stage.federation.world_of(WA_POLICE)
    detective = own_stage.member("wa-police-detective")
    request = replace(to_request(own_stage.region.scene.detective_question), sources=(CA_SHERIFF,))
    outcome = ask_query(world, request, detective)
    shown = receipt_of(world, detective, outcome.query_id, CA_SHERIFF)
    assert shown.receipt is not None
    assert not shown.receipt.content_key
    listing = world.directory().find_node(shown.receipt.node)
    assert listing is not None
    proved = prove_receipt_file(write_receipt_file(shown.receipt), [listing.log_key])
    assert proved.facts.kind == "answered"


def test_who_did_not_ask_and_who_was_not_asked_read_the_same(own_stage: Stage) -> None:
    """Another member of the agency, and an owner that the question did not go to."""
    world = own_stage.federation.world_of(WA_POLICE)
    detective = own_stage.member("wa-police-detective")
    request = replace(to_request(own_stage.region.scene.detective_question), sources=(CA_SHERIFF,))
    outcome = ask_query(world, request, detective)
    for member, owner in ((own_stage.member("wa-police-sergeant"), CA_SHERIFF), (detective, NY_DMV)):
        with pytest.raises(WrongUseError, match="no answer"):
            receipt_of(world, member, outcome.query_id, owner)
