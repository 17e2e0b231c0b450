"""What answers about every question cost. Run `python bench/law_reach.py`. CPU time of this process.

The full reach table over all shipped packs under any agreement, for owners of several kinds; single reach questions; the
difference between two versions of all shipped packs, and of 300
generated rules; and the search for dead rules.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "law")]

from generate_law import TextMaker  # noqa: E402
from msgspec import structs  # noqa: E402
from write_law import law_text, write_pack  # noqa: E402

from comity.law import ast  # noqa: E402
from comity.law.analyse.dead import find_dead  # noqa: E402
from comity.law.analyse.diff import diff  # noqa: E402
from comity.law.analyse.ground import Given, Ground  # noqa: E402
from comity.law.analyse.reach import Wanted, fields_wanted, reach  # noqa: E402
from comity.law.analyse.table import count_words, reach_table  # noqa: E402
from comity.law.analyse.texts import ground_of  # noqa: E402
from comity.law.ast import Word  # noqa: E402
from comity.law.atoms import FactValue  # noqa: E402
from comity.law.cases import with_used  # noqa: E402
from comity.law.shipped import shipped_pack, shipped_pack_names  # noqa: E402
from comity.model.canon import text_digest  # noqa: E402
from comity.model.law_text import LawKind, LawText, whole_text  # noqa: E402
from measure import cpu_timed, store_result  # noqa: E402

DAY = date(2026, 11, 28)
GIVEN = Given(today=DAY)
STATES = ("CA", "WA", "NY", "IL", "OR", "VA", "CO", "US", "TX", "FL")
RULES_PER_STATE = 30


def owner(state: str, level: str, kind: str) -> dict[str, FactValue]:
    """What is known of an owner without an immigration component."""
    return {"owner's state": state, "owner's level": level, "owner's kind": kind, "owner's component": "none"}


OWNERS = {
    "any owner": {},
    "a California sheriff": owner("CA", "local", "sheriff"),
    "a Washington police force": owner("WA", "local", "police"),
    "a New York motor-vehicle office": owner("NY", "state", "motor-vehicles"),
}


def shipped() -> tuple[LawText, ...]:
    return tuple(shipped_pack(name) for name in shipped_pack_names())


def timed(run: Callable[[], Any]) -> tuple[Any, float]:
    """What a run gives, and its CPU seconds."""
    kept: list[Any] = []
    seconds = cpu_timed(lambda: kept.append(run()))[0]
    return kept[0], round(seconds, 3)


def table_figures() -> dict[str, Any]:
    """The table of all purposes and labels, every class, with its random questions."""
    found = {}
    for name, facts in OWNERS.items():
        ground = ground_of(shipped(), "", facts)
        table, seconds = timed(lambda ground=ground: reach_table(ground, GIVEN))
        counts = count_words(table)
        found[name] = {"rules": len(ground.law.codes), "cells": len(table.cells), **counts, "cpu_s": seconds}
        found[name] |= {"undecided": len(table.undecided), "solver_checks": table.checks}
    return found


def question_figures() -> dict[str, Any]:
    """One question about all classes: an address for civil immigration from Washington, closed and open."""
    ground = ground_of(shipped(), "", OWNERS["a Washington police force"])
    shut: dict[str, FactValue] = {"query's purpose": "civil-immigration", "order's instrument": "nothing"}
    shut |= {"field is public": False, "subject's custodian": "none"}
    wanted = Wanted(fields_wanted(ground, (), ("home-address",), ""))
    proof, proof_s = timed(lambda: reach(ground, Given(shut, today=DAY), wanted))
    opened = Given({**shut, "order's instrument": "judicial-warrant"}, today=DAY)
    found, found_s = timed(lambda: reach(ground, opened, wanted))
    return {"classes": len(wanted.fields), "proof": proof.verdict.value, "proof_cpu_s": proof_s} | {
        "example": found.verdict.value,
        "example_cpu_s": found_s,
    }


def edited(text: LawText, old: str, new: str) -> LawText:
    assert old in text.text, old
    words = text.text.replace(old, new, 1)
    return structs.replace(text, text=words, hash=text_digest(whole_text(words, text.tables)))


def diff_figures() -> dict[str, Any]:
    """Changes of one word in all shipped packs, and one rule without its exceptions among 300 generated."""
    packs = shipped()
    old = "unless query's purpose is emergency-life"
    draft = edited(shipped_pack("us"), old, "unless query's purpose is one of emergency-life, missing-person")
    changed = tuple(draft if text.name == "us" else text for text in packs)
    found = {
        "shipped packs, nothing changed": compared(ground_of(packs), ground_of(packs)),
        "shipped packs, one exception wider": compared(ground_of(packs), ground_of(changed)),
    }
    made = generated_packs()
    first = next(rule for rule in made[0].rules if isinstance(rule.effect, ast.Forbid) and rule.unless)
    rules = tuple(replace(rule, unless=()) if rule is first else rule for rule in made[0].rules)
    fewer = (replace(made[0], rules=rules), *made[1:])
    before = ground_of(as_texts(made), "", OWNERS["a California sheriff"])
    after = ground_of(as_texts(fewer), "", OWNERS["a California sheriff"])
    return {**found, "300 generated rules, one without its exceptions": compared(before, after)}


def compared(old: Ground, new: Ground) -> dict[str, Any]:
    found, seconds = timed(lambda: diff(old, new, GIVEN))
    return {
        "rules": len(old.law.codes),
        "boxes_of_cells": len(found.changes),
        "undecided": len(found.undecided),
        "cpu_s": seconds,
    }


def generated_packs() -> tuple[ast.Pack, ...]:
    """Ten packs of thirty rules, each binding owners of its state; none closes everything."""
    maker = TextMaker(random.Random(11))
    packs = []
    for state in STATES:
        pack = maker.pack(f"us-{state.lower()}", state, RULES_PER_STATE)
        binds = ast.Binds(Word("owner"), ast.Is(Word("owner's state"), Word(state)))
        kept = [rule for rule in pack.rules if not rule.conceal and not isinstance(rule.effect, ast.ForbidAct)]
        packs.append(replace(pack, rules=tuple(replace(rule, binds=binds) for rule in kept)))
    return tuple(packs)


def as_texts(packs: tuple[ast.Pack, ...]) -> tuple[LawText, ...]:
    return tuple(law_text(LawKind.PACK, str(pack.name), write_pack(pack), pack.tables) for pack in packs)


def dead_figures() -> dict[str, Any]:
    """Dead rules of every shipped pack, each with the packs it uses."""
    found: dict[str, Any] = {"rules": 0, "dead": 0, "undecided": 0, "cpu_s": 0.0}
    for name in shipped_pack_names():
        texts = with_used(shipped_pack(name))
        deaths, seconds = timed(
            lambda texts=texts, name=name: find_dead(ground_of(texts), texts, frozenset({name}))
        )
        found["rules"] += deaths.rules
        found["dead"] += len(deaths.dead)
        found["undecided"] += len(deaths.undecided)
        found["cpu_s"] = round(found["cpu_s"] + seconds, 3)
    return found


def main() -> None:
    figures = {
        "table": table_figures(),
        "question": question_figures(),
        "diff": diff_figures(),
        "dead": dead_figures(),
    }
    print(store_result("law_reach", figures, "python bench/law_reach.py").read_text())


if __name__ == "__main__":
    main()
