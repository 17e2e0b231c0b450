"""Pruning: what the log keeps of a month goes with its key, its proofs and its counts stay, and what is needed stays."""

from __future__ import annotations

import dataclasses
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from feed_stage import running, turn
from msgspec.structs import replace
from prune_stage import keep_by_month, months_later
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, WA_POLICE, member_of
from comity.demo.records import Region
from comity.errors import KeyUnavailableError, LedgerError, NounError, WrongUseError
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.log.prune_log import finish_pruning, prune_log
from comity.exchange.log.still_needed import PASSING
from comity.exchange.log.tally import month_of
from comity.exchange.recalls.recall_confirmed import confirm_recall
from comity.exchange.recalls.standing_releases import standing_releases
from comity.exchange.records.record_act import act_on_record
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.verify import prove, verify_log_directory, verify_receipt
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass
from comity.model.correction import RecordAct
from comity.model.decision import Duty
from comity.model.delivery import Recall
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.outcome import Outcome
from comity.model.pruning import LogPruned, MonthPruned, Tally
from comity.node.month_keys import MonthKeys
from comity.ports import World
from store_engines import both_engines, on_sqlite, open_store

pytestmark = both_engines

KEEP_DAYS = 31


@pytest.fixture
def kept(tmp_path: Path, region: Region, engine: None) -> Iterator[Stage]:
    """The region, with one question of November answered by everybody, in January."""
    stage = make_stage(tmp_path / "nodes", region)
    keep_by_month(stage, tmp_path / "months")
    yield stage
    stage.federation.close()


def asked(stage: Stage) -> Outcome:
    outcome = stage.ask(stage.region.scene.detective_question)
    months_later(stage)
    return outcome


def world_at(stage: Stage, agency: str = CA_SHERIFF) -> World:
    return stage.federation.world_of(agency)


def shown(world: World, index: int = 0) -> Disclosure:
    return from_canonical(world.journal.record(index) or b"", Disclosure)


def parts(world: World, index: int) -> tuple[bytes | None, bytes | None, bytes | None]:
    journal = world.journal
    return journal.content(index), journal.record(index), journal.sealed(index)


def prune(stage: Stage, agency: str = CA_SHERIFF) -> LogPruned:
    return prune_log(world_at(stage, agency), KEEP_DAYS)


def test_what_a_month_kept_is_forgotten_and_its_proofs_stay(kept: Stage, tmp_path: Path) -> None:
    """Content, record and explanation are gone; the log verifies, and the receipt given then opens the entry still."""
    outcome = asked(kept)
    (source,) = [one for one in outcome.sources if one.agency == CA_SHERIFF]
    assert source.answer is not None
    assert source.receipt is not None
    world = world_at(kept)
    assert all(parts(world, 0))
    done = prune(kept)
    assert done.months == (MonthPruned(key="2026-11", forgotten=1, kept={}, tally=1),)
    assert done.entry == 2
    assert parts(world, 0) == (None, None, None)
    with pytest.raises(LedgerError, match="forgotten"):
        world.journal.content_key(0)
    assert decode_entry(world.journal.entry(0)).facts.kind is EntryKind.ANSWERED
    assert verify_receipt(source.receipt, canonical_bytes(source.answer), world.keys.log_key()).released
    store = kept.federation.stores[world.node]
    store.journal.publish()
    assert verify_log_directory(store.log_directory, world.keys.log_key()).size == 3
    assert prove(store.log_directory, 0).startswith("c2sp.org/tlog-proof@v1\nindex 0\n")


def test_a_question_of_a_forgotten_answer_is_not_answered_again(kept: Stage) -> None:
    """That it was answered stays known: the same question under a fresh nonce is turned away."""
    query = kept.query(kept.region.scene.detective_question, CA_SHERIFF)
    kept.answer(query)
    months_later(kept)
    prune(kept)
    assert world_at(kept).journal.find_answer(query.asker, query.id, f"digest:{CA_SHERIFF}") is not None
    found = world_at(kept).journal.find_answer(query.asker, query.id, f"digest:{CA_SHERIFF}")
    assert found is not None
    assert found[1] == b""


@on_sqlite
def test_a_copy_of_the_database_from_before_opens_nothing(kept: Stage, tmp_path: Path) -> None:
    """With the month's key every part of the copy opens; without it none does, and nothing of the person stands in it."""
    outcome = asked(kept)
    family = kept.region.scene.detective_question.family.encode()
    reference = next(one for one in outcome.sources if one.agency == CA_SHERIFF and one.answer).answer
    assert reference is not None
    world = world_at(kept)
    folder = kept.federation.stores[world.node].folder
    copy = tmp_path / "copy"
    copy.mkdir()
    with (
        closing(sqlite3.connect(folder / "node.db")) as source,
        closing(sqlite3.connect(copy / "node.db")) as target,
    ):
        source.backup(target)
    shutil.copytree(tmp_path / "months" / world.node, tmp_path / "keys-before")
    prune(kept)
    with closing(sqlite3.connect(copy / "node.db")) as database:
        rows = database.execute(
            "SELECT content, record FROM entry UNION ALL SELECT body, '' FROM sealed"
        ).fetchall()
        items = database.execute("SELECT body FROM item").fetchall()
    assert items
    for part in (part for row in (*rows, *items) for part in row if part):
        assert family not in part
        assert reference.items[0].reference.encode() not in part
        assert reference.items[0].item_id.encode() not in part
    for keys, opens in ((tmp_path / "keys-before", True), (tmp_path / "months" / world.node, False)):
        store = open_store(copy)
        store.journal.hide_under(MonthKeys(keys))
        readers: list[Any] = [
            lambda store=store: store.journal.content(0),
            lambda store=store: store.journal.record(0),
            lambda store=store: store.journal.sealed(0),
            lambda store=store: store.journal.find_item(reference.items[0].item_id),
        ]
        for read in readers:
            if opens:
                assert read()
            else:
                with pytest.raises(KeyUnavailableError, match=r"`2026-11\.key` cannot be read"):
                    read()
        store.close()


def test_the_counts_of_a_month_outlive_it(kept: Stage) -> None:
    """One entry a month, by kind, agencies, purpose and decision, with classes; made before, once, and readable for ever."""
    outcome = asked(kept)
    answer = next(one.answer for one in outcome.sources if one.agency == CA_SHERIFF)
    assert answer is not None
    world = world_at(kept)
    facts = decode_entry(world.journal.entry(0)).facts
    prune(kept)
    tally = from_canonical(world.journal.content(1) or b"", Tally)
    assert (tally.node, tally.month) == (world.node, "2026-11")
    (row,) = tally.rows
    assert (row.kind, row.owner_ori, row.asker_ori, row.purpose, row.decision) == (
        EntryKind.ANSWERED,
        facts.owner_ori,
        facts.asker_ori,
        facts.purpose,
        "answered",
    )
    assert (row.entries, row.items) == (1, len(answer.items))
    assert sum(row.released.values()) == len(answer.items)
    assert row.released.get(answer.items[0].data_class, 0) >= 1
    assert set(row.asked) == set(kept.region.scene.detective_question.data_classes)


def test_a_month_is_tallied_once_and_its_tally_moves_on_with_what_stays(kept: Stage) -> None:
    """Years later the first month's counts are read as on the first day, under the newest key of what stays."""
    world = world_at(kept)
    for _ in range(3):
        asked(kept)
        prune(kept)
    tallies = [
        from_canonical(world.journal.content(index) or b"", Tally)
        for index in range(world.journal.size())
        if decode_entry(world.journal.entry(index)).facts.kind is EntryKind.MONTH_TALLIED
    ]
    assert len({one.month for one in tallies}) == len(tallies) >= 3
    assert len([name for name in world_keys(world) if name.startswith("k")]) == 1


def world_keys(world: World) -> tuple[str, ...]:
    assert world.wrapping is not None
    return world.wrapping.names()


def test_what_a_legal_hold_keeps_goes_when_the_hold_has_ended(kept: Stage) -> None:
    """Held: the whole answer stays readable under another key; then it goes with everything that key held."""
    asked(kept)
    world = world_at(kept)
    record_id = shown(world).shown[0].record_id
    custodian = kept.member(member_of(CA_SHERIFF, "custodian"))
    act_on_record(world, custodian, RecordAct(record_id=record_id, act="hold", reason="a subpoena was served"))
    before = parts(world, 0)
    done = prune(kept)
    assert done.months[0].kept == {"legal-hold": 1}
    assert parts(world, 0) == before
    assert "2026-11" not in world_keys(world)
    item = world.journal.find_item(shown(world).shown[0].item_id)
    assert item is not None
    assert item.member == kept.region.scene.detective_question.member
    act_on_record(world, custodian, RecordAct(record_id=record_id, act="lift", reason="the court let it go"))
    finish_duties(world)
    months_later(kept)
    again = prune(kept)
    assert again.months[-1].key == "k000001"
    assert again.months[-1].forgotten == 1
    assert parts(world, 0) == (None, None, None)
    assert [name for name in world_keys(world) if name.startswith("k")] == ["k000002"]


def test_what_is_owed_on_a_question_keeps_its_answer(kept: Stage) -> None:
    """An open duty keeps it; done, it goes. A duty that waits for an event keeps nothing: the index is enough."""
    asked(kept)
    world = world_at(kept)
    duty = StoredDuty(
        id="d" * 32,
        owner=CA_SHERIFF,
        query_id=shown(world).query.id,
        duty=Duty(kind="notify", rule="us-ca/X", citation="c", to="subject", due_ms=world.clock.now_ms()),
        raised_ms=world.clock.now_ms(),
    )
    unit = unit_of(world, duties=(duty,))
    append_entry(world, unit)
    assert prune(kept).months[0].kept == {"duty": 1}
    append_entry(world, unit_of(world, changed_duties=(replace(duty, done_ms=1, changed=1),)))
    assert prune(kept).months[-1].forgotten == 1
    assert parts(world, 0) == (None, None, None)


def finish_duties(world: World) -> None:
    """Everything owed at California's node is done."""
    owed = world.journal.duties(CA_SHERIFF)
    done = tuple(replace(one, done_ms=1, changed=one.changed + 1) for one in owed if one.done_ms is None)
    append_entry(world, unit_of(world, changed_duties=done))


def unit_of(world: World, **changes: Any) -> Unit:
    facts = EntryFacts(kind=EntryKind.DUTY_RAISED, at_ms=world.clock.now_ms())
    return Unit(facts=facts, content=b"{}", record=b"{}", **changes)


def test_a_record_shown_long_ago_is_still_recalled(kept: Stage) -> None:
    """Owner and asker have forgotten the answer; a seal reaches the agency all the same, and names the item it showed."""
    asked(kept)
    world = world_at(kept)
    disclosed = shown(world).shown[0]
    prune(kept)
    prune(kept, WA_POLICE)
    item = world.journal.find_item(disclosed.item_id)
    assert item is not None
    assert (item.asker, item.record_id) == (WA_POLICE, disclosed.record_id)
    assert (item.member, item.beneficiary, item.question) == ("", "", "")
    custodian = kept.member(member_of(CA_SHERIFF, "custodian"))
    act_on_record(
        world, custodian, RecordAct(record_id=disclosed.record_id, act="seal", reason="by order of the court")
    )
    assert push_deliveries(world).arrived == 1
    taker = world_at(kept, WA_POLICE)
    (recall,) = [one for one in taker.journal.deliveries(WA_POLICE) if one.incoming]
    assert isinstance(recall.due, Recall)
    assert disclosed.item_id in {one.item_id for one in recall.due.items}
    confirm_recall(taker, kept.member(member_of(WA_POLICE, "custodian")), recall.id, "nothing of it was left here")


def test_a_recall_that_nobody_confirmed_keeps_what_it_is_about(kept: Stage) -> None:
    """At both sides, until a person of the recipient has seen to it."""
    asked(kept)
    world = world_at(kept)
    custodian = kept.member(member_of(CA_SHERIFF, "custodian"))
    record_id = shown(world).shown[0].record_id
    act_on_record(
        world, custodian, RecordAct(record_id=record_id, act="dispute", reason="the person says it was not them")
    )
    push_deliveries(world)
    assert prune(kept).months[0].kept == {"delivery": 1}
    told = prune(kept, WA_POLICE).months[0].kept
    assert told["delivery"] >= 1


def test_an_accounting_is_kept_as_long_as_its_record(kept: Stage) -> None:
    """Of a federal agency's answer the record stays while what it showed is there (5 USC 552a(c)(2)), and goes after it."""
    asked(kept)
    world = world_at(kept, FEDERAL_INVESTIGATIONS)
    ids = {one.record_id for one in shown(world).shown}
    assert prune(kept, FEDERAL_INVESTIGATIONS).months[0].kept == {"accounting": 1}
    gone = unit_of(world, removes=tuple((FEDERAL_INVESTIGATIONS, one) for one in ids))
    append_entry(world, gone)
    assert prune(kept, FEDERAL_INVESTIGATIONS).months[-1].forgotten == 1


def test_the_setting_says_which_months_may_go(kept: Stage) -> None:
    """No month before its time, an earlier one on request, no word that is no month; a trial changes nothing."""
    asked(kept)
    world = world_at(kept)
    size = world.journal.size()
    assert prune_log(world, 100).months == ()
    with pytest.raises(
        WrongUseError, match="the node keeps its log for 100 days, which is everything since 2026-10"
    ):
        prune_log(world, 100, "2026-11")
    for month in ("2026-13", "November", "2026-1"):
        with pytest.raises(NounError, match="is not a month"):
            prune_log(world, KEEP_DAYS, month)
    assert prune_log(world, KEEP_DAYS, "2026-11").months == ()
    trial = prune_log(world, KEEP_DAYS, "2026-12", trial=True)
    assert trial == LogPruned(before="2026-12", months=(MonthPruned(key="2026-11", forgotten=1, kept={}),))
    assert all(parts(world, 0))
    assert world.journal.size() == size
    assert prune_log(world, KEEP_DAYS, "2026-12").entry == size + 1
    assert prune_log(world, KEEP_DAYS, "2026-12").months == ()
    with pytest.raises(KeyUnavailableError, match="no monthly keys"):
        prune_log(dataclasses.replace(world, wrapping=None), KEEP_DAYS)


class Stop(Exception):
    """A stop of the machine."""


class Counted:
    """A port whose calls are counted; the machine stops before call number `stop`, of it or of its companions."""

    def __init__(self, held: Any, calls: list[str], stop: int) -> None:
        self._held, self._calls, self._stop = held, calls, stop

    def __getattr__(self, name: str) -> Any:
        held = getattr(self._held, name)
        if name == "keeping":
            return Counted(held, self._calls, self._stop)
        if not callable(held) or name in ("content", "record", "sealed", "find_answer", "duties", "deliveries"):
            return held

        def call(*values: Any, **named: Any) -> Any:
            if len(self._calls) == self._stop:
                raise Stop(name)
            self._calls.append(name)
            return held(*values, **named)

        return call


def test_a_stop_at_any_point_of_a_pruning_loses_nothing_that_is_needed(
    tmp_path: Path, region: Region, engine: None
) -> None:
    """Before its entry everything is read as before; behind it the start finishes. Doing it again ends the same way."""
    stage = make_stage(tmp_path / "nodes", region)
    keep_by_month(stage, tmp_path / "months")
    world = world_at(stage)
    stage.ask(stage.region.scene.detective_question)
    held = shown(world).shown[1].record_id
    custodian = stage.member(member_of(CA_SHERIFF, "custodian"))
    act_on_record(world, custodian, RecordAct(record_id=held, act="hold", reason="a subpoena was served"))
    finish_duties(world)
    first = parts(world, 0)
    reached: set[str] = set()
    ended = False
    while not ended:
        passing = world.journal.size()
        stage.ask(stage.region.scene.removal_question)
        assert held not in {one.record_id for one in shown(world, passing).shown}
        before = parts(world, passing)
        months_later(stage)
        calls: list[str] = []
        stopping = dataclasses.replace(
            world,
            wrapping=Counted(world.wrapping, calls, len(reached)),
            journal=Counted(world.journal, calls, len(reached)),
        )
        try:
            prune_log(stopping, KEEP_DAYS)
            ended = True
        except Stop as point:
            reached.add(f"{len(reached)} {point}")
        kinds = [decode_entry(world.journal.entry(at)).facts.kind for at in range(passing, world.journal.size())]
        if EntryKind.LOG_PRUNED not in kinds:
            assert parts(world, passing) == before, f"stopped before call {len(calls)}"
        finish_pruning(world)  # as the start does
        assert world.journal.keeping.destroyed_keys() == ()
        if EntryKind.LOG_PRUNED in kinds:
            assert parts(world, passing) == (None, None, None), f"stopped before call {len(calls)}"
        prune_log(world, KEEP_DAYS)
        assert parts(world, passing) == (None, None, None)
        assert parts(world, 0) == first, "what is held is readable as on the first day"
        names = world_keys(world)
        assert len([name for name in names if name.startswith("k")]) == 1
        assert all(name.startswith("k") or name >= month_of(world.clock.now_ms()) for name in names), names
    assert {"make_kept", "keep_under", "erase_under", "destroy", "end_destruction", "start"} <= {
        one.partition(" ")[2] for one in reached
    }
    stage.federation.close()


def test_released_classes_are_counted_from_the_answers(kept: Stage) -> None:
    """The tally of a class is what the answers of the month released of it."""
    for question in (kept.region.scene.detective_question, kept.region.scene.namesake_question):
        kept.ask(question)
    world = world_at(kept)
    counted: dict[DataClass, int] = {}
    for index in range(world.journal.size()):
        for item in from_canonical(world.journal.content(index) or b"", Answer).items:
            counted[item.data_class] = counted.get(item.data_class, 0) + 1
    months_later(kept)
    done = prune(kept)
    tally = from_canonical(world.journal.content(done.months[0].tally or 0) or b"", Tally)
    told: dict[DataClass, int] = {}
    for row in tally.rows:
        for data_class, number in row.released.items():
            told[data_class] = told.get(data_class, 0) + number
    assert told == counted


LASTING_KINDS = frozenset(
    {
        EntryKind.CIRCLE_CHANGED,
        EntryKind.FIGURE_ENTERED,
        EntryKind.REPORT_FILED,
        EntryKind.LAW_ACTIVATED,
        EntryKind.LAW_REFUSED,
        EntryKind.LAW_SUSPENDED,
        EntryKind.AGREEMENT_KEPT,
        EntryKind.TEXT_SIGNED,
        EntryKind.ELECTION_SIGNED,
        EntryKind.WEIGHTS_CHANGED,
        EntryKind.RECORDS_LOADED,
        EntryKind.NODE_OPENED,
        EntryKind.NODE_RESUMED,
        EntryKind.ACCESS_SWEPT,
        EntryKind.DIRECTORY_ADOPTED,
        EntryKind.DIRECTORY_REFUSED,
        EntryKind.DIRECTORY_BROUGHT,
        EntryKind.FORK_SEEN,
        EntryKind.FEED_ACT,
        EntryKind.NOTICES_SET,
        EntryKind.TRANSMISSIONS_SUSPENDED,
        EntryKind.TRANSMISSIONS_RESUMED,
        EntryKind.DELEGATED,
        EntryKind.DELEGATION_ENDED,
        EntryKind.MONTH_TALLIED,
        EntryKind.LOG_PRUNED,
    }
)


def test_of_every_kind_of_entry_somebody_said_whether_it_passes() -> None:
    """A new kind is not kept for ever because nobody thought of it: it is named here, or among those that pass."""
    assert set(EntryKind) == PASSING | LASTING_KINDS
    assert not PASSING & LASTING_KINDS


def test_what_a_feed_brought_is_told_from_an_answer_after_its_month_went(tmp_path: Path, own_stage: Stage) -> None:
    """A feed takes back by its next batch, and tells no seal from any other end; a recall would."""
    world = own_stage.federation.world_of(CA_SHERIFF)
    keep_by_month(own_stage, tmp_path / "keys")
    feed = running(own_stage)
    turn(own_stage)
    owner = own_stage.federation.directory.get_agency(CA_SHERIFF)
    record = next(
        one.id
        for one in own_stage.region.records_of(CA_SHERIFF)
        if world.journal.feeds.items_of(CA_SHERIFF, feed, one.id)
    )
    months_later(own_stage)
    turn(own_stage)
    world = own_stage.federation.world_of(CA_SHERIFF)
    prune_log(world, 30)
    assert [one.feed for one in standing_releases(world, owner, record)] == [feed]
    keeper = own_stage.member(member_of(CA_SHERIFF, "custodian"))
    done = act_on_record(world, keeper, RecordAct(record_id=record, act="seal", reason="by order of the court"))
    assert done.recalls == ()
