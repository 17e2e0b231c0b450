"""Having the own log cosigned by its witnesses, behind the commits and never in a question's way.

1 newest            the newest checkpoint; nothing to do where a quorum vouches for it already
2 ask               every witness at once, with the proof from what it holds
3 add               the lines that verify
4 keep              a quorum's checkpoint: kept and published

A witness that holds more of this log than there is, or another one, proves it by our own signature. Then an old copy was
restored, or the log was forked: nothing leaves from that moment on.
"""

from __future__ import annotations

from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

from comity.errors import PeerError, ProofError
from comity.ledger.checkpoint import Checkpoint, parse_checkpoint, verify_checkpoint
from comity.ledger.cosignature import add_cosignatures, cosigned_at
from comity.ledger.policy import is_met
from comity.ledger.tree import consistency_proof, edge_of, root_of
from comity.model.faults import fault
from comity.model.witness import PolicyWitness, WitnessRound, WitnessSaid
from comity.ports import KeptHead, Witnesses, World

MOST_AT_ONCE = 8  # witnesses asked together; a policy has seldom more than five
MOST_TURNS = 2  # a witness says once what it holds; one that says something else each time is not asked again
LONGEST_SENTENCE = 200  # characters of a witness's refusal that are repeated
SIZE_DIGITS = 19  # of the largest size a log can have


@dataclass(frozen=True, slots=True)
class _Said:
    """A witness's answer: its signature lines, or why there are none; `closed` where it proves that this is not the log."""

    lines: str = ""
    sentence: str = ""
    closed: str = ""


def witness_log(world: World, *, anew: bool = False) -> WitnessRound | None:
    """Have the newest checkpoint cosigned; what came of it, None where there is nothing to ask. Raises ClosedError.

    `anew` asks for one that a quorum vouches for already too: whoever restored an old copy learns it that way.
    """
    now_ms = world.clock.now_ms()
    witnesses, note = world.witnesses, world.journal.checkpoint()  # 1
    if witnesses is None or not note:
        return None
    head = parse_checkpoint(note)
    if world.journal.heads.witnessed().size >= head.size and not anew:
        return None
    asked = witnesses.policy.witnesses
    with ThreadPoolExecutor(min(MOST_AT_ONCE, len(asked)), thread_name_prefix="witness") as pool:
        answers = tuple(pool.map(lambda one: _ask(world, witnesses, one, note), asked))  # 2
    for witness, answer in zip(asked, answers, strict=True):  # 3
        if answer.lines:
            note = add_cosignatures(note, answer.lines, witness.vkey)
    said = tuple(
        WitnessSaid(name=one.name, cosigned=bool(answer.lines), sentence=answer.sentence)
        for one, answer in zip(asked, answers, strict=True)
    )
    before = witnesses.told()
    # What was proved once stays proved, whoever can be reached later: only a restart over another copy asks anew.
    found = (before.closed if before else "", *(answer.closed for answer in answers))
    closed = next((fault for fault in found if fault), "")
    met = not closed and is_met(witnesses.policy, [one.name for one in said if one.cosigned])
    if met:
        world.journal.heads.keep_witnessed(KeptHead(head.size, note))  # 4
    told = WitnessRound(at_ms=now_ms, size=head.size, met=met, said=said, closed=closed)
    witnesses.tell(told)
    return told


def _ask(world: World, witnesses: Witnesses, witness: PolicyWitness, note: str) -> _Said:
    """One witness: its cosignature, or one sentence. What it held last is what it cosigned of the kept checkpoint."""
    head = parse_checkpoint(note)
    kept = world.journal.heads.witnessed()
    try:
        old = kept.size if kept.size and cosigned_at(kept.note, witness.vkey) is not None else 0
        for _ in range(MOST_TURNS):
            status, body = witnesses.call(f"{witness.url}/add-checkpoint", _submission(world, old, head, note))
            if status != 409:
                break
            old = _told_size(body)
            if old > head.size:
                return _against_us(world, witnesses, witness, head)
        text = body.decode("utf-8", "replace")
        if status == 200:
            return _Said(lines=_own_line(note, text, witness.vkey))
        if status == 422:
            return _against_us(world, witnesses, witness, head)
        return _Said(sentence=f"answered {status}: {text.strip()[:LONGEST_SENTENCE]}")
    except (PeerError, ProofError) as error:
        return _Said(sentence=str(error))


def _submission(world: World, old: int, head: Checkpoint, note: str) -> bytes:
    proof = consistency_proof(old, head.size, world.journal.hash_at) if old else ()
    hashes = "".join(f"{b64encode(step).decode()}\n" for step in proof)
    return f"old {old}\n{hashes}\n{note}".encode()


def _told_size(body: bytes) -> int:
    text = body.decode("ascii", "replace").removesuffix("\n")
    if not text.isascii() or not text.isdigit() or len(text) > SIZE_DIGITS:
        raise ProofError("it does not say which size it holds")
    return int(text)


def _own_line(note: str, text: str, vkey: str) -> str:
    """The witness's answer, once it is known to hold a line of its own that verifies."""
    add_cosignatures(note, text, vkey)
    return text


def _against_us(world: World, witnesses: Witnesses, witness: PolicyWitness, head: Checkpoint) -> _Said:
    """A witness that holds another log than ours says so by a checkpoint that we signed, or is not believed."""
    status, body = witnesses.call(f"{witness.url}/{sha256(head.origin.encode()).hexdigest()}/checkpoint", None)
    if status != 200:
        return _Said(sentence="it refuses our checkpoint and does not show what it holds")
    shown = verify_checkpoint(body.decode("utf-8", "replace"), world.keys.log_key())
    if shown.size > head.size and shown.size > world.journal.size():
        against = fault("witness.older-copy", held=shown.size, size=head.size)
    elif 0 < shown.size <= head.size and root_of(edge_of(shown.size, world.journal.hash_at)) != shown.root:
        against = fault("witness.forked", held=shown.size)
    else:
        return _Said(sentence="it refuses our checkpoint, and what it holds speaks for it")
    return _Said(
        sentence=against,
        closed=fault("witness.shows", witness=witness.name, because=against, url=witness.url),
    )
