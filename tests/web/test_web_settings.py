"""Where pages may be served and how one may sign in there: the demonstration's buttons are for this machine alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from web_stage import ADDRESS, make_folder, make_stage

from comity.errors import NounError, SettingsError
from comity.model.canon import canonical_bytes
from comity.settings import SETTINGS_FILE, read_settings
from comity.web.serve import serve_web
from comity.web.settings import Provider, WebSettings

PROVIDER = Provider(
    name="Alder",
    issuer="https://id.alder.example",
    client_id="comity",
    member_claim="m",
    agencies=("alder-police",),
)
LOCAL = {"address": ADDRESS, "host": "127.0.0.1", "port": 8480, "demonstration": True}


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"host": "0.0.0.0"}, "not an address of this machine alone"),
        ({"host": "192.0.2.7"}, "not an address of this machine alone"),
        ({"host": "0.0.0.0", "certificate": "a", "key": "b"}, "for this machine alone"),
        ({"address": "https://exchange.alder.example"}, "for this machine alone"),
        ({"address": "https://127.0.0.1.alder.example"}, "for this machine alone"),
        ({"address": "http://exchange.alder.example"}, "not an address for browsers"),
        ({"providers": (PROVIDER,)}, "stands alone"),
        ({"demonstration": False}, "nobody could sign in"),
    ],
)
def test_the_demonstrations_sign_in_refuses_any_other_place(other: dict[str, object], why: str) -> None:
    """By the address that is listened at, by the one browsers write, and beside a provider."""
    WebSettings(**LOCAL)  # type: ignore[arg-type]
    with pytest.raises(NounError, match=why):
        WebSettings(**{**LOCAL, **other})  # type: ignore[arg-type]


def test_the_demonstrations_sign_in_refuses_a_node_that_may_hold_real_people(tmp_path: Path) -> None:
    """Only a node that was made for invented people is served so."""
    folder = make_folder(tmp_path / "node")
    settings = replace(read_settings(folder), invented=False)
    (folder / SETTINGS_FILE).write_bytes(canonical_bytes(settings))
    with pytest.raises(SettingsError, match="may hold real people"):
        serve_web(folder, WebSettings(**LOCAL), lambda _: None)  # type: ignore[arg-type]


def test_its_buttons_are_no_address_where_there_is_a_provider(tmp_path: Path) -> None:
    """Whoever sends its form to another site's pages reads that there is none."""
    stage = make_stage(
        tmp_path / "node", WebSettings(address=ADDRESS, host="127.0.0.1", port=8480, providers=(PROVIDER,))
    )
    with stage.browser() as browser:
        answer = browser.post("/sign-in/demonstration", data={"post": "detective"})
        assert (answer.status_code, "Page not found" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("address", "has"),
    [
        ("https://exchange.alder.example", True),
        ("http://localhost:8480", True),
        ("http://127.0.0.1:8480", False),
        ("http://[::1]:8480", False),
    ],
)
def test_passkeys_are_for_sites_with_a_name(address: str, has: bool) -> None:
    """A browser makes none for a number (WebAuthn level 3, 4: an RP ID is a domain)."""
    settings = WebSettings(address=address, host="127.0.0.1", port=8480, providers=(PROVIDER,))
    assert settings.has_passkeys is has


@pytest.mark.parametrize("name", ["roles_claim", "trained_until_claim"])
def test_a_claim_may_have_any_name_and_be_left_out(name: str) -> None:
    """Those of GFIPM are addresses; nothing else of a provider is guessed."""
    assert getattr(PROVIDER, name) == ""
    replace(PROVIDER, **{name: "gfipm:2.0:user:SwornLawEnforcementOfficerIndicator"})
    with pytest.raises(NounError):
        Provider(**{**{one: getattr(PROVIDER, one) for one in PROVIDER.__struct_fields__}, name: "x" * 201})
