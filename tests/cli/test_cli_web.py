"""`comity web`: what an administrator does about a member's sign-in, and that it is entered."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from msgspec.structs import replace

from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryKind
from comity.node.open_world import open_world
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
