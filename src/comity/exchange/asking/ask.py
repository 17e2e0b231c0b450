"""The question: how an agency's node asks several owners about one subject and keeps what each one said.

1 now               read once; the end of the wait is read for the report alone
2 check_asking      the member is of the asking agency, trained, at this node
3 asked_lately      not the same person again for another case without a reason (`looked_up.py`)
4 make_ready        one question per owner; our own law first: what it refuses is not sent, nor one more of a list (`put.py`)
5 waits_for         who is close to a member waits for a second person before anybody is asked (`approval.py`); so does
                    another purpose, or somebody else it is for, after a question that fell short (`changed_purpose.py`)
6 append_entry      that we ask is itself recorded before anything leaves, and that it is open
7 fan_out           one deadline; exactly one typed status from every source asked
8 join_persons      what several owners released, joined only where it agrees
9 append_entry      what came back, source by source; who did not answer is asked again later (`open_questions.py`)
"""

from __future__ import annotations

from comity.exchange.asking.approval import approval_unit, wait_for_approval
from comity.exchange.asking.asker import Asking, check_asking
from comity.exchange.asking.changed_purpose import changed_after
from comity.exchange.asking.circle import close_to
from comity.exchange.asking.looked_up import Lately, asked_lately, check_asked_before, list_refused
from comity.exchange.asking.put import Progress, make_ready, put_question
from comity.model.agency import Member
from comity.model.outcome import AskRequest, Outcome
from comity.model.standing import Stands
from comity.model.waiting import WaitsFor
from comity.ports import World


def ask_query(
    world: World,
    request: AskRequest,
    member: Member,
    progress: Progress = lambda _: None,
    stands: Stands | None = None,
    query_id: str = "",
) -> Outcome:
    """Ask one question of several owners; with `stands` it stays there. Raises WrongUseError where it cannot be put.

    `query_id` is the question's number where whoever asks gave it one, to find it by while it is being asked.
    Also AskedBeforeError, and ClosedError where what it is held against cannot be read.
    """
    now_ms = world.clock.now_ms()  # 1
    return ask_checked(world, check_asking(world, request, member, now_ms, query_id), progress, stands)  # 2


def ask_checked(
    world: World, asking: Asking, progress: Progress = lambda _: None, stands: Stands | None = None
) -> Outcome:
    """Steps 3 to 9, for whoever was looked up and checked. Raises as `ask_query`."""
    lately = asked_lately(world, asking)  # 3
    if not asking.is_emergency:
        check_asked_before(lately)
    ready = make_ready(world, asking, stands, lately)  # 4
    waits = waits_for(world, asking, lately) if ready.sent else None  # 5
    if waits is not None and not asking.is_emergency:
        return wait_for_approval(world, ready, waits)
    reviewed = (approval_unit(ready, waits),) if waits is not None else ()
    return put_question(world, ready, reviewed, progress)  # 6 to 9


def is_kept_back(world: World, asking: Asking) -> bool:
    """Whether a question will stop here: where it would have gone is then nothing its asker may read off. Raises as above."""
    if asking.is_emergency:
        return False
    lately = asked_lately(world, asking)
    check_asked_before(lately)
    return bool(list_refused(lately)) or waits_for(world, asking, lately) is not None


def waits_for(world: World, asking: Asking, lately: Lately) -> WaitsFor | None:
    """Why a second person has to see a question; None where none has to."""
    close = close_to(world, asking.asker, asking.request.subject)
    changed = changed_after(world, asking, lately)
    return WaitsFor(close=close, changed=changed) if close or changed else None
