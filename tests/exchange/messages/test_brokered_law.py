"""The law and brokers: an agreement may exclude them, a policy one of them, and whoever is suspended is so at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from broker_stage import OWNER, POOL, SWITCH, BrokerStage, broker_stage, kinds, size
from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.records import Region
from comity.exchange.asking.fan_out import fan_out
from comity.exchange.messages.wire import Question
from comity.law.compile import compile_law
from comity.law.decide import decide_query
from comity.law.facts import Parties, request_facts
from comity.law.fold import fold
from comity.law.tables import table_hash
from comity.model.canon import text_digest
from comity.model.codes import AgencyKind, Status
from comity.model.disclosure import EntryKind
from comity.model.law_text import LawKind, LawText, whole_text
from comity.model.listing import Suspended
from comity.model.outcome import SourceResult
from comity.sim.federation import signed_text

AGREEMENT = "ACSO-CCPD-2026"
NO_BROKER = """
clause X-01 "Nothing under this agreement goes through a broker"
  gives  ca-sheriff to wa-police
  at     ask
  forbid query
  when   query is brokered
"""
ONE_BROKER = """
table shut-out "Brokers not dealt with" cite "General Order 7" status verified file "shut-out.csv" {hash}

part "Brokers"
  cite   "General Order 7, section 3 (demonstration)"
  status verified
  decided automatically
  from   2026-01-01
  at     ask

rule ACSO-90 "Some brokers carry nothing for this office"
  forbid query
  when   query's broker is listed in shut-out
"""


@pytest.fixture
def stage(tmp_path: Path, region: Region) -> Iterator[BrokerStage]:
    with broker_stage(tmp_path, region, switch=True) as made:
        yield made


def amend(stage: BrokerStage, kind: LawKind, name: str, change: Callable[[LawText], LawText | None]) -> None:
    """Put another text in the place of one in force at the sheriff's, signed by all who signed it; none takes it out."""
    texts = []
    for text in stage.federation.laws.texts[CA_SHERIFF]:
        if (text.kind, text.name) != (kind, name):
            texts.append(text)
            continue
        changed = change(text)
        if changed is not None:
            texts.append(signed_text(changed, [(one.agency, one.role) for one in text.signatures], "seed"))
    stage.federation.laws.texts[CA_SHERIFF] = tuple(texts)


def with_words(text: LawText, more: str, tables: tuple[tuple[str, str], ...] = ()) -> LawText:
    whole = text.text + more
    return replace(text, text=whole, tables=tables, hash=text_digest(whole_text(whole, tables)), signatures=())


def shut_out(stage: BrokerStage, *brokers: str) -> None:
    """The sheriff's policy closes some brokers, by a list of its own."""
    rows = "code,title\n" + "".join(f"{one},a broker\n" for one in brokers)
    more = ONE_BROKER.format(hash=table_hash(rows))
    amend(stage, LawKind.POLICY, "alder-sheriff", lambda text: with_words(text, more, (("shut-out.csv", rows),)))


def reasons(source: SourceResult) -> set[str]:
    return {reason.rule for reason in source.reasons}


def test_an_agreement_may_exclude_brokers(stage: BrokerStage) -> None:
    """What came through one is refused with the clause; the same question that comes directly is not."""
    assert stage.source().status is Status.ANSWERED
    amend(stage, LawKind.AGREEMENT, AGREEMENT, lambda text: with_words(text, NO_BROKER))
    before = size(stage, OWNER)
    refused = stage.source()
    assert refused.status is Status.REFUSED
    assert any("X-01" in rule for rule in reasons(refused))
    assert kinds(stage, OWNER, before) == [EntryKind.ANSWERED]
    stage.lines.reach.add(frozenset(("wa-node", OWNER)))
    held = stage.federation.directory
    stage.federation.directory = replace(held, nodes=tuple(replace(one, via="") for one in held.nodes))
    assert stage.source().status is Status.ANSWERED


@pytest.mark.parametrize(
    ("closed", "status"),
    [
        ((POOL,), Status.REFUSED),
        ((SWITCH,), Status.REFUSED),
        (("other-broker",), Status.ANSWERED),
        (("direct",), Status.ANSWERED),
    ],
)
def test_a_policy_may_exclude_one_broker(stage: BrokerStage, closed: tuple[str, ...], status: Status) -> None:
    """Whichever place it has on the way; one that did not carry the question closes nothing."""
    shut_out(stage, *closed)
    source = stage.source()
    assert source.status is status
    assert ("alder-sheriff/ACSO-90" in reasons(source)) == (status is Status.REFUSED)


def test_a_broker_that_is_shut_out_is_so_from_the_next_question_on(stage: BrokerStage) -> None:
    """No question in between is answered, and nothing stored of before goes out again."""
    query = stage.the_query()
    member = stage.member(query.member)
    world = stage.federation.world_of(WA_POLICE)

    def again() -> SourceResult:
        question = Question(query=query, member=member)
        (result,) = fan_out(world, (question,), world.clock.now_ms() + 5_000, lambda _: None)
        return result

    assert again().status is Status.ANSWERED
    assert again().status is Status.ANSWERED
    shut_out(stage, POOL)
    result = again()
    assert result.status is Status.FAILED
    assert result.answer is None
    assert stage.source().status is Status.REFUSED


def test_h22_an_asker_that_is_suspended_is_so_through_every_broker_at_once(stage: BrokerStage) -> None:
    """H22: without its agreement the next question that a broker brings is refused, whoever carries it."""
    assert stage.source().status is Status.ANSWERED
    amend(stage, LawKind.AGREEMENT, AGREEMENT, lambda text: None)
    assert stage.source().status is Status.REFUSED


@pytest.mark.parametrize("name", [WA_POLICE, SWITCH, POOL])
def test_h22_whoever_the_directory_suspends_asks_and_carries_nothing_at_once(
    stage: BrokerStage, name: str
) -> None:
    """H22: the asker by its brokers, and each broker of the way; where the asker's node did not adopt it the others refuse."""
    assert stage.source().status is Status.ANSWERED
    held = stage.federation.directory
    cut = replace(held, version=held.version + 1, suspended=(Suspended(id=name, reason="finding 26-7"),))
    stage.federation.adopted.update(dict.fromkeys((OWNER, POOL, SWITCH), cut))
    asked = size(stage, OWNER)
    source = stage.source()
    assert source.answer is None or source.answer.status is not Status.ANSWERED
    assert source.status is not Status.ANSWERED
    assert "is suspended by version" in str(source)
    assert EntryKind.ANSWERED not in kinds(stage, OWNER, asked)
    stage.federation.adopted["wa-node"] = cut
    source = stage.source()
    assert source.status in {Status.REFUSED, Status.UNREACHABLE}
    assert "is suspended by version" in str(source)
    stage.federation.adopted.clear()
    assert stage.source().status is Status.ANSWERED


def test_an_owner_refuses_the_true_asker_whoever_carries_it(stage: BrokerStage) -> None:
    """The scenario of the field: a state asks through a broker, and its kind of agency is one the agreement excludes."""
    more = """
clause X-02 "Corrections departments are not served"
  gives  ca-sheriff to wa-police
  at     ask
  forbid query
  when   asker's kind is corrections
"""
    amend(stage, LawKind.AGREEMENT, AGREEMENT, lambda text: with_words(text, more))
    assert stage.source().status is Status.ANSWERED
    held = stage.federation.directory
    agencies = tuple(
        replace(one, kind=AgencyKind.CORRECTIONS) if one.id == WA_POLICE else one for one in held.agencies
    )
    stage.federation.directory = replace(held, agencies=agencies)
    refused = stage.source()
    assert refused.status is Status.REFUSED
    assert any("X-02" in rule for rule in reasons(refused))


def test_what_is_not_known_of_the_way_counts_as_brokered(stage: BrokerStage) -> None:
    """A forbid of brokers holds, and a permit for direct questions is silent, where nobody knows how a question came."""
    amend(stage, LawKind.AGREEMENT, AGREEMENT, lambda text: with_words(text, NO_BROKER))
    law = compile_law(stage.federation.laws.texts[CA_SHERIFF])
    query = replace(stage.the_query(), via=())
    directory = stage.federation.directory
    parties = Parties(
        directory.get_agency(WA_POLICE),
        stage.member(query.member),
        directory.get_agency(CA_SHERIFF),
        directory.get_agency(WA_POLICE),
        directory,
    )
    known = request_facts(query, parties, query.asked_ms)
    assert not decide_query(fold(law, known)).refused
    unknown = decide_query(fold(law, known.without("query is brokered")))
    assert any("X-01" in reason.rule for reason in unknown.refused)
