"""Step 2 of an answer: whether a message may be opened as a question, and by whom it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from msgspec.structs import replace

from comity.errors import NounError, RejectedMessageError
from comity.exchange.builtin import builtin_reason
from comity.exchange.messages.listed_keys import nodes_at
from comity.exchange.messages.open_message import OpenMessage, Rejected, open_message, rejected
from comity.exchange.messages.suspended import suspended_reasons
from comity.exchange.messages.wire import Question
from comity.exchange.owners import paper_day
from comity.model.agency import Agency, Directory, Member
from comity.model.canon import digest
from comity.model.codes import MessageKind, Step
from comity.model.decision import QueryDecision, Reason
from comity.model.query import AddressSubject, PhoneSubject, Query
from comity.model.standing import Stands, check_standing
from comity.ports import World

MOST_STANDING = (
    64  # questions of one asker that stand at one owner: each is decided anew for every record that may concern it
)
ASKED_EARLIER_MS = 86_400_000  # a retry may come a day after the question was put, not later


@dataclass(frozen=True, slots=True)
class Opened:
    """An authentic, fresh question with one subject, and everyone it names.

    `reasons` are built-in refusals that follow from the question itself (training, expired paper).
    """

    query: Query
    member: Member
    asker: Agency
    owner: Agency
    beneficiary: Agency
    directory: Directory
    sender: str
    nonce: str
    today: date
    now_ms: int
    reasons: tuple[Reason, ...]
    message_hash: str
    stands: Stands | None = None

    @property
    def body_hash(self) -> str:
        return digest(self.query)

    @property
    def step_key(self) -> str:
        """Under which the answer is kept: a digest once a question, a detail once a request."""
        if self.query.step is Step.DIGEST:
            return f"{self.query.step}:{self.query.owner}"
        return f"{self.query.step}:{self.query.owner}:{self.query.item_id}:{self.query.pair}"


def is_owners_step(step_key: str, owner: str) -> bool:
    """Whether an answer is kept under one of an owner's steps. Several owners of one node answer one question."""
    return step_key == f"{Step.DIGEST}:{owner}" or step_key.startswith(f"{Step.DETAIL}:{owner}:")


def open_query(world: World, raw: bytes, now_ms: int) -> Opened | Rejected:
    """Open a question. Raises UnauthenticatedError when nobody in the directory vouches for the bytes."""
    opened = open_message(world, raw, now_ms)
    if isinstance(opened, Rejected):
        return opened
    try:
        return _name_everyone(world, opened, now_ms)
    except RejectedMessageError as error:
        return rejected(opened, str(error))


def refuse_first(opened: Opened, decided: QueryDecision) -> QueryDecision:
    """The law's decision, refused whole where the exchange's own rules refuse: then no record is looked at."""
    if not opened.reasons:
        return decided
    return replace(decided, allowed=(), refused=(*opened.reasons, *decided.refused))


def _name_everyone(world: World, opened: OpenMessage, now_ms: int) -> Opened:
    message, directory = opened.message, opened.directory
    if not isinstance(message.body, Question):
        raise RejectedMessageError("this node answers questions only; send a question")
    query, member = message.body.query, message.body.member
    if query.message is MessageKind.TRANSMISSION:
        raise RejectedMessageError("a transmission is told by its owner and never asked for; ask a question")
    asker = _listed(directory, query.asker, "asking agency")
    owner = _listed(directory, query.owner, "owner")
    beneficiary = _listed(directory, query.beneficiary, "beneficiary")
    if owner.node != world.node:
        raise RejectedMessageError(_held_elsewhere(world, owner, directory))
    if query.via != opened.via:
        raise RejectedMessageError(_other_way(query.via, opened.via))
    if message.sender not in nodes_at(directory, asker, message.sent_ms):
        raise RejectedMessageError("the asking agency is not at the sending node; send from its own node")
    if member.id != query.member or member.agency != query.asker:
        raise RejectedMessageError(
            "the member is not of the asking agency; ask as a member of the agency that asks"
        )
    today = datetime.fromtimestamp(now_ms / 1000, UTC).date()
    _check_ori(asker, query.asker_ori, today)
    if not message.sent_ms - ASKED_EARLIER_MS <= query.asked_ms <= message.sent_ms:
        raise RejectedMessageError("the question was put more than a day ago or in the future; ask anew")
    stands = _stands(message.body)
    reasons = (*own_reasons(query, member, today, directory), *room_reasons(world, query, now_ms))
    if not reasons:  # an agency that moved away may still send from a node that is cut off
        reasons = suspended_reasons(directory, message.sender)
    return Opened(
        query=query,
        member=member,
        asker=asker,
        owner=owner,
        beneficiary=beneficiary,
        directory=directory,
        sender=message.sender,
        nonce=message.nonce,
        today=today,
        now_ms=now_ms,
        reasons=reasons,
        message_hash=opened.message_hash,
        stands=stands,
    )


def _other_way(said: tuple[str, ...], came: tuple[str, ...]) -> str:
    told = [", ".join(f"`{one}`" for one in via) or "no broker" for via in (said, came)]
    return f"the question says that it comes through {told[0]}, and came through {told[1]}; ask anew"


def _stands(question: Question) -> Stands | None:
    """How long a question stands, None for any other. Raises RejectedMessageError for what cannot stand or be asked."""
    if question.query.message is MessageKind.EVENT_NOTICE:
        raise RejectedMessageError("a notice is the owner's to give, and cannot be asked for; ask a question")
    try:
        check_standing(question.query, question.stands)
    except NounError as error:
        raise RejectedMessageError(str(error)) from error
    return question.stands


def room_reasons(world: World, query: Query, now_ms: int) -> tuple[Reason, ...]:
    """Why a question may not stand at its owner: too many of its asker do, or it did and is over. Nothing for any other."""
    if query.message is not MessageKind.STANDING_QUESTION:
        return ()
    here = [one for one in world.journal.standing_of(query.owner) if one.incoming]
    if any(one.query.id == query.id and one.why_over(paper_day(now_ms)) is not None for one in here):
        return (builtin_reason("comity/STANDS-NO-MORE"),)
    others = [
        one for one in here if one.ended is None and one.query.asker == query.asker and one.query.id != query.id
    ]
    return (builtin_reason("comity/STANDING-ROOM"),) if len(others) >= MOST_STANDING else ()


def _held_elsewhere(world: World, owner: Agency, directory: Directory) -> str:
    """Where a question belongs; an asker whose directory is older hears that the agency moved."""
    left = {one.node for one in directory.past_of(owner.id).former_nodes}
    moved = f"it moved to node `{owner.node}`" if world.node in left else f"it is at node `{owner.node}`"
    return f"`{owner.id}` is not held at this node: {moved}; adopt version {directory.version} of the directory"


def _listed(directory: Directory, agency_id: str, what: str) -> Agency:
    agency = directory.find_agency(agency_id)
    if agency is None:
        raise RejectedMessageError(f"the {what} `{agency_id}` is not in the directory; use an id it lists")
    return agency


def _check_ori(asker: Agency, ori: str, today: date) -> None:
    try:
        current = asker.ori_on(today)
    except NounError as error:
        raise RejectedMessageError(str(error)) from error
    if ori != current:
        raise RejectedMessageError(
            f"`{ori}` is not the asking agency's ORI today; send the one the directory lists"
        )


def own_reasons(query: Query, member: Member, today: date, directory: Directory) -> tuple[Reason, ...]:
    """The exchange's own refusals, which follow from the question alone and from who is suspended."""
    reasons = list(suspended_reasons(directory, query.asker, query.beneficiary, query.owner))
    if member.trained_until < today:
        reasons.append(builtin_reason("comity/TRAINING"))
    if query.basis.expires is not None and query.basis.expires < today:
        reasons.append(builtin_reason("comity/BASIS-EXPIRED"))
    if isinstance(query.subject, PhoneSubject | AddressSubject):
        reasons.append(builtin_reason("comity/SUBJECT-KIND"))
    return tuple(reasons)
