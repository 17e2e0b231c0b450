"""Figures of the law engine. Run `python bench/law.py`; or `--twin 1000000 --jobs 2`, `--cedar ...`, `--shipped ...`.

Speed: field decisions with reasons per CPU-second over records that all differ in what rules read, of a question
that the law has not met, once under a law that has met others (what a node does all day) and once under a law
compiled a moment ago; the fold of a new question; one record of a folded question; and cedarpy over the same law,
facts and fields in the same run.
Correctness (`law_agreement`): differences from Cedar and from the twin over generated bodies of law. CPU time.
"""

from __future__ import annotations

import argparse
import gc
import random
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "law")]

import cedarpy  # noqa: E402
import msgspec  # noqa: E402
from compare_cedar import Oracles, requests_of  # noqa: E402
from compare_law import parties_of  # noqa: E402
from generate_law import TextMaker  # noqa: E402
from generate_question import NOW_MS, Body, Case, generated_body, generated_cases, situation_of  # noqa: E402
from generate_shipped import everything_agreement, shipped_body, shipped_cases  # noqa: E402
from write_law import asker_texts_of, elections_of, texts_of  # noqa: E402

from comity.law import ast  # noqa: E402
from comity.law.ast import Word  # noqa: E402
from comity.law.compile import compile_law  # noqa: E402
from comity.law.compiled import Law  # noqa: E402
from comity.law.decide import decide_record  # noqa: E402
from comity.law.facts import Facts, record_facts, request_facts  # noqa: E402
from comity.law.fold import Folded, fold  # noqa: E402
from comity.law.shipped import shipped_pack, shipped_pack_names  # noqa: E402
from comity.law.vocabulary import load_vocabulary  # noqa: E402
from comity.model.codes import AgencyKind, DataClass, GovernmentLevel  # noqa: E402
from comity.model.record import Record  # noqa: E402
from law_agreement import agreement  # noqa: E402
from measure import percentiles, store_result  # noqa: E402

STATES = ("CA", "WA", "US", "NY", "IL", "OR", "VA", "CO", "TX", "FL")
RULES_PER_STATE = 24
RECORDS = 7_200  # drawn; a fifth are of the class asked about, and some are equal to an earlier one
MOST_DISTINCT = 1_000  # records that all differ in what rules read: a long answer of one owner
HUNDRED = 100
RUNS = 9  # the median is reported: on a shared machine a single run says little
QUESTIONS = 200
CEDAR_SAMPLE = 600  # field decisions asked of cedarpy for its price
MICRO = 1_000_000


def wide_body() -> Body:
    """About 300 rules: ten states of 24 rules each, bound to their state, a policy, and two agreements."""
    rng = random.Random(11)
    maker = TextMaker(rng)
    body = replace(generated_body(3), owner="ca-sheriff", asker="us-investigations", asker_packs=(), elections=())
    owner, asker = body.directory.get_agency(body.owner), body.directory.get_agency(body.asker)
    packs = tuple(_bound(maker.pack(f"us-{state.lower()}", state, RULES_PER_STATE), state) for state in STATES)
    agreements = (maker.agreement(1, owner, asker, 20), everything_agreement(2, owner, asker))
    agreements = tuple(replace(one, dates=ast.Dates(date(2026, 1, 1), date(2028, 1, 1))) for one in agreements)
    return replace(
        body, packs=packs, policy=maker.policy(owner.id, 20), agreements=agreements, unsigned=frozenset()
    )


def _bound(pack: ast.Pack, state: str) -> ast.Pack:
    """The pack as law of one state: its rules bind owners there, and none of them closes everything."""
    where = ast.Is(Word("owner's state"), Word(state))
    kept = [rule for rule in pack.rules if not rule.conceal and not isinstance(rule.effect, ast.ForbidAct)]
    return replace(pack, rules=tuple(replace(rule, binds=ast.Binds(Word("owner"), where)) for rule in kept))


def all_shipped_body() -> Body:
    """All shipped packs at once, as a node that holds agencies of many states would load them."""
    body = shipped_body(1)
    owner = replace_agency(body, body.owner, state="CA", level="local", kind="sheriff")
    return replace(owner, shipped=tuple(shipped_pack(name) for name in shipped_pack_names()), asker_shipped=())


def replace_agency(body: Body, agency_id: str, **changes: str) -> Body:
    """The body with one agency's standing set."""
    kinds: dict[str, Callable[[str], object]] = {"level": GovernmentLevel, "kind": AgencyKind, "state": str}
    made = {name: kinds[name](value) for name, value in changes.items()}
    agencies = tuple(
        msgspec.structs.replace(agency, **made) if agency.id == agency_id else agency
        for agency in body.directory.agencies
    )
    return replace(body, directory=msgspec.structs.replace(body.directory, agencies=agencies))


# ---------------------------------------------------------------- speed


def fresh_law(body: Body) -> tuple[Law, float]:
    """The law compiled past every cache, and the CPU seconds it took."""
    texts, brought, elections = texts_of(body), asker_texts_of(body), elections_of(body)
    begun = time.process_time()
    law = compile_law.__wrapped__(texts, brought, elections)
    return law, time.process_time() - begun


def fold_figures(law: Law, cases: list[Case]) -> dict[str, Any]:
    """The fold of a question never seen: facts from the nouns, then the fold in every standpoint."""
    samples, first = [], 0.0
    for number, case in enumerate(cases):
        begun = time.process_time()
        fold(law, request_facts(case.query, parties_of(case), NOW_MS))
        taken = time.process_time() - begun
        if number == 0:
            first = taken  # the first question of a law and owner also sorts the law's rules
        else:
            samples.append(taken * MICRO)
    return {"rules": len(law.codes), "first_question_us": round(first * MICRO, 1), **rounded(percentiles(samples))}


def record_figures(body: Body, cases: list[Case], others: list[Case]) -> dict[str, Any]:
    """Decisions with reasons over records that all differ in what rules read, then the same records once more.

    Every run compiles the law anew, so that it has met neither this question nor any of these records; unless it is
    to know nothing at all, it first answers `others`, a record each. The first record of the question is reported
    apart; all others are in the rate, with all that they teach the question. The rate is of whole runs, timed once;
    the percentiles are of another run that times each record by itself, which adds the price of reading the clock.
    """
    facts = question_facts(cases[0])
    single = [case for case in cases if case.record.data_class is DataClass.CASE and not case.record.state.sealed]
    law = _law_that_met(body, others)
    engine = fold(law, facts)
    distinct = _as_read(_distinct(engine, [case.record for case in single])[:MOST_DISTINCT])
    fields = len(decide_record(engine, distinct[0], "p1").fields)
    runs = [_run(_law_that_met(body, others), facts, distinct) for _ in range(RUNS)]
    outcomes = {id(one) for one in runs[0].decided}
    return {
        "fields_per_record": fields,
        "distinct_attribute_tuples": len(distinct),
        "distinct_outcomes": len(outcomes),
        "share_of_distinct_outcomes": round(len(outcomes) / len(distinct), 3),
        "runs": RUNS,
        "questions_met_before": len(others),
        **_rates(runs, fields),
        "by_records_met_before": _learning(runs, fields),
        "record_cpu": rounded(percentiles(_one_by_one(law, facts, distinct))),
        "shared_field_decisions_per_cpu_second": round(
            fields * (len(distinct) - 1) / sorted(run.again for run in runs)[RUNS // 2]
        ),
        "law_compiled_a_moment_ago": _rates(
            [_run(_law_that_met(body, []), facts, distinct) for _ in range(RUNS)], fields
        ),
    }


def _law_that_met(body: Body, others: list[Case]) -> Law:
    """The law compiled anew, after it answered other questions with a record each."""
    law, _ = fresh_law(body)
    for case in others:
        engine = fold(law, question_facts(case))
        if str(case.record.data_class) in case.query.data_classes:
            decide_record(engine, case.record, "p1")
    return law


def _rates(runs: list[Run], fields: int) -> dict[str, Any]:
    """Medians over runs, and the best rate."""
    decided = fields * (len(runs[0].decided) - 1)
    rates = sorted(decided / run.rest for run in runs)
    return {
        "field_decisions_per_cpu_second": round(rates[RUNS // 2]),
        "best_run_field_decisions_per_cpu_second": round(rates[-1]),
        "question_us": round(sorted(run.question for run in runs)[RUNS // 2] * MICRO, 1),
        "first_record_of_this_question_us": round(sorted(run.first for run in runs)[RUNS // 2] * MICRO, 1),
    }


@dataclass(frozen=True)
class Run:
    """CPU seconds of one question put to all records: its fold, the first record, the rest in hundreds, all again."""

    question: float
    first: float
    hundreds: tuple[float, ...]
    again: float
    decided: tuple[Any, ...]

    @property
    def rest(self) -> float:
        return sum(self.hundreds)


def _run(law: Law, facts: Facts, records: list[Any]) -> Run:
    begun = time.process_time()
    engine = fold(law, facts)
    question = time.process_time() - begun
    gc.collect()
    begun = time.process_time()
    decided = [decide_record(engine, records[0], "p1")]
    first = time.process_time() - begun
    hundreds = []
    for start in range(1, len(records), HUNDRED):
        some = records[start : start + HUNDRED]
        begun = time.process_time()
        decided += [decide_record(engine, record, "p1") for record in some]
        hundreds.append(time.process_time() - begun)
    begun = time.process_time()
    again = [decide_record(engine, record, "p1") for record in records[1:]]
    taken = time.process_time() - begun
    assert again == decided[1:]
    return Run(question, first, tuple(hundreds), taken, tuple(decided))


def _learning(runs: list[Run], fields: int) -> dict[str, int]:
    """The rate (median of runs) after so many distinct records: what a question learns of its first is dear."""
    found = {}
    for place in range(len(runs[0].hundreds)):
        taken = sorted(run.hundreds[place] for run in runs)[RUNS // 2]
        count = min(HUNDRED, len(runs[0].decided) - 1 - place * HUNDRED)
        found[f"{place * HUNDRED}"] = round(fields * count / taken)
    return found


def _one_by_one(law: Law, facts: Facts, records: list[Any]) -> list[float]:
    """CPU microseconds of each record but the first, the clock's own price included."""
    engine = fold(law, facts)
    decide_record(engine, records[0], "p1")
    samples = []
    for record in records[1:]:
        begun_ns = time.process_time_ns()
        decide_record(engine, record, "p1")
        samples.append((time.process_time_ns() - begun_ns) / 1_000)
    return samples


def question_facts(case: Case) -> Facts:
    return request_facts(case.query, parties_of(case), NOW_MS)


def _as_read(records: list[Record]) -> list[Record]:
    """The records as a node has them: read from their stored form, one after the other."""
    return [msgspec.json.decode(msgspec.json.encode(record), type=Record) for record in records]


def _distinct(engine: Folded, records: list[Any]) -> list[Any]:
    """Records of which no two are equal in all facts that some rule left of this question reads, flags included."""
    kept: dict[str, Any] = {}
    for record in records:
        known = record_facts(record, "p1")
        paths = engine.reads[str(record.data_class)]
        kept.setdefault(repr([known.get(path) for path in paths]), record)
    return list(kept.values())


def cold_record_figures(law: Law, cases: list[Case]) -> dict[str, float]:
    """One record right after its question was folded, under a law that met others. CPU microseconds."""
    samples = []
    for case in cases:
        engine = fold(law, question_facts(case))
        if str(case.record.data_class) not in case.query.data_classes:
            continue
        begun = time.process_time()
        decide_record(engine, case.record, "p1")
        samples.append((time.process_time() - begun) * MICRO)
    return rounded(percentiles(samples))


def cedar_price(body: Body, cases: list[Case]) -> dict[str, Any]:
    """CPU of cedarpy per field decision (three actions: pointer, masked, full) over the same law."""
    situation = situation_of(cases[0], load_vocabulary().text)
    capacity = situation.capacities[0]
    oracle = Oracles().of(situation, capacity)
    requests = requests_of(oracle, situation, capacity)
    wanted = CEDAR_SAMPLE * 3
    requests = (requests * (wanted // len(requests) + 1))[:wanted]
    cedarpy.is_authorized_batch(requests[:30], oracle.policies, oracle.entities)
    begun = time.process_time()
    cedarpy.is_authorized_batch(requests, oracle.policies, oracle.entities)
    taken = time.process_time() - begun
    return {
        "policies": oracle.law.count,
        "us_per_request": round(taken / len(requests) * MICRO, 1),
        "us_per_field_decision": round(taken / CEDAR_SAMPLE * MICRO, 1),
        "field_decisions_per_cpu_second": round(CEDAR_SAMPLE / taken),
    }


def rounded(figures: dict[str, float]) -> dict[str, float]:
    return {f"{name}_us": round(value, 1) for name, value in figures.items()}


def speed_of(name: str, body: Body, cases: list[Case], records: list[Case]) -> dict[str, Any]:
    """All speed figures of one body of law."""
    law, compiling = fresh_law(body)
    law, compiling = fresh_law(body)  # the second time without loading the grammar
    figures: dict[str, Any] = {
        "compile_cpu_ms": round(compiling * 1_000, 1),
        "fold": fold_figures(law, cases),
        "record_distinct": record_figures(body, records, cases[1:]),
        "record_first_of_question": cold_record_figures(law, cases),
        "cedarpy": cedar_price(body, records),
    }
    figures["times_cedarpy"] = round(
        figures["record_distinct"]["field_decisions_per_cpu_second"]
        / figures["cedarpy"]["field_decisions_per_cpu_second"]
    )
    print(f"{name}: {figures}")
    return figures


def one_question(cases: list[Case]) -> list[Case]:
    """The records of all cases put to the first question."""
    first = cases[0]
    return [replace(case, query=first.query, member=first.member) for case in cases]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cedar", type=int, default=0, help="field decisions to compare with Cedar")
    parser.add_argument("--twin", type=int, default=0, help="field decisions to compare with the twin")
    parser.add_argument(
        "--shipped", type=int, default=0, help="field decisions to compare under the shipped packs"
    )
    parser.add_argument("--jobs", type=int, default=1, help="processes that compare at once")
    chosen = parser.parse_args()
    command = " ".join(["python bench/law.py", *sys.argv[1:]])
    if chosen.cedar or chosen.twin or chosen.shipped:
        for name, count in (
            ("law_cedar", chosen.cedar),
            ("law_twin", chosen.twin),
            ("law_shipped", chosen.shipped),
        ):
            if count:
                store_result(name, agreement(name, count, chosen.jobs), command)
        return
    wide, shipped = wide_body(), all_shipped_body()
    wide_cases = list(generated_cases(wide, 5, queries=QUESTIONS, records=RECORDS // QUESTIONS))
    shipped_asked = list(shipped_cases(shipped, 5, queries=QUESTIONS, records=1))
    every_class = [replace(case, query=_asking(case)) for case in shipped_cases(shipped, 6, queries=1, records=1)]
    shipped_records = [replace(every_class[0], record=case.record) for case in _case_records(shipped)]
    figures = {
        "generated_300_rules": speed_of(
            "300 rules", wide, wide_cases[:: RECORDS // QUESTIONS], one_question(wide_cases)
        ),
        "shipped_packs": speed_of("shipped packs", shipped, shipped_asked, shipped_records),
    }
    store_result("law", figures, command)


def _asking(case: Case) -> Any:
    return msgspec.structs.replace(case.query, data_classes=(DataClass.CASE,))


def _case_records(body: Body) -> list[Case]:
    found = shipped_cases(body, 7, queries=RECORDS * 4, records=1)
    return [case for case in found if case.record.data_class is DataClass.CASE][:RECORDS]


if __name__ == "__main__":
    main()
