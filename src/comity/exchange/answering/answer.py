"""The answer: how an owner's node takes one question and releases what the law allows.

 1 now               read once
 2 open_query        signature, sender, freshness, replay, exactly one subject; what is not accepted is turned away
 3 find_stored       a retry: the committed answer goes out again, if day and law are still the same
 4 law_in_force      the owner's signed packs and agreements, folded for this question
 5 decide_asked      what may be asked at all, and found; duties of the request itself
 6 find_people       candidates by permitted keys, by the owner's weights in force; what may leave of each is decided
                     before it is compared
 7 compare_people    agree, disagree, missing per permitted field; calibrated probability
 8 conclude          one outward status; `release_item` there is the only maker of what leaves
 9 append_entry      durable and provable; refusals too
10 seal_answer       nothing leaves unless step 9 succeeded
"""

from __future__ import annotations

from comity.errors import RejectedMessageError
from comity.exchange.answering.candidates import compare_people, find_people
from comity.exchange.answering.conclude import conclude
from comity.exchange.answering.findable import keep_findable
from comity.exchange.answering.law_in_force import LawInForce, law_in_force
from comity.exchange.answering.open_query import Opened, open_query, refuse_first
from comity.exchange.answering.record_unit import resent_unit, unit_of
from comity.exchange.answering.stored import Stored, find_stored
from comity.exchange.answering.turn_away import turn_away
from comity.exchange.messages.open_message import Rejected
from comity.exchange.messages.wire import AnswerBody, Reply, seal_message
from comity.exchange.standing.standing_here import newest_seen, stays_here
from comity.law.calendar import local_time
from comity.law.decide import decide_query
from comity.ledger.append import append_entries, append_entry, restore_receipt
from comity.model.answer import Answer
from comity.model.codes import Status
from comity.model.decision import QueryDecision
from comity.model.disclosure import Receipt
from comity.ports import World

LAW_CHANGED = "the law, an agreement or the day changed since this answer was given; ask again"
TICK_MS = 200  # answers that tell nothing leave on this grid, so that their timing tells nothing either


def answer_query(world: World, raw: bytes) -> Reply:
    """Answer one sealed question. Raises UnauthenticatedError for what nobody listed signed, ClosedError in trouble."""
    try:
        return _answer(world, raw)
    except RejectedMessageError:
        # Another thread entered this nonce or this question between our look and our commit, and nothing of ours was
        # stored. A second look finds what it entered.
        return _answer(world, raw)


def _answer(world: World, raw: bytes) -> Reply:
    now_ms = world.clock.now_ms()  # 1
    opened = open_query(world, raw, now_ms)  # 2
    if isinstance(opened, Rejected):
        return turn_away(world, opened, now_ms)
    stored = find_stored(world, opened)  # 3
    if isinstance(stored, Rejected):
        return turn_away(world, stored, now_ms)
    if stored is not None:
        return _send_again(world, opened, stored)
    law = law_in_force(world, opened)  # 4
    asked = decide_asked(opened, law)  # 5
    weights = world.weights.of(opened.owner.id)  # read once: look-up and comparison go by one version
    seen = newest_seen(world, opened)
    found = find_people(world, law, opened.query, asked, weights)  # 6
    looked = compare_people(found)  # 7
    concluded = conclude(world, opened, law, asked, looked)  # 8
    unit = unit_of(world, opened, law, concluded)
    receipt = append_entries(world, (unit, *stays_here(opened, concluded.answer, seen)))[0]  # 9
    return seal_answer(world, opened, concluded.answer, receipt)  # 10


def decide_asked(opened: Opened, law: LawInForce) -> QueryDecision:
    """Step 5: the law's decision on the question, after the exchange's own refusals, less what nobody could find."""
    decided = decide_query(law.folded)
    narrowed = refuse_first(opened, decided)
    return keep_findable(law, opened.query, narrowed)


def seal_answer(world: World, opened: Opened, answer: Answer, receipt: Receipt) -> Reply:
    """Step 10: sign the committed answer with its receipt; repeatable after a crash."""
    raw = seal_message(world, opened.sender, AnswerBody(answer=answer, receipt=receipt), opened.now_ms)
    if answer.status is Status.NOTHING_RELEASABLE:
        return Reply(raw, not_before_ms=_next_tick(opened.now_ms))
    return Reply(raw)


def _next_tick(now_ms: int) -> int:
    return (now_ms // TICK_MS + 2) * TICK_MS


def _send_again(world: World, opened: Opened, stored: Stored) -> Reply:
    """A retry under a fresh nonce gets the answer already committed, on the same day and under the same law.

    Agreements, papers and training end with a day, so an answer of yesterday is asked for anew.
    """
    answer = stored.answer
    zone = opened.owner.zone
    yesterday = local_time(answer.answered_ms, zone).date() != local_time(opened.now_ms, zone).date()
    # Whatever it says: refusing only answers with items would tell that there were items.
    if yesterday or opened.reasons or answer.law != law_in_force(world, opened).hash:
        return turn_away(
            world, Rejected(opened.sender, opened.nonce, LAW_CHANGED, opened.message_hash), opened.now_ms
        )
    append_entry(world, resent_unit(opened, answer))
    return seal_answer(world, opened, answer, restore_receipt(world, stored.index))
