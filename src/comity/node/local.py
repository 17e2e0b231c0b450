"""What a member signed in on the node's own machine may ask of it, in this process or through the local socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msgspec

from comity.errors import ClosedError, ComityError, SettingsError, WrongUseError
from comity.exchange.ask import ask_query
from comity.exchange.fetch import fetch_item, get_outcome, open_for_another
from comity.model.agency import Member
from comity.model.base import Noun
from comity.model.disclosure import StoredDuty
from comity.model.outcome import AskRequest, FetchRequest, Outcome, SourceResult
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import read_members, read_settings

SLOWEST_VERB_S = 60.0  # the longest wait of a request, twice

Progress = Callable[[str, str], None]


class Ask(Noun, frozen=True, kw_only=True, tag="ask"):
    """Ask a new question."""

    request: AskRequest


class OpenAgain(Noun, frozen=True, kw_only=True, tag="open-again"):
    """Open another agency's answer: a new request to every owner under the opener's own identity."""

    first_asker: str
    query_id: str
    request: AskRequest


class Fetch(Noun, frozen=True, kw_only=True, tag="fetch"):
    """Ask for the detail of one item."""

    request: FetchRequest


class Show(Noun, frozen=True, kw_only=True, tag="show"):
    """Show a kept outcome to a member of the agency that asked."""

    asker: str
    member: str
    query_id: str


class Duties(Noun, frozen=True, kw_only=True, tag="duties"):
    """List an owner's duties."""

    owner: str


LocalRequest = Ask | OpenAgain | Fetch | Show | Duties
LocalResult = Outcome | SourceResult | tuple[StoredDuty, ...]


def run_local(
    world: World, members: tuple[Member, ...], request: LocalRequest, progress: Callable[[SourceResult], None]
) -> LocalResult:
    """Carry out one request. Raises WrongUseError for a member this node does not have."""
    match request:
        case Ask():
            return ask_query(world, request.request, _member(members, request.request.member), progress)
        case OpenAgain():
            member = _member(members, request.request.member)
            return open_for_another(
                world, request.first_asker, request.query_id, request.request, member, progress
            )
        case Fetch():
            return fetch_item(world, request.request, _member(members, request.request.member))
        case Show():
            if _member(members, request.member).agency != request.asker:
                raise WrongUseError(
                    f"`{request.member}` is not of `{request.asker}`; opening its answer is a new request"
                )
            return get_outcome(world, request.asker, request.query_id)
        case Duties():
            return world.journal.duties(request.owner)


@contextmanager
def at_node(folder: Path) -> Iterator[Callable[[LocalRequest, type[Any], Progress], Any]]:
    """A way to put requests to a node: through its socket when it is running, else by opening it here."""
    settings = read_settings(folder)
    socket_path = folder / "local.sock"
    if socket_path.exists():
        transport = httpx.HTTPTransport(uds=str(socket_path))
        with httpx.Client(transport=transport, base_url=f"http://{settings.id}", timeout=SLOWEST_VERB_S) as client:
            yield lambda request, kind, progress: _through_socket(client, request, kind, progress)
        return
    with open_world(folder) as world:
        members = read_members(folder)
        yield lambda request, _kind, progress: run_local(
            world, members, request, lambda result: progress(result.agency, result.status)
        )


def _through_socket(client: httpx.Client, request: LocalRequest, kind: type[Any], progress: Progress) -> Any:
    try:
        with client.stream("POST", "/verbs", content=msgspec.json.encode(request)) as response:
            for line in response.iter_lines():
                told = msgspec.json.decode(line)
                if told["kind"] == "progress":
                    progress(told["value"]["agency"], told["value"]["status"])
                else:
                    return _result(told["kind"], told["value"], kind)
    except httpx.HTTPError as error:
        raise SettingsError("the node's socket does not answer; is `comity node serve` still running?") from error
    raise ClosedError("the node stopped before it answered; look at its messages and ask again")


def _result(kind: str, value: Any, wanted: type[Any]) -> Any:
    if kind == "result":
        return msgspec.convert(value, wanted)
    if kind == "wrong-use":
        raise WrongUseError(value)
    raise (ClosedError if kind == "closed" else ComityError)(value)


def _member(members: tuple[Member, ...], member_id: str) -> Member:
    for member in members:
        if member.id == member_id:
            return member
    raise WrongUseError(f"`{member_id}` is not a member at this node; ask as one of its members")
