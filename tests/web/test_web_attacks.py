"""Attacks on the pages, by their names: each as somebody would try it, and what comes of it.

In a real browser: `test_web_browser_attacks.py`. Which requirement each is of: `docs/asvs.md`.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from msgspec.structs import replace
from web_stage import ADDRESS, ROLES, Opened, Stage, make_stage, member_of, sign_in

import comity
from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE
from comity.web.over_http import Pages
from comity.web.routes import ROUTES, Route, Who
from comity.web.settings import Provider, WebSettings
from comity.web.sign_in.access import Passkey

EVIL = "https://elsewhere.example"
SCRIPT = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
BREAKS = "x\r\nSet-Cookie: stolen=1\r\n\r\n<b>"
WRITING = [one for one in ROUTES if one.method != "GET" and not one.from_elsewhere]
READING = [one for one in ROUTES if one.method == "GET"]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def address_of(route: Route, part: str = "1") -> str:
    """An address of a route, every open part of it the same."""
    return re.sub(r"\{\w+:str\}", part, route.path).replace("{number:int}", "0")


@pytest.fixture
def everybody(stage: Stage) -> Stage:
    """A stage whose detective has every role, so that no attack fails for want of one."""
    give_every_role(stage)
    return stage


@pytest.fixture(scope="module")
def table(opened: Opened) -> Opened:
    """The same for a table of routes."""
    give_every_role(opened.stage)
    return opened


def give_every_role(stage: Stage) -> None:
    member = replace(member_of("member"), roles=(*ROLES, "agency-administrator", "node-administrator"))
    (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((member,)))


# CSRF (CWE-352)


@pytest.mark.parametrize("route", WRITING, ids=named)
def test_csrf_every_address_that_changes_something_refuses_a_form_from_elsewhere(
    table: Opened, route: Route
) -> None:
    """Signed in by every role, a moment ago: without the session's value nothing is done, nor with it from another site."""
    browser, stage = table.anew(), table.stage
    value = sign_in(browser)
    before = (len(stage.door.entered), stage.site.sessions.of("alder-police-detective"))
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        answer = browser.post(address_of(route), data={"form": value, "post": "detective"}, headers=headers)
        assert (answer.status_code, "not from this page" in answer.text) == (403, True)
    if Who.ANYONE not in route.who:
        for form in ({}, {"form": "guessed"}, {"form": ""}):
            assert browser.post(address_of(route), data=form).status_code == 403
    assert (len(stage.door.entered), stage.site.sessions.of("alder-police-detective")) == before


def test_csrf_one_address_alone_takes_another_sites_form_and_knows_nobody_there(everybody: Stage) -> None:
    """That of answers by SAML: with a session's cookie and value nothing is done, and the page is one for nobody."""
    assert [named(one) for one in ROUTES if one.from_elsewhere] == ["POST /saml/acs"]
    with everybody.browser() as browser:
        value = sign_in(browser)
        before = everybody.site.sessions.of("alder-police-detective")
        answer = browser.post("/saml/acs", data={"form": value}, headers={"sec-fetch-site": "cross-site"})
        assert (answer.status_code, "set-cookie" in answer.headers) == (404, False)
        assert "Sign out" not in answer.text
        assert everybody.site.sessions.of("alder-police-detective") == before
    assert everybody.door.acts() == [("alder-police-detective", "signed-in")]


@pytest.mark.parametrize("route", READING, ids=named)
def test_csrf_no_address_that_only_shows_takes_a_form(table: Opened, route: Route) -> None:
    """What changes something is never behind a link."""
    if any(one.path == route.path for one in WRITING):
        return
    browser = table.anew()
    value = sign_in(browser)
    assert browser.post(address_of(route), data={"form": value}).status_code == 404


def test_csrf_a_form_needs_its_sessions_own_value(stage: Stage) -> None:
    """A form from elsewhere does nothing, signed in or not (CSRF)."""
    with stage.browser() as browser:
        value = sign_in(browser)
        assert browser.post("/sign-out").status_code == 403
        assert browser.post("/sign-out", data={"form": "guessed"}).status_code == 403
        assert browser.get("/questions").status_code == 200
        assert browser.post("/sign-out", data={"form": value}).status_code == 303
        assert browser.get("/questions").status_code == 303


def test_csrf_a_form_that_the_browser_says_comes_from_elsewhere_does_nothing(stage: Stage) -> None:
    """Even one that somebody gave our value to, and the sign-in, which has none (login CSRF)."""
    with stage.browser() as browser:
        value = sign_in(browser)
        for site in ("cross-site", "same-site"):
            answer = browser.post("/sign-out", data={"form": value}, headers={"sec-fetch-site": site})
            assert answer.status_code == 403
            answer = browser.post(
                "/sign-in/demonstration", data={"post": "custodian"}, headers={"sec-fetch-site": site}
            )
            assert answer.status_code == 403


# Clickjacking (CWE-1021)


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/questions", "/my-sign-in", "/no-such-page", "/verify", "/locked"]
)
def test_clickjacking_no_page_is_shown_inside_another(stage: Stage, path: str) -> None:
    """By both headers, on every kind of page, also where there is none."""
    with stage.browser() as browser:
        sign_in(browser)
        headers = browser.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


# Open redirect (CWE-601)


@pytest.mark.parametrize(
    "following",
    [
        EVIL,
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:alert(1)",
        "/x\r\nSet-Cookie: a=b",
        "/%0d%0aa: b@",
    ],
)
def test_open_redirect_after_the_sign_in_nobody_is_led_elsewhere(stage: Stage, following: str) -> None:
    """An address of another site, or one that would break a header, is not gone to (CWE-601, CWE-113)."""
    with stage.browser() as browser:
        answer = browser.post("/sign-in/demonstration", data={"post": "detective", "next": following})
        assert answer.status_code == 303
        assert answer.headers["location"] == "/questions"


@pytest.mark.parametrize(
    "following", [EVIL, "//elsewhere.example", "/\\elsewhere.example", "https:elsewhere.example"]
)
def test_open_redirect_neither_lock_nor_staying_leads_elsewhere(stage: Stage, following: str) -> None:
    """Every other place that is told where to go next."""
    with stage.browser() as browser:
        value = sign_in(browser)
        assert browser.get("/locked", params={"next": following}).headers["location"] == "/questions"
        answer = browser.post("/stay", data={"form": value, "next": following})
        assert answer.headers["location"] == "/questions"
        assert following not in browser.get("/sign-in", params={"next": following}).text
        answer = browser.post("/locked", data={"form": value, "next": following})
        assert answer.headers["location"] == "/locked"


# Session fixation (CWE-384)


def test_session_fixation_a_token_set_beforehand_is_worth_nothing(stage: Stage) -> None:
    """Signing in makes a new token, whatever cookie came with it (session fixation)."""
    with stage.browser() as browser:
        browser.cookies.set("comity", "planted")
        answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert "planted" not in answer.headers["set-cookie"]
        assert stage.site.sessions.find("planted", stage.clock.at_ms) is None
        first = browser.cookies.get("comity", domain="127.0.0.1")
        browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert first is None or stage.site.sessions.find(first, stage.clock.at_ms) is None


def test_session_fixation_a_token_in_an_address_or_a_form_is_none(stage: Stage) -> None:
    """Only the cookie is looked at, so that no link can carry a session."""
    token = stage.site.sessions.begin("alder-police-detective", "test", stage.clock.at_ms, "en")
    with stage.browser() as browser:
        assert browser.get(f"/questions?comity={token}&token={token}").status_code == 303
        assert browser.get("/questions", headers={"authorization": f"Bearer {token}"}).status_code == 303


def test_session_fixation_over_tls_no_other_host_can_set_the_cookie(tmp_path: Path) -> None:
    """Its name binds it to this host, whatever a neighbour of the same domain sets (RFC 6265bis, 4.1.3.2)."""
    provider = Provider(
        name="Alder",
        issuer="https://id.alder.example",
        client_id="comity",
        member_claim="m",
        agencies=("alder-police",),
    )
    settings = WebSettings(
        address="https://exchange.alder.example", host="127.0.0.1", port=8480, providers=(provider,)
    )
    stage = make_stage(tmp_path / "node", settings)
    token = stage.site.sessions.begin("alder-police-detective", "test", stage.clock.at_ms, "en")
    with stage.browser() as browser:
        browser.cookies.set("comity", token)
        assert browser.get("/questions").status_code == 303
        browser.cookies.set("__Host-comity", token)
        assert browser.get("/questions").status_code == 200


# Header injection (CWE-113, CWE-644)


@pytest.mark.parametrize(
    "name", ["next", "language", "again", "done", "show", "filter", "month", "state", "iss", "code"]
)
def test_header_injection_nothing_of_an_address_breaks_a_header(table: Opened, name: str) -> None:
    """A line's end in any parameter sets no header, and no body begins early."""
    browser = table.anew()
    sign_in(browser)
    for route in READING:
        answer = browser.get(address_of(route), params={name: BREAKS})
        assert "stolen" not in str(answer.headers.get("set-cookie", ""))
        assert not any("\n" in value or "\r" in value for value in answer.headers.values())


@pytest.mark.parametrize("route", [one for one in READING if "{form" in one.path], ids=named)
def test_header_injection_the_name_of_a_file_is_not_the_askers(stage: Stage, route: Route) -> None:
    """What is downloaded is called what this site calls it."""
    with stage.browser() as browser:
        answer = browser.get(address_of(route, "csv%0d%0aX-Evil:%201%22;evil"))
        assert "x-evil" not in answer.headers
        assert "evil" not in answer.headers.get("content-disposition", "")


@pytest.mark.parametrize("header", ["host", "x-forwarded-host", "forwarded", "x-original-url"])
def test_header_injection_no_header_of_a_request_names_this_site(stage: Stage, header: str) -> None:
    """Addresses are those of the settings; a foreign Host gets no page at all."""
    with stage.browser() as browser:
        answer = browser.get("/questions", headers={header: "elsewhere.example"})
        assert answer.status_code == (421 if header == "host" else 303)
        assert "elsewhere" not in answer.headers.get("location", "") + answer.text


# Stored script (CWE-79)


def test_stored_script_is_text_wherever_a_member_named_something(everybody: Stage) -> None:
    """The name of a passkey and of a member, who may call themselves anything."""
    member = replace(everybody.site.door.members()[0], name=SCRIPT)
    (everybody.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((member,)))
    key = Passkey(id="key", public_key="key", count=0, name=SCRIPT[:60], added_ms=1)
    everybody.site.access.change(member.id, lambda one: replace(one, passkeys=(key,)))
    with everybody.browser() as browser:
        sign_in(browser)
        page = browser.get("/my-sign-in").text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert" in page


def test_stored_script_no_value_of_any_template_is_marked_as_markup(stage: Stage) -> None:
    """Every value is escaped by the environment itself; templates cannot turn it off (`test_web_words.py` holds that)."""
    environment = Pages(stage.site)._templates
    assert environment.autoescape is True
    assert environment.from_string("{{ value }}").render(value=SCRIPT).count("<") == 0


# Reflected script (CWE-79)


def test_reflected_script_in_an_address_is_shown_as_text_or_not_at_all(stage: Stage) -> None:
    """Nothing that came with an address stands in a page as markup."""
    with stage.browser() as browser:
        for path in ('/sign-in?next=/"><script>alert(1)</script>', "/no<script>x", "/sign-in?again=<b>"):
            assert "<script>" not in browser.get(path).text
            assert "<b>" not in browser.get(path).text


@pytest.mark.parametrize("route", READING, ids=named)
def test_reflected_script_no_part_of_an_address_comes_back_as_markup(table: Opened, route: Route) -> None:
    """Every open part of every address, and every parameter that a page reads."""
    names = ("next", "language", "show", "filter", "case", "month", "done", "again", "state", "agency", "entry")
    part = (
        SCRIPT.replace("/", "%2f").replace(" ", "%20").replace('"', "%22").replace("<", "%3c").replace(">", "%3e")
    )
    browser = table.anew()
    sign_in(browser)
    for params in ({}, dict.fromkeys(names, SCRIPT)):
        page = browser.get(address_of(route, part), params=params).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize(
    "path", ["/verify", "/ask/1/reason", "/sign-in/passkey", "/desk/held/1", "/my-sign-in/add"]
)
def test_reflected_script_no_field_of_a_form_comes_back_as_markup(everybody: Stage, path: str) -> None:
    """What is shown again beside its fault is shown as text."""
    with everybody.browser() as browser:
        value = sign_in(browser)
        names = ("receipt", "text", "answer", "next", "name", "case", "reason", "decision", "purpose", "class")
        page = browser.post(path, data={**dict.fromkeys(names, SCRIPT), "form": value}).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("path", ["/", "/questions", "/sign-in", "/no-such-page"])
def test_script_policy_lets_nothing_in_line_or_from_elsewhere_run(stage: Stage, path: str) -> None:
    """Where all else failed: no script in line, none from elsewhere, no text made to script (trusted types)."""
    with stage.browser() as browser:
        sign_in(browser)
        policy = dict(
            one.split(" ", 1) for one in browser.get(path).headers["content-security-policy"].split("; ")
        )
        assert policy["default-src"] == policy["base-uri"] == "'none'"
        assert policy["script-src"] == policy["form-action"] == "'self'"
        assert policy["require-trusted-types-for"] == "'script'"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml", "x"])
def test_a_body_that_is_no_form_is_refused_as_such(everybody: Stage, kind: str) -> None:
    """Nothing guesses what it is: a JSON text that another site may send as plain text is no form (CWE-436)."""
    with everybody.browser() as browser:
        value = sign_in(browser)
        answer = browser.post("/sign-out", content=f"form={value}", headers={"content-type": kind})
        assert answer.status_code == 415
        assert browser.get("/questions").status_code != 303


def test_a_body_that_is_too_large_is_not_read(stage: Stage) -> None:
    """Ten megabytes in a form are refused before a page sees them (CWE-770)."""
    with stage.browser() as browser:
        answer = browser.post("/verify", data={"text": "x" * 10_000_000})
        assert answer.status_code == 413
        assert ADDRESS not in answer.text


def test_no_code_is_made_of_text() -> None:
    """Nothing in the product evaluates a text, or makes objects of bytes that came from elsewhere (CWE-95, CWE-502)."""
    source = Path(comity.__file__).parent
    called = [
        (path.name, node.func.id)
        for path in source.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("eval", "exec")
    ]
    assert called == []
    imports = re.compile(
        r"^\s*(?:import|from) (?:pickle|marshal|shelve)\b|yaml\.(?:unsafe_)?load\((?!.*BaseLoader)", re.MULTILINE
    )
    assert [path.name for path in source.rglob("*.py") if imports.search(path.read_text())] == []
