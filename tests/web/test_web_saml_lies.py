"""Answers by SAML that are not whole: each a real one, edited, and signed again with the provider's own key or another."""

from __future__ import annotations

import base64
import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from msgspec.structs import replace
from saml_provider import (
    ASSERTION,
    SIGNATURE,
    SamlAgency,
    make_curve_pair,
    make_pair,
    opened,
    packed,
    signed_anew,
)
from saml_stage import (
    DETECTIVE,
    PREFIX,
    PROTOCOL,
    SAML,
    SETTINGS,
    Browser,
    Edit,
    answered,
    brought,
    child,
    gone,
    having,
    holding,
    in_force,
    pages_of,
    running,
    saying,
    set_up,
    stale,
    twice,
)
from signxml import DigestAlgorithm, SignatureMethod
from web_stage import Stage

# Lies: each a real answer, edited and signed again with the provider's own key
from comity.web.sign_in.oidc import NotSignedInError
from comity.web.sign_in.saml.believe import believe
from comity.web.sign_in.saml.message import read_message
from comity.web.sign_in.saml.requests import us
from comity.web.sign_in.saml.strict_xml import UnreadableXmlError

ELSEWHERE = "https://elsewhere.example/saml/acs"
CM = "urn:oasis:names:tc:SAML:2.0:cm:"


@pytest.fixture(scope="module")
def agency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SamlAgency]:
    """The agency's sign-in."""
    with running(tmp_path_factory.mktemp("idp")) as found:
        yield found


@pytest.fixture
def site(agency: SamlAgency, tmp_path: Path) -> Iterator[Stage]:
    """Pages that lead to it."""
    with pages_of(agency, tmp_path / "node") as stage:
        yield stage


LIES: dict[str, tuple[Edit, str]] = {  # what is done to it, and what the administrator reads
    "of another audience": (child("Audience", saying("https://elsewhere.example")), "(`Audience`)"),
    "of two audiences": (child("Audience", twice), "has 2 of `Audience`"),
    "of no audience": (child("AudienceRestriction", gone), "has 0 of `AudienceRestriction`"),
    "under no conditions": (child("Conditions", gone), "has 0 of `Conditions`"),
    "under a condition nobody knows": (child("Conditions", holding(SAML + "Condition")), "holds `Condition`"),
    "received elsewhere": (child("SubjectConfirmationData", having(Recipient=ELSEWHERE)), "(`Recipient`)"),
    "received nowhere": (child("SubjectConfirmationData", having(Recipient=None)), "(`Recipient`)"),
    "sent elsewhere": (having(Destination=ELSEWHERE), "(`Destination`)"),
    "sent nowhere": (having(Destination=None), "(`Destination`)"),
    "of no request, though its message is": (
        child("SubjectConfirmationData", having(InResponseTo=None)),
        "(`InResponseTo`)",
    ),
    "of another request than its message": (
        child("SubjectConfirmationData", having(InResponseTo="_other")),
        "(`InResponseTo`)",
    ),
    "confirmed by who sends it": (child("SubjectConfirmation", having(Method=CM + "sender-vouches")), "`bearer`"),
    "confirmed by a key": (child("SubjectConfirmation", having(Method=CM + "holder-of-key")), "`bearer`"),
    "confirmed in two ways": (child("SubjectConfirmation", twice), "has 2 of `SubjectConfirmation`"),
    "confirmed in no way": (child("SubjectConfirmation", gone), "has 0 of `SubjectConfirmation`"),
    "confirmed without an end": (child("SubjectConfirmationData", having(NotOnOrAfter=None)), "no time in UTC"),
    "confirmed with a beginning": (child("SubjectConfirmationData", having(NotBefore=-60)), "(`NotBefore`)"),
    "over": (child("SubjectConfirmationData", having(NotOnOrAfter=-90)), "(`NotOnOrAfter`)"),
    "over by its conditions": (child("Conditions", having(NotOnOrAfter=-90)), "(`NotOnOrAfter`)"),
    "never over by its conditions": (child("Conditions", having(NotOnOrAfter=None)), "no time in UTC"),
    "not yet": (child("Conditions", having(NotBefore=90)), "(`NotBefore`)"),
    "at a time of its own zone": (
        child("Conditions", having(NotOnOrAfter="2099-01-01T00:00:00+01:00")),
        "no time in UTC",
    ),
    "at no day there is": (child("Conditions", having(NotOnOrAfter="2099-02-30T00:00:00Z")), "no time in UTC"),
    "made long ago": (child("Assertion", having(IssueInstant=-3600)), "(`IssueInstant`)"),
    "made in the future": (child("Assertion", having(IssueInstant=90)), "(`IssueInstant`)"),
    "sent long ago": (having(IssueInstant=-3600), "(`IssueInstant`)"),
    "of somebody who signed in long ago": (child("AuthnStatement", stale), "(`AuthnInstant`)"),
    "of nobody who signed in": (child("AuthnStatement", gone), "has 0 of `AuthnStatement`"),
    "of two ways of signing in": (child("AuthnContextClassRef", twice), "several classes of authentication"),
    "of a sign-in that is over": (
        child("AuthnStatement", having(SessionNotOnOrAfter=-90)),
        "(`SessionNotOnOrAfter`)",
    ),
    "of another version": (child("Assertion", having(Version="1.1")), "is not of this provider"),
    "of an issuer by another kind of name": (
        child(
            "Assertion", lambda one: one[0].set("Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")
        ),
        "(`Issuer`)",
    ),
    "of another issuer than its message": (
        child("Assertion", lambda one: saying("https://elsewhere.example")(one[0])),
        "which one provider it is from",
    ),
    "without attributes": (child("AttributeStatement", gone), "has 0 of `AttributeStatement`"),
    "without the member": (child("Attribute", having(Name="another")), "has 0 attributes"),
    "with two members": (child("Attribute", twice), "has 2 attributes"),
    "with one member of two names": (child("AttributeValue", twice), "has not one value"),
    "with a member inside something": (child("AttributeValue", holding(SAML + "NameID")), "holds elements"),
    "with an encrypted attribute": (
        child("AttributeStatement", holding(SAML + "EncryptedAttribute")),
        "is encrypted",
    ),
    "with an encrypted name": (child("Subject", holding(SAML + "EncryptedID")), "is encrypted"),
    "with advice": (child("Assertion", holding(SAML + "Advice")), "holds `Advice`"),
    "with a decision": (child("Assertion", holding(SAML + "AuthzDecisionStatement")), "holds `AuthzDecision"),
    "with a member of no prefix": (child("AttributeValue", saying(DETECTIVE)), "(`member_prefix`)"),
    "with a prefix alone": (child("AttributeValue", saying(PREFIX)), "(`member_prefix`)"),
}


@pytest.mark.parametrize("lie", LIES)
def test_an_answer_that_is_not_whole_signs_nobody_in(site: Stage, agency: SamlAgency, lie: str) -> None:
    """One thing wrong with it, signed or not, and it says nothing; the person reads one sentence, the administrator which."""
    with site.browser() as browser:
        edit, told = LIES[lie]
        form = signed_anew(answered(browser, agency), agency.pair, edit)
        answer = browser.get(brought(browser, form))
        assert (answer.status_code, "comity=" in answer.headers.get("set-cookie", "")) == (403, False)
        assert "That did not work" in answer.text
    assert len(site.told) == 1
    assert "signs nobody in: " in site.told[0]
    assert told in site.told[0]
    assert DETECTIVE not in site.told[0]
    assert site.door.entered == []  # whose try it was nobody can say
    assert in_force(site) == 0


def test_the_same_way_without_a_lie_signs_in(site: Stage, agency: SamlAgency) -> None:
    """So that no lie above is refused for how it was made."""
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, lambda _: None)
        assert browser.get(brought(browser, form)).status_code == 303


@pytest.mark.parametrize("seconds", [-55, 55])
def test_clocks_may_differ_by_a_minute(site: Stage, agency: SamlAgency, seconds: int) -> None:
    """No more: `not yet` and `over` are a minute and a half off."""
    with site.browser() as browser:
        to = browser.get("/sign-in/saml/0").headers["location"]
        form = agency.answer(to, PREFIX + DETECTIVE)
        edit = having(NotBefore=seconds, NotOnOrAfter=seconds + 300)
        assert (
            browser.get(brought(browser, signed_anew(form, agency.pair, child("Conditions", edit)))).status_code
            == 303
        )


# Signatures


def refuses(site: Stage, browser: Browser, form: dict[str, str], told: str) -> None:
    """Nobody is signed in, and the administrator reads why."""
    assert browser.get(brought(browser, form)).status_code == 403
    assert in_force(site) == 0
    assert told in site.told[-1]


def test_an_assertion_without_a_signature_of_its_own_says_nothing(site: Stage, agency: SamlAgency) -> None:
    """Bare, or in an answer that is signed as a whole."""
    with site.browser() as browser:
        for whole in (False, True):
            root = opened(answered(browser, agency))
            gone(root.find(f"{ASSERTION}/{SIGNATURE}"))
            sent = agency.pair.sign(root) if whole else root
            refuses(
                site, browser, packed({}, etree.tostring(sent)), "is not signed; have the provider sign assertions"
            )


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


def test_an_assertion_is_remembered_to_the_last_second_it_is_taken_in(site: Stage, agency: SamlAgency) -> None:
    """At that second it is believed, at the next it is not; in between nothing is forgotten."""
    with site.browser() as browser:
        message = read_message(answered(browser, agency)["SAMLResponse"])
    provider, now_s = site.site.settings.saml_providers[0], site.clock.at_ms // 1000
    until_s = believe(message, provider, us(SETTINGS), now_s).until_s
    assert believe(message, provider, us(SETTINGS), until_s - 1).until_s == until_s
    with pytest.raises(NotSignedInError):
        believe(message, provider, us(SETTINGS), until_s)


@pytest.mark.parametrize(
    "how",
    [
        {"signature_algorithm": SignatureMethod.RSA_SHA512, "digest_algorithm": DigestAlgorithm.SHA512},
        {"signature_algorithm": SignatureMethod.SHA256_RSA_MGF1},
        {"signature_algorithm": SignatureMethod.ECDSA_SHA256},
    ],
    ids=str,
)
def test_what_other_providers_sign_with_is_believed(
    site: Stage, agency: SamlAgency, how: dict[str, object]
) -> None:
    """A longer hash, RSA-PSS, a curve."""
    pair = make_curve_pair() if "ECDSA" in str(how) else agency.pair
    set_up(site, SamlAgency(agency.issuer, pair))
    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), pair, lambda _: None, **how)
        assert browser.get(brought(browser, form)).status_code == 303


def test_a_signature_with_namespaces_that_values_name_is_believed(site: Stage, agency: SamlAgency) -> None:
    """As OpenSAML signs: `xs` counts, though only the text `xs:string` names it; signed without signxml."""
    with site.browser() as browser:
        root = opened(answered(browser, agency))
        gone(root.find(f"{ASSERTION}/{SIGNATURE}"))
        agency.pair.sign_by_hand(root.find(ASSERTION), ["xs"])
        raw = etree.tostring(root)
        assert b'PrefixList="xs"' in raw
        changed = raw.replace(
            b'xmlns:xs="http://www.w3.org/2001/XMLSchema"', b'xmlns:xs="http://elsewhere.example"', 1
        )
        assert changed != raw
        refuses(site, browser, packed({}, changed), "not signed by a certificate")
        assert browser.get(brought(browser, packed({}, raw))).status_code == 303


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
    provider = replace(site.site.settings.saml_providers[0], certificates=(following.text, agency.pair.text))
    site.site = dataclasses.replace(site.site, settings=replace(SETTINGS, saml_providers=(provider,)))
    with site.browser() as browser:
        for pair in (agency.pair, following):
            form = signed_anew(answered(browser, agency), pair, lambda _: None)
            assert browser.get(brought(browser, form)).status_code == 303


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
    ("wrap", "told"),
    [
        (wrap_beside, "has 2 of `Assertion`"),
        (wrap_inside, "a signature stands where none is wanted"),
        (wrap_in_signature, "its signature is not of the element it stands in"),
        (wrap_in_extensions, "holds `Extensions`"),
        (wrap_the_answer, "holds `Extensions`"),
        (wrap_with_its_id, "two of its elements have one ID"),
    ],
)
def test_signature_wrapping_signs_nobody_in(site: Stage, agency: SamlAgency, wrap: Edit, told: str) -> None:
    """A signed assertion stands somewhere in the message, and another that nobody signed where it is looked for."""
    with site.browser() as browser:
        root = opened(answered(browser, agency))
        wrap(root)
        refuses(site, browser, packed({}, etree.tostring(root)), told)
    assert site.door.entered == []


def test_a_signature_by_another_way_than_samls_is_refused(site: Stage, agency: SamlAgency) -> None:
    """Of no element by name, and with comments counted in."""
    for reference, method in (("", None), (None, "http://www.w3.org/2001/10/xml-exc-c14n#WithComments")):
        with site.browser() as browser:
            root = opened(answered(browser, agency))
            if reference is not None:
                next(root.iter("{http://www.w3.org/2000/09/xmldsig#}Reference")).set("URI", reference)
            else:
                next(root.iter("{http://www.w3.org/2000/09/xmldsig#}CanonicalizationMethod")).set(
                    "Algorithm", method
                )
            refuses(site, browser, packed({}, etree.tostring(root)), "its signature is")


# XML


def test_no_change_of_one_place_makes_an_answer_say_somebody_else(site: Stage, agency: SamlAgency) -> None:
    """Wherever something is put into a real answer or taken out of it, it says what it said, or nothing."""
    with site.browser() as browser:
        raw = base64.b64decode(answered(browser, agency)["SAMLResponse"])
    provider, who, now_s = site.site.settings.saml_providers[0], us(SETTINGS), site.clock.at_ms // 1000

    def said(sent: bytes) -> object:
        message = read_message(base64.b64encode(sent).decode())
        return believe(message, provider, who, now_s).said

    whole = said(raw)

    @given(
        place=st.integers(0, len(raw) - 1),
        out=st.integers(0, 40),
        into=st.sampled_from(
            [b"", b"x", b"<!---->", b"<x/>", b"&amp;", b'" x="', DETECTIVE.encode(), b" ", b"</x>"]
        ),
    )
    @settings(max_examples=150)
    def hold(place: int, out: int, into: bytes) -> None:
        try:
            found = said(raw[:place] + into + raw[place + out :])
        except (UnreadableXmlError, NotSignedInError):
            return
        assert found == whole

    hold()


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


def test_an_answer_of_a_stranger_is_none(site: Stage, agency: SamlAgency) -> None:
    """Whole, signed, and from nobody the settings name."""

    def strange(root: etree._Element) -> None:
        for one in root.iter(f"{SAML}Issuer"):
            one.text = "https://elsewhere.example"

    with site.browser() as browser:
        form = signed_anew(answered(browser, agency), agency.pair, strange)
        refuses(site, browser, form, "from no provider of the settings")


def test_another_encoding_and_crowds_are_not_read(site: Stage, agency: SamlAgency) -> None:
    """Latin letters in other bytes, thousands of elements, hundreds of attributes and of roles."""

    def crowd(root: etree._Element) -> None:
        statement = next(root.iter(f"{SAML}AttributeStatement"))
        for number in range(301):
            etree.SubElement(statement, f"{SAML}Attribute", Name=f"other-{number}")

    set_up(site, agency, roles_attribute="roles")
    with site.browser() as browser:
        form = answered(browser, agency, roles="x " * 501)
        refuses(site, browser, form, "more than 500 roles")
        refuses(site, browser, signed_anew(form, agency.pair, crowd), "more than 300 attributes")
        latin = etree.tostring(opened(form), encoding="ISO-8859-1")
        refuses(site, browser, packed(form, latin), "not written in UTF-8")
        full = etree.tostring(opened(form)).replace(b"</samlp:Response>", b"<x/>" * 5_001 + b"</samlp:Response>")
        refuses(site, browser, packed(form, full), "more than 5000 elements")
        refuses(site, browser, packed(form, b"<x>" + b" " * 200_000 + b"</x>"), "more than 200000 bytes")


@pytest.mark.parametrize("sent", ["", "no base64!", base64.b64encode(b"<x/>").decode(), "A" * 400_000])
def test_what_is_no_answer_is_none(site: Stage, sent: str) -> None:
    """Nothing, something else, and too much of it."""
    with site.browser() as browser:
        refuses(site, browser, {"SAMLResponse": sent}, "an answer by SAML signs nobody in")
