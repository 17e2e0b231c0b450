"""S1: signing in, by the agency's own sign-in or a button of the demonstration.

By SAML: `saml.py`; by a passkey: `use_passkey.py`.
"""

from __future__ import annotations

import dataclasses
import hmac
from datetime import UTC, datetime

from comity.model.agency import Member
from comity.model.session_act import SessionAct, SessionRefusal, SessionTold
from comity.web.call import Call, Go, Leave, Page, Reply
from comity.web.going_on import known_at_sign_in
from comity.web.local_address import HOME, home_of, own_address
from comity.web.saml_settings import SamlProvider
from comity.web.session import Proved
from comity.web.settings import Provider
from comity.web.sign_in.demonstration import persons, pressed
from comity.web.sign_in.lockout import count_failure, succeeded
from comity.web.sign_in.oidc import NotSignedInError, Provided, Said, Started, read_started
from comity.web.words import words_of

BY_PROVIDER = "provider"
BY_BUTTON = "demonstration"
REPLACED = "replaced"
LOCKED_OUT = "locked-out"
NO_FACTOR = 0  # a button proves nothing


def show(call: Call) -> Reply:
    """How to sign in here."""
    return shown(call)


def demonstrate(call: Call) -> Reply:
    """A button of the demonstration."""
    if not call.site.settings.demonstration:
        return Page("not_found.html", status=404)
    member = pressed(call.form.one("post"), call.site.door.members())
    return enter(call, member, BY_BUTTON, NO_FACTOR, call.form.one("next"))


def leave(call: Call) -> Reply:
    """Go to an agency's own sign-in, with what its answer will be held against."""
    number = int(call.path["number"])
    if number >= len(call.site.settings.providers):
        return Page("not_found.html", status=404)
    token = call.site.chance.token
    following = own_address(call.query.one("next"), HOME)
    started = Started(number, token(), token(), token(), following, call.words.language)
    try:
        return Leave(_provider(call, number).address(started), started.kept())
    except NotSignedInError as error:
        call.site.tell(str(error))
        return shown(call, call.words("sign-in.provider-away"), 503)


def come_back(call: Call) -> Reply:
    """What the agency's sign-in says: believed whole, or not at all."""
    started = read_started(call.kept)
    if started is None or not hmac.compare_digest(started.state.encode(), call.query.one("state").encode()):
        return not_ours(call)
    if started.number >= len(call.site.settings.providers):
        return not_ours(call)
    if call.session is None:
        call = dataclasses.replace(call, words=words_of(started.language))
    settings = call.site.settings.providers[started.number]
    if call.query.one("error"):  # left there without signing in, which is no failed try
        return not_ours(call)
    if call.query.one("iss") not in ("", settings.issuer):  # RFC 9207
        return failed(call)
    try:
        said = _provider(call, started.number).said(started, call.query.one("code"), call.now_ms // 1000)
    except NotSignedInError as error:
        call.site.tell(str(error))
        return failed(call)
    return enter_named(call, settings, said, started.following)


def enter_named(call: Call, provider: Provider | SamlProvider, said: Said, following: str) -> Reply:
    """Sign in whom a provider named, where it may name them: a member of its agencies, and of the ORI it says."""
    member = call.site.door.find_member(said.member)
    if member is None:
        return failed(call)
    if member.agency not in provider.agencies:
        call.site.tell(f"`{provider.name}` named a member of `{member.agency}`")
        return not_ours(call, member)
    if said.ori is not None and said.ori not in _oris(call, member):
        call.site.tell(f"`{provider.name}` named another ORI than those of `{member.agency}`; compare both")
        return not_ours(call, member)
    call.site.access.confirm(member.id, said.roles, said.trained_until)
    return enter(call, member, BY_PROVIDER, said.factors, following)


def _oris(call: Call, member: Member) -> frozenset[str]:
    """The ORIs of a member's agency that are in use today (UTC)."""
    today = datetime.fromtimestamp(call.now_ms / 1000, UTC).date()
    return frozenset(
        one.ori
        for agency in call.site.agencies()
        if agency.id == member.agency
        for one in agency.oris
        if one.first <= today and (one.last is None or today <= one.last)
    )


def _provider(call: Call, number: int) -> Provided:
    settings = call.site.settings
    return Provided(settings.providers[number], settings.address, call.site.folder, call.site.client)


def enter(call: Call, member: Member, means: str, factors: int | None, following: str) -> Reply:
    """Begin a session under a new token, once the node let it and the log has it; the one before ends, whosever it was.

    `factors` is how many were proved, None where nobody said. Whoever is locked out, and whoever's agency confirms no role
    that is listed, is signed in by nothing.
    """
    access = call.site.access.of(member.id)
    narrowed = access.narrow(member)
    if access.locked_ms or narrowed is None:
        if narrowed is None:
            call.site.tell(
                f"the sign-in of `{member.agency}` confirms no role of `{member.id}`; compare both lists"
            )
        refused = SessionTold(act=SessionAct.FAILED, means=LOCKED_OUT if access.locked_ms else means)
        call.site.acts.happened(member, refused, call.now_ms)
        return shown(call, call.words("sign-in.locked-out" if access.locked_ms else "sign-in.failed"), 403)
    known = known_at_sign_in(factors, call.now_ms, access, call.now_ms)
    stopped = call.site.acts.signed_in(member, means, call.now_ms, known)
    if stopped:
        return shown(call, status=403, refused=stopped)
    if access.failed_ms:
        call.site.access.change(member.id, succeeded)
    if call.session is not None:
        call.site.sessions.end(call.session.id)
    if call.member is not None and call.member.id != member.id:
        ended = SessionTold(act=SessionAct.SIGNED_OUT, means=REPLACED)
        call.site.acts.happened(call.member, ended, call.now_ms)
    proved = Proved(call.now_ms, factors)
    token = call.site.sessions.begin(member.id, means, call.now_ms, call.words.language, proved)
    first = home_of(frozenset(narrowed.roles))
    return Go(first if following == HOME else own_address(following, first), token=token)


def failed(call: Call) -> Reply:
    """A try of this browser that failed. Where somebody is signed in it was theirs, and counts; else the provider counts the
    tries, as it alone knows whose they are.
    """
    sentence = count_failure(call, call.member, BY_PROVIDER) if call.member else call.words("sign-in.failed")
    return shown(call, sentence, 403)


def not_ours(call: Call, named: Member | None = None) -> Reply:
    """An answer to no try of this browser, one that says nobody signed in, or one about another agency's member: entered where
    it is known whose it would have been, and counted against nobody.
    """
    known = named or call.member
    if known is not None:
        call.site.acts.happened(known, SessionTold(act=SessionAct.FAILED, means=BY_PROVIDER), call.now_ms)
    return shown(call, call.words("sign-in.failed"), 403)


def shown(call: Call, fault: str = "", status: int = 200, refused: tuple[SessionRefusal, ...] = ()) -> Reply:
    """The page of all ways to sign in, with what went wrong, or with the rules that let no session be."""
    settings = call.site.settings
    values = {
        "providers": tuple(enumerate(settings.providers)),
        "saml_providers": tuple(enumerate(settings.saml_providers)),
        "persons": persons(call.site.door.members()) if settings.demonstration else (),
        "next": own_address(call.query.one("next") or call.form.one("next"), ""),
        "passkeys": settings.has_passkeys,
        "again": bool(call.query.one("again")),
        "fault": fault,
        "cut_off": call.site.door.cut_off(),
        "refused": refused,
    }
    return Page("sign_in.html", values, status=status, language=call.words.language)
