"""C7: what this agency owes, by time; one duty with what stands against it, and its being recorded as done."""

from __future__ import annotations

from comity.exchange.duty.duties import DESK, DONE_ELSEWHERE, finishers, is_held_task
from comity.exchange.duty.duty_state import DutyState, deferred_by, deferred_until_ms, due_of, state_of
from comity.model.disclosure import StoredDuty
from comity.model.query import LONGEST_NOTE
from comity.node.duty_requests import ConfirmDuty, Duties, FinishDuty
from comity.node.keep_agreement import RULE as KEEP
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.duty_words import said_of
from comity.web.reason import reason_fault

STORED = tuple[StoredDuty, ...]
MOST_ROWS = 200  # of one page; the filters and the command line reach the others
WEEK_MS = 7 * 24 * 3_600_000
FILTERS = ("open", "overdue", "on-hold", "done")
CAN_BE_DONE = (DutyState.OPEN, DutyState.OVERDUE)
DONE_THERE = {rule: rule.partition("/")[2].lower() for rule in DONE_ELSEWHERE}  # the names of their words


def show(call: Call) -> Reply:
    """What is owed, the soonest due first; what is overdue, on hold or done where asked."""
    chosen = call.query.one("show")
    chosen = chosen if chosen in FILTERS else "open"
    stored = _stored(call)
    owed = [one for one in stored if state_of(one, call.now_ms) is not DutyState.DONE]
    rows = [one for one in stored if _is_chosen(one, chosen, call.now_ms)]
    rows.sort(key=lambda one: (due_of(one) is None, due_of(one) or 0, one.id))
    if chosen == "done":
        rows.sort(key=lambda one: -(one.done_ms or 0))
    week_ms = call.now_ms + WEEK_MS
    names = call.site.agency_names()
    return Page(
        "duties.html",
        {
            "rows": tuple(
                (one, _due(call, one), is_held_task(one), said_of(call.words, one, names))
                for one in rows[:MOST_ROWS]
            ),
            "found": len(rows),
            "chosen": chosen,
            "filters": FILTERS,
            "overdue": sum(state_of(one, call.now_ms) is DutyState.OVERDUE for one in owed),
            "week": sum(call.now_ms <= (due_of(one) or 0) < week_ms for one in owed),
            "names": names,
            "done": call.query.one("done") == "1",
        },
    )


def one(call: Call) -> Reply:
    """One duty: why, to whom, until when, and what stands against its being done."""
    return _one(call, ())


def finish(call: Call) -> Reply:
    """Record it as done, with evidence; or let go out what a person must look at first."""
    stored = _find(call)
    if stored is None:
        return NOT_FOUND
    faults = reason_fault(call, "evidence")
    if faults:
        return _one(call, faults)
    member, words = call.who().id, call.form.one("evidence")
    if state_of(stored, call.now_ms) is DutyState.TO_CONFIRM:
        call.site.door.ask(ConfirmDuty(member=member, duty=stored.id, reason=words), StoredDuty)
        return Go(f"/desk/duties/{stored.id}")
    call.site.door.ask(FinishDuty(member=member, duty=stored.id, evidence=words), StoredDuty)
    return Go("/desk/duties?done=1")


def _one(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    stored = _find(call)
    if stored is None:
        return NOT_FOUND
    if is_held_task(stored):
        return Go(f"/desk/held/{stored.id}")
    state = state_of(stored, call.now_ms)
    names = call.site.agency_names()
    values = {
        "duty": stored.duty,
        "said": said_of(call.words, stored, names),
        "stored": stored,
        "state": state.value,
        "due": _due(call, stored),
        "deferred_by": deferred_by(stored),
        "elsewhere": DONE_THERE.get(stored.duty.rule, ""),
        "agreement": stored.duty.text.partition(":")[0] if stored.duty.rule == KEEP else "",
        "form": _form(call, stored, state),
        "roles": sorted(DESK if state is DutyState.TO_CONFIRM else finishers(stored)),
        "names": names,
        "typed": {"evidence": call.form.one("evidence")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("duty.html", values, status=422 if faults else 200, faults=faults)


def _form(call: Call, stored: StoredDuty, state: DutyState) -> str:
    """Which form this member is offered: `finish`, `confirm`, `role` for none because of the role, or none at all."""
    roles = set(call.who().roles)
    if state is DutyState.TO_CONFIRM:
        return "confirm" if DESK & roles else "role"
    if state not in CAN_BE_DONE or stored.duty.rule in DONE_ELSEWHERE:
        return ""
    return "finish" if finishers(stored) & roles else "role"


def _stored(call: Call) -> STORED:
    found: STORED = call.site.door.ask(Duties(owner=call.who().agency), STORED)
    return found


def _find(call: Call) -> StoredDuty | None:
    return next((one for one in _stored(call) if one.id == call.path["duty"]), None)


def _is_chosen(stored: StoredDuty, chosen: str, now_ms: int) -> bool:
    state = state_of(stored, now_ms)
    match chosen:
        case "overdue":
            return state is DutyState.OVERDUE
        case "on-hold":
            return state in (DutyState.DEFERRED, DutyState.WAITING)
        case "done":
            return stored.done_ms is not None
        case _:
            return state is not DutyState.DONE


def _due(call: Call, stored: StoredDuty) -> Due:
    match state_of(stored, call.now_ms):
        case DutyState.DONE:
            return Due(Stand.DONE, stored.done_ms)
        case DutyState.DEFERRED:
            return Due(Stand.ON_HOLD, deferred_until_ms(stored))
        case DutyState.WAITING:
            return Due(Stand.ON_HOLD, None)
        case _:
            return due_tag(call.words, call.now_ms, due_of(stored))
