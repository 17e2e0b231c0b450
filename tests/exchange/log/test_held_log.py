"""An answer whose receipt contradicts what the asker cosigned of its owner's log is not believed."""

from __future__ import annotations

import pytest
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.exchange.log.witness import witness_checkpoint
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint, parse_vkey, sign_checkpoint, verify_checkpoint
from comity.ledger.proof import parse_proof
from comity.model.canon import from_canonical
from comity.model.codes import Status
from comity.model.disclosure import EntryKind
from comity.model.outcome import SourceResult
from comity.model.witness import Fork
from comity.ports import KeptHead
from store_engines import both_engines

pytestmark = both_engines


def ask(stage: Stage) -> SourceResult:
    outcome = stage.ask(stage.region.scene.detective_question)
    return next(one for one in outcome.sources if one.agency == CA_SHERIFF)


def signed_by_owner(stage: Stage, size: int) -> str:
    """A checkpoint of some other tree, under the signature of the owner's log."""
    keys = stage.federation.world_of(CA_SHERIFF).keys
    key = parse_vkey(keys.log_key())
    return sign_checkpoint(Checkpoint(origin=key.name, size=size, root=b"\x07" * 32), key, keys.sign_log)


def hold(stage: Stage, size: int) -> None:
    """The asker cosigned such a checkpoint."""
    note = signed_by_owner(stage, size)
    heads = stage.federation.world_of(WA_POLICE).journal.heads
    assert heads.cosign(parse_checkpoint(note).origin, None, KeptHead(size, note))


def test_a_receipt_over_a_fork_is_evidence_and_no_answer(own_stage: Stage, engine: None) -> None:
    """Two checkpoints of one size, both signed: that source has failed, and both stand in the asker's own log."""
    hold(own_stage, own_stage.size(CA_SHERIFF) + 1)
    before = own_stage.size(WA_POLICE)
    source = ask(own_stage)
    assert (source.status, source.answer, source.verified) == (Status.FAILED, None, False)
    assert "the log of `ca-node` was forked" in source.reasons[0].because
    world = own_stage.federation.world_of(WA_POLICE)
    kinds = [facts.kind for facts in own_stage.entries(WA_POLICE, before)]
    fork = from_canonical(world.journal.content(before + kinds.index(EntryKind.FORK_SEEN)) or b"", Fork)
    vkey = own_stage.federation.world_of(CA_SHERIFF).keys.log_key()
    held, seen = (verify_checkpoint(note, vkey) for note in (fork.held, fork.seen))
    assert (held.size, held.root != seen.root) == (seen.size, True)


def test_a_receipt_over_an_older_log_is_no_answer(own_stage: Stage, engine: None) -> None:
    """Fewer entries than its owner's log had before it was asked: a copy was restored, and nothing of it is believed."""
    hold(own_stage, own_stage.size(CA_SHERIFF) + 5)
    source = ask(own_stage)
    assert (source.status, source.answer) == (Status.FAILED, None)
    assert "shows 1 entries and had 5 before it was asked" in source.reasons[0].because
    assert "comity ledger witness show" in source.reasons[0].because


@pytest.mark.parametrize("brought", [False, True])
def test_an_answer_is_taken_before_its_witnesses_have_cosigned_it(
    own_stage: Stage, engine: None, brought: bool
) -> None:
    """The checkpoint of a receipt is seconds younger than its cosignature; what extends the cosigned one is believed."""
    assert ask(own_stage).verified
    owner, asker = own_stage.federation.world_of(CA_SHERIFF), own_stage.federation.world_of(WA_POLICE)
    if brought:
        note = owner.journal.checkpoint()
        assert witness_checkpoint(asker, f"old 0\n\n{note}".encode()).status == 200
    source = ask(own_stage)
    assert source.verified
    assert source.receipt is not None
    assert parse_checkpoint(parse_proof(source.receipt.proof).note).size == own_stage.size(CA_SHERIFF)
