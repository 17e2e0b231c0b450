"""Questions that are open: owners who did not answer in time are asked again, and a stop of this node ends no question.

That a question is open is committed before it leaves, and until when. For each that is due:
1 what was asked    from the entry of the asking: the same questions, under fresh nonces
2 ask again         those who have not answered; whoever did gets no second question, and a stored answer is no new one
3 what is kept      the outcome with late answers in their place, marked; after a stop the first outcome of the question
4 append_entry      it, and who is still asked; nobody any more after a day, when no owner takes the question for the same
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from comity.errors import LedgerError
from comity.exchange.answering.record_unit import class_mask
from comity.exchange.asking.fan_out import MOST_AT_ONCE, ask_source, without_answer
from comity.exchange.asking.kept_outcome import ASKED_KEY, OUTCOME_KEY, KeptOutcome, find_outcome
from comity.exchange.asking.persons import join_persons
from comity.exchange.asking.revise import revised_unit, with_answer
from comity.exchange.messages.wire import Question
from comity.exchange.owners import owner_day
from comity.exchange.session.statements import member_told
from comity.ledger.append import append_entry
from comity.ledger.witnessed import check_witnessed
from comity.model.agency import Member
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import Status
from comity.model.delivery import OpenQuestion, Recall, RecallKind
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.outcome import AskRequest, Outcome, SourceResult
from comity.model.query import Query
from comity.model.standing import Stands
from comity.ports import World

UNANSWERED = frozenset({Status.TIMED_OUT, Status.UNREACHABLE})
ASKED_FOR_MS = (
    23 * 3_600_000
)  # an owner takes a question for the same for a day; an hour less, for clocks that differ
AFTER_WAIT_MS = (
    5_000  # after its own end a question is put again: soon enough to be of use, late enough not to race it
)
LONGEST_WAIT_MS = 600_000  # between two rounds; an answer that is ready waits ten minutes at most
ROUND_MS = 10_000  # how long an owner may take in one round
MOST_AT_A_TIME = 64  # questions of one round


def open_until_answered(request: AskRequest, sent: tuple[Query, ...], now_ms: int) -> tuple[OpenQuestion, ...]:
    """The question as it is open from its asking on; none where nothing leaves."""
    if not sent:
        return ()
    return (
        OpenQuestion(
            asker=request.asker,
            query_id=sent[0].id,
            owners=tuple(query.owner for query in sent),
            next_ms=now_ms + request.wait_ms + AFTER_WAIT_MS,
            until_ms=now_ms + ASKED_FOR_MS,
        ),
    )


def still_open(unit: Unit, outcome: Outcome) -> Unit:
    """The unit of an outcome, which keeps the question open while an owner has not answered, and closes it otherwise."""
    key = (outcome.request.asker, outcome.query_id)
    waiting = _unanswered(outcome)
    if not waiting:
        return replace(unit, closes=(key,))
    question = OpenQuestion(
        asker=key[0],
        query_id=key[1],
        owners=waiting,
        next_ms=outcome.asked_ms + outcome.request.wait_ms + AFTER_WAIT_MS,
        until_ms=outcome.asked_ms + ASKED_FOR_MS,
    )
    return replace(unit, opens=(question,))


def left_open(outcome: Outcome, owner: str, now_ms: int) -> tuple[OpenQuestion, ...]:
    """A question as it stays open without one of its owners; none where nobody else is asked on."""
    left = tuple(one for one in _unanswered(outcome) if one != owner)
    until_ms = outcome.asked_ms + ASKED_FOR_MS
    if not left or now_ms >= until_ms:
        return ()
    return (
        OpenQuestion(
            asker=outcome.request.asker,
            query_id=outcome.query_id,
            owners=left,
            next_ms=now_ms + AFTER_WAIT_MS,
            until_ms=until_ms,
        ),
    )


def ask_open_questions(world: World) -> int:
    """Put open questions again; how many got an answer they did not have. Raises ClosedError in trouble.

    Also UnwitnessedError, while the log's witnesses are away for too long: nothing leaves, a question neither.
    """
    now_ms = world.clock.now_ms()
    check_witnessed(
        world, now_ms
    )  # they were entered while the witnesses were there; they leave again while they are
    questions = world.journal.open_questions(now_ms, MOST_AT_A_TIME)
    return sum(_ask_again(world, question, now_ms) for question in questions)


def _ask_again(world: World, question: OpenQuestion, now_ms: int) -> bool:
    asked = world.journal.find_answer(question.asker, question.query_id, ASKED_KEY)  # 1
    member = world.journal.record(asked[2]) if asked is not None else None
    if asked is None or member is None:
        raise LedgerError(
            f"what question `{question.query_id}` asked is not kept; restore the database from a copy"
        )
    queries = from_canonical(asked[1], tuple[Query, ...])
    wanted = tuple(query for query in queries if query.owner in question.owners)
    standing = world.journal.find_standing(question.asker, question.query_id, incoming=False)
    stands = standing.stands if standing is not None else None
    asker = from_canonical(member, Member)
    answered = _ask(world, tuple(_question(world, one, asker, stands) for one in wanted))  # 2
    answered = tuple(_without_recalled(world, question.asker, one, now_ms) for one in answered)
    kept = find_outcome(world, question.asker, question.query_id)
    left = tuple(one.agency for one in answered if one.status in UNANSWERED)
    news = tuple(one for one in answered if one.status not in UNANSWERED)
    if kept is not None and not news and now_ms < question.until_ms:
        world.journal.ask_later(_later(question, left, now_ms))
        return False
    unit = _first(world, queries, answered, now_ms) if kept is None else _revised(world, question, kept, news)  # 3
    if left and now_ms < question.until_ms:
        unit = replace(unit, opens=(_later(question, left, now_ms),))
    else:
        unit = replace(unit, closes=((question.asker, question.query_id),))
    append_entry(world, unit)  # 4
    return bool(news)


def _question(world: World, query: Query, asker: Member, stands: Stands | None) -> Question:
    owner = world.directory().find_agency(query.owner)
    return Question(query=query, member=member_told(asker, owner, stands=stands is not None), stands=stands)


def _ask(world: World, questions: tuple[Question, ...]) -> tuple[SourceResult, ...]:
    """One result from each owner, all at once. What the fan-out does for somebody who waits, for nobody in particular."""
    directory = world.directory()
    until_ms = world.clock.now_ms() + ROUND_MS
    with ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, len(questions)), thread_name_prefix="again") as pool:
        asked = [pool.submit(ask_source, world, one, directory, until_ms) for one in questions]
        return tuple(future.result() for future in asked)


def _without_recalled(world: World, asker: str, result: SourceResult, since_ms: int) -> SourceResult:
    """An owner's result; none where something in it was recalled while others were waited for: it is asked once more.

    A recall finds nothing to take out of an answer that is not kept yet. One that was confirmed names its items no more.
    """
    shown = {item.item_id for item in result.answer.items} if result.answer is not None else set()
    for delivery in world.journal.deliveries(asker) if shown else ():
        recall = delivery.due
        if not delivery.incoming or delivery.sender != result.agency or not isinstance(recall, Recall):
            continue
        meanwhile = delivery.arrived_ms is not None and delivery.arrived_ms >= since_ms
        named = any(item.item_id in shown for item in recall.items)
        if (named and recall.kind is RecallKind.WITHDRAWN) or (meanwhile and (named or not recall.items)):
            return without_answer(result.agency, Status.TIMED_OUT, "comity/NO-ANSWER")
    return result


def _later(question: OpenQuestion, left: tuple[str, ...], now_ms: int) -> OpenQuestion:
    wait_ms = min(LONGEST_WAIT_MS, AFTER_WAIT_MS << min(question.tried + 1, 10))
    return replace(question, owners=left, next_ms=now_ms + wait_ms, tried=question.tried + 1)


def _revised(world: World, question: OpenQuestion, kept: KeptOutcome, news: tuple[SourceResult, ...]) -> Unit:
    revised = kept.revised
    for result in news:
        revised = with_answer(revised, result)
    now_ms = world.clock.now_ms()
    asker = world.directory().get_agency(question.asker)
    return revised_unit(asker, kept, revised, (now_ms, asker.ori_on(owner_day(asker, now_ms))))


def _first(world: World, queries: tuple[Query, ...], answered: tuple[SourceResult, ...], now_ms: int) -> Unit:
    """The outcome of a question that a stop cut off before it had one. Whom its own law kept from being asked is not in it."""
    query = queries[0]
    persons, apart = join_persons(answered)
    outcome = Outcome(
        query_id=query.id,
        request=request_of(queries),
        asked_ms=query.asked_ms,
        took_ms=now_ms - query.asked_ms,
        sources=answered,
        persons=persons,
        apart=apart,
    )
    return Unit(
        facts=EntryFacts(
            kind=EntryKind.RECEIVED,
            at_ms=now_ms,
            asker_ori=query.asker_ori,
            purpose=query.purpose,
            instrument=query.basis.instrument,
            class_mask=class_mask(query.data_classes),
            released=sum(len(source.answer.items) for source in answered if source.answer),
            pair=digest(query.id).removeprefix("sha256:"),
        ),
        content=canonical_bytes(outcome),
        record=canonical_bytes({"asker": query.asker}),
        answer_to=(query.asker, query.id, OUTCOME_KEY, digest(outcome.request)),
    )


def request_of(queries: tuple[Query, ...]) -> AskRequest:
    """What was asked, from the questions that left."""
    query = queries[0]
    return AskRequest(
        asker=query.asker,
        member=query.member,
        beneficiary=query.beneficiary,
        purpose=query.purpose,
        basis=query.basis,
        case_number=query.case_number,
        data_classes=query.data_classes,
        subject=query.subject,
        sources=tuple(one.owner for one in queries),
        message=query.message,
        dppa_use=query.dppa_use,
        note=query.note,
    )


def _unanswered(outcome: Outcome) -> tuple[str, ...]:
    return tuple(source.agency for source in outcome.sources if source.status in UNANSWERED)
