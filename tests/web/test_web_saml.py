"""Signing in by SAML 2.0, by a real provider: what it says is believed whole or not at all, in the browser that asked alone."""

from __future__ import annotations

import base64
import dataclasses
import re
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from litestar.testing import TestClient
from lxml import etree
from msgspec.structs import replace
from saml_provider import (
    ASSERTION,
    MEMBER_ATTRIBUTE,
    SIGNATURE,
    SamlAgency,
    make_pair,
    opened,
    packed,
    saml_sign_in,
    signed_anew,
)
from served_pages import free_port
from signxml import DigestAlgorithm, SignatureMethod
from web_stage import ADDRESS, ROLES, Stage, make_stage, member_of

from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE
from comity.web.clock import MachineChance
from comity.web.saml_settings import Demanded, SamlProvider
from comity.web.settings import WebSettings
from comity.web.sign_in.saml.metadata import our_metadata
from comity.web.sign_in.saml.requests import us

DETECTIVE = "alder-police-detective"
CLERK = "birch-police-clerk"
PREFIX = "GFIPM:IDP:ALDER:USER:"
SAML = "{urn:oasis:names:tc:SAML:2.0:assertion}"
PROTOCOL = "{urn:oasis:names:tc:SAML:2.0:protocol}"
ON = re.compile(r'content="0; url=([^"]+)"')
SETTINGS = WebSettings(
    address=ADDRESS,
    host="127.0.0.1",
    port=8480,
    saml_providers=(
        SamlProvider(
            name="Alder Police",
            entity_id="http://localhost:1",
            sign_in_at="http://localhost:1/sso",
            certificates=(make_pair().text,),
            member_attribute=MEMBER_ATTRIBUTE,
            member_prefix=PREFIX,
            agencies=("alder-police",),
        ),
    ),
)
Browser = TestClient  # type: ignore[type-arg]
Edit = Callable[[etree._Element], None]


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlAgency]:
    """The agency's sign-in, set up with our metadata."""
    place = tmp_path_factory.mktemp("idp")
    with saml_sign_in(free_port(), our_metadata(us(SETTINGS), None), place) as found:
        yield found


@pytest.fixture
def site(agency: SamlAgency, tmp_path: Path) -> Iterator[Stage]:
    """Pages that lead to it; it may sign in Alder's members and nobody of Birch."""
    stage = make_stage(tmp_path / "node", SETTINGS)
    clerk = replace(member_of("member"), id=CLERK, agency="birch-police", trained_until=date(2030, 1, 1))
    members = (*(member_of(role) for role in ROLES), clerk)
    (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes(members))
    stage.clock.at_ms = time.time_ns() // 1_000_000  # the provider goes by the machine's clock
    stage.site = dataclasses.replace(stage.site, chance=MachineChance())
    set_up(stage, agency)
    with stage.site.client:
        yield stage


def set_up(site: Stage, agency: SamlAgency, **other: object) -> None:
    """The settings of this agency, with something else in them."""
    provider = replace(
        SETTINGS.saml_providers[0],
        entity_id=agency.issuer,
        sign_in_at=f"{agency.issuer}/sso",
        certificates=(agency.pair.text,),
        **other,
    )
    site.site = dataclasses.replace(site.site, settings=replace(SETTINGS, saml_providers=(provider,)))


def answered(browser: Browser, agency: SamlAgency, who: str = DETECTIVE, at: str = "", **more: str) -> dict[str, str]:
    """Leave for the agency and sign in there; the form it leads back with."""
    to = browser.get(f"/sign-in/saml/0{at}").headers["location"]
    return agency.answer(to, PREFIX + who, **more)


def brought(site: Stage, form: dict[str, str]) -> str:
    """A provider's site sends a form with which no cookie comes; where our page leads on."""
    with site.browser() as elsewhere:
        page = elsewhere.post("/saml/acs", data=form, headers={"sec-fetch-site": "cross-site"})
    assert page.status_code == 200, page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    (to,) = ON.findall(page.text)
    assert f'href="{to}"' in page.text  # the same by hand
    return str(to)


def in_force(site: Stage) -> int:
    return len(site.site.sessions.of(DETECTIVE))


# The way


def test_the_whole_way_signs_in_whoever_the_agency_names(site: Stage, agency: SamlAgency) -> None:
    """To the agency, its form, our page, and on to the page that was asked for; the log has it, the try's cookie is gone."""
    with site.browser() as browser:
        form = answered(browser, agency, at="?next=/questions?filter=held")
        answer = browser.get(brought(site, form))
        assert (answer.status_code, answer.headers["location"]) == (303, "/questions?filter=held")
        assert 'comity-try=""' in answer.headers["set-cookie"]
        assert browser.get("/questions").status_code == 200
    assert site.door.acts() == [(DETECTIVE, "signed-in")]
    assert site.told == []


def test_its_button_has_the_agencys_name(site: Stage) -> None:
    """S1, with where to go on after it."""
    with site.browser() as browser:
        page = browser.get("/sign-in?next=/questions").text
    assert 'href="/sign-in/saml/0?language=en&amp;next=/questions"' in page
    assert "Sign in with Alder Police" in page


def test_the_request_says_who_asks_and_that_an_earlier_sign_in_does_not_count(site: Stage, agency: SamlAgency) -> None:
    """By redirect, deflated; nothing of a person is in it."""
    with site.browser() as browser:
        to = urlsplit(browser.get("/sign-in/saml/0?language=es").headers["location"])
    asked = {name: value[0] for name, value in parse_qs(to.query).items()}
    assert set(asked) == {"SAMLRequest", "RelayState"}
    assert asked["RelayState"] == "es"
    root = etree.fromstring(zlib.decompress(base64.b64decode(asked["SAMLRequest"]), -15))
    assert root.get("Destination") == f"{agency.issuer}/sso"
    assert root.get("AssertionConsumerServiceURL") == f"{ADDRESS}/saml/acs"
    assert root.get("ForceAuthn") == "true"
    assert root.findtext(f"{SAML}Issuer") == f"{ADDRESS}/saml/metadata"


def test_a_request_signed_by_our_key_is_verified_by_the_provider(site: Stage, tmp_path: Path) -> None:
    """Set up with metadata that says requests are signed, it takes ours and none whose signature differs."""
    ours = make_pair()
    ours.write(site.site.folder, "saml")
    settings = replace(site.site.settings, saml_key="saml.key", saml_certificate="saml.pem")
    site.site = dataclasses.replace(site.site, settings=settings)
    with site.browser() as browser:
        asking = browser.get("/saml/metadata")
        assert asking.headers["content-type"] == "application/samlmetadata+xml"
        with saml_sign_in(free_port(), asking.content, tmp_path) as strict:
            provider = replace(
                settings.saml_providers[0], entity_id=strict.issuer, sign_in_at=f"{strict.issuer}/sso?tenant=1",
                certificates=(strict.pair.text,),
            )  # fmt: skip
            site.site = dataclasses.replace(site.site, settings=replace(settings, saml_providers=(provider,)))
            with site.browser() as other:
                to = other.get("/sign-in/saml/0").headers["location"]
                signed = to.replace("/sso?tenant=1&", "/sso?")  # samlify signs the whole query, the standard ours alone
                form = strict.answer(signed, PREFIX + DETECTIVE)
                with pytest.raises(AssertionError):
                    strict.answer(signed.replace("RelayState=en", "RelayState=es"), PREFIX + DETECTIVE)
                assert other.get(brought(site, form)).status_code == 303


def test_a_provider_that_signs_its_whole_answer_too_is_believed(site: Stage, agency: SamlAgency) -> None:
    """Both signatures must hold: an assertion that is whole does not make up for an answer that is not."""
    with site.browser() as browser:
        root = opened(answered(browser, agency))
        form = packed({"RelayState": "en"}, etree.tostring(agency.pair.sign(root)))
        assert browser.get(brought(site, form)).status_code == 303
        root = opened(answered(browser, agency))
        twice = agency.pair.sign(root)
        twice.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained")
        assert browser.get(brought(site, packed(form, etree.tostring(twice)))).status_code == 403


def test_the_language_that_was_chosen_goes_along(site: Stage, agency: SamlAgency) -> None:
    """Over the provider and back, in which no cookie says it."""
    with site.browser() as browser:
        form = answered(browser, agency, "alder-police-nobody", at="?language=es")
        with site.browser() as elsewhere:
            assert "Su agencia respondió" in elsewhere.post("/saml/acs", data=form).text
        page = browser.get(brought(site, form)).text
        assert 'lang="es"' in page
        assert "No funcionó." in page
        browser.get(brought(site, answered(browser, agency, at="?language=es")))
        assert "Mis consultas" in browser.get("/questions").text


# Whose answer it is: login CSRF, fixation, replay, open redirect


def test_an_answer_nobody_asked_for_signs_nobody_in(site: Stage, agency: SamlAgency) -> None:
    """A provider that begins by itself: without a request, or with one that we never made."""
    with site.browser() as browser:
        form = answered(browser, agency)
        for asked in (None, "", "_made-up", "_token.1.0"):
            unasked = signed_anew(form, agency.pair, asking(asked))
            assert browser.get(brought(site, unasked)).status_code == 403
        assert "was not asked for it" in site.told[-1]
    assert in_force(site) == 0


def test_login_csrf_somebody_elses_answer_signs_nobody_in(site: Stage, agency: SamlAgency) -> None:
    """A thief signs in as themselves and has our page lead another browser on: one that began nothing, and one that did."""
    with site.browser() as thief, site.browser() as bystander, site.browser() as victim:
        stolen = brought(site, answered(thief, agency))
        assert bystander.get(stolen).status_code == 403
        assert victim.get("/sign-in/saml/0").status_code == 303
        assert victim.get(brought(site, answered(thief, agency))).status_code == 403
        assert thief.get(stolen).status_code == 403  # it counts once, for whomever
    assert in_force(site) == 0


def test_the_address_where_answers_arrive_looks_at_no_cookie(site: Stage, agency: SamlAgency) -> None:
    """A provider of the same site brings them along: nobody is signed in there, nothing is touched, nobody's try fails."""
    with site.browser() as browser:
        browser.get(brought(site, answered(browser, agency)))
        before = site.site.sessions.of(DETECTIVE)
        page = browser.post("/saml/acs", data={"SAMLResponse": "x"}, headers={"sec-fetch-site": "same-site"})
        assert (page.status_code, "Quill" in page.text) == (200, False)
        assert site.site.sessions.of(DETECTIVE) == before
    assert site.door.acts() == [(DETECTIVE, "signed-in")]


def test_session_fixation_a_session_set_beforehand_ends(site: Stage, agency: SamlAgency) -> None:
    """The token is new, and whoever was signed in is not any more."""
    with site.browser() as browser:
        browser.cookies.set("comity", "planted")
        answer = browser.get(brought(site, answered(browser, agency)))
        assert "planted" not in answer.headers["set-cookie"]
        first = site.site.sessions.of(DETECTIVE)
        browser.cookies.delete("comity", domain="127.0.0.1")
    assert len(first) == 1


def test_replay_one_answer_and_one_request_count_once(site: Stage, agency: SamlAgency) -> None:
    """The same form again, its page opened again, and a second assertion that answers the same request."""
    with site.browser() as browser:
        form = answered(browser, agency)
        kept = dict(browser.cookies)
        to = brought(site, form)
        assert browser.get(to).status_code == 303
        for again in (to, brought(site, form), brought(site, signed_anew(form, agency.pair, renamed))):
            browser.cookies.clear()
            for name, value in kept.items():
                browser.cookies.set(name, value)
            assert browser.get(again).status_code == 403
    assert in_force(site) == 1


def test_replay_a_second_form_before_the_first_is_used_counts_as_little(site: Stage, agency: SamlAgency) -> None:
    """Two of one assertion: one ticket; two assertions for one request: one session."""
    with site.browser() as browser:
        form = answered(browser, agency)
        first = brought(site, form)
        assert "ticket" not in brought(site, form)
        assert "came a second time" in site.told[-1]
        other = brought(site, signed_anew(form, agency.pair, renamed))
        kept = dict(browser.cookies)
        assert browser.get(first).status_code == 303
        for name, value in kept.items():
            browser.cookies.set(name, value)
        assert browser.get(other).status_code == 403
    assert in_force(site) == 1


def test_a_ticket_waits_for_seconds(site: Stage, agency: SamlAgency) -> None:
    """Whoever finds the address in a history a minute later finds nothing."""
    with site.browser() as browser:
        to = brought(site, answered(browser, agency))
        site.clock.later(0.5)
        assert browser.get(to).status_code == 403


def test_a_request_waits_ten_minutes(site: Stage, agency: SamlAgency) -> None:
    """As its cookie does."""
    with site.browser() as browser:
        to = browser.get("/sign-in/saml/0").headers["location"]
        site.clock.later(-10)
        form = agency.answer(to, PREFIX + DETECTIVE)
        assert "ticket" not in brought(site, form)
        site.clock.later(10)
        assert "ticket" in brought(site, form)
        site.clock.later(10)
        assert "ticket" not in brought(site, signed_anew(form, agency.pair, renamed))


@pytest.mark.parametrize("following", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_open_redirect_nobody_is_led_elsewhere(site: Stage, agency: SamlAgency, following: str) -> None:
    """Neither by the address that began it nor by what the provider's form says besides."""
    with site.browser() as browser:
        form = answered(browser, agency, at=f"?next={following}")
        to = brought(site, {**form, "RelayState": following, "next": following})
        assert to.startswith("/sign-in/saml?ticket=")
        assert browser.get(f"{to}&next={following}").headers["location"] == "/questions"


def test_an_answer_of_another_provider_than_the_one_that_was_asked_counts_for_nothing(
    site: Stage, agency: SamlAgency
) -> None:
    """One that is ours too, and signs what it likes about a request that was made to its neighbour."""
    neighbour = make_pair()
    second = replace(
        site.site.settings.saml_providers[0], entity_id="https://id.birch.example", certificates=(neighbour.text,)
    )
    settings = replace(site.site.settings, saml_providers=(site.site.settings.saml_providers[0], second))
    site.site = dataclasses.replace(site.site, settings=settings)

    def as_neighbour(root: etree._Element) -> None:
        for one in root.iter(f"{SAML}Issuer"):
            one.text = second.entity_id

    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), neighbour, as_neighbour)
        assert browser.get(brought(site, form)).status_code == 403
    assert in_force(site) == 0


# Failed tries


def test_a_failed_try_at_an_open_desk_counts_and_the_fifth_locks_out(site: Stage, agency: SamlAgency) -> None:
    """Its browser alone knows which request failed; the same address in another browser counts against nobody."""
    with site.browser() as browser, site.browser() as other:
        browser.get(brought(site, answered(browser, agency)))
        other.get(brought(site, answered(other, agency)))
        for left in ("4 tries", "3 tries", "2 tries", "1 try", "Locked after five failed tries"):
            to = brought(site, signed_anew(answered(browser, agency), agency.pair, child("AuthnStatement", stale)))
            assert to.startswith("/sign-in/saml?failed=")
            failed_elsewhere = other.get(to)
            assert "tries left" not in failed_elsewhere.text
            assert left in browser.get(to).text
        assert browser.get("/questions").status_code == 303
        assert browser.get(brought(site, answered(browser, agency))).status_code == 403
    assert site.door.acts().count((DETECTIVE, "locked-out")) == 1


def test_leaving_the_agencys_page_without_signing_in_is_no_failed_try(site: Stage, agency: SamlAgency) -> None:
    """What a provider sends then has no assertion and another status."""

    def refused(root: etree._Element) -> None:
        root.find(f"{PROTOCOL}Status/{PROTOCOL}StatusCode").set(
            "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"
        )
        root.remove(root.find(ASSERTION))

    with site.browser() as browser:
        browser.get(brought(site, answered(browser, agency)))
        for _ in range(6):
            root = opened(answered(browser, agency))
            refused(root)
            assert browser.get(brought(site, packed({}, etree.tostring(root)))).status_code == 403
        assert browser.get("/my-sign-in").status_code == 200
    assert site.site.access.of(DETECTIVE).failed_ms == ()


def test_whom_the_node_does_not_have_is_not_signed_in(site: Stage, agency: SamlAgency) -> None:
    """The agency knows them; the node's list of members does not."""
    with site.browser() as browser:
        assert browser.get(brought(site, answered(browser, agency, "alder-police-nobody"))).status_code == 403
    assert site.door.entered == []


def test_an_agency_signs_in_no_other_agencys_member(site: Stage, agency: SamlAgency) -> None:
    """Its sign-in, broken into, makes nobody of its neighbour; the try stands in the log under whom it named."""
    with site.browser() as browser:
        assert browser.get(brought(site, answered(browser, agency, CLERK))).status_code == 403
    assert site.door.acts() == [(CLERK, "failed")]


# Lies: each a real answer, edited and signed again with the provider's own key


def asking(request: str | None) -> Edit:
    def edit(root: etree._Element) -> None:
        for one in (root, next(root.iter(f"{SAML}SubjectConfirmationData"))):
            one.attrib.pop("InResponseTo")
            if request is not None:
                one.set("InResponseTo", request)

    return edit


def renamed(root: etree._Element) -> None:
    root.find(ASSERTION).set("ID", "_another")


def child(name: str, edit: Edit) -> Edit:
    return lambda root: edit(next(root.iter(SAML + name)))


def having(**attributes: str | int | None) -> Edit:
    """With these attributes: None takes one away, a number is so many seconds from when it is edited."""

    def edit(element: etree._Element) -> None:
        for name, value in attributes.items():
            if value is None:
                element.attrib.pop(name, None)
            else:
                element.set(name, at(value) if isinstance(value, int) else value)

    return edit


def at(seconds: float) -> str:
    return datetime.fromtimestamp(time.time() + seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def saying(text: str) -> Edit:
    def edit(element: etree._Element) -> None:
        element.text = text

    return edit


def stale(element: etree._Element) -> None:
    element.set("AuthnInstant", at(-3600))


def gone(element: etree._Element) -> None:
    element.getparent().remove(element)


def twice(element: etree._Element) -> None:
    element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))


def holding(name: str) -> Edit:
    return lambda element: element.append(etree.Element(name)) or None


LIES: dict[str, Edit] = {
    "of another audience": child("Audience", saying("https://elsewhere.example")),
    "of two audiences": child("Audience", twice),
    "of no audience": child("AudienceRestriction", gone),
    "under no conditions": child("Conditions", gone),
    "under a condition nobody knows": child("Conditions", holding(SAML + "Condition")),
    "received elsewhere": child("SubjectConfirmationData", having(Recipient="https://elsewhere.example/saml/acs")),
    "received nowhere": child("SubjectConfirmationData", having(Recipient=None)),
    "sent elsewhere": having(Destination="https://elsewhere.example/saml/acs"),
    "sent nowhere": having(Destination=None),
    "of no request, though its message names one": child("SubjectConfirmationData", having(InResponseTo=None)),
    "of another request than its message": child("SubjectConfirmationData", having(InResponseTo="_other")),
    "confirmed by who sends it": child(
        "SubjectConfirmation", having(Method="urn:oasis:names:tc:SAML:2.0:cm:sender-vouches")
    ),
    "confirmed by a key": child(
        "SubjectConfirmation", having(Method="urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
    ),
    "confirmed in two ways": child("SubjectConfirmation", twice),
    "confirmed in no way": child("SubjectConfirmation", gone),
    "confirmed without an end": child("SubjectConfirmationData", having(NotOnOrAfter=None)),
    "confirmed with a beginning": child("SubjectConfirmationData", having(NotBefore=-60)),
    "over": child("SubjectConfirmationData", having(NotOnOrAfter=-90)),
    "over by its conditions": child("Conditions", having(NotOnOrAfter=-90)),
    "never over by its conditions": child("Conditions", having(NotOnOrAfter=None)),
    "not yet": child("Conditions", having(NotBefore=90)),
    "at a time of its own zone": child("Conditions", having(NotOnOrAfter="2099-01-01T00:00:00+01:00")),
    "at no day there is": child("Conditions", having(NotOnOrAfter="2099-02-30T00:00:00Z")),
    "made long ago": child("Assertion", having(IssueInstant=-3600)),
    "made in the future": child("Assertion", having(IssueInstant=90)),
    "sent long ago": having(IssueInstant=-3600),
    "of somebody who signed in long ago": child("AuthnStatement", stale),
    "of nobody who signed in": child("AuthnStatement", gone),
    "of a sign-in that is over": child("AuthnStatement", having(SessionNotOnOrAfter=-90)),
    "of another version": child("Assertion", having(Version="1.1")),
    "of an issuer by another kind of name": child(
        "Assertion", lambda one: one[0].set("Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
    ),
    "of another issuer than its message": child("Assertion", lambda one: saying("https://elsewhere.example")(one[0])),
    "without attributes": child("AttributeStatement", gone),
    "without the member": child("Attribute", having(Name="another")),
    "with two members": child("Attribute", twice),
    "with one member of two names": child("AttributeValue", twice),
    "with a member inside something": child("AttributeValue", holding(SAML + "NameID")),
    "with an encrypted attribute": child("AttributeStatement", holding(SAML + "EncryptedAttribute")),
    "with advice": child("Assertion", holding(SAML + "Advice")),
    "with a decision": child("Assertion", holding(SAML + "AuthzDecisionStatement")),
    "with a member of no prefix": child("AttributeValue", saying(DETECTIVE)),
    "with a prefix alone": child("AttributeValue", saying(PREFIX)),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_whole_signs_nobody_in(site: Stage, agency: SamlAgency, lie: str) -> None:
    """One thing wrong with it, signed or not, and it says nothing; the person reads one sentence, the administrator which."""
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, LIES[lie])
        answer = browser.get(brought(site, form))
        assert (answer.status_code, "comity=" in answer.headers.get("set-cookie", "")) == (403, False)
        assert "That did not work" in answer.text
    assert len(site.told) == 1
    assert "signs nobody in: " in site.told[0]
    assert DETECTIVE not in site.told[0]
    assert site.door.entered == []  # whose try it was nobody can say
    assert in_force(site) == 0


def test_the_same_way_without_a_lie_signs_in(site: Stage, agency: SamlAgency) -> None:
    """So that no lie above is refused for how it was made."""
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, lambda _: None)
        assert browser.get(brought(site, form)).status_code == 303


@pytest.mark.parametrize("seconds", [-55, 55])
def test_clocks_may_differ_by_a_minute(site: Stage, agency: SamlAgency, seconds: int) -> None:
    """No more: `not yet` and `over` are a minute and a half off."""
    with site.browser() as browser:
        to = browser.get("/sign-in/saml/0").headers["location"]
        form = agency.answer(to, PREFIX + DETECTIVE)
        edit = having(NotBefore=seconds, NotOnOrAfter=seconds + 300)
        assert browser.get(brought(site, signed_anew(form, agency.pair, child("Conditions", edit)))).status_code == 303


# Signatures


def refuses(site: Stage, browser: Browser, form: dict[str, str], told: str) -> None:
    """Nobody is signed in, and the administrator reads why."""
    assert browser.get(brought(site, form)).status_code == 403
    assert in_force(site) == 0
    assert told in site.told[-1]


def test_an_assertion_without_a_signature_of_its_own_says_nothing(site: Stage, agency: SamlAgency) -> None:
    """Bare, or in an answer that is signed as a whole."""
    with site.browser() as browser:
        for whole in (False, True):
            root = opened(answered(browser, agency))
            gone(root.find(f"{ASSERTION}/{SIGNATURE}"))
            sent = agency.pair.sign(root) if whole else root
            refuses(site, browser, packed({}, etree.tostring(sent)), "is not signed; have the provider sign assertions")


@pytest.mark.parametrize(
    "how",
    [
        {"signature_algorithm": SignatureMethod.RSA_SHA1},
        {"digest_algorithm": DigestAlgorithm.SHA1},
        {"signature_algorithm": SignatureMethod.RSA_SHA224},
        {"digest_algorithm": DigestAlgorithm.SHA3_256},
    ],
    ids=str,
)
def test_weak_and_unusual_algorithms_are_refused(site: Stage, agency: SamlAgency, how: dict[str, object]) -> None:
    """SHA-1 in either place, and whatever is not of the list."""
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, lambda _: None, **how)
        refuses(site, browser, form, "not signed by a certificate of the settings")


def test_another_key_says_nothing_though_its_certificate_comes_along(site: Stage, agency: SamlAgency) -> None:
    """The certificate in a message is whoever's who wrote it."""
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), make_pair(), lambda _: None)
        refuses(site, browser, form, "not signed by a certificate of the settings")


@pytest.mark.parametrize("days", [(-1, 10), (20, -10)])
def test_a_certificate_counts_in_its_own_time(site: Stage, agency: SamlAgency, days: tuple[int, int]) -> None:
    """Ended yesterday, or beginning in ten days: the key signs, and nobody is signed in."""
    off = make_pair(*days)
    set_up(site, SamlAgency(agency.issuer, off))
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), off, lambda _: None)
        refuses(site, browser, form, "that counts now")


def test_the_next_certificate_counts_beside_the_present_one(site: Stage, agency: SamlAgency) -> None:
    """A provider rolls its key: both are in the settings meanwhile."""
    following = make_pair()
    provider = replace(
        site.site.settings.saml_providers[0], certificates=(following.text, agency.pair.text)
    )
    site.site = dataclasses.replace(site.site, settings=replace(SETTINGS, saml_providers=(provider,)))
    with site.browser() as browser:
        for pair in (agency.pair, following):
            form = signed_anew(answered(browser, agency), pair, lambda _: None)
            assert browser.get(brought(site, form)).status_code == 303


def test_one_changed_character_of_what_is_signed_says_nothing(site: Stage, agency: SamlAgency) -> None:
    """The member, in a real answer that nobody signed again."""
    with site.browser() as browser:
        form = answered(browser, agency)
        raw = base64.b64decode(form["SAMLResponse"])
        changed = raw.replace(DETECTIVE.encode(), b"alder-police-auditor")
        assert changed != raw
        refuses(site, browser, packed(form, changed), "not signed by a certificate")


def made_up(root: etree._Element) -> etree._Element:
    """A copy of a signed assertion that says somebody else, without a signature and under another ID."""
    false = etree.fromstring(etree.tostring(root.find(ASSERTION), with_tail=False))
    gone(false.find(SIGNATURE))
    false.set("ID", "_made-up")
    next(false.iter(f"{SAML}AttributeValue")).text = PREFIX + "alder-police-auditor"
    return false


def wrap_beside(root: etree._Element) -> None:
    root.insert(1, made_up(root))


def wrap_inside(root: etree._Element) -> None:
    false, true = made_up(root), root.find(ASSERTION)
    root.replace(true, false)
    etree.SubElement(false, SAML + "Advice").append(true)


def wrap_in_signature(root: etree._Element) -> None:
    false, true = made_up(root), root.find(ASSERTION)
    root.replace(true, false)
    moved = true.find(SIGNATURE)
    false.insert(1, moved)
    etree.SubElement(moved, "{http://www.w3.org/2000/09/xmldsig#}Object").append(true)


def wrap_in_extensions(root: etree._Element) -> None:
    false, true = made_up(root), root.find(ASSERTION)
    root.replace(true, false)
    extensions = etree.Element(PROTOCOL + "Extensions")
    extensions.append(true)
    root.insert(1, extensions)


def wrap_the_answer(root: etree._Element) -> None:
    """The signed answer inside one of the thief's own."""
    inner = etree.fromstring(etree.tostring(root))
    root.set("ID", "_outer")
    root.replace(root.find(ASSERTION), made_up(root))
    etree.SubElement(root, PROTOCOL + "Extensions").append(inner)


def wrap_with_its_id(root: etree._Element) -> None:
    """Both under one ID: which is meant differs from reader to reader."""
    false, true = made_up(root), root.find(ASSERTION)
    false.set("ID", true.get("ID"))
    root.replace(true, false)
    moved = true.find(SIGNATURE)
    false.insert(1, moved)
    etree.SubElement(moved, "{http://www.w3.org/2000/09/xmldsig#}Object").append(true)


@pytest.mark.parametrize(
    "wrap", [wrap_beside, wrap_inside, wrap_in_signature, wrap_in_extensions, wrap_the_answer, wrap_with_its_id]
)
def test_signature_wrapping_signs_nobody_in(site: Stage, agency: SamlAgency, wrap: Edit) -> None:
    """A signed assertion stands somewhere in the message, and another that nobody signed where it is looked for."""
    with site.browser() as browser:
        root = opened(answered(browser, agency))
        wrap(root)
        assert browser.get(brought(site, packed({}, etree.tostring(root)))).status_code == 403
    assert site.door.entered == []


def test_a_signature_by_another_way_than_samls_is_refused(site: Stage, agency: SamlAgency) -> None:
    """Of no element by name, and with comments counted in."""
    for reference, method in (("", None), (None, "http://www.w3.org/2001/10/xml-exc-c14n#WithComments")):
        with site.browser() as browser:
            root = opened(answered(browser, agency))
            if reference is not None:
                next(root.iter("{http://www.w3.org/2000/09/xmldsig#}Reference")).set("URI", reference)
            else:
                next(root.iter("{http://www.w3.org/2000/09/xmldsig#}CanonicalizationMethod")).set("Algorithm", method)
            refuses(site, browser, packed({}, etree.tostring(root)), "its signature is")


# XML


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (b"alder-police-detective", b"alder-police-<!-- x -->detective", "a comment"),
        (b"alder-police-detective", b"alder-police-detective<?x y?>", "an instruction"),
        (b"alder-police-detective", b"alder-police-&who;", "no well-formed XML"),
        (b"<samlp:Response", b'<!DOCTYPE x [<!ENTITY who "detective">]><samlp:Response', "a document type"),
        (b"<samlp:Response", b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><samlp:Response', "a document type"),
        (b"<samlp:Response", b"<!-- x --><samlp:Response", "a comment"),
        (b"</samlp:Response>", b"</samlp:Response><!-- x -->", "a comment"),
        (b"<samlp:Response", b"<samlp:Answer", "no well-formed XML"),
        (b'Version="2.0"', b'Version="1.1"', "no answer of SAML 2.0"),
        (b"<saml:Assertion", b"<saml:EncryptedAssertion/><saml:Assertion", "encrypted"),
        (b"<saml:Assertion", b'<saml:Assertion ID="_two"/><saml:Assertion', "has 2 of `Assertion`"),
        (b"<samlp:Status>", b"<samlp:Status/><samlp:Status>", "has 2 of `Status`"),
    ],
)  # fmt: skip
def test_xml_that_two_readers_could_read_differently_is_not_read(
    site: Stage, agency: SamlAgency, before: bytes, after: bytes, told: str
) -> None:
    """Comments (the fault of 2018), entities, document types, two of what is wanted once, and what is encrypted."""
    with site.browser() as browser:
        form = answered(browser, agency)
        raw = base64.b64decode(form["SAMLResponse"])
        assert before in raw
        refuses(site, browser, packed(form, raw.replace(before, after, 1)), told)


def test_a_comment_inside_the_member_cuts_nothing_off(site: Stage, agency: SamlAgency) -> None:
    """The fault of 2018: signed by the provider itself, for a person whose name goes on behind the comment."""

    def commented(root: etree._Element) -> None:
        value = next(root.iter(f"{SAML}AttributeValue"))
        value.text = PREFIX + DETECTIVE
        value.append(etree.Comment("x"))
        value[0].tail = "-of-somebody-else"

    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, commented)
        refuses(site, browser, form, "a comment")


@pytest.mark.parametrize("sent", ["", "no base64!", base64.b64encode(b"<x/>").decode(), "A" * 400_000])
def test_what_is_no_answer_is_none(site: Stage, sent: str) -> None:
    """Nothing, something else, and too much of it."""
    with site.browser() as browser:
        refuses(site, browser, {"SAMLResponse": sent}, "an answer by SAML signs nobody in")


# What is confirmed narrows


def listed(site: Stage, *roles: str) -> None:
    one = replace(member_of("member"), roles=roles)
    (site.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((one,)))


def come(site: Stage, browser: Browser, agency: SamlAgency, **said: str) -> int:
    """Sign the detective in while the agency says this besides; the status."""
    return int(browser.get(brought(site, answered(browser, agency, **said))).status_code)


@pytest.mark.parametrize("said", ["member", "member, agency-head", "records-custodian member"])
def test_roles_that_the_agency_does_not_confirm_are_not_there(site: Stage, agency: SamlAgency, said: str) -> None:
    """Listed as detective and supervisor, confirmed as detective: approvals are closed, and what is not listed stays so."""
    listed(site, "member", "supervisor")
    set_up(site, agency, roles_attribute="roles")
    with site.browser() as browser:
        assert come(site, browser, agency, roles=said) == 303
        assert browser.get("/questions").status_code == 200
        assert browser.get("/desk/approvals").status_code == 404
        assert browser.get("/desk/recalls").status_code == 404


def test_whose_training_the_agency_says_is_over_asks_nothing(site: Stage, agency: SamlAgency) -> None:
    """Though the list says 2030; a later day gives nothing, and no day signs nobody in."""
    set_up(site, agency, trained_until_attribute="trained")
    with site.browser() as browser:
        assert come(site, browser, agency, trained="2026-10-31") == 303
        assert "Your CJIS training ended Oct 31, 2026." in browser.get("/questions").text
        assert come(site, browser, agency, trained="2040-01-01") == 303
        assert "Your CJIS training lasts until Jan 1, 2030." in browser.get("/my-sign-in").text
        assert come(site, browser, agency, trained="yes") == 403


@pytest.mark.parametrize(("said", "status"), [("WA0990100", 303), ("WA0990200", 403), ("", 403)])
def test_the_ori_must_be_the_agencys(site: Stage, agency: SamlAgency, said: str, status: int) -> None:
    """A county's one sign-in, which says whose officer somebody is: those of another agency are not the listed member."""
    set_up(site, agency, ori_attribute="gfipm:2.0:user:EmployerORI")
    with site.browser() as browser:
        assert come(site, browser, agency, **{"gfipm:2.0:user:EmployerORI": said}) == status


def test_an_ori_of_before_is_none_today(site: Stage, agency: SamlAgency) -> None:
    """The day of the directory decides."""
    set_up(site, agency, ori_attribute="gfipm:2.0:user:EmployerORI")
    with site.browser() as browser:
        form = answered(browser, agency, **{"gfipm:2.0:user:EmployerORI": "WA0990100"})
        to = brought(site, form)
        today = site.site.agencies

        class Before(type(site.site)):  # type: ignore[misc]
            def agencies(self) -> object:
                (one,) = today()
                return (replace(one, oris=(replace(one.oris[0], last=date(2021, 1, 1)),)),)

        site.site = Before(**{one.name: getattr(site.site, one.name) for one in dataclasses.fields(site.site)})
        with site.browser() as other:
            other.cookies.update(browser.cookies)
            assert other.get(to).status_code == 403
    assert site.door.acts() == [(DETECTIVE, "failed")]


SWORN, TRAINED = "gfipm:2.0:user:SwornLawEnforcementOfficerIndicator", "gfipm:2.0:user:28CFRCertificationIndicator"


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({SWORN: "true", TRAINED: "true"}, 303),
        ({SWORN: "true", TRAINED: "false"}, 403),
        ({SWORN: "1", TRAINED: "true"}, 403),
        ({SWORN: "true"}, 403),
        ({}, 403),
    ],
)
def test_what_is_demanded_of_everybody_must_be_said(
    site: Stage, agency: SamlAgency, said: dict[str, str], status: int
) -> None:
    """A sworn officer, trained under 28 CFR Part 23; what is not said is not so."""
    demanded = (Demanded(attribute=SWORN, value="true"), Demanded(attribute=TRAINED, value="true"))
    set_up(site, agency, demanded=demanded)
    with site.browser() as browser:
        assert come(site, browser, agency, **said) == status


def test_pages_without_a_saml_provider_have_none_of_its_addresses(stage: Stage) -> None:
    """Nobody learns from them that the product could."""
    with stage.browser() as browser:
        assert browser.get("/saml/metadata").status_code == 404
        assert browser.get("/sign-in/saml/0").status_code == 404
        assert browser.post("/saml/acs", data={"SAMLResponse": "x"}).status_code == 404


def test_metadata_is_the_same_for_everybody_and_wants_assertions_signed(site: Stage, agency: SamlAgency) -> None:
    """A provider is set up with it, and ours was."""
    with site.browser() as browser:
        answer = browser.get("/saml/metadata")
    root = etree.fromstring(answer.content)
    assert root.get("entityID") == f"{ADDRESS}/saml/metadata"
    assert root[0].get("WantAssertionsSigned") == "true"
    assert answer.headers["cache-control"] == "public, max-age=300"


