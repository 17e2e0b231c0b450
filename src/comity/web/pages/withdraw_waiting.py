"""A question of one's own that waits for a second person is taken back, on a page of its own: it cannot be undone."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.approval import Approval, ApprovalState
from comity.model.query import LONGEST_NOTE
from comity.model.waiting import OwnWaiting
from comity.node.approval_requests import ShowWaiting, WithdrawWaiting
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.reason import reason_fault


def ask_withdraw(call: Call) -> Reply:
    """What taking it back does, before it is done. One that nobody can take back any more is where it stands."""
    approval = _find(call)
    if approval is None:
        return NOT_FOUND
    if approval.state(call.now_ms) is not ApprovalState.WAITING:
        return Go(f"/questions/{approval.id}")
    return _page(call, approval, "", ())


def withdraw(call: Call) -> Reply:
    """Take it back. Where somebody decided it meanwhile, the question's page says how it stands."""
    approval = _find(call)
    if approval is None:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if faults:
        return _page(call, approval, call.form.one("reason"), faults)
    request = WithdrawWaiting(member=call.who().id, query_id=approval.id, reason=call.form.one("reason"))
    try:
        call.site.door.ask(request, Approval)
    except WrongUseError:  # decided, sent or lapsed since the page was drawn: its own page says which
        return Go(f"/questions/{approval.id}")
    return Go(f"/questions/{approval.id}")


def _page(call: Call, approval: Approval, reason: str, faults: tuple[tuple[str, str], ...]) -> Page:
    values = {"approval": approval, "typed": {"reason": reason}, "fault": dict(faults), "longest": LONGEST_NOTE}
    return Page("withdraw_waiting.html", values, status=422 if faults else 200, faults=faults)


def _find(call: Call) -> Approval | None:
    kind = tuple[OwnWaiting, ...]
    asked = ShowWaiting(member=call.who().id, query_id=call.path["question"])
    found: tuple[OwnWaiting, ...] = call.site.door.ask(asked, kind)
    return found[0].approval if found else None
