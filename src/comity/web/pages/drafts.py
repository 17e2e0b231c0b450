"""C6: drafts of the agency's own rules: written, what they would change, sent to counsel, signed by another, or discarded."""

from __future__ import annotations

from comity.errors import Finding, LawTextError
from comity.law.compile import rules_of
from comity.law.parse import parse_policy
from comity.model.foreseen import DraftForeseen, PastUnderDraft
from comity.model.law_state import ActivationResult
from comity.model.law_text import LawKind, LawText
from comity.node.draft_requests import (
    DiscardDraft,
    ForeseeDraft,
    ListDrafts,
    PastOfDraft,
    SendDraft,
    ShowTexts,
    SignDraft,
    WriteDraft,
)
from comity.node.law_drafts import LARGEST, SIGNER, DraftWritten, LawDraft
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.sorting import Table, by_time, by_word, ordered
from comity.web.ways import change_lines

DRAFTS = tuple[LawDraft, ...]
TEXTS = tuple[LawText, ...]
DONE = frozenset({"written", "sent", "discarded"})
LOST = "is in force and is not here any more"  # how the check begins to say that a rule would be taken away


def show(call: Call) -> Reply:
    """Every draft of this agency, the newest first."""
    found: DRAFTS = call.site.door.ask(ListDrafts(member=call.who().id), DRAFTS)
    words, done = call.words, call.query.one("done")
    table: Table[LawDraft] = Table(
        {
            "when": by_time(lambda one: one.at_ms),
            "stands": by_word(lambda one: words("drafts.with-counsel" if one.sent_ms else "drafts.being-written")),
        },
        default="-when",
    )
    drafts, order = ordered(call, table, found)
    return Page("drafts.html", {"drafts": drafts, "order": order, "done": done if done in DONE else ""})


def ask_new(call: Call) -> Reply:
    """A form with the rules in force, their version one higher, to write from."""
    return _form(call, None, _in_force(call), ((), ()))


def ask_edit(call: Call) -> Reply:
    """A form with the draft as it is."""
    draft = _find(call)
    return _form(call, draft, draft.text, ((), ())) if draft is not None else NOT_FOUND


def write_new(call: Call) -> Reply:
    """Write a new draft."""
    return _write(call, None)


def write(call: Call) -> Reply:
    """Write the draft anew."""
    draft = _find(call)
    return _write(call, draft) if draft is not None else NOT_FOUND


def one(call: Call) -> Reply:
    """What it would change: opens first, then what closes, and how many stay."""
    draft = _find(call)
    return _one(call, draft, ()) if draft is not None else NOT_FOUND


def past(call: Call) -> Reply:
    """The questions of the last 90 days under it, and the accounts that gain and lose."""
    draft = _find(call)
    if draft is None:
        return NOT_FOUND
    seen: PastUnderDraft = call.site.door.ask(PastOfDraft(member=call.who().id, draft=draft.id), PastUnderDraft)
    names = call.site.agency_names()
    values = {
        "draft": draft,
        "seen": seen,
        "lose": sorted({(one.asker, one.member) for one in seen.swept.changes if one.lost}),
        "gain": sorted({(one.asker, one.member) for one in seen.swept.changes if one.gained}),
        "names": names,
    }
    return Page("draft_past.html", values)


def send(call: Call) -> Reply:
    """Send it to counsel."""
    draft = _find(call)
    if draft is None:
        return NOT_FOUND
    request = SendDraft(member=call.who().id, draft=draft.id, hash=call.form.one("hash"))
    call.site.door.ask(request, LawDraft)
    return Go("/desk/drafts?done=sent")


def discard(call: Call) -> Reply:
    """Forget it; it was in force nowhere."""
    draft = _find(call)
    if draft is None:
        return NOT_FOUND
    call.site.door.ask(DiscardDraft(member=call.who().id, draft=draft.id), LawDraft)
    return Go("/desk/drafts?done=discarded")


def ask_sign(call: Call) -> Reply:
    """What counsel's signature does, before it is given."""
    return _sign_page(call, ())


def sign(call: Call) -> Reply:
    """Sign it and put it in force, whole or not at all."""
    draft = _find(call)
    if draft is None or not may_sign(call, draft):
        return NOT_FOUND
    if call.form.one("read") != "yes":
        return _sign_page(call, (("read", call.words("drafts.fault.read")),))
    request = SignDraft(member=call.who().id, draft=draft.id, hash=call.form.one("hash"))
    done: ActivationResult = call.site.door.ask(request, ActivationResult)
    if done.findings:
        return _one(call, draft, done.findings)
    return Go("/desk/rules?done=on")


def may_sign(call: Call, draft: LawDraft) -> bool:
    """Whether this member may put it in force: counsel, of a draft that was sent and that another wrote."""
    return SIGNER in call.who().roles and draft.by != call.who().id and draft.sent_ms is not None


def drafts_to_sign(call: Call) -> tuple[LawDraft, ...]:
    """The drafts that wait for this member's signature; none for whoever signs none."""
    if SIGNER not in call.who().roles:
        return ()
    found: DRAFTS = call.site.door.ask(ListDrafts(member=call.who().id), DRAFTS)
    return tuple(one for one in found if may_sign(call, one))


def _one(call: Call, draft: LawDraft, refused: tuple[str, ...]) -> Reply:
    request = ForeseeDraft(member=call.who().id, draft=draft.id)
    seen: DraftForeseen = call.site.door.ask(request, DraftForeseen)
    names = call.site.agency_names()
    values = {
        "draft": draft,
        "seen": seen,
        "opens": change_lines(call.words, names, seen.change.opens) if seen.change else (),
        "closes": change_lines(call.words, names, seen.change.closes) if seen.change else (),
        "whole": seen.change is not None and not seen.change.undecided,
        "may_sign": may_sign(call, draft),
        "refused": refused,
    }
    return Page("draft.html", values, status=409 if refused else 200)


def _sign_page(call: Call, faults: tuple[tuple[str, str], ...]) -> Reply:
    draft = _find(call)
    if draft is None or not may_sign(call, draft):
        return NOT_FOUND
    values = {"draft": draft, "typed": {"read": call.form.one("read")}, "fault": dict(faults)}
    return Page("draft_sign.html", values, status=422 if faults else 200, faults=faults)


def _write(call: Call, draft: LawDraft | None) -> Reply:
    text = next((given for given in (call.form.whole("file"), call.form.whole("text")) if given.strip()), "")
    if not text or len(text) > LARGEST:
        fault = (("text", call.words("drafts.fault.none", count=LARGEST)),)
        return _form(call, draft, text, (fault, ()))
    request = WriteDraft(
        member=call.who().id,
        text=text,
        draft=draft.id if draft is not None else "",
        gone=_gone(call, text) if call.form.one("gone") == "yes" else (),
    )
    written: DraftWritten = call.site.door.ask(request, DraftWritten)
    if written.draft is not None:
        return Go(f"/desk/drafts/{written.draft.id}?done=written")
    fault = (("text", call.words("drafts.fault.text", count=len(written.findings))),)
    return _form(call, draft, text, (fault, written.findings))


def _form(
    call: Call,
    draft: LawDraft | None,
    text: str,
    wrong: tuple[tuple[tuple[str, str], ...], tuple[Finding, ...]],
) -> Reply:
    faults, findings = wrong
    values = {
        "draft": draft,
        "typed": {"text": text, "gone": call.form.one("gone")},
        "fault": dict(faults),
        "findings": findings,
        "lost": bool(draft and draft.gone) or any(LOST in one.fault for one in findings),
        "longest": LARGEST,
    }
    return Page("draft_form.html", values, status=422 if faults else 200, faults=faults)


def _gone(call: Call, text: str) -> tuple[str, ...]:
    """The rules of the policy in force that a text does not have any more, by full id."""
    policy = _policy(call)
    if policy is None:
        return ()
    try:
        left = {str(rule.id) for rule in parse_policy(text, "draft").rules}
    except LawTextError:
        return ()  # its faults are told first
    before = rules_of(parse_policy(policy.text, policy.name))
    return tuple(dict.fromkeys(f"{policy.name}/{rule.id}" for rule in before if str(rule.id) not in left))


def _in_force(call: Call) -> str:
    policy = _policy(call)
    if policy is None:
        return ""
    return policy.text.replace(f"version {policy.version}", f"version {policy.version + 1}", 1)


def _policy(call: Call) -> LawText | None:
    texts: TEXTS = call.site.door.ask(ShowTexts(member=call.who().id), TEXTS)
    return next((one for one in texts if one.kind is LawKind.POLICY), None)


def _find(call: Call) -> LawDraft | None:
    found: DRAFTS = call.site.door.ask(ListDrafts(member=call.who().id), DRAFTS)
    return next((one for one in found if one.id == call.path["draft"]), None)
