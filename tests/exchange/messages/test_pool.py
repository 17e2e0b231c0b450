"""A pool: a node that several owners share. What is asked of it is asked of each, decided by each, and kept apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as with_port
from pathlib import Path

import pytest
from broker_stage import Line, Lines
from msgspec.structs import replace
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS, WA_POLICE
from comity.demo.records import Region
from comity.errors import LawUnavailableError
from comity.exchange.answering.law_in_force import read_law
from comity.model.canon import from_canonical, text_digest
from comity.model.codes import Purpose, Status
from comity.model.disclosure import Disclosure, EntryKind
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.outcome import Outcome
from comity.sim.federation import signed_text

POOL = "fed-node"
MEMBERS = (FEDERAL_INVESTIGATIONS, REMOVAL_OPERATIONS)
ONE_PURPOSE = """
part "One purpose"
  cite   "Directive 9 (demonstration)"
  status verified
  decided automatically
  from   2026-01-01
  at     ask

rule POOL-01 "Not for task forces"
  forbid query
  when   query's purpose is task-force-investigation
"""
ONE_CLASS = """
part "One class of parties"
  cite   "Directive 9 (demonstration)"
  status verified
  decided automatically
  from   2026-01-01
  at     ask

rule POOL-02 "Not for sheriffs"
  forbid query
  when   asker's kind is sheriff
"""


@pytest.fixture
def pool(tmp_path: Path, region: Region) -> Iterator[tuple[Stage, Lines]]:
    """The region, every message between nodes seen."""
    stage = make_stage(tmp_path, region)
    nodes = list(stage.federation.worlds)
    lines = Lines(stage, {frozenset((one, other)) for one in nodes for other in nodes if one != other})
    for node, world in stage.federation.worlds.items():
        stage.federation.worlds[node] = with_port(world, peers=Line(lines, node))
    yield stage, lines
    stage.federation.close()


# A sergeant's: of whoever asks about somebody again for another purpose, the first waits for a supervisor.
FOR_THE_TASK_FORCE = {"purpose": Purpose.TASK_FORCE, "member": "wa-police-sergeant"}


def ask(stage: Stage, **changes: object) -> Outcome:
    return stage.ask(stage.region.scene.detective_question, sources=MEMBERS, **changes)


def statuses(outcome: Outcome) -> dict[str, Status]:
    return {source.agency: source.status for source in outcome.sources}


def amend_policy(stage: Stage, owner: str, more: str) -> None:
    """A member's policy with a rule more, signed by that member."""
    texts = []
    for text in stage.federation.laws.texts[owner]:
        if text.kind is LawKind.POLICY:
            signers = [(one.agency, one.role) for one in text.signatures]
            text = signed_text(with_words(text, more), signers, "seed")
        texts.append(text)
    stage.federation.laws.texts[owner] = tuple(texts)


def with_words(text: LawText, more: str) -> LawText:
    whole = text.text + more
    return replace(text, text=whole, hash=text_digest(whole_text(whole, text.tables)), signatures=())


def test_each_member_decides_enters_and_answers_for_itself(pool: tuple[Stage, Lines]) -> None:
    """One message, decision, entry and answer for each owner of the node; no answer holds another's item."""
    stage, lines = pool
    before = stage.size(FEDERAL_INVESTIGATIONS)
    outcome = ask(stage)
    assert {source.agency for source in outcome.sources} == set(MEMBERS)
    assert [to for _, to, _ in lines.sent] == [POOL] * len(MEMBERS)
    entries = stage.entries(FEDERAL_INVESTIGATIONS, before)
    assert [facts.kind for facts in entries] == [EntryKind.ANSWERED] * len(MEMBERS)
    assert len({facts.owner_ori for facts in entries}) == len(MEMBERS)
    journal = stage.federation.worlds[POOL].journal
    for index in range(before, journal.size()):
        disclosure = from_canonical(journal.record(index) or b"", Disclosure)
        for one in disclosure.shown:
            item = journal.find_item(one.item_id)
            assert item is not None
            assert item.owner == disclosure.query.owner
            assert stage.federation.worlds[POOL].records.get(item.owner, item.record_id) is not None


def test_records_of_members_are_not_merged(pool: tuple[Stage, Lines]) -> None:
    """No member's record is found under another's name, though one node keeps both."""
    stage, _ = pool
    records = stage.federation.worlds[POOL].records
    for one, other in (MEMBERS, MEMBERS[::-1]):
        held = records.page_of(one, "", 1_000)
        assert held
        assert all(record.owner == one and records.get(other, record.id) is None for record in held)


@pytest.mark.parametrize("member", MEMBERS)
def test_a_member_refuses_one_purpose_and_stays(pool: tuple[Stage, Lines], member: str) -> None:
    """That purpose is closed at this member alone; any other question it answers as before, and so do the others."""
    stage, _ = pool
    before = statuses(ask(stage))
    both = statuses(ask(stage, **FOR_THE_TASK_FORCE))
    amend_policy(stage, member, ONE_PURPOSE)
    (other,) = (one for one in MEMBERS if one != member)
    after = ask(stage, **FOR_THE_TASK_FORCE)
    refused = {source.agency: {reason.rule for reason in source.reasons} for source in after.sources}
    assert any("POOL-01" in rule for rule in refused[member])
    assert not any("POOL-01" in rule for rule in refused[other])
    assert statuses(after)[member] is Status.REFUSED
    assert statuses(after)[other] is both[other]
    assert statuses(ask(stage)) == before


def test_a_member_refuses_one_class_of_parties_and_stays(pool: tuple[Stage, Lines]) -> None:
    """The police department is answered as before; whoever is of that class is refused by this member alone."""
    stage, _ = pool
    before = statuses(ask(stage))
    amend_policy(stage, FEDERAL_INVESTIGATIONS, ONE_CLASS)
    assert statuses(ask(stage)) == before
    held = stage.federation.directory
    sheriff = held.get_agency(CA_SHERIFF).kind
    agencies = tuple(replace(one, kind=sheriff) if one.id == WA_POLICE else one for one in held.agencies)
    stage.federation.directory = replace(held, agencies=agencies)
    after = stage.ask(stage.region.scene.detective_question, sources=MEMBERS)
    refused = {source.agency: {reason.rule for reason in source.reasons} for source in after.sources}
    assert any("POOL-02" in rule for rule in refused[FEDERAL_INVESTIGATIONS])
    assert not any("POOL-02" in rule for rule in refused[REMOVAL_OPERATIONS])


@pytest.mark.parametrize("kind", [LawKind.POLICY, LawKind.AGREEMENT])
def test_whoever_runs_the_pool_changes_no_members_terms(pool: tuple[Stage, Lines], kind: LawKind) -> None:
    """A text that the member did not sign closes this member, whoever else signed it; the other members answer on."""
    stage, _ = pool
    before = statuses(ask(stage))
    texts = list(stage.federation.laws.texts[FEDERAL_INVESTIGATIONS])
    at = next(place for place, text in enumerate(texts) if text.kind is kind)
    signers = [
        (REMOVAL_OPERATIONS, one.role) for one in texts[at].signatures if one.agency == FEDERAL_INVESTIGATIONS
    ]
    texts[at] = signed_text(with_words(texts[at], "\n# wider\n"), signers, "seed")
    stage.federation.laws.texts[FEDERAL_INVESTIGATIONS] = tuple(texts)
    world = stage.federation.worlds[POOL]
    with pytest.raises(LawUnavailableError, match="not signed by `federal-investigations`"):
        read_law(world, stage.federation.directory, FEDERAL_INVESTIGATIONS)
    after = statuses(ask(stage))
    assert after[FEDERAL_INVESTIGATIONS] is Status.FAILED
    assert after[REMOVAL_OPERATIONS] is before[REMOVAL_OPERATIONS]
