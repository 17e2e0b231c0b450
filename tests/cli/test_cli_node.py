"""`comity node init` and `serve`: a node made from two JSON files, served as a process, asked, stopped."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from cli_stage import Stage, call, refused
from test_cli_records import MAPPING, ROWS

from forked import start
from store_engines import NOT_CHECKED, has_postgres, name_of, server, turn_of

AGENCY: dict[str, Any] = {
    "id": "my-police",
    "name": "My Police",
    "oris": [{"ori": "WA0179801", "first": "2026-01-01"}],
    "level": "local",
    "state": "WA",
    "kind": "police",
    "zone": "America/Los_Angeles",
}
MEMBER: dict[str, Any] = {
    "id": "my-detective",
    "name": "Ada Quist",
    "agency": "my-police",
    "roles": ["member"],
    "trained_until": "2099-01-01",
}


SELF_QUESTION = (
    "--as", "my-detective", "--purpose", "criminal-investigation", "--case", "1",
    "--class", "case", "--family", "Nobody", "--given", "Ann", "--born", "1990", "--source", "my-police",
    "--json",
)  # fmt: skip


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def plan(tmp_path: Path) -> tuple[str, ...]:
    """Two files and the words that make a node of them."""
    (tmp_path / "agency.json").write_text(json.dumps(AGENCY))
    (tmp_path / "detective.json").write_text(json.dumps(MEMBER))
    files = (
        "--demonstration",
        "--agency",
        str(tmp_path / "agency.json"),
        "--member",
        str(tmp_path / "detective.json"),
    )
    return ("--id", "my-node", "--port", str(free_port()), *files)


@contextmanager
def served(folder: Path) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """The node as a process of its own, and the line it prints when its doors are open."""
    words = [sys.executable, "-m", "comity", "node", "serve", "--json", "--node", str(folder)]
    process = start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, process.communicate()[1]
        yield process, json.loads(line)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def test_a_node_is_made_served_and_asks_itself(
    tmp_path: Path, plan: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Init signs and switches on the law; serve says one JSON line; an ask goes through the socket; a stop is clean."""
    monkeypatch.setenv(
        "COMITY_OWN_IMPORTS", "1"
    )  # one node of these tests starts exactly as an administrator's does
    folder = tmp_path / "my-node"
    made = call("node", "init", "--node", folder, *plan, "--json")
    assert made.status == 0, made.err
    assert made.json["agencies"] == [{"id": "my-police", "packs": ["us", "us-wa", "model"]}]
    assert made.json["log_key"] == (folder / "log.vkey").read_text().strip()
    assert not list(tmp_path.glob(".*")), "a draft was left behind"
    with served(folder) as (process, ready):
        assert ready == {
            "node": "my-node", "address": f"http://127.0.0.1:{made.json['port']}",
            "socket": str(folder / "local.sock"), "ready": True,
        }  # fmt: skip
        assert stat.S_IMODE((folder / "local.sock").stat().st_mode) == 0o600
        assert httpx.get(ready["address"] + "/health", trust_env=False).text == "ok\n"
        asked = call("ask", "--node", folder, *SELF_QUESTION)
        assert asked.status == 1, asked.err
        (only,) = asked.json["sources"]
        assert (only["agency"], only["status"]) == ("my-police", "refused")
        assert only["reasons"][0]["rule"] == "comity/NO-AGREEMENT"
        assert asked.json["verified"] is True
        assert "another process owns the node" in refused("node", "serve", "--node", folder)
        mapping, export = tmp_path / "m.yaml", tmp_path / "e.csv"
        mapping.write_text(MAPPING.replace("wa-police", "my-police"))
        export.write_text(ROWS)
        loading = refused("records", "map", "--node", folder, "--mapping", mapping, export)
        assert "another process owns the node" in loading
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "", "")
    assert not (folder / "local.sock").exists()
    assert call("ledger", "verify", folder / "log", "--key", folder / "log.vkey").status == 0


MISUSES = {
    (
        "--host",
        "10.0.0.7",
    ): "`10.0.0.7` is not an address of this machine alone; write `127.0.0.1`, or serve others with TLS",
    ("--host", "county.example", "--tls"): "`county.example` is not an IP address to serve at",
    (
        "--host",
        "0.0.0.0",
        "--tls",
    ): "`0.0.0.0` is every address of this machine; say with --address which others use",
    ("--tls", "--address", "http://county.example:1"): "write `https://HOST:PORT`",
    ("--address", "https://county.example:1"): "write `http://HOST:PORT`",
}


@pytest.mark.parametrize("words", MISUSES, ids=" ".join)
def test_a_place_that_cannot_be_is_one_sentence(
    tmp_path: Path, plan: tuple[str, ...], words: tuple[str, ...]
) -> None:
    """Other hosts are served exactly when TLS is on, at a number, and under an address that others can use."""
    assert MISUSES[words] in refused("node", "init", "--node", tmp_path / "my-node", *plan, *words)
    assert not (tmp_path / "my-node").exists()


def test_a_node_with_tls_asks_itself_and_is_renewed(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """Made with TLS: a key and a request for an authority, a certificate at once; its next one is printed, not shown."""
    folder = tmp_path / "my-node"
    made = call("node", "init", "--node", folder, *plan, "--tls", "--json")
    assert made.status == 0, made.err
    assert made.json["address"] == f"https://127.0.0.1:{made.json['port']}"
    assert stat.S_IMODE((folder / "keys" / "tls.key").stat().st_mode) == 0o600
    present = (folder / "keys" / "tls.crt").read_text()
    (listing,) = json.loads((folder / "directory.json").read_text())["nodes"]
    assert listing["certificate_pem"] == present
    with served(folder) as (process, ready):
        assert ready["address"] == made.json["address"]
        assert call("ask", "--node", folder, *SELF_QUESTION).json["verified"] is True
        peers = call("node", "peers", "--node", folder, "--json")
        assert (peers.status, peers.json) == (0, [])
        renewed = call("node", "renew", "--node", folder, "--json")
        assert renewed.json["certificate"] == listing["certificate"]
        assert renewed.json["certificate_pem"].startswith(present)
        assert renewed.json["request"] == str(folder / "keys" / "tls.csr")
        assert (folder / "keys" / "tls.crt").read_text() == present
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    told = call("node", "renew", "--node", folder)
    assert told.out.count("BEGIN CERTIFICATE") == 2
    assert "have this listed for `my-node` as `certificate_pem`" in told.err


def test_peers_are_shown_with_their_breakers(tmp_path: Path, stage: Stage) -> None:
    """Every other node of the directory, one line each."""
    folder = stage.copy("wa-node", tmp_path)
    shown = call("node", "peers", "--node", folder, "--json")
    assert {(one["node"], one["breaker"]) for one in shown.json} == {
        (node, "closed") for node in ("ca-node", "il-node", "ny-node", "fed-node")
    }
    table = call("node", "peers", "--node", folder).out.splitlines()
    assert table[0].split()[:2] == ["node", "breaker"]
    assert len(table) == 5


def test_a_node_on_a_server_is_made_served_and_asks_itself(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """As with SQLite, with the rows in the database; a second node is refused it, whether the first runs or not."""
    folder = tmp_path / "my-node"
    with turn_of("postgres") as engine:
        address = engine.address(folder)
        made = call("node", "init", "--node", folder, *plan, "--database", address, "--json")
        assert made.status == 0, made.err
        assert json.loads((folder / "node.json").read_text())["database"] == address
        assert not (folder / "node.db").exists()
        with served(folder) as (process, ready):
            assert httpx.get(ready["address"] + "/health", trust_env=False).text == "ok\n"
            asked = call("ask", "--node", folder, *SELF_QUESTION)
            assert asked.status == 1, asked.err
            assert asked.json["verified"] is True
            (tmp_path / "copy").mkdir()
            shutil.copytree(folder, tmp_path / "copy" / "node", ignore=shutil.ignore_patterns("*.sock"))
            told = refused("node", "check", "--node", tmp_path / "copy" / "node")
            assert f"another node owns the database `{name_of(address)}`" in told
            process.kill()
            process.communicate()
        assert call("node", "check", "--node", folder).status == 0
        assert call("ledger", "verify", folder / "log", "--key", folder / "log.vkey").status == 0
        told = refused("node", "init", "--node", tmp_path / "other", *plan, "--database", address)
        assert f"database `{name_of(address)}` holds a node already" in told
        assert not (tmp_path / "other").exists()
        assert call("node", "check", "--node", folder).status == 0


def test_a_node_that_could_not_be_made_leaves_its_database_empty(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """Whole or not at all, also on a server; the same database takes the next attempt."""
    folder = tmp_path / "my-node"
    with turn_of("postgres") as engine:
        address = engine.address(folder)
        # real people behind no attested safeguards: refused after its law was entered
        real = tuple(word for word in plan if word != "--demonstration")
        refused("node", "init", "--node", folder, *real, "--database", address)
        assert server().run(name_of(address), "SELECT to_regnamespace('comity')") == [(None,)]
        assert not folder.exists()
        assert call("node", "init", "--node", folder, *plan, "--database", address).status == 0


def test_a_database_that_cannot_be_used_is_one_sentence(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """A password in its address, no address, a server that is not there: no node is made."""
    if not has_postgres():
        pytest.skip(NOT_CHECKED)
    for address, sentence in (
        ("postgresql://me:hunter2@db/records", "leave it out and write it into a password file"),
        ("records", "`records` is not the address of a PostgreSQL database"),
        (f"postgresql://me@/records?host={tmp_path}", "database `records` cannot be used"),
    ):
        told = refused("node", "init", "--node", tmp_path / "my-node", *plan, "--database", address)
        assert sentence in told
        assert "hunter2" not in told
        assert not (tmp_path / "my-node").exists()


def test_a_node_of_the_union_stands_under_the_directive(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """An agency of a member state of the European Union begins with the European pack, not the American one."""
    union = {**AGENCY, "state": "EU", "level": "foreign", "zone": "Europe/Amsterdam"}
    (tmp_path / "agency.json").write_text(json.dumps(union))
    made = call("node", "init", "--node", tmp_path / "my-node", *plan, "--json")
    assert made.status == 0, made.err
    assert made.json["agencies"] == [{"id": "my-police", "packs": ["eu", "model"]}]


def test_a_socket_left_by_a_killed_node_is_no_obstacle(stage: Stage, tmp_path: Path) -> None:
    """After a kill the socket file is still there: commands open the node themselves, and it can be served again."""
    folder = stage.copy("wa-node", tmp_path)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(folder / "local.sock"))
    assert (folder / "local.sock").exists()
    assert call("duties", "--node", folder, "wa-police").status == 0


def test_a_port_in_use_is_one_sentence(stage: Stage, tmp_path: Path) -> None:
    """The node refuses to start, names the port and leaves no socket."""
    folder = stage.copy("il-node", tmp_path)
    port = json.loads((folder / "node.json").read_text())["port"]
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        assert f"port {port} of 127.0.0.1 cannot be used" in refused("node", "serve", "--node", folder)
    assert not (folder / "local.sock").exists()


def test_a_socket_path_that_is_too_long_is_one_sentence(stage: Stage, tmp_path: Path) -> None:
    """A path the system cannot keep is said before the doors open."""
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    assert "serve the node by a shorter path" in refused("node", "serve", "--node", stage.copy("il-node", deep))


def test_a_node_is_made_whole_or_not_at_all(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """A node, a folder with something in it, a file: none of them is touched."""
    folder = tmp_path / "my-node"
    assert call("node", "init", "--node", folder, *plan).status == 0
    keys = (folder / "keys" / "log.key").read_bytes()
    assert "is a node already" in refused("node", "init", "--node", folder, *plan)
    assert (folder / "keys" / "log.key").read_bytes() == keys
    other = tmp_path / "other"
    other.mkdir()
    (other / "letter.txt").write_text("mine")
    assert "holds something already" in refused("node", "init", "--node", other, *plan)
    assert [path.name for path in other.iterdir()] == ["letter.txt"]
    assert "holds something already" in refused("node", "init", "--node", other / "letter.txt", *plan)


def test_a_pack_is_not_lost_to_another_that_begins_like_it(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """Switching on `us` after `us-wa` leaves `us-wa` in force."""
    folder = tmp_path / "my-node"
    assert (
        call("node", "init", "--node", folder, *plan, "--pack", "us-wa", "--pack", "us", "--pack", "us").status
        == 0
    )
    active = json.loads((folder / "law" / "my-police" / "active.json").read_text())
    assert sorted(one["file"].rpartition("-")[0] for one in active) == ["pack-us", "pack-us-wa"]


def agency(**changes: object) -> str:
    return json.dumps({**AGENCY, **changes})


WRONG_PLANS = {
    "port": (("--port", "70000"), "", "`70000` is not a port; write a number from 1 to 65535"),
    "node id": (("--id", "My Node"), "", "`My Node` is not an id"),
    "pack": (("--pack", "us-zz"), "", "`us-zz` is no shipped pack"),
    "no such file": (("--member", "gone.json"), "", "`gone.json` cannot be read (no such file or directory)"),
    "not JSON": ((), "{", "agency.json` cannot be used: input data was truncated"),
    "binary": ((), "\x00\x01", "agency.json` cannot be used: JSON is malformed"),
    "a list": ((), "[1]", "agency.json` cannot be used: expected `object`, got `array`"),
    "a number": ((), agency(id=7), "expected `str`, got `int` - at `$.id`"),
    "a name that is null": ((), agency(name=None), "expected `str`, got `null` - at `$.name`"),
    "unknown field": ((), agency(motto="x"), "unknown field `motto`"),
    "missing field": ((), '{"id": "my-police"}', "missing required field `name`"),
    "unknown word": ((), agency(level="galactic"), "invalid enum value 'galactic' - at `$.level`"),
    "ORI": ((), agency(oris=[{"ori": "X", "first": "2026-01-01"}]), "`X` is not an ORI"),
    "date": ((), agency(oris=[{"ori": "WA0179801", "first": "soon"}]), "invalid RFC3339 encoded date"),
    "zone": ((), agency(zone="Mars/Base"), "`Mars/Base` is not an IANA time zone"),
    "no ORI": ((), agency(oris=[]), "has no ORI"),
    "another's member": ((), agency(id="other-police"), "is of `my-police`, which this node does not hold"),
    "deep": ((), "[" * 100_000, "agency.json`"),
}


@pytest.mark.parametrize("name", WRONG_PLANS)
def test_a_plan_that_cannot_be_used_makes_nothing(tmp_path: Path, plan: tuple[str, ...], name: str) -> None:
    """File and fault in one sentence, exit status 2, no folder."""
    more, text, sentence = WRONG_PLANS[name]
    if text:
        (tmp_path / "agency.json").write_text(text)
    told = refused("node", "init", "--node", tmp_path / "my-node", *plan, *more)
    assert sentence.lower() in told.lower()
    assert not (tmp_path / "my-node").exists()
    assert not list(tmp_path.glob(".*"))


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """A place where nobody may make a folder, the system's account neither: said with the remedy."""
    assert "cannot be made" in refused("node", "init", "--node", Path("/proc/closed/my-node"), *plan)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if os.geteuid():
        assert "cannot be made" in refused("node", "init", "--node", closed / "my-node", *plan)


def test_init_says_what_is_attested_and_check_decides(tmp_path: Path, plan: tuple[str, ...]) -> None:
    """Settings keep the flag and the attestations; `node check` has two lines for each owner; a wrong name makes no node."""
    folder = tmp_path / "my-node"
    assert (
        call(
            "node", "init", "--node", folder, *plan, "--attest", "multi-factor", "--attest", "log-days=100000"
        ).status
        == 0
    )
    settings = json.loads((folder / "node.json").read_text())
    assert settings["invented"] is True
    assert settings["attested"] == {"multi-factor": "yes", "log-days": "100000"}
    assert call("node", "check", "--node", folder).out == (
        "my-police: its law lets the node stand as it is set up\nmy-police: 0 people are found as their records say\n"
    )
    empty = {"owner": "my-police", "people": 0, "files": 0, "bytes": 0, "faults": []}
    value = call("node", "check", "--node", folder, "--json").json
    assert value == [{"owner": "my-police", "refused": [], "index": empty}]
    other = tmp_path / "other"
    assert "did you mean `multi-factor`?" in refused(
        "node", "init", "--node", other, *plan, "--attest", "multifactor"
    )
    assert not other.exists()
