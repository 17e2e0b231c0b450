"""`comity ledger stamp`: checkpoints stamped by a local authority of OpenSSL, kept, and checked offline by two readers.

Needs the program `openssl` and rfc3161-client; skipped loudly without.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from cli_stage import Stage, call, refused
from msgspec.structs import replace
from stamp_authority import MISSING, NOT_CHECKED, Authority, make_authority, openssl, served

from comity.ledger.append import append_entry
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.node.open_world import open_world
from comity.node.stamping import EVERY_MS, FIRST_PAUSE_MS, FOLDER, StampState, read_stamp_state, stamp_when_due
from comity.ports import World
from comity.settings import SETTINGS_FILE, NodeSettings, read_settings, write_noun
from comity.sim.federation import SimClock
from forked import start

pytestmark = pytest.mark.skipif(MISSING, reason=NOT_CHECKED)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A root, and a signer of stamps under it."""
    return make_authority(tmp_path_factory.mktemp("tsa"))


@dataclass(frozen=True)
class Taken:
    note: Path
    key: Path
    root: Path

    @property
    def words(self) -> tuple[str | Path, ...]:
        return ("ledger", "stamp", "check", self.note, "--key", self.key, "--root", self.root)


@pytest.fixture
def taken(stage: Stage, authority: Authority, tmp_path: Path) -> Taken:
    """A checkpoint of the Washington node's log with its stamp."""
    node = stage.node("wa-node")
    with served(authority) as url:
        done = call(
            "ledger", "stamp", "take", node / "log", "--key", node / "log.vkey", "--authority", url,
            "--root", authority.root, "--kept", tmp_path / "kept", "--json",
        )  # fmt: skip
    assert done.status == 0, done.err
    return Taken(Path(done.json["checkpoint"]), node / "log.vkey", authority.root)


def test_a_checkpoint_is_stamped_kept_and_checked_offline(stage: Stage, taken: Taken) -> None:
    """The time is the authority's; the note is the log's own, byte for byte."""
    assert taken.note.read_bytes() == (stage.node("wa-node") / "log" / "checkpoint").read_bytes()
    checked = call(*taken.words)
    assert checked.status == 0, checked.err
    assert "comity.log/wa-node: " in checked.out
    assert " entries were there at 20" in checked.out


def test_openssl_verifies_the_same_stamp(taken: Taken, authority: Authority) -> None:
    """A reader that others wrote says the same of the kept files."""
    told = openssl(
        authority.folder, "ts", "-verify", "-data", str(taken.note), "-in", str(taken.note.with_suffix(".tsr")),
        "-CAfile", "root.pem",
    )  # fmt: skip
    assert "Verification: OK" in told


def test_what_was_changed_does_not_verify(taken: Taken, tmp_path: Path, stage: Stage) -> None:
    """Another note, another root, another log's key, a stamp cut off or of noise: status 1 and what failed."""
    raw, stamp = taken.note.read_bytes(), taken.note.with_suffix(".tsr")
    whole = stamp.read_bytes()
    taken.note.write_bytes(raw + raw.splitlines(keepends=True)[-1])
    assert "the stamp is not of this checkpoint" in refused(*taken.words, status=1)
    taken.note.write_bytes(raw)
    for changed in (whole[:-40], b"", b"noise", whole.replace(b"Invented tsa", b"Inverted tsa")):
        stamp.write_bytes(changed)
        assert "stamp" in refused(*taken.words, status=1)
    stamp.write_bytes(whole)
    key = stage.node("ca-node") / "log.vkey"
    assert "is of log" in refused(*taken.words[:4], "--key", key, "--root", taken.root, status=1)
    other = tmp_path / "other.pem"
    other.write_text("nothing", encoding="utf-8")
    assert "are not PEM" in refused(*taken.words[:6], "--root", other, status=1)
    openssl(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "o.key", "-out", "other.pem",
        "-subj", "/CN=Another Root", "-days", "30",
    )  # fmt: skip
    assert "does not verify under the trusted certificates" in refused(*taken.words[:6], "--root", other, status=1)


def test_what_does_not_verify_is_not_kept(stage: Stage, authority: Authority, tmp_path: Path) -> None:
    """A stamp of something else, noise, too much, a fault, nobody: nothing is left behind."""
    node, kept = stage.node("wa-node"), tmp_path / "kept"
    query = authority.folder / "other.tsq"
    (authority.folder / "data").write_bytes(b"something else")
    openssl(authority.folder, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", str(query))
    words = ("ledger", "stamp", "take", node / "log", "--key", node / "log.vkey")
    for reply, status, fault in (
        (authority.answer(query.read_bytes()), 200, "the stamp is not of this checkpoint"),
        (b"noise", 200, "is no granted stamp in strict DER"),
        (b"x" * 200_000, 200, "sent more than"),
        (b"", 500, "answered 500 and no stamp"),
    ):
        with served(reply, status) as url:
            told = refused(*words, "--authority", url, "--root", authority.root, "--kept", kept, status=1)
        assert fault in told
    nobody = ("--authority", "http://127.0.0.1:1", "--root", authority.root, "--kept", kept)
    assert "could not be reached" in refused(*words, *nobody, status=1)
    assert not kept.exists()


def stamped_by(folder: Path, url: str, authority: Authority) -> NodeSettings:
    """Let a node's settings name an authority."""
    changed = replace(read_settings(folder), stamp_authority=url, stamp_roots=str(authority.root))
    write_noun(folder / SETTINGS_FILE, changed)
    return changed


def enter(world: World) -> None:
    now_ms = world.clock.now_ms()
    append_entry(world, Unit(facts=EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=now_ms), content=b"", record=b""))


def test_a_log_is_stamped_by_the_hour_and_only_when_it_grew(
    stage: Stage, authority: Authority, tmp_path: Path
) -> None:
    """Asked once an hour; a checkpoint that is stamped already is not stamped again."""
    folder = stage.copy("wa-node", tmp_path)
    with served(authority) as url, open_world(folder) as opened:
        settings = stamped_by(folder, url, authority)
        clock = SimClock(opened.clock.now_ms())
        world = dataclasses.replace(opened, clock=clock)
        first = stamp_when_due(world, folder, settings)
        assert (first.entries, first.fault, first.next_ms) == (world.journal.size(), "", clock.at_ms + EVERY_MS)
        enter(world)
        world.journal.publish()  # type: ignore[attr-defined]
        clock.at_ms += EVERY_MS - 1
        assert stamp_when_due(world, folder, settings) == first
        clock.at_ms += 1
        second = stamp_when_due(world, folder, settings)
        assert second.entries == world.journal.size()
        clock.at_ms += EVERY_MS
        assert stamp_when_due(world, folder, settings).stamped_ms == second.stamped_ms
        notes = sorted((folder / FOLDER).glob("*.checkpoint"))
        assert len(notes) == 2
    checked = call("ledger", "stamp", "check", notes[0], "--key", folder / "log.vkey", "--root", authority.root)
    assert checked.status == 0, checked.err
    shown = call("ledger", "stamp", "show", "--node", folder)
    assert shown.status == 0
    assert f"{second.entries} entries were there at 20" in shown.out


def test_an_authority_that_is_away_is_asked_less_and_less(
    stage: Stage, authority: Authority, tmp_path: Path
) -> None:
    """A minute, two, four, up to an hour; what failed is shown with status 1; nothing of before is lost."""
    folder = stage.copy("wa-node", tmp_path)
    with open_world(folder) as opened:
        settings = stamped_by(folder, "http://127.0.0.1:1", authority)
        clock = SimClock(opened.clock.now_ms())
        world = dataclasses.replace(opened, clock=clock)
        pauses = []
        for _ in range(9):
            state = stamp_when_due(world, folder, settings)
            pauses.append(state.next_ms - clock.at_ms)
            clock.at_ms = state.next_ms
        assert pauses[:3] == [FIRST_PAUSE_MS, 2 * FIRST_PAUSE_MS, 4 * FIRST_PAUSE_MS]
        assert pauses[-2:] == [EVERY_MS, EVERY_MS]
        assert read_stamp_state(folder).tried == 9
        shown = call("ledger", "stamp", "show", "--node", folder)
        assert shown.status == 1
        assert "failed 9 times since: `http://127.0.0.1:1` could not be reached" in shown.out
        with served(authority) as url:
            settings = stamped_by(folder, url, authority)
            mended = stamp_when_due(world, folder, settings)
        assert (mended.tried, mended.fault, mended.entries) == (0, "", world.journal.size())


def test_a_served_node_is_stamped_and_its_metrics_say_when(
    stage: Stage, authority: Authority, tmp_path: Path
) -> None:
    """Without anybody asking for it; and a node whose authority's certificates are missing does not start."""
    folder = stage.copy("ny-node", tmp_path)
    words = [sys.executable, "-m", "comity", "node", "serve", "--json", "--node", str(folder)]
    with served(authority) as url:
        stamped_by(folder, url, authority)
        with start(words, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["node"] == "ny-node"
            while not (folder / FOLDER / "state.json").exists():
                time.sleep(0.05)
            with httpx.Client(transport=httpx.HTTPTransport(uds=str(folder / "local.sock"))) as client:
                text = client.get("http://inside/metrics", timeout=60).text
            process.terminate()
    state = read_stamp_state(folder)
    assert (state.fault, state.entries is not None) == ("", True)
    assert f"comity_stamp_seconds {(state.stamped_ms or 0) // 1000}\n" in text
    write_noun(folder / SETTINGS_FILE, replace(read_settings(folder), stamp_roots="gone.pem"))
    sentence = refused("node", "serve", "--node", folder)
    assert "gone.pem` cannot be read; put the stamping authority's root certificates there" in sentence


def test_settings_name_an_authority_whole(stage: Stage, tmp_path: Path) -> None:
    """An address without certificates would believe anybody; without both, nobody is asked."""
    folder = stage.copy("wa-node", tmp_path)
    path = folder / SETTINGS_FILE
    shown = call("ledger", "stamp", "show", "--node", folder, "--json").json
    assert shown == {"entries": None, "stamped_ms": None, "tried": 0, "fault": "", "next_ms": 0, "authority": ""}
    assert StampState().next_ms == 0
    path.write_text(path.read_text().replace('"stamp_authority": ""', '"stamp_authority": "http://tsa.example"'))
    assert "goes with its root certificates" in refused("ledger", "stamp", "show", "--node", folder)
