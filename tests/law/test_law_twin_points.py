"""Engine and literal twin at every other door: activation, intake, session, setting, onward sharing, purge."""

from __future__ import annotations

import os
import random
from collections import Counter
from types import MappingProxyType

import pytest
from generate_law import TODAY
from generate_point import POINTS, PointBody, generated_facts, generated_point
from write_law import law_text, write_pack

from comity.law.atoms import FieldFlags
from comity.law.calendar import OwnerCalendar, local_time
from comity.law.compile import compile_law
from comity.law.decide_point import decide_point
from comity.law.facts import Facts, Standing
from comity.law.vocabulary import load_vocabulary
from comity.model.decision import Duty
from comity.model.law_text import LawKind
from reference import TwinDuty
from reference_points import TwinPoint
from reference_points import decide_point as twin_point
from reference_truth import Capacity, Situation, Source

NOW_MS = 1_795_219_200_000  # 2026-11-21T00:00:00Z, still the 20th in Los Angeles
BODIES = int(os.environ.get("COMITY_DECISIONS", "8000")) // 40
FACTS_EACH = 6
FIRST_SEED = 70_000_000
MET_AT_LEAST = {
    "forbidden": 200,
    "closed": 50,
    "held": 40,
    "purge": 30,
    "kept": 10,
    "duty": 100,
    "unsure": 30,
    "confirm": 10,
    "deferred": 5,
}
ZONE = "America/Los_Angeles"
CLASSED = frozenset({"ingest", "onward", "purge"})  # where a record is known, and so its class


def engine_point(body: PointBody, facts: dict[str, object], data_class: str, public: FieldFlags) -> TwinPoint:
    """What the engine decides, in the twin's words."""
    law = compile_law((law_text(LawKind.PACK, "us-points", write_pack(body.pack), body.pack.tables),))
    values = {**facts, "now": TODAY}
    if data_class:
        values |= {"record's data-class": data_class, "field is public": public}
    calendar = OwnerCalendar(NOW_MS, ZONE)
    standing = Standing("them", frozenset({"WA0100100"}), "us", frozenset({"CA0100000"}))
    seen = Facts(MappingProxyType(values), standing, calendar, (data_class,) if data_class else ())  # type: ignore[arg-type]
    decided = decide_point(law, body.point, seen)
    return TwinPoint(
        forbidden=frozenset(reason.rule for reason in decided.forbidden),
        closed=frozenset(decided.closed),
        holds=frozenset(hold.rule for hold in decided.holds),
        duties=frozenset(_duty(duty) for duty in decided.duties),
        purge=decided.purge,
        kept=decided.kept,
    )


def _duty(duty: Duty) -> TwinDuty:
    until = duty.deferred_until_ms
    day = local_time(until, ZONE).date() if until is not None else None
    return TwinDuty(duty.kind, duty.rule, duty.to, duty.confirm, day)


def literal_point(body: PointBody, facts: dict[str, object], data_class: str, public: FieldFlags) -> TwinPoint:
    """What the twin decides."""
    tables = {"listed-offences": frozenset({"PC211", "PC459"})}
    source = Source("pack", "us-points", body.pack.rules, body.pack.defines, tables)
    known = {**facts, **({"record's data-class": data_class} if data_class else {})}
    capacity = Capacity("them", frozenset({"WA0100100"}), "", known)
    flags = {**dict.fromkeys(public.yes, True), **dict.fromkeys(public.no, False)}
    situation = Situation(
        vocabulary=load_vocabulary().text,
        sources=(source,),
        owner="us",
        owner_oris=frozenset({"CA0100000"}),
        capacities=(capacity,),
        record=known,
        public=flags,
        data_class=data_class,
        today=TODAY,
        point=body.point,
    )
    return twin_point(situation, known)


def count(found: TwinPoint, met: Counter[str]) -> None:
    met["forbidden"] += bool(found.forbidden)
    met["closed"] += bool(found.closed)
    met["held"] += bool(found.holds)
    met["purge"] += found.purge
    met["kept"] += found.kept
    met["duty"] += bool(found.duties)
    met["unsure"] += any(duty.kind == "purge" for duty in found.duties)
    met["deferred"] += any(duty.until is not None for duty in found.duties)
    met["confirm"] += any(duty.confirm and duty.kind == "notify" for duty in found.duties)


def test_engine_and_twin_agree_at_every_other_door() -> None:
    """For generated law and facts the same refusals, closed fields, holds, duties, purges and keeps."""
    met: Counter[str] = Counter()
    for seed in range(FIRST_SEED, FIRST_SEED + BODIES):
        body = generated_point(seed)
        rng = random.Random(seed)
        for _ in range(FACTS_EACH):
            facts = generated_facts(body, rng)
            data_class = rng.choice(("case", "custody", "intelligence")) if body.point in CLASSED else ""
            public = FieldFlags(frozenset({"name"}), frozenset({"phone"})) if data_class else FieldFlags()
            engine, twin = (decide(body, facts, data_class, public) for decide in (engine_point, literal_point))
            assert engine == twin, f"seed {seed} at {body.point}: engine {engine}, twin {twin}, facts {facts}"
            count(twin, met)
            met[body.point] += 1
    assert all(met[point] for point in POINTS)
    for what, at_least in MET_AT_LEAST.items():
        assert met[what] >= at_least * BODIES // 500, f"too few cases of `{what}`: {met[what]}"


@pytest.mark.parametrize("point", POINTS)
def test_removing_a_fact_never_opens_a_door(point: str) -> None:
    """Each fact taken away leaves an act that was refused refused, a closed field closed, and never purges."""
    for seed in range(POINTS.index(point), 30 * len(POINTS), len(POINTS)):
        body = generated_point(seed)
        facts = generated_facts(body, random.Random(seed))
        data_class = "custody" if point in CLASSED else ""
        whole = engine_point(body, facts, data_class, FieldFlags())
        for path in facts:
            less = engine_point(
                body, {key: value for key, value in facts.items() if key != path}, data_class, FieldFlags()
            )
            assert whole.forbidden <= less.forbidden, path
            assert whole.closed <= less.closed, path
            assert whole.purge or not less.purge, path
