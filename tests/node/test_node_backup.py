"""A copy of a node: whole or not there, without keys; and nobody goes on from one where the log had more."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace
from serving import serving

from comity.errors import KeyUnavailableError, LedgerError, ProofError, StoreError, UnwitnessedError, WrongUseError
from comity.exchange.log.prune_log import prune_log
from comity.exchange.log.tally import month_of
from comity.exchange.log.witness import witness_checkpoint
from comity.exchange.records.record_act import act_on_record
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.verify import verify_log_directory
from comity.model.backup import BackupManifest, BackupState
from comity.model.correction import RecordAct
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.backup import BACKUP_CRASH_POINTS, UNFINISHED, make_backup
from comity.node.backup_check import BACKUP_FILE, check_backup
from comity.node.backup_files import listed_file
from comity.node.backup_requests import MakeBackup
from comity.node.backup_state import read_backup_state
from comity.node.local import at_node
from comity.node.month_keys import MonthKeys
from comity.node.open_world import open_world
from comity.node.resume import resume_node
from comity.node.serve import serve_node
from comity.node.witnesses import POLICY_FILE, ask_witnesses
from comity.settings import (
    SETTINGS_FILE,
    get_member,
    read_directory,
    read_members,
    read_noun,
    read_settings,
    write_noun,
)
from forked import run

CHILD = Path(__file__).with_name("backup_child.py")
OPERATOR = "wa-police-operator"
WHY = "the disk died after the node was stopped"
DAY_MS = 86_400_000


@pytest.fixture
def node(copy: Callable[[str], Path]) -> Path:
    return copy("wa-node")


def copied(node: Path, to: Path) -> Path:
    with open_world(node) as world:
        make_backup(world, node, to)
    return to


def enter(node: Path, kind: EntryKind = EntryKind.REJECTED) -> None:
    with open_world(node) as world:
        append_entry(
            world, Unit(facts=EntryFacts(kind=kind, at_ms=world.clock.now_ms()), content=b"{}", record=b"{}")
        )


def lost(node: Path, backup: Path) -> tuple[Path, Path]:
    """The node's machine is gone but for its keys, which are kept apart, and its log directory; the copy takes its place."""
    apart = node.with_name("apart")
    shutil.move(node / "keys", apart / "keys")
    shutil.move(node / "log", apart / "log")
    shutil.rmtree(node)
    shutil.copytree(backup / "node", node)
    shutil.copytree(apart / "keys", node / "keys")
    return node, apart / "log"


def entries_of(node: Path) -> int:
    with closing(sqlite3.connect(node / "node.db")) as database:
        return int(database.execute("SELECT count(*) FROM entry").fetchone()[0])


def test_a_served_node_is_copied_whole_and_for_its_account_alone(node: Path, tmp_path: Path) -> None:
    """While it answers; what the copy says of itself is its own log, and the node keeps when it was made."""
    to = tmp_path / "copy"
    with serving(node) as door:
        with at_node(node) as verbs:
            made = verbs(MakeBackup(to=str(to)), object, lambda *_: None)
        assert door.get("/ready").status_code == 200
        assert door.stop() == (0, "")
    checked = check_backup(to)
    assert checked.faults == ()
    assert checked.manifest is not None
    assert made["manifest"]["mark"]["entries"] == checked.manifest.mark.entries == entries_of(to / "node")
    assert read_backup_state(node).at_ms == checked.manifest.mark.at_ms
    assert {stat.S_IMODE(one.stat().st_mode) for one in to.rglob("*") if one.is_file()} == {0o600}
    assert {stat.S_IMODE(one.stat().st_mode) for one in (to, *to.rglob("*")) if one.is_dir()} == {0o700}
    assert not to.with_name("copy.part").exists()


def test_no_key_and_nothing_unknown_is_in_a_copy(node: Path, tmp_path: Path) -> None:
    """A file that nobody here knows may be a secret: it is left out by name, and the bytes of no key are anywhere."""
    (node / "mail.password").write_text("correct horse battery staple")
    to = copied(node, tmp_path / "copy")
    manifest = read_noun(to / BACKUP_FILE, BackupManifest)
    assert manifest.left_out == ("mail.password",)
    assert manifest.keys == MonthKeys(node / "keys" / "months").names() != ()
    secrets = [b"correct horse", *(one.read_bytes() for one in (node / "keys").rglob("*.key"))]
    held = b"".join(one.read_bytes() for one in to.rglob("*") if one.is_file())
    assert [one for one in secrets if one in held] == []
    assert {one.name for one in (to / "node").iterdir()} & {"keys", "log", "segments", "local.sock"} == set()


def test_the_place_is_a_new_one_outside_of_the_node(node: Path, tmp_path: Path) -> None:
    """What is there already is never written over, and a copy beside what it copies would be lost with it."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "other.part").mkdir()
    (tmp_path / "other.part" / "mine.txt").write_text("mine")
    with open_world(node) as world:
        for to, said in (
            (Path("copy"), "does not begin at the root"),
            (tmp_path / "taken", "is there already"),
            (tmp_path / "no" / "copy", "is no folder"),
            (node / "copy", "own folder"),
            (tmp_path / "other", "was not begun by a copy"),
        ):
            with pytest.raises(WrongUseError, match=said):
                make_backup(world, node, to)
    assert (tmp_path / "other.part" / "mine.txt").read_text() == "mine"
    assert read_backup_state(node) == BackupState()


class Stopped(BaseException):
    """The machine stops."""


@pytest.mark.parametrize("point", BACKUP_CRASH_POINTS[:-1])
def test_a_stop_leaves_nothing_that_has_the_name_of_a_copy(node: Path, tmp_path: Path, point: str) -> None:
    """Wherever it stops; the node counts on nothing, and the next copy to the same place clears what was left."""
    to = tmp_path / "copy"

    def stop(reached: str) -> None:
        if reached == point:
            raise Stopped

    with open_world(node) as world:
        with pytest.raises(Stopped):
            make_backup(world, node, to, stop)
        assert not to.exists()
        assert check_backup(to.with_name("copy.part")).faults != ()
        assert read_backup_state(node) == BackupState()
        make_backup(world, node, to)
    assert check_backup(to).faults == ()
    assert not to.with_name("copy.part").exists()


@pytest.mark.parametrize("point", ["database", "checked"])
def test_a_process_that_is_killed_leaves_no_copy_and_a_node_that_goes_on(
    node: Path, tmp_path: Path, point: str
) -> None:
    """Lock and half a copy go with it: the node opens, and the next copy to the same place is whole."""
    to = tmp_path / "copy"
    killed = run([sys.executable, str(CHILD), str(node), str(to), point], timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert not to.exists()
    assert check_backup(to.with_name("copy.part")).faults != ()
    assert check_backup(copied(node, to)).faults == ()
    assert [one.name for one in tmp_path.glob("copy*")] == ["copy"]


def test_a_stop_behind_the_name_leaves_a_whole_copy(node: Path, tmp_path: Path) -> None:
    """Only the node does not count on it yet."""

    def stop(reached: str) -> None:
        if reached == "named":
            raise Stopped

    with open_world(node) as world, pytest.raises(Stopped):
        make_backup(world, node, tmp_path / "copy", stop)
    assert check_backup(tmp_path / "copy").faults == ()
    assert read_backup_state(node) == BackupState()


def test_a_full_disk_leaves_nothing(node: Path, tmp_path: Path) -> None:
    """Trouble of the disk is one sentence, and what was written is gone."""

    def full(reached: str) -> None:
        if reached == "database":
            raise OSError(28, "No space left on device")

    with open_world(node) as world, pytest.raises(StoreError, match="no space left on device"):
        make_backup(world, node, tmp_path / "copy", full)
    assert list(tmp_path.glob("copy*")) == []


def test_two_copies_to_one_place_are_not_made_at_once(node: Path, tmp_path: Path) -> None:
    """The second is told to wait, and does not clear what the first writes."""
    to = tmp_path / "copy"
    said: list[str] = []

    def second(reached: str) -> None:
        if reached == "files":
            with pytest.raises(WrongUseError) as refused:
                make_backup(world, node, to)
            said.append(str(refused.value))

    with open_world(node) as world:
        make_backup(world, node, to, second)
    assert "is being made; wait for it" in said[0]
    assert check_backup(to).faults == ()


def test_a_law_that_changes_meanwhile_is_copied_with_its_entry(node: Path, tmp_path: Path) -> None:
    """Files and database are of one moment: once more where one was replaced, and refused where they never rest."""
    turns: list[str] = []

    def change(often: int) -> Callable[[str], None]:
        def changed(reached: str) -> None:
            if reached == "files" and len(turns) < often:
                turns.append(reached)
                write_noun(
                    node / SETTINGS_FILE, replace(read_settings(node), requests_per_second=100 + len(turns))
                )

        return changed

    with open_world(node) as world:
        make_backup(world, node, tmp_path / "copy", change(1))
        assert read_settings(tmp_path / "copy" / "node").requests_per_second == 101
        with pytest.raises(StoreError, match="changed while they were copied"):
            make_backup(world, node, tmp_path / "other", change(9))
    assert list(tmp_path.glob("other*")) == []


def test_rows_on_a_server_are_the_servers_to_copy(node: Path, tmp_path: Path) -> None:
    """One sentence says who does it and how the node learns of it."""
    with open_world(node) as world:
        write_noun(node / SETTINGS_FILE, replace(read_settings(node), database="postgresql://comity@db/comity"))
        with pytest.raises(WrongUseError, match="on a PostgreSQL server; dump them there"):
            make_backup(world, node, tmp_path / "copy")


def spoil_file(backup: Path) -> None:
    path = backup / "node" / "members.json"
    path.write_bytes(path.read_bytes() + b" ")


def spoil_link(backup: Path) -> None:
    path = backup / "node" / "members.json"
    path.rename(backup.with_name("members.json"))
    path.symlink_to(backup.with_name("members.json"))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda backup: (backup / BACKUP_FILE).unlink(), "is no copy of a node"),
        (lambda backup: (backup / BACKUP_FILE).write_text("{}"), "cannot be used"),
        (lambda backup: (backup / "node" / "members.json").unlink(), "`node/members.json` is missing"),
        (lambda backup: (backup / "node" / "more").write_text("x"), "`node/more` is not in the list"),
        (lambda backup: (backup / UNFINISHED).write_text(""), "`unfinished` is not in the list"),
        (spoil_file, "`node/members.json` is not what the list says"),
        (spoil_link, "`node/members.json` is not what the list says"),
    ],
)
def test_what_is_wrong_with_a_copy_is_named(
    node: Path, tmp_path: Path, spoil: Callable[[Path], object], said: str
) -> None:
    """A list, a file, one too many."""
    backup = copied(node, tmp_path / "copy")
    spoil(backup)
    assert any(said in fault for fault in check_backup(backup).faults), check_backup(backup).faults


def relist(backup: Path) -> None:
    """Write the list anew as somebody would who changed the copy's database."""
    manifest = read_noun(backup / BACKUP_FILE, BackupManifest)
    files = tuple(listed_file(backup / "node" / one.path, one.path) for one in manifest.files)
    write_noun(backup / BACKUP_FILE, replace(manifest, files=files))


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE entry SET entry = (SELECT entry FROM entry WHERE idx = 1) WHERE idx = 0",
            "are not those of the list",
        ),
        ("DELETE FROM entry WHERE idx = 1", "entry 1 of its log is missing"),
        ("UPDATE head SET note = replace(note, 'wa-node', 'ca-node')", "of log `comity.log/ca-node`"),
        ("DELETE FROM setting WHERE name = 'copy'", "does not say that it is this copy"),
        ("PRAGMA user_version = 99", "has version 99"),
    ],
)
def test_a_changed_database_is_found_though_the_list_was_changed_with_it(
    node: Path, tmp_path: Path, statement: str, said: str
) -> None:
    """Every entry leads to the root that the log's key signed; hashes alone anybody can write anew."""
    backup = copied(node, tmp_path / "copy")
    with closing(sqlite3.connect(backup / "node" / "node.db", isolation_level=None)) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute(statement)
    relist(backup)
    faults = check_backup(backup).faults
    assert any(said in fault for fault in faults), faults


def test_a_node_goes_on_from_a_copy_that_has_all_entries(node: Path, tmp_path: Path) -> None:
    """Served, stopped, copied, destroyed, put back, shown by the log directory that was left; and it serves again."""
    with serving(node) as door:
        assert door.stop() == (0, "")
    backup = copied(node, tmp_path / "copy")
    node, log = lost(node, backup)
    with pytest.raises(StoreError, match="was not taken up again"), open_world(node):
        pass
    with pytest.raises(StoreError, match="was not taken up again"):
        serve_node(node)
    done = resume_node(node, OPERATOR, WHY, log)
    assert done.log_directory
    assert done.witnesses == ()
    with open_world(node) as world:
        kind = decode_entry(world.journal.entry(done.entry)).facts.kind
        assert kind is EntryKind.NODE_RESUMED
        assert WHY.encode() in (world.journal.record(done.entry) or b"")
        assert world.journal.content(done.entry - 1) is not None, "what the log kept opens with the keys"
    with serving(node) as door:
        assert door.get("/ready").status_code == 200
        assert door.stop() == (0, "")
    former = verify_log_directory(log, (node / "log.vkey").read_text().strip())
    assert former.size == done.entry
    assert verify_log_directory(node / "log", (node / "log.vkey").read_text().strip()).size > former.size
    with pytest.raises(WrongUseError, match="is no copy that waits"):
        resume_node(node, OPERATOR, WHY, log)


def test_a_copy_that_lacks_an_entry_is_never_gone_on_from(node: Path, tmp_path: Path) -> None:
    """One more entry in the log directory that was left: refused, and the node stays closed whatever is tried next."""
    backup = copied(node, tmp_path / "copy")
    enter(node)
    had = entries_of(node)
    node, log = lost(node, backup)
    with pytest.raises(LedgerError, match=f"the log had {had} entries and this copy has {had - 1}"):
        resume_node(node, OPERATOR, WHY, log)
    with pytest.raises(WrongUseError, match="nothing shows that the log had no more entries"):
        resume_node(node, OPERATOR, WHY)
    with pytest.raises(StoreError, match="was not taken up again"), open_world(node):
        pass
    assert entries_of(node) == had - 1


def test_the_log_directory_in_the_nodes_own_folder_refuses_too(node: Path, tmp_path: Path) -> None:
    """Where the copy was put back under a log directory that is ahead, nothing opens at all."""
    backup = copied(node, tmp_path / "copy")
    enter(node)
    for left in node.glob("node.db*"):
        left.unlink()
    shutil.copy(backup / "node" / "node.db", node / "node.db")
    with pytest.raises(LedgerError, match="restore the newest database, never an older one"):
        resume_node(node, OPERATOR, WHY)
    with pytest.raises(WrongUseError, match="writes its own log directory anew"):
        resume_node(node, OPERATOR, WHY, node / "log")


def test_a_log_directory_that_is_older_or_another_shows_nothing(
    node: Path, tmp_path: Path, copy: Callable[[str], Path]
) -> None:
    """It ends before the copy does, or is another node's."""
    older = tmp_path / "older"
    shutil.copytree(node / "log", older)
    enter(node)
    backup = copied(node, tmp_path / "copy")
    node, _ = lost(node, backup)
    with pytest.raises(LedgerError, match="says nothing of the"):
        resume_node(node, OPERATOR, WHY, older)
    with pytest.raises(ProofError, match="ca-node"):
        resume_node(node, OPERATOR, WHY, copy("ca-node") / "log")


def test_who_goes_on_says_why_and_administers_the_node(node: Path, tmp_path: Path) -> None:
    """Nobody else, and not without a word."""
    node, log = lost(node, copied(node, tmp_path / "copy"))
    with pytest.raises(WrongUseError, match="does not administer this node"):
        resume_node(node, "wa-police-chief", WHY, log)
    with pytest.raises(WrongUseError, match="why the node goes on from a copy"):
        resume_node(node, OPERATOR, " ", log)


def test_a_resumption_that_stopped_behind_its_entry_is_ended(
    node: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The entry stands once; the node opens behind the second try."""
    node, log = lost(node, copied(node, tmp_path / "copy"))

    def stop(table: object, name: str) -> None:
        raise Stopped

    with monkeypatch.context() as stopped:
        stopped.setattr("comity.store.setting.SettingTable.forget", stop)
        with pytest.raises(Stopped):
            resume_node(node, OPERATOR, WHY, log)
    size = entries_of(node)
    with pytest.raises(StoreError, match="was not taken up again"), open_world(node):
        pass
    done = resume_node(node, OPERATOR, WHY, log)
    assert done.entry == size - 1
    assert entries_of(node) == size
    with open_world(node):
        pass


@contextmanager
def witnessed_by(node: Path, partner: Path) -> Iterator[None]:
    """A served partner that the node's policy names."""
    listing = read_directory(node, read_settings(node)).find_node("ca-node")
    assert listing is not None
    with serving(partner) as door:
        address = door.ready["address"]
        text = f"witness partner {listing.witness_key} {address}/witness\nquorum partner\n"
        (node / POLICY_FILE).write_text(text, encoding="utf-8")
        yield


def ask_to_cosign(node: Path) -> None:
    with open_world(node) as world:
        ask_witnesses(world)


def test_every_witness_shows_that_the_log_has_no_more(
    node: Path, tmp_path: Path, copy: Callable[[str], Path]
) -> None:
    """Without a log directory: the partner cosigns the copy's checkpoint, and would not if it had seen a newer one."""
    with witnessed_by(node, copy("ca-node")):
        ask_to_cosign(node)
        backup = copied(node, tmp_path / "copy")
        node, _ = lost(node, backup)
        done = resume_node(node, OPERATOR, WHY)
    assert done.witnesses == ("partner",)
    assert not done.log_directory


def test_a_witness_that_saw_more_keeps_the_node_closed(
    node: Path, tmp_path: Path, copy: Callable[[str], Path]
) -> None:
    """It proves by our own signature that the log went on; and where it is away nobody can say that it did not."""
    with witnessed_by(node, copy("ca-node")):
        ask_to_cosign(node)
        backup = copied(node, tmp_path / "copy")
        enter(node)
        ask_to_cosign(node)
        node, log = lost(node, backup)
        with pytest.raises(UnwitnessedError, match="an older copy was restored"):
            resume_node(node, OPERATOR, WHY)
    with pytest.raises(UnwitnessedError, match="does not say that the log has no more entries"):
        resume_node(node, OPERATOR, WHY)
    with pytest.raises(LedgerError, match="to go on would undo"):
        resume_node(node, OPERATOR, WHY, log)


def test_a_node_that_goes_on_vouches_for_nobody_under_its_old_witness_key(
    node: Path, tmp_path: Path, copy: Callable[[str], Path]
) -> None:
    """What it cosigned behind the copy it does not know: it could vouch for a fork, so it vouches for nothing."""
    other = (copy("ca-node") / "log" / "checkpoint").read_bytes()
    backup = copied(node, tmp_path / "copy")
    with open_world(node) as world:
        assert witness_checkpoint(world, b"old 0\n\n" + other).status == 200
    node, log = lost(node, backup)
    resume_node(node, OPERATOR, WHY, log)
    with open_world(node) as world:
        reply = witness_checkpoint(world, b"old 0\n\n" + other)
        assert (reply.status, world.journal.heads.all_cosigned()) == (503, ())
    assert "cosigns no more under it" in reply.body


def test_what_was_expunged_since_does_not_come_back(node: Path, tmp_path: Path) -> None:
    """The copy holds the record, the log says that it went: nothing opens the copy, by any way there is."""
    backup = copied(node, tmp_path / "copy")
    with open_world(node) as world:
        record = world.records.page_of("wa-police", "", 1)[0]
        custodian = get_member(read_members(node), "wa-police-custodian")
        act_on_record(
            world, custodian, RecordAct(record_id=record.id, act="expunge", reason="by order of the court")
        )
        assert world.records.get("wa-police", record.id) is None
    node, log = lost(node, backup)
    with pytest.raises(LedgerError, match="to go on would undo"):
        resume_node(node, OPERATOR, WHY, log)
    with pytest.raises(StoreError, match="was not taken up again"), at_node(node):
        pass
    with pytest.raises(StoreError, match="was not taken up again"):
        serve_node(node)


def test_a_copy_has_no_byte_of_what_was_expunged_before(node: Path, tmp_path: Path) -> None:
    """Not even in a page that is free: what a person's record alone said stands in the copy before, and in none after."""
    with open_world(node) as world:
        make_backup(world, node, tmp_path / "before")
        before = whole(tmp_path / "before")
        record, said = next(
            (one, said)
            for one in world.records.page_of("wa-police", "", 500)
            for said in (one.reference.encode(),)
            if said and before.count(said) >= 1
        )
        custodian = get_member(read_members(node), "wa-police-custodian")
        act_on_record(
            world, custodian, RecordAct(record_id=record.id, act="expunge", reason="by order of the court")
        )
        make_backup(world, node, tmp_path / "after")
    assert said not in whole(tmp_path / "after")


def whole(backup: Path) -> bytes:
    return (backup / "node" / "node.db").read_bytes()


def test_a_month_that_was_forgotten_since_stays_forgotten(node: Path, tmp_path: Path) -> None:
    """Its key is in no copy: what lies under it in an older one opens no more, and the node does not go on from it."""
    write_noun(node / SETTINGS_FILE, replace(read_settings(node), log_days=100))
    with open_world(node) as world:
        at_ms = world.clock.now_ms() - 200 * DAY_MS
        months = MonthKeys(node / "keys" / "months", lambda: month_of(at_ms))
        world.keys.wrap = months.wrap  # type: ignore[method-assign]
        facts = EntryFacts(kind=EntryKind.REJECTED, at_ms=at_ms)
        append_entry(world, Unit(facts=facts, content=b'{"sentence":"long ago"}', record=b"{}"))
        index = world.journal.size() - 1
    enter(node)
    backup = copied(node, tmp_path / "copy")
    assert month_of(at_ms) in read_noun(backup / BACKUP_FILE, BackupManifest).keys
    with closing(sqlite3.connect(backup / "node" / "node.db")) as database:
        (wrapped,) = database.execute("SELECT content_key FROM entry WHERE idx = ?", (index,)).fetchone()
    assert MonthKeys(node / "keys" / "months").unwrap(wrapped)
    with open_world(node) as world:
        prune_log(world, 100)
    node, log = lost(node, backup)
    with pytest.raises(KeyUnavailableError):
        MonthKeys(node / "keys" / "months").unwrap(wrapped)
    with pytest.raises(LedgerError, match="to go on would undo"):
        resume_node(node, OPERATOR, WHY, log)
