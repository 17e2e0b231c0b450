"""C3: saying again that an agreement is still wanted, and what it was used for and opens, on pages of their own.

What it opens is proved each time it is looked at, which takes seconds; so it is no closed part of the agreement's page.
"""

from __future__ import annotations

from comity.model.foreseen import AgreementUse
from comity.model.law_state import AgreementKept
from comity.model.query import LONGEST_NOTE
from comity.node.offer_requests import ShowUse
from comity.node.office import KeepAgreement
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.pages.agreements import shown_of
from comity.web.plain_agreement import plain_agreement
from comity.web.reason import reason_fault
from comity.web.ways import grouped


def ask_keep(call: Call) -> Reply:
    """What keeps being open for another year, in the sentences that were signed."""
    return _page(call, ())


def keep(call: Call) -> Reply:
    """Keep it, with the reason and the word that this was read."""
    shown = shown_of(call, call.path["agreement"])
    if shown is None or shown.lapsed:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if call.form.one("read") != "yes":
        faults = (*faults, ("read", call.words("agreement.fault.read")))
    if faults:
        return _page(call, faults)
    name = shown.text.name
    request = KeepAgreement(member=call.who().id, agreement=name, reason=call.form.one("reason"))
    call.site.door.ask(request, AgreementKept)
    return Go(f"/desk/agreements/{name}?done=kept")


def use(call: Call) -> Reply:
    """How often it was used in twelve months, and every way by which data leaves over it."""
    shown = shown_of(call, call.path["agreement"])
    if shown is None:
        return NOT_FOUND
    used: AgreementUse = call.site.door.ask(ShowUse(member=call.who().id, agreement=shown.text.name), AgreementUse)
    values = {
        "plain": plain_agreement(shown.text),
        "used": used,
        "ways": grouped(used.ways),
        "names": call.site.agency_names(),
    }
    return Page("agreement_use.html", values)


def _page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    shown = shown_of(call, call.path["agreement"])
    if shown is None or shown.lapsed:
        return NOT_FOUND
    values = {
        "plain": plain_agreement(shown.text),
        "shown": shown,
        "names": call.site.agency_names(),
        "typed": {"reason": call.form.one("reason"), "read": call.form.one("read")},
        "fault": dict(faults),
        "longest": LONGEST_NOTE,
    }
    return Page("agreement_keep.html", values, status=422 if faults else 200, faults=faults)
