"""Passkeys over HTTP: what one opens, what none opens, and what is entered of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from litestar.testing import TestClient
from msgspec.structs import replace
from soft_key import PRESENT, SoftKey, packed
from web_stage import Stage, form_value, make_stage, sign_in

from comity.model.canon import canonical_bytes
from comity.web.pages.my_passkeys import short
from comity.web.settings import WebSettings
from comity.web.sign_in.access import ACCESS_FILE, MOST_PASSKEYS, Passkey

pytestmark = pytest.mark.filterwarnings("ignore:The base_url")  # litestar's, of any name without a dot
SITE, PARTY = "http://localhost:8480", "localhost"
DETECTIVE = "alder-police-detective"


@pytest.fixture
def site(tmp_path: Path) -> Stage:
    """Pages at a name, where browsers make passkeys."""
    return make_stage(
        tmp_path / "node", WebSettings(address=SITE, host="127.0.0.1", port=8480, demonstration=True)
    )


def add(browser: TestClient, key: SoftKey, name: str = "Blue key") -> int:  # type: ignore[type-arg]
    """Add a passkey as the page's script does; the status of the end."""
    value = form_value(browser.get("/my-sign-in/add").text)
    options = browser.post("/my-sign-in/add/begin", data={"form": value}).json()
    sent = {"form": value, "name": name, "answer": key.add(options)}
    return int(browser.post("/my-sign-in/add", data=sent).status_code)


def use(browser: TestClient, key: SoftKey, following: str = "") -> tuple[int, str]:  # type: ignore[type-arg]
    """Sign in by a passkey as the page's script does; the status, and where it leads or what it says."""
    options = browser.post("/sign-in/passkey/begin").json()
    answer = browser.post("/sign-in/passkey", data={"next": following, "answer": key.use(options)})
    return answer.status_code, answer.headers.get("location") or answer.text


@pytest.fixture
def key(site: Stage) -> SoftKey:
    """A passkey the detective added; they are signed out."""
    made = SoftKey(SITE, PARTY)
    with site.browser() as browser:
        value = sign_in(browser)
        assert add(browser, made) == 303
        browser.post("/sign-out", data={"form": value})
    site.door.entered.clear()
    return made


def test_a_passkey_is_added_listed_and_signs_in(site: Stage) -> None:
    """After the agency's sign-in; from then on it opens the page that was asked for. Each is an entry."""
    key = SoftKey(SITE, PARTY)
    with site.browser() as browser:
        value = sign_in(browser)
        assert add(browser, key) == 303
        page = browser.get("/my-sign-in?done=added").text
        assert "Blue key" in page
        assert "The passkey was added" in page
        browser.post("/sign-out", data={"form": value})
        assert use(browser, key, "/questions?filter=held") == (303, "/questions?filter=held")
        assert browser.get("/questions").status_code == 200
    assert site.door.acts() == [
        (DETECTIVE, "signed-in"),
        (DETECTIVE, "passkey-added"),
        (DETECTIVE, "signed-out"),
        (DETECTIVE, "signed-in"),
    ]
    assert site.door.entered[-1].told.means == "passkey"


def test_what_is_kept_is_no_secret_and_only_the_nodes_account_reads_it(site: Stage, key: SoftKey) -> None:
    """The public key, a random name of the member, a counter; no address, no maker of the key."""
    path = site.site.folder / ACCESS_FILE
    assert path.stat().st_mode & 0o777 == 0o600
    (kept,) = json.loads(path.read_text())["members"]
    assert set(kept) == {"member", "handle", "passkeys", "news"}
    assert set(kept["passkeys"][0]) == {"id", "public_key", "count", "name", "added_ms"}
    assert DETECTIVE not in kept["handle"]


@pytest.mark.parametrize(
    "lie", ["origin", "party", "not-verified", "signature", "handle", "another-key", "altered-data", "no-json"]
)
def test_an_answer_that_is_not_of_this_key_at_this_site_signs_nobody_in(
    site: Stage, key: SoftKey, lie: str
) -> None:
    """One thing wrong, and it says nothing; it counts as a failed try of the member whose key it names."""
    match lie:
        case "origin":
            key.origin = "https://elsewhere.example"
        case "party":
            key.party = "elsewhere.example"
        case "not-verified":
            key.flags = PRESENT
        case "another-key":
            key.key = SoftKey(SITE, PARTY).key
        case "handle":
            key.handle = packed(b"somebody else")
    with site.browser() as browser:
        answer = key.use(browser.post("/sign-in/passkey/begin").json())
        said = json.loads(answer)
        match lie:
            case "signature":
                said["response"]["signature"] = packed(b"no signature")
            case "altered-data":
                said["response"]["authenticatorData"] = said["response"]["authenticatorData"][:-4] + "AAAA"
            case "no-json":
                said["response"] = "none"
        answer = browser.post("/sign-in/passkey", data={"answer": json.dumps(said)})
        assert (answer.status_code, "4 tries left" in answer.text) == (403, True)
        assert browser.get("/questions").status_code == 303
    assert site.door.acts()[-1] == (DETECTIVE, "failed")


def test_a_challenge_counts_once_for_five_minutes_and_in_the_browser_that_asked(site: Stage, key: SoftKey) -> None:
    """An answer sent again, too late, or from another browser signs nobody in."""
    with site.browser() as browser:
        options = browser.post("/sign-in/passkey/begin").json()
        tried = dict(browser.cookies)
        answer = key.use(options)
        assert browser.post("/sign-in/passkey", data={"answer": answer}).status_code == 303
        browser.cookies.clear()
        for name, value in tried.items():
            browser.cookies.set(name, value)
        key.count = (key.count or 0) + 5
        assert browser.post("/sign-in/passkey", data={"answer": answer}).status_code == 403
        assert browser.post("/sign-in/passkey", data={"answer": key.use(options)}).status_code == 403
    with site.browser() as browser, site.browser() as other:
        options = browser.post("/sign-in/passkey/begin").json()
        assert other.post("/sign-in/passkey", data={"answer": key.use(options)}).status_code == 403
        site.clock.later(5)
        assert browser.post("/sign-in/passkey", data={"answer": key.use(options)}).status_code == 403


def test_a_counter_that_goes_back_stops_the_key(site: Stage, key: SoftKey) -> None:
    """A copy may sign too: neither does from here on, both people are told, and the rest of the site goes on."""
    with site.browser() as browser:
        assert use(browser, key)[0] == 303
        copy = SoftKey(SITE, PARTY, id=key.id, handle=key.handle, key=key.key, count=0)
    with site.browser() as browser:
        status, said = use(browser, copy)
        assert status == 403
        assert "a copy of it may exist" in said
        assert any("may have been copied" in one for one in site.told)
        assert use(browser, key)[0] == 403
        sign_in(browser)
        assert "OUT OF USE" in browser.get("/my-sign-in").text


def test_a_key_without_a_counter_signs_in_again_and_again(site: Stage) -> None:
    """Passkeys that are kept in step over several devices always say 0."""
    key = SoftKey(SITE, PARTY, count=None)
    with site.browser() as browser:
        sign_in(browser)
        add(browser, key)
        assert [use(browser, key)[0] for _ in range(3)] == [303, 303, 303]


def test_a_removed_key_opens_nothing_and_ends_what_it_had_opened(site: Stage, key: SoftKey) -> None:
    """Whoever has the lost device is signed out with it; the page says so before."""
    with site.browser() as thief, site.browser() as browser:
        assert use(thief, key)[0] == 303
        value = sign_in(browser)
        address = f"/my-sign-in/passkeys/{short(site.site.access.of(DETECTIVE).passkeys[0])}"
        assert "Everybody who is signed in as you elsewhere is signed out" in browser.get(address).text
        assert browser.post(address, data={"form": value}).headers["location"] == "/my-sign-in?done=removed"
        assert thief.get("/questions").status_code == 303
        assert browser.get("/questions").status_code == 200
        status, said = use(thief, key)
        assert (status, "That did not work. Try again" in said) == (403, True)
    assert site.door.acts()[-1] == (DETECTIVE, "passkey-removed")


def test_a_key_of_nobody_and_one_of_a_member_who_left_read_the_same(site: Stage, key: SoftKey) -> None:
    """Who tries keys learns of nobody whether they exist."""
    with site.browser() as browser:
        nobody = use(browser, SoftKey(SITE, PARTY, handle=key.handle))
        others = tuple(one for one in site.site.door.members() if one.id != DETECTIVE)
        (site.site.folder / "members.json").write_bytes(canonical_bytes(others))
        left = use(browser, key)
    assert nobody[0] == left[0] == 403
    alerts = {re.findall(r'usa-alert__text">([^<]+)<', said)[0] for said in (nobody[1], left[1])}
    assert alerts == {"That did not work. Try again, or ask your administrator."}
    assert site.door.entered == []


def test_a_passkey_adds_no_passkey_and_opens_what_asks_for_a_sign_in_of_now(site: Stage, key: SoftKey) -> None:
    """A stolen key makes no other; it counts for five minutes where acts ask to sign in again."""
    with site.browser() as browser:
        use(browser, key)
        page = browser.get("/my-sign-in/add").text
        assert "A passkey cannot add another one" in page
        assert browser.post("/my-sign-in/add/begin", data={"form": form_value(page)}).status_code == 404
        site.clock.later(6)
        again = browser.get("/my-sign-in/add").headers["location"]
        assert again == "/sign-in?again=1&next=%2Fmy-sign-in%2Fadd"
        assert use(browser, key, "/my-sign-in/add") == (303, "/my-sign-in/add")
        assert browser.get("/my-sign-in/add").status_code == 200


def test_adding_asks_for_a_sign_in_of_now_and_for_the_members_own_try(site: Stage) -> None:
    """Not with an old sign-in, not with another member's challenge, not twice, and not a key that is somebody's."""
    key = SoftKey(SITE, PARTY)
    with site.browser() as browser:
        value = sign_in(browser)
        options = browser.post("/my-sign-in/add/begin", data={"form": value}).json()
        other = sign_in(browser, "custodian")
        sent = {"form": other, "answer": key.add(options)}
        assert browser.post("/my-sign-in/add", data=sent).status_code == 422
        assert add(browser, key) == 303
        assert add(browser, key) == 422
        site.clock.later(6)
        assert browser.get("/my-sign-in/add").status_code == 303
        assert browser.post("/my-sign-in/add/begin", data={"form": other}).status_code == 303
    assert site.site.access.of(DETECTIVE).passkeys == ()


def test_a_passkey_that_the_log_does_not_take_is_not_kept(site: Stage) -> None:
    """What could not be entered opens nothing later."""
    with site.browser() as browser:
        sign_in(browser)
        value = form_value(browser.get("/my-sign-in/add").text)
        options = browser.post("/my-sign-in/add/begin", data={"form": value}).json()
        site.door.full = True
        answer = browser.post("/my-sign-in/add", data={"form": value, "answer": SoftKey(SITE, PARTY).add(options)})
        assert answer.status_code == 503
    assert site.site.access.of(DETECTIVE).passkeys == ()


def test_a_member_has_ten_passkeys_at_most(site: Stage) -> None:
    """The page says so, and the file does not take more."""
    made = [
        Passkey(id=f"key-{n}", public_key="key", count=0, name=f"Key {n}", added_ms=1)
        for n in range(MOST_PASSKEYS)
    ]
    site.site.access.change(DETECTIVE, lambda one: replace(one, passkeys=tuple(made)))
    with site.browser() as browser:
        sign_in(browser)
        assert "as many passkeys as one person can have" in browser.get("/my-sign-in/add").text


def test_another_members_passkey_is_not_found(site: Stage, key: SoftKey) -> None:
    """Its address reads as one that is none, and nothing is removed."""
    address = f"/my-sign-in/passkeys/{short(site.site.access.of(DETECTIVE).passkeys[0])}"
    with site.browser() as browser:
        value = sign_in(browser, "custodian")
        assert browser.get(address).status_code == 404
        assert browser.post(address, data={"form": value}).status_code == 404
    assert len(site.site.access.of(DETECTIVE).passkeys) == 1


def test_where_the_address_is_a_number_no_passkey_is_offered(stage: Stage) -> None:
    """Browsers make none there; the pages say so and the ways are closed."""
    with stage.browser() as browser:
        assert "passkey" not in browser.get("/sign-in").text
        assert browser.post("/sign-in/passkey/begin").status_code == 404
        sign_in(browser)
        assert "only where this site has a name" in browser.get("/my-sign-in").text


def test_a_file_that_cannot_be_read_signs_nobody_in(site: Stage, key: SoftKey) -> None:
    """It may hold a lockout; nobody passes it by."""
    (site.site.folder / ACCESS_FILE).write_text("{")
    with site.browser() as browser:
        assert browser.post("/sign-in/demonstration", data={"post": "detective"}).status_code >= 400
        assert use(browser, key)[0] >= 400
        assert browser.get("/questions").status_code == 303
