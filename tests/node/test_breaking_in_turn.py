"""Breaking in turn what a node rests on: nothing is released, one sentence says what and what to do, and it comes back.

Each row of the tables breaks one thing. Then the question is put; nothing of an answer leaves, and no entry is made that
says so. The administrator reads one line with the remedy. The row mends what it broke, by the path its line names, and the
same question is answered.
"""

from __future__ import annotations

import re
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest
from serving import STARTS_WITHIN_S, Door, enter_owed, entries, opened, question, seal, serving, wait_for
from test_node_serve import detective
from test_node_witness import ask_for

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.errors import ClockError
from comity.exchange.messages.wire import AnswerBody, Turned
from comity.exchange.receive import receive_message
from comity.ledger.append import append_entry
from comity.ledger.witnessed import GRACE_MS
from comity.model.codes import Status
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.query import Query
from comity.node.clock import SystemClock
from comity.node.message_door import CLOSED
from comity.node.open_world import open_world
from comity.ports import KeptHead, World
from comity.settings import SETTINGS_FILE, read_settings, write_noun
from forked import run
from store_engines import move_to_server, own_server

NODE = "ca-node"
DAY_MS = 86_400_000


@dataclass(frozen=True)
class Asked:
    """One question, which can be sealed again and again as a retry is: same body, fresh nonce."""

    asker: World
    query: Query
    grown: BuiltRegion

    def sealed(self) -> bytes:
        return seal(self.asker, NODE, detective(self.grown), self.query)


@pytest.fixture
def asked(grown: BuiltRegion, asker: World) -> Asked:
    scene = grown.scene.detective_question
    return Asked(asker, question(asker, detective(grown), scene, CA_SHERIFF), grown)


def answers(raw: bytes) -> None:
    """What came is the answer to the question, with what it releases."""
    body = opened(raw)
    assert isinstance(body, AnswerBody), body
    assert body.answer.status is Status.ANSWERED
    assert body.answer.items


def serve_once(folder: Path) -> tuple[int, str, str]:
    """Try to serve a node that must not start: status, standard output, standard error."""
    words = [sys.executable, "-m", "comity", "node", "serve", "--node", str(folder)]
    done = run(words, timeout=STARTS_WITHIN_S)
    return done.returncode, done.stdout, done.stderr


# Broken while the node stands still: it does not start.


@dataclass(frozen=True)
class Still:
    """`breaks` gives what mends it again; `says` is the line, with its remedy."""

    name: str
    breaks: Callable[[Path], Callable[[], object]]
    says: str


def kept(path: Path) -> Callable[[], object]:
    """Puts a file back as it is now, as from a copy."""
    content = path.read_bytes()
    return lambda: path.write_bytes(content)


def lost(name: str) -> Callable[[Path], Callable[[], object]]:
    def breaks(folder: Path) -> Callable[[], object]:
        path = next(folder.glob(name))
        mend = kept(path)
        path.unlink()
        return mend

    return breaks


def changed(name: str, at: float = 0.5) -> Callable[[Path], Callable[[], object]]:
    """One byte of a file is another."""

    def breaks(folder: Path) -> Callable[[], object]:
        path = next(folder.glob(name))
        mend = kept(path)
        raw = bytearray(path.read_bytes())
        raw[int((len(raw) - 1) * at)] ^= 1
        path.write_bytes(raw)
        return mend

    return breaks


def cut(name: str) -> Callable[[Path], Callable[[], object]]:
    def breaks(folder: Path) -> Callable[[], object]:
        path = next(folder.glob(name))
        mend = kept(path)
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        return mend

    return breaks


def swapped_key(folder: Path) -> Callable[[], object]:
    """A whole key, of somebody else."""
    path = folder / "keys" / "log.key"
    mend = kept(path)
    path.write_bytes(bytes(range(32)))
    return mend


def unsigned_version(folder: Path) -> Callable[[], object]:
    """A next version of the directory that nobody signed is put in its place by hand."""
    path = folder / "directory.json"
    mend = kept(path)
    path.write_bytes(path.read_bytes().replace(b'"version": 1', b'"version": 2', 1))
    return mend


def no_log_folder(folder: Path) -> Callable[[], object]:
    """The disk of the log is not there: what stands in its place cannot be written to."""
    log, away = folder / "log", folder / "log-away"
    log.rename(away)
    log.write_text("not mounted", encoding="utf-8")

    def mend() -> None:
        log.unlink()
        away.rename(log)

    return mend


def restored_yesterday(folder: Path) -> Callable[[], object]:
    """The database is older than the checkpoint that was published since."""
    before = (folder / "node.db").read_bytes()
    with open_world(folder) as world:
        now_ms = world.clock.now_ms()
        append_entry(
            world, Unit(facts=EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=now_ms), content=b"", record=b"")
        )
    now = kept(folder / "node.db")
    (folder / "node.db").write_bytes(before)
    return now


STILL = [
    Still("the log's disk is not mounted", no_log_folder, r"the node directory `ca-node` cannot be used: .*"),
    Still("a tile of the log changed", changed("log/tile/0/*/*"), r".*tile/0/.*(restore|copy).*"),
    Still(
        "the database is torn", cut("node.db"), r"the database .*(damaged|malformed|cannot be opened).*restore.*"
    ),
    Still("the database is of yesterday", restored_yesterday, r".*never an older one.*"),
    Still(
        "a law pack is missing",
        lost("law/ca-sheriff/pack-us-ca-*"),
        r".*was lost or changed: .*; restore the folder `law` from a copy of the node",
    ),
    Still(
        "a law pack has a changed byte",
        changed("law/ca-sheriff/pack-us-ca-*"),
        r".*was lost or changed: .*; restore the folder `law` from a copy of the node",
    ),
    Still(
        "the list of law is cut",
        cut("law/ca-sheriff/active.json"),
        r".*law cannot be read: .*; restore the folder `law` from a copy of the node",
    ),
    Still(
        "the message key is missing",
        lost("keys/message.key"),
        r"the key `message.key` cannot be read .*key backup",
    ),
    Still(
        "the log key is cut", cut("keys/log.key"), r"the key `log.key` is damaged; restore it from the key backup"
    ),
    Still(
        "the log key is another's",
        swapped_key,
        r"the key `log.key` is not the one the directory lists .*key backup",
    ),
    Still(
        "the month's key is missing", lost("keys/months/*.key"), r"the key `.*\.key` cannot be read .*key backup"
    ),
    Still(
        "the month's key is wrong",
        changed("keys/months/*.key"),
        r"the commitment keys of .* restore that month's key",
    ),
    Still("the directory is missing", lost("directory.json"), r".*directory.json` cannot be read .*restore it"),
    Still(
        "the directory has a changed byte", changed("directory.json", 0.3), r".*directory.json` (is not|cannot).*"
    ),
    Still(
        "the directory has no quorum", unsigned_version, r".*is not the directory this node was told to trust; .*"
    ),
]


@pytest.mark.parametrize("row", STILL, ids=lambda row: row.name)
def test_a_node_that_was_broken_while_it_stood_still_does_not_start(
    row: Still, copy: Callable[[str], Path], asked: Asked
) -> None:
    """Status 2, nothing served, one line; mended as the line says, it opens and answers."""
    folder = copy(NODE)
    mend = row.breaks(folder)
    size = (folder / "log" / "checkpoint").read_bytes() if (folder / "log").is_dir() else b""
    status, out, err = serve_once(folder)
    assert (status, out) == (2, "")
    (line,) = err.strip().splitlines()
    assert re.fullmatch(r"comity: " + row.says, line), line
    assert size == ((folder / "log" / "checkpoint").read_bytes() if (folder / "log").is_dir() else b"")
    mend()
    with open_world(folder) as world:
        answers(receive_message(world, asked.sealed()).raw)


# Broken while the node runs, as a process of its own.


@dataclass(frozen=True)
class Broken:
    """What a row broke: what mends it, and whether the node must be started again, as its line says."""

    mend: Callable[[], object]
    restart: bool


@dataclass(frozen=True)
class Running:
    name: str
    breaks: Callable[[Path, Door, ExitStack], Broken]
    says: str


def full_disk(folder: Path, door: Door, stack: ExitStack) -> Broken:
    """No file of the node's may grow any more."""
    held = resource.prlimit(door.process.pid, resource.RLIMIT_FSIZE, (4_096, resource.RLIM_INFINITY))
    return Broken(
        lambda: door.process.poll() or resource.prlimit(door.process.pid, resource.RLIMIT_FSIZE, held), True
    )


def locked_database(folder: Path, door: Door, stack: ExitStack) -> Broken:
    """Somebody else's program holds the database."""
    held = sqlite3.connect(folder / "node.db", isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    stack.callback(held.close)
    return Broken(held.close, True)


def changed_law(folder: Path, door: Door, stack: ExitStack) -> Broken:
    """A text of the list is no longer the one that was signed."""
    active = folder / "law" / CA_SHERIFF / "active.json"
    mend = kept(active)
    active.write_bytes(active.read_bytes().replace(b'"entry": 0', b'"entry": 1', 1))
    return Broken(mend, False)


RUNNING = [
    Running(
        "the log's disk is full",
        full_disk,
        r"the database could not be written: .*; check the disk .*restart the node",
    ),
    Running(
        "the database is locked",
        locked_database,
        r"the database could not be written: .*; check .*restart the node",
    ),
    Running(
        "a law pack is not the signed one",
        changed_law,
        r"`us` is not the text that was activated; activate it again",
    ),
]


@pytest.mark.parametrize("row", RUNNING, ids=lambda row: row.name)
def test_a_node_that_is_broken_while_it_runs_answers_nobody(
    row: Running, copy: Callable[[str], Path], asked: Asked
) -> None:
    """503 with a sentence that tells a stranger nothing, no entry, one line for its administrator; then it answers again."""
    folder = copy(NODE)
    enter_owed(folder)
    with ExitStack() as stack:
        with serving(folder) as door:
            size = entries(folder)
            broken = row.breaks(folder, door, stack)
            closed = door.post(asked.sealed(), asked.asker)
            assert (closed.status_code, closed.text) == (503, CLOSED)
            wait_for(lambda: door.get("/ready").status_code == 503)
            assert door.get("/ready").text == CLOSED
            assert entries(folder) == size
            broken.mend()
            if not broken.restart:
                wait_for(lambda: door.get("/ready").status_code == 200)
                answers(door.post(asked.sealed(), asked.asker).content)
            said = door.stop()[1]
        told = {line for line in said.splitlines() if re.search(row.says, line)}
        assert len(told) == 1, said
        if broken.restart:
            with serving(folder) as door:
                answers(door.post(asked.sealed(), asked.asker).content)


def test_a_database_server_that_is_gone_closes_the_node(copy: Callable[[str], Path], asked: Asked) -> None:
    """Killed without warning: nothing leaves and one line names the server; both started again, the question is answered."""
    folder = copy(NODE)
    enter_owed(folder)
    with own_server() as server:
        address = server.take()
        move_to_server(folder, address)
        write_noun(folder / SETTINGS_FILE, msgspec.structs.replace(read_settings(folder), database=address))
        with serving(folder) as door:
            size = entries(folder)
            server.server.kill()
            closed = door.post(asked.sealed(), asked.asker)
            assert (closed.status_code, closed.text) == (503, CLOSED)
            wait_for(lambda: door.get("/ready").status_code == 503)
            assert entries(folder) == size
            said = door.stop()[1]
        assert (
            "check the disk or the server and restart the node" in said or "check that the server runs" in said
        ), said
        assert serve_once(folder)[0] == 2
        server.server.start()
        with serving(folder) as door:
            answers(door.post(asked.sealed(), asked.asker).content)


def test_a_quorum_that_is_away_beyond_its_grace_closes_the_node(copy: Callable[[str], Path], asked: Asked) -> None:
    """Nothing leaves, one line names who is away; it comes back by itself with its partner, and the question is answered."""
    folder, partner = copy(NODE), copy("il-node")
    enter_owed(folder)
    settings = read_settings(partner)
    ask_for(folder, "il-node", f"http://{settings.host}:{settings.port}")
    with open_world(folder) as world:
        long_ago = EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=world.clock.now_ms() - 2 * GRACE_MS)
        world.journal.heads.keep_witnessed(KeptHead(world.journal.size(), world.journal.checkpoint()))
        append_entry(world, Unit(facts=long_ago, content=b"", record=b""))
    with serving(folder) as door:
        size = entries(folder)
        closed = door.post(asked.sealed(), asked.asker)
        assert (closed.status_code, closed.text) == (503, CLOSED)
        assert entries(folder) == size
        with serving(partner):
            wait_for(lambda: door.get("/ready").status_code == 200)
            answers(door.post(asked.sealed(), asked.asker).content)
        said = door.stop()[1]
    lines = [line for line in said.splitlines() if line.startswith("comity: 127.0.0.1: nothing leaves since")]
    assert len(lines) == 1, said
    assert "it goes on by itself once they cosign again, see `comity ledger witness show`" in lines[0]


# The clock, which no test may turn: the same world with a clock that the test reads out.


class Hands:
    """A system clock that a test can put wrong, and right again."""

    def __init__(self) -> None:
        self.off_ms = 0

    def read_ns(self) -> int:
        return time.time_ns() + self.off_ms * 1_000_000


@contextmanager
def clocked(folder: Path, hands: Hands) -> Iterator[World]:
    with open_world(folder) as world:
        yield replace(world, clock=SystemClock(hands.read_ns))


def test_a_clock_that_jumps_back_closes_the_node_until_it_is_restarted(
    copy: Callable[[str], Path], asked: Asked
) -> None:
    """No answer by a clock that ran backwards, also when it is right again: what it said meanwhile is not known."""
    folder, hands = copy(NODE), Hands()
    with clocked(folder, hands) as world:
        world.clock.now_ms()
        size = world.journal.size()
        hands.off_ms = -DAY_MS
        for _ in range(2):
            with pytest.raises(
                ClockError, match="the system clock ran backwards; set it right and restart the node"
            ):
                receive_message(world, asked.sealed())
        assert world.journal.size() == size
    hands.off_ms = 0
    with clocked(folder, hands) as world:
        answers(receive_message(world, asked.sealed()).raw)


def test_a_clock_far_ahead_answers_nothing(copy: Callable[[str], Path], asked: Asked) -> None:
    """Every question is too old for it: turned away in one sentence and entered; set right and restarted, it answers."""
    folder, hands = copy(NODE), Hands()
    hands.off_ms = DAY_MS
    with clocked(folder, hands) as world:
        size = world.journal.size()
        body = opened(receive_message(world, asked.sealed()).raw)
        assert isinstance(body, Turned)
        assert body.sentence.endswith("send it anew, and compare the clocks of both nodes where it happens again")
        assert world.journal.size() == size + 1
    hands.off_ms = 0
    with clocked(folder, hands) as world:
        answers(receive_message(world, asked.sealed()).raw)
