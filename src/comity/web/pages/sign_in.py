"""S1: signing in, by the agency's own sign-in or a button of the demonstration."""

from __future__ import annotations

import hmac

from comity.model.agency import Member
from comity.model.session_act import SessionAct, SessionTold
from comity.web.call import Call, Go, Leave, Page, Reply
from comity.web.local_address import HOME, home_of, own_address
from comity.web.sign_in.demonstration import persons, pressed
from comity.web.sign_in.oidc import NotSignedInError, Provided, Started, read_started

BY_PROVIDER = "provider"
BY_BUTTON = "demonstration"
REPLACED = "replaced"


def show(call: Call) -> Reply:
    """How to sign in here."""
    return _shown(call)


def demonstrate(call: Call) -> Reply:
    """A button of the demonstration."""
    if not call.site.settings.demonstration:
        return Page("not_found.html", status=404)
    member = pressed(call.form.one("post"), call.site.door.members())
    return _enter(call, member, BY_BUTTON, call.form.one("next"))


def leave(call: Call) -> Reply:
    """Go to an agency's own sign-in, with what its answer will be held against."""
    number = int(call.path["number"])
    if number >= len(call.site.settings.providers):
        return Page("not_found.html", status=404)
    token = call.site.chance.token
    following = own_address(call.query.one("next"), HOME)
    started = Started(number, token(), token(), token(), following)
    try:
        return Leave(_provider(call, number).address(started), started.kept())
    except NotSignedInError as error:
        call.site.tell(str(error))
        return _shown(call, call.words("sign-in.provider-away"), 503)


def come_back(call: Call) -> Reply:
    """What the agency's sign-in says: believed whole, or not at all."""
    started = read_started(call.kept)
    if started is None or not hmac.compare_digest(started.state.encode(), call.query.one("state").encode()):
        return _failed(call)
    if started.number >= len(call.site.settings.providers):
        return _failed(call)
    if call.query.one("iss") not in ("", call.site.settings.providers[started.number].issuer):  # RFC 9207
        return _failed(call)
    try:
        provider = _provider(call, started.number)
        member_id = provider.member(started, call.query.one("code"), call.now_ms // 1000)
    except NotSignedInError as error:
        call.site.tell(str(error))
        return _failed(call)
    member = call.site.door.find_member(member_id)
    if member is None:
        return _failed(call)
    if member.agency not in call.site.settings.providers[started.number].agencies:
        call.site.tell(
            f"`{call.site.settings.providers[started.number].name}` named a member of `{member.agency}`"
        )
        return _failed(call, member)
    return _enter(call, member, BY_PROVIDER, started.following)


def _provider(call: Call, number: int) -> Provided:
    settings = call.site.settings
    return Provided(settings.providers[number], settings.address, call.site.folder, call.site.client)


def _enter(call: Call, member: Member, means: str, following: str) -> Reply:
    """Begin a session under a new token, once the log has it; the one before ends, whosever it was."""
    call.site.acts.signed_in(member, means, call.now_ms)
    if call.session is not None:
        call.site.sessions.end(call.session.id)
    if call.member is not None and call.member.id != member.id:
        ended = SessionTold(act=SessionAct.SIGNED_OUT, means=REPLACED)
        call.site.acts.happened(call.member, ended, call.now_ms)
    token = call.site.sessions.begin(member.id, means, call.now_ms, call.words.language)
    first = home_of(frozenset(member.roles))
    return Go(first if following == HOME else own_address(following, first), token=token)


def _failed(call: Call, named: Member | None = None) -> Reply:
    """The same sentence whatever failed; the provider counts the tries, as it alone knows whose they are.

    The log is told where it is known whose try it was: somebody the provider named, or whoever is signed in already.
    """
    known = named or call.member
    if known is not None:
        failed = SessionTold(act=SessionAct.FAILED, means=BY_PROVIDER)
        call.site.acts.happened(known, failed, call.now_ms)
    return _shown(call, call.words("sign-in.failed"), 403)


def _shown(call: Call, fault: str = "", status: int = 200) -> Reply:
    settings = call.site.settings
    values = {
        "providers": tuple(enumerate(settings.providers)),
        "persons": persons(call.site.door.members()) if settings.demonstration else (),
        "next": own_address(call.query.one("next"), ""),
        "again": bool(call.query.one("again")),
        "fault": fault,
    }
    return Page("sign_in.html", values, status=status)
