"""A reconciler pairs both sides' entries of every question, and names a twin that is missing or says something else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace as changed
from pathlib import Path

import pytest
from msgspec.structs import replace
from recall_stage import act, push
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.errors import ProofError
from comity.exchange.asking.fetch import fetch_item
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.log.reconcile import OtherSide, own_side, reconcile, side_of_journal, side_of_log
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.directory import LogDirectory
from comity.model.codes import Purpose
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.outcome import FetchRequest, Outcome
from comity.model.reconciled import Reconciled, TwinFault

WA, CA = "wa-node", "ca-node"
ON_BOTH_ENGINES = True


@pytest.fixture
def asked(own_stage: Stage) -> Stage:
    """The detective's question to every source, and the detail of one item in California."""
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    source = next(one for one in outcome.sources if one.agency == CA_SHERIFF)
    assert source.answer is not None
    request = FetchRequest(
        query_id=outcome.query_id,
        item_id=source.answer.items[0].item_id,
        asker=WA_POLICE,
        member=own_stage.region.scene.detective_question.member,
    )
    world = own_stage.federation.world_of(WA_POLICE)
    fetch_item(world, request, own_stage.member(request.member))
    return own_stage


def of_log(stage: Stage, node: str = CA) -> OtherSide:
    """The partner's side, from its published log directory alone."""
    store = stage.federation.stores[node]
    store.journal.publish()
    log = LogDirectory(store.log_directory)
    return side_of_log(log, verify_checkpoint(log.checkpoint(), stage.federation.keys[node].log_key()))


def look(stage: Stage, other: OtherSide, node: str = CA) -> Reconciled:
    federation = stage.federation
    return reconcile(own_side(federation.worlds[WA].journal), other, federation.directory, WA, node)


def test_an_outcome_that_changed_since_is_read_as_it_is_now(asked: Stage) -> None:
    """A recall's mark, or a late answer, leaves another outcome in the place of the first: the pair is found all the same."""
    before = look(asked, of_log(asked))
    outcome = kept_outcome(asked)
    item = next(one.answer.items[0] for one in outcome.sources if one.agency == CA_SHERIFF and one.answer)
    act(asked, item.item_id, "dispute")
    push(asked)
    after = look(asked, of_log(asked))
    assert (after.paired, after.unreceived, after.faults) == (before.paired, before.unreceived, ())


def kept_outcome(stage: Stage) -> Outcome:
    """The one outcome that the asker's node keeps."""
    journal = stage.federation.world_of(WA_POLICE).journal
    (query_id,) = {one.query_id for one in journal.look_ups.of(WA_POLICE, "wa-police-detective", 0, 10)}
    return get_outcome(stage.federation.world_of(WA_POLICE), WA_POLICE, query_id).outcome


def test_every_question_has_both_entries(asked: Stage) -> None:
    """Digest and detail, at every owner that was asked; from the log directory and from the journal alike."""
    found = look(asked, of_log(asked))
    there = {one.id for one in asked.federation.directory.agencies if one.node == CA}
    digests = sum(
        1 for query in own_side(asked.federation.worlds[WA].journal).asked.values() if query.owner in there
    )
    assert digests >= 2
    assert (found.paired, found.faults) == (digests, ())
    assert (found.unanswered, found.unreceived, found.later, found.purged) == (0, 0, 0, 0)
    world = asked.federation.worlds[CA]
    head = verify_checkpoint(world.journal.checkpoint(), world.keys.log_key())
    assert look(asked, side_of_journal(world.journal, head)) == found


def test_an_answer_that_the_owner_did_not_enter_is_named(asked: Stage) -> None:
    """Its receipt says where the entry must stand: that is missing, whatever the log's other entries say."""
    side = of_log(asked)
    own = own_side(asked.federation.worlds[WA].journal)
    pair = next(pair for pair in side.answered if pair in own.asked)
    index = side.answered[pair][0]
    rest = {name: one for name, one in side.answered.items() if name != pair}
    (fault,) = look(asked, changed(side, answered=rest)).faults
    assert (fault.fault, fault.entry, fault.query_id) == (TwinFault.MISSING_AT_OWNER, index, own.asked[pair].id)


CHANGES: dict[str, dict[str, object]] = {
    "purpose": {"purpose": Purpose.CIVIL_IMMIGRATION},
    "data classes": {"class_mask": 1 << 31},
    "asking agency": {"asker_ori": "WA0000000"},
    "instrument": {"instrument": "judicial-warrant"},
    "decision": {"decision": "refused"},
    "number of items": {"released": 99},
    "law": {"law": "sha256:" + "ab" * 32},
    "owner": {"owner_ori": "CA0000000"},
}


@pytest.mark.parametrize("what", CHANGES)
def test_h23_twins_that_disagree_are_named_with_what_differs(asked: Stage, what: str) -> None:
    """The owner entered another purpose, class, asker, instrument, decision, law or number than was asked and came."""
    side = of_log(asked)
    pair = next(pair for pair in side.answered if pair in own_side(asked.federation.worlds[WA].journal).asked)
    index, facts = side.answered[pair]
    told = replace(facts, **CHANGES[what])
    (fault,) = look(asked, changed(side, answered={**side.answered, pair: (index, told)})).faults
    assert (fault.fault, fault.entry) == (TwinFault.DISAGREES, index)
    assert f"says another {what} than" in fault.sentence


def test_an_answer_that_nobody_here_asked_for_is_named(asked: Stage) -> None:
    """The owner's log says our agency asked, under a commitment we never made; another agency's is none of ours."""
    world = asked.federation.worlds[CA]
    ori = asked.federation.directory.get_agency(WA_POLICE).oris[0].ori
    for asker, pair in ((ori, "ab" * 32), ("NY0000000", "cd" * 32)):
        facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=world.clock.now_ms(), asker_ori=asker, pair=pair)
        append_entry(world, Unit(facts=facts, content=b"", record=b""))
    (fault,) = look(asked, of_log(asked)).faults
    assert (fault.fault, fault.entry) == (TwinFault.MISSING_AT_ASKER, world.journal.size() - 2)
    assert ori in fault.sentence


def lose(stage: Stage, node: str, answered: bool) -> Callable[[str, bytes], bytes]:
    """A network that loses messages to a node, or its answers."""

    def meddle(to: str, message: bytes) -> bytes:
        if to != node:
            return stage.federation.deliver(to, message)
        if answered:
            stage.federation.deliver(to, message)
        return b"lost"

    return meddle


@pytest.mark.parametrize("answered", [True, False])
def test_what_the_network_lost_is_counted_and_is_no_fault(own_stage: Stage, answered: bool) -> None:
    """An answer that did not arrive, and a question that did not."""
    stage = own_stage
    stage.federation.meddle = lose(stage, CA, answered)
    stage.ask(stage.region.scene.detective_question)
    stage.federation.meddle = None
    stage.federation.advance(120_000)
    stage.ask(stage.region.scene.detective_question)
    found = look(stage, of_log(stage))
    assert found.faults == ()
    counts = (found.unreceived, found.unanswered)
    assert counts == ((found.paired // 2, 0) if answered else (0, found.paired))


def test_a_copy_that_is_older_than_a_question_says_nothing_of_it(own_stage: Stage) -> None:
    """What was asked after its last entry waits for a newer copy."""
    stage = own_stage
    stage.ask(stage.region.scene.detective_question)
    older = of_log(stage)
    stage.federation.advance(120_000)
    stage.ask(stage.region.scene.detective_question)
    found = look(stage, older)
    assert found.faults == ()
    assert found.later == found.paired > 0


def test_entries_that_are_not_the_logs_are_refused(asked: Stage, tmp_path: Path) -> None:
    """Every entry is hashed: a copy with one changed is no log to reconcile with."""
    side = of_log(asked)
    log = LogDirectory(asked.federation.stores[CA].log_directory)
    with pytest.raises(ProofError, match="do not lead to the root"):
        side_of_log(log, changed(side.head, root=bytes(32)))
