"""A node as a witness: it cosigns what extends the log it holds, and never two heads that cannot both be true."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import ClosedError
from comity.exchange.log.witness import FORK_KEY, LARGEST_SUBMISSION, SIZE, cosigned_checkpoint, witness_checkpoint
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint, verify_checkpoint
from comity.ledger.cosignature import cosigned_at
from comity.ledger.entry import decode_entry
from comity.ledger.tree import consistency_proof
from comity.model.canon import from_canonical
from comity.model.disclosure import EntryKind
from comity.model.witness import Fork
from comity.ports import World
from store_engines import both_engines, turn_of
from witness_keys import WitnessKey
from witness_stage import START_MS, LooseLog, WitnessStage, over, request

LEAVES = tuple(b"leaf %d" % number for number in range(40))
FORKED = LEAVES[:5] + tuple(b"other %d" % number for number in range(35))


@dataclass(frozen=True)
class Staged:
    stage: WitnessStage
    world: World
    log: LooseLog

    def ask(self, raw: bytes) -> tuple[int, str]:
        reply = witness_checkpoint(self.world, raw)
        return reply.status, reply.body


@pytest.fixture
def staged(tmp_path: Path, engine: object) -> Iterator[Staged]:
    stage = WitnessStage(tmp_path)
    world = stage.add("witness")
    yield Staged(stage, world, LooseLog(stage.list_node("river")))
    stage.close()


def test_a_first_checkpoint_and_what_extends_it_are_cosigned(staged: Staged) -> None:
    """The line verifies over the checkpoint, is dated by our clock, and is on the disk before it leaves."""
    for old, size in ((0, 3), (3, 3), (3, 17), (17, 40)):
        status, line = staged.ask(staged.log.submission(old, LEAVES[:size]))
        assert status == 200, line
        note = staged.log.note(LEAVES[:size]) + line
        assert cosigned_at(note, WitnessKey("witness").vkey) == START_MS // 1000
        held = staged.world.journal.heads.cosigned("comity.log/river")
        assert held is not None
        assert (held.size, held.note) == (size, note)


def test_a_witness_that_may_have_forgotten_cosigns_no_more_under_its_key(staged: Staged) -> None:
    """Kept durably, and of that key alone: what it holds stays as it was, and a new key may vouch again."""
    staged.ask(staged.log.submission(0, LEAVES[:9]))
    heads = staged.world.journal.heads
    assert heads.forgotten() == ""
    heads.forget(WitnessKey("another").vkey)
    assert staged.ask(staged.log.submission(9, LEAVES[:12]))[0] == 200
    heads.forget(WitnessKey("witness").vkey)
    status, said = staged.ask(staged.log.submission(12, LEAVES[:17]))
    assert (status, "cosigns no more under it" in said) == (503, True)
    held = heads.cosigned("comity.log/river")
    assert held is not None
    assert held.size == 12
    staged.stage.stores["witness"].close()
    assert witness_checkpoint(staged.stage.add("witness"), staged.log.submission(12, LEAVES[:17])).status == 503


def test_a_restart_forgets_nothing(staged: Staged) -> None:
    """The head is in the database: the fork that came before the restart is refused after it."""
    staged.ask(staged.log.submission(0, LEAVES[:9]))
    staged.stage.stores["witness"].close()
    again = staged.stage.add("witness")
    assert witness_checkpoint(again, staged.log.submission(9, FORKED[:12])).status == 422
    assert witness_checkpoint(again, staged.log.submission(0, FORKED[:12])).body == "9\n"
    assert witness_checkpoint(again, staged.log.submission(9, LEAVES[:12])).status == 200


def test_each_fault_has_the_status_of_the_specification(staged: Staged) -> None:
    """400, 403, 404, 409 and 422, in the specification's order, and nothing of it moves what is held."""
    log, submit = staged.log, staged.log.submission
    staged.ask(submit(0, LEAVES[:8]))
    held = staged.world.journal.heads.cosigned("comity.log/river")
    stranger = LooseLog(type(log.keys)("stranger"))
    own = LooseLog(type(log.keys)("witness"))
    key = parse_vkey(log.keys.log_key())
    empty = sign_checkpoint(Checkpoint(key.name, 0, bytes(32)), key, log.keys.sign_log)
    forged = log.note(LEAVES[:9]).replace("\n9\n", "\n10\n")
    wrong = (*consistency(8, 9)[:-1], bytes(32))
    for raw, status in (
        (request(8, (), forged), 403),
        (request(8, (), unsigned(log.note(LEAVES[:9]))), 403),
        (stranger.submission(0, LEAVES[:9]), 404),
        (own.submission(0, LEAVES[:9]), 404),
        (submit(10, LEAVES[:9]), 400),
        (submit(7, LEAVES[:9]), 409),
        (submit(0, LEAVES[:9]), 409),
        (submit(5, LEAVES[:6]), 409),
        (request(8, wrong, log.note(LEAVES[:9])), 422),
        (request(8, (), log.note(LEAVES[:9])), 422),
        (request(8, (bytes(32),), log.note(LEAVES[:8])), 422),
        (submit(8, FORKED[:8]), 422),
        (submit(8, FORKED[:12]), 422),
        (request(0, (), empty), 409),
    ):
        assert staged.ask(raw)[0] == status, raw
        assert staged.world.journal.heads.cosigned("comity.log/river") == held


def consistency(old: int, new: int) -> tuple[bytes, ...]:
    return consistency_proof(old, new, over(LEAVES))


def unsigned(note: str) -> str:
    """The same text under another's signature line."""
    body = note.partition("\n\n")[0] + "\n"
    return f"{body}\n{WitnessKey('x').line(body, 1)}"


def test_a_log_whose_listed_key_is_no_key_is_not_believed(staged: Staged) -> None:
    """The directory's fault keeps that log out, and no other."""
    broken = replace(staged.stage.listings["river"], id="broken", log_key="comity.log/broken+nonsense")
    staged.stage.listings = {"broken": broken, **staged.stage.listings}
    named = staged.log.submission(0, LEAVES[:3]).replace(b"comity.log/river\n", b"comity.log/broken\n")
    assert staged.ask(named)[0] == 403
    assert staged.ask(staged.log.submission(0, LEAVES[:3]))[0] == 200


def test_a_stale_log_is_told_what_is_held(staged: Staged) -> None:
    """409 carries the size and its own kind of text, so that the log can go on from there."""
    staged.ask(staged.log.submission(0, LEAVES[:8]))
    reply = witness_checkpoint(staged.world, staged.log.submission(0, LEAVES[:9]))
    assert (reply.status, reply.body, reply.kind) == (409, "8\n", SIZE) == (409, "8\n", "text/x.tlog.size")
    fresh = LooseLog(staged.stage.list_node("city"))
    assert staged.ask(fresh.submission(3, LEAVES[:9])) == (409, "0\n")


def test_a_log_without_entries_is_one_log(staged: Staged) -> None:
    """Size 0 has one root and no proof; from there every first checkpoint may follow, once."""
    log = staged.log
    key = parse_vkey(log.keys.log_key())
    wrong = sign_checkpoint(Checkpoint(key.name, 0, bytes(32)), key, log.keys.sign_log)
    assert staged.ask(request(0, (), wrong))[0] == 422
    assert staged.ask(request(0, (bytes(32),), log.note(LEAVES[:3])))[0] == 422
    assert staged.ask(request(0, (), log.note(())))[0] == 200
    assert staged.ask(request(0, (), log.note(())))[0] == 200
    assert staged.ask(log.submission(0, LEAVES[:3]))[0] == 200
    assert staged.ask(log.submission(0, FORKED[:9])) == (409, "3\n")


NOISE = {
    "nothing": b"",
    "no old size": b"\n\nnote",
    "another word": b"new 5\n\n",
    "a leading zero": b"old 05\n\n",
    "a digit of another script": "old ٥\n\n".encode(),
    "no empty line": b"old 5\nAAAA",
    "a hash too short": b"old 5\nAAAA\n\n",
    "no base64": b"old 5\n????\n\n",
    "too many hashes": b"old 5\n" + b"AAAA\n" * 64 + b"\n",
    "no text": b"old 5\n\n\xff\xfe",
    "no checkpoint": b"old 5\n\nhello\n",
    "too large": b"old 5\n" + b"A" * LARGEST_SUBMISSION,
}


@pytest.mark.parametrize("raw", NOISE.values(), ids=NOISE)
def test_noise_is_a_bad_request(staged: Staged, raw: bytes) -> None:
    """Status 400, and nothing is held or entered."""
    assert staged.ask(raw)[0] == 400
    assert staged.world.journal.heads.all_cosigned() == ()
    assert staged.world.journal.size() == 0


def test_a_fork_is_entered_with_both_signed_heads(staged: Staged) -> None:
    """Two heads of one size: refused, entered once in our own log, and both verify under the log's key."""
    submit = staged.log.submission
    staged.ask(submit(0, LEAVES[:8]))
    assert staged.ask(submit(8, FORKED[:8]))[0] == 422
    assert staged.ask(submit(3, FORKED[:8]))[0] == 409
    assert staged.world.journal.size() == 1
    entry = decode_entry(staged.world.journal.entry(0))
    assert entry.facts.kind is EntryKind.FORK_SEEN
    fork = from_canonical(staged.world.journal.content(0) or b"", Fork)
    heads = [verify_checkpoint(note, staged.log.keys.log_key()) for note in (fork.held, fork.seen)]
    assert [head.size for head in heads] == [8, 8]
    assert heads[0].root != heads[1].root
    found = staged.world.journal.find_answer(fork.origin, sha256(heads[1].body.encode()).hexdigest(), FORK_KEY)
    assert found is not None


def test_signatures_of_others_are_not_kept(staged: Staged) -> None:
    """Whoever brings a checkpoint may have added lines; what is held has the log's and ours."""
    note = staged.log.note(LEAVES[:3])
    more = WitnessKey("another").line(note.partition("\n\n")[0] + "\n", 5)
    status, line = staged.ask(request(0, (), note + more))
    assert status == 200
    assert cosigned_checkpoint(staged.world, sha256(b"comity.log/river").hexdigest()).body == note + line


def test_a_monitor_reads_what_is_held(staged: Staged) -> None:
    """By the hash of the origin; 404 for a log that was never brought."""
    assert cosigned_checkpoint(staged.world, sha256(b"comity.log/river").hexdigest()).status == 404
    assert cosigned_checkpoint(staged.world, "comity.log/river").status == 404


def test_of_many_at_once_one_is_cosigned(staged: Staged) -> None:
    """Eight extensions of one head in eight threads, no two of one log: one line leaves, the others are told the size."""
    staged.ask(staged.log.submission(0, LEAVES[:4]))
    forks = [(*LEAVES[:4], *(b"%d" % number for _ in range(number + 1))) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(staged.ask, [staged.log.submission(4, fork) for fork in forks]))
    assert sorted(status for status, _ in replies) == [200] + [409] * 7
    held = staged.world.journal.heads.cosigned("comity.log/river")
    assert held is not None
    assert {body for status, body in replies if status == 409} == {f"{held.size}\n"}


def test_first_heads_at_once_are_one(staged: Staged) -> None:
    """Nothing is held yet and two logs claim the name: one of them is the log."""
    with ThreadPoolExecutor(2) as pool:
        replies = list(pool.map(staged.ask, [staged.log.submission(0, one[:9]) for one in (LEAVES, FORKED)]))
    assert sorted(status for status, _ in replies) == [200, 409]


def test_what_cannot_be_kept_is_not_signed(staged: Staged) -> None:
    """A disk that fails closes the door: no line leaves."""
    staged.stage.stores["witness"]._writer.refuse("the disk failed")
    with pytest.raises(ClosedError, match="the disk failed"):
        staged.ask(staged.log.submission(0, LEAVES[:3]))


ACTS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 14), st.sampled_from(["held", "told", "zero", "any"])), max_size=14
)
BRANCHES = tuple(
    tuple(b"%d" % number if number < fork else b"%d of %d" % (number, fork) for number in range(14))
    for fork in (14, 9, 4, 0)
)
_names = count()


@pytest.fixture(scope="module")
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Staged]:
    """One witness for every example of a property; each example is another log."""
    with turn_of("sqlite"):
        stage = WitnessStage(tmp_path_factory.mktemp("lasting"))
        world = stage.add("witness")
        yield Staged(stage, world, LooseLog(stage.list_node("river")))
        stage.close()


@given(acts=ACTS)
@settings(max_examples=60)
def test_no_sequence_of_checkpoints_makes_it_sign_two_heads_that_disagree(
    lasting: Staged, acts: list[tuple[int, int, str]]
) -> None:
    """Honest, forked and stale checkpoints in any order: all that were cosigned are beginnings of one log."""
    log = LooseLog(lasting.stage.list_node(f"log-{next(_names)}"))
    signed: list[tuple[bytes, ...]] = []
    for branch, size, said in acts:
        leaves = BRANCHES[branch][:size]
        held = len(signed[-1]) if signed else 0
        old = {"held": held, "told": min(held, size), "zero": 0, "any": size // 2}[said]
        if lasting.ask(log.submission(old, leaves))[0] == 200:
            signed.append(leaves)
    for older, newer in pairwise(signed):
        assert newer[: len(older)] == older


pytestmark = both_engines
