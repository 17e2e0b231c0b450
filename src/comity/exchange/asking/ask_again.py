"""A question put again to an owner that could not be reached: subject and reason are the same, its number is its own.

1 whose question   the member's own, of the last day; what is older is asked anew, with reasons that are true then
2 which owner      one whom it did not reach
3 the first        is put to that owner no more, so that it is asked once; its other owners are asked on
4 ask              as any question, by every check; it counts as one look with the first (`looked_up.py`)
"""

from __future__ import annotations

from dataclasses import replace

from msgspec.structs import replace as with_changes

from comity.errors import WrongUseError
from comity.exchange.asking.ask import ask_checked
from comity.exchange.asking.asker import Instead, check_asking
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.looked_up import DAY_MS, asked_lately
from comity.exchange.asking.open_questions import left_open
from comity.exchange.asking.put import Progress
from comity.model.agency import Member
from comity.model.codes import MessageKind, Status
from comity.model.outcome import Outcome
from comity.model.refused import tell_refused
from comity.ports import World

AGAIN_WAIT_MS = 10_000  # whoever asks again waits at a screen, as whoever asks


def ask_again(
    world: World, member: Member, query_id: str, owner: str, *, anew: str = "", progress: Progress = lambda _: None
) -> Outcome:
    """Put a question of the member's own again to one owner it did not reach, under the number `anew` where one is given.

    Raises WrongUseError where there is nothing to ask again, and what `ask_query` raises.
    """
    first = get_outcome(world, member.agency, query_id).outcome  # 1
    if first.request.member != member.id:
        raise WrongUseError(tell_refused("again.not-own", member=member.id, question=query_id[:64]))
    if first.request.message is MessageKind.STANDING_QUESTION:
        raise WrongUseError(tell_refused("again.standing"))
    if not any(one.agency == owner and one.status is Status.UNREACHABLE for one in first.sources):  # 2
        raise WrongUseError(tell_refused("again.reached", agency=owner[:64]))
    request = with_changes(first.request, sources=(owner,), wait_ms=AGAIN_WAIT_MS)
    now_ms = world.clock.now_ms()
    asking = check_asking(world, request, member, now_ms, anew)
    look_up = next((one for one in asked_lately(world, asking).earlier if one.query_id == query_id), None)
    if look_up is None or now_ms - look_up.at_ms >= DAY_MS:
        raise WrongUseError(tell_refused("again.old"))
    opens = left_open(first, owner, now_ms)  # 3
    closes = () if opens else ((member.agency, query_id),)
    asking = replace(asking, instead=Instead(look_up.at_ms, opens, closes))
    return ask_checked(world, asking, progress)  # 4
