"""Access tokens of an agency's own sign-in, a real one: a system asks in the name of whoever signed in there, or not."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from provider import BACK, CLERK, CLIENT, DETECTIVE, SECRET, Agency, site_of
from test_web_session_law import TWO_FACTORS
from web_stage import ADDRESS, Stage

VERIFIER = "of-a-system-of-the-agencys-own-0123456789abcdef"
OURS = f"{ADDRESS}/api"


@pytest.fixture
def site(agency: Agency, tmp_path: Path) -> Iterator[Stage]:
    """A site whose API takes its tokens, and needs no secret for it."""
    with site_of(agency, tmp_path / "node") as stage:
        yield stage


def access_token(agency: Agency, who: str, audience: str = OURS, kind: str = "access_token") -> str:
    """A token that a system gets when its member signs in: authorization code with PKCE and a resource (RFC 8707)."""
    challenge = base64.urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": CLIENT,
        "redirect_uri": BACK,
        "scope": "openid",
        "resource": audience,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
        "max_age": "0",
    }
    back = agency.sign_in(f"{agency.issuer}/auth?{urlencode(asked)}", who)
    given = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back).query)["code"][0],
        "redirect_uri": BACK,
        "code_verifier": VERIFIER,
        "resource": audience,
    }
    answer = httpx.post(f"{agency.issuer}/token", data=given, auth=(CLIENT, SECRET))
    return str(answer.json()[kind])


def asked(stage: Stage, token: str, verb: str = "my-questions") -> Any:
    """What the API answers to a token."""
    with stage.browser() as browser:
        return browser.post(f"/api/{verb}", json={}, headers={"authorization": f"Bearer {token}"})


def test_a_system_asks_in_the_name_of_whoever_signed_in(site: Stage, agency: Agency) -> None:
    """One sign-in is entered for the token, however often it is used; it is of now for what is grave."""
    token = access_token(agency, DETECTIVE)
    assert asked(site, token).json() == []
    assert asked(site, token).status_code == 200
    assert [(one.member, one.told.means) for one in site.door.entered] == [
        (DETECTIVE, f"access-token of {CLIENT}")
    ]
    keeper = access_token(agency, "alder-police-custodian")
    assert asked(site, keeper, "decide-held").status_code == 400  # it lacks what is decided, and not the sign-in


def test_a_token_whose_session_the_law_refuses_reads_the_rule_and_begins_none(site: Stage, agency: Agency) -> None:
    """What it proves is told as it says it: no factors of which it does not speak, and how long ago its member signed in."""
    token = access_token(agency, DETECTIVE)
    site.door.refuses = (TWO_FACTORS,)
    answer = asked(site, token)
    assert (answer.status_code, answer.json()["type"]) == (403, "/api#session-refused")
    assert "us/CJ-13" in answer.json()["detail"]
    assert site.site.sessions.of(DETECTIVE) == ()
    known = site.door.entered[0].known
    assert (known.factors, known.idle_ms, known.failures) == (None, 0, 0)
    assert known.age_ms is not None
    assert known.age_ms < 60_000
    site.door.refuses = ()
    assert asked(site, token).status_code == 200


def test_a_token_for_another_is_none(site: Stage, agency: Agency) -> None:
    """Neither one made for another site, nor one of a member whom this issuer may not name, nor one of nobody here."""
    for token in (
        access_token(agency, DETECTIVE, "https://elsewhere.example/api"),
        access_token(agency, CLERK),
        access_token(agency, "alder-police-nobody"),
    ):
        assert asked(site, token).status_code == 401
    assert site.door.entered == []


def test_a_token_ends_when_it_says_and_when_its_session_is_ended(site: Stage, agency: Agency) -> None:
    """A session that was ended is not begun again by the token that began it."""
    token = access_token(agency, DETECTIVE)
    assert asked(site, token).status_code == 200
    site.site.sessions.end_all_of(DETECTIVE)
    assert asked(site, token).status_code == 401
    another = access_token(agency, DETECTIVE)
    assert asked(site, another).status_code == 200
    site.clock.later(minutes=11)
    assert asked(site, another).status_code == 401


def test_an_id_token_and_a_changed_token_are_none(site: Stage, agency: Agency) -> None:
    """What was made for the pages' own sign-in asks nothing here, and no byte may differ."""
    token = access_token(agency, DETECTIVE)
    head, claims, signature = token.split(".")
    other_kind = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
    turned = "A" if signature[5] != "A" else "B"
    for changed in (
        access_token(agency, DETECTIVE, kind="id_token"),
        f"{head}.{claims}.",
        f"{other_kind}.{claims}.",
        f"{head}.{claims}.{signature[:5]}{turned}{signature[6:]}",
        f"{head}.{claims[:-4]}AAAA.{signature}",
        "a.b.c",
        "..",
    ):
        assert asked(site, changed).status_code == 401
    assert site.door.entered == []


def test_where_the_log_is_full_a_token_begins_nothing(site: Stage, agency: Agency) -> None:
    """As a sign-in."""
    site.door.full = True
    assert asked(site, access_token(agency, DETECTIVE)).status_code == 503
