"""Engine against twin and Cedar over many generated bodies of law, in parts that can be stopped and taken up again.

Bodies are made by seed, a part is a run of seeds, and parts are decided in their order however many processes work,
so that a run of a size always compares the same decisions. Parts that are done wait in `bench/results/*.parts.json`
until the whole is; they are thrown away when the code they were made with has changed.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests"), str(ROOT / "tests" / "law")]

from compare_cedar import compare_with_cedar  # noqa: E402
from compare_law import Difference, Tally, compare, compare_cases  # noqa: E402
from generate_shipped import shipped_body, shipped_cases, shipped_rules  # noqa: E402

from law_coverage import Coverage  # noqa: E402
from measure import RESULTS  # noqa: E402

FIRST_SEED = 90_000_000  # bodies of law that no test has seen
BODIES_OF_PART = 40  # a few seconds of work: little is lost when a run stops
MOST_SHOWN = 20  # differing records a part tells of; one is enough to look into
CODE = ("src/comity/law", "src/comity/model", "tests/law", "tests")

Part = dict[str, Any]


def _shipped(seed: int, tally: Tally) -> list[Difference]:
    body = shipped_body(seed)
    return compare_cases(seed, body, shipped_cases(body, seed, queries=2, records=3), tally)


AGAINST: dict[str, Callable[[int, Tally], list[Difference]]] = {
    "law_cedar": compare_with_cedar,
    "law_twin": compare,
    "law_shipped": _shipped,
}


def decide_part(name: str, number: int) -> Part:
    """One part: the bodies of its seeds, decided by both. Differences are told with the seed that makes them again."""
    begun = time.process_time()
    tally = Coverage()
    first = FIRST_SEED + number * BODIES_OF_PART
    found = [one for seed in range(first, first + BODIES_OF_PART) for one in AGAINST[name](seed, tally)]
    return {
        "counts": dict(tally.counts),
        "rules": sorted(tally.rules & set(shipped_rules())) if name == "law_shipped" else [],
        "differing": len(found),
        "shown": [str(one) for one in found[:MOST_SHOWN]],
        "cpu_seconds": time.process_time() - begun,
    }


def agreement(name: str, count: int, jobs: int) -> dict[str, Any]:
    """Compare bodies of law until `count` field decisions were made, with `jobs` processes at once."""
    counts: Counter[str] = Counter()
    rules: set[str] = set()
    done, differing, cpu = 0, 0, 0.0
    for part in _parts(name, jobs):
        counts.update(part["counts"])
        rules.update(part["rules"])
        differing += part["differing"]
        cpu += part["cpu_seconds"]
        done += 1
        for told in part["shown"]:
            print(f"{name}: {told}", flush=True)
        print(f"{name}: {counts['fields']} of {count} field decisions, {differing} differing", flush=True)
        if counts["fields"] >= count:
            break
    _parts_file(name).unlink(missing_ok=True)
    figures = {
        "field_decisions": counts["fields"],
        "bodies_of_law": done * BODIES_OF_PART,
        "differing_records": differing,
        "met": dict(sorted(counts.items())),
        "cpu_seconds": round(cpu, 1),
        "processes": jobs,
    }
    if name == "law_shipped":
        figures |= {"release_rules_met": len(rules), "release_rules": len(shipped_rules())}
    return figures


def _parts(name: str, jobs: int) -> Iterator[Part]:
    """Parts in order without end: those kept from a run that was stopped, then new ones. The caller stops."""
    kept = _kept_parts(name)
    yield from list(kept)
    number = len(kept)
    with ProcessPoolExecutor(jobs, mp_context=get_context("fork")) as pool:
        waiting = [pool.submit(decide_part, name, number + ahead) for ahead in range(2 * jobs)]
        try:
            while True:  # ends: the caller has enough decisions
                part = waiting.pop(0).result()
                kept.append(part)
                _keep_parts(name, kept)
                waiting.append(pool.submit(decide_part, name, number + 2 * jobs))
                number += 1
                yield part
        finally:
            for one in waiting:
                one.cancel()


def _parts_file(name: str) -> Path:
    return RESULTS / f"{name}.parts.json"


def _kept_parts(name: str) -> list[Part]:
    path = _parts_file(name)
    if not path.exists():
        return []
    kept = json.loads(path.read_text(encoding="utf-8"))
    return list(kept["parts"]) if kept["code"] == _code_hash() else []


def _keep_parts(name: str, parts: list[Part]) -> None:
    path = _parts_file(name)
    RESULTS.mkdir(parents=True, exist_ok=True)
    whole = path.with_suffix(".part")  # a bench that is stopped leaves the older parts whole
    whole.write_text(json.dumps({"code": _code_hash(), "parts": parts}), encoding="utf-8")
    whole.replace(path)


def _code_hash() -> str:
    """What the compared code and law are, so that parts made by other code do not count."""
    found = hashlib.sha256()
    for folder in CODE:
        paths = (ROOT / folder).rglob("*") if folder == "src/comity/law" else (ROOT / folder).glob("*.py")
        for path in sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts):
            found.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()
