"""O1 and O2: patterns to look into, and the review of one. Questions, not conclusions; names are a step of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.model.finding import Finding, FindingShown, FindingsListed, FindingState, FindingsTold
from comity.model.query import LONGEST_NOTE
from comity.node.finding_requests import (
    AskToExplain,
    CloseFinding,
    ListFindings,
    LookForFindings,
    SeeMembers,
    ShowFinding,
    TakeFinding,
)
from comity.oversight.findings.seen import seen_of
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.chosen import chosen
from comity.web.oversight.days import local_day
from comity.web.oversight.looks import Look
from comity.web.reason import reason_fault
from comity.web.said import said
from comity.web.sorting import Table, by_time, by_word, ordered

EXPLAIN, NO_CONCERN, PASS_ON = "explain", "no-concern", "pass-on"
DONE = frozenset({"looked", EXPLAIN, NO_CONCERN, PASS_ON})


@dataclass(frozen=True, slots=True)
class Row:
    """A finding with what was seen, in the reader's language, and the local days of its first and last question."""

    finding: Finding
    seen: str
    first: date
    last: date


def show(call: Call) -> Reply:
    """What earlier looks found: what is open, or what was reviewed."""
    listed = _list(call)
    closed = bool(chosen(call, "show", ("closed",), lambda _: call.words("oversight.findings.reviewed")))
    done = call.query.one("done")
    table: Table[Row] = Table(  # never by whose they are: that would be a league table (screens.md, O1)
        {
            "what": by_word(lambda row: call.words(f"oversight.kind.{row.finding.kind.value}")),
            "when": by_time(lambda row: row.first),
            "stands": by_word(lambda row: call.words(f"oversight.state.{row.finding.state.value}")),
        },
        keeps=("show",),
    )
    rows, order = ordered(call, table, (_row(call, one) for one in listed.findings if one.is_open is not closed))
    return Page(
        "oversight/findings.html",
        {
            "rows": rows,
            "order": order,
            "open": sum(one.is_open for one in listed.findings),
            "closed": closed,
            "rates": _rates(listed),
            "listed": bool(listed.findings),
            "look": call.site.looks.last(call.who().agency),
            "names": call.site.agency_names(),
            "done": done if done in DONE else "",
        },
    )


def look(call: Call) -> Reply:
    """Look again, over every record of the last months; what is new becomes a finding in the log."""
    told: FindingsTold = call.site.door.ask(LookForFindings(member=call.who().id), FindingsTold)
    call.site.looks.keep(call.who().agency, Look(call.now_ms, told.questions, told.forgotten))
    return Go("/oversight/findings?done=looked")


def one(call: Call) -> Reply:
    """One finding: what was seen, what else it may be, how often such a finding was wrong, and its entries."""
    return _one(call, {}, ())


def take(call: Call) -> Reply:
    """Take it for review, also over from another reviewer."""
    found = _find(call)
    if found is None:
        return NOT_FOUND
    call.site.door.ask(TakeFinding(member=call.who().id, finding=found.id), Finding)
    return Go(f"/oversight/findings/{found.id}")


def decide(call: Call) -> Reply:
    """What comes of it: whoever asked is asked to explain, there is no concern, or it is passed on."""
    found = _find(call)
    if found is None:
        return NOT_FOUND
    typed = {name: call.form.one(name) for name in ("decision", "reason")}
    faults = reason_fault(call, "reason")
    if typed["decision"] not in (EXPLAIN, NO_CONCERN, PASS_ON):
        faults = (("decision-0", call.words("oversight.finding.fault")), *faults)
    if faults:
        return _one(call, typed, faults)
    who, words, decision = call.who().id, typed["reason"], typed["decision"]
    call.site.door.ask(
        AskToExplain(member=who, finding=found.id, words=words)
        if decision == EXPLAIN
        else CloseFinding(member=who, finding=found.id, upheld=decision == PASS_ON, words=words),
        Finding,
    )
    return Go(f"/oversight/findings?done={decision}")


def ask_who(call: Call) -> Reply:
    """The step before anybody is named: why."""
    found = _mine(call)
    return _who(call, found, (), ()) if found is not None else NOT_FOUND


def see_who(call: Call) -> Reply:
    """Whose questions they were, shown at once and nowhere kept; that it was asked, and why, is in the log before."""
    found = _mine(call)
    if found is None:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if faults:
        return _who(call, found, (), faults)
    request = SeeMembers(member=call.who().id, finding=found.id, words=call.form.one("reason"))
    shown: FindingShown = call.site.door.ask(request, FindingShown)
    here = {one.id: one.name for one in call.site.door.members()}
    return _who(call, found, tuple((one, here.get(one, "")) for one in shown.members), ())


def _one(call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    listed = _list(call)
    found = _in(listed, call.path["finding"])
    if found is None:
        return NOT_FOUND
    shown: FindingShown = call.site.door.ask(ShowFinding(member=call.who().id, finding=found.id), FindingShown)
    values = {
        "row": _row(call, found),
        "finding": found,
        "proved": frozenset(one.number for one in shown.proofs),
        "rate": next((one for one in _rates(listed) if one[0] == found.kind.value), None),
        "mine": found.reviewer == call.who().id and found.is_open,
        "names": call.site.agency_names(),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("oversight/finding.html", values, status=422 if faults else 200, faults=faults)


def _who(
    call: Call, found: Finding, members: tuple[tuple[str, str], ...], faults: tuple[tuple[str, str], ...]
) -> Reply:
    values = {
        "finding": found,
        "members": members,
        "asked": call.form.one("reason") != "" and not faults,
        "typed": {"reason": call.form.one("reason")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("oversight/finding_who.html", values, status=422 if faults else 200, faults=faults)


def _list(call: Call) -> FindingsListed:
    found: FindingsListed = call.site.door.ask(ListFindings(member=call.who().id), FindingsListed)
    return found


def _in(listed: FindingsListed, wanted: str) -> Finding | None:
    return next((one for one in listed.findings if one.id == wanted), None)


def _find(call: Call) -> Finding | None:
    return _in(_list(call), call.path["finding"])


def _mine(call: Call) -> Finding | None:
    """A finding that its reader took: nobody else sees who it was."""
    found = _find(call)
    taken = found is not None and found.state is not FindingState.OPEN and found.reviewer == call.who().id
    return found if taken else None


def _row(call: Call, one: Finding) -> Row:
    seen = seen_of(one)
    return Row(
        one,
        said(call.words, seen) if seen is not None else "",
        local_day(call, one.first_ms),
        local_day(call, one.last_ms),
    )


def _rates(listed: FindingsListed) -> tuple[tuple[str, int, int], ...]:
    """By kind: how many of those reviewed were no misuse, of how many."""
    return tuple((kind, listed.dismissed.get(kind, 0), count) for kind, count in listed.closed.items())
