"""I2: a question, written on four pages. Nothing leaves before the last one is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from comity.model.asked import AskedLine, OpenOwner
from comity.model.query import DPPA_USES, FEWEST_REASON_WORDS, LONGEST_NOTE
from comity.node.desk_requests import ListOpenOwners, MyQuestions
from comity.web.ask.named_agency import names_agency
from comity.web.ask.put_together import STATED, first_unwritten, request_of, subject_words
from comity.web.ask.read_paper import FIELDS as PAPER_FIELDS
from comity.web.ask.read_paper import LIKE_NO_JUDGE, paper_faults, paper_typed
from comity.web.ask.read_reason import (
    CLASSES,
    DPPA_USE,
    INSTRUMENTS,
    ISSUERS,
    PURPOSES,
    covers_any,
    dppa_use,
    offered_classes,
    reason_faults,
    register_address,
    ticked_classes,
)
from comity.web.ask.read_reason import FIELDS as REASON_FIELDS
from comity.web.ask.read_subject import FIELDS as SUBJECT_FIELDS
from comity.web.ask.read_subject import KINDS, subject_faults
from comity.web.ask.training import training_ended
from comity.web.call import Call, Form, Go, Page, Reply
from comity.web.drafts import Draft
from comity.web.pages.question import asked_before_page
from comity.web.pages.statements import unsigned
from comity.web.running import ASKED_BEFORE

UNTRAINED = Page("training_ended.html", status=403)
OWNERS = "owners"  # of a draft: whom its last page said that it is put to
GONE = Page("draft_gone.html", status=404)
FOR_WHOM_FIELDS = ("whose", "beneficiary", "there", "note")
FREE_WORDS = ("note", "there", "activity", "case")  # where a question may name somebody it does not say it is for
OWN, OTHER = "own", "other"
LONGEST_OWN_NOTE = (
    LONGEST_NOTE - 180
)  # beside who there uses the answer, and the statement that nothing is passed on


def begin(call: Call) -> Reply:
    """A new question, with nothing remembered of any before."""
    if training_ended(call):
        return UNTRAINED
    draft = call.site.drafts.begin(call.who().id, call.now_ms)
    return Go(f"/ask/{draft.id}/reason")


def reason(call: Call) -> Reply:
    """Step 1: what it is for, and what gives the right to ask."""
    draft = _draft(call)
    return _gone(call) if draft is None else _reason_page(call, draft.typed, draft)


def write_reason(call: Call) -> Reply:
    """Step 1, sent."""
    draft = _draft(call)
    if draft is None:
        return _gone(call)
    paper = paper_typed(call.form, draft.typed)
    faults = (*reason_faults(call.form, call.words), *paper_faults(call.form, paper, call.words))
    typed = {
        **_typed(call.form, (*REASON_FIELDS, *PAPER_FIELDS)),
        **paper,
        CLASSES: " ".join(ticked_classes(call.form)),
        DPPA_USE: dppa_use(call.form),
    }
    if faults:
        if any(draft.one(name) != value for name, value in paper.items()):
            draft = call.site.drafts.write(draft, paper, call.now_ms)  # a browser gives no file back
        return _reason_page(call, typed, draft, faults)
    call.site.drafts.write(draft, typed, call.now_ms)
    return Go(f"/ask/{draft.id}/for-whom")


def for_whom(call: Call) -> Reply:
    """Step 2: who will use the answer."""
    draft = _draft(call)
    return _gone(call) if draft is None else _for_whom_page(call, draft.typed, draft)


def write_for_whom(call: Call) -> Reply:
    """Step 2, sent. The answer follows the rights of whoever uses it."""
    draft = _draft(call)
    if draft is None:
        return _gone(call)
    typed = _typed(call.form, FOR_WHOM_FIELDS)
    faults = _for_whom_faults(call)
    if faults:
        return _for_whom_page(call, typed, draft, faults)
    call.site.drafts.write(draft, typed, call.now_ms)
    return Go(f"/ask/{draft.id}/subject")


def subject(call: Call) -> Reply:
    """Step 3: whom it is about."""
    draft = _draft(call)
    return _gone(call) if draft is None else _subject_page(draft.typed, draft)


def write_subject(call: Call) -> Reply:
    """Step 3, sent."""
    draft = _draft(call)
    if draft is None:
        return _gone(call)
    today = datetime.fromtimestamp(call.now_ms / 1000, UTC).date()
    faults = subject_faults(call.form, call.words, today)
    typed = _typed(call.form, SUBJECT_FIELDS)
    if faults:
        return _subject_page(typed, draft, faults)
    call.site.drafts.write(draft, typed, call.now_ms)
    return Go(f"/ask/{draft.id}/check")


def check(call: Call) -> Reply:
    """Step 4: the whole question, before it is sent. Whom it may be asked of follows from agreements alone."""
    draft = _draft(call)
    if draft is None:
        return _gone(call)
    begun = first_unwritten(draft)
    return Go(f"/ask/{draft.id}/{begun}") if begun else _check_page(call, draft)


def send(call: Call) -> Reply:
    """Ask: the question leaves now, and its answers come to its own page."""
    if training_ended(call):
        return UNTRAINED
    draft = _draft(call)
    if draft is None:  # sent a moment ago, by a second press of the button
        return Go(f"/questions/{call.path['draft']}")
    begun = first_unwritten(draft)
    if begun:
        return Go(f"/ask/{draft.id}/{begun}")
    warned = _named_page(call, draft) or _go_on_page(call, draft)
    if warned is not None:
        return warned
    draft = _draft(call) or draft
    request = request_of(draft, call.who(), call.form.one("go-on"))
    owners = tuple(draft.one(OWNERS).split())
    call.site.running.begin(draft, request, call.now_ms, owners=owners, door=call.site.door)
    return Go(f"/questions/{draft.id}")


def _gone(call: Call) -> Reply:
    """To the question itself, where the draft was sent: whoever goes back to it is not told that nothing was."""
    found: tuple[AskedLine, ...] = call.site.door.ask(MyQuestions(member=call.who().id), tuple[AskedLine, ...])
    question = call.path["draft"]
    return Go(f"/questions/{question}") if any(one.query_id == question for one in found) else GONE


def _named_page(call: Call, draft: Draft) -> Page | None:
    """The warning that the words of a question name an agency it is not for; none where its asker said it goes to nobody."""
    member = call.who()
    whom = draft.one("beneficiary") if draft.one("whose") == OTHER else member.agency
    words = " ; ".join(draft.one(name) for name in FREE_WORDS if draft.one(name))
    named = names_agency(words, call.site.agencies(), frozenset({member.agency, whom}))
    if not named or draft.one(STATED) == named:
        return None
    if call.form.one("not-passed-on"):
        call.site.drafts.write(draft, {STATED: named}, call.now_ms)
        return None
    return Page("names_agency.html", {"draft": draft.id, "named": named})


def _go_on_page(call: Call, draft: Draft) -> Page | None:
    """The warning that somebody is asked about again, once more, where its reason is none."""
    state = call.site.running.find(draft.id, call.who().id)
    if state is None or state.trouble != ASKED_BEFORE or "go-on" not in call.form.values:
        return None
    reason = call.form.one("go-on")
    if len(reason.split()) >= FEWEST_REASON_WORDS:
        return None
    fault = call.words("ask.fault.go-on", count=FEWEST_REASON_WORDS)
    return asked_before_page(draft.id, state, reason, (("go-on", fault),))


def delete(call: Call) -> Reply:
    """Delete the draft; nothing of it is left."""
    draft = _draft(call)
    if draft is not None:
        call.site.drafts.drop(draft)
    return Go("/questions")


def _owners(call: Call) -> tuple[OpenOwner, ...]:
    found: tuple[OpenOwner, ...] = call.site.door.ask(ListOpenOwners(member=call.who().id), tuple[OpenOwner, ...])
    return found


def _draft(call: Call) -> Draft | None:
    return call.site.drafts.find(call.path["draft"], call.who().id, call.now_ms)


def _typed(form: Form, names: tuple[str, ...]) -> dict[str, str]:
    return {name: form.one(name) for name in names}


def _reason_page(
    call: Call, typed: Mapping[str, str], draft: Draft, faults: tuple[tuple[str, str], ...] = ()
) -> Page:
    values = {
        "purposes": PURPOSES,
        "instruments": INSTRUMENTS,
        "issuers": ISSUERS,
        "classes": offered_classes(_owners(call)),
        "dppa_uses": DPPA_USES,
    }
    return _step(1, "ask_reason.html", typed, draft, faults, values)


def _for_whom_page(
    call: Call, typed: Mapping[str, str], draft: Draft, faults: tuple[tuple[str, str], ...] = ()
) -> Page:
    others = tuple(one for one in call.site.agencies() if one.id != call.who().agency)
    return _step(2, "ask_for_whom.html", typed, draft, faults, {"others": others})


def _subject_page(typed: Mapping[str, str], draft: Draft, faults: tuple[tuple[str, str], ...] = ()) -> Page:
    return _step(3, "ask_subject.html", typed, draft, faults, {"kinds": KINDS})


def _check_page(call: Call, draft: Draft) -> Page:
    request = request_of(draft, call.who())
    agencies = {one.id: one for one in call.site.agencies()}
    names = {one.id: one.name for one in agencies.values()}
    owners = _owners(call)
    call.site.drafts.write(draft, {OWNERS: " ".join(one.agency for one in owners)}, call.now_ms)
    states = frozenset(agencies[one.agency].state for one in owners if one.agency in agencies)
    values = {
        "request": request,
        "statements": unsigned(call, states),
        "subject": subject_words(request.subject),
        "for_whom": names.get(request.beneficiary, request.beneficiary),
        "own": request.beneficiary == request.asker,
        "no_judge": request.basis.instrument in LIKE_NO_JUDGE,
        "owners": tuple(
            (names.get(one.agency, one.agency), covers_any(one, request.data_classes)) for one in owners
        ),
        "register": register_address(call),
    }
    return _step(4, "ask_check.html", draft.typed, draft, (), values)


def _step(
    step: int,
    template: str,
    typed: Mapping[str, str],
    draft: Draft,
    faults: tuple[tuple[str, str], ...],
    values: dict[str, Any],
) -> Page:
    shown = {**values, "step": step, "draft": draft.id, "typed": typed, "fault": dict(faults)}
    return Page(template, shown, status=422 if faults else 200, faults=faults)


def _for_whom_faults(call: Call) -> tuple[tuple[str, str], ...]:
    whose = call.form.one("whose")
    if whose not in (OWN, OTHER):
        return (("whose-0", call.words("ask.fault.whose")),)
    if whose == OTHER and call.form.one("beneficiary") not in {one.id for one in call.site.agencies()}:
        return (("beneficiary", call.words("ask.fault.beneficiary")),)
    if len(call.form.one("note")) > LONGEST_OWN_NOTE:
        return (("note", call.words("ask.fault.note-long", count=LONGEST_OWN_NOTE)),)
    if whose == OTHER and not call.form.one("there"):
        return (("there", call.words("ask.fault.there")),)
    return ()
