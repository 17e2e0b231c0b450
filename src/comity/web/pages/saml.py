"""S1 by SAML 2.0: to the agency's own sign-in, its answer, and the browser that asked.

An answer comes by a form of the provider's site, which brings no cookie of ours. It is believed or not where it arrives, and
then a page of ours leads on to an address of ours: there this browser's cookie must name the very request that was answered.
Somebody else's answer, one that nobody asked for and one that came before sign nobody in.
"""

from __future__ import annotations

import dataclasses
import hmac
from urllib.parse import urlencode

from comity.web.call import NOT_FOUND, Call, File, Leave, Page, Reply
from comity.web.local_address import HOME, own_address
from comity.web.pages.sign_in import enter_named, failed, not_ours
from comity.web.saml_settings import SamlProvider
from comity.web.sign_in.oidc import NotSignedInError
from comity.web.sign_in.saml.believe import believe
from comity.web.sign_in.saml.message import Message, read_message
from comity.web.sign_in.saml.metadata import our_metadata
from comity.web.sign_in.saml.requests import Request, address_of, read_signer, us
from comity.web.sign_in.saml.strict_xml import UnreadableXmlError
from comity.web.sign_in.saml.waiting import Begun, read_begun
from comity.web.words import LANGUAGES, words_of

GOES_ON = "/sign-in/saml"
TICKET, FAILED = "ticket", "failed"
METADATA_TYPE = "application/samlmetadata+xml"


def leave(call: Call) -> Reply:
    """Go to an agency's own sign-in; the cookie holds which request its answer must be of."""
    number, settings = int(call.path["number"]), call.site.settings
    if number >= len(settings.saml_providers):
        return NOT_FOUND
    request = Request(call.site.saml.begin(number, call.now_ms), call.words.language, call.now_ms // 1000)
    signer = read_signer(call.site.folder, settings)
    following = own_address(call.query.one("next"), HOME)
    address = address_of(request, settings.saml_providers[number], us(settings), signer)
    return Leave(address, Begun(number, request.id, following, call.words.language).kept())


def answer(call: Call) -> Reply:
    """A provider's answer, brought by whoever: believed here, whole or not at all, and it signs nobody in here."""
    if not call.site.settings.saml_providers:
        return NOT_FOUND
    told = _told(call)
    language = call.form.one("RelayState")
    to = f"{GOES_ON}?{urlencode(told)}" if told else GOES_ON
    return Page("saml_answer.html", {"to": to}, language=language if language in LANGUAGES else "")


def go_on(call: Call) -> Reply:
    """Sign in whom an answer named, in the browser that asked for it and in no other."""
    waiting = call.site.saml.take(call.query.one(TICKET), call.now_ms)
    begun = read_begun(call.kept)
    if begun is None:
        return not_ours(call)
    if call.session is None:
        call = dataclasses.replace(call, words=words_of(begun.language))
    if waiting is None:
        return failed(call) if _failed_here(call, begun) else not_ours(call)
    if not _same(begun.request, waiting.request) or begun.number != waiting.number:
        return not_ours(call)
    if not call.site.saml.spend(begun.request, call.now_ms):
        return not_ours(call)
    return enter_named(call, call.site.settings.saml_providers[begun.number], waiting.said, begun.following)


def metadata(call: Call) -> Reply:
    """What a provider is set up with."""
    settings = call.site.settings
    if not settings.saml_providers:
        return NOT_FOUND
    raw = our_metadata(us(settings), read_signer(call.site.folder, settings))
    return File("comity-saml-metadata.xml", METADATA_TYPE, raw)


def _told(call: Call) -> dict[str, str]:
    """What the browser takes along to where it is known: a ticket, which request failed, or nothing."""
    try:
        message = read_message(call.form.whole("SAMLResponse"))
        number, provider = _asked(call, message)
    except UnreadableXmlError as error:
        call.site.tell(f"an answer by SAML signs nobody in: {error}")
        return {}
    if message.refuses:  # left there without signing in, which is no failed try
        return {}
    return _believed(call, message, number, provider)


def _asked(call: Call, message: Message) -> tuple[int, SamlProvider]:
    """The provider an answer says it is from, where we asked it what it answers."""
    for number, provider in enumerate(call.site.settings.saml_providers):
        if provider.entity_id == message.issuer:
            if call.site.saml.is_ours(message.request, number, call.now_ms):
                return number, provider
            raise UnreadableXmlError(
                f"`{provider.name}` was not asked for it, or too long ago; people begin at our page"
            )
    raise UnreadableXmlError("it is from no provider of the settings")


def _believed(call: Call, message: Message, number: int, provider: SamlProvider) -> dict[str, str]:
    """The ticket of what is believed; else which request failed, which only the browser that began it knows."""
    try:
        believed = believe(message, provider, us(call.site.settings), call.now_ms // 1000)
    except NotSignedInError as error:
        call.site.tell(str(error))
        return {FAILED: message.request}
    ticket = call.site.saml.keep(believed, number, call.now_ms)
    if ticket is None:
        call.site.tell(f"an answer of `{provider.name}` came a second time")
        return {}
    return {TICKET: ticket}


def _failed_here(call: Call, begun: Begun) -> bool:
    """Whether it was this browser's request whose answer failed. Where somebody is signed in, whom it counts against, once."""
    if not _same(begun.request, call.query.one(FAILED)):
        return False
    return call.member is None or call.site.saml.spend(begun.request, call.now_ms)


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
