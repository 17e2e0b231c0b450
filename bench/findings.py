"""Findings of misuse in simulated quarters: `python bench/findings.py [--seeds N] [--first K] [--store]`.

Each seed is ninety days of questions to one owner (`comity.demo.traffic`), honest work with its hard cases, and misuse of
every kind planted into it. Counted: which planted misuse is found, by a finding of its own kind, and false alarms: findings of
which less than half of the questions are planted. `--store` enters one quarter in a real log and looks through the verb, every
record opened against its commitment.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from comity.demo.traffic.enter import opened_uses, unit_of
from comity.demo.traffic.misuse import PLANTS
from comity.demo.traffic.quarter import OWNER, Quarter, make_quarter
from comity.ledger.append import append_entries
from comity.model.agency import Directory, Member
from comity.model.finding import FindingKind
from comity.oversight.findings.detect import find_patterns
from comity.oversight.findings.look import look_for_findings
from comity.oversight.findings.read_uses import read_uses
from comity.oversight.findings.uses import Pattern, Use
from comity.sim.federation import build_federation
from measure import store_result

SECRET = bytes(32)
FOUND_SHARE = 0.3  # of a planted misuse's questions that its findings must name
AT_ONCE = 500  # entries of one transaction
DAY_MS = 86_400_000


def uses_of(quarter: Quarter) -> tuple[Use, ...]:
    """A quarter as the patterns see it."""
    directory = Directory(version=1, agencies=quarter.agencies, nodes=())
    return read_uses(opened_uses(quarter), directory, quarter.circle, SECRET)


def judge(quarter: Quarter, patterns: Sequence[Pattern]) -> dict[str, Counter[str]]:
    """By kind: planted, found, findings and false alarms."""
    planted: dict[str, set[int]] = {}
    for number, one in enumerate(quarter.asked):
        if one.planted:
            planted.setdefault(one.planted, set()).add(number)
    misuse = {number for numbers in planted.values() for number in numbers}
    counts: dict[str, Counter[str]] = {kind: Counter() for kind in PLANTS}
    named: dict[str, set[int]] = {kind: set() for kind in PLANTS}
    for pattern in patterns:
        counts[pattern.kind]["findings"] += 1
        true = 2 * len(misuse & set(pattern.entries)) >= len(pattern.entries)
        counts[pattern.kind]["false alarms"] += not true
        named[pattern.kind] |= set(pattern.entries)
    for name, numbers in planted.items():
        kind = name.partition("/")[0]
        counts[kind]["planted"] += 1
        counts[kind]["found"] += len(named[kind] & numbers) >= FOUND_SHARE * len(numbers)
    return counts


def run_seeds(seeds: int, first: int, told: bool) -> dict[str, Any]:
    """Figures over so many seeds, with two plants of each kind (one of those that change a whole agency)."""
    sums: dict[str, Counter[str]] = {kind: Counter() for kind in PLANTS}
    questions, cpu = 0, 0.0
    whole = (FindingKind.REASONS, FindingKind.POINTERS)
    kinds = [kind for kind in PLANTS for _ in range(1 if kind in whole else 2)]
    for seed in range(first, first + seeds):
        quarter = make_quarter(seed, kinds)
        begun = time.process_time()
        uses = uses_of(quarter)
        patterns = list(find_patterns(uses))
        cpu += time.process_time() - begun
        questions += sum(1 for one in uses if not one.told)
        for kind, counts in judge(quarter, patterns).items():
            sums[kind] += counts
        if told:
            _tell_false(quarter, seed, patterns)
    false = sum(counts["false alarms"] for counts in sums.values())
    return {
        "seeds": seeds,
        "questions": questions,
        "false_alarms_per_1000_questions": round(1_000 * false / questions, 4),
        "kinds_never_found": [str(kind) for kind, counts in sums.items() if not counts["found"]],
        "by_kind": {str(kind): dict(counts) for kind, counts in sums.items()},
        "cpu_s_per_1000_questions": round(1_000 * cpu / questions, 4),
    }


def _tell_false(quarter: Quarter, seed: int, patterns: Sequence[Pattern]) -> None:
    for pattern in patterns:
        planted = sum(1 for entry in pattern.entries if quarter.asked[entry].planted)
        if 2 * planted < len(pattern.entries):
            who = {quarter.asked[entry].member for entry in pattern.entries}
            print(f"  seed {seed}: {pattern.kind}: {pattern.sentence} {sorted(who)[:3]}")


def run_store(seed: int) -> dict[str, Any]:
    """One quarter in a real log, looked through by the verb; and whether it finds what the patterns alone find."""
    quarter = make_quarter(seed, list(PLANTS))
    opened = [one for one in opened_uses(quarter) if not one.told]
    plain = [dataclasses.replace(one, pointed=()) for one in opened]
    with tempfile.TemporaryDirectory() as folder:
        federation = build_federation(Path(folder), "findings", quarter.agencies, {}, ())
        owner = federation.directory.get_agency(OWNER)
        world = federation.world_of(OWNER)
        units = [unit_of(one, owner) for one in plain]
        for at in range(0, len(units), AT_ONCE):
            append_entries(world, units[at : at + AT_ONCE])
        node = owner.node
        federation.clocks[node].at_ms = quarter.asked[-1].at_ms + DAY_MS
        reviewer = Member(
            id="privacy", name="Privacy", agency=OWNER, roles=("privacy-officer",), trained_until=date(2030, 1, 1)
        )
        begun = time.process_time()
        told = look_for_findings(world, reviewer)
        cpu = time.process_time() - begun
        begun = time.process_time()
        again = look_for_findings(world, reviewer)
        cpu_again = time.process_time() - begun
        federation.close()
    directory = Directory(version=1, agencies=quarter.agencies, nodes=())
    renumbered = [dataclasses.replace(one, entry=number) for number, one in enumerate(plain)]
    empty = dataclasses.replace(quarter).circle
    expected = {
        (one.kind, one.entries)
        for one in find_patterns(read_uses(renumbered, directory, type(empty)(owner=OWNER, lines=()), SECRET))
    }
    return {
        "entries_opened": told.questions,
        "findings": len(told.findings),
        "same_as_patterns_alone": expected == {(one.kind, one.entries) for one in told.findings},
        "new_on_second_look": len(again.findings) - len(told.findings),
        "cpu_s": round(cpu, 2),
        "cpu_s_second_look": round(cpu_again, 2),
        "cpu_ms_per_entry": round(1_000 * cpu / told.questions, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--store", action="store_true")
    parser.add_argument("--tell", action="store_true", help="print every false alarm, and store nothing")
    given = parser.parse_args()
    figures: dict[str, Any] = {"patterns": run_seeds(given.seeds, given.first, given.tell)}
    if given.store:
        figures["look"] = run_store(given.first)
    print(figures)
    if not given.tell:
        store = " --store" if given.store else ""
        command = f"python bench/findings.py --seeds {given.seeds} --first {given.first}{store}"
        store_result("findings", figures, command)


if __name__ == "__main__":
    main()
