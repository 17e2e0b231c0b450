"""A member's own passkeys: adding one after the agency vouched for them, and removing one."""

from __future__ import annotations

from hashlib import sha256

from msgspec.structs import replace

from comity.model.session_act import SessionAct, SessionTold
from comity.web.call import NOT_FOUND, Call, Go, Options, Page, Reply
from comity.web.pages.use_passkey import BY_PASSKEY
from comity.web.sign_in.access import LONGEST_NAME, MOST_PASSKEYS, Access, Passkey
from comity.web.sign_in.passkeys import NotThisKeyError, options_to_add, read_new
from comity.web.sign_in.tries import ADD


def show(call: Call) -> Reply:
    """The page on which one is added."""
    return _shown(call)


def begin(call: Call) -> Reply:
    """A challenge for a new passkey of this member."""
    if _why_not(call):
        return NOT_FOUND
    member, handle = call.who(), call.site.chance.token()
    access = call.site.access.change(member.id, lambda one: replace(one, handle=one.handle or handle))
    challenge, kept = call.site.tries.begin(ADD, member.id, call.now_ms)
    return Options(options_to_add(call.site.settings.address, challenge, member, access), kept)


def add(call: Call) -> Reply:
    """Keep the passkey, once the log has it."""
    member = call.who()
    started = call.site.tries.read(call.kept, ADD, member.id, call.now_ms)
    if _why_not(call) or started is None:
        return _shown(call, call.words("passkeys.not-added"))
    access = call.site.access.of(member.id)
    name = call.form.one("name")[:LONGEST_NAME] or call.words("passkeys.nameless", number=len(access.passkeys) + 1)
    try:
        made = read_new(
            call.site.settings.address, started.challenge, call.form.whole("answer"), name, call.now_ms
        )
    except NotThisKeyError as error:
        call.site.tell(f"a passkey of `{member.id}` was not added: {error}")
        return _shown(call, call.words("passkeys.not-added"))
    if call.site.access.find(made.id) or not call.site.tries.spend(started, call.now_ms):
        return _shown(call, call.words("passkeys.not-added"))
    call.site.acts.begins(
        member, SessionTold(act=SessionAct.PASSKEY_ADDED, means=call.signed().means), call.now_ms
    )
    call.site.access.change(
        member.id,
        lambda one: replace(one, passkeys=(*one.passkeys, made)).told(added=True, at_ms=call.now_ms),
    )
    return Go("/my-sign-in?done=added")


def ask_remove(call: Call) -> Reply:
    """What removing one does, before it is done."""
    passkey = _find(call)
    return (
        NOT_FOUND
        if passkey is None
        else Page("passkey_remove.html", {"passkey": passkey, "short": short(passkey)})
    )


def remove(call: Call) -> Reply:
    """Remove it. Whoever else sits at a desk that it opened is signed out."""
    passkey, member = _find(call), call.who()
    if passkey is None:
        return NOT_FOUND
    call.site.access.change(member.id, lambda one: without(one, passkey.id).told(added=False, at_ms=call.now_ms))
    call.site.sessions.end_others_of(member.id, call.signed().id)
    call.site.acts.happened(member, SessionTold(act=SessionAct.PASSKEY_REMOVED), call.now_ms)
    return Go("/my-sign-in?done=removed")


def seen(call: Call) -> Reply:
    """The member has read what changed. A passkey's own session cannot say so: the change may be that somebody added it."""
    if call.signed().means == BY_PASSKEY:
        return NOT_FOUND
    began_ms = call.signed().began_ms
    call.site.access.change(
        call.who().id, lambda one: replace(one, news=tuple(new for new in one.news if new.at_ms >= began_ms))
    )
    return Go("/my-sign-in?done=seen")


def short(passkey: Passkey) -> str:
    """What an address calls a passkey."""
    return sha256(passkey.id.encode()).hexdigest()[:16]


def without(access: Access, passkey_id: str) -> Access:
    """As it stands without one of the passkeys."""
    return replace(access, passkeys=tuple(one for one in access.passkeys if one.id != passkey_id))


def _find(call: Call) -> Passkey | None:
    passkeys = call.site.access.of(call.who().id).passkeys
    return next((one for one in passkeys if short(one) == call.path["passkey"]), None)


def _why_not(call: Call) -> str:
    """The word for why this member cannot add one now; empty where they can.

    Somebody whom a passkey signed in adds none: one that was stolen would make others.
    """
    if not call.site.settings.has_passkeys:
        return "no-name"
    if call.signed().means == BY_PASSKEY:
        return "by-agency"
    return "enough" if len(call.site.access.of(call.who().id).passkeys) >= MOST_PASSKEYS else ""


def _shown(call: Call, fault: str = "") -> Page:
    values = {"why_not": _why_not(call), "fault": fault, "longest": LONGEST_NAME}
    return Page("passkey_add.html", values, status=422 if fault else 200)
