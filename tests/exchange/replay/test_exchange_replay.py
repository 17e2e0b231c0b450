"""Past decisions decided again: bit for bit under the law of then, and under a draft what would change."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from region_stage import Stage, make_stage

from comity.demo.agencies import CA_SHERIFF, REMOVAL_OPERATIONS, WA_POLICE, members
from comity.demo.records import Region
from comity.errors import NounError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.replay.replay import replay
from comity.exchange.replay.sweep import MOST_ASKERS, sweep
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.model.canon import text_digest
from comity.model.codes import Step
from comity.model.law_text import LawText, whole_text
from comity.model.replay import ReplayReport, SweepReport

FORBID = """
part "Draft"

rule WA-91 "Charges stay in Washington"
  cite   "invented for a test"
  status verified
  decided automatically
  from   2026-01-01
  at     release
  forbid fields labelled offence
  when   asker's state is not WA
"""
BAR = """
part "Draft"

rule WA-92 "No agreement with a sheriff"
  cite   "invented for a test, section 2"
  status verified
  decided automatically
  from   2026-01-01
  at     activate
  forbid activation
  when   asker's kind is sheriff
"""


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, region: Region) -> Iterator[Stage]:
    """Every question of the scene put to Cascade City and Alder County, answered or refused; details too."""
    stage = make_stage(tmp_path_factory.mktemp("asked"), region)
    scene = region.scene
    for at, question in enumerate(
        (scene.detective_question, scene.investigator_question, scene.removal_question, scene.name_only_question)
    ):
        for owner in (WA_POLICE, CA_SHERIFF):
            query = stage.query(question, owner, id=f"{at:032x}")
            answer = stage.answer(query)
            for number, item in enumerate(answer.items[:1]):
                detail = msgspec.structs.replace(
                    query, step=Step.DETAIL, item_id=item.item_id, pair=f"{at * 10 + number:064x}"
                )
                stage.answer(detail)
    yield stage
    stage.federation.close()


def law_of(stage: Stage, owner: str = WA_POLICE) -> Law:
    _, law = read_law(stage.federation.world_of(owner), stage.federation.directory, owner)
    return law


def draft(stage: Stage, added: str, without: str = "") -> Law:
    """Cascade City's law with text added to its state's pack, or one rule of it given a last day."""

    def changed(text: LawText) -> LawText:
        if text.name != "us-wa":
            return text
        words = text.text + added
        if without:
            head, rule, rest = words.partition(f"rule {without} ")
            title, line, rest = rest.partition("\n")
            words = head + rule + title + line + "  from 2019-05-21 to 2020-01-01\n" + rest
            assert rule
        made = whole_text(words, text.tables)
        return LawText(
            kind=text.kind, name=text.name, version=2, text=words, hash=text_digest(made), tables=text.tables
        )

    texts = stage.federation.laws.texts_of(WA_POLICE)
    return compile_law(tuple(changed(text) for text in texts))


def replayed(stage: Stage, after: Law, owner: str = WA_POLICE) -> ReplayReport:
    world = stage.federation.world_of(owner)
    return replay(world, stage.federation.directory.get_agency(owner), lambda _: law_of(stage, owner), after)


@pytest.mark.parametrize("owner", [WA_POLICE, CA_SHERIFF])
def test_the_past_replays_bit_for_bit_under_the_law_of_then(asked: Stage, owner: str) -> None:
    """Questions answered, refused and held, digests and details: each decision equals the stored one, to the byte."""
    report = replayed(asked, law_of(asked, owner), owner)
    assert report.decisions >= 4
    assert (report.exact, report.differing, report.unread, report.changed) == (report.decisions, (), (), ())
    assert report.by_rule == ()


def test_a_draft_that_forbids_narrows_and_names_its_rule(asked: Stage) -> None:
    """Fields that left are counted against the new rule, by asker and purpose; nothing is wider."""
    report = replayed(asked, draft(asked, FORBID))
    assert report.exact == report.decisions
    assert report.changed
    (effect,) = report.by_rule
    assert (effect.rule, effect.citation) == ("us-wa/WA-91", "invented for a test")
    assert effect.narrower > 0
    assert (effect.wider, effect.opened) == (0, 0)
    assert sum(one.narrower for one in report.by_asker) == effect.narrower
    assert WA_POLICE not in {one.asker for one in report.by_asker}


def test_a_draft_without_a_rule_is_laid_to_the_rule_that_goes(asked: Stage) -> None:
    """What opens is counted against the rule that closed it."""
    report = replayed(asked, draft(asked, "", without="WA-01"))
    assert report.changed
    assert "us-wa/WA-01" in {one.rule for one in report.by_rule}
    assert sum(one.wider + one.opened for one in report.by_rule) > 0
    assert sum(one.narrower + one.closed for one in report.by_rule) == 0
    assert {one.asker for one in report.by_asker} == {REMOVAL_OPERATIONS}


def test_a_record_that_went_since_is_said_to_differ(tmp_path: Path, region: Region) -> None:
    """The decision of then cannot be repeated over a record that is gone; the entry is named, not hidden."""
    stage = make_stage(tmp_path, region)
    query = stage.query(region.scene.detective_question, CA_SHERIFF)
    assert stage.answer(query).items
    world = stage.federation.world_of(CA_SHERIFF)
    gone = dataclasses.replace(world, records=NoRecords())
    owner = stage.federation.directory.get_agency(CA_SHERIFF)
    law = law_of(stage, CA_SHERIFF)
    report = replay(gone, owner, lambda _: law, law)
    stage.federation.close()
    assert (report.decisions, report.exact, report.differing) == (1, 0, (0,))
    assert report.changed == ()


class NoRecords:
    """A file from which everything went."""

    def get(self, owner: str, record_id: str) -> None:
        return None


def test_without_the_law_of_then_a_decision_is_unread(asked: Stage) -> None:
    """A law that is no longer kept is said; its decisions are not compared with anything."""

    def lost(law_hash: str) -> Law:
        raise NounError("gone")

    world = asked.federation.world_of(WA_POLICE)
    report = replay(world, asked.federation.directory.get_agency(WA_POLICE), lost, law_of(asked))
    assert len(report.unread) == report.decisions
    assert (report.exact, report.changed) == (0, ())


def swept(stage: Stage, after: Law) -> SweepReport:
    directory = stage.federation.directory
    own = tuple(member for member in members() if member.agency == WA_POLICE)
    now_ms = stage.federation.world_of(WA_POLICE).clock.now_ms()
    return sweep(law_of(stage), after, directory.get_agency(WA_POLICE), (own, directory), now_ms)


def test_the_same_law_changes_nobodys_access(asked: Stage) -> None:
    """Every linked agency and every account is looked at, and none gains or loses."""
    report = swept(asked, law_of(asked))
    assert (report.changes, report.barred, report.freed) == ((), (), ())
    assert report.askers > len({member.id for member in members() if member.agency == WA_POLICE})


def test_who_loses_by_a_new_rule_is_listed(asked: Stage) -> None:
    """Out-of-state agencies lose the fields the rule names, class by class; own accounts lose nothing."""
    report = swept(asked, draft(asked, FORBID))
    assert report.changes
    assert all(one.gained == () for one in report.changes)
    assert {field for one in report.changes for field in one.lost} <= {"charge", "incident-type", "prohibition"}
    assert {one.asker for one in report.changes} >= {CA_SHERIFF}
    assert WA_POLICE not in {one.asker for one in report.changes}
    assert report.barred == ()


def test_a_link_a_new_rule_makes_unlawful_is_listed_the_same_day(asked: Stage) -> None:
    """The agreement, the party, rule and citation; and everything that party saw is lost with it."""
    report = swept(asked, draft(asked, BAR))
    (link,) = report.barred
    assert link.startswith("ACSO-CCPD-2026 with ca-sheriff: No agreement with a sheriff (us-wa/WA-92, ")
    lost = [one for one in report.changes if one.asker == CA_SHERIFF]
    assert lost
    assert {one.asker for one in report.changes} == {CA_SHERIFF}
    back = sweep(
        draft(asked, BAR),
        law_of(asked),
        asked.federation.directory.get_agency(WA_POLICE),
        ((), asked.federation.directory),
        asked.federation.world_of(WA_POLICE).clock.now_ms(),
    )
    assert back.freed == report.barred
    assert {(one.asker, one.gained) for one in back.changes} == {(one.asker, one.lost) for one in lost}


def test_a_sweep_is_bounded(asked: Stage) -> None:
    """More askers than one sweep takes are refused, not left out."""
    directory = asked.federation.directory
    crowd = tuple(
        msgspec.structs.replace(members()[0], id=f"m-{number}", agency=WA_POLICE)
        for number in range(MOST_ASKERS + 1)
    )
    law = law_of(asked)
    now_ms = asked.federation.world_of(WA_POLICE).clock.now_ms()
    with pytest.raises(NounError, match="sweep part of the directory"):
        sweep(law, law, directory.get_agency(WA_POLICE), (crowd, directory), now_ms)
