"""Who takes part: comity and its peers by the names the command line knows. A peer's packages load when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from match.engine import Engine
from match.present import Comity

Maker = Callable[[], Engine]


def _peer(module: str, kind: str) -> Maker:
    def make() -> Engine:
        engine: Engine = getattr(import_module(f"match.peers.{module}"), kind)()
        return engine

    return make


def _nomenklatura(algorithm: str) -> Maker:
    def make() -> Engine:
        kind = import_module("match.peers.nomenklatura_rescored").NomenklaturaRescored
        engine: Engine = kind(Comity(), algorithm)
        return engine

    return make


PEERS: dict[str, Maker] = {
    "rapidfuzz": _peer("rapidfuzz_brute", "RapidfuzzBrute"),
    "postgres": _peer("postgres_trigram", "PostgresTrigram"),
    "tantivy": _peer("tantivy_fuzzy", "TantivyFuzzy"),
    "splink": _peer("splink_batch", "SplinkBatch"),
    "recordlinkage": _peer("recordlinkage_ecm", "RecordlinkageEcm"),
    "dedupe": _peer("dedupe_gazetteer", "DedupeGazetteer"),
    "nomenklatura-v1": _nomenklatura("logic-v1"),
    "nomenklatura-v2": _nomenklatura("logic-v2"),
    "nomenklatura-er": _nomenklatura("er-unstable"),
}

LARGEST: dict[str, tuple[int, str]] = {  # records of a file beyond which a peer is left out of a run, and why
    "rapidfuzz": (100_000, "compares every name: a quarter of a second a question at a million"),
    "splink": (100_000, "a batch at a million did not end within the time of the reference measurement"),
    "recordlinkage": (100_000, "sorts and joins the whole file anew for each question: 20 s at a million"),
    "dedupe": (100_000, "holds every record as Python objects: 13 GB at a million"),
    "nomenklatura-v1": (100_000, "is given the records in memory; its candidates are comity's at every size"),
    "nomenklatura-v2": (100_000, "is given the records in memory; its candidates are comity's at every size"),
    "nomenklatura-er": (100_000, "is given the records in memory; its candidates are comity's at every size"),
}
