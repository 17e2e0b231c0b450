"""Signing in by SAML in a real browser: a provider of another site, whose form brings no cookie of ours, and the way on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import LANGUAGES, Window, window
from playwright.sync_api import Browser
from saml_provider import MEMBER_ATTRIBUTE, SamlAgency, make_pair, saml_sign_in
from served_pages import HOST, free_port, served_node, served_pages

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.web.saml_settings import SamlProvider
from comity.web.settings import WebSettings
from comity.web.sign_in.saml.metadata import our_metadata, read_metadata
from comity.web.sign_in.saml.requests import read_signer, us
from comity.web.words import words_of

NAME = "Cedar Hollow Police"
DETECTIVE = "wa-police-detective"
BACK = "Back to where you came from"
PUT = "(page) => { document.querySelector('form').outerHTML = page.match(/<form[^]*<.form>/)[0]; }"


@pytest.fixture(scope="module")
def site(
    chromium: Browser, region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, SamlAgency]]:
    """The Washington node's pages, and its agency's sign-in at another site, set up with each other's metadata."""
    place: Path = tmp_path_factory.mktemp("saml")
    port, provider_port = free_port(), free_port()
    with served_node(region[1], "wa-node", place / "served") as node:
        make_pair().write(node, "saml")
        unknown = SamlProvider(
            name=NAME,
            entity_id="unknown",
            sign_in_at="https://unknown.example",
            certificates=(make_pair().text,),
            member_attribute=MEMBER_ATTRIBUTE,
            agencies=("wa-police",),
        )
        settings = WebSettings(
            address=f"http://{HOST}:{port}",
            host=HOST,
            port=port,
            saml_providers=(unknown,),
            saml_key="saml.key",
            saml_certificate="saml.pem",
        )
        asking = our_metadata(us(settings), read_signer(node, settings))
        with saml_sign_in(provider_port, asking, place) as agency:
            told = read_metadata(agency.metadata())
            provider = SamlProvider(
                name=NAME,
                entity_id=told.entity_id,
                sign_in_at=told.sign_in_at,
                certificates=told.certificates,
                member_attribute=MEMBER_ATTRIBUTE,
                agencies=("wa-police",),
            )
            known = {one: getattr(settings, one) for one in settings.__struct_fields__}
            with served_pages(node, WebSettings(**{**known, "saml_providers": (provider,)})) as address:
                yield address, agency


def at_the_agency(at: Window, agency: SamlAgency, language: str = "en") -> None:
    """From our page to the agency's, and who one is written there."""
    at.go(f"/sign-in?next=/questions&language={language}")
    at.page.get_by_role("link", name=words_of(language)("sign-in.with", name=NAME)).click()
    at.page.wait_for_url(agency.issuer + "/sso?*")
    at.page.get_by_label("Who are you?").fill(DETECTIVE)
    at.page.get_by_role("button", name="Go on").click()


@pytest.mark.parametrize("script", [True, False])
def test_the_whole_way_from_our_page_over_the_agency_and_back(
    chromium: Browser, site: tuple[str, SamlAgency], script: bool
) -> None:
    """With script and without: the page where the answer arrives leads on by itself, to where one was going."""
    address, agency = site
    with window(chromium, address, agency.issuer, java_script_enabled=script) as at:
        at_the_agency(at, agency)
        at.page.get_by_role("button", name=BACK).click()
        at.page.wait_for_url(address + "/questions")
        assert at.page.locator("h1").inner_text() == words_of("en")("questions.title")
        at.clean()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_where_an_answer_arrives_leads_on_by_hand_too(
    chromium: Browser, site: tuple[str, SamlAgency], language: str
) -> None:
    """Where a browser does not follow: the page is whole at every width, and its link is reached by keyboard."""
    address, agency = site
    t = words_of(language)
    with window(chromium, address, agency.issuer) as at:
        at_the_agency(at, agency, language)
        at.page.route("**/sign-in/saml?*", lambda route: route.fulfill(status=204))
        at.page.get_by_role("button", name=BACK).click()
        at.page.wait_for_url(address + "/saml/acs")
        assert t("sign-in.answered") in at.page.inner_text("main")
        at.look()
        at.page.unroute_all()
        at.press(t("sign-in.go-on"), "/questions")
        assert at.page.locator("h1").inner_text() == t("questions.title")


def test_login_csrf_a_thiefs_form_from_another_site_signs_nobody_in(
    chromium: Browser, site: tuple[str, SamlAgency]
) -> None:
    """Their own answer, sent by a victim's browser that had begun a sign-in of its own."""
    address, agency = site
    with window(chromium, address, agency.issuer) as thief, window(chromium, address, agency.issuer) as victim:
        at_the_agency(thief, agency)
        form = thief.page.content()
        at_the_agency(victim, agency)
        victim.page.evaluate(PUT, form)
        victim.page.get_by_role("button", name=BACK).click()
        victim.page.wait_for_url(address + "/sign-in/saml?*")
        assert words_of("en")("sign-in.failed") in victim.page.inner_text("main")
        assert [
            one["name"] for one in victim.page.context.cookies(address) if one["name"].startswith("comity-try")
        ]
        victim.go("/questions")
        assert "/sign-in" in victim.page.url
