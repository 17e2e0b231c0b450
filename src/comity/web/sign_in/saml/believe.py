"""What is believed of an answer: SAML 2.0 profiles, 4.1.4.3, each point demanded and none left to choice.

Believed is one assertion, signed by a key of the settings, by the provider that was asked, about somebody who proved now who
they are, for us alone, to be brought to us by whoever holds it, as the answer to a request of ours, at this time. What it
does not say or says twice is not believed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from lxml import etree

from comity.web.saml_settings import SamlProvider
from comity.web.sign_in.factors import TWO
from comity.web.sign_in.oidc import LEEWAY_S, OLDEST_S, NotSignedInError, Said
from comity.web.sign_in.saml.attributes import said_by
from comity.web.sign_in.saml.message import Message
from comity.web.sign_in.saml.names import BEARER, ENTITY, assertion
from comity.web.sign_in.saml.signature import signed_assertion
from comity.web.sign_in.saml.strict_xml import (
    UnreadableXmlError,
    check_children,
    instant_of,
    only,
    text_of,
)

PARTS = tuple(map(assertion, ("Issuer", "Subject", "Conditions", "AuthnStatement", "AttributeStatement")))
SUBJECT = tuple(map(assertion, ("NameID", "SubjectConfirmation")))
CONFIRMATION = tuple(map(assertion, ("NameID", "SubjectConfirmationData")))
CONDITIONS = tuple(map(assertion, ("AudienceRestriction", "OneTimeUse", "ProxyRestriction")))


@dataclass(frozen=True, slots=True)
class Us:
    """Who we are to providers: what we call ourselves, and the one address answers come to."""

    entity_id: str
    answers_at: str


@dataclass(frozen=True, slots=True)
class Believed:
    """What an assertion says, which one it is, which request it answers, and from when it cannot be brought again (UTC s)."""

    said: Said
    id: str
    request: str
    until_s: int


def believe(message: Message, provider: SamlProvider, us: Us, now_s: int) -> Believed:
    """The whole of it, or NotSignedInError with a sentence for the administrator."""
    try:
        return _believed(message, provider, us, now_s)
    except UnreadableXmlError as error:
        raise NotSignedInError(f"an answer of `{provider.name}` signs nobody in: {error}") from error


def _believed(message: Message, provider: SamlProvider, us: Us, now_s: int) -> Believed:
    if message.root.get("Destination") != us.answers_at:
        raise UnreadableXmlError("it was not sent to us (`Destination`)")
    _check_made_now(message.root, now_s)
    one = signed_assertion(message.root, provider.pinned(), now_s)
    check_children(one, PARTS)
    _check_issuer(one, provider)
    _check_made_now(one, now_s)
    until_s = min(_confirmed_until(one, us, message.request, now_s), _conditions_until(one, us, now_s))
    how = only(one, assertion("AuthnStatement"))
    _check_signed_in_now(how, now_s)
    said = said_by(only(one, assertion("AttributeStatement")), provider)
    said = replace(said, factors=_factors(how, provider.two_factor_contexts))
    last_s = (
        min(until_s - 1, instant_of(one, "IssueInstant") + OLDEST_S) + LEEWAY_S
    )  # the last second it is taken in
    return Believed(said, one.get("ID", ""), message.request, last_s + 1)


def _check_issuer(one: etree._Element, provider: SamlProvider) -> None:
    issuer = only(one, assertion("Issuer"))
    if (
        one.get("Version") != "2.0"
        or issuer.get("Format", ENTITY) != ENTITY
        or text_of(issuer) != provider.entity_id
    ):
        raise UnreadableXmlError("its assertion is not of this provider (`Issuer`)")


def _check_made_now(element: etree._Element, now_s: int) -> None:
    if not now_s - OLDEST_S - LEEWAY_S <= instant_of(element, "IssueInstant") <= now_s + LEEWAY_S:
        raise UnreadableXmlError("it was not made now (`IssueInstant`); compare both clocks")


def _confirmed_until(one: etree._Element, us: Us, request: str, now_s: int) -> int:
    """Until when whoever brings it is its subject: to us, as the answer to that request, and confirmed in one way alone."""
    subject = only(one, assertion("Subject"))
    check_children(subject, SUBJECT)
    confirmation = only(subject, assertion("SubjectConfirmation"))
    check_children(confirmation, CONFIRMATION)
    if confirmation.get("Method") != BEARER:
        raise UnreadableXmlError("its subject is confirmed in another way than `bearer`")
    how = only(confirmation, assertion("SubjectConfirmationData"))
    if how.get("Recipient") != us.answers_at:
        raise UnreadableXmlError("it is not for us to receive (`Recipient`)")
    if not request or how.get("InResponseTo") != request:
        raise UnreadableXmlError("it does not answer what its message answers (`InResponseTo`)")
    if how.get("NotBefore") is not None:
        raise UnreadableXmlError(
            "its subject's confirmation begins at a time (`NotBefore`), which the profile forbids"
        )
    return _until(how, now_s)


def _conditions_until(one: etree._Element, us: Us, now_s: int) -> int:
    """Until when its conditions hold: for us and for nobody else."""
    conditions = only(one, assertion("Conditions"))
    check_children(conditions, CONDITIONS)
    audience = only(only(conditions, assertion("AudienceRestriction")), assertion("Audience"))
    if text_of(audience) != us.entity_id:
        raise UnreadableXmlError("it is for somebody else (`Audience`)")
    if conditions.get("NotBefore") is not None and now_s < instant_of(conditions, "NotBefore") - LEEWAY_S:
        raise UnreadableXmlError("it does not count yet (`NotBefore`); compare both clocks")
    return _until(conditions, now_s)


def _check_signed_in_now(statement: etree._Element, now_s: int) -> None:
    """Its person proved now who they are: an earlier proof was asked not to count (`ForceAuthn`)."""
    if not now_s - OLDEST_S - LEEWAY_S <= instant_of(statement, "AuthnInstant") <= now_s + LEEWAY_S:
        raise UnreadableXmlError(
            "its person did not sign in now (`AuthnInstant`); have the provider heed `ForceAuthn`"
        )
    if statement.get("SessionNotOnOrAfter") is not None:
        _until(statement, now_s, "SessionNotOnOrAfter")


def _factors(how: etree._Element, two_factor_contexts: tuple[str, ...]) -> int | None:
    """How many factors it says were proved; None where it names a class that the settings do not, or none."""
    context = only(how, assertion("AuthnContext"))
    named = [text_of(one) for one in context.findall(assertion("AuthnContextClassRef"))]
    if len(named) > 1:
        raise UnreadableXmlError("it names several classes of authentication (`AuthnContextClassRef`)")
    return TWO if set(named) & set(two_factor_contexts) else None


def _until(element: etree._Element, now_s: int, name: str = "NotOnOrAfter") -> int:
    until_s = instant_of(element, name)
    if now_s >= until_s + LEEWAY_S:
        raise UnreadableXmlError(f"it counts no more (`{name}`)")
    return until_s
