"""C4: what an agreement opens, proved before anybody signs; its signature and its switching on, each a page of its own."""

from __future__ import annotations

from comity.model.foreseen import AgreementForeseen
from comity.model.law_state import AgreementChange
from comity.node.offer_requests import ActivateOffered, ForeseeAgreement, SignOffered
from comity.node.offered_agreements import OfferedAgreement, has_second, role_to_sign
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.pages.offered import find_offered
from comity.web.plain_agreement import plain_agreement
from comity.web.ways import change_lines, grouped


def show(call: Call) -> Reply:
    """What it opens first, then what stays closed, who must sign, and what stands in the way."""
    one = find_offered(call)
    return _page(call, one) if one is not None else NOT_FOUND


def ask_sign(call: Call) -> Reply:
    """What one's signature says, before it is given."""
    return _sign_page(call, ())


def sign(call: Call) -> Reply:
    """Sign exactly the text that was shown."""
    one = find_offered(call)
    if one is None or not role_to_sign(one, call.who()):
        return NOT_FOUND
    if call.form.one("read") != "yes":
        return _sign_page(call, (("read", call.words("agreement.fault.read")),))
    request = SignOffered(member=call.who().id, agreement=one.text.name, hash=call.form.one("hash"))
    call.site.door.ask(request, OfferedAgreement)
    return Go(f"/desk/agreements/{one.text.name}/activate?done=signed")


def ask_switch_on(call: Call) -> Reply:
    """The last page before it is in force."""
    return _switch_on_page(call, ())


def switch_on(call: Call) -> Reply:
    """Switch it on from its first day. What the node refuses it enters, and tells here."""
    one = find_offered(call)
    if one is None:
        return NOT_FOUND
    if call.form.one("read") != "yes":
        return _switch_on_page(call, (("read", call.words("agreement.fault.read")),))
    request = ActivateOffered(member=call.who().id, agreement=one.text.name, hash=call.form.one("hash"))
    done: AgreementChange = call.site.door.ask(request, AgreementChange)
    if done.refused:
        return _page(call, one, refused=True)
    return Go(f"/desk/agreements/{one.text.name}?done=on")


def _page(call: Call, one: OfferedAgreement, *, refused: bool = False) -> Reply:
    request = ForeseeAgreement(member=call.who().id, agreement=one.text.name)
    seen: AgreementForeseen = call.site.door.ask(request, AgreementForeseen)
    names = call.site.agency_names()
    values = {
        "one": one,
        "plan": seen.plan,
        "opens": change_lines(call.words, names, seen.change.opens) if seen.change else (),
        "closes": change_lines(call.words, names, seen.change.closes) if seen.change else (),
        "change": seen.change,
        "closed": seen.closed,
        "ways": grouped(seen.ways),
        "others": tuple(party.agency for party in seen.plan.parties if not party.held),
        "owed": tuple(duty for party in seen.plan.parties if party.held for duty in party.owed),
        "forbidding": tuple(
            (party.agency, other, why) for party in seen.plan.parties for other, why in party.forbidding
        ),
        "here": {(had.agency, had.role): had for had in one.here},
        "role": role_to_sign(one, call.who()),
        "second": has_second(one, call.who().agency, call.who()),
        "names": names,
        "done": call.query.one("done") == "signed",
        "refused": refused,
    }
    return Page("agreement_activate.html", values, status=409 if refused else 200)


def _sign_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    one = find_offered(call)
    if one is None or not (role := role_to_sign(one, call.who())):
        return NOT_FOUND
    values = {"one": one, "role": role, "names": call.site.agency_names(), **_confirmed(call, one, faults)}
    return Page("agreement_sign.html", values, status=422 if faults else 200, faults=faults)


def _switch_on_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    one = find_offered(call)
    if one is None:
        return NOT_FOUND
    request = ForeseeAgreement(member=call.who().id, agreement=one.text.name)
    seen: AgreementForeseen = call.site.door.ask(request, AgreementForeseen)
    if not seen.plan.ready or not has_second(one, call.who().agency, call.who()):
        return Go(f"/desk/agreements/{one.text.name}/activate")
    values = {"one": one, "plan": seen.plan, "seen": seen, **_confirmed(call, one, faults)}
    return Page("agreement_switch_on.html", values, status=422 if faults else 200, faults=faults)


def _confirmed(call: Call, one: OfferedAgreement, faults: tuple[tuple[str, str], ...]) -> dict[str, object]:
    return {
        "plain": plain_agreement(one.text),
        "typed": {"read": call.form.one("read")},
        "fault": dict(faults),
    }
