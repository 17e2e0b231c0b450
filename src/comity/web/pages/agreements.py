"""C3: agreements in force at this agency, one of them in plain words, its suspension, and for ten minutes the way back.

Which suspension it was is kept in the memory of this process; whose, and whether it may be undone still, is the node's to say.
"""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.model.law_state import AgreementChange, AgreementShown, AgreementStanding
from comity.node.agreements import LONGEST_REASON
from comity.node.office import ListAgreements, ShowAgreement, SuspendAgreement, UndoSuspension
from comity.node.undo_suspension import UNDO_MS
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.drafts import Draft
from comity.web.plain_agreement import PlainAgreement, plain_agreement
from comity.web.reason import reason_fault
from comity.web.sorting import Table, by_time, by_word, ordered

STANDINGS = tuple[AgreementStanding, ...]
SUSPENSION = "suspension"  # the field of a draft that holds its entry


def show(call: Call) -> Reply:
    """Every agreement of this agency, with the days it is in force."""
    found: STANDINGS = call.site.door.ask(ListAgreements(), STANDINGS)
    mine = [one.agreement for one in found if one.owner == call.who().agency]
    shown = [shown_of(call, name) for name in sorted(mine)]
    done = call.query.one("done")
    waits = {one.agreement: one.begins for one in found if one.waits}
    closed = {one.agreement: one.wanted_until for one in found if one.lapsed}
    table: Table[PlainAgreement] = Table(
        {
            "title": by_word(lambda one: one.title),
            "until": by_time(lambda one: closed.get(one.id) or waits.get(one.id) or one.last),
        }
    )
    rows, order = ordered(call, table, (plain_agreement(one.text) for one in shown if one is not None))
    values = {
        "rows": rows,
        "order": order,
        "waits": waits,
        "closed": closed,
        "names": call.site.agency_names(),
        "done": done if done in ("suspended", "again") else "",
        "undo": tuple((one.one("agreement"), one.id, one.changed_ms + UNDO_MS) for one in _undoable(call)),
    }
    return Page("agreements.html", values)


def one(call: Call) -> Reply:
    """One agreement: who gives what to whom, what is never given, and its exact text."""
    shown = shown_of(call, call.path["agreement"])
    if shown is None:
        mine = [one.one("agreement") for one in _undoable(call)]
        return Go("/desk/agreements") if call.path["agreement"] in mine else NOT_FOUND
    plain = plain_agreement(shown.text)
    done = call.query.one("done")
    values = {
        "plain": plain,
        "shown": shown,
        "names": call.site.agency_names(),
        "may_suspend": plain.may_suspend(call.who().agency),
        "done": done if done in ("kept", "on") else "",
    }
    return Page("agreement.html", values)


def ask_suspend(call: Call) -> Reply:
    """What suspending does, before it is done."""
    return _suspend_page(call, ())


def suspend(call: Call) -> Reply:
    """Take it out of force at once. It only closes, so no new sign-in is asked for."""
    shown = _suspendable(call)
    if shown is None:
        return NOT_FOUND
    faults = reason_fault(call, "reason")
    if not faults and len(call.form.one("reason")) > LONGEST_REASON:
        faults = (("reason", call.words("desk.fault.long", count=LONGEST_REASON)),)
    if faults:
        return _suspend_page(call, faults)
    member, reason = call.who(), call.form.one("reason")
    request = SuspendAgreement(agreement=shown.text.name, by=member.agency, reason=reason, member=member.id)
    done: AgreementChange = call.site.door.ask(request, AgreementChange)
    plain = plain_agreement(shown.text)
    kept = {
        "agreement": shown.text.name,
        "title": plain.title,
        "ways": " ".join(f"{one.giver}>{one.taker}" for one in plain.directions),
        SUSPENSION: str(done.entries[-1]),
    }
    call.site.drafts.begin(call.who().id, call.now_ms, kept)
    return Go("/desk/agreements?done=suspended")


def ask_undo(call: Call) -> Reply:
    """What undoing a suspension does, before it is done."""
    draft = _undone(call, call.path["draft"])
    return _undo_page(call, draft, ()) if draft is not None else NOT_FOUND


def undo(call: Call) -> Reply:
    """Switch it on again as it was signed. The node refuses it where its law forbids it by now, and enters why."""
    draft = _undone(call, call.path["draft"])
    if draft is None:
        return NOT_FOUND
    request = UndoSuspension(
        member=call.who().id, agreement=draft.one("agreement"), entry=int(draft.one(SUSPENSION))
    )
    done: AgreementChange = call.site.door.ask(request, AgreementChange)
    if done.refused:
        return _undo_page(call, draft, done.refused)
    call.site.drafts.drop(draft)
    return Go("/desk/agreements?done=again")


def _undo_page(call: Call, draft: Draft, refused: tuple[str, ...]) -> Reply:
    values = {
        "draft": draft,
        "ways": [one.split(">") for one in draft.one("ways").split()],
        "names": call.site.agency_names(),
        "until_ms": draft.changed_ms + UNDO_MS,
        "refused": refused,
    }
    return Page("agreement_undo.html", values, status=409 if refused else 200)


def _undoable(call: Call) -> tuple[Draft, ...]:
    """What this member suspended within the last ten minutes, the newest first."""
    kept = call.site.drafts.having(call.who().id, SUSPENSION, call.now_ms)
    return tuple(one for one in kept if call.now_ms - one.changed_ms <= UNDO_MS)


def _undone(call: Call, draft_id: str) -> Draft | None:
    """One of these, by the number it is kept under."""
    return next((one for one in _undoable(call) if one.id == draft_id), None)


def _suspend_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    shown = _suspendable(call)
    if shown is None:
        return NOT_FOUND
    values = {
        "plain": plain_agreement(shown.text),
        "names": call.site.agency_names(),
        "typed": {"reason": call.form.one("reason")},
        "fault": dict(faults),
        "longest": LONGEST_REASON,
    }
    return Page("agreement_suspend.html", values, status=422 if faults else 200, faults=faults)


def _suspendable(call: Call) -> AgreementShown | None:
    shown = shown_of(call, call.path["agreement"])
    may = shown is not None and plain_agreement(shown.text).may_suspend(call.who().agency)
    return shown if may else None


def shown_of(call: Call, agreement: str) -> AgreementShown | None:
    """An agreement of the member's own agency; None where it has none in force by that name."""
    try:
        found: AgreementShown = call.site.door.ask(
            ShowAgreement(owner=call.who().agency, agreement=agreement), AgreementShown
        )
    except WrongUseError:
        return None
    return found
