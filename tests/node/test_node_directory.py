"""Versions of the directory at a node: adopted while it runs, refused, kept through crashes, checked at start."""

from __future__ import annotations

import base64
import json
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from msgspec.structs import replace

from comity.errors import (
    DirectoryUnavailableError,
    KeyUnavailableError,
    LawUnavailableError,
    SettingsError,
    WrongUseError,
)
from comity.exchange.answering.law_in_force import make_law, read_law
from comity.exchange.messages.change_directory import change_directory, next_version
from comity.exchange.messages.directory import Link
from comity.exchange.messages.wire import Turned, authenticate, seal_message
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_log_directory
from comity.model.agency import Agency, DatedOri
from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.directory import (
    AmendNode,
    DirectoryChange,
    FaultKind,
    JoinDirectory,
    KeyUse,
    RevokeKey,
    SetQuorum,
    SignedDirectory,
)
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.listing import Quorum
from comity.node.adopted import ADOPTED_FILE, FOLDER, read_adopted, read_newest
from comity.node.directory import (
    DIRECTORY_CRASH_POINTS,
    adopt_directory,
    check_directory,
    directory_state,
    merged,
    sign_directory,
)
from comity.node.directory_requests import AdoptDirectory, CheckDirectory, ShowDirectory, run_directory
from comity.node.init import NodePlan, make_node
from comity.node.keys import FileKeys, find_key, key_files
from comity.node.open_world import open_world
from comity.node.roll_keys import replace_key, revoke_key
from comity.ports import World
from comity.settings import DIRECTORY_FILE, read_noun, read_settings, write_noun
from forked import run

CHILD = Path(__file__).with_name("directory_child.py")
LATER_MS = 9_000_000_000_000
BODY = Turned(message_hash="sha256:" + "0" * 64, sentence="no")
FOLDERS = {"ash": 1, "birch": 2}


def agency(name: str, number: int) -> Agency:
    return Agency(
        id=f"{name}-police",
        name=f"{name.title()} Police",
        oris=(DatedOri(ori=f"WA01798{number:02}", first=date(2026, 1, 1)),),
        level=GovernmentLevel.LOCAL,
        state="WA",
        kind=AgencyKind.POLICE,
    )


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two nodes that were made apart; tests break copies only."""
    home = tmp_path_factory.mktemp("apart")
    for name, number in FOLDERS.items():
        make_node(NodePlan(home / name, f"{name}-node", 8400 + number, (agency(name, number),), invented=True), ())
    return {name: home / name for name in FOLDERS}


@pytest.fixture
def own(made: dict[str, Path], tmp_path: Path) -> Callable[[str], Path]:
    """A node of one's own."""
    return lambda name: Path(shutil.copytree(made[name], tmp_path / name))


def draft(folder: Path, *changes: DirectoryChange) -> SignedDirectory:
    """The next version at a node with changes, signed by its agency."""
    newest = read_newest(folder, read_settings(folder))
    plain = SignedDirectory(directory=next_version(Link.of(newest), changes))
    return sign_directory(folder, plain, read_settings(folder).agencies[0])


def moved(folder: Path, address: str = "http://127.0.0.1:9") -> SignedDirectory:
    """A version in which the node answers elsewhere."""
    return draft(folder, AmendNode(node=read_settings(folder).id, address=address))


def address(world: World) -> str:
    listing = world.directory().find_node(world.node)
    assert listing is not None
    return listing.address


def last_entry(world: World) -> EntryFacts:
    return decode_entry(world.journal.entry(world.journal.size() - 1)).facts


def test_a_running_node_goes_by_the_version_it_adopted(own: Callable[[str], Path]) -> None:
    """Entered with its hash, in force for the next look without a restart, and after one."""
    folder = own("ash")
    offered = moved(folder)
    with open_world(folder) as world:
        done = adopt_directory(world, folder, offered)
        assert (done.checked.faults, done.checked.adopted) == ((), True)
        facts = last_entry(world)
        assert (facts.kind, facts.law, done.entry) == (
            EntryKind.DIRECTORY_ADOPTED, offered.hash, world.journal.size() - 1,
        )  # fmt: skip
        assert address(world) == "http://127.0.0.1:9"
        size = world.journal.size()
        assert adopt_directory(world, folder, offered).entry == done.entry, "again changes nothing"
        assert world.journal.size() == size
    with open_world(folder) as world:
        assert address(world) == "http://127.0.0.1:9"
    state = directory_state(folder)
    assert [(one.version, one.entry) for one in state.versions] == [(1, None), (2, done.entry)]


def test_what_does_not_count_is_entered_and_changes_nothing(own: Callable[[str], Path]) -> None:
    """A refused version has its entry and its reasons; the version before stays in force."""
    folder = own("ash")
    unsigned = replace(moved(folder), signatures=())
    with open_world(folder) as world:
        before = address(world)
        done = adopt_directory(world, folder, unsigned)
        assert [fault.kind for fault in done.checked.faults] == [FaultKind.TOO_FEW_SIGNATURES]
        facts = last_entry(world)
        assert (facts.kind, facts.law) == (EntryKind.DIRECTORY_REFUSED, unsigned.hash)
        assert address(world) == before
        size = world.journal.size()
        assert check_directory(world, folder, unsigned).faults == done.checked.faults
        assert world.journal.size() == size, "a check enters nothing"
    assert not (folder / FOLDER / ADOPTED_FILE).exists()


def test_a_fork_is_kept_and_shown(own: Callable[[str], Path]) -> None:
    """The second of two versions signed for one place is refused; its file stays as evidence, the first in force."""
    folder = own("ash")
    first, second = moved(folder), moved(folder, "http://127.0.0.1:10")
    with open_world(folder) as world:
        adopt_directory(world, folder, first)
        done = adopt_directory(world, folder, second)
        assert [fault.kind for fault in done.checked.faults] == [FaultKind.FORK]
        assert last_entry(world).kind is EntryKind.DIRECTORY_REFUSED
        assert address(world) == "http://127.0.0.1:9"
    (fork,) = directory_state(folder).forks
    assert fork.startswith("fork-0002-")
    with open_world(folder) as world:
        assert address(world) == "http://127.0.0.1:9"


def test_a_version_under_which_the_node_could_not_speak_is_not_adopted(own: Callable[[str], Path]) -> None:
    """Keys that are not here, or no listing at all, are refused at this node whoever signed."""
    folder, other = own("ash"), own("birch")
    settings = read_settings(folder)
    foreign = replace_key(other, KeyUse.MESSAGE, "", LATER_MS)
    listed = draft(other, foreign).directory
    newest = read_newest(folder, settings)
    gone = replace(next_version(Link.of(newest), (AmendNode(node="ash-node", address="x"),)), nodes=listed.nodes)
    with open_world(folder) as world:
        missing = check_directory(world, folder, SignedDirectory(directory=gone))
        assert FaultKind.OWN_NODE in [fault.kind for fault in missing.faults]
        strange = replace(foreign, of="ash-node", key=foreign.key)
        directory = next_version(Link.of(newest), (strange,))
        kinds = [
            fault.kind for fault in check_directory(world, folder, SignedDirectory(directory=directory)).faults
        ]
        assert kinds == [FaultKind.TOO_FEW_SIGNATURES, FaultKind.OWN_NODE]
    with pytest.raises(
        WrongUseError, match=r"this version could not be adopted here: the key `message\.key` is not"
    ):
        sign_directory(folder, SignedDirectory(directory=directory), "ash-police")


@pytest.mark.parametrize("point", DIRECTORY_CRASH_POINTS)
def test_a_node_killed_at_any_step_opens_and_adopts_again(
    own: Callable[[str], Path], tmp_path: Path, point: str
) -> None:
    """Before the list nothing changed, after it everything did; the same version can be adopted afterwards."""
    folder = own("ash")
    offered = moved(folder)
    file = tmp_path / "v2.json"
    write_noun(file, offered)
    killed = run([sys.executable, str(CHILD), str(folder), str(file), point])
    assert killed.returncode == -signal.SIGKILL
    with open_world(folder) as world:
        adopted = point == "listed"
        assert (address(world) == "http://127.0.0.1:9") is adopted
        entered = [decode_entry(world.journal.entry(index)).facts.kind for index in range(world.journal.size())]
        assert entered.count(EntryKind.DIRECTORY_ADOPTED) == (point != "written")
        assert adopt_directory(world, folder, offered).checked.faults == ()
        assert address(world) == "http://127.0.0.1:9"
    assert len(read_adopted(folder, read_settings(folder)).adoptions) == 1


def test_two_nodes_made_apart_end_in_one_directory(own: Callable[[str], Path]) -> None:
    """Both sign, each by its own quorum; both adopt, and each knows the other's keys."""
    ash, birch = own("ash"), own("birch")
    theirs = read_newest(birch, read_settings(birch))
    joint = draft(
        ash,
        JoinDirectory(directory=theirs),
        SetQuorum(quorum=Quorum(count=2, seats=("ash-police", "birch-police"))),
    )
    with open_world(birch) as world:
        done = adopt_directory(world, birch, joint)
        assert [fault.kind for fault in done.checked.faults] == [FaultKind.TOO_FEW_SIGNATURES]
    both = sign_directory(birch, joint, "birch-police")
    for folder in (ash, birch):
        with open_world(folder) as world:
            assert adopt_directory(world, folder, both).checked.faults == ()
            assert {one.id for one in world.directory().nodes} == {"ash-node", "birch-node"}
    with open_world(ash) as sender, open_world(birch) as receiver:
        raw = seal_message(sender, "birch-node", BODY, sender.clock.now_ms())
        assert authenticate(raw, receiver.directory(), receiver.clock.now_ms())[0] == "ash-node"
    one_sided = sign_directory(ash, replace(moved(ash), signatures=()), "ash-police")
    with open_world(ash) as world:
        faults = adopt_directory(world, ash, one_sided).checked.faults
        assert [fault.kind for fault in faults] == [FaultKind.TOO_FEW_SIGNATURES], "from now on both must sign"


def test_the_old_key_signs_until_the_version_that_lists_the_new_one(own: Callable[[str], Path]) -> None:
    """A new message key waits beside the old one; the running node changes over with the adoption, and stays so."""
    folder = own("ash")
    change = replace_key(folder, KeyUse.MESSAGE, "", LATER_MS)
    assert replace_key(folder, KeyUse.MESSAGE, "", LATER_MS) == change, "again makes no further key"
    offered = draft(folder, change)
    with open_world(folder) as world:
        before = world.directory()
        old = seal_message(world, "ash-node", BODY, world.clock.now_ms())
        adopt_directory(world, folder, offered)
        now_ms = world.clock.now_ms()
        new = seal_message(world, "ash-node", BODY, now_ms)
        assert authenticate(old, world.directory(), now_ms)[0] == "ash-node"
        assert authenticate(new, world.directory(), now_ms)[0] == "ash-node"
        with pytest.raises(Exception, match="the signature does not fit the message"):
            authenticate(new, before, now_ms)
    with open_world(folder) as world:
        again = seal_message(world, "ash-node", BODY, now_ms)
        assert authenticate(again, offered.directory, LATER_MS + 1)[0] == "ash-node"
    assert [path.name for path in key_files(folder / "keys", "message")] == ["message.key", "message.2.key"]


def test_a_new_agency_key_signs_what_comes_after(own: Callable[[str], Path]) -> None:
    """The old key signs the version that replaces it, the new one every later one; law signed before stays in force."""
    folder = own("ash")
    second = draft(folder, replace_key(folder, KeyUse.AGENCY, "ash-police", LATER_MS))
    with open_world(folder) as world:
        assert adopt_directory(world, folder, second).checked.faults == ()
        third = moved(folder)
        assert third.signatures[0].value != second.signatures[0].value
        assert adopt_directory(world, folder, third).checked.faults == ()
    with open_world(folder) as world:
        assert world.directory().version == 3


def test_law_is_judged_by_the_keys_of_its_day(own: Callable[[str], Path]) -> None:
    """Replaced, the key still vouches for what it signed; revoked, for what the log shows in force before that time."""
    folder = own("ash")
    with open_world(folder) as world:
        adopt_directory(world, folder, draft(folder, replace_key(folder, KeyUse.AGENCY, "ash-police", LATER_MS)))
        own_law, _ = read_law(world, world.directory(), "ash-police")
        activated = max(at_ms for _, at_ms in own_law.since)
        first = world.directory().past_of("ash-police").former_keys[0].key
        newest = read_newest(folder, read_settings(folder))
        for from_ms, stands in ((activated + 1, True), (activated, False)):
            change = RevokeKey(use=KeyUse.AGENCY, of="ash-police", key=first, from_ms=from_ms)
            revoked = change_directory(newest, change)
            if stands:
                read_law(world, revoked, "ash-police")
            else:
                with pytest.raises(
                    LawUnavailableError, match="the signature of `ash-police` under `us` does not verify"
                ):
                    read_law(world, revoked, "ash-police")
        anew = replace(own_law, since=())
        with pytest.raises(LawUnavailableError, match="does not verify; have it signed again"):
            make_law(anew, newest, "ash-police")


def test_the_directory_of_then_is_kept(own: Callable[[str], Path]) -> None:
    """Each entry was made under one version: the pinned one, until the entry that adopted the next."""
    folder = own("ash")
    with open_world(folder) as world:
        entries = [
            adopt_directory(world, folder, moved(folder, f"http://127.0.0.1:{port}")).entry for port in (9, 10)
        ]
        versions = [world.directory(before=entry).version for entry in (0, *entries, entries[1] + 1)]
        assert versions == [1, 1, 2, 3]


def test_a_log_whose_key_was_replaced_goes_on(own: Callable[[str], Path]) -> None:
    """The same log under the new key from its next entry on; it opens in between, and `log.vkey` verifies a copy."""
    folder = own("ash")
    old = (folder / "log.vkey").read_text().strip()
    offered = draft(folder, replace_key(folder, KeyUse.LOG, "", LATER_MS))
    with open_world(folder) as world:
        adopt_directory(world, folder, offered)
        assert f"\n\u2014 comity.log/ash-node {key_id(old)}" in note_ids(world.journal.checkpoint())
    new, former = (folder / "log.vkey").read_text().split()
    assert former == old
    verify_log_directory(folder / "log", new, (former,))
    with open_world(folder) as world:
        size = world.journal.size()
        unit = Unit(facts=EntryFacts(kind=EntryKind.NODE_OPENED, at_ms=1), content=b"", record=b"")
        append_entry(world, unit)
        assert f"\n\u2014 comity.log/ash-node {key_id(new)}" in note_ids(world.journal.checkpoint())
    report = verify_log_directory(folder / "log", new)
    assert report.size == size + 1
    with open_world(folder) as world:
        assert world.journal.size() == size + 1


def key_id(vkey: str) -> str:
    return vkey.split("+")[1]


def note_ids(note: str) -> str:
    """A checkpoint with each signature replaced by the id of the key it is by."""
    lines = note.split("\n")
    return "\n".join(
        f"{line.rpartition(' ')[0]} {base64.b64decode(line.rpartition(' ')[2])[:4].hex()}"
        if line.startswith("\u2014")
        else line
        for line in lines
    )


def test_a_revoked_key_has_another_in_its_place(own: Callable[[str], Path]) -> None:
    """The node goes on under the new key; a revoked one is refused as a key to revoke that is none."""
    folder = own("ash")
    change = revoke_key(folder, KeyUse.MESSAGE, "", 5)
    assert change.instead
    offered = draft(folder, change)
    with open_world(folder) as world:
        assert adopt_directory(world, folder, offered).checked.faults == ()
        raw = seal_message(world, "ash-node", BODY, 5)
        assert authenticate(raw, world.directory(), 5)[0] == "ash-node"
    listing = offered.directory.nodes[0]
    assert (listing.message_key, listing.revoked_keys[0].key) == (change.instead, change.key)
    log = revoke_key(folder, KeyUse.LOG, "", 5)
    own_key = revoke_key(folder, KeyUse.AGENCY, "ash-police", 5)
    assert log.instead.startswith("comity.log/ash-node+")
    assert own_key.instead
    with pytest.raises(WrongUseError, match="is no key of `ash-node`"):
        revoke_key(folder, KeyUse.MESSAGE, "", 5, "another")


def test_a_former_key_is_revoked_without_a_new_one(own: Callable[[str], Path]) -> None:
    """The current key stays."""
    folder = own("ash")
    first = read_newest(folder, read_settings(folder)).nodes[0].message_key
    with open_world(folder) as world:
        adopt_directory(world, folder, draft(folder, replace_key(folder, KeyUse.MESSAGE, "", LATER_MS)))
        change = revoke_key(folder, KeyUse.MESSAGE, "", 5, first)
        assert (change.key, change.instead) == (first, "")
        assert adopt_directory(world, folder, draft(folder, change)).checked.faults == ()


@pytest.mark.parametrize(
    ("use", "name", "sentence"),
    [
        (KeyUse.MESSAGE, "ash-police", "the message key is the node's, not that of `ash-police`"),
        (KeyUse.AGENCY, "", "`` is not held at this node"),
        (KeyUse.AGENCY, "birch-police", "`birch-police` is not held at this node"),
    ],
)
def test_keys_are_made_for_whoever_is_here(
    own: Callable[[str], Path], use: KeyUse, name: str, sentence: str
) -> None:
    """A key belongs to the node, or to an agency that it holds."""
    with pytest.raises(WrongUseError, match=sentence):
        replace_key(own("ash"), use, name, LATER_MS)


def test_a_key_that_is_not_here_signs_nothing(own: Callable[[str], Path]) -> None:
    """The listed key is looked for by what it is, not by its file's name."""
    folder = own("ash")
    with pytest.raises(KeyUnavailableError, match="is not the one the directory lists for `ash-node`"):
        find_key(folder / "keys", "message", "another", "ash-node")
    with pytest.raises(WrongUseError, match="`birch-police` is not held at this node; sign at its own"):
        sign_directory(folder, moved(folder), "birch-police")
    keys = FileKeys(folder / "keys", "ash-node")
    listing = read_newest(folder, read_settings(folder)).nodes[0]
    assert (keys.message_key(), keys.log_key()) == (listing.message_key, listing.log_key)


def test_copies_of_one_version_count_together(own: Callable[[str], Path]) -> None:
    """Whoever signed apart is one list of signatures; copies of two versions are none."""
    folder = own("ash")
    mine = moved(folder)
    bare = replace(mine, signatures=())
    assert merged((bare, mine)) == mine
    with pytest.raises(WrongUseError, match="is another version than"):
        merged((mine, moved(folder, "http://127.0.0.1:10")))


def test_requests_reach_their_verbs(own: Callable[[str], Path]) -> None:
    """Show, check and adopt, as the local door puts them."""
    folder = own("ash")
    offered = moved(folder)
    with open_world(folder) as world:
        assert run_directory(world, folder, CheckDirectory(offered=offered)).adopted is False  # type: ignore[union-attr]
        assert run_directory(world, folder, AdoptDirectory(offered=offered)).checked.adopted  # type: ignore[union-attr]
        assert run_directory(world, folder, CheckDirectory(offered=offered)).adopted  # type: ignore[union-attr]
        assert run_directory(world, folder, ShowDirectory()) == directory_state(folder)


def adopted_twice(folder: Path) -> tuple[Path, Path]:
    """A node with two adopted versions; their files."""
    with open_world(folder) as world:
        adopt_directory(world, folder, moved(folder))
        adopt_directory(world, folder, moved(folder, "http://127.0.0.1:10"))
    first, second = sorted((folder / FOLDER).glob("version-*.json"))
    return first, second


def drop_signatures(folder: Path) -> None:
    first, _ = sorted((folder / FOLDER).glob("version-*.json"))
    first.write_text(first.read_text().replace('"signatures": [', '"signatures": [], "was": ['))


def lose_a_version(folder: Path) -> None:
    sorted((folder / FOLDER).glob("version-*.json"))[0].unlink()


def change_a_version(folder: Path) -> None:
    first, _ = sorted((folder / FOLDER).glob("version-*.json"))
    first.write_text(first.read_text().replace("127.0.0.1:9", "127.0.0.1:11"))


def unsign_a_version(folder: Path) -> None:
    _, second = sorted((folder / FOLDER).glob("version-*.json"))
    write_noun(second, replace(read_noun(second, SignedDirectory), signatures=()))


def skip_a_version(folder: Path) -> None:
    _edit_list(folder, lambda listed: listed[1:])


def swap_entries(folder: Path) -> None:
    _edit_list(folder, lambda listed: [{**listed[0], "entry": 0}, *listed[1:]])


def invent_an_entry(folder: Path) -> None:
    _edit_list(folder, lambda listed: [{**listed[0], "entry": 10_000}, *listed[1:]])


def cut_the_list(folder: Path) -> None:
    path = folder / FOLDER / ADOPTED_FILE
    path.write_text(path.read_text()[:40])


def change_the_pinned_one(folder: Path) -> None:
    path = folder / DIRECTORY_FILE
    path.write_text(path.read_text().replace("127.0.0.1", "127.0.0.2"))


def _edit_list(folder: Path, edit: Callable[[list[dict[str, object]]], list[dict[str, object]]]) -> None:
    path = folder / FOLDER / ADOPTED_FILE
    path.write_text(json.dumps(edit(json.loads(path.read_text()))))


BREAKS: dict[Callable[[Path], None], str] = {
    drop_signatures: "an adopted directory was lost or changed: .* unknown field `was`",
    lose_a_version: "an adopted directory was lost or changed: .* cannot be read",
    change_a_version: "is not the version that was adopted; restore the folder `directories` from a copy",
    unsign_a_version: "does not follow `directory.json` by signed versions: 0 of the 1 signatures",
    skip_a_version: "does not follow `directory.json` by signed versions: version 3 does not come right behind version 1",
    swap_entries: "is not the version that entry 0 put in force",
    invent_an_entry: "entry 10000",
    cut_the_list: "the list of adopted directories cannot be read",
    change_the_pinned_one: "is not the directory this node was told to trust",
}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.__name__)
def test_a_directory_that_signed_versions_do_not_lead_to_opens_nothing(
    own: Callable[[str], Path], broken: Callable[[Path], None]
) -> None:
    """Whatever was lost or changed: one sentence, and the node stays shut."""
    folder = own("ash")
    adopted_twice(folder)
    broken(folder)
    with pytest.raises((DirectoryUnavailableError, SettingsError), match=BREAKS[broken]), open_world(folder):
        pass


@pytest.mark.parametrize("broken", [cut_the_list, skip_a_version, swap_entries, unsign_a_version])
def test_a_running_node_goes_on_with_whom_it_knows(
    own: Callable[[str], Path], broken: Callable[[Path], None], capfd: pytest.CaptureFixture[str]
) -> None:
    """What cannot be checked does not come into force; the administrator is told once."""
    folder = own("ash")
    adopted_twice(folder)
    with open_world(folder) as world:
        assert address(world) == "http://127.0.0.1:10"
        broken(folder)
        path = folder / FOLDER / ADOPTED_FILE
        path.touch()
        for _ in range(3):
            assert address(world) == "http://127.0.0.1:10"
        told = capfd.readouterr().err
        assert told.count("The version adopted before stays in force until the node stops") == 1


def test_a_list_that_goes_is_no_downgrade(own: Callable[[str], Path], capfd: pytest.CaptureFixture[str]) -> None:
    """A running node whose newer versions are taken from it keeps them."""
    folder = own("ash")
    adopted_twice(folder)
    with open_world(folder) as world:
        _edit_list(folder, lambda listed: listed[:1])
        assert address(world) == "http://127.0.0.1:10"
        assert "versions that were adopted are gone" in capfd.readouterr().err
