"""A hostile peer: its keys are listed and its agreements in force, so all it sends is authentic; none of it is honest.

As an asker it sends what nobody should accept, and notes where an answer would be a breach. As an owner it answers with
forgeries, which no asker may believe. Its log key is its own, so it can also sign two histories; an asker alone cannot
know that, whoever compares checkpoints can.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from msgspec.structs import replace

from comity.errors import PeerError, RejectedMessageError
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.messages.wire import LARGEST_MESSAGE, Question, read_message, seal_message
from comity.model.query import Query
from comity.sim.faults import FRESH_MS
from comity.sim.leaving import body_of
from comity.sim.play import HOSTILE, Play
from comity.sim.scene import SUBJECTS, member_of, node_of, request_of

NODE = node_of(HOSTILE)
LONG_AGO_MS = 400 * 86_400_000


@dataclass(frozen=True, slots=True)
class Bait:
    """What a hostile asker has at hand: its own honest question, sealed, and everything that ever came by."""

    play: Play
    query: Query
    raw: bytes
    to: str

    @property
    def rng(self) -> Random:
        return self.play.rng

    def is_answered(self) -> bool:
        """Whether the owner answered the honest question, or does so now."""
        _send(self.play, self.to, self.raw)
        told = (body_of(one.raw)[1] for one in self.play.seen.left if one.node == self.to and one.asked)
        return any(body["type"] == "answer" and body["answer"]["query_id"] == self.query.id for body in told)

    def sealed(self, query: Query, *, ago_ms: int = 0, to: str = "") -> bytes:
        """Another question under the hostile node's own signature."""
        world = self.play.world(HOSTILE)
        body = Question(query=query, member=member_of(HOSTILE, "detective"))
        return seal_message(world, to or self.to, body, world.clock.now_ms() - ago_ms)

    def edited(self, edit: Callable[[dict[str, Any]], None]) -> bytes:
        """The question with its JSON edited and signed again."""
        message, _ = body_of(self.raw)
        edit(message)
        return sign(self.play, json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())


Lure = Callable[[Bait], bytes | None]


def question_of(raw: bytes) -> Question:
    """The question in a sealed message. Raises RejectedMessageError where there is none."""
    body = read_message(raw.partition(b"\n")[2]).body
    if not isinstance(body, Question):
        raise RejectedMessageError("the message holds no question")
    return body


def sign(play: Play, payload: bytes) -> bytes:
    """Any bytes as a message of the hostile node."""
    return base64.b64encode(play.nodes[NODE].keys.sign_message(payload)) + b"\n" + payload


def _send(play: Play, to: str, message: bytes) -> bytes | None:
    try:
        return play.network.carry(NODE, to, message)
    except (PeerError, RejectedMessageError):
        return None


def _replay(bait: Bait) -> bytes | None:
    """The very same bytes again, after they were answered."""
    return bait.raw if bait.is_answered() else None


def _altered(bait: Bait) -> bytes | None:
    """Another question under the number of one that was answered."""
    if not bait.is_answered():
        return None
    who = next(one for one in SUBJECTS if one.subject != bait.query.subject)
    return bait.sealed(replace(bait.query, subject=who.subject))


def _stolen(bait: Bait) -> bytes | None:
    """A message of another node, as it was carried, after it was answered."""
    others = [
        one.asked
        for one in bait.play.seen.left
        if one.node == bait.to and one.to != NODE and is_question(one.asked)
    ]
    answered = [asked for asked in others if _nonce(bait.to, asked) in bait.play.seen.nonces]
    return bait.rng.choice(answered) if answered else None


def is_question(raw: bytes) -> bool:
    """Whether bytes that were sent put a question."""
    return bool(raw) and body_of(raw)[1]["type"] == "question"


def _nonce(to: str, asked: bytes) -> tuple[str, str, str]:
    message, _ = body_of(asked)
    return to, message["sender"], message["nonce"]


def _posing(bait: Bait) -> bytes:
    """A question in the name of an agency that is not at this node."""
    other = bait.rng.choice(bait.play.honest)
    return bait.edited(lambda message: message["body"]["query"].update(asker=other))


def _other_item(bait: Bait) -> bytes | None:
    """The detail of an item that was shown to somebody else."""
    shown = [
        item.item_id
        for outcome in bait.play.seen.outcomes
        for source in outcome.sources
        if source.answer and source.agency == bait.query.owner
        for item in source.answer.items
    ]
    if not shown:
        return None

    def edit(message: dict[str, Any]) -> None:
        message["body"]["query"].update(step="detail", item_id=bait.rng.choice(shown))

    return bait.edited(edit)


def _oversized(bait: Bait) -> bytes:
    return sign(bait.play, b'{"sender":"%s","x":"%s"}' % (NODE.encode(), b"x" * LARGEST_MESSAGE))


def _crowd(bait: Bait) -> bytes:
    """Two subjects in one question."""
    return bait.edited(lambda message: message["body"]["query"].update(subject=[{}, {}]))


def _unknown_field(bait: Bait) -> bytes:
    return bait.edited(lambda message: message["body"]["query"].update(purpose_note="x"))


def _stale(bait: Bait) -> bytes:
    skew = bait.play.nodes[bait.to].around.time.skew
    behind = skew.get(NODE, 0) - skew.get(bait.to, 0)
    return bait.sealed(bait.query, ago_ms=FRESH_MS + 5_000 + max(0, behind))


def _old_question(bait: Bait) -> bytes:
    return bait.sealed(replace(bait.query, asked_ms=bait.query.asked_ms - LONG_AGO_MS))


def _misaddressed(bait: Bait) -> bytes:
    other = next(node_of(one) for one in bait.play.honest if node_of(one) != bait.to)
    return bait.sealed(bait.query, to=other)


def _unlisted(bait: Bait) -> bytes:
    """Signed by a key nobody lists."""
    payload = bait.raw.partition(b"\n")[2]
    return base64.b64encode(bait.rng.randbytes(64)) + b"\n" + payload


LURES: dict[str, Lure] = {
    "replay": _replay,
    "altered": _altered,
    "stolen": _stolen,
    "posing": _posing,
    "other-item": _other_item,
    "oversized": _oversized,
    "crowd": _crowd,
    "unknown-field": _unknown_field,
    "stale": _stale,
    "old-question": _old_question,
    "misaddressed": _misaddressed,
    "unlisted": _unlisted,
}
NEVER_ANSWERED = frozenset(LURES) - {"other-item"}  # another's item gets an answer that tells nothing


def attack(play: Play, lures: Mapping[str, Lure] = LURES) -> None:
    """The hostile asker sends one honest question, then one that must not be answered with anything."""
    if play.rng.random() >= play.odds.attack:
        return
    owner = play.some_agency()
    world = play.world(HOSTILE)
    request = request_of(HOSTILE, play.rng.choice(SUBJECTS), (owner,))
    asking = check_asking(world, request, member_of(HOSTILE, "detective"), world.clock.now_ms())
    query = make_query(world, asking, owner)
    bait = Bait(play, query, b"", node_of(owner))
    bait = Bait(play, query, bait.sealed(query), bait.to)
    name = play.rng.choice(sorted(lures))
    if play.rng.random() < 0.8:
        _send(play, bait.to, bait.raw)
    message = lures[name](bait)
    if message is None:
        return
    play.seen.counts[f"attack {name}"] += 1
    told = _send(play, bait.to, message)
    body: dict[str, Any] = body_of(told)[1] if told is not None else {"type": "nothing"}
    if body["type"] == "answer" and (name in NEVER_ANSWERED or body["answer"]["items"]):
        play.seen.findings.append(f"`{owner}` answered the attack `{name}`")


def forge(play: Play, answer: bytes) -> bytes:
    """What the hostile owner sends back in place of its honest answer; noted where nobody may believe it."""
    rng = Random(f"{play.network.seed}/forge/{play.network.step}")
    message, body = body_of(answer)
    if body["type"] != "answer" or rng.random() >= play.odds.forge:
        return answer
    name = rng.choice(sorted(FORGERIES))
    play.seen.counts[f"forged {name}"] += 1
    FORGERIES[name](message, rng)
    play.seen.forged.add(json.dumps(message["body"], sort_keys=True))
    return sign(play, json.dumps(message, separators=(",", ":"), ensure_ascii=False).encode())


def _other_answer(message: dict[str, Any], rng: Random) -> None:
    message["body"]["answer"]["query_id"] = rng.randbytes(16).hex()


def _more_said(message: dict[str, Any], rng: Random) -> None:
    """An answer that says another thing than the entry it shows."""
    message["body"]["answer"]["answered_ms"] += 1


def _other_key(message: dict[str, Any], rng: Random) -> None:
    message["body"]["receipt"]["content_key"] = base64.b64encode(rng.randbytes(32)).decode()


def _other_root(message: dict[str, Any], rng: Random) -> None:
    """A receipt whose checkpoint was signed over another tree: its signature no longer fits."""
    proof = message["body"]["receipt"]["proof"]
    head, _, note = proof.partition("\n\n")
    lines = note.split("\n")
    lines[2] = base64.b64encode(rng.randbytes(32)).decode()
    message["body"]["receipt"]["proof"] = f"{head}\n\n" + "\n".join(lines)


def _other_entry(message: dict[str, Any], rng: Random) -> None:
    entry = bytearray(base64.b64decode(message["body"]["receipt"]["entry"]))
    entry[rng.randrange(len(entry))] ^= 0xFF
    message["body"]["receipt"]["entry"] = base64.b64encode(entry).decode()


def _no_receipt(message: dict[str, Any], rng: Random) -> None:
    del message["body"]["receipt"]


def _extra_field(message: dict[str, Any], rng: Random) -> None:
    message["body"]["answer"]["also"] = "x"


def _turned_about_another(message: dict[str, Any], rng: Random) -> None:
    message["body"] = {"type": "turned", "message_hash": "sha256:" + rng.randbytes(32).hex(), "sentence": "no"}


FORGERIES: dict[str, Callable[[dict[str, Any], Random], None]] = {
    "other-answer": _other_answer,
    "more-said": _more_said,
    "other-key": _other_key,
    "other-root": _other_root,
    "other-entry": _other_entry,
    "no-receipt": _no_receipt,
    "extra-field": _extra_field,
    "turned-about-another": _turned_about_another,
}
