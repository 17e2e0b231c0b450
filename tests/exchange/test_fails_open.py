"""The faults by which other systems fail open, as their public repositories show them: each is tried here, none opens.

Each test names the system and its fault. A fault whose test stands elsewhere is tried here at the door all the same.
"""

from __future__ import annotations

import dataclasses
import inspect
from typing import Any

import click
import msgspec
import pytest
from region_stage import Stage

from comity.cli.main import comity
from comity.demo.agencies import CA_SHERIFF, IL_POLICE, WA_POLICE
from comity.errors import LawTextError, LawUnavailableError, NounError, StoreError, WrongUseError
from comity.exchange.answering.answer import answer_query
from comity.exchange.asking.open_questions import ASKED_FOR_MS, ask_open_questions
from comity.exchange.delivery.put_off import FIRST_WAIT_MS, LONGEST_WAIT_MS
from comity.law.compile import compile_law
from comity.model.canon import canonical_bytes, text_digest
from comity.model.codes import Purpose, Status
from comity.model.disclosure import EntryKind
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.outcome import LONGEST_DEADLINE_MS, AskRequest, FetchRequest
from comity.model.query import Query
from comity.ports import World
from comity.settings import NodeSettings

WORDS_THAT_SWITCH_OFF = (
    "disable",
    "insecure",
    "verify",
    "skip",
    "unsafe",
    "allow",
    "trust",
    "permissive",
    "force",
)


class DeafJournal:
    """A log that cannot be written. Everything else is the real one."""

    def __init__(self, real: Any) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def start(self, *_: object) -> object:
        raise StoreError("the database could not be written: disk I/O error")


class WatchedRecords:
    """The records, and whether anybody looked at them."""

    def __init__(self, real: Any) -> None:
        self._real, self.looked = real, False

    def __getattr__(self, name: str) -> Any:
        self.looked = True
        return getattr(self._real, name)


def at(stage: Stage, agency: str, **ports: Any) -> World:
    return dataclasses.replace(stage.federation.world_of(agency), **ports)


def test_a_denied_question_does_not_go_on(own_stage: Stage) -> None:
    """OJBC: in 24 services the denied branch only logs and the request goes on. Here no record is looked at."""
    query = own_stage.query(
        own_stage.region.scene.detective_question, CA_SHERIFF, purpose=Purpose.REPRODUCTIVE_ENFORCEMENT
    )
    records = WatchedRecords(own_stage.federation.world_of(CA_SHERIFF).records)
    reply = answer_query(at(own_stage, CA_SHERIFF, records=records), own_stage.seal(query))
    assert b'"status":"refused"' in reply.raw
    assert not records.looked


def test_a_failed_audit_is_not_swallowed(own_stage: Stage) -> None:
    """OJBC: 89 places swallow an audit failure and continue. EDC acts without its entry. Here nothing leaves."""
    raw = own_stage.seal(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    world = own_stage.federation.world_of(CA_SHERIFF)
    with pytest.raises(StoreError):
        answer_query(at(own_stage, CA_SHERIFF, journal=DeafJournal(world.journal)), raw)
    asker = own_stage.federation.world_of(WA_POLICE)
    own_stage.federation.worlds["wa-node"] = at(own_stage, WA_POLICE, journal=DeafJournal(asker.journal))
    before = own_stage.size(CA_SHERIFF)
    with pytest.raises(StoreError):
        own_stage.ask(own_stage.region.scene.detective_question)
    assert own_stage.size(CA_SHERIFF) == before, "a question whose asking cannot be entered is not put"


def test_a_refusal_is_logged_like_an_answer(own_stage: Stage) -> None:
    """X-Road (joint-development 158): denied requests lack a logged answer. Here a refusal is an entry with a receipt."""
    query = own_stage.query(
        own_stage.region.scene.detective_question, CA_SHERIFF, purpose=Purpose.REPRODUCTIVE_ENFORCEMENT
    )
    before = own_stage.size(CA_SHERIFF)
    assert own_stage.answer(query).status is Status.REFUSED
    (facts,) = own_stage.entries(CA_SHERIFF, before)
    assert (facts.kind, facts.decision) == (EntryKind.ANSWERED, "refused")


def test_no_source_vanishes(own_stage: Stage) -> None:
    """OJBC: a slow source that is not in a map vanishes without a word. Here each one named has exactly one status."""
    own_stage.federation.down |= {"ca-node", "il-node"}
    named = (CA_SHERIFF, IL_POLICE, WA_POLICE)
    outcome = own_stage.ask(own_stage.region.scene.detective_question, sources=named)
    assert [source.agency for source in outcome.sources] == list(named)
    with pytest.raises(WrongUseError, match="not in the directory"):
        own_stage.ask(own_stage.region.scene.detective_question, sources=(*named, "nobody-here"))


def test_an_open_question_survives(own_stage: Stage) -> None:
    """OJBC: correlation in memory, so that a restart forgets open questions. Here they are rows, and are put again."""
    own_stage.federation.down.add("ca-node")
    outcome = own_stage.ask(own_stage.region.scene.detective_question)
    world = own_stage.federation.world_of(WA_POLICE)
    (waiting,) = world.journal.open_questions(world.clock.now_ms() + 60_000, 10)
    assert (waiting.query_id, waiting.owners) == (outcome.query_id, (CA_SHERIFF,))
    own_stage.federation.down.clear()
    own_stage.federation.advance(60_000)
    assert ask_open_questions(world) == 1


@pytest.mark.parametrize("wait_ms", [0, -1, LONGEST_DEADLINE_MS + 1])
def test_nobody_waits_for_ever(wait_ms: int) -> None:
    """X-Road: the default wait is 0, for ever. CONNECT: 120 s and two retries. Here a wait has an end."""
    with pytest.raises(NounError, match="the wait is between"):
        FetchRequest(query_id="q", item_id="i", asker=WA_POLICE, member="m", wait_ms=wait_ms)


def test_retries_are_bounded_and_seen(own_stage: Stage) -> None:
    """EDC (1487): a negotiation is tried again for ever, unseen. Here rounds grow apart, are counted, and end with a day."""
    assert FIRST_WAIT_MS < LONGEST_WAIT_MS
    own_stage.federation.down.add("ca-node")
    own_stage.ask(own_stage.region.scene.detective_question)
    world = own_stage.federation.world_of(WA_POLICE)
    own_stage.federation.advance(60_000)
    ask_open_questions(world)
    (question,) = world.journal.open_questions(world.clock.now_ms() + 600_000, 10)
    assert question.tried == 1
    own_stage.federation.advance(ASKED_FOR_MS)
    ask_open_questions(world)
    assert world.journal.open_questions(world.clock.now_ms() + ASKED_FOR_MS, 10) == ()


@pytest.mark.parametrize(
    "body",
    [
        'rule T-1 "Unknown" cite "Act 1" status verified from 2020-01-01 permit all fields when the moon is full',
        'rule T-1 "Unknown" cite "Act 1" status verified from 2020-01-01 forbid fields labelled nothing-known',
    ],
)
def test_a_term_nobody_knows_stops_the_text(body: str) -> None:
    """EDC: a constraint whose operand is not bound is dropped; a rule without evaluator falls to a default. Here: refused."""
    text = f'pack test "Test" in WA version 1 uses vocabulary comity 1\n{body}\n'
    with pytest.raises(LawTextError):
        compile_law(
            (
                LawText(
                    kind=LawKind.PACK, name="test", version=1, text=text, hash=text_digest(whole_text(text, ()))
                ),
            )
        )


def test_a_clause_that_cannot_be_decided_never_opens(own_stage: Stage) -> None:
    """Tractus-X: legal clauses shipped as always true. Here a law that cannot be read releases nothing at all."""
    own_stage.federation.laws.lost = True
    raw = own_stage.seal(own_stage.query(own_stage.region.scene.detective_question, CA_SHERIFF))
    with pytest.raises(LawUnavailableError):
        own_stage.federation.deliver("ca-node", raw)


def test_nothing_switches_a_check_off() -> None:
    """CONNECT ships `disableCNCheck` and `enableHostnameVerification=false`. Here nothing turns a check off."""
    names = [field.name for field in msgspec.structs.fields(NodeSettings)]
    names += [name for command in _commands(comity) for parameter in command.params for name in parameter.opts]
    found = [name for name in names for word in WORDS_THAT_SWITCH_OFF if word in name.strip("-").split("-")]
    assert not found


def _commands(group: click.Group) -> list[click.Command]:
    context, found = click.Context(group), list[click.Command]()
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        found += _commands(command) if isinstance(command, click.Group) else [command]
    return found


def test_one_record_too_many_is_a_status_and_not_silence(own_stage: Stage) -> None:
    """OJBC: more than 200 merged records and the whole answer is lost. Here one owner's crowd is that owner's status."""
    outcome = own_stage.ask(own_stage.region.scene.name_only_question)
    assert all(source.status in Status for source in outcome.sources)
    assert not any(source.answer.items for source in outcome.sources if source.answer)


def test_counts_and_lengths_tell_nothing_of_what_is_closed(own_stage: Stage) -> None:
    """Aleph (93): counts revealed what a user may not read. Here what is closed and what is not there are one."""
    scene = own_stage.region.scene
    protected = own_stage.query(scene.protected_question, CA_SHERIFF)
    absent = msgspec.structs.replace(
        own_stage.query(scene.protected_question, CA_SHERIFF),
        subject=msgspec.structs.replace(scene.protected_question.subject, family="Nobodyatall"),
    )
    answers = [own_stage.answer(query) for query in (protected, absent)]
    assert {answer.status for answer in answers} == {Status.NOTHING_RELEASABLE}
    assert len({len(canonical_bytes(answer)) for answer in answers}) == 1


def test_no_verb_takes_people_by_the_hundred() -> None:
    """yente: 100 people a call and no access control. Here a question has one subject, and nothing takes a list of them."""
    for noun in (AskRequest, Query):
        annotation = inspect.get_annotations(noun, eval_str=False)["subject"]
        assert "tuple" not in str(annotation)
        assert "list" not in str(annotation).lower()
