"""What the flow map and an exposure statement cost. Run `python bench/flows.py`. CPU time of this process.

The map and a statement of a demonstration region, by its nodes' logs; and, where they are beside the repository, the real
sharing list of California by state and county, with a statement of one agency in it. All by the command line.
"""

from __future__ import annotations

import io
import json
import resource
import sys
import tempfile
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT / "bench")]

from comity.cli.main import run  # noqa: E402
from comity.demo.build import build_region  # noqa: E402
from measure import cpu_timed, store_result, stored_figures  # noqa: E402

SHARED = ROOT.parent / "shared" / "data"
LIST = "alpr_portal_sharing_edges_2026.csv"
DIRECTORIES = ("agencies_fbi_lee_2025.csv", "agencies_fbi_cde_2018.csv")
NAMED = "El Cajon PD ( CA)"


def timed(words: list[str]) -> tuple[float, Any]:
    """CPU seconds of a command, and what it printed as JSON."""
    out = io.StringIO()

    def one() -> None:
        with redirect_stdout(out):
            run([*words, "--json"])

    (seconds,) = cpu_timed(one)
    return round(seconds, 2), json.loads(out.getvalue())


def region_figures() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        region = Path(folder) / "region"
        build_region(region, 2026, 400, date.today(), lambda _: None)
        map_s, found = timed(["oversight", "flow", "map", "--region", str(region), "--months", "12"])
        statement_s, told = timed(["oversight", "flow", "exposure", "ca-sheriff", "--region", str(region)])
    return {
        "map_cpu_s": map_s,
        "flows": len(found["rows"]),
        "statement_cpu_s": statement_s,
        "sentences": told["sentences"][:3],
    }


def list_figures() -> dict[str, Any]:
    if not SHARED.is_dir():
        return {}
    words = [
        "--list",
        str(SHARED / LIST),
        *(word for one in DIRECTORIES for word in ("--directory", str(SHARED / one))),
    ]
    counties = ["--counties", str(SHARED / "geo_us_counties_gazetteer.csv")]
    by = ["--by", "state", "--by", "county"]
    map_s, found = timed(["oversight", "flow", "map", *words, *counties, *by])
    statement_s, told = timed(["oversight", "flow", "exposure", NAMED, *words])
    places = [one for one in found["places"] if one["county"]]
    return {
        "map_cpu_s": map_s,
        "flows": len(found["rows"]),
        "parties": len(found["places"]),
        "with_county": len(places),
        "with_county_code": sum(1 for one in places if one["county_fips"]),
        "statement_cpu_s": statement_s,
        "doors": len(told["doors"]),
        "largest_resident_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


PARTS = {"region": region_figures, "lists": list_figures}


def main() -> None:
    """Measure the parts named, or all; what was stored of the others stays."""
    figures = stored_figures("flows")
    for part in sys.argv[1:] or PARTS:
        figures[part] = PARTS[part]()
        print(store_result("flows", figures, "python bench/flows.py").read_text(), flush=True)


if __name__ == "__main__":
    main()
