"""Asking several owners at once: one deadline, and exactly one typed status from every source asked."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress

from comity.errors import ComityError, PeerTimeoutError, PeerUnreachableError, RejectedMessageError
from comity.exchange.asking.check_answer import check_answer
from comity.exchange.builtin import builtin_reason
from comity.exchange.log.held_log import check_held, known_head
from comity.exchange.messages.relay import send_by_way, way_to
from comity.exchange.messages.suspended import suspended_reasons
from comity.exchange.messages.wire import Question, seal_message
from comity.model.agency import Directory
from comity.model.codes import Status
from comity.model.outcome import SourceResult
from comity.ports import World

MOST_AT_ONCE = 32  # threads waiting on peers; more sources take their turn within the deadline
MOST_POOLS = 4  # of threads kept from one question for the next, each for one question at a time
GRACE_MS = 250  # between a peer's own deadline and ours, for the answer's way back

Report = Callable[[SourceResult], None]
_idle: deque[ThreadPoolExecutor] = deque()


def fan_out(
    world: World, questions: tuple[Question, ...], deadline_ms: int, report: Report
) -> tuple[SourceResult, ...]:
    """Ask every owner. Results in the order of `questions`.

    `report` is called once a source, in the caller's thread, as soon as its status is known; what comes after the
    deadline is neither reported nor returned.
    """
    if not questions:
        return ()
    directory = world.directory()
    results: dict[str, SourceResult] = {}
    pool = _take_pool()
    asked: list[Future[SourceResult]] = []
    try:
        asked += [pool.submit(ask_source, world, one, directory, deadline_ms) for one in questions]
        left_ms = max(0, deadline_ms + GRACE_MS - world.clock.now_ms())
        with suppress(TimeoutError):
            for future in as_completed(asked, timeout=left_ms / 1000):
                result = future.result()
                results[result.agency] = result
                report(result)
    finally:
        _leave_pool(pool, asked)
    owners = [one.query.owner for one in questions]
    for owner in owners:
        if owner not in results:
            results[owner] = without_answer(owner, Status.TIMED_OUT, "comity/NO-ANSWER")
            report(results[owner])
    return tuple(results[owner] for owner in owners)


def _take_pool() -> ThreadPoolExecutor:
    """Threads of this question's own: to start twenty takes longer than to sign twenty messages."""
    try:
        return _idle.pop()
    except IndexError:
        return ThreadPoolExecutor(max_workers=MOST_AT_ONCE, thread_name_prefix="source")


def _leave_pool(pool: ThreadPoolExecutor, asked: Sequence[Future[SourceResult]]) -> None:
    """For the next question, if all its threads are free.

    A source that outlives the deadline keeps its thread until its own time-out; nobody waits for it.
    """
    if len(_idle) < MOST_POOLS and all(one.done() for one in asked):
        _idle.append(pool)
    else:
        pool.shutdown(wait=False, cancel_futures=True)


def ask_source(world: World, question: Question, directory: Directory, deadline_ms: int) -> SourceResult:
    """Ask one owner: its checked answer, or the status that says why there is none."""
    query = question.query
    suspended = suspended_reasons(directory, query.asker, query.beneficiary, query.owner)
    if suspended:  # since it was put: one that is open is asked again without anybody's doing
        return SourceResult(agency=query.owner, status=Status.REFUSED, reasons=suspended)
    try:
        owner = directory.get_agency(query.owner)
        known = known_head(world, owner)
        raw = seal_message(world, owner.node, question, world.clock.now_ms())
        if way_to(world, owner.node) != query.via:
            raise RejectedMessageError("the way to the source changed since the question was put; ask anew")
        answered = send_by_way(world, owner.node, raw, deadline_ms)
        # By the directory of now: a key that changed while the question was on its way is one we know by now.
        checked = check_answer(answered, raw, query, world.directory(), world.clock.now_ms())
        suspended = suspended_reasons(world.directory(), query.asker, query.beneficiary, query.owner)
        if suspended:  # while it was on its way: what comes from whoever is cut off is not shown
            return SourceResult(agency=query.owner, status=Status.REFUSED, reasons=suspended)
        if checked.receipt is not None:
            check_held(world, checked.receipt, known, world.clock.now_ms())
        return checked
    except PeerTimeoutError as error:
        because = str(error) if query.via else ""
        return without_answer(query.owner, Status.TIMED_OUT, "comity/NO-ANSWER", because)
    except PeerUnreachableError as error:
        because = str(error) if query.via else ""
        return without_answer(query.owner, Status.UNREACHABLE, "comity/UNREACHABLE", because)
    except ComityError as error:
        return without_answer(query.owner, Status.FAILED, "comity/BAD-ANSWER", str(error))


def without_answer(agency: str, status: Status, rule: str, because: str = "") -> SourceResult:
    """What is kept of an owner that gave no answer."""
    return SourceResult(agency=agency, status=status, reasons=(builtin_reason(rule, because=because),))
