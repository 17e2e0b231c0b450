"""A node has its log cosigned by others; what their absence does, and how it goes on once they are back."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from comity.errors import LedgerError, ProofError, UnwitnessedError
from comity.exchange.log.witnessing import witness_log
from comity.ledger.append import append_entry
from comity.ledger.checkpoint import verify_checkpoint
from comity.ledger.cosignature import verify_cosigned
from comity.ledger.verify import check_head, verify_log_directory
from comity.ledger.witnessed import GRACE_MS, INNER_KINDS, check_witnessed, grace_of
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.ports import KeptHead, World
from store_engines import both_engines
from witness_keys import WitnessKey, policy_of
from witness_stage import START_MS, LooseLog, WitnessStage

pytestmark = both_engines

TWO_OF_THREE = policy_of("alder", "birch", "cedar", rule="2")
MINUTE_MS = 60_000


@pytest.fixture
def stage(tmp_path: Path, engine: object) -> Iterator[WitnessStage]:
    """Four nodes; `river` is witnessed by two of the other three."""
    made = WitnessStage(tmp_path)
    for name in ("alder", "birch", "cedar"):
        made.add(name)
    made.add("river", TWO_OF_THREE)
    yield made
    made.close()


def river(stage: WitnessStage) -> World:
    return stage.worlds["river"]


def published(stage: WitnessStage, name: str = "witnessed") -> str:
    """A checkpoint of the published log directory, written to the end."""
    stage.stores["river"].journal.publish()
    return (stage.stores["river"].log_directory / name).read_text(encoding="utf-8")


def test_the_newest_checkpoint_is_cosigned_and_published(stage: WitnessStage) -> None:
    """All three cosign; the directory verifies with the cosigned checkpoint as its own."""
    for number in range(3):
        stage.enter("river", number)
    told = witness_log(river(stage))
    assert told is not None
    assert (told.met, told.size, [one.cosigned for one in told.said]) == (True, 3, [True] * 3)
    vkey = river(stage).keys.log_key()
    note = published(stage, "checkpoint")
    assert note == published(stage) == river(stage).journal.heads.witnessed().note
    assert verify_cosigned(note, TWO_OF_THREE, vkey).by == tuple(
        (name, START_MS // 1000) for name in ("alder", "birch", "cedar")
    )
    report = verify_log_directory(stage.stores["river"].log_directory, vkey)
    assert (report.size, report.witnessed) == (3, note)


def test_a_log_that_grew_meanwhile_keeps_both_heads_in_its_directory(stage: WitnessStage) -> None:
    """`checkpoint` is the newest, `witnessed` the newest that a quorum cosigned, and the tiles belong to both."""
    for number in range(300):
        stage.enter("river", number)
        if number in (3, 200, 280):
            witness_log(river(stage))
    vkey = river(stage).keys.log_key()
    assert verify_checkpoint(published(stage, "checkpoint"), vkey).size == 300
    assert verify_checkpoint(published(stage), vkey).size == 281
    log = stage.stores["river"].log_directory
    assert (log / "tile" / "0" / "001.p" / str(281 - 256)).is_file()
    assert verify_log_directory(log, vkey).size == 300


def test_a_restart_finds_the_cosigned_checkpoint_and_writes_it_anew(stage: WitnessStage) -> None:
    """It is in the database; what the directory lost is repaired."""
    stage.enter("river", 0)
    witness_log(river(stage))
    stage.enter("river", 1)
    note = published(stage)
    stage.stores["river"].close()
    (stage.stores["river"].log_directory / "witnessed").unlink()
    again = stage.add("river", TWO_OF_THREE)
    assert again.journal.heads.witnessed() == KeptHead(1, note)
    assert (stage.stores["river"].log_directory / "witnessed").read_text(encoding="utf-8") == note
    assert check_head(again.journal, again.keys.log_key()) == 2


def test_nothing_is_asked_where_there_is_nothing_to_ask(stage: WitnessStage) -> None:
    """Without witnesses, without entries, and with everything vouched for already, unless it is asked anew."""
    assert witness_log(stage.worlds["alder"]) is None
    assert witness_log(river(stage)) is None
    stage.enter("river", 0)
    assert witness_log(river(stage)) is not None
    assert witness_log(river(stage)) is None
    stage.clock.at_ms += 5_000
    told = witness_log(river(stage), anew=True)
    assert told is not None
    assert told.met
    cosigned = verify_cosigned(published(stage), TWO_OF_THREE, river(stage).keys.log_key())
    assert {at_s for _, at_s in cosigned.by} == {(START_MS + 5_000) // 1000}


def test_one_that_is_away_costs_only_its_own_line(stage: WitnessStage) -> None:
    """Two of three are a quorum; the third catches up from what it held when it is back."""
    stage.enter("river", 0)
    witness_log(river(stage))
    stage.down.add("birch")
    for number in range(1, 4):
        stage.enter("river", number)
        told = witness_log(river(stage))
        assert told is not None
        assert told.met
        assert [one.name for one in told.said if not one.cosigned] == ["birch"]
        assert "could not be reached" in told.said[1].sentence
    stage.down.clear()
    stage.enter("river", 4)
    told = witness_log(river(stage))
    assert told is not None
    assert all(one.cosigned for one in told.said)


def test_without_a_quorum_nothing_is_kept_and_each_witness_goes_on_from_its_own(stage: WitnessStage) -> None:
    """One line is no quorum; that witness holds more than the kept checkpoint from then on, and says so."""
    stage.enter("river", 0)
    witness_log(river(stage))
    stage.down.update(("alder", "cedar"))
    stage.enter("river", 1)
    told = witness_log(river(stage))
    assert told is not None
    assert not told.met
    assert river(stage).journal.heads.witnessed().size == 1
    held = stage.worlds["birch"].journal.heads.cosigned("comity.log/river")
    assert held is not None
    assert held.size == 2
    stage.down.clear()
    stage.slow.add("alder")
    stage.enter("river", 2)
    told = witness_log(river(stage))
    assert told is not None
    assert told.met
    assert river(stage).journal.heads.witnessed().size == 3


def leave_for(stage: WitnessStage, milliseconds: int) -> None:
    """Every witness away, and the time gone."""
    stage.down.update(("alder", "birch", "cedar"))
    stage.clock.at_ms += milliseconds


def test_past_the_grace_nothing_leaves_and_one_message_says_why(stage: WitnessStage) -> None:
    """Quorum, since when and until when; what was entered stays, and inner acts go on."""
    stage.enter("river", 0)
    witness_log(river(stage))
    stage.enter("river", 1)
    leave_for(stage, GRACE_MS)
    witness_log(river(stage))
    stage.enter("river", 2)
    stage.clock.at_ms += 1
    with pytest.raises(UnwitnessedError) as caught:
        stage.enter("river", 3)
    sentence = str(caught.value)
    assert "nothing leaves since 2026-11-18 11:22 UTC" in sentence
    assert "since 2026-11-18 11:07 UTC has no quorum `all-of-them`" in sentence
    assert river(stage).journal.size() == 3
    for kind in sorted(INNER_KINDS):
        stage.enter("river", 3, kind)
    with pytest.raises(UnwitnessedError):
        check_witnessed(river(stage), stage.clock.at_ms)


def test_it_goes_on_as_soon_as_the_quorum_answers_again(stage: WitnessStage) -> None:
    """Recovery by the normal path: one round with two of three, and the next entry leaves."""
    stage.enter("river", 0)
    leave_for(stage, 2 * GRACE_MS)
    with pytest.raises(UnwitnessedError):
        stage.enter("river", 1)
    stage.down.clear()
    stage.down.add("alder")
    told = witness_log(river(stage))
    assert told is not None
    assert told.met
    stage.enter("river", 1)


def test_an_outage_before_anything_was_ever_cosigned_ends_like_any_other(stage: WitnessStage) -> None:
    """From an empty log: nothing stops the first entries, the grace runs from the first, and the first round opens again.

    (github.com/nordic-institute/X-Road/pull/1807: a stamp outage before the first stamp was never recovered from.)
    """
    leave_for(stage, 5 * GRACE_MS)
    assert witness_log(river(stage)) is None
    assert grace_of(river(stage)).closes_ms is None
    stage.enter("river", 0)
    assert grace_of(river(stage)).closes_ms == stage.clock.at_ms + GRACE_MS
    stage.clock.at_ms += GRACE_MS + 1
    for _ in range(2):
        with pytest.raises(UnwitnessedError):
            stage.enter("river", 1)
        told = witness_log(river(stage))
        assert told is not None
        assert not told.met
        stage.stores["river"].close()
        stage.add("river", TWO_OF_THREE)
    stage.down.clear()
    told = witness_log(river(stage))
    assert told is not None
    assert told.met
    stage.enter("river", 1)


def test_a_log_at_rest_waits_for_nobody(stage: WitnessStage) -> None:
    """A night without entries: the first of the morning is not refused, nor the second a minute later."""
    stage.enter("river", 0)
    witness_log(river(stage))
    leave_for(stage, 40 * GRACE_MS)
    stage.enter("river", 1)
    stage.clock.at_ms += MINUTE_MS
    stage.enter("river", 2)
    assert grace_of(river(stage)).waits_since_ms == stage.clock.at_ms - MINUTE_MS


def test_two_nodes_that_witness_each_other_both_recover(stage: WitnessStage) -> None:
    """A node whose own log is closed still cosigns: otherwise two would wait for each other for ever."""
    for name, other in (("east", "west"), ("west", "east")):
        stage.add(name, policy_of(other))
        stage.enter(name, 0)
    stage.clock.at_ms += 2 * GRACE_MS
    for name in ("east", "west"):
        with pytest.raises(UnwitnessedError):
            stage.enter(name, 1)
    for name in ("east", "west"):
        told = witness_log(stage.worlds[name])
        assert told is not None
        assert told.met
        stage.enter(name, 1)


def test_every_new_kind_of_entry_waits_for_the_quorum() -> None:
    """Who adds a kind that stays within the node says so; what nobody thought of is closed."""
    leaving = set(EntryKind) - INNER_KINDS
    assert {EntryKind.ASKED, EntryKind.ANSWERED, EntryKind.RESENT} <= leaving


LIES = {
    "noise": (200, b"hello"),
    "nothing": (200, b""),
    "another's line": (200, WitnessKey("stranger").line("comity.log/river\n1\nAAAA\n", 5).encode()),
    "its line over another text": (200, WitnessKey("birch").line("comity.log/river\n1\nAAAA\n", 5).encode()),
    "a fault": (500, b"broken\x00\xff"),
    "no size": (409, b"many\n"),
    "a size of another script": (409, "٥\n".encode()),
    "a size beyond all sizes": (409, b"9" * 400),
    "a size without proof": (409, b"999\n"),
    "refused without proof": (422, b"no\n"),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_witness_that_lies_is_not_believed(stage: WitnessStage, lie: tuple[int, bytes]) -> None:
    """Whatever it answers counts for nothing, closes nothing, and the others are a quorum."""
    stage.meddle["birch"] = lambda path, content: lie
    stage.enter("river", 0)
    told = witness_log(river(stage))
    assert told is not None
    assert told.met
    assert [one.cosigned for one in told.said] == [True, False, True]
    assert told.said[1].sentence
    assert told.closed == ""
    stage.enter("river", 1)


def test_a_witness_cannot_close_a_log_with_a_checkpoint_that_the_log_did_not_sign(stage: WitnessStage) -> None:
    """It claims more entries and shows a checkpoint of its own making, or another log's: not believed."""
    other = LooseLog(stage.list_node("city"))
    for shown in (other.note([b"a", b"b"]), river_log(stage).note([b"a", b"b"], size=2).replace("river", "rover")):
        stage.meddle["birch"] = lambda path, content, shown=shown: (
            (409, b"2\n") if content else (200, shown.encode())
        )
        stage.enter("river", 0)
        told = witness_log(river(stage))
        assert told is not None
        assert (told.met, told.closed) == (True, "")


def river_log(stage: WitnessStage) -> LooseLog:
    return LooseLog(stage.list_node("river"))


def test_an_old_copy_that_was_restored_is_found_out_and_stops(stage: WitnessStage, tmp_path: Path) -> None:
    """The witness shows more entries under our own signature: nothing leaves, at once and with the reason."""
    stage.enter("river", 0)
    witness_log(river(stage))
    longer = river_log(stage)
    real = stage.worlds["birch"].journal.heads.cosigned("comity.log/river")
    assert real is not None
    note = longer.note([b"x"] * 5)
    stage.worlds["birch"].journal.heads.cosign(
        "comity.log/river", real, KeptHead(5, note + WitnessKey("birch").line("x", 1))
    )
    told = witness_log(river(stage), anew=True)
    assert told is not None
    assert not told.met
    assert (
        "`birch` shows that it holds 5 entries of this log, which has 1: an older copy was restored" in told.closed
    )
    with pytest.raises(UnwitnessedError, match="an older copy was restored"):
        stage.enter("river", 1)
    stage.down.add("birch")
    witness_log(river(stage), anew=True)
    with pytest.raises(UnwitnessedError, match="an older copy was restored"):
        stage.enter("river", 1)


def test_a_forked_log_is_refused_by_its_witnesses_and_stops(stage: WitnessStage) -> None:
    """A log that was begun anew under the same key: every witness shows the other one."""
    for number in range(4):
        stage.enter("river", number)
    witness_log(river(stage))
    stage.stores["river"].close()
    forked = stage.add("river", TWO_OF_THREE, folder=stage.folder / "river-anew")
    for number in range(6):
        stage.enter("river", 100 + number)
    told = witness_log(forked)
    assert told is not None
    assert (told.met, [one.cosigned for one in told.said]) == (False, [False] * 3)
    assert "it holds another log of 4 entries under this log's signature: the log was forked" in told.closed
    with pytest.raises(UnwitnessedError, match="the log was forked"):
        append_entry(
            forked,
            Unit(facts=EntryFacts(kind=EntryKind.ANSWERED, at_ms=START_MS), content=b"", record=b""),
        )


def test_a_cosigned_checkpoint_that_is_not_of_the_tree_keeps_the_node_shut(stage: WitnessStage) -> None:
    """The grace is counted from it, so it is checked at start like the log's own head."""
    for number in range(3):
        stage.enter("river", number)
    world, vkey = river(stage), river(stage).keys.log_key()
    with pytest.raises(LedgerError, match="not the 9 that were cosigned"):
        world.journal.heads.keep_witnessed(KeptHead(9, river_log(stage).note([b"x"] * 9)))
    world.journal.heads.keep_witnessed(KeptHead(2, river_log(stage).note([b"x", b"y"])))
    with pytest.raises(LedgerError, match="is not of the stored tree"):
        check_head(world.journal, vkey)
    world.journal.heads.keep_witnessed(KeptHead(2, "nonsense"))
    with pytest.raises(LedgerError, match="the cosigned checkpoint: the checkpoint has no signature block"):
        check_head(world.journal, vkey)
    world.journal.heads.keep_witnessed(KeptHead(1, "older"))
    assert world.journal.heads.witnessed().size == 2


def test_a_copied_directory_whose_cosigned_checkpoint_was_changed_does_not_verify(
    stage: WitnessStage, tmp_path: Path
) -> None:
    """Of another log, of more entries than the directory, or of no one: each is named."""
    for number in range(3):
        stage.enter("river", number)
    witness_log(river(stage))
    stage.enter("river", 3)
    stage.stores["river"].journal.publish()
    copy = Path(shutil.copytree(stage.stores["river"].log_directory, tmp_path / "copy"))
    vkey = river(stage).keys.log_key()
    for note, fault in (
        (river_log(stage).note([b"x"] * 3), "`witnessed` of 3 entries is not of this log"),
        (river_log(stage).note([b"x"] * 9), "`witnessed` is of 9 entries, `checkpoint` of 4"),
        ("nonsense", "`witnessed`: the checkpoint has no signature block"),
    ):
        (copy / "witnessed").write_text(note, encoding="utf-8")
        with pytest.raises(ProofError, match=fault):
            verify_log_directory(copy, vkey)
