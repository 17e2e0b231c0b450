"""A question that may be sent, on its way: entered, put to every owner at once, joined, and entered as it came back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.asking.asker import Asking, asker_facts, make_query
from comity.exchange.asking.fan_out import fan_out
from comity.exchange.asking.kept_outcome import ASKED_KEY, OUTCOME_KEY
from comity.exchange.asking.looked_up import Lately, list_duty, list_refused, went_on_units
from comity.exchange.asking.open_questions import open_until_answered, still_open
from comity.exchange.asking.own_law import own_refusals
from comity.exchange.asking.persons import join_persons
from comity.exchange.asking.sources import open_sources
from comity.exchange.messages.wire import Question
from comity.exchange.session.statements import member_told
from comity.exchange.standing.standing_asked import standing_units
from comity.ledger.append import append_entries, append_entry
from comity.model.agency import Member
from comity.model.approval import LookUp
from comity.model.canon import canonical_bytes, digest
from comity.model.codes import Status
from comity.model.decision import Reason
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.outcome import Outcome, SourceResult
from comity.model.query import Query
from comity.model.refused import tell_refused
from comity.model.standing import Stands, check_standing
from comity.ports import World

Progress = Callable[[SourceResult], None]


@dataclass(frozen=True, slots=True)
class Ready:
    """A question with everything that was decided of it before it leaves: who may be sent it, and why the others may not."""

    asking: Asking
    queries: tuple[Query, ...]
    refused: dict[str, tuple[Reason, ...]]
    stands: Stands | None
    look_up: LookUp
    duties: tuple[StoredDuty, ...]

    @property
    def sent(self) -> tuple[Query, ...]:
        """What may be sent."""
        return tuple(query for query in self.queries if not self.refused[query.owner])


def make_ready(world: World, asking: Asking, stands: Stands | None, lately: Lately) -> Ready:
    """One question for each owner, and what our own law, or that it is one of a list, has against each.

    Raises WrongUseError where nobody can be asked.
    """
    request = asking.request
    owners = request.sources or open_sources(world, asking.asker, asking.directory, asking.now_ms, request.message)
    if not owners:
        raise WrongUseError(tell_refused("ask.no-agreement", agency=request.asker))
    queries = tuple(make_query(world, asking, owner) for owner in owners)
    check_standing(queries[0], stands)
    refused = own_refusals(world, asking, queries)
    listed = list_refused(lately)
    if listed and not asking.is_emergency:
        refused = {owner: (*reasons, *listed) for owner, reasons in refused.items()}
    return Ready(asking, queries, refused, stands, lately.now, (list_duty(asking),) if listed else ())


def put_question(world: World, ready: Ready, units: tuple[Unit, ...], progress: Progress) -> Outcome:
    """Steps 6 to 9 of `ask.py`. `units` are entered in the same transaction, before anything leaves."""
    asking, sent = ready.asking, ready.sent
    now_ms, request = asking.now_ms, asking.request
    instead = asking.instead if sent else None
    asked = replace(
        asked_unit(asking, sent),
        opens=(*open_until_answered(request, sent, now_ms), *(instead.opens if instead else ())),
        closes=instead.closes if instead else (),
        duties=ready.duties,
        look_ups=(ready.look_up,),
    )
    went_on = went_on_units(asking) if sent else ()
    append_entries(world, (asked, *went_on, *standing_units(asking, sent, ready.stands), *units))
    questions = tuple(
        Question(query=query, member=_told_to(ready, query.owner), stands=ready.stands) for query in sent
    )
    answered = fan_out(world, questions, now_ms + request.wait_ms, progress)
    results = _in_order(ready, answered)
    persons, apart = join_persons(results)
    outcome = Outcome(
        query_id=asking.query_id,
        request=request,
        asked_ms=now_ms,
        took_ms=world.clock.now_ms() - now_ms,
        sources=results,
        persons=persons,
        apart=apart,
    )
    append_entry(world, still_open(_received_unit(asking, outcome), outcome))
    return outcome


def _told_to(ready: Ready, owner: str) -> Member:
    asking = ready.asking
    return member_told(asking.member, asking.directory.get_agency(owner), stands=ready.stands is not None)


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


def _in_order(ready: Ready, answered: tuple[SourceResult, ...]) -> tuple[SourceResult, ...]:
    """Exactly one result for every owner named, in the order named."""
    by_owner = {result.agency: result for result in answered}
    return tuple(
        by_owner.get(query.owner)
        or SourceResult(agency=query.owner, status=Status.REFUSED, reasons=ready.refused[query.owner])
        for query in ready.queries
    )
