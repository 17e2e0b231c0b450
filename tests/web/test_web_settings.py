"""Where pages may be served and how one may sign in there: the demonstration's buttons are for this machine alone."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from msgspec.structs import replace
from saml_provider import make_pair
from web_stage import ADDRESS, make_folder, make_stage

from comity.errors import NounError, SettingsError
from comity.model.canon import canonical_bytes
from comity.settings import SETTINGS_FILE, read_settings
from comity.web.saml_settings import Demanded, SamlProvider, ending
from comity.web.serve import serve_web
from comity.web.settings import Provider, WebSettings
from comity.web.sign_in.saml import signature

PROVIDER = Provider(
    name="Alder",
    issuer="https://id.alder.example",
    client_id="comity",
    member_claim="m",
    agencies=("alder-police",),
)
SAML = SamlProvider(
    name="Alder",
    entity_id="https://id.alder.example",
    sign_in_at="https://id.alder.example/sso",
    certificates=(make_pair().text,),
    member_attribute="m",
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
        ({"saml_providers": (SAML,)}, "stands alone"),
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


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"agencies": ()}, "could sign nobody in"),
        ({"certificates": ()}, "1 to 4 certificates"),
        ({"certificates": ("AAAA",)}, "not base64 of DER"),
        ({"certificates": ("-----BEGIN CERTIFICATE-----",)}, "not base64 of DER"),
        ({"certificates": (make_pair(bits=1024).text,)}, "neither RSA of 2048 bits"),
        ({"sign_in_at": "/sso"}, "not an address to sign in at"),
        ({"entity_id": ""}, "an entity id is empty"),
        ({"member_attribute": ""}, "an attribute is empty"),
        ({"demanded": (Demanded(attribute="a", value="b"),) * 21}, "at most 20 attributes"),
    ],
)
def test_a_saml_provider_is_whole_or_refused(other: dict[str, object], why: str) -> None:
    """Nothing of it is guessed, and no weak key is pinned."""
    with pytest.raises(NounError, match=why):
        replace(SAML, **other)


@pytest.mark.parametrize(("days", "told"), [(365, 0), (31, 0), (29, 1), (-1, 1)])
def test_a_certificate_that_ends_is_told_a_month_before(days: int, told: int) -> None:
    """And after: the sentence names the provider, the day and what to do."""
    sentences = ending((replace(SAML, certificates=(make_pair(days, 10).text,)),), int(time.time()))
    assert len(sentences) == told
    assert all("`Alder`" in one and "put the provider's next one" in one for one in sentences)


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"saml_providers": (SAML, SAML)}, "one entity id"),
        (
            {"saml_providers": (replace(SAML, sign_in_at="http://id.alder.example/sso"),)},
            "not an address to sign in at",
        ),
        ({"saml_providers": (SAML,), "saml_key": "a"}, "a certificate goes with its key"),
        ({"saml_providers": (SAML,), "providers": (PROVIDER,) * 20}, "at most 20 providers"),
    ],
)
def test_settings_of_saml_go_together(other: dict[str, object], why: str) -> None:
    """Two providers of one name could each answer for the other; nobody is sent to sign in over a line in clear."""
    with pytest.raises(NounError, match=why):
        WebSettings(**{**LOCAL, "demonstration": False, **other})  # type: ignore[arg-type]


def test_pages_of_a_saml_provider_need_the_extra_and_say_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before anybody is served; whose agency signs in otherwise reads none of it."""
    monkeypatch.setattr(signature, "find_spec", lambda _: None)
    settings = WebSettings(address=ADDRESS, host="127.0.0.1", port=8480, saml_providers=(SAML,))
    with pytest.raises(SettingsError, match=r"install `comity\[saml\]`"):
        serve_web(make_folder(tmp_path / "node"), settings, lambda _: None)
    script = "import comity.web.serve, sys; sys.exit('signxml' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


@pytest.mark.parametrize("fault", ["missing", "no PEM", "another key's", "a curve's"])
def test_a_key_for_requests_that_cannot_be_used_stops_the_pages(tmp_path: Path, fault: str) -> None:
    """Before anybody is served: the sentence names both files."""
    folder, pair = make_folder(tmp_path / "node"), make_pair()
    pair.write(folder, "saml")
    match fault:
        case "missing":
            (folder / "saml.key").unlink()
        case "no PEM":
            (folder / "saml.pem").write_text("x")
        case "another key's":
            make_pair().write(tmp_path, "other")
            (folder / "saml.pem").write_bytes((tmp_path / "other.pem").read_bytes())
        case "a curve's":
            key = generate_private_key(SECP256R1())
            (folder / "saml.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    settings = WebSettings(
        address=ADDRESS, host="127.0.0.1", port=8480, saml_providers=(SAML,), saml_key="saml.key",
        saml_certificate="saml.pem",
    )  # fmt: skip
    with pytest.raises(SettingsError, match=r"saml\.key"):
        serve_web(folder, settings, lambda _: None)
