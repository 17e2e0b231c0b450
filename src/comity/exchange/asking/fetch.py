"""The detail of one item: a second request to its owner, who decides again."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.asker import asker_facts, check_asking, make_query
from comity.exchange.asking.fan_out import fan_out
from comity.exchange.asking.kept_outcome import ASKED_KEY, DETAIL_KEY, get_outcome
from comity.exchange.asking.own_law import own_refusals
from comity.exchange.asking.put import asked_unit
from comity.exchange.messages.wire import Question
from comity.exchange.session.statements import member_told
from comity.ledger.append import append_entry
from comity.model.agency import Member
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import MessageKind, Status
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import AskRequest, FetchRequest, Outcome, SourceResult
from comity.model.query import PersonSubject, Subject
from comity.model.refused import tell_refused
from comity.ports import World


def fetch_item(world: World, request: FetchRequest, member: Member) -> SourceResult:
    """Ask an item's owner for its detail: same asker, same purpose, same beneficiary, decided anew by both laws.

    Raises WrongUseError for an item this agency was not shown.
    """
    now_ms = world.clock.now_ms()
    outcome = get_outcome(world, request.asker, request.query_id).outcome
    if outcome.request.message is MessageKind.STANDING_QUESTION:
        raise WrongUseError(tell_refused("fetch.standing"))
    owner = _owner_of(outcome, request.item_id)
    asked = replace(outcome.request, member=request.member, wait_ms=request.wait_ms)
    asking = check_asking(world, asked, member, now_ms, outcome.query_id)
    query = make_query(world, asking, owner, request.item_id, request.identified_by)
    refused = own_refusals(world, asking, (query,))[query.owner]
    if refused:
        append_entry(world, asked_unit(asking, (), f"{ASKED_KEY}:{query.pair}"))
        return SourceResult(agency=owner, status=Status.REFUSED, reasons=refused)
    append_entry(world, asked_unit(asking, (query,), f"{ASKED_KEY}:{query.pair}"))
    told = member_told(member, asking.directory.get_agency(owner))
    (result,) = fan_out(world, (Question(query=query, member=told),), now_ms + request.wait_ms, lambda _: None)
    append_entry(
        world,
        Unit(
            facts=asker_facts(
                asking, EntryKind.RECEIVED, released=len(result.answer.items) if result.answer else 0
            ),
            content=canonical_bytes(result),
            record=canonical_bytes(member),
            answer_to=(request.asker, request.query_id, f"{DETAIL_KEY}:{query.pair}", digest(asked)),
        ),
    )
    return result


def open_for_another(
    world: World,
    first_asker: str,
    query_id: str,
    request: AskRequest,
    member: Member,
    progress: Callable[[SourceResult], None],
) -> Outcome:
    """Another agency, another purpose or another beneficiary opening an answer: a new request to every owner.

    The first asker's answer is not shown; only its subject and data classes are asked about again, under the
    opener's own identity, purpose and basis. Raises WrongUseError when there is no such answer at this node.
    """
    first = get_outcome(world, first_asker, query_id).outcome
    again = replace(
        request,
        subject=_by_name_and_birth_date(first.request.subject),
        data_classes=first.request.data_classes,
        sources=request.sources
        or tuple(source.agency for source in first.sources if source.agency != request.asker),
    )
    return ask_query(world, again, member, progress)


def _by_name_and_birth_date(subject: Subject) -> PersonSubject:
    """What of the first question another agency may ask about: no number, address or other name goes over to it."""
    if not isinstance(subject, PersonSubject):
        raise WrongUseError("the first question was about a number or a thing; ask about it with your own")
    return replace(subject, identifiers=(), address="", other_names=())


def _owner_of(outcome: Outcome, item_id: str) -> str:
    for source in outcome.sources:
        if source.answer and any(item.item_id == item_id for item in source.answer.items):
            return source.agency
    raise WrongUseError(tell_refused("fetch.no-item", item=item_id, question=outcome.query_id))
