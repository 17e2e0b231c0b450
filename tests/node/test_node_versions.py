"""Versions of the directory travel from node to node: verified as an administrator's are, and wait, with one exception."""

from __future__ import annotations

import json
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from serving import serving
from version_stage import CUT, LIFT, Pair, draft, make_joined, paired

from comity.cli.main import run
from comity.errors import DirectoryUnavailableError
from comity.exchange.messages.wire import Turned, read_message, seal_message
from comity.ledger.entry import decode_entry
from comity.model.directory import (
    AmendNode,
    FaultKind,
    Remove,
    SetQuorum,
    SignedDirectory,
    VersionBrought,
    VersionHeld,
)
from comity.model.disclosure import EntryKind
from comity.model.listing import Quorum
from comity.node.adopted import BROUGHT_FILE, FOLDER, read_adopted
from comity.node.directory import adopt_directory, adopt_waiting, bring_directory, directory_state
from comity.node.open_world import open_world
from comity.node.versions import FIRST_WAIT_MS, receive_here
from comity.settings import read_settings, write_noun

BROUGHT, ADOPTED, REFUSED = EntryKind.DIRECTORY_BROUGHT, EntryKind.DIRECTORY_ADOPTED, EntryKind.DIRECTORY_REFUSED
ELSEWHERE = AmendNode(node="ash-node", address="http://127.0.0.1:9")


@pytest.fixture(scope="module")
def joined(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two nodes of one directory; tests change copies only."""
    return make_joined(tmp_path_factory.mktemp("joined"))


@pytest.fixture
def folders(joined: dict[str, Path], tmp_path: Path) -> dict[str, Path]:
    """Copies of the two."""
    return {name: Path(shutil.copytree(folder, tmp_path / name)) for name, folder in joined.items()}


@pytest.fixture
def pair(folders: dict[str, Path]) -> Iterator[Pair]:
    """Both open, with a line between them."""
    with paired(folders) as both:
        yield both


def address(pair: Pair, name: str = "birch") -> str:
    listing = pair.worlds[name].directory().find_node("ash-node")
    assert listing is not None
    return listing.address


def test_h22_what_a_brought_version_suspends_is_cut_off_before_anybody_adopts_it(pair: Pair) -> None:
    """At the other node's next look, with its entry; everything else of the version waits for the administrator."""
    second = draft(pair.folders["ash"], CUT, ELSEWHERE)
    pair.adopt("ash", second)
    held = pair.worlds["birch"].directory()
    size = pair.worlds["birch"].journal.size()
    assert pair.bring("ash") == 1
    assert pair.is_cut_off("birch")
    assert pair.entered("birch", size) == [BROUGHT]
    assert address(pair) != ELSEWHERE.address
    assert replace(pair.worlds["birch"].directory(), suspended=()) == held
    (waiting,) = directory_state(pair.folders["birch"]).waiting
    assert (waiting.version, waiting.hash) == (second.directory.version, second.hash)
    assert any("`ash-police` is suspended" in one for one in waiting.changes)
    facts = decode_entry(pair.worlds["birch"].journal.entry(waiting.entry)).facts
    assert (facts.kind, facts.law) == (BROUGHT, second.hash)
    (done,) = adopt_waiting(pair.worlds["birch"], pair.folders["birch"])
    assert done.checked.adopted
    assert address(pair) == ELSEWHERE.address
    assert directory_state(pair.folders["birch"]).waiting == ()
    assert adopt_waiting(pair.worlds["birch"], pair.folders["birch"]) == ()


def test_a_suspension_counts_although_an_earlier_version_waits_and_after_a_restart(
    folders: dict[str, Path],
) -> None:
    """What nobody read yet holds no suspension up, and what was cut off is so when the node is opened again."""
    with paired(folders) as pair:
        second = draft(folders["ash"], ELSEWHERE)
        third = draft(folders["ash"], CUT, behind=second)
        pair.adopt("ash", second)
        pair.adopt("ash", third)
        assert pair.bring("ash") == 2
        assert pair.is_cut_off("birch")
        assert [one.version for one in directory_state(folders["birch"]).waiting] == [
            second.directory.version,
            third.directory.version,
        ]
        assert pair.bring("ash") == 0
        assert len(pair.lines["ash"].sent) == 3, "the newest, what lies between, the newest again"
    with paired(folders) as pair:
        assert pair.is_cut_off("birch")
        assert len(adopt_waiting(pair.worlds["birch"], folders["birch"])) == 2
        assert pair.is_cut_off("birch")
        assert address(pair) == ELSEWHERE.address


def test_what_lifts_a_suspension_waits_unless_it_never_counted_here(pair: Pair) -> None:
    """Whom an adopted version cuts off an administrator alone lets in; one that was only brought ends with another."""
    second = draft(pair.folders["ash"], CUT)
    pair.adopt("ash", second)
    pair.bring("ash")
    third = draft(pair.folders["ash"], LIFT, behind=second)
    pair.adopt("ash", third)
    assert pair.bring("ash") == 1
    assert not pair.is_cut_off("birch"), "nobody here adopted the suspension"
    fourth = draft(pair.folders["ash"], CUT, behind=third)
    pair.adopt("ash", fourth)
    pair.bring("ash")
    adopt_waiting(pair.worlds["birch"], pair.folders["birch"])
    fifth = draft(pair.folders["ash"], LIFT, behind=fourth)
    pair.adopt("ash", fifth)
    assert pair.bring("ash") == 1
    assert pair.is_cut_off("birch")
    adopt_waiting(pair.worlds["birch"], pair.folders["birch"])
    assert not pair.is_cut_off("birch")


def test_the_settings_may_adopt_what_is_brought(folders: dict[str, Path]) -> None:
    """Then it is in force as it comes, with both entries."""
    with paired(folders, adopts_brought=True) as pair:
        size = pair.worlds["birch"].journal.size()
        pair.adopt("ash", draft(folders["ash"], ELSEWHERE))
        assert pair.bring("ash") == 1
        assert address(pair) == ELSEWHERE.address
        assert pair.entered("birch", size) == [BROUGHT, ADOPTED]


def offer(pair: Pair, offered: SignedDirectory, by: str = "ash", to: str = "birch") -> VersionHeld:
    """What a node says to a version brought by hand-made message."""
    world = pair.worlds[by]
    raw = seal_message(world, f"{to}-node", VersionBrought(offered=offered), world.clock.now_ms())
    reply = receive_here(pair.worlds[to], pair.folders[to], raw).raw
    body = read_message(reply.partition(b"\n")[2]).body
    assert isinstance(body, VersionHeld), body
    return body


def test_what_an_administrator_could_not_adopt_is_refused_with_an_entry(pair: Pair) -> None:
    """Too few signatures, another place, a fork of one that waits: told, entered, not in force."""
    good = draft(pair.folders["ash"], ELSEWHERE)
    unsigned = replace(good, signatures=())
    size = pair.worlds["birch"].journal.size()
    assert "signatures" in offer(pair, unsigned).refused
    altered = replace(good, directory=replace(good.directory, suspended=(CUT.suspended,)))
    assert "signatures" in offer(pair, altered).refused
    misplaced = replace(good, directory=replace(good.directory, previous="sha256:" + "0" * 64))
    assert "follows" in offer(pair, misplaced).refused
    assert pair.entered("birch", size) == [REFUSED] * 3
    assert offer(pair, good).refused == ""
    rival = draft(pair.folders["birch"], CUT)
    told = offer(pair, rival)
    assert "is signed twice" in told.refused
    assert told.hash == good.hash
    assert not pair.is_cut_off("birch")
    assert len(directory_state(pair.folders["birch"]).forks) == 1
    by_hand = adopt_directory(pair.worlds["birch"], pair.folders["birch"], rival)
    assert [one.kind for one in by_hand.checked.faults] == [FaultKind.FORK]


def test_a_version_that_takes_the_node_itself_out_is_refused(pair: Pair) -> None:
    """Whoever is taken out goes by the version before, brought or by hand."""
    gone = draft(
        pair.folders["ash"],
        SetQuorum(quorum=Quorum(count=1, seats=("ash-police",))),
        Remove(id="birch-police", until_ms=9_000_000_000_000),
        Remove(id="birch-node"),
    )
    assert "`birch-node`, is not listed" in offer(pair, gone).refused


def test_a_refusal_is_told_once_and_not_brought_again(pair: Pair, capsys: pytest.CaptureFixture[str]) -> None:
    """A node that refuses a version is left alone until there is a newer one."""
    rival = draft(pair.folders["birch"], CUT)
    pair.adopt("birch", draft(pair.folders["birch"], ELSEWHERE))
    pair.adopt("ash", rival)
    size = pair.worlds["birch"].journal.size()
    assert pair.bring("ash") == 0
    assert pair.bring("ash") == 0
    assert pair.entered("birch", size) == [REFUSED]
    assert len(pair.lines["ash"].sent) == 1
    assert "`birch-node` refused a directory" in capsys.readouterr().err


def test_what_is_known_changes_nothing_and_is_no_entry(pair: Pair) -> None:
    """A node that is brought what it adopted says how far it is; the same message again is no other."""
    second = draft(pair.folders["ash"], CUT)
    pair.adopt("ash", second)
    pair.adopt("birch", second)
    size = pair.worlds["birch"].journal.size()
    assert pair.bring("ash") == 1
    assert pair.worlds["birch"].journal.size() == size
    assert offer(pair, second).hash == second.hash
    assert pair.worlds["birch"].journal.size() == size


def test_a_message_used_twice_and_one_from_nobody_are_turned_away(pair: Pair) -> None:
    """The entry uses the message up; a node that the directory does not list is heard by nobody."""
    world = pair.worlds["ash"]
    offered = VersionBrought(offered=draft(pair.folders["ash"], CUT))
    raw = seal_message(world, "birch-node", offered, world.clock.now_ms())
    receive_here(pair.worlds["birch"], pair.folders["birch"], raw)
    again = receive_here(pair.worlds["birch"], pair.folders["birch"], raw).raw
    turned = read_message(again.partition(b"\n")[2]).body
    assert isinstance(turned, Turned)
    assert "was sent before" in turned.sentence


def test_a_node_that_is_away_is_tried_again_later(pair: Pair) -> None:
    """Soon at first, then more seldom; when it is back it gets what it lacks."""
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    line, versions = pair.lines["ash"], pair.versions["ash"]
    line.down = True
    assert pair.bring("ash") == 0
    line.down = False
    assert pair.bring("ash") == 0, "not before its time"
    time.sleep(FIRST_WAIT_MS / 1000 + 0.05)
    assert versions.bring(pair.worlds["ash"]) == 1
    assert pair.is_cut_off("birch")


def test_a_waiting_version_is_passed_on(pair: Pair) -> None:
    """A node brings on what it was brought, adopted or not: an administrator on holiday stops no suspension."""
    second = draft(pair.folders["ash"], CUT)
    assert offer(pair, second, by="ash", to="birch").refused == ""
    assert pair.bring("birch") == 1
    assert pair.is_cut_off("ash")


@pytest.mark.parametrize("point", ["written", "entered", "listed"])
def test_a_stop_at_any_step_leaves_the_version_before_or_the_suspension(pair: Pair, point: str) -> None:
    """Nothing half: before the list nobody is cut off, after it whoever is; the same version is taken afterwards."""

    class StopError(Exception):
        pass

    def fault(name: str) -> None:
        if name == point:
            raise StopError

    second = draft(pair.folders["ash"], CUT)
    world, folder = pair.worlds["birch"], pair.folders["birch"]
    with pytest.raises(StopError):
        bring_directory(world, folder, second, ("ash-node", "0" * 32), fault)
    assert pair.is_cut_off("birch") is (point == "listed")
    assert offer(pair, second).hash == second.hash
    assert pair.is_cut_off("birch")


def test_past_questions_are_decided_by_what_the_node_went_by_then(pair: Pair) -> None:
    """Before the entry nobody was cut off, after it ash was, although no version was adopted."""
    pair.adopt("ash", draft(pair.folders["ash"], CUT))
    pair.bring("ash")
    (waiting,) = directory_state(pair.folders["birch"]).waiting
    directory = pair.worlds["birch"].directory
    assert directory(before=waiting.entry).suspended == ()
    assert directory(before=waiting.entry + 1).suspension_of("ash-police") is not None


def lose_list(folder: Path) -> None:
    (folder / FOLDER / BROUGHT_FILE).write_text("[", encoding="utf-8")


def lose_file(folder: Path) -> None:
    for one in json.loads((folder / FOLDER / BROUGHT_FILE).read_text()):
        (folder / FOLDER / str(one["file"])).unlink()


def other_entry(folder: Path) -> None:
    path = folder / FOLDER / BROUGHT_FILE
    path.write_text(json.dumps([one | {"entry": 0} for one in json.loads(path.read_text())]), encoding="utf-8")


@pytest.mark.parametrize("broken", [lose_list, lose_file, other_entry])
def test_a_list_that_was_lost_or_changed_opens_nothing(
    folders: dict[str, Path], broken: Callable[[Path], None]
) -> None:
    """Who was cut off by it would be let in: the node stays shut, and a running one goes on as it was."""
    with paired(folders) as pair:
        pair.adopt("ash", draft(folders["ash"], CUT))
        pair.bring("ash")
        broken(folders["birch"])
        assert pair.is_cut_off("birch")
    with pytest.raises(DirectoryUnavailableError), open_world(folders["birch"]):
        pass


def test_the_commands_show_and_adopt_what_waits(
    folders: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """What each version changes is read before it is adopted; nothing waiting is said so; wrong use is one sentence."""
    with paired(folders) as pair:
        pair.adopt("ash", draft(folders["ash"], CUT))
        pair.bring("ash")
    node = ["--node", str(folders["birch"])]
    assert run(["directory", "show", *node]) == 0
    said = capsys.readouterr().out
    assert "version 3 was brought by entry" in said
    assert "`ash-police` is suspended: finding 26-7" in said
    assert run(["directory", "show", *node, "--json"]) == 0
    assert [one["version"] for one in json.loads(capsys.readouterr().out)["waiting"]] == [3]
    assert run(["directory", "adopt", *node, "--brought", "--json"]) == 0
    assert [one["version"] for one in json.loads(capsys.readouterr().out)["versions"]] == [3]
    assert run(["directory", "adopt", *node, "--brought"]) == 0
    assert capsys.readouterr().out == "no version that was brought waits\n"
    assert run(["directory", "show", *node]) == 0
    assert "SUSPENDED ash-police: finding 26-7" in capsys.readouterr().out
    assert run(["directory", "adopt", *node]) == 2
    assert "`--brought`" in capsys.readouterr().err


def test_served_nodes_bring_versions_by_themselves(tmp_path: Path) -> None:
    """Two processes: one administrator adopts, and the other node has cut ash off within seconds."""
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        ports = one.getsockname()[1], other.getsockname()[1]
    folders = make_joined(tmp_path, ports)
    file = tmp_path / "v3.json"
    write_noun(file, draft(folders["ash"], CUT))
    with serving(folders["ash"]), serving(folders["birch"]):
        assert run(["directory", "adopt", "--node", str(folders["ash"]), str(file)]) == 0
        until = time.monotonic() + 60
        while not (folders["birch"] / FOLDER / BROUGHT_FILE).exists():
            assert time.monotonic() < until, "nothing was brought"
            time.sleep(0.1)
    adopted = read_adopted(folders["birch"], read_settings(folders["birch"]))
    assert adopted.in_force.suspension_of("ash-police") is not None
    assert adopted.newest.suspension_of("ash-police") is None
