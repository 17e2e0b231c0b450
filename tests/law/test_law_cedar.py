"""The engine against Cedar, an engine written by others, over exported policies.

Cedar decides levels; holds, which it does not know, are the twin's alone. What must be met is counted: a run that
never set a forbid over a permit, or never left an attribute out, would prove nothing.
"""

from __future__ import annotations

import os

import cedar_export
import pytest
from compare_cedar import compare_cases_with_cedar, compare_with_cedar
from compare_law import Difference, Tally
from generate_shipped import shipped_body, shipped_cases, shipped_rules

from comity.law import ast

# Field decisions compared, each at three levels; `COMITY_DECISIONS=100000` for a long run.
DECISIONS = int(os.environ.get("COMITY_DECISIONS", "4000"))
BLOCKS = 2 if DECISIONS < 8_000 else 4
SHIPPED_BODIES = max(10, DECISIONS // 1_000)
SHIPPED_RULES_MET = 12
FIRST_SEED = 50_000_000  # other bodies of law than those of the twin
MET_AT_LEAST = {  # per block of 5,000 decisions
    "forbid over permit": 150,
    "cap lowers permit": 15,
    "held": 50,
    "missing attribute": 2_000,
    "unknown decides": 500,
    "several capacities": 500,
    "level 1": 50,
    "level 2": 50,
    "level 3": 200,
}


def wanted(at_least: int) -> int:
    return at_least * (DECISIONS // BLOCKS) // 5_000


def compare_many(first_seed: int, decisions: int, tally: Tally) -> list[Difference]:
    """At least so many decisions, and as many more, up to twice as many, as it takes to meet every kind often enough."""
    found: list[Difference] = []
    seed = first_seed
    while len(found) < 10:
        met = all(tally.counts[what] >= wanted(at_least) for what, at_least in MET_AT_LEAST.items())
        if tally.counts["fields"] >= decisions * (1 if met else 2):
            break
        found += compare_with_cedar(seed, tally)
        seed += 1
    return found


@pytest.mark.parametrize("block", range(BLOCKS))
def test_engine_and_cedar_agree_on_every_level(block: int) -> None:
    """For each field and each level the engine gives it exactly where Cedar allows the action of that level."""
    tally = Tally()
    found = compare_many(FIRST_SEED + 1_000_000 * block, DECISIONS // BLOCKS, tally)
    assert not found, "\n".join(str(difference) for difference in found)
    assert tally.counts["fields"] >= DECISIONS // BLOCKS
    for what, at_least in MET_AT_LEAST.items():
        assert tally.counts[what] >= wanted(at_least), f"too few cases of `{what}`: {tally.counts[what]}"


def test_engine_and_cedar_agree_on_the_shipped_packs() -> None:
    """Exported to Cedar, the real packs give each field the same level, between agencies of every kind."""
    tally = Tally()
    for seed in range(FIRST_SEED, FIRST_SEED + SHIPPED_BODIES):
        body = shipped_body(seed)
        found = compare_cases_with_cedar(seed, body, shipped_cases(body, seed, queries=2, records=2), tally)
        assert not found, "\n".join(str(difference) for difference in found)
    spoken = tally.rules & set(shipped_rules())
    assert len(spoken) >= SHIPPED_RULES_MET, f"only {len(spoken)} shipped rules spoke"


def is_caught(bodies: int = 150) -> bool:
    return any(compare_with_cedar(FIRST_SEED + seed, Tally()) for seed in range(bodies))


def _without_has(self: cedar_export.Writer, paths: object, test: str, *, surely: bool) -> str:
    return cedar_export.Writer.__dict__["_sound"](self, paths, test, surely=True)


def test_forbids_that_skip_missing_attributes_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export whose forbids need the attribute to be there, as Cedar does by itself, differs from the engine."""
    monkeypatch.setattr(cedar_export.Writer, "_sound", cedar_export.Writer._guarded, raising=False)
    monkeypatch.setattr(cedar_export.Writer, "_guarded", _without_has)
    assert is_caught()


def test_an_export_without_caps_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaving the caps out of the export shows as a difference."""
    policy = cedar_export._policy

    def capless(rule: ast.Rule, *rest: object) -> str:
        return "" if isinstance(rule.effect, ast.Cap) else policy(rule, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(cedar_export, "_policy", capless)
    assert is_caught()
