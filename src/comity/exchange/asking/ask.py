"""The question: how an agency's node asks several owners about one subject and keeps what each one said.

1 now               read once; the end of the wait is read for the report alone
2 check_asking      the member is of the asking agency, trained, at this node
3 make_query        one question per owner, each with its own pairing value
4 own_refusals      our own law first: what it refuses is not sent
5 append_entry      that we ask is itself recorded before anything leaves, and that it is open
6 fan_out           one deadline; exactly one typed status from every source asked
7 join_persons      what several owners released, joined only where it agrees
8 append_entry      what came back, source by source; who did not answer is asked again later (`open_questions.py`)
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.asker import Asking, asker_facts, check_asking, make_query
from comity.exchange.asking.fan_out import fan_out
from comity.exchange.asking.kept_outcome import ASKED_KEY, OUTCOME_KEY
from comity.exchange.asking.open_questions import open_until_answered, still_open
from comity.exchange.asking.own_law import own_refusals
from comity.exchange.asking.persons import join_persons
from comity.exchange.asking.sources import open_sources
from comity.exchange.messages.wire import Question
from comity.exchange.standing.standing_asked import standing_units
from comity.ledger.append import append_entries, append_entry
from comity.model.agency import Member
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import Status
from comity.model.decision import Reason
from comity.model.disclosure import EntryKind, Unit
from comity.model.outcome import AskRequest, Outcome, SourceResult
from comity.model.query import Query
from comity.model.standing import Stands, check_standing
from comity.ports import World

Progress = Callable[[SourceResult], None]


def ask_query(
    world: World,
    request: AskRequest,
    member: Member,
    progress: Progress = lambda _: None,
    stands: Stands | None = None,
) -> Outcome:
    """Ask one question of several owners; with `stands` it stays there. Raises WrongUseError where it cannot be put."""
    now_ms = world.clock.now_ms()  # 1
    asking = check_asking(world, request, member, now_ms)  # 2
    owners = request.sources or open_sources(world, asking.asker, asking.directory, now_ms, request.message)
    if not owners:
        raise WrongUseError(f"no agreement in force lets `{request.asker}` ask anybody; activate one first")
    queries = tuple(make_query(world, asking, owner) for owner in owners)  # 3
    check_standing(queries[0], stands)
    refused = own_refusals(world, asking, queries)  # 4
    sent = tuple(query for query in queries if not refused[query.owner])
    asked = replace(asked_unit(asking, sent), opens=open_until_answered(request, sent, now_ms))
    append_entries(world, (asked, *standing_units(asking, sent, stands)))  # 5
    questions = tuple(Question(query=query, member=member, stands=stands) for query in sent)
    answered = fan_out(world, questions, now_ms + request.wait_ms, progress)  # 6
    results = _in_order(queries, answered, refused)
    persons, apart = join_persons(results)  # 7
    outcome = Outcome(
        query_id=asking.query_id,
        request=request,
        asked_ms=now_ms,
        took_ms=world.clock.now_ms() - now_ms,
        sources=results,
        persons=persons,
        apart=apart,
    )
    append_entry(world, still_open(_received_unit(asking, outcome), outcome))  # 8
    return outcome


def asked_unit(asking: Asking, sent: tuple[Query, ...], step_key: str = ASKED_KEY) -> Unit:
    """That these questions leave: what a reconciler pairs with the owners' entries, and late answers are checked by."""
    return Unit(
        facts=asker_facts(asking, EntryKind.ASKED),
        content=canonical_bytes(sent),
        record=canonical_bytes(asking.member),
        answer_to=(asking.request.asker, asking.query_id, step_key, digest(asking.request)),
    )


def _received_unit(asking: Asking, outcome: Outcome) -> Unit:
    answered = sum(len(source.answer.items) for source in outcome.sources if source.answer)
    return Unit(
        facts=asker_facts(asking, EntryKind.RECEIVED, released=answered),
        content=canonical_bytes(outcome),
        record=canonical_bytes(asking.member),
        answer_to=(asking.request.asker, asking.query_id, OUTCOME_KEY, digest(asking.request)),
    )


def _in_order(
    queries: tuple[Query, ...], answered: tuple[SourceResult, ...], refused: dict[str, tuple[Reason, ...]]
) -> tuple[SourceResult, ...]:
    """Exactly one result for every owner named, in the order named."""
    by_owner = {result.agency: result for result in answered}
    return tuple(
        by_owner.get(query.owner)
        or SourceResult(agency=query.owner, status=Status.REFUSED, reasons=refused[query.owner])
        for query in queries
    )
