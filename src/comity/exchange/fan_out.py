"""Asking several owners at once: one deadline, and exactly one typed status from every source asked."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

from comity.errors import ComityError, PeerTimeoutError, PeerUnreachableError
from comity.exchange.builtin import builtin_reason
from comity.exchange.check_answer import check_answer
from comity.exchange.wire import Question, seal_message
from comity.model.agency import Directory, Member
from comity.model.codes import Status
from comity.model.outcome import SourceResult
from comity.model.query import Query
from comity.ports import World

MOST_AT_ONCE = 32  # threads waiting on peers; more sources take their turn within the deadline
GRACE_MS = 250  # between a peer's own deadline and ours, for the answer's way back

Report = Callable[[SourceResult], None]


def fan_out(
    world: World, queries: tuple[Query, ...], member: Member, deadline_ms: int, report: Report
) -> tuple[SourceResult, ...]:
    """Ask every owner; `report` is called as each one's status is known. Results in the order of `queries`."""
    directory = world.directory()
    if not queries:
        return ()
    pool = ThreadPoolExecutor(max_workers=min(MOST_AT_ONCE, len(queries)), thread_name_prefix="source")
    try:
        asked = [
            pool.submit(_ask_and_report, world, query, member, directory, deadline_ms, report) for query in queries
        ]
        wait(asked, timeout=max(0, deadline_ms + GRACE_MS - world.clock.now_ms()) / 1000)
        return tuple(_result(query, future) for query, future in zip(queries, asked, strict=True))
    finally:
        # A source that outlives the deadline keeps its thread until its own time-out; nobody waits for it.
        pool.shutdown(wait=False, cancel_futures=True)


def ask_source(world: World, query: Query, member: Member, directory: Directory, deadline_ms: int) -> SourceResult:
    """Ask one owner: its checked answer, or the status that says why there is none."""
    owner = directory.get_agency(query.owner)
    raw = seal_message(world, owner.node, Question(query=query, member=member), world.clock.now_ms())
    try:
        return check_answer(world.peers.send(owner.node, raw, deadline_ms), raw, query, directory)
    except PeerTimeoutError:
        return _without_answer(query.owner, Status.TIMED_OUT, "comity/NO-ANSWER")
    except PeerUnreachableError:
        return _without_answer(query.owner, Status.UNREACHABLE, "comity/UNREACHABLE")
    except ComityError as error:
        return _without_answer(query.owner, Status.FAILED, "comity/BAD-ANSWER", str(error))


def _ask_and_report(
    world: World, query: Query, member: Member, directory: Directory, deadline_ms: int, report: Report
) -> SourceResult:
    result = ask_source(world, query, member, directory, deadline_ms)
    report(result)
    return result


def _result(query: Query, future: Future[SourceResult]) -> SourceResult:
    if not future.done():
        return _without_answer(query.owner, Status.TIMED_OUT, "comity/NO-ANSWER")
    return future.result()


def _without_answer(agency: str, status: Status, rule: str, because: str = "") -> SourceResult:
    return SourceResult(agency=agency, status=status, reasons=(builtin_reason(rule, because=because),))
