"""C7: what this agency owes, by time; one duty with what stands against it, and its being recorded as done."""

from __future__ import annotations

from collections.abc import Mapping

from comity.exchange.duty.duties import DESK, DONE_ELSEWHERE, finishers, is_held_task
from comity.exchange.duty.duty_state import DutyState, deferred_by, deferred_until_ms, due_of, state_of
from comity.exchange.duty.owed_acts import OwedAct, owed_acts
from comity.model.disclosure import StoredDuty
from comity.model.duty_question import DutyQuestion
from comity.model.query import FEWEST_REASON_WORDS, LONGEST_NOTE
from comity.node.duty_requests import ConfirmDuty, Duties, FinishDuty, ShowDutyQuestion
from comity.node.keep_agreement import RULE as KEEP
from comity.web import chosen as address
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.duty_words import said_of
from comity.web.reason import reason_fault
from comity.web.sorting import Table, by_time, by_word, ordered
from comity.web.subject_parts import subject_parts
from comity.web.term_words import role_word

STORED = tuple[StoredDuty, ...]
MOST_ROWS = 200  # of one page; the filters and the command line reach the others
WEEK_MS = 7 * 24 * 3_600_000
FILTERS = ("open", "overdue", "on-hold", "done")
ON_HOLD = (DutyState.DEFERRED, DutyState.WAITING)  # nothing can be done yet: a tab of their own
CAN_BE_DONE = (DutyState.OPEN, DutyState.OVERDUE)
DONE_THERE = {rule: rule.partition("/")[2].lower() for rule in DONE_ELSEWHERE}  # the names of their words


def show(call: Call) -> Reply:
    """What is owed, the soonest due first; what is overdue, on hold or done where asked."""
    chosen = address.chosen(
        call, "show", FILTERS, lambda one: call.words(f"desk.duties.show.{one}"), default="open"
    )
    acts = owed_acts(_stored(call))
    owed = [one for one in acts if one.state(call.now_ms) is not DutyState.DONE]
    rows = [one for one in acts if _is_chosen(one.first, chosen, call.now_ms)]
    if chosen == "done":
        rows.sort(key=lambda one: -(one.first.done_ms or 0))
    week_ms = call.now_ms + WEEK_MS
    names = call.site.agency_names()
    shown, order = ordered(call, _table(call, names, chosen), rows)
    return Page(
        "duties.html",
        {
            "rows": tuple(
                (act, _due(call, act.first), is_held_task(act.lead), said_of(call.words, act.lead, names))
                for act in shown[:MOST_ROWS]
            ),
            "found": len(rows),
            "on_hold": sum(_is_chosen(one.first, "on-hold", call.now_ms) for one in owed)
            if chosen == "open"
            else 0,
            "chosen": chosen,
            "order": order,
            "filters": FILTERS,
            "overdue": sum(one.state(call.now_ms) is DutyState.OVERDUE for one in owed),
            "week": sum(call.now_ms <= (one.due_ms or 0) < week_ms for one in owed),
            "names": names,
            "done": call.query.one("done") == "1",
        },
    )


def _table(call: Call, names: Mapping[str, str], chosen: str) -> Table[OwedAct]:
    def what(act: OwedAct) -> str:
        kind = call.words(f"desk.duties.kind.{act.lead.duty.kind}")
        return f"{kind}: {role_word(call.words, act.recipient, names)}"

    return Table(
        {
            "what": by_word(what),
            "rule": by_word(lambda act: act.lead.duty.rule),
            "due": by_time(lambda act: _due(call, act.first).at_ms),
        },
        default="-due" if chosen == "done" else "due",
        keeps=("show",),
    )


def one(call: Call) -> Reply:
    """One duty: why, to whom, until when, and what stands against its being done."""
    return _one(call, ())


def finish(call: Call) -> Reply:
    """Record it as done, with evidence; or let go out what a person must look at first."""
    act = _find(call)
    if act is None:
        return NOT_FOUND
    stored, state = act.lead, act.state(call.now_ms)
    faults = reason_fault(call, "evidence", call.words("desk.fault.done", count=FEWEST_REASON_WORDS))
    if faults:
        return _one(call, faults)
    member, words = call.who().id, call.form.one("evidence")
    if state is DutyState.TO_CONFIRM:
        call.site.door.ask(ConfirmDuty(member=member, duty=stored.id, reason=words), StoredDuty)
        return Go(f"/desk/duties/{stored.id}")
    call.site.door.ask(FinishDuty(member=member, duty=stored.id, evidence=words), StoredDuty)
    return Go("/desk/duties?done=1")


def _one(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    act = _find(call)
    if act is None:
        return NOT_FOUND
    stored = act.lead
    if is_held_task(stored):
        return Go(f"/desk/held/{stored.id}")
    state = act.state(call.now_ms)
    names, asked = call.site.agency_names(), _asked(call, act)
    values = {
        "duty": stored.duty,
        "said": said_of(call.words, stored, names),
        "stored": stored,
        "state": state.value,
        "due": _due(call, act.first),
        "act": act,
        "asked": asked,
        "about": tuple(subject_parts(asked.subject)) if asked and asked.subject else (),
        "demands": tuple((one, _due(call, one)) for one in act.by_rule) if len(act.duties) > 1 else (),
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


def _asked(call: Call, act: OwedAct) -> DutyQuestion | None:
    """The question behind an act, as this member may read it."""
    of = next((one for one in act.duties if one.query_id), None)
    if of is None:
        return None
    wanted = ShowDutyQuestion(member=call.who().id, duty=of.id)
    found: tuple[DutyQuestion, ...] = call.site.door.ask(wanted, tuple[DutyQuestion, ...])
    return found[0] if found else None


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


def _find(call: Call) -> OwedAct | None:
    """The act that fulfils the duty of the address, by whichever of its duties it is named."""
    acts = owed_acts(_stored(call))
    return next((act for act in acts if any(one.id == call.path["duty"] for one in act.duties)), None)


def _is_chosen(stored: StoredDuty, chosen: str, now_ms: int) -> bool:
    state = state_of(stored, now_ms)
    match chosen:
        case "overdue":
            return state is DutyState.OVERDUE
        case "on-hold":
            return state in ON_HOLD
        case "done":
            return stored.done_ms is not None
        case _:
            return state is not DutyState.DONE and state not in ON_HOLD


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
