"""Questions that wait for a second person of this agency before anybody is asked, and the decision of one.

Those of one's own, and about one's own person or household, are not there (`exchange/asking/approval`).
"""

from __future__ import annotations

from comity.model.approval import Approval, ApprovalState
from comity.model.query import LONGEST_NOTE
from comity.model.waiting import ApprovalShown
from comity.node.approval_requests import DecideApproval, ListApprovals
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.due import Due, Stand, due_tag
from comity.web.reason import reason_fault
from comity.web.subject_parts import subject_parts

SHOWN = tuple[ApprovalShown, ...]
APPROVE, REFUSE = "approve", "refuse"
OUTCOMES = frozenset(ApprovalState) - {ApprovalState.WAITING, ApprovalState.TO_REVIEW}


def show(call: Call) -> Reply:
    """What waits, the soonest to lapse first; those decided or lapsed too, where asked."""
    decided = call.query.one("show") == "decided"
    found = [one for one in _list(call, decided=decided) if one.approval.is_open(call.now_ms) is not decided]
    found.sort(key=lambda one: (one.approval.until_ms, one.approval.id))
    done = call.query.one("done")
    return Page(
        "approvals.html",
        {
            "rows": tuple((one, one.approval.state(call.now_ms).value, _due(call, one.approval)) for one in found),
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
    decided: Approval = call.site.door.ask(request, Approval)
    return Go(f"/desk/approvals?done={decided.state(call.now_ms)}")


def _one(call: Call, typed: dict[str, str], faults: tuple[tuple[str, str], ...]) -> Reply:
    shown = _find(call)
    if shown is None:
        return NOT_FOUND
    values = {
        "shown": shown,
        "approval": shown.approval,
        "request": shown.question.request,
        "subject": tuple(subject_parts(shown.question.request.subject)),
        "state": shown.approval.state(call.now_ms).value,
        "is_open": shown.approval.is_open(call.now_ms),
        "due": _due(call, shown.approval),
        "names": call.site.agency_names(),
        "typed": typed,
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("approval.html", values, status=422 if faults else 200, faults=faults)


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
