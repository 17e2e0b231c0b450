"""How often real spellings of agencies are resolved, and how often rightly. Run `python bench/names.py`. CPU time.

Precision and recall are over the portal registry, whose truth `registry_truth.py` beside the tests works out by FIPS code;
of every other list the names and the rows of each verdict are counted. The lists lie in `../shared/data`.
"""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests" / "oversight" / "names")]

from registry_truth import DIRECTORIES, REGISTRY, Truth, read_rows, truths  # noqa: E402

from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv  # noqa: E402
from comity.formats.sharing.reading import read_sharing  # noqa: E402
from comity.model.ori import OriEntry  # noqa: E402
from comity.oversight.names.resolve import Resolver, Verdict  # noqa: E402
from comity.oversight.names.several import ResolvedNames, resolve_names, resolver_of  # noqa: E402
from measure import cpu_timed, store_result  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
COMMAND = "python bench/names.py"
SHARING = (
    "alpr_portal_sharing_edges_2024.csv",
    "alpr_portal_sharing_edges_2026.csv",
    "alpr_portal_sharing_changes_2026.csv",
    "alpr_shared_networks_okaloosa_fl_2025.csv",
)
COLUMNS = {
    "alpr_network_member_names_2024.csv": "name",
    "alpr_portal_policies_2024.csv": "agency",
    "alpr_portal_policies_2026.csv": "agency",
    REGISTRY: "portal_names",
}
QUEUE_SHOWN = 8


def main() -> None:
    if not SHARED.is_dir():
        sys.exit(f"{SHARED} is missing; put the public lists there")
    entries = merge_editions([read_ori_csv((SHARED / name).read_bytes(), name) for name in DIRECTORIES])
    resolve = resolver_of(entries)
    known = truths(SHARED)
    figures: dict[str, Any] = {
        "directory": {
            "entries": len(entries),
            "cpu_s_to_build": round(cpu_timed(lambda: resolver_of(entries))[0], 2),
        },
        "registry": registry_figures(known, resolve),
        "lists": {name: list_figures(spellings, entries) for name, spellings in all_lists()},
    }
    path = store_result("names", figures, COMMAND)
    show(figures)
    print(f"stored in {path.relative_to(ROOT)}")


def registry_figures(known: Iterable[Truth], resolve: Resolver) -> dict[str, Any]:
    """Right, wrong and open, over all and over sheriffs and cities apart."""
    counted: Counter[tuple[str, str]] = Counter()
    for truth in known:
        agency = resolve(truth.spelling).agency
        result = "open" if agency is None else "right" if agency.entry.ori in truth.oris else "wrong"
        counted["nobody" if truth.nobody else "sheriffs" if truth.sheriff else "cities", result] += 1
    groups = {
        group: {result: counted[group, result] for result in ("right", "wrong", "open")}
        for group in ("cities", "sheriffs", "nobody")
    }
    right = sum(count for (_, result), count in counted.items() if result == "right")
    wrong = sum(count for (_, result), count in counted.items() if result == "wrong")
    listed = sum(count for (group, _), count in counted.items() if group != "nobody")
    return {
        "rows_with_truth": sum(counted.values()),
        "rows": len(read_rows(SHARED, REGISTRY)),
        "precision": round(right / (right + wrong), 4),
        "recall": round(right / listed, 4),
        **groups,
    }


def all_lists() -> Iterable[tuple[str, list[str]]]:
    """Every list by its file name with the names of all its rows."""
    for name in SHARING:
        read = read_sharing((SHARED / name).read_bytes(), name)
        edges = (*read.edges, *(change.edge for change in read.changes))
        yield name, [party for edge in edges for party in (edge.owner, edge.recipient)]
    for name, column in COLUMNS.items():
        text = (SHARED / name).read_text(encoding="utf-8-sig")
        yield name, [row[column] for row in csv.DictReader(io.StringIO(text))]


def list_figures(spellings: list[str], entries: tuple[OriEntry, ...]) -> dict[str, Any]:
    """Names and rows by verdict, kinds of what is not listed, and the head of the queue by reason."""
    found = resolve_names(spellings, entries)
    return {
        "names": len(found.resolutions),
        "verdicts": {verdict.value: found.count(verdict) for verdict in Verdict},
        "rows": {verdict.value: rows_of(found, verdict) for verdict in Verdict},
        "not_listed_kinds": dict(found.kinds(Verdict.NOT_LISTED)[:QUEUE_SHOWN]),
        "doubtful_kinds": dict(found.kinds(Verdict.DOUBTFUL)[:QUEUE_SHOWN]),
        "doubtful_with_candidates": sum(1 for resolution, _ in found.queue() if resolution.candidates),
    }


def rows_of(found: ResolvedNames, verdict: Verdict) -> int:
    return sum(rows for one, rows in zip(found.resolutions, found.rows, strict=True) if one.verdict is verdict)


def show(figures: dict[str, Any]) -> None:
    registry = figures["registry"]
    print(f"directory: {figures['directory']['entries']} entries, {figures['directory']['cpu_s_to_build']} s CPU")
    print(
        f"registry: precision {registry['precision']}, recall {registry['recall']}, {registry['rows_with_truth']} rows"
    )
    for group in ("cities", "sheriffs", "nobody"):
        print(f"  {group}: {registry[group]}")
    for name, counts in figures["lists"].items():
        print(f"{name}: {counts['names']} names {counts['verdicts']}, rows {counts['rows']}")


if __name__ == "__main__":
    main()
