"""What every response says to a browser, and what is served beside pages."""

from __future__ import annotations

import pytest
from web_stage import Stage, make_stage, sign_in

from comity.web.settings import Provider, WebSettings

SECURE = WebSettings(
    address="https://exchange.alder.example",
    host="127.0.0.1",
    port=8480,
    providers=(
        Provider(
            name="Alder",
            issuer="https://id.alder.example",
            client_id="comity",
            member_claim="member",
            agencies=("alder-police",),
        ),
    ),
)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/questions", "/no-such-page", "/assets/v1/css/comity.css"])
def test_every_response_carries_the_headers(stage: Stage, path: str) -> None:
    """Nothing in line, nothing from elsewhere, no frames, no guessing of types, no address told on."""
    with stage.browser() as browser:
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "server" not in headers


def test_only_what_is_the_same_for_everybody_may_be_kept(stage: Stage) -> None:
    """A public page may be kept by caches for minutes; one that somebody signed in sees, by nobody."""
    with stage.browser() as browser:
        assert browser.get("/").headers["cache-control"] == "public, max-age=300"
        assert browser.get("/sign-in").headers["cache-control"] == "no-store"
        assert browser.get("/no-such-page").headers["cache-control"] == "no-store"
        sign_in(browser)
        assert browser.get("/").headers["cache-control"] == "no-store"
        assert browser.get("/questions").headers["cache-control"] == "no-store"


def test_the_cookie_is_for_this_host_over_tls_and_no_script(tmp_path) -> None:  # type: ignore[no-untyped-def]
    """Under TLS the session's cookie is bound to the host, and the browser is told to come by TLS alone."""
    stage = make_stage(tmp_path / "node", SECURE)
    with stage.browser() as browser:
        assert "max-age" in browser.get("/").headers["strict-transport-security"]
        token = stage.site.sessions.begin("alder-police-detective", "test", stage.clock.at_ms, "en")
        browser.cookies.set("__Host-comity", token)
        value = stage.site.sessions.find(token, stage.clock.at_ms)
        assert value is not None
        answer = browser.post("/sign-out", data={"form": value.csrf})
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-comity=")
        for word in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert word in cookie


def test_assets_are_kept_for_ever_and_only_their_version_is_served(stage: Stage) -> None:
    """A browser asks once; another version's address, and a path that climbs out, lead nowhere."""
    with stage.browser() as browser:
        found = browser.get("/assets/v1/css/comity.css", headers={"accept-encoding": "gzip"})
        assert found.headers["cache-control"].endswith("immutable")
        assert found.headers["vary"] == "Accept-Encoding"
        assert found.headers["content-type"] == "text/css; charset=utf-8"
        assert browser.get("/assets/v2/css/comity.css").status_code == 404
        for path in ("/assets/v1/../settings.py", "/assets/v1/%2e%2e/settings.py", "/assets/v1//etc/passwd"):
            assert browser.get(path).status_code == 404


def test_a_page_in_spanish_says_so(stage: Stage) -> None:
    """The language is in the address of a public page, and stays with a session once it was chosen."""
    with stage.browser() as browser:
        assert '<html lang="es">' in browser.get("/?language=es").text
        assert '<html lang="en">' in browser.get("/?language=xx").text
        sign_in(browser)
        browser.get("/questions?language=es")
        assert "Mis consultas" in browser.get("/questions").text


def test_a_node_that_does_not_serve_is_said_with_the_remedy(stage: Stage) -> None:
    """Pages never open the store of a node that is not served."""
    with pytest.raises(Exception, match="comity node serve"):
        stage.site.door.ask(None, object)  # type: ignore[arg-type]
