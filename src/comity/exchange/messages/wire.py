"""Messages between nodes: signed, fresh, addressed, and opened in one order.

On the wire a message is one line of base64 Ed25519 signature and the canonical JSON it signs. The signature is
checked before the content is believed: what nobody in the directory vouches for is only counted, what a listed
node signed is answered and entered in the log, refused or not.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from enum import StrEnum

import msgspec

from comity.errors import NounError, RejectedMessageError, UnauthenticatedError
from comity.exchange.fresh_id import fresh_id
from comity.exchange.messages.listed_keys import is_signed_by, message_keys
from comity.exchange.messages.route import MOST_BROKERS
from comity.model.agency import Directory, Member
from comity.model.answer import Answer
from comity.model.base import Noun
from comity.model.canon import bytes_digest, canonical_bytes, decoder_of, from_canonical
from comity.model.confirmation import ConfirmationAsked, ConfirmationSaid
from comity.model.delivery import Recall, RecallConfirmed
from comity.model.directory import VersionBrought, VersionComing, VersionHead, VersionHeld, VersionPart
from comity.model.disclosure import Receipt
from comity.model.feed import FeedBatch
from comity.model.mistake import MistakeReported
from comity.model.notice import EventNotice
from comity.model.onward import OnwardAsked, OnwardSaid
from comity.model.query import Query
from comity.model.standing import StandingTold, Stands
from comity.model.transmission import Transmitted
from comity.model.withdrawal import RequestWithdrawn
from comity.ports import World

LARGEST_MESSAGE = 1_048_576  # bytes; an answer of 25 items with full details stays below 300 kB
FRESH_MS = 120_000  # how far two nodes' clocks and a slow link may lie apart
NONCE_PATTERN = re.compile(r"[0-9a-f]{32}")
DELIVERY_ID = NONCE_PATTERN
MOST_LAYERS = 2 + MOST_BROKERS  # the sender's own, one of each broker, and the message in them


class Lost(StrEnum):
    """Why a broker has no reply."""

    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed-out"
    FAILED = "failed"


class Question(Noun, frozen=True, kw_only=True, tag="question", omit_defaults=True):
    """A question and the asker's signed statement of who asks; of one that stands, by which paper and how long."""

    query: Query
    member: Member
    stands: Stands | None = None


class AnswerBody(Noun, frozen=True, kw_only=True, tag="answer"):
    """An answer with the receipt that proves its entry in the owner's log."""

    answer: Answer
    receipt: Receipt


class LateAnswer(Noun, frozen=True, kw_only=True, tag="late-answer"):
    """An answer that comes after the wait: decided late, or given anew. `pair` is the pairing value of its question."""

    answer: Answer
    receipt: Receipt
    pair: str


class PassedOn(Noun, frozen=True, kw_only=True, tag="passed-on"):
    """An owner's answer to an agency that did not ask: the question it was decided as, and at whose request."""

    query: Query
    answer: Answer
    receipt: Receipt
    holder: str


class NoticeBrought(Noun, frozen=True, kw_only=True, tag="event-notice"):
    """A notice of an event, with the receipt of its entry in the owner's log."""

    notice: EventNotice
    receipt: Receipt


Parcel = (
    Recall
    | RecallConfirmed
    | LateAnswer
    | ConfirmationAsked
    | ConfirmationSaid
    | RequestWithdrawn
    | OnwardAsked
    | OnwardSaid
    | PassedOn
    | FeedBatch
    | StandingTold
    | NoticeBrought
    | Transmitted
    | MistakeReported
)


class Delivered(Noun, frozen=True, kw_only=True, tag="delivered"):
    """What one agency's node brings to another's; the same id however often it is sent."""

    id: str
    sender: str
    recipient: str
    parcel: Parcel

    def __post_init__(self) -> None:
        if not DELIVERY_ID.fullmatch(self.id):
            raise NounError("a delivery's id has 32 hexadecimal digits")


class Taken(Noun, frozen=True, kw_only=True, tag="taken"):
    """A delivery stands in the recipient's log: the receipt proves it over the delivery's canonical bytes."""

    delivery: str
    receipt: Receipt


class Turned(Noun, frozen=True, kw_only=True, tag="turned"):
    """A message that was not accepted: its hash, so that nobody can pass this off as about another, and one sentence."""

    message_hash: str
    sentence: str


class Relayed(Noun, frozen=True, kw_only=True, tag="relayed"):
    """A sealed message on its way through brokers: as it was sealed, base64, to which node.

    Each broker seals what it was handed, whole, so that every hop's signature reaches the end. `wait_ms` is how long the
    one before waits for the reply.
    """

    to: str
    carried: str
    wait_ms: int


class NotCarried(Noun, frozen=True, kw_only=True, tag="not-carried"):
    """A broker's word that a message did not reach its end, or no reply of that came back; never an answer.

    `message_hash` is of the message as its first sender handed it over, `at` the node that was not reached.
    """

    message_hash: str
    at: str
    why: Lost
    sentence: str


Body = (
    Question
    | AnswerBody
    | Delivered
    | Taken
    | Turned
    | Relayed
    | NotCarried
    | VersionBrought
    | VersionHeld
    | VersionHead
    | VersionPart
    | VersionComing
)


class Message(Noun, frozen=True, kw_only=True):
    """What is signed: who sends, to whom, when (UTC milliseconds), with which nonce (32 hexadecimal digits)."""

    version: int
    sender: str
    recipient: str
    sent_ms: int
    nonce: str
    body: Body

    def __post_init__(self) -> None:
        if self.version != 1:
            raise NounError(f"message version `{self.version}` is not known; send version 1")
        if not NONCE_PATTERN.fullmatch(self.nonce):
            raise NounError("a nonce has 32 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class Reply:
    """Sealed bytes and the earliest time they may leave (UTC milliseconds, 0 for at once)."""

    raw: bytes
    not_before_ms: int = 0


class _Sender(msgspec.Struct):
    """Only the sender, read before anything is believed."""

    sender: str


class _Tag(msgspec.Struct):
    type: str
    to: str = ""
    carried: str = ""


class _Kind(msgspec.Struct):
    """Only what kind of message it says it is: which verb opens it, and checks everything."""

    body: _Tag


def seal_message(world: World, recipient: str, body: Body, sent_ms: int) -> bytes:
    """Sign one message with the node's message key under a fresh nonce."""
    message = Message(
        version=1,
        sender=world.node,
        recipient=recipient,
        sent_ms=sent_ms,
        nonce=fresh_id(world, sent_ms),
        body=body,
    )
    payload = canonical_bytes(message)
    return base64.b64encode(world.keys.sign_message(payload)) + b"\n" + payload


def said_kind(raw: bytes) -> str:
    """The kind of message bytes say they are, brokers' layers taken off. Nothing is believed by that but who opens them."""
    for _ in range(MOST_LAYERS):
        body = _peek(raw)
        if body.type != "relayed":
            return body.type
        raw = unpack(body.carried)
    return ""


def said_addressee(raw: bytes) -> str:
    """The node a relayed message says it is for; empty for one that is not relayed."""
    body = _peek(raw)
    return body.to if body.type == "relayed" else ""


def _peek(raw: bytes) -> _Tag:
    try:
        return decoder_of(_Kind).decode(raw.partition(b"\n")[2]).body
    except (ValueError, msgspec.DecodeError, RecursionError):
        return _Tag(type="")


def unpack(carried: str) -> bytes:
    """What a relayed message carries; nothing for what is no base64, which nobody signed."""
    try:
        return base64.b64decode(carried, validate=True)
    except (binascii.Error, ValueError):
        return b""


def authenticate(raw: bytes, directory: Directory, now_ms: int) -> tuple[str, bytes]:
    """Who signed a message, and the signed bytes. Raises UnauthenticatedError when nobody listed did.

    A key that was replaced counts until its time has passed, one that was revoked for nothing.
    """
    if len(raw) > LARGEST_MESSAGE:
        raise UnauthenticatedError(f"the message is larger than {LARGEST_MESSAGE} bytes; send less")
    signature_line, newline, payload = raw.partition(b"\n")
    try:
        signature = base64.b64decode(signature_line, validate=True)
        sender = decoder_of(_Sender).decode(payload).sender
    except (binascii.Error, ValueError, msgspec.DecodeError, RecursionError) as error:
        raise UnauthenticatedError(
            "this is not a signed message; send one signature line and its content"
        ) from error
    node = directory.find_node(sender)
    if node is None or not newline:
        raise UnauthenticatedError("the sending node is not in the directory; ask to be listed first")
    if not any(is_signed_by(key, signature, payload) for key in message_keys(node, now_ms)):
        raise UnauthenticatedError("the signature does not fit the message; it was altered or signed by another")
    return sender, payload


def sealed_by(raw: bytes) -> str:
    """The node a message says it was sealed by, before anything of it is believed; empty where it says none."""
    try:
        return decoder_of(_Sender).decode(raw.partition(b"\n")[2]).sender
    except (msgspec.DecodeError, RecursionError):
        return ""


def payload_hash(payload: bytes) -> str:
    """The hash that names one message: `sha256:` and 64 hexadecimal digits over its signed bytes."""
    return bytes_digest(payload)


def read_message(payload: bytes) -> Message:
    """Decode authenticated bytes strictly. Raises RejectedMessageError with one sentence the sender understands."""
    try:
        return from_canonical(payload, Message)
    except NounError as error:
        raise RejectedMessageError(_told(str(error))) from error


def check_fresh(message: Message, recipient: str, now_ms: int) -> None:
    """Addressed to this node and sent within two minutes of now. Raises RejectedMessageError."""
    if message.recipient != recipient:
        raise RejectedMessageError(f"the message is addressed to `{message.recipient}`, not to this node")
    if abs(now_ms - message.sent_ms) > FRESH_MS:
        raise RejectedMessageError(
            "the message is stale: it was sent more than two minutes from now; send it anew, and compare the "
            "clocks of both nodes where it happens again"
        )


_TOLD = (
    (
        re.compile(r"unknown field `(?P<field>[^`]{1,40})`"),
        "the message holds the unknown field `{field}`; remove it",
    ),
    (
        re.compile(r"missing required field `(?P<field>[^`]{1,40})`"),
        "the message has no `{field}`; a question is not opened without it",
    ),
)
_KIND_FAULT = re.compile(r"^(expected|invalid|object|input|json|the message|not )", re.IGNORECASE)


def _told(fault: str) -> str:
    """The sender's sentence for a decoding fault; values the sender wrote are not repeated where the decoder quotes them."""
    if "`array`" in fault and "subject" in fault:
        return "a question names exactly one subject; ask about one person at a time"
    for pattern, sentence in _TOLD:
        found = pattern.search(fault)
        if found:
            return sentence.format(**found.groupdict())
    reason = fault.removeprefix("not a valid Message: ").partition(" - at `$")[0]
    if _KIND_FAULT.match(reason):
        return "a value of the message is not of the kind its field asks for; correct it"
    return reason
