"""Questions that wait for a second person of this agency before anybody is asked, and the decision of one.

Those of one's own, and about one's own person or household, are not there (`exchange/asking/approval`).
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.approval import Approval, ApprovalState
from comity.model.codes import DataClass
from comity.model.query import LONGEST_NOTE
from comity.model.waiting import ApprovalShown
from comity.node.approval_requests import DecideApproval, ListApprovals
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.chosen import chosen
from comity.web.colleagues import colleagues_of
from comity.web.due import Due, Stand, due_tag
from comity.web.reason import reason_fault
from comity.web.sorting import Table, by_time, by_word, ordered
from comity.web.subject_parts import subject_parts
from comity.web.term_words import purpose_word

SHOWN = tuple[ApprovalShown, ...]
APPROVE, REFUSE = "approve", "refuse"
OUTCOMES = frozenset(ApprovalState) - {ApprovalState.WAITING, ApprovalState.TO_REVIEW}


def show(call: Call) -> Reply:
    """What waits, the soonest to lapse first; those decided or lapsed too, where asked."""
    decided = bool(chosen(call, "show", ("decided",), lambda _: call.words("desk.approvals.decided")))
    found = [one for one in _list(call, decided=decided) if one.approval.is_open(call.now_ms) is not decided]
    found.sort(key=lambda one: (one.approval.until_ms, one.approval.id))
    rows = [(one, one.approval.state(call.now_ms).value, _due(call, one.approval)) for one in found]
    table: Table[tuple[ApprovalShown, str, Due]] = Table(
        {
            "purpose": by_word(lambda row: purpose_word(call.words, row[0].question.request.purpose.value)),
            "stands": by_word(lambda row: call.words(f"desk.approvals.state.{row[1]}")),
            "due": by_time(lambda row: row[2].at_ms),
        },
        keeps=("show",),
    )
    sorted_rows, order = ordered(call, table, rows)
    done = call.query.one("done")
    return Page(
        "approvals.html",
        {
            "rows": sorted_rows,
            "people": colleagues_of(call),
            "order": order,
            "decided": decided,
            "done": done if done in OUTCOMES else "",
        },
    )


def one(call: Call) -> Reply:
    """One question, with everything a second person decides by."""
    return _one(call, {}, ())


def decide(call: Call) -> Reply:
    """Approve it, which sends it at once, or refuse it."""
    shown = _find(call)
    if shown is None:
        return NOT_FOUND
    typed = {name: call.form.one(name) for name in ("decision", "reason")}
    faults = reason_fault(call, "reason")
    if typed["decision"] not in (APPROVE, REFUSE):
        faults = (("decision-0", call.words("desk.held.fault.decision")), *faults)
    if faults:
        return _one(call, typed, faults)
    request = DecideApproval(
        member=call.who().id,
        query_id=shown.approval.id,
        grant=typed["decision"] == APPROVE,
        reason=typed["reason"],
    )
    try:
        decided: Approval = call.site.door.ask(request, Approval)
    except WrongUseError:  # whoever asked took it back, or somebody decided it, since the page was drawn
        if _is_open(call):
            raise
        return _one(call, {}, (), meanwhile=True)
    return Go(f"/desk/approvals?done={decided.state(call.now_ms)}")


def _is_open(call: Call) -> bool:
    shown = _find(call)
    return shown is not None and shown.approval.is_open(call.now_ms)


def _one(
    call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...], *, meanwhile: bool = False
) -> Reply:
    shown = _find(call)
    if shown is None:
        return NOT_FOUND
    request = shown.question.request
    values = {
        "shown": shown,
        "meanwhile": meanwhile,
        "approval": shown.approval,
        "request": request,
        "stands": shown.question.stands,
        "asks_dmv": DataClass.DMV in request.data_classes,
        "subject": tuple(subject_parts(request.subject)),
        "state": shown.approval.state(call.now_ms).value,
        "is_open": shown.approval.is_open(call.now_ms),
        "due": _due(call, shown.approval),
        "names": call.site.agency_names(),
        "people": colleagues_of(call),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    status = 409 if meanwhile else 422 if faults else 200
    return Page("approval.html", values, status=status, faults=faults)


def _list(call: Call, *, decided: bool) -> SHOWN:
    found: SHOWN = call.site.door.ask(ListApprovals(member=call.who().id, decided=decided), SHOWN)
    return found


def _find(call: Call) -> ApprovalShown | None:
    wanted = call.path["question"]
    return next((one for one in _list(call, decided=True) if one.approval.id == wanted), None)


def _due(call: Call, approval: Approval) -> Due:
    if approval.decided_ms is not None:
        return Due(Stand.DONE, approval.decided_ms)
    if approval.emergency:
        return Due(Stand.OPEN, None)
    return due_tag(call.words, call.now_ms, approval.until_ms)
