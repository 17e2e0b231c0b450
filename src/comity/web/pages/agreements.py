"""C3: agreements in force at this agency, one of them in plain words, and its suspension."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.law_state import AgreementChange, AgreementShown, AgreementStanding
from comity.node.agreements import LONGEST_REASON
from comity.node.office import ListAgreements, ShowAgreement, SuspendAgreement
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.plain_agreement import PlainAgreement, plain_agreement
from comity.web.reason import reason_fault

STANDINGS = tuple[AgreementStanding, ...]
LONGEST = LONGEST_REASON - 100  # characters; the member's id goes before the reason


def show(call: Call) -> Reply:
    """Every agreement of this agency, with the days it is in force."""
    found: STANDINGS = call.site.door.ask(ListAgreements(), STANDINGS)
    mine = [one.agreement for one in found if one.owner == call.who().agency]
    shown = [_shown(call, name) for name in sorted(mine)]
    values = {
        "rows": tuple(plain_agreement(one.text) for one in shown if one is not None),
        "waits": {one.agreement: one.begins for one in found if one.waits},
        "names": call.site.agency_names(),
        "done": call.query.one("done") == "1",
    }
    return Page("agreements.html", values)


def one(call: Call) -> Reply:
    """One agreement: who gives what to whom, what is never given, and its exact text."""
    shown = _shown(call, call.path["agreement"])
    if shown is None:
        return NOT_FOUND
    plain = plain_agreement(shown.text)
    values = {
        "plain": plain,
        "shown": shown,
        "names": call.site.agency_names(),
        "may_suspend": plain.may_suspend(call.who().agency),
    }
    return Page("agreement.html", values)


def ask_suspend(call: Call) -> Reply:
    """What suspending does, before it is done."""
    return _suspend_page(call, ())


def suspend(call: Call) -> Reply:
    """Take it out of force at once. It only closes, so no new sign-in is asked for."""
    plain = _suspendable(call)
    if plain is None:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if not faults and len(call.form.one("reason")) > LONGEST:
        faults = (("reason", call.words("desk.fault.long", count=LONGEST)),)
    if faults:
        return _suspend_page(call, faults)
    reason = f"{call.who().id}: {call.form.one('reason')}"
    request = SuspendAgreement(agreement=plain.id, by=call.who().agency, reason=reason)
    call.site.door.ask(request, AgreementChange)
    return Go("/desk/agreements?done=1")


def _suspend_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    plain = _suspendable(call)
    if plain is None:
        return NOT_FOUND
    values = {
        "plain": plain,
        "names": call.site.agency_names(),
        "typed": {"reason": call.form.one("reason")},
        "fault": dict(faults),
        "longest": LONGEST,
    }
    return Page("agreement_suspend.html", values, status=422 if faults else 200, faults=faults)


def _suspendable(call: Call) -> PlainAgreement | None:
    shown = _shown(call, call.path["agreement"])
    plain = plain_agreement(shown.text) if shown is not None else None
    return plain if plain is not None and plain.may_suspend(call.who().agency) else None


def _shown(call: Call, agreement: str) -> AgreementShown | None:
    """An agreement of the member's own agency; None where it has none in force by that name."""
    try:
        found: AgreementShown = call.site.door.ask(
            ShowAgreement(owner=call.who().agency, agreement=agreement), AgreementShown
        )
    except WrongUseError:
        return None
    return found
