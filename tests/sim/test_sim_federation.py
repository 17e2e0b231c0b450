"""The federation under faults, by seed: mixed questions of all agencies, then checkers that know nothing of the run."""

from __future__ import annotations

import base64
import os
import sys
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random

import pytest

from comity.demo.agencies import directory_agencies, members
from comity.demo.laws import Signers, texts_for
from comity.demo.records import Region, generate_region
from comity.demo.run import to_request
from comity.demo.scene import SceneQuestion
from comity.errors import ClosedError, WrongUseError
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.fetch import fetch_item
from comity.ledger.entry import ENTRY_BYTES, commit, decode_entry
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import Status
from comity.model.disclosure import Disclosure, EntryKind
from comity.model.law_text import LawText
from comity.model.outcome import FetchRequest, Outcome, SourceResult
from comity.sim.federation import START_MS, Federation, SimRandomness, build_federation

SEEDS = int(os.environ.get("COMITY_SEEDS", "3"))
QUESTIONS = 14  # a seed; enough to meet every fault at least once over three seeds
PEOPLE = 400
TODAY = date(2026, 11, 18)  # the day the simulated clock starts
SHORTEST_TELLING = 6  # shorter values stand in other bytes by chance


@dataclass
class Run:
    """What happened, as the callers saw it."""

    outcomes: list[Outcome] = field(default_factory=list)
    details: list[tuple[Outcome, SourceResult]] = field(default_factory=list)
    closed: int = 0
    faults: Counter[str] = field(default_factory=Counter)


@pytest.fixture(scope="module")
def texts() -> dict[str, tuple[tuple[LawText, Signers], ...]]:
    return {agency.id: texts_for(agency.id) for agency in directory_agencies()}


def drawn(rng: Random, region: Region) -> SceneQuestion:
    """A question of any asker, about the scene or about somebody of the region."""
    scene = region.scene
    question = rng.choice(
        (
            scene.detective_question,
            scene.investigator_question,
            scene.removal_question,
            scene.namesake_question,
            scene.protected_question,
            scene.name_only_question,
        )
    )
    if rng.random() < 0.5:
        return question
    person = rng.choice([person for record in region.records for person in record.people if person.values("name")])
    family, _, given = person.values("name")[0].partition(", ")
    born = (*person.values("birth-date"), "")[0]
    return replace(question, family=family, given=given, middle="", birth_date=born, identifiers=())


def break_something(rng: Random, federation: Federation, run: Run) -> None:
    """One fault for the next question: a node down, its replies altered, its keys or laws lost; often nothing."""
    fault = rng.choice(("none", "none", "down", "altered", "keys", "laws"))
    run.faults[fault] += 1
    node = rng.choice(sorted(federation.worlds))
    if fault == "down":
        federation.down.add(node)
    elif fault == "keys":
        federation.keys[node].lost = True
    elif fault == "laws":
        federation.laws.texts = {
            owner: own for owner, own in federation.laws.texts.items() if federation.world_of(owner).node != node
        }
    elif fault == "altered":

        def meddle(to: str, message: bytes) -> bytes:
            reply = bytearray(federation.deliver(to, message))
            if to == node:
                reply[rng.randrange(len(reply))] ^= 1 << rng.randrange(8)
            return bytes(reply)

        federation.meddle = meddle


def mend_everything(federation: Federation, laws: dict[str, tuple[LawText, ...]]) -> None:
    federation.down.clear()
    federation.meddle = None
    federation.laws.texts = laws
    for keys in federation.keys.values():
        keys.lost = False


def play(rng: Random, federation: Federation, region: Region) -> Run:
    """Questions and details under faults, the clock moving between them."""
    run, laws = Run(), federation.laws.texts
    by_id = {member.id: member for member in members()}
    for _ in range(QUESTIONS):
        question = drawn(rng, region)
        break_something(rng, federation, run)
        world = federation.world_of(question.asker)
        try:
            outcome = ask_query(world, to_request(question), by_id[question.member])
        except ClosedError:
            run.closed += 1
            continue
        finally:
            mend_everything(federation, laws)
            federation.advance(rng.randrange(90_000))
        run.outcomes.append(outcome)
        items = [item.item_id for source in outcome.sources if source.answer for item in source.answer.items]
        if items and rng.random() < 0.6:
            request = FetchRequest(
                query_id=outcome.query_id, item_id=rng.choice(items), asker=question.asker, member=question.member
            )
            run.details.append((outcome, fetch_item(world, request, by_id[question.member])))
    return run


def answers_of(run: Run) -> list[SourceResult]:
    asked = [source for outcome in run.outcomes for source in outcome.sources]
    return [result for result in (*asked, *(result for _, result in run.details)) if result.answer]


def check_every_answer_has_its_entry(federation: Federation, run: Run) -> None:
    """Each answer that was shown has a receipt that verifies, and the very entry stands in its owner's log."""
    for result in answers_of(run):
        assert result.answer is not None
        assert result.receipt is not None
        assert result.verified
        node = federation.directory.find_node(federation.directory.get_agency(result.agency).node)
        assert node is not None
        facts = verify_receipt(result.receipt, canonical_bytes(result.answer), node.log_key)
        assert facts.released == len(result.answer.items)
        journal = federation.stores[node.id].journal
        entries = {journal.entry(index) for index in range(journal.size())}
        assert base64.b64decode(result.receipt.entry) in entries


def check_every_source_has_one_status(run: Run) -> None:
    for outcome in run.outcomes:
        assert tuple(source.agency for source in outcome.sources) == outcome.request.sources
        assert all(source.answer is not None or source.reasons for source in outcome.sources)


def check_entries(federation: Federation) -> Counter[EntryKind]:
    """Every entry decodes, opens its commitments, and an answered one says how many items its content has."""
    kinds: Counter[EntryKind] = Counter()
    for node, store in federation.stores.items():
        for index in range(store.journal.size()):
            raw = store.journal.entry(index)
            assert len(raw) == ENTRY_BYTES
            entry = decode_entry(raw)
            kinds[entry.facts.kind] += 1
            content, record = store.journal.content(index), store.journal.record(index)
            wrapped = store.journal.record_key(index)
            assert content is not None
            assert record is not None
            assert wrapped is not None
            keys = federation.keys[node]
            assert entry.content == commit(keys.unwrap(store.journal.content_key(index)), content)
            assert entry.record == commit(keys.unwrap(wrapped), record)
            if entry.facts.kind is EntryKind.ANSWERED:
                answer, disclosure = from_canonical(content, Answer), from_canonical(record, Disclosure)
                assert entry.facts.released == len(answer.items) == len(disclosure.shown)
                assert entry.facts.decision == answer.status
                assert entry.facts.law == answer.law
    return kinds


def check_counts(run: Run, kinds: Counter[EntryKind]) -> None:
    """What the callers saw and what the logs say agree in number."""
    received = len(run.outcomes) + len(run.details)
    assert kinds[EntryKind.RECEIVED] == received
    assert received <= kinds[EntryKind.ASKED] <= received + run.closed
    lost = sum(
        source.status is Status.FAILED for outcome in run.outcomes for source in outcome.sources
    )  # an altered or unsigned reply had its entry at the owner all the same
    shown = len(answers_of(run))
    assert shown <= kinds[EntryKind.ANSWERED] <= shown + lost
    assert kinds[EntryKind.RESENT] == kinds[EntryKind.REJECTED] == 0


def check_no_particulars(federation: Federation, folder: Path, region: Region) -> None:
    """No name, number, birth date or address of anybody stands in any published file or in any entry."""
    published = b"".join(
        path.read_bytes()
        for node in federation.worlds
        for path in sorted((folder / node / "log").rglob("*"))
        if path.is_file()
    )
    entries = b"".join(
        store.journal.entry(index) for store in federation.stores.values() for index in range(store.journal.size())
    )
    telling = {
        value.value
        for record in region.records
        for person in record.people
        for value in person.fields
        if value.name
        in {"name", "alias", "birth-date", "home-address", "ssn", "driver-licence", "phone", "a-number"}
    }
    parts = {part for value in telling for part in (value, *value.split(", ")) if len(part) >= SHORTEST_TELLING}
    assert published
    for part in parts:
        assert part.encode() not in published, part
        assert part.encode() not in entries, part


@pytest.mark.parametrize("seed", range(SEEDS))
def test_a_seeded_run_leaves_logs_that_tell_the_truth_and_nobodys_name(
    seed: int, tmp_path: Path, texts: dict[str, tuple[tuple[LawText, Signers], ...]]
) -> None:
    """Whatever broke: one status a source, an entry for every release, true counts, no particulars, valid logs."""
    rng = Random(f"federation:{seed}")
    region = generate_region(seed, PEOPLE, TODAY)
    federation = build_federation(tmp_path, f"seed-{seed}", directory_agencies(), texts, region.records)
    try:
        run = play(rng, federation, region)
        print(f"seed {seed}: {dict(run.faults)}, {run.closed} closed", file=sys.stderr)
        check_every_source_has_one_status(run)
        check_every_answer_has_its_entry(federation, run)
        check_counts(run, check_entries(federation))
        for node, store in federation.stores.items():
            store.journal.publish()
            verify_log_directory(tmp_path / node / "log", federation.keys[node].log_key())
        check_no_particulars(federation, tmp_path, region)
        assert run.outcomes
    finally:
        federation.close()


def test_one_seed_is_one_history() -> None:
    """Randomness follows from the seed: the same draws, and other draws for another seed."""
    first, second, other = SimRandomness("a"), SimRandomness("a"), SimRandomness("b")
    assert [first.take(8) for _ in range(4)] == [second.take(8) for _ in range(4)]
    assert first.take(8) != other.take(8)
    assert len(first.take(3)) == 3


def test_faults_are_what_they_say(tmp_path: Path, texts: dict[str, tuple[tuple[LawText, Signers], ...]]) -> None:
    """Lost keys and laws close the door, clocks start together and move together."""
    region = generate_region(1, PEOPLE, TODAY)
    federation = build_federation(tmp_path, "seed", directory_agencies(), texts, region.records)
    try:
        assert {clock.now_ms() for clock in federation.clocks.values()} == {START_MS}
        federation.advance(5)
        assert {clock.now_ms() for clock in federation.clocks.values()} == {START_MS + 5}
        keys = federation.keys["wa-node"]
        assert keys.unwrap(keys.wrap(b"k" * 32)) == b"k" * 32
        assert keys.message_key == next(
            node.message_key for node in federation.directory.nodes if node.id == "wa-node"
        )
        keys.lost = True
        for sign in (keys.sign_log, keys.sign_message):
            with pytest.raises(ClosedError):
                sign(b"payload")
        federation.laws.lost = True
        with pytest.raises(ClosedError):
            federation.laws.texts_of("wa-police")
        with pytest.raises(WrongUseError):
            federation.world_of("nobody-police")
    finally:
        federation.close()
