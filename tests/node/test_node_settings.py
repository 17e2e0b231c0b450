"""Settings and trusted files, read strictly and written whole."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from comity.errors import ClockError, NounError, SettingsError, WrongUseError
from comity.model.agency import Member
from comity.node.clock import BACKWARDS_MS, SystemClock
from comity.settings import (
    SETTINGS_FILE,
    NodeSettings,
    check_database,
    check_host,
    check_port,
    get_member,
    read_members,
    read_noun,
    read_settings,
    write_noun,
    write_whole,
)

GOOD = {
    "id": "one-node",
    "host": "127.0.0.1",
    "port": 8400,
    "agencies": ["one-police"],
    "directory_hash": "sha256:0",
}


@pytest.mark.parametrize("port", [-1, 0, 65_536, 70_000])
def test_a_port_that_is_none_is_one_sentence(port: int) -> None:
    """The same sentence whether the settings are made here or read from a file."""
    with pytest.raises(NounError, match=f"^`{port}` is not a port; write a number from 1 to 65535$"):
        NodeSettings(id="one-node", host="127.0.0.1", port=port, agencies=(), directory_hash="")
    assert check_port(8400) == 8400


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.7", "example.org", "", "localhost.evil"])
def test_a_node_binds_to_this_machine_only(host: str) -> None:
    """Any address that others could reach, or that a name server decides, is refused."""
    with pytest.raises(NounError, match=r"is not an address of this machine alone; write `127\.0\.0\.1`"):
        check_host(host)
    assert [check_host(one) for one in ("127.0.0.1", "127.9.9.9", "::1")] == ["127.0.0.1", "127.9.9.9", "::1"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://node:hunter2@db/records",
        "postgresql://node:@db/records",
        "postgres://db/records?password=hunter2",
        "postgresql://db/records?sslmode=require&sslpassword=hunter2",
        "postgresql://db/records?pass%77ord=hunter2",
        "mysql://node:hunter2@db/records",
    ],
)
def test_an_address_with_a_password_is_refused_and_not_repeated(address: str) -> None:
    """The sentence says where a password belongs, and has none in it."""
    with pytest.raises(NounError, match="leave it out and write it into a password file") as told:
        check_database(address)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "address", ["records", "host=db dbname=records", "mysql://db/records", "postgresql://[db/records", "x" * 2_000]
)
def test_an_address_that_is_none_is_one_sentence(address: str) -> None:
    """How one looks is said."""
    with pytest.raises(
        NounError, match="is not the address of a PostgreSQL database; write `postgresql://ROLE@HOST"
    ):
        check_database(address)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "postgresql://node@db/records",
        "postgresql:///records?host=/run/postgresql&passfile=/etc/comity/pgpass",
        "postgres://node@one,two/records?target_session_attrs=read-write&sslmode=verify-full",
        "postgresql:///?service=comity",
    ],
)
def test_an_address_is_kept_as_it_was_written(address: str, tmp_path: Path) -> None:
    """Nothing, or whatever libpq understands."""
    write_noun(tmp_path / SETTINGS_FILE, {**GOOD, "database": address})
    assert read_settings(tmp_path).database == address


WRONG = {
    "password": ({**GOOD, "database": "postgresql://a:b@c/d"}, "the database's address has a password in it"),
    "port as text": ({**GOOD, "port": "8400"}, "expected `int`, got `str` - at `$.port`"),
    "port": ({**GOOD, "port": 0}, "`0` is not a port"),
    "unknown field": ({**GOOD, "colour": 1}, "object contains unknown field `colour`"),
    "missing field": ({"id": "one-node"}, "missing required field `host`"),
    "id": ({**GOOD, "id": "One"}, "`One` is not an id"),
    "null": (None, "expected `object`, got `null`"),
}


@pytest.mark.parametrize("name", WRONG)
def test_settings_that_cannot_be_used_name_file_and_fault(tmp_path: Path, name: str) -> None:
    """File, fault, place and remedy, in one sentence."""
    value, fault = WRONG[name]
    (tmp_path / SETTINGS_FILE).write_text(json.dumps(value))
    with pytest.raises(SettingsError) as caught:
        read_settings(tmp_path)
    told = str(caught.value)
    assert told.startswith(f"`{tmp_path / SETTINGS_FILE}` cannot be used: ")
    assert fault in told
    assert told.endswith("; correct the file")
    assert "\n" not in told


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Missing, a folder, binary, nested without end: named with the remedy."""
    with pytest.raises(SettingsError, match=r"members.json` cannot be read \(no such file or directory\)"):
        read_members(tmp_path)
    with pytest.raises(SettingsError, match="is a directory"):
        read_noun(tmp_path, dict)
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be used"):
        read_noun(path, dict)
    path.write_text("[" * 100_000)
    with pytest.raises(SettingsError, match=r"nested too deeply|cannot be used"):
        read_noun(path, list)


def test_a_noun_is_written_whole_and_read_back(tmp_path: Path) -> None:
    """The file is replaced in one step, readable, and nothing is left beside it."""
    path = tmp_path / SETTINGS_FILE
    write_noun(path, msgspec.convert(GOOD, NodeSettings))
    assert read_settings(tmp_path) == msgspec.convert(GOOD, NodeSettings)
    write_whole(path, b"{}")
    assert path.read_bytes() == b"{}"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    """Where the new file cannot take its place, the old one stands and the draft is gone."""
    target = tmp_path / "folder"
    target.mkdir()
    (target / "x").write_text("kept")
    with pytest.raises(OSError, match="directory"):
        write_whole(target, b"new")
    assert list(tmp_path.iterdir()) == [target]


def test_a_member_is_found_by_id() -> None:
    """The member of an id, and one sentence for nobody."""
    ada = msgspec.convert(
        {"id": "ada", "name": "Ada", "agency": "one-police", "roles": ["member"], "trained_until": "2030-01-01"},
        Member,
    )
    assert get_member((ada,), "ada") is ada
    with pytest.raises(WrongUseError, match="`bob` is not a member at this node"):
        get_member((ada,), "bob")


def test_a_clock_that_ran_backwards_closes_the_door() -> None:
    """A step back of more than a second is trouble; a smaller one is not."""
    start_ms = 1_795_000_000_000
    at_ms = [start_ms]
    clock = SystemClock(lambda: at_ms[0] * 1_000_000)
    assert clock.now_ms() == start_ms
    at_ms[0] = start_ms - BACKWARDS_MS + 10
    clock.now_ms()
    at_ms[0] = start_ms - BACKWARDS_MS - 60_000
    with pytest.raises(ClockError, match="the system clock ran backwards; set it right and restart the node"):
        clock.now_ms()
