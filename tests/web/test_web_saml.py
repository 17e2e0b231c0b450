"""Signing in by SAML 2.0, by a real provider: whom it names is signed in in the browser that asked, and nowhere else."""

from __future__ import annotations

import base64
import dataclasses
import zlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import etree
from msgspec.structs import replace
from saml_provider import (
    ASSERTION,
    SamlAgency,
    make_pair,
    opened,
    packed,
    saml_sign_in,
    signed_anew,
)
from saml_stage import (
    CLERK,
    DETECTIVE,
    PREFIX,
    PROTOCOL,
    SAML,
    Browser,
    answered,
    asking,
    brought,
    child,
    in_force,
    pages_of,
    renamed,
    running,
    set_up,
    stale,
)
from served_pages import free_port
from web_stage import ADDRESS, Stage, member_of

from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE
from comity.web.saml_settings import Demanded


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


# The way


def test_the_whole_way_signs_in_whoever_the_agency_names(site: Stage, agency: SamlAgency) -> None:
    """To the agency, its form, our page, and on to the page that was asked for; the log has it, the try's cookie is gone."""
    with site.browser() as browser:
        form = answered(browser, agency, at="?next=/questions?filter=held")
        answer = browser.get(brought(browser, form))
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


def test_the_request_says_who_asks_and_that_an_earlier_sign_in_does_not_count(
    site: Stage, agency: SamlAgency
) -> None:
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


PASSWORD = (
    "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # what the provider of these tests says
)
MFA = "https://refeds.org/profile/mfa"


@pytest.mark.parametrize(
    ("contexts", "factors"), [((), None), ((MFA,), None), ((MFA, PASSWORD), 2)], ids=["unset", "another", "said"]
)
def test_two_factors_are_what_the_settings_say_a_class_stands_for(
    site: Stage, agency: SamlAgency, contexts: tuple[str, ...], factors: int | None
) -> None:
    """Each is asked for; a class the settings do not name proves an unknown number (SAML 2.0 core, 2.7.2.2, 3.3.2.2.1)."""
    settings = site.site.settings
    provider = replace(settings.saml_providers[0], two_factor_contexts=contexts)
    site.site = dataclasses.replace(site.site, settings=replace(settings, saml_providers=(provider,)))
    with site.browser() as browser:
        sent = parse_qs(urlsplit(browser.get("/sign-in/saml/0").headers["location"]).query)["SAMLRequest"][0]
        root = etree.fromstring(zlib.decompress(base64.b64decode(sent), -15))
        assert tuple(one.text for one in root.iter(f"{SAML}AuthnContextClassRef")) == contexts
        browser.get(brought(browser, answered(browser, agency)))
    (session,) = site.site.sessions.of(DETECTIVE)
    assert session.factors == factors


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
                signed = to.replace(
                    "/sso?tenant=1&", "/sso?"
                )  # samlify signs the whole query, the standard ours alone
                form = strict.answer(signed, PREFIX + DETECTIVE)
                with pytest.raises(AssertionError):
                    strict.answer(signed.replace("RelayState=en", "RelayState=es"), PREFIX + DETECTIVE)
                assert other.get(brought(other, form)).status_code == 303


def test_a_provider_that_signs_its_whole_answer_too_is_believed(site: Stage, agency: SamlAgency) -> None:
    """Both signatures must hold: an assertion that is whole does not make up for an answer that is not."""
    with site.browser() as browser:
        root = opened(answered(browser, agency))
        form = packed({"RelayState": "en"}, etree.tostring(agency.pair.sign(root)))
        assert browser.get(brought(browser, form)).status_code == 303
        root = opened(answered(browser, agency))
        twice = agency.pair.sign(root)
        twice.set("Consent", "urn:oasis:names:tc:SAML:2.0:consent:obtained")
        assert browser.get(brought(browser, packed(form, etree.tostring(twice)))).status_code == 403


def test_a_session_that_locked_is_followed_by_a_new_one(site: Stage, agency: SamlAgency) -> None:
    """After thirty minutes, and where a grave act asks for it: the page that was open follows, and one session is left."""
    with site.browser() as browser:
        browser.get(brought(browser, answered(browser, agency)))
        (first,) = site.site.sessions.of(DETECTIVE)
        for minutes, asks in ((6, "/my-sign-in/add"), (31, "/my-sign-in")):
            site.clock.later(minutes)
            assert browser.get(asks).status_code == 303
            site.clock.later(-minutes)  # the provider's clock stands meanwhile
            answer = browser.get(brought(browser, answered(browser, agency, at=f"?next={asks}")))
            assert answer.headers["location"] == asks
            assert browser.get(asks).status_code == 200
    (last,) = site.site.sessions.of(DETECTIVE)
    assert last.id != first.id


def test_the_language_that_was_chosen_goes_along(site: Stage, agency: SamlAgency) -> None:
    """Over the provider and back, in which no cookie says it."""
    with site.browser() as browser:
        form = answered(browser, agency, "alder-police-nobody", at="?language=es")
        with site.browser() as elsewhere:
            assert "Su agencia respondió" in elsewhere.post("/saml/acs", data=form).text
        page = browser.get(brought(browser, form)).text
        assert 'lang="es"' in page
        assert "No funcionó." in page
        browser.get(brought(browser, answered(browser, agency, at="?language=es")))
        assert "Mis consultas" in browser.get("/questions").text


# Whose answer it is: login CSRF, fixation, replay, open redirect


def test_an_answer_nobody_asked_for_signs_nobody_in(site: Stage, agency: SamlAgency) -> None:
    """A provider that begins by itself: without a request, or with one that we never made."""
    with site.browser() as browser:
        form = answered(browser, agency)
        for asked in (None, "", "_made-up", "_token.1.0"):
            unasked = signed_anew(form, agency.pair, asking(asked))
            assert browser.get(brought(browser, unasked)).status_code == 403
        assert "was not asked for it" in site.told[-1]
    assert in_force(site) == 0


def test_login_csrf_somebody_elses_answer_signs_nobody_in(site: Stage, agency: SamlAgency) -> None:
    """A thief signs in as themselves and has our page lead another browser on: one that began nothing, and one that did."""
    with site.browser() as thief, site.browser() as bystander, site.browser() as victim:
        stolen = brought(thief, answered(thief, agency))
        assert bystander.get(stolen).status_code == 403
        assert victim.get("/sign-in/saml/0").status_code == 303
        assert victim.get(brought(thief, answered(thief, agency))).status_code == 403
        assert thief.get(stolen).status_code == 403  # it counts once, for whomever
    assert in_force(site) == 0


def test_the_address_where_answers_arrive_looks_at_no_cookie(site: Stage, agency: SamlAgency) -> None:
    """A provider of the same site brings them along: nobody is signed in there, nothing is touched, nobody's try fails."""
    with site.browser() as browser:
        browser.get(brought(browser, answered(browser, agency)))
        before = site.site.sessions.of(DETECTIVE)
        page = browser.post("/saml/acs", data={"SAMLResponse": "x"}, headers={"sec-fetch-site": "same-site"})
        assert (page.status_code, "Quill" in page.text) == (200, False)
        assert site.site.sessions.of(DETECTIVE) == before
    assert site.door.acts() == [(DETECTIVE, "signed-in")]


def test_session_fixation_a_session_set_beforehand_ends(site: Stage, agency: SamlAgency) -> None:
    """The token is new, and whoever was signed in is not any more."""
    with site.browser() as browser:
        browser.cookies.set("comity", "planted")
        answer = browser.get(brought(browser, answered(browser, agency)))
        assert "planted" not in answer.headers["set-cookie"]
        first = site.site.sessions.of(DETECTIVE)
        browser.cookies.delete("comity", domain="127.0.0.1")
    assert len(first) == 1


def test_replay_one_answer_and_one_request_count_once(site: Stage, agency: SamlAgency) -> None:
    """The same form again, its page opened again, and a second assertion that answers the same request."""
    with site.browser() as browser:
        form = answered(browser, agency)
        kept = dict(browser.cookies)
        to = brought(browser, form)
        assert browser.get(to).status_code == 303
        for again in (to, brought(browser, form), brought(browser, signed_anew(form, agency.pair, renamed))):
            browser.cookies.clear()
            for name, value in kept.items():
                browser.cookies.set(name, value)
            assert browser.get(again).status_code == 403
    assert in_force(site) == 1


def test_replay_a_second_form_before_the_first_is_used_counts_as_little(site: Stage, agency: SamlAgency) -> None:
    """Two of one assertion: one ticket; two assertions for one request: one session."""
    with site.browser() as browser:
        form = answered(browser, agency)
        first = brought(browser, form)
        assert "ticket" not in brought(browser, form)
        assert "came a second time" in site.told[-1]
        other = brought(browser, signed_anew(form, agency.pair, renamed))
        kept = dict(browser.cookies)
        assert browser.get(first).status_code == 303
        for name, value in kept.items():
            browser.cookies.set(name, value)
        assert browser.get(other).status_code == 403
    assert in_force(site) == 1


def test_a_ticket_waits_for_seconds(site: Stage, agency: SamlAgency) -> None:
    """Whoever finds the address in a history a minute later finds nothing."""
    with site.browser() as browser:
        to = brought(browser, answered(browser, agency))
        site.clock.later(0.5)
        assert browser.get(to).status_code == 403


def test_a_request_waits_ten_minutes(site: Stage, agency: SamlAgency) -> None:
    """As its cookie does."""
    with site.browser() as browser:
        to = browser.get("/sign-in/saml/0").headers["location"]
        site.clock.later(-10)
        form = agency.answer(to, PREFIX + DETECTIVE)
        assert "ticket" not in brought(browser, form)
        site.clock.later(10)
        assert "ticket" in brought(browser, form)
        site.clock.later(10)
        assert "ticket" not in brought(browser, signed_anew(form, agency.pair, renamed))


@pytest.mark.parametrize("following", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"])
def test_open_redirect_nobody_is_led_elsewhere(site: Stage, agency: SamlAgency, following: str) -> None:
    """Neither by the address that began it nor by what the provider's form says besides."""
    with site.browser() as browser:
        form = answered(browser, agency, at=f"?next={following}")
        to = brought(browser, {**form, "RelayState": following, "next": following})
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
        assert browser.get(brought(browser, form)).status_code == 403
    assert in_force(site) == 0


# Failed tries


def test_a_failed_try_at_an_open_desk_counts_and_the_fifth_locks_out(site: Stage, agency: SamlAgency) -> None:
    """Its browser alone knows which request failed; the same address in another browser counts against nobody."""
    with site.browser() as browser, site.browser() as other:
        browser.get(brought(browser, answered(browser, agency)))
        other.get(brought(other, answered(other, agency)))
        for left in ("4 tries", "3 tries", "2 tries", "1 try", "Locked after five failed tries"):
            to = brought(
                browser, signed_anew(answered(browser, agency), agency.pair, child("AuthnStatement", stale))
            )
            assert to.startswith("/sign-in/saml?failed=")
            failed_elsewhere = other.get(to)
            assert "tries left" not in failed_elsewhere.text
            assert left in browser.get(to).text
            assert "tries left" not in browser.get(to).text  # opened again it is the same try
        assert browser.get("/questions").status_code == 303
        assert browser.get(brought(browser, answered(browser, agency))).status_code == 403
    assert site.door.acts().count((DETECTIVE, "locked-out")) == 1


def test_leaving_the_agencys_page_without_signing_in_is_no_failed_try(site: Stage, agency: SamlAgency) -> None:
    """What a provider sends then has no assertion and another status."""

    def refused(root: etree._Element) -> None:
        root.find(f"{PROTOCOL}Status/{PROTOCOL}StatusCode").set(
            "Value", "urn:oasis:names:tc:SAML:2.0:status:Responder"
        )
        root.remove(root.find(ASSERTION))

    with site.browser() as browser:
        browser.get(brought(browser, answered(browser, agency)))
        for _ in range(6):
            root = opened(answered(browser, agency))
            refused(root)
            assert browser.get(brought(browser, packed({}, etree.tostring(root)))).status_code == 403
        assert browser.get("/my-sign-in").status_code == 200
    assert site.site.access.of(DETECTIVE).failed_ms == ()


def test_whom_the_node_does_not_have_is_not_signed_in(site: Stage, agency: SamlAgency) -> None:
    """The agency knows them; the node's list of members does not."""
    with site.browser() as browser:
        assert browser.get(brought(browser, answered(browser, agency, "alder-police-nobody"))).status_code == 403
    assert site.door.entered == []


def test_an_agency_signs_in_no_other_agencys_member(site: Stage, agency: SamlAgency) -> None:
    """Its sign-in, broken into, makes nobody of its neighbour; the try stands in the log under whom it named."""
    with site.browser() as browser:
        assert browser.get(brought(browser, answered(browser, agency, CLERK))).status_code == 403
    assert site.door.acts() == [(CLERK, "failed")]


# What is confirmed narrows


def listed(site: Stage, *roles: str) -> None:
    one = replace(member_of("member"), roles=roles)
    (site.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((one,)))


def come(site: Stage, browser: Browser, agency: SamlAgency, **said: str) -> int:
    """Sign the detective in while the agency says this besides; the status."""
    return int(browser.get(brought(browser, answered(browser, agency, **said))).status_code)


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
        to = brought(browser, form)
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
