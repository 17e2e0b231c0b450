"""What an answer that is still to be brought carries, when it is sent: checked once more, and given anew where it must be.

Agreement, law, day and recalls are those of the sending: an answer that would be another by now is answered again first,
and the new one is what leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import PeerUnreachableError
from comity.exchange.answering.answer_again import GivenAnswer, answer_again, find_given, reopen
from comity.exchange.answering.law_in_force import law_in_force
from comity.exchange.messages.suspended import suspended_sentence, suspension_among
from comity.exchange.messages.wire import LateAnswer
from comity.exchange.owners import owner_day, paper_day
from comity.ledger.append import append_entry, restore_receipt
from comity.ledger.witnessed import check_witnessed
from comity.model.codes import MessageKind, Status
from comity.model.delivery import AnswerDue
from comity.model.standing import StandingEnd
from comity.ports import World


@dataclass(frozen=True, slots=True)
class FoundAnswer:
    """An answer as it may leave, its entry, and the brokers by which its question came."""

    late: LateAnswer
    index: int
    via: tuple[str, ...]


def due_answer(world: World, due: AnswerDue) -> FoundAnswer | None:
    """The answer as it may leave now, with its receipt; None where the answer is no longer kept.

    Raises UnwitnessedError while the log's witnesses are away for too long, PeerUnreachableError while a party is suspended:
    then it waits, and is not given anew as a refusal that would stay.
    """
    given = find_given(world, due.asker, due.query_id, due.step_key)
    now_ms = world.clock.now_ms()
    if given is None or _stopped(world, given, now_ms):
        return None
    directory, query = world.directory(), given.disclosure.query
    suspended = suspension_among(directory, query.asker, query.beneficiary, query.owner)
    if suspended is not None:
        raise PeerUnreachableError(suspended_sentence(directory, suspended))
    check_witnessed(world, now_ms)  # it was entered while the witnesses were there; it leaves while they are
    if not still_stands(world, given, now_ms):
        append_entry(world, answer_again(world, given, (), now_ms))
        given = find_given(world, due.asker, due.query_id, due.step_key)
        assert given is not None, "an answer that was committed is kept"
    receipt = restore_receipt(world, given.index)
    late = LateAnswer(answer=given.answer, receipt=receipt, pair=given.disclosure.query.pair)
    return FoundAnswer(late, given.index, given.disclosure.query.via)


def _stopped(world: World, given: GivenAnswer, now_ms: int) -> bool:
    """Whether it is the answer of a standing question that stands no more. That the law refuses it now is still said."""
    query = given.disclosure.query
    if query.message is not MessageKind.STANDING_QUESTION:
        return False
    standing = world.journal.find_standing(query.owner, query.id, incoming=True)
    if standing is None:
        return True
    why = standing.why_over(paper_day(now_ms))
    return why is not None and (why, given.answer.status) != (StandingEnd.REFUSED, Status.REFUSED)


def still_stands(world: World, given: GivenAnswer, now_ms: int) -> bool:
    """Whether nothing of it was recalled, and law, agreements, papers and day are those under which it was given."""
    if given.recalled:
        return False
    opened = reopen(world.directory(), given.disclosure, now_ms)
    same_day = owner_day(opened.owner, given.answer.answered_ms) == owner_day(opened.owner, now_ms)
    return same_day and not opened.reasons and law_in_force(world, opened).hash == given.answer.law
