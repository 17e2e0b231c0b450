"""`comity web`: what an administrator does about a member's sign-in, and that it is entered."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from msgspec.structs import replace
from page_examples import write_metadata

from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryKind
from comity.node.open_world import open_world
from comity.web.saml_settings import SamlProvider
from comity.web.sign_in.access import AccessStore, Passkey

DETECTIVE, ADMINISTRATOR = "wa-police-detective", "wa-police-administrator"
KEY = Passkey(id="key", public_key="key", count=0, name="Blue key", added_ms=1)


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """A copy of the Washington node, at which the detective has a passkey and is locked out."""
    folder = stage.copy("wa-node", tmp_path)
    AccessStore(folder).change(DETECTIVE, lambda one: replace(one, locked_ms=1_795_953_600_000, passkeys=(KEY,)))
    return folder


def last_kind(node: Path) -> EntryKind:
    with open_world(node) as world:
        return decode_entry(world.journal.entry(world.journal.size() - 1)).facts.kind


def words(node: Path, verb: str, by: str = ADMINISTRATOR, member: str = DETECTIVE) -> tuple[str | Path, ...]:
    return ("web", verb, "--node", node, "--as", by, "--member", member)


def test_who_is_locked_out_is_listed(node: Path) -> None:
    """With the names of their passkeys, and nothing of anybody else."""
    assert call("web", "access", "--node", node).out.startswith(f"{DETECTIVE}: passkeys 1, failed tries 0, locked")
    (one,) = call("web", "access", "--node", node, "--json").json
    assert (one["member"], one["passkeys"]) == (DETECTIVE, ["Blue key"])
    assert one["locked_out"].startswith("2026-11-29")


def test_an_empty_list_says_so(stage: Stage, tmp_path: Path) -> None:
    """A node whose members sign in by their agency alone."""
    assert "nobody has" in call("web", "access", "--node", stage.copy("wa-node", tmp_path)).out


def test_a_lockout_is_ended_and_entered(node: Path) -> None:
    """The log has it first; a second time nothing is left to do."""
    assert call(*words(node, "unlock")).out == f"{DETECTIVE} can sign in again\n"
    assert last_kind(node) is EntryKind.MEMBER_UNLOCKED
    assert AccessStore(node).of(DETECTIVE).locked_ms == 0
    assert "is not locked out" in call(*words(node, "unlock")).out


@pytest.mark.parametrize("verb", ["unlock", "end", "revoke"])
@pytest.mark.parametrize("by", ["wa-police-sergeant", "ca-sheriff-administrator", "nobody"])
def test_nobody_else_does_it(node: Path, verb: str, by: str) -> None:
    """Another role, another agency's administrator, somebody who is no member: refused, and nothing is changed."""
    before = AccessStore(node).of(DETECTIVE)
    assert by in refused(*words(node, verb, by=by))
    assert AccessStore(node).of(DETECTIVE) == before


def test_sessions_are_ended_and_passkeys_removed(node: Path) -> None:
    """Each is entered, and says what is so from here on."""
    assert "signed out everywhere" in call(*words(node, "end")).out
    assert last_kind(node) is EntryKind.SESSION_ENDED
    assert AccessStore(node).of(DETECTIVE).ended_ms > 0
    assert call(*words(node, "end"), "--json").json["passkeys"] == ["Blue key"]
    assert "no passkey any more" in call(*words(node, "revoke")).out
    assert last_kind(node) is EntryKind.PASSKEY_REMOVED
    assert AccessStore(node).of(DETECTIVE).passkeys == ()


def test_what_a_provider_says_of_itself_is_read_for_the_settings(tmp_path: Path) -> None:
    """Name, address and certificates, with what a person compares by telephone; a remark in the file is left out."""
    text = write_metadata(tmp_path / "idp.xml")
    read = {
        "entity_id": "https://id.alder.example",
        "sign_in_at": "https://id.alder.example/redirect",
        "certificates": [text],
    }
    found = call("web", "provider", tmp_path / "idp.xml", "--json").json
    (print_of,) = found.pop("fingerprints")
    assert found == {**read, "until": ["2036-01-01"]}
    said = call("web", "provider", tmp_path / "idp.xml").out
    assert said.startswith(f"certificate until 2036-01-01, SHA-256 {print_of}\ninto web.json")
    assert json.loads(said[said.index("{") :]) == read
    SamlProvider(
        name="Alder", member_attribute="m", agencies=("alder-police",), **{**read, "certificates": (text,)}
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("EntityDescriptor", "EntitiesDescriptor", "does not describe one entity"),
        ("IDPSSODescriptor", "SPSSODescriptor", "has 0 of `IDPSSODescriptor`"),
        ("HTTP-Redirect", "HTTP-Artifact", "not one address that takes requests by redirect"),
        ("HTTP-POST", "HTTP-Redirect", "not one address that takes requests by redirect"),
        ('use="signing"', 'use="encryption"', "has no certificate of a key that signs"),
        ("<md:Entity", "<!DOCTYPE x><md:Entity", "a document type"),
        ("</md:EntityDescriptor>", "", "no well-formed XML"),
        ("</ds:X509Certificate>", "<x/></ds:X509Certificate>", "holds elements where a value is wanted"),
        ("<ds:X509Certificate>", "<ds:X509Certificate>A", "not base64 of DER"),
    ],
)
def test_metadata_of_anything_else_is_refused(tmp_path: Path, before: str, after: str, told: str) -> None:
    """A list of many entities, somebody who only asks, no address or key that is used: one sentence each."""
    write_metadata(tmp_path / "idp.xml")
    changed = (tmp_path / "idp.xml").read_text().replace(before, after)
    (tmp_path / "idp.xml").write_text(changed)
    assert told in refused("web", "provider", tmp_path / "idp.xml")


def test_a_weak_key_of_a_provider_is_not_pinned(tmp_path: Path) -> None:
    """RSA of 1024 bits."""
    write_metadata(tmp_path / "idp.xml", bits=1024)
    assert "neither RSA of 2048 bits" in refused("web", "provider", tmp_path / "idp.xml")
