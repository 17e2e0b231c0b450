"""Checkers can fail: for each, the code or the files are broken on purpose, and it says so."""

from __future__ import annotations

import base64
import dataclasses
import json
import sqlite3
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from sim_stage import NORTH, SOUTH, ask, check, edited, finish, last_answer, stop

from comity.errors import ClosedError
from comity.exchange.duty.duties import finish_duty
from comity.exchange.records.purge import purge_records
from comity.ledger.checkpoint import Checkpoint, parse_vkey, sign_checkpoint
from comity.model.law_text import OwnerLaw
from comity.node.agreements import suspend_agreement
from comity.ports import World
from comity.sim.begin import signed_law, sim_keys
from comity.sim.check import Log, check_acknowledged, check_existence, check_left, check_note, check_retries
from comity.sim.disk import LYING
from comity.sim.faults import CALM
from comity.sim.leaving import check_leaving
from comity.sim.play import Play
from comity.sim.run import Simulation
from comity.sim.scene import (
    DISPUTED,
    EVERYWHERE,
    NOBODY,
    OPEN,
    SEALED,
    agreement_name,
    make_record,
    mark_of,
    member_of,
    node_of,
)
from comity.sim.verbs import load, purge
from comity.store.sqlite import DATABASE_NAME

Edit = Callable[[dict[str, Any]], None]


def alter_rows(play: Play, agency: str, statement: str) -> None:
    """Change a stopped node's database behind everybody's back."""
    connection = sqlite3.connect(play.node(agency).folder / DATABASE_NAME, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.close()


def told(found: list[str], *words: str) -> bool:
    """Whether a finding holds all these words."""
    return any(all(word in one for word in words) for one in found)


def test_an_unbroken_run_has_no_findings(play: Play) -> None:
    """Questions, details, duties and a purge on a calm day."""
    outcome = ask(play)
    assert outcome.sources[0].answer is not None
    (duty, *_) = play.world(SOUTH).journal.duties(SOUTH)
    finish_duty(play.world(SOUTH), member_of(SOUTH, "custodian"), duty.id, "written into the case file")
    play.seen.duties_done.append((SOUTH, duty.id))
    assert finish(play) == []


def test_a_disk_that_lies_is_noticed_before_the_restart_and_after(play: Play) -> None:
    """An acknowledgement before the commit: the answer leaves without its entry, and the entry is lost."""
    play.node(SOUTH).disk.trouble = LYING
    ask(play)
    assert told(play.seen.findings, "an answer left south whose entry is not in its log")
    play.node(SOUTH).disk.trouble = ""
    assert told(finish(play), "acknowledged entry", "of south is lost")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)", "is lost"),
        ("DELETE FROM entry WHERE idx = 1", "has gaps"),
        ("UPDATE entry SET entry = zeroblob(193) WHERE idx = 1", "is another now"),
    ],
)
def test_a_store_that_drops_or_alters_an_entry(play: Play, statement: str, words: str) -> None:
    """What was acknowledged is compared number by number, byte by byte."""
    ask(play)
    stop(play)
    assert Log("south", play.node(SOUTH).folder).rows
    alter_rows(play, SOUTH, statement)
    assert told(check_acknowledged(Log("south", play.node(SOUTH).folder), play.seen), words)


def fork(play: Play, agency: str) -> str:
    """A checkpoint that the log's own key signed, over a tree that is not its own."""
    keys = sim_keys()[node_of(agency)]
    key = parse_vkey(keys.log_key())
    return sign_checkpoint(Checkpoint(origin=key.name, size=3, root=b"f" * 32), key, keys.sign_log)


def test_a_fork_is_seen_in_any_checkpoint_that_anybody_saw(play: Play) -> None:
    """Signed by the right key, over another tree; a log that signs more than it has; and one nobody signed."""
    ask(play)
    play.seen.notes["south"][fork(play, SOUTH)] = None
    assert told(finish(play), "the log of south forked")
    log, vkey = Log("south", play.node(SOUTH).folder), sim_keys()["south"].log_key()
    note = next(iter(play.seen.notes["south"]))
    assert not check_note(log, note, vkey)
    lines = note.split("\n")
    assert told(check_note(log, "\n".join((lines[0], "999", *lines[2:])), vkey), "of 999 entries and holds")
    assert told(check_note(log, note.replace("— comity.log/south", "— comity.log/else"), vkey), "not signed")
    other = sim_keys()["north"].log_key().split("+", 2)[2]
    assert told(check_note(log, note, "+".join((*vkey.split("+", 2)[:2], other))), "not signed")


@pytest.mark.parametrize("file", ["tile/0/000.p/*", "tile/entries/000.p/*"])
def test_a_published_file_that_differs(play: Play, file: str) -> None:
    """Tiles and bundles are what the entries say, byte by byte."""
    ask(play)
    stop(play)
    log = play.node(SOUTH).folder / "log"
    (path,) = sorted(log.glob(file), key=lambda path: int(path.name))[-1:]
    path.write_bytes(b"x" + path.read_bytes()[1:])
    assert told(check(play), "is not what its log says")


def test_a_published_checkpoint_that_stayed_behind(play: Play) -> None:
    """After a stop in good order the newest checkpoint is published."""
    before = play.seen.notes["south"]
    ask(play)
    stop(play)
    (play.node(SOUTH).folder / "log" / "checkpoint").write_text(next(iter(before)))
    assert told(check(play), "south published")


def other_key(body: dict[str, Any]) -> None:
    body["receipt"]["content_key"] = base64.b64encode(b"k" * 32).decode()


def other_words(body: dict[str, Any]) -> None:
    body["answer"]["answered_ms"] += 1


def other_place(body: dict[str, Any]) -> None:
    body["receipt"]["proof"] = body["receipt"]["proof"].replace("index ", "index 1", 1)


def other_path(body: dict[str, Any]) -> None:
    head, _, note = body["receipt"]["proof"].partition("\n\n")
    lines = head.split("\n")
    lines[2] = base64.b64encode(b"p" * 32).decode()
    body["receipt"]["proof"] = "\n".join(lines) + "\n\n" + note


def other_entry(body: dict[str, Any]) -> None:
    entry = bytearray(base64.b64decode(body["receipt"]["entry"]))
    entry[40] ^= 1
    body["receipt"]["entry"] = base64.b64encode(entry).decode()


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (other_key, "does not commit"),
        (other_words, "does not commit"),
        (lambda body: body["answer"]["items"].append({}), "says something else"),
        (other_place, "of another place"),
        (other_path, "does not prove"),
        (other_entry, "stands 0 times"),
    ],
)
def test_an_answer_whose_entry_or_receipt_does_not_fit(play: Play, edit: Edit, words: str) -> None:
    """Commitment, content, count, place and path are each computed again."""
    ask(play)
    left = last_answer(play)
    stop(play)
    log = Log("south", play.node(SOUTH).folder)
    assert check_left(left, log) == []
    assert told(check_left(edited(left, edit), log), words)


def test_an_answer_that_tells_by_its_length(play: Play) -> None:
    """One without items that was not filled up stands out."""
    ask(play, SEALED)
    left = last_answer(play)
    stop(play)
    log = Log("south", play.node(SOUTH).folder)
    assert check_left(left, log) == []
    log.rows = [dataclasses.replace(row, content=row.content + b" ") for row in log.rows]
    assert told(check_left(left, log), "has a length of its own")


def test_bytes_that_leave_before_their_entry(play: Play) -> None:
    """An answer, a question and a refusal are each looked up at the moment they leave; so is what they hold."""
    ask(play)
    folder, left = play.node(SOUTH).folder, last_answer(play)
    play.seen.nonces.clear()
    assert check_leaving(folder, left, play.seen) == []
    assert told(check_leaving(folder, left, play.seen), "answered one nonce twice")
    assert told(check_leaving(folder, edited(left, other_entry), play.seen), "whose entry is not in its log")
    late = dataclasses.replace(left, at_ms=left.at_ms + 120_001)
    assert told(check_leaving(folder, late, play.seen), "ms from its own time")
    elsewhere = dataclasses.replace(left, to="west")
    assert told(check_leaving(folder, elsewhere, play.seen), "answered a message of `north`")
    marked = edited(left, lambda body: body["answer"].update(note=mark_of(SOUTH, "x")))
    assert told(check_leaving(folder, marked, play.seen), f"`{mark_of(SOUTH, 'x')}` left south")
    turned = edited(left, lambda body: body.update(type="turned", sentence="no"))
    assert told(check_leaving(folder, turned, play.seen), "turned a message away that is not in its log")
    strange = edited(left, lambda body: body.update(type="feed"))
    assert told(check_leaving(folder, strange, play.seen), "sent a `feed`, which nothing here checks")
    asked = next(one for one in play.seen.left if not one.asked)
    assert check_leaving(play.node(NORTH).folder, asked, play.seen) == []
    other = edited(asked, lambda body: body["query"].update(pair="00" * 32))
    assert told(check_leaving(play.node(NORTH).folder, other, play.seen), "a question left north")


class WholeLaw:
    """Laws that never hear of a suspension."""

    def law_of(self, owner: str) -> OwnerLaw:
        return OwnerLaw(texts=signed_law(owner))

    def texts_of(self, owner: str) -> Any:
        return self.law_of(owner).texts


def altered(simulation: Simulation, name: str, alter: Callable[[World], World]) -> Play:
    return simulation.begin(name, Random(1), CALM, alter)


def test_a_node_that_releases_under_a_suspended_agreement(simulation: Simulation) -> None:
    """The list on disk says what is in force; an answer that ignores it is noticed as it leaves."""
    play = altered(simulation, "suspended", lambda world: dataclasses.replace(world, laws=WholeLaw()))
    try:
        node = play.node(SOUTH)
        suspend_agreement(node.world, node.folder, agreement_name(NORTH, SOUTH), SOUTH, "a quarrel")
        ask(play)
        assert told(play.seen.findings, "released without NORTH-SOUTH-2026 in force")
    finally:
        simulation.close(play)


class Backdated:
    """A clock that always fits."""

    def __init__(self, play: list[Play]) -> None:
        self._play = play

    def now_ms(self) -> int:
        return next(iter(self._play[0].nodes.values())).around.time.at_ms


def test_a_node_that_answers_stale_questions(simulation: Simulation) -> None:
    """With the owner's clock five minutes off, an owner that looks at another clock is noticed."""
    made: list[Play] = []
    play = altered(simulation, "stale", lambda world: dataclasses.replace(world, clock=Backdated(made)))
    made.append(play)
    try:
        play.node(SOUTH).around.time.skew["south"] = 300_000
        ask(play)
        assert told(play.seen.findings, "south answered a question sent -300")
    finally:
        simulation.close(play)


def test_two_answers_to_one_question(play: Play) -> None:
    """Whoever asks again gets the same answer; any difference is told."""
    ask(play)
    left = last_answer(play)
    play.seen.left.append(left)
    assert check_retries(play.seen) == []
    play.seen.left.append(edited(left, lambda body: body["answer"].update(status="held")))
    assert told(check_retries(play.seen), "south answered one question in two ways")


def test_outcomes_without_a_status_for_each_source(play: Play) -> None:
    """A source that vanished, one without a reason, one believed without a receipt, and one that forged."""
    outcome = ask(play)
    (source,) = outcome.sources
    play.seen.forged.add(json.dumps({"type": "answer", **_shown(source)}, sort_keys=True))
    silent = replace(source, answer=None, receipt=None, reasons=())
    play.seen.outcomes += [
        replace(outcome, sources=()),
        replace(outcome, sources=(silent,)),
        replace(outcome, sources=(replace(source, verified=False),)),
    ]
    found = finish(play)
    assert told(found, "does not name each of its sources once")
    assert told(found, "has no status that says why it said nothing")
    assert told(found, "was believed without a receipt")
    assert told(found, "a forgery of south-sheriff was believed")


def _shown(source: Any) -> dict[str, Any]:
    return {
        "answer": json.loads(msgspec.json.encode(source.answer)),
        "receipt": json.loads(msgspec.json.encode(source.receipt)),
    }


def test_a_missing_twin_in_either_log(play: Play) -> None:
    """What was received was asked here and answered there."""
    ask(play)
    stop(play)
    alter_rows(
        play, SOUTH, "UPDATE entry SET entry = CAST(substr(entry, 1, 1) || x'08' || substr(entry, 3) AS BLOB)"
    )
    assert told(check(play), "north received an answer that south-sheriff says nothing of")
    alter_rows(play, NORTH, "UPDATE entry SET content = CAST('[]' AS BLOB) WHERE substr(entry, 2, 1) = x'01'")
    assert told(check(play), "north received an answer of south-sheriff to something it never asked")


def test_marked_values_where_they_do_not_belong(play: Play) -> None:
    """In another's files, in a published file, and at their owner after they were removed."""
    stop(play)
    (play.node(NORTH).folder / "stray").write_text(mark_of(SOUTH, "sealed"))
    (play.node(SOUTH).folder / "log" / "stray").write_text(mark_of(SOUTH, "sealed"))
    play.seen.gone.append((SOUTH, mark_of(SOUTH, "class")))
    found = check(play)
    assert told(found, mark_of(SOUTH, "sealed"), "`stray` of north")
    assert told(found, mark_of(SOUTH, "sealed"), "`stray` of south")
    assert told(found, f"`{mark_of(SOUTH, 'class')}` was removed from south")


def test_a_purge_that_forgets_to_purge(play: Play) -> None:
    """A purge that enters what it removes and leaves the values is noticed."""
    purge_records(play.world(SOUTH), SOUTH)
    play.seen.gone.append((SOUTH, mark_of(SOUTH, "disputed")))
    play.world(SOUTH).records.load((make_record(SOUTH, "disputed", DISPUTED, replace(OPEN, disputed=True)),))
    assert told(finish(play), f"`{mark_of(SOUTH, 'disputed')}` was removed from south")


class Forgetful:
    """Records whose purge ends before what was overwritten is cleared out of the engine's own files."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def finish_removal(self, owner: str) -> None:
        """Nothing."""


def test_a_purge_that_is_told_before_it_is_done(simulation: Simulation) -> None:
    """What was removed stands in the files until they are cleared: noticed as the purge returns."""
    play = altered(simulation, "told", lambda world: dataclasses.replace(world, records=Forgetful(world.records)))
    try:
        while not play.seen.gone:
            purge(play)
        assert told(play.seen.findings, "DISPUTED` was removed from", "still")
    finally:
        simulation.close(play)


def test_nothing_said_in_two_ways(play: Play) -> None:
    """An answer about a sealed record that differs by a word from one about nobody is told."""
    ask(play, NOBODY)
    ask(play, SEALED)
    assert check_existence(play.seen) == []
    play.seen.left.append(edited(last_answer(play), lambda body: body["answer"].update(possible=1)))
    assert told(check_existence(play.seen), "south says nothing in two ways")


def test_a_duty_that_is_open_again_and_a_record_that_is_lost(play: Play) -> None:
    """What a custodian was told is done is done after everything."""
    ask(play)
    (duty, *_) = play.world(SOUTH).journal.duties(SOUTH)
    play.seen.duties_done.append((SOUTH, duty.id))
    play.seen.loaded.append((SOUTH, f"{SOUTH}-never"))
    found = finish(play)
    assert told(found, f"the duty {duty.id} of south-sheriff is open again")
    assert told(found, "the record south-sheriff-never of south-sheriff is lost")


def test_one_index_for_two_entries(play: Play) -> None:
    """An index that is given twice is told as it is given."""
    play.seen.acknowledge("south", 1, b"other", "note")
    assert told(play.seen.findings, "south gave the index 1 twice")


class Deaf:
    """A journal that does not hear of a failed commit."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def __getattr__(self, name: str) -> Any:
        return getattr(self._held, name)

    def start(self, step: Any, seal: Any) -> Any:
        return DeafPending(lambda: self._held.start(step, seal).result())


class DeafPending:
    """What was started, believed to be done whatever becomes of it."""

    def __init__(self, done: Callable[[], Any]) -> None:
        self._done = done

    def result(self) -> Any:
        try:
            return self._done()
        except ClosedError:
            return First(0)


class First(int):
    """The number of the first entry, of one or of several."""

    def __iter__(self) -> Iterator[int]:
        yield int(self)


def test_a_node_that_goes_on_after_a_failed_write(simulation: Simulation) -> None:
    """A write that is acknowledged while nobody knows what is on the disk is told as it returns."""
    play = altered(simulation, "deaf", lambda world: dataclasses.replace(world, journal=Deaf(world.journal)))
    try:
        play.node(NORTH).disk.trouble = "commit-fails"
        ask(play)
        assert told(play.seen.findings, "north wrote on after a write had failed")
    finally:
        simulation.close(play)


def test_a_closed_door_is_no_finding(play: Play) -> None:
    """A commit that fails closes the door; nothing is acknowledged and nothing leaves."""
    play.node(NORTH).disk.trouble = "commit-fails"
    with pytest.raises(ClosedError):
        ask(play, EVERYWHERE)
    play.node(NORTH).restart()
    load(play)
    assert finish(play) == []
