"""What is kept of how members sign in: a file two processes change, and tries of which nothing is kept."""

from __future__ import annotations

import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from web_stage import CountedChance, member_of

from comity.errors import NounError, SettingsError
from comity.web.sign_in.access import ACCESS_FILE, MOST_PASSKEYS, Access, AccessStore, Passkey
from comity.web.sign_in.tries import ADD, ANYBODY, LASTS_MS, SIGN_IN, Tries

ROLES = ("member", "supervisor", "auditor", "counsel")
CHANGES = 60
CHILD = """
import sys
from pathlib import Path
from msgspec.structs import replace
from comity.web.sign_in.access import AccessStore
store = AccessStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    store.change("one", lambda access: replace(access, failed_ms=(*access.failed_ms, number)))
"""


def test_no_change_of_two_processes_and_two_threads_is_lost(tmp_path: Path) -> None:
    """A command unlocks while the pages count: each finds what the other wrote."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path), str(CHANGES)])
    store = AccessStore(tmp_path)

    def change() -> None:
        for number in range(CHANGES):
            store.change("one", lambda one, at=number: replace(one, failed_ms=(*one.failed_ms, at)))  # type: ignore[misc]

    threads = [threading.Thread(target=change) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert child.wait(60) == 0
    assert len(store.of("one").failed_ms) == 3 * CHANGES
    assert [path.name for path in tmp_path.glob("*.new")] == []


def test_what_another_process_wrote_is_seen_at_the_next_look(tmp_path: Path) -> None:
    """Nobody restarts the pages to unlock somebody."""
    pages, command = AccessStore(tmp_path), AccessStore(tmp_path)
    pages.change("one", lambda one: replace(one, locked_ms=1))
    command.change("one", lambda one: replace(one, locked_ms=0))
    assert pages.of("one").locked_ms == 0
    (tmp_path / ACCESS_FILE).unlink()
    assert pages.every() == ()


@pytest.mark.parametrize("damage", ["{", '{"members": [{"member": "one", "admin": true}]}', "", "[]"])
def test_a_file_that_is_not_whole_is_an_error_for_reading_and_for_writing(tmp_path: Path, damage: str) -> None:
    """It is neither taken for empty nor written over: it may hold a lockout."""
    (tmp_path / ACCESS_FILE).write_text(damage)
    with pytest.raises(SettingsError):
        AccessStore(tmp_path).of("one")
    with pytest.raises(SettingsError):
        AccessStore(tmp_path).change("one", lambda one: one)
    assert (tmp_path / ACCESS_FILE).read_text() == damage


def test_more_passkeys_than_a_member_has_are_refused(tmp_path: Path) -> None:
    """Also where two pages add one at once."""
    keys = tuple(
        Passkey(id=f"k{n}", public_key="k", count=0, name="k", added_ms=1) for n in range(MOST_PASSKEYS + 1)
    )
    with pytest.raises(NounError, match="at most 10 passkeys"):
        AccessStore(tmp_path).change("one", lambda one: replace(one, passkeys=keys))


@given(
    listed=st.lists(st.sampled_from(ROLES), min_size=1, unique=True),
    confirmed=st.none() | st.lists(st.sampled_from((*ROLES, "agency-head", "")), unique=True),
    until=st.none() | st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)),
)
def test_claims_take_away_and_never_give(
    listed: list[str], confirmed: list[str] | None, until: date | None
) -> None:
    """Whatever an agency's sign-in says, nobody has a role or a day that is not listed; and nothing is kept of nobody."""
    member = replace(member_of("member"), roles=tuple(listed))
    access = Access(member=member.id, roles=None if confirmed is None else tuple(confirmed), trained_until=until)
    narrowed = access.narrow(member)
    if narrowed is None:
        assert confirmed is not None
        assert not set(listed) & set(confirmed)
        return
    assert set(narrowed.roles) == set(listed) & (set(listed) if confirmed is None else set(confirmed))
    assert narrowed.trained_until == min(member.trained_until, until or date.max)
    assert replace(narrowed, roles=member.roles, trained_until=member.trained_until) == member


def test_a_try_is_of_one_purpose_one_member_and_this_process() -> None:
    """A cookie that was altered, of another purpose or member, or of a process before, is no try."""
    chance = CountedChance()
    tries = Tries(chance.token)
    challenge, kept = tries.begin(ADD, "one", 1_000)
    found = tries.read(kept, ADD, "one", 2_000)
    assert found is not None
    assert found.challenge == challenge
    mark, words, at_ms, code = kept.split(".")
    for other in (
        "",
        "x",
        f"{mark}.other.{at_ms}.{code}",
        f"{mark}.{words}.9999.{code}",
        f"{mark}.{words}.-1.{code}",
    ):
        assert tries.read(other, ADD, "one", 2_000) is None
    assert tries.read(kept, SIGN_IN, "one", 2_000) is None
    assert tries.read(kept, ADD, "two", 2_000) is None
    assert tries.read(kept, ADD, ANYBODY, 2_000) is None
    assert tries.read(kept, ADD, "one", 1_000 + LASTS_MS) is None
    assert tries.read(kept, ADD, "one", 999) is None
    assert Tries(chance.token).read(kept, ADD, "one", 2_000) is None


def test_a_try_is_used_once_and_beginning_many_keeps_nothing() -> None:
    """Whoever begins a million fills no memory; one that succeeded is remembered until it is too old to count."""
    tries = Tries(CountedChance().token)
    for _ in range(1_000):
        _, kept = tries.begin(SIGN_IN, ANYBODY, 1_000)
    assert len(tries._spent) == 0
    found = tries.read(kept, SIGN_IN, ANYBODY, 1_000)
    assert found is not None
    assert [tries.spend(found, 1_000), tries.spend(found, 1_000)] == [True, False]
    assert tries.read(kept, SIGN_IN, ANYBODY, 1_000) is None
    _, kept = tries.begin(SIGN_IN, ANYBODY, 1_000 + LASTS_MS)
    later = tries.read(kept, SIGN_IN, ANYBODY, 1_000 + LASTS_MS)
    assert later is not None
    assert tries.spend(later, 1_000 + LASTS_MS)
    assert len(tries._spent) == 1
