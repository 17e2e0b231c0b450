"""What every bench shares: CPU timing, percentiles and stored results.

Run a bench as `python bench/NAME.py`; its figures are kept in `bench/results/NAME.json` with the day, the
machine, the versions and the command, so that a figure in a document can be traced to a run. CPU time is the
figure to trust: the machine is shared, wall time is not comparable between runs.
"""

from __future__ import annotations

import json
import os
import platform
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
LIBRARIES = (
    "cedarpy",
    "comity",
    "cryptography",
    "dedupe",
    "duckdb",
    "ethnicolr",
    "httpx",
    "jellyfish",
    "lark",
    "msgspec",
    "nomenklatura",
    "numpy",
    "pseudopeople",
    "psycopg",
    "pymerkle",
    "rapidfuzz",
    "recordlinkage",
    "splink",
    "tantivy",
    "uvicorn",
    "z3-solver",
)


def percentiles(samples: Sequence[float], points: Sequence[float] = (50, 99)) -> dict[str, float]:
    """Percentiles by nearest rank, as `{"p50": ..., "p99": ...}` in the unit of the samples.

    Nearest rank returns a value that was really measured. Raises ValueError without samples.
    """
    if not samples:
        raise ValueError("no samples were taken; measure something first")
    ordered = sorted(samples)
    found = {}
    for point in points:
        rank = max(1, -(-len(ordered) * point // 100))  # ceiling: nearest-rank definition
        found[f"p{point:g}"] = ordered[min(len(ordered), int(rank)) - 1]
    return found


def cpu_timed(fn: Callable[[], object], repeats: int = 1) -> list[float]:
    """CPU seconds of this process for each of `repeats` calls of `fn` (children are not counted)."""
    samples = []
    for _ in range(repeats):
        begun = time.process_time()
        fn()
        samples.append(time.process_time() - begun)
    return samples


def store_result(name: str, figures: dict[str, Any], command: str) -> Path:
    """Write `figures` to `bench/results/<name>.json` and return the path; an older result is replaced."""
    result = {
        "bench": name,
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "command": command,
        "machine": machine(),
        "versions": {"python": platform.python_version(), **_library_versions()},
        "figures": figures,
    }
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    whole = path.with_suffix(".json.part")  # a bench that is stopped leaves the older result whole
    whole.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    whole.replace(path)
    return path


def stored_figures(name: str) -> dict[str, Any]:
    """The figures stored before, for a bench whose parts are measured one at a time; none where there are none."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return {}
    figures: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return figures


def machine() -> dict[str, Any]:
    """CPU model, cores and load at the moment: enough to judge a figure, nothing that names the machine."""
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count() or 0,
        "system": platform.system(),
        "load_1min": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
    }


def _cpu_model() -> str:
    listing = Path("/proc/cpuinfo")
    if listing.exists():
        for line in listing.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _library_versions() -> dict[str, str]:
    found = {}
    for library in LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:
            continue
    return found
