"""Requests for action at their owner: what the law decided of each, what it demands beside, and what was done about it.

A request is decided as a question when it comes in. What the law forbids is declined by the law itself and documented by its
entry and duties; what a rule leaves to a role waits on the desk; the rest is the owner's to do or decline, in words and
under a rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from comity.errors import DutyRefusedError, NounError, RejectedMessageError, WrongUseError
from comity.exchange.answering.answer import decide_asked
from comity.exchange.answering.answer_again import reopen
from comity.exchange.answering.candidates import Decided, Looked, compare_people, find_people
from comity.exchange.answering.conclude import LEAST_PROBABILITY_PPM
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened
from comity.exchange.desk.request_withdrawn import withdrawn_ms
from comity.exchange.duty.duties import DESK, is_held_task, said_words
from comity.exchange.duty.duty_state import is_done
from comity.exchange.owners import owner_facts, owner_here
from comity.exchange.person.person_state import reader_of
from comity.exchange.replay.replay import past_entries
from comity.ledger.append import append_entry
from comity.match.person import NOT_SAME
from comity.model.action_request import (
    ActionRequest,
    RequestAct,
    RequestActed,
    RequestAnswer,
    RequestStanding,
)
from comity.model.agency import Agency, Member
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.codes import FOR_ACTION, Status
from comity.model.decision import Reason, RecordDecision
from comity.model.disclosure import Considered, DeskRecord, Disclosure, EntryKind, StoredDuty, Unit
from comity.ports import World

MOST_LISTED = 500  # newest first; a desk that has more open asks its database
REFUSED_BY_A_PERSON = "comity/HELD-REFUSED"
SHUTS = frozenset({"forbid", "refuse", "cap"})


@dataclass(frozen=True, slots=True)
class _Left:
    """What the law left of a request, by which rules, about which of the owner's references."""

    standing: RequestStanding
    rules: tuple[Reason, ...] = ()
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Asked:
    """A request and the newest answer to it, with what only the desk reads."""

    answer: Answer
    disclosure: Disclosure
    desk: DeskRecord


def list_requests(world: World, member: Member) -> tuple[ActionRequest, ...]:
    """The requests for action to the member's agency, newest first. Raises WrongUseError for who is not of its desk."""
    owner = reader_of(world, member)
    duties = world.journal.duties(owner.id)
    return tuple(_request(world, owner, asked, duties) for asked in _requests(world, owner))


def act_on_request(world: World, member: Member, given: RequestAnswer) -> ActionRequest:
    """Say what was done about a request, or that it is declined.

    1 the reason, and who may say it   2 the request   3 said already: nothing changes   4 one taken back is left
    5 the rule, one of the law in force; what was done must be open under that law now, with no hold left   6 one entry

    Raises WrongUseError for no such request or rule or who may not, DutyRefusedError for what the law forbids.
    """
    reason = said_words("reason", given.reason)  # 1
    owner = owner_here(world, member.agency)
    if not DESK & set(member.roles):
        raise WrongUseError(f"`{member.id}` may not act on a request; it needs {', '.join(sorted(DESK))}")
    asked = _find(world, owner, given.query_id)  # 2
    query = asked.disclosure.query
    if _acted(world, owner, asked) is None:  # 3
        if withdrawn_ms(world, owner.id, query.asker, query.id) is not None:  # 4
            raise DutyRefusedError("the request was withdrawn; there is nothing to do or decline any more")
        now_ms = world.clock.now_ms()
        opened = reopen(world.directory(), asked.disclosure, now_ms)  # 5
        law = law_in_force(world, opened)
        decided = {reason.rule for reason in asked.answer.reasons}
        if given.rule not in decided | {code.id for code in law.folded.law.codes}:
            raise WrongUseError(
                f"`{given.rule[:120]}` is no rule of your law in force; `comity law show` lists them"
            )
        if given.act is RequestAct.DONE:
            _check_open(world, opened, law)
        acted = RequestActed(
            owner=owner.id,
            asker=query.asker,
            query_id=query.id,
            act=given.act,
            rule=given.rule,
            reason=reason,
            by=member.id,
            at_ms=now_ms,
        )
        with suppress(
            RejectedMessageError
        ):  # somebody was faster between our look and our commit: their word stands
            append_entry(world, _unit(owner, acted))  # 6
    return _request(world, owner, asked, world.journal.duties(owner.id))


def act_key(owner: str) -> str:
    """Under which the owner's word on a request is kept, beside its answer."""
    return f"request:{owner}"


def _requests(world: World, owner: Agency) -> Iterator[_Asked]:
    """The newest answer to each request for action, newest first."""
    seen: set[tuple[str, str]] = set()
    for index in past_entries(world, owner):
        asked = _read(world, index)
        if asked is None:
            continue
        key = (asked.disclosure.query.asker, asked.disclosure.query.id)
        if key not in seen:
            seen.add(key)
            yield asked
        if len(seen) == MOST_LISTED:
            return


def _read(world: World, index: int) -> _Asked | None:
    """A request as it was answered; None for a question for records, and for one that is no longer kept."""
    record = world.journal.record(index)
    if record is None or not any(f'"message":"{kind}"'.encode() in record for kind in FOR_ACTION):
        return None
    disclosure = from_canonical(record, Disclosure)
    content, sealed = world.journal.content(index), world.journal.sealed(index)
    if disclosure.query.message not in FOR_ACTION or content is None or sealed is None:
        return None
    return _Asked(from_canonical(content, Answer), disclosure, from_canonical(sealed, DeskRecord))


def _find(world: World, owner: Agency, query_id: str) -> _Asked:
    for asked in _requests(world, owner):
        if asked.disclosure.query.id == query_id:
            return asked
    raise WrongUseError(f"`{owner.id}` has no request `{query_id[:64]}`; `comity requests list` shows them")


def _acted(world: World, owner: Agency, asked: _Asked) -> RequestActed | None:
    query = asked.disclosure.query
    found = world.journal.find_answer(query.asker, query.id, act_key(owner.id))
    record = world.journal.record(found[2]) if found is not None else None
    return from_canonical(record, RequestActed) if record is not None else None


def _check_open(world: World, opened: Opened, law: LawInForce) -> None:
    """Raises DutyRefusedError unless the law of now leaves the request to the owner, with nothing left to decide."""
    refused = decide_asked(opened, law).refused
    if refused:
        raise _forbidden(refused)
    looked = _look(world, opened, law)
    likely = [
        one.decided
        for one in (*looked.matched, *looked.waiting)
        if one.match.verdict != NOT_SAME and one.match.probability_ppm >= LEAST_PROBABILITY_PPM
    ]
    if any(one.decision.holds for one in likely):
        raise DutyRefusedError("a named role decides this first; `comity held list` shows what waits")
    if not likely:
        raise _forbidden(_shut(one.decision for one in looked.hidden))


def _look(world: World, opened: Opened, law: LawInForce) -> Looked:
    """Who is meant, under the law of now, as an answer would find them."""
    weights = world.weights.of(opened.owner.id)
    found = find_people(world, law, opened.query, decide_asked(opened, law), weights)
    return compare_people(found)


def _forbidden(reasons: tuple[Reason, ...]) -> DutyRefusedError:
    if not reasons:
        return DutyRefusedError("no record here is of the person asked about; there is nobody to do it for")
    rules = ", ".join(dict.fromkeys(reason.rule for reason in reasons))
    return DutyRefusedError(f"the law declines this request ({rules}); nothing is done about it")


def _request(world: World, owner: Agency, asked: _Asked, duties: tuple[StoredDuty, ...]) -> ActionRequest:
    query, answer = asked.disclosure.query, asked.answer
    acted = _acted(world, owner, asked)
    taken_back = withdrawn_ms(world, owner.id, query.asker, query.id)
    own = [one for one in duties if one.query_id == query.id and one.asker in ("", query.asker)]
    left = _left(world, asked, own)
    standing = left.standing
    if acted is not None:
        standing = RequestStanding.DONE if acted.act is RequestAct.DONE else RequestStanding.DECLINED
    elif taken_back is not None:
        standing = RequestStanding.WITHDRAWN
    return ActionRequest(
        owner=owner.id,
        query_id=query.id,
        asker=query.asker,
        member=query.member,
        beneficiary=query.beneficiary,
        message=query.message,
        instrument=query.basis.instrument,
        purpose=query.purpose,
        case_number=query.case_number,
        subject=query.subject,
        received_ms=query.asked_ms,
        status=answer.status,
        standing=standing,
        rules=left.rules,
        records=left.records,
        duties=tuple(sorted(own, key=lambda one: one.duty.kind != "notify")),
        acted=acted,
        withdrawn_ms=taken_back,
    )


def _left(world: World, asked: _Asked, duties: list[StoredDuty]) -> _Left:
    """Where the law left a request, by which rules, and about which records."""
    answer = asked.answer
    likely = tuple(_likely(asked))
    records = _references(world, answer.owner, (one.record_id for one in likely))
    if answer.status is Status.REFUSED:
        by_a_person = any(reason.rule == REFUSED_BY_A_PERSON for reason in answer.reasons)
        standing = RequestStanding.DECLINED if by_a_person else RequestStanding.DECLINED_BY_LAW
        return _Left(standing, answer.reasons, records)
    waiting = {one.duty.rule for one in duties if is_held_task(one) and not is_done(one)}
    if waiting:
        held = (reason for one in likely for field in one.decision.fields for reason in field.reasons)
        rules = tuple(dict.fromkeys(reason for reason in held if reason.rule in waiting))
        return _Left(RequestStanding.WAITS, rules, records)
    if likely:
        return _Left(RequestStanding.OPEN, (), records)
    hidden = _hidden(world, asked)
    if not hidden:
        return _Left(RequestStanding.NOBODY)
    found = tuple(dict.fromkeys(one.record.reference for one in hidden))
    return _Left(RequestStanding.DECLINED_BY_LAW, _shut(one.decision for one in hidden), found)


def _likely(asked: _Asked) -> Iterator[Considered]:
    """The records considered that were shown, or likely the person's."""
    shown = {(one.record_id, one.person_key) for one in asked.disclosure.shown}
    for one in asked.desk.considered:
        if (one.record_id, one.person_key) in shown or (one.probability_ppm or 0) >= LEAST_PROBABILITY_PPM:
            yield one


def _hidden(world: World, asked: _Asked) -> tuple[Decided, ...]:
    """The records that the law keeps wholly back from the request and that the owner takes for the person's."""
    try:
        opened = reopen(world.directory(), asked.disclosure, world.clock.now_ms())
    except NounError:
        return ()  # one of the agencies is listed no more: nothing is decided for it
    return _look(world, opened, law_in_force(world, opened)).hidden


def _references(world: World, owner: str, ids: Iterable[str]) -> tuple[str, ...]:
    records = (world.records.get(owner, record_id) for record_id in dict.fromkeys(ids))
    return tuple(record.reference for record in records if record is not None)


def _shut(decided: Iterable[RecordDecision]) -> tuple[Reason, ...]:
    """The rules that closed what was decided, each once."""
    reasons = (reason for one in decided for field in one.fields for reason in field.reasons)
    return tuple(dict.fromkeys(reason for reason in reasons if reason.effect in SHUTS))


def _unit(owner: Agency, acted: RequestActed) -> Unit:
    """The public part says that a request was acted on; how, by whom and why is the owner's. Kept once a request."""
    return Unit(
        facts=owner_facts(EntryKind.REQUEST_ACTED, owner, acted.at_ms),
        content=canonical_bytes({"owner": owner.id, "acted": 1}),
        record=canonical_bytes(acted),
        answer_to=(acted.asker, acted.query_id, act_key(owner.id), digest(acted)),
    )
