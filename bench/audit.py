"""The audit of other systems' logs on real public lists: `python bench/audit.py [--lists FOLDER]`.

One command reads the California search logs, an organisation's log of Florida, the portals' policies, the sharing lists with
their changes, and two editions of an ORI directory, and writes page, spreadsheets and JSON. It runs as its own process, so
that time and memory are those of the command. The lists lie beside the repository (../shared/data); without them nothing
is measured.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from measure import store_result

LISTS = (
    "alpr_search_audit_ca_2026.csv",
    "alpr_org_audit_okaloosa_fl_2025.csv",
    "alpr_portal_policies_2024.csv",
    "alpr_portal_policies_2026.csv",
    "alpr_portal_usage_2024.csv",
    "alpr_portal_sharing_edges_2026.csv",
    "alpr_portal_sharing_changes_2026.csv",
    "alpr_shared_networks_okaloosa_fl_2025.csv",
    "agencies_fbi_lee_2025.csv",
    "agencies_fbi_cde_2018.csv",
)
CALIFORNIA = ("alpr_search_audit_ca_2026.csv", "alpr_portal_policies_2026.csv", *LISTS[5:7], *LISTS[8:])
TOLD = ("--retention", "Okaloosa County FL SO=30", "--on", "2026-11-29")
LONGEST = 600  # seconds; ten times the goal
COMMAND = "from comity.cli.main import main; main()"


def run_audit(folder: Path, names: tuple[str, ...], more: tuple[str, ...]) -> dict[str, Any]:
    """Run the command once; seconds, memory and what it found."""
    with tempfile.TemporaryDirectory() as out:
        words = ["oversight", "audit", *(str(folder / name) for name in names), *more, "--out", out]
        begun, before = time.monotonic(), resource.getrusage(resource.RUSAGE_CHILDREN)
        done = subprocess.run(
            [sys.executable, "-c", COMMAND, *words], capture_output=True, timeout=LONGEST, check=False
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if done.returncode != 1:
            raise SystemExit(done.stderr.decode() or "the audit found nothing, which these lists cannot give")
        report = json.loads((Path(out) / "audit.json").read_text(encoding="utf-8"))
        page_bytes = (Path(out) / "audit.html").stat().st_size
    kinds = Counter(found["kind"] for one in report["agencies"] for found in one["findings"])
    return {
        "wall_s": round(time.monotonic() - begun, 1),
        "cpu_s": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "largest_memory_mb": round(after.ru_maxrss / 1024),
        "page_kb": round(page_bytes / 1024),
        "totals": report["totals"],
        "findings_by_kind": dict(kinds.most_common()),
        "shared_outside_california": _outside(report),
    }


def _outside(report: dict[str, Any]) -> dict[str, int]:
    """The agency with most recipients closed by rule us-ca/CA-17, and how many, by how sure."""
    found: dict[str, Counter[str]] = {}
    for one in report["agencies"]:
        for finding in one["findings"]:
            if finding["kind"] == "sharing-closed-by-law" and finding["rules"][0]["rule"] == "us-ca/CA-17":
                found.setdefault(one["agency"], Counter())[finding["sure"]] += finding["counted"]
    return dict(max(found.values(), key=Counter.total)) if found else {}


def main() -> None:
    """Measure the California lists alone, then everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lists", type=Path, default=Path(__file__).parents[1].parent / "shared" / "data")
    given = parser.parse_args()
    missing = [name for name in LISTS if not (given.lists / name).is_file()]
    if missing:
        raise SystemExit(f"`{missing[0]}` is not in {given.lists.name}/; nothing was measured")
    figures = {
        "california": run_audit(given.lists, CALIFORNIA, TOLD[2:]),
        "everything": run_audit(given.lists, LISTS, TOLD),
    }
    store_result("audit", figures, "python bench/audit.py")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
