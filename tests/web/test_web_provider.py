"""Signing in by an agency's own sign-in, a real one: what it says is believed whole or not at all."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from provider import CLERK, DETECTIVE, SECRET, Agency, site_of
from served_pages import free_port
from web_stage import Stage, make_stage, member_of

from comity.model.canon import canonical_bytes
from comity.node.desk_requests import MyQuestions
from comity.node.local import Narrowed
from comity.settings import MEMBERS_FILE

LIES = (
    "nonce",
    "no-nonce",
    "audience",
    "audiences",
    "issuer",
    "expired",
    "future",
    "no-times",
    "stale",
    "no-auth-time",
    "unsigned",
    "symmetric",
    "another-key",
    "altered",
    "missing-claim",
    "claim-of-two",
)


@pytest.fixture
def site(agency: Agency, tmp_path: Path) -> Iterator[Stage]:
    """Pages that lead to it, which keep the client's secret."""
    with site_of(agency, tmp_path / "node", SECRET) as stage:
        yield stage


def test_the_whole_way_signs_in_whoever_the_agency_names(site: Stage, agency: Agency) -> None:
    """To the agency, back, and on to the page that was asked for; the log has it, the cookie of the try is gone."""
    with site.browser() as browser:
        to = browser.get("/sign-in/agency/0?next=/questions?filter=held").headers["location"]
        asked = parse_qs(urlsplit(to).query)
        assert (asked["code_challenge_method"], asked["prompt"], asked["max_age"]) == (["S256"], ["login"], ["0"])
        answer = browser.get(agency.sign_in(to, DETECTIVE))
        assert (answer.status_code, answer.headers["location"]) == (303, "/questions?filter=held")
        assert 'comity-try=""' in answer.headers["set-cookie"]
        assert browser.get("/questions").status_code == 200
    assert site.door.acts() == [(DETECTIVE, "signed-in")]


@pytest.mark.parametrize("kind", LIES)
def test_a_token_that_is_not_whole_signs_nobody_in(site: Stage, agency: Agency, kind: str) -> None:
    """One thing wrong with it, and it says nothing; the person reads one sentence, the administrator which."""
    with site.browser() as browser:
        back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE)
        agency.lie(kind)
        answer = browser.get(back)
        assert (answer.status_code, "comity=" in answer.headers.get("set-cookie", "")) == (403, False)
        assert "That did not work" in answer.text
        assert "Alder Police" not in answer.text.split("<form")[0].split("usa-alert")[1].split("</div>")[0]
    assert site.told[-1].startswith("the token of `Alder Police`")
    assert site.site.sessions.of(DETECTIVE) == ()
    assert site.door.entered == []  # whose try it was nobody can say


def test_whom_the_node_does_not_have_is_not_signed_in(site: Stage, agency: Agency) -> None:
    """The agency knows them; the node's list of members does not."""
    with site.browser() as browser:
        back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], "alder-police-nobody")
        assert browser.get(back).status_code == 403
    assert site.door.entered == []


def test_an_agency_signs_in_no_other_agencys_member(site: Stage, agency: Agency) -> None:
    """Its sign-in, broken into, makes nobody of its neighbour; the try stands in the log under whom it named."""
    with site.browser() as browser:
        back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], CLERK)
        assert browser.get(back).status_code == 403
    assert site.door.acts() == [(CLERK, "failed")]
    assert site.site.sessions.of(CLERK) == ()


@pytest.mark.parametrize("change", ["state", "no-state", "code", "issuer", "no-try", "twice", "error"])
def test_an_answer_that_is_not_of_this_try_signs_nobody_in(site: Stage, agency: Agency, change: str) -> None:
    """Another's state or code, another issuer's answer (RFC 9207), a browser that began no try, an answer sent again."""
    with site.browser() as browser:
        back = urlsplit(agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE))
        told = {name: value[0] for name, value in parse_qs(back.query).items()}
        match change:
            case "state" | "code":
                told[change] = "of-another-try"
            case "no-state":
                del told["state"]
            case "issuer":
                told["iss"] = "https://elsewhere.example"
            case "no-try":
                browser.cookies.clear()
            case "twice":
                kept = dict(browser.cookies)
                assert browser.get(f"/sign-in/back?{urlencode(told)}").status_code == 303
                browser.cookies.clear()
                for name, value in kept.items():
                    browser.cookies.set(name, value)
            case "error":
                told = {"state": told["state"], "error": "access_denied"}
        answer = browser.get(f"/sign-in/back?{urlencode(told)}")
        assert answer.status_code == 403
        assert "That did not work" in answer.text
    assert len(site.site.sessions.of(DETECTIVE)) == (1 if change == "twice" else 0)


def test_a_try_that_fails_at_an_open_desk_is_entered(site: Stage, agency: Agency) -> None:
    """Who is signed in and fails to sign in again is known, and stays signed in as before."""
    with site.browser() as browser:
        browser.get(agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE))
        back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE)
        agency.lie("stale")
        assert browser.get(back).status_code == 403
        assert browser.get("/questions").status_code == 200
    assert site.door.acts() == [(DETECTIVE, "signed-in"), (DETECTIVE, "failed")]


def test_the_language_that_was_chosen_goes_along(site: Stage, agency: Agency) -> None:
    """Who chose Spanish before signing in reads Spanish after, whether it worked or not."""
    with site.browser() as browser:
        back = agency.sign_in(
            browser.get("/sign-in/agency/0?language=es").headers["location"], "alder-police-nobody"
        )
        page = browser.get(back).text
        assert "No funcionó." in page
        assert '<html lang="es">' in page
        browser.get(agency.sign_in(browser.get("/sign-in/agency/0?language=es").headers["location"], DETECTIVE))
        assert "Mis consultas" in browser.get("/questions").text


def confirming(site: Stage, roles: str = "roles", trained: str = "") -> None:
    """From now on the settings name the claims that confirm roles and training."""
    provider = replace(site.site.settings.providers[0], roles_claim=roles, trained_until_claim=trained)
    site.site = dataclasses.replace(site.site, settings=replace(site.site.settings, providers=(provider,)))


def list_detective(site: Stage, *roles: str) -> None:
    """List the detective with these roles."""
    listed = replace(member_of("member"), roles=roles)
    (site.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((listed,)))


def come(site: Stage, browser: TestClient, agency: Agency, **claims: object) -> int:  # type: ignore[type-arg]
    """Sign the detective in while the agency says this besides; the status."""
    back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE)
    agency.lie(json.dumps(claims))
    return int(browser.get(back).status_code)


@pytest.mark.parametrize("said", [["member"], "member, agency-head", ["records-custodian", "member"]])
def test_roles_that_the_agency_does_not_confirm_are_not_there(site: Stage, agency: Agency, said: object) -> None:
    """Listed as detective and supervisor, confirmed as detective: approvals are closed, and what is not listed stays so."""
    list_detective(site, "member", "supervisor")
    confirming(site)
    with site.browser() as browser:
        assert come(site, browser, agency, roles=said) == 303
        assert browser.get("/questions").status_code == 200
        assert browser.get("/desk/approvals").status_code == 404
        assert browser.get("/desk/recalls").status_code == 404
        assert "/desk/approvals" not in browser.get("/my-sign-in").text


def test_the_node_is_told_how_far_the_member_is_confirmed(site: Stage, agency: Agency) -> None:
    """Whatever a page lets through, the node decides for the roles that were confirmed and the day that comes first."""
    list_detective(site, "member", "supervisor")
    confirming(site, trained="trained")
    asked: list[Narrowed] = []
    with site.browser() as browser:
        assert come(site, browser, agency, roles=["member"], trained="2026-12-31") == 303
        answers = site.door.ask
        site.door.ask = lambda request, *rest: (
            asked.append(request),
            answers(MyQuestions(member=DETECTIVE), *rest),
        )[1]
        assert browser.get("/questions").status_code == 200
    assert {(one.member, one.roles, one.trained_until) for one in asked if isinstance(one, Narrowed)} == {
        (DETECTIVE, ("member",), date(2026, 12, 31))
    }


def test_whose_training_the_agency_says_is_over_asks_nothing(site: Stage, agency: Agency) -> None:
    """Though the list says 2030; and a later day than listed gives nothing."""
    list_detective(site, "member")
    confirming(site, roles="", trained="gfipm:2.0:user:TrainingExpirationDate")
    with site.browser() as browser:
        assert come(site, browser, agency, **{"gfipm:2.0:user:TrainingExpirationDate": "2026-10-31"}) == 303
        assert "Your CJIS training ended Oct 31, 2026." in browser.get("/questions").text
        assert come(site, browser, agency, **{"gfipm:2.0:user:TrainingExpirationDate": "2040-01-01"}) == 303
        assert "Your CJIS training lasts until Jan 1, 2030." in browser.get("/my-sign-in").text


@pytest.mark.parametrize("claims", [{}, {"roles": 7}, {"roles": ["auditor"]}, {"roles": []}, {"roles": [1]}])
def test_whoever_is_confirmed_in_no_role_is_not_signed_in(
    site: Stage, agency: Agency, claims: dict[str, object]
) -> None:
    """A claim that is missing, is no list, or names nothing that is listed: nobody, and the administrator reads why."""
    list_detective(site, "member")
    confirming(site)
    with site.browser() as browser:
        assert come(site, browser, agency, **claims) == 403
        assert browser.get("/questions").status_code == 303
    assert "roles" in site.told[-1] or "role" in site.told[-1]


def test_five_failed_tries_at_an_open_desk_lock_its_member_out(site: Stage, agency: Agency) -> None:
    """Signing in again counts where it is known whose tries they are; the provider's own tries are its own."""
    with site.browser() as browser:
        assert come(site, browser, agency) == 303
        for left in ("4 tries", "3 tries", "2 tries", "1 try", "Locked after five failed tries"):
            back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], DETECTIVE)
            agency.lie("stale")
            assert left in browser.get(back).text
        assert browser.get("/questions").status_code == 303
        assert come(site, browser, agency) == 403
    assert site.door.acts().count((DETECTIVE, "locked-out")) == 1


def test_leaving_the_agencys_page_without_signing_in_is_no_failed_try(site: Stage, agency: Agency) -> None:
    """Whoever presses its "cancel" five times is not locked out."""
    with site.browser() as browser:
        assert come(site, browser, agency) == 303
        for _ in range(6):
            to = browser.get("/sign-in/agency/0").headers["location"]
            state = parse_qs(urlsplit(to).query)["state"][0]
            assert browser.get(f"/sign-in/back?error=access_denied&state={state}").status_code == 403
        assert browser.get("/my-sign-in").status_code == 200
    assert site.site.access.of(DETECTIVE).failed_ms == ()


def test_another_agencys_provider_locks_nobody_out(site: Stage, agency: Agency) -> None:
    """It may name a member of its neighbour as often as it likes: that is entered, and does nothing to them."""
    with site.browser() as browser:
        for _ in range(7):
            back = agency.sign_in(browser.get("/sign-in/agency/0").headers["location"], CLERK)
            assert browser.get(back).status_code == 403
    assert site.site.access.of(CLERK).locked_ms == 0


def test_a_provider_that_is_away_is_said(site: Stage, tmp_path: Path) -> None:
    """Nobody goes anywhere; the page says what to do."""
    away = replace(site.site.settings.providers[0], issuer=f"http://127.0.0.1:{free_port()}")
    stage = make_stage(tmp_path / "other", replace(site.site.settings, providers=(away,)))
    with stage.site.client, stage.browser() as browser:
        answer = browser.get("/sign-in/agency/0")
        assert answer.status_code == 503
        assert "does not answer" in answer.text
