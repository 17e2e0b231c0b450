"""What a member signed in on the node's own machine may ask of it, in this process or through the local socket."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import msgspec
from msgspec.structs import replace

from comity.errors import AskedBeforeError, ClosedError, ComityError, NounError, WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.ask_by_copies import ask_by_copies
from comity.exchange.asking.fetch import fetch_item, open_for_another
from comity.exchange.session.statements import with_statements
from comity.model.agency import MOST_STATEMENTS, Member
from comity.model.base import Noun, check_numbers
from comity.model.canon import decoder_of
from comity.model.correction import Corrected, RecordRead
from comity.model.health import HealthLine
from comity.model.outcome import AskedByCopies, AskRequest, FetchRequest, Outcome, SourceResult
from comity.model.peer_state import PeerState
from comity.model.query import QUERY_ID_PATTERN
from comity.model.reconciled import Reconciled
from comity.model.refused import tell_refused
from comity.model.witness import WitnessState
from comity.node.action_requests import ActionDeskRequest, ActionDeskResult, run_action
from comity.node.answer_requests import AnswerResult, AnswerVerb, AskAgain, CopyAnswer, run_answer
from comity.node.approval_requests import ApprovalRequest, ApprovalResult, DecideApproval, run_approval
from comity.node.backup_requests import BackupRequest, BackupResult, run_backup
from comity.node.configure import check_configured
from comity.node.desk_requests import DeskRequest, DeskResult, run_desk
from comity.node.directory_requests import DirectoryRequest, DirectoryResult, run_directory
from comity.node.draft_requests import DraftRequest, DraftResult, run_draft
from comity.node.duty_requests import DutyRequest, DutyResult, run_duty
from comity.node.feed_requests import FeedRequest, FeedResult, run_feed_request
from comity.node.health import ShowHealth, run_health
from comity.node.hit_requests import HitRequest, HitResult, run_hit
from comity.node.match_requests import MatchRequest, MatchResult, run_match
from comity.node.member_requests import MemberRequest, MemberResult, run_member
from comity.node.offer_requests import OfferRequest, OfferResult, run_offer
from comity.node.office import OfficeRequest, OfficeResult, run_office
from comity.node.onward_requests import OnwardResult, OnwardVerb, run_onward
from comity.node.open_world import open_world
from comity.node.oversight_requests import OversightRequest, OversightResult, run_oversight
from comity.node.peer_requests import ShowPeers, run_peers
from comity.node.person_requests import PersonRequest, PersonResult, run_person
from comity.node.reconcile_requests import Reconcile, run_reconcile
from comity.node.record_requests import RecordRequest, run_record
from comity.node.roster import note_use
from comity.node.session_requests import SessionRequest, SessionResult, run_session
from comity.node.standing_requests import OpenStanding, StandingRequest, StandingResult, run_standing
from comity.node.tls import trusting_nobody
from comity.node.told_requests import ToldRequest, ToldResult, run_told
from comity.node.transmit_requests import TransmitRequest, TransmitResult, run_transmit
from comity.node.witness_requests import ShowWitness, witness_state
from comity.node.witnesses import ask_witnesses
from comity.ports import World
from comity.settings import get_member, read_members, read_settings

SOCKET_FILE = "local.sock"
SLOWEST_VERB_S = 60.0  # the longest wait of a question, twice
SIGN_OF_LIFE_S = 10.0  # while work lasts the node says so this often

Progress = Callable[[str, str], None]


class Ask(Noun, frozen=True, kw_only=True, tag="ask"):
    """Ask a new question, under a number of the caller's where it has one (32 hexadecimal digits)."""

    request: AskRequest
    query_id: str = ""

    def __post_init__(self) -> None:
        if self.query_id and not QUERY_ID_PATTERN.fullmatch(self.query_id):
            raise NounError("a question's number is 32 hexadecimal digits")


class AskByCopies(Noun, frozen=True, kw_only=True, tag="ask-by-copies"):
    """Ask a new question of the owners that copies lead to."""

    request: AskRequest


class OpenAgain(Noun, frozen=True, kw_only=True, tag="open-again"):
    """Open another agency's answer: a new request to every owner under the opener's own identity."""

    first_asker: str
    query_id: str
    request: AskRequest


class Fetch(Noun, frozen=True, kw_only=True, tag="fetch"):
    """Ask for the detail of one item."""

    request: FetchRequest


class Narrowed(Noun, frozen=True, kw_only=True, tag="narrowed"):
    """A request of a member as their session has them: with fewer roles or earlier training, where their own agency's sign-in
    confirmed less than the node lists, and with the statements signed in it.

    `request` is any other, as JSON; `statements` are the entries in which this very member signed, which the node reads again.
    It gives no role and no day of training.
    """

    member: str
    roles: tuple[str, ...]
    trained_until: date
    request: msgspec.Raw
    statements: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if len(self.statements) > MOST_STATEMENTS:
            raise NounError(f"a session has at most {MOST_STATEMENTS} statements")


WholeRequest = (
    Ask
    | AskByCopies
    | OpenAgain
    | Fetch
    | AnswerVerb
    | DirectoryRequest
    | DutyRequest
    | DeskRequest
    | PersonRequest
    | MatchRequest
    | RecordRequest
    | ShowWitness
    | Reconcile
    | ShowPeers
    | HitRequest
    | OnwardVerb
    | FeedRequest
    | ToldRequest
    | ActionDeskRequest
    | StandingRequest
    | ApprovalRequest
    | TransmitRequest
    | OversightRequest
    | SessionRequest
    | MemberRequest
    | ShowHealth
    | BackupRequest
    | OfferRequest
    | DraftRequest
    | OfficeRequest
)
LocalRequest = WholeRequest | Narrowed
LocalResult = (
    Outcome
    | AskedByCopies
    | DeskResult
    | SourceResult
    | AnswerResult
    | DirectoryResult
    | DutyResult
    | PersonResult
    | MatchResult
    | Corrected
    | RecordRead
    | WitnessState
    | Reconciled
    | tuple[PeerState, ...]
    | HitResult
    | OnwardResult
    | FeedResult
    | ToldResult
    | ActionDeskResult
    | StandingResult
    | ApprovalResult
    | TransmitResult
    | OversightResult
    | SessionResult
    | MemberResult
    | tuple[HealthLine, ...]
    | BackupResult
    | OfferResult
    | DraftResult
    | OfficeResult
)


_REQUEST = msgspec.json.Decoder(LocalRequest)  # made at import, by one thread (`canon.decoder_of`)


def run_local(
    world: World,
    folder: Path,
    members: tuple[Member, ...],
    request: LocalRequest,
    progress: Progress,
) -> LocalResult:
    """Carry out one request. Raises WrongUseError for a member or an owner this node does not have, and for a number that no
    store holds: whatever a verb does with it, it is turned away here.
    """
    if not isinstance(request, Narrowed):
        check_numbers(msgspec.to_builtins(request))
        return _run(world, folder, members, request, progress)
    inner = _REQUEST.decode(request.request)
    if isinstance(inner, Narrowed):
        raise WrongUseError("a request is narrowed once")
    check_numbers((request.statements, msgspec.to_builtins(inner)))
    return _run(world, folder, _narrowed(world, members, request), inner, progress)


def _run(
    world: World,
    folder: Path,
    members: tuple[Member, ...],
    request: WholeRequest,
    progress: Progress,
) -> LocalResult:
    match request:
        case Ask(request=asked, query_id=query_id):
            member = _asker(world, folder, members, asked)
            return ask_query(world, asked, member, _told(progress), query_id=query_id)
        case AskByCopies(request=asked):
            return ask_by_copies(world, asked, _asker(world, folder, members, asked), _told(progress))
        case OpenAgain():
            return _open_again(world, members, request, _told(progress))
        case Fetch(request=wanted):
            return fetch_item(world, wanted, get_member(members, wanted.member))
        case _ if isinstance(request, AnswerVerb):
            return run_answer(world, folder, members, request, _told(progress))
        case _ if isinstance(request, DirectoryRequest):
            return run_directory(world, folder, request)
        case _ if isinstance(request, DutyRequest):
            return run_duty(world, members, request)
        case _ if isinstance(request, DeskRequest):
            return run_desk(world, members, request)
        case _ if isinstance(request, PersonRequest):
            return run_person(world, members, request)
        case _ if isinstance(request, MatchRequest):
            return run_match(world, folder, request, progress)
        case _ if isinstance(request, OnwardVerb):
            return run_onward(world, members, request)
        case _ if isinstance(request, HitRequest):
            return run_hit(world, members, request)
        case _ if isinstance(request, FeedRequest):
            return run_feed_request(world, members, request)
        case ShowWitness() | Reconcile() | ShowPeers():
            return _run_between(world, request)
        case _ if isinstance(request, ToldRequest):
            return run_told(world, members, request)
        case _ if isinstance(request, ActionDeskRequest):
            return run_action(world, members, request)
        case _ if isinstance(request, StandingRequest):
            return run_standing(world, members, request, _told(progress))
        case _ if isinstance(request, ApprovalRequest):
            return run_approval(world, members, request, _told(progress))
        case _ if isinstance(request, TransmitRequest):
            return run_transmit(world, members, request)
        case _ if isinstance(request, OversightRequest):
            return run_oversight(world, folder, members, request)
        case _ if isinstance(request, SessionRequest):
            return run_session(world, folder, members, request)
        case _ if isinstance(request, MemberRequest | ShowHealth | BackupRequest):
            return _run_administrator(world, folder, members, request)
        case _ if isinstance(request, RecordRequest):
            return run_record(world, members, request)
        case _ if isinstance(request, DraftRequest | OfferRequest):
            return _run_law(world, folder, members, request)
        case office:
            return run_office(world, folder, office, progress)


def _narrowed(world: World, members: tuple[Member, ...], narrow: Narrowed) -> tuple[Member, ...]:
    """The members with one of them as the session has them. Raises WrongUseError where nothing of that one is left."""
    member = get_member(members, narrow.member)
    roles = tuple(one for one in member.roles if one in narrow.roles)
    if not roles:
        raise WrongUseError(tell_refused("member.no-role", member=member.id))
    less = replace(member, roles=roles, trained_until=min(member.trained_until, narrow.trained_until))
    if narrow.statements:
        less = with_statements(world, less, narrow.statements)
    return tuple(less if one.id == member.id else one for one in members)


def _run_law(
    world: World, folder: Path, members: tuple[Member, ...], request: DraftRequest | OfferRequest
) -> DraftResult | OfferResult:
    """What is read, drafted, signed and switched on of an owner's law by members of its desk."""
    if isinstance(request, DraftRequest):
        return run_draft(world, folder, members, request)
    return run_offer(world, folder, members, request)


@contextmanager
def at_node(
    folder: Path, silence_s: float = SLOWEST_VERB_S
) -> Iterator[Callable[[LocalRequest, type[Any], Progress], Any]]:
    """A way to put requests to a node: through its socket when it is running, else by opening it here.

    Work may last as long as it takes; a running node that says nothing for `silence_s` counts as gone.
    """
    settings = read_settings(folder)
    socket_path = folder / SOCKET_FILE
    if is_served(socket_path):
        transport = httpx.HTTPTransport(uds=str(socket_path), verify=trusting_nobody())
        with httpx.Client(transport=transport, base_url=f"http://{settings.id}", timeout=silence_s) as client:
            yield lambda request, kind, progress: _through_socket(client, request, kind, progress)
        return
    with open_world(folder) as world:
        members = read_members(folder)
        yield lambda request, _kind, progress: _run_here(world, folder, members, request, progress)


def _run_here(
    world: World, folder: Path, members: tuple[Member, ...], request: LocalRequest, progress: Progress
) -> LocalResult:
    if isinstance(
        request, Ask | AskByCopies | OpenAgain | Fetch | OpenStanding | DecideApproval | CopyAnswer | AskAgain
    ):
        ask_witnesses(world)  # as a node does before it serves, and nobody else would here
        check_configured(world, read_settings(folder))
    return run_local(world, folder, members, request, progress)


def _run_administrator(
    world: World, folder: Path, members: tuple[Member, ...], request: MemberRequest | ShowHealth | BackupRequest
) -> MemberResult | tuple[HealthLine, ...] | BackupResult:
    if isinstance(request, ShowHealth):
        return run_health(world, folder, members, request)
    if isinstance(request, BackupRequest):
        return run_backup(world, folder, request)
    return run_member(world, folder, members, request)


def _run_between(
    world: World, request: ShowWitness | Reconcile | ShowPeers
) -> WitnessState | Reconciled | tuple[PeerState, ...]:
    """How this node stands with others."""
    match request:
        case ShowWitness():
            return witness_state(world)
        case Reconcile():
            return run_reconcile(world, request)
        case ShowPeers():
            return run_peers(world, request)


def _asker(world: World, folder: Path, members: tuple[Member, ...], asked: AskRequest) -> Member:
    """Whoever asks; asking is a use of their access."""
    member = get_member(members, asked.member)
    note_use(world, folder, member)
    return member


def _open_again(
    world: World, members: tuple[Member, ...], again: OpenAgain, told: Callable[[SourceResult], None]
) -> Outcome:
    member = get_member(members, again.request.member)
    return open_for_another(world, again.first_asker, again.query_id, again.request, member, told)


def _told(progress: Progress) -> Callable[[SourceResult], None]:
    return lambda result: progress(result.agency, result.status)


def is_served(socket_path: Path) -> bool:
    """Whether somebody listens at a socket file; a node that was killed leaves one that nobody listens at.

    Raises ClosedError for a socket this account may not use.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        try:
            door.connect(str(socket_path))
        except PermissionError as error:
            raise ClosedError(tell_refused("node.other-account")) from error
        except OSError:
            return False
    return True


def _through_socket(client: httpx.Client, request: LocalRequest, kind: type[Any], progress: Progress) -> Any:
    last: Told | None = None
    try:
        with client.stream("POST", "/verbs", content=msgspec.json.encode(request)) as response:
            if response.status_code != 200:
                raise ClosedError(f"the node's local door answered {response.status_code}; look at its messages")
            for line in _lines(response.iter_bytes()):  # to the end: the next request finds the connection open
                told = decoder_of(Told).decode(line)
                if told.kind == "progress":
                    progress(told.value["agency"], told.value["status"])
                elif told.kind != "working":  # that a line came is all that one says
                    last = told
    except httpx.HTTPError as error:
        raise ClosedError(tell_refused("node.gone")) from error
    except msgspec.DecodeError as error:
        raise ClosedError(tell_refused("node.other-version")) from error
    if last is None:
        raise ClosedError(tell_refused("node.gone"))
    return _result(last, kind)


def _lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The lines of an answer, which end with a new line and with nothing else: a name may hold a separator of other lines."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


class Told(msgspec.Struct):
    """One line from the node: `progress`, `working`, `result`, or the kind of fault; and what it says."""

    kind: str
    value: Any


def _result(told: Told, wanted: type[Any]) -> Any:
    match told.kind:
        case "result":
            return msgspec.convert(told.value, wanted)
        case "wrong-use":
            raise WrongUseError(told.value)
        case "closed":
            raise ClosedError(told.value)
        case "asked-before":
            raise AskedBeforeError(told.value)
        case _:
            raise ComityError(told.value)
