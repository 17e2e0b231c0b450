"""Who takes part: comity and its peers by the names the command line knows. A peer's packages load when it is asked for."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from match.engine import Engine
from match.present import Comity
from match.sets import BenchSet

Maker = Callable[[BenchSet], Engine]


def _peer(module: str, kind: str) -> Maker:
    def make(_: BenchSet) -> Engine:
        engine: Engine = getattr(import_module(f"match.peers.{module}"), kind)()
        return engine

    return make


def _splink(bench_set: BenchSet) -> Engine:
    """Splink learns without labels: it is given the subjects of the questions, not their answers."""
    kind = import_module("match.peers.splink_batch").SplinkBatch
    engine: Engine = kind([asked.subject for asked in bench_set.questions])
    return engine


def _nomenklatura(algorithm: str) -> Maker:
    def make(_: BenchSet) -> Engine:
        kind = import_module("match.peers.nomenklatura_rescored").NomenklaturaRescored
        engine: Engine = kind(Comity(), algorithm)
        return engine

    return make


PEERS: dict[str, Maker] = {
    "rapidfuzz": _peer("rapidfuzz_brute", "RapidfuzzBrute"),
    "postgres": _peer("postgres_trigram", "PostgresTrigram"),
    "tantivy": _peer("tantivy_fuzzy", "TantivyFuzzy"),
    "splink": _splink,
    "recordlinkage": _peer("recordlinkage_ecm", "RecordlinkageEcm"),
    "dedupe": _peer("dedupe_gazetteer", "DedupeGazetteer"),
    "nomenklatura-v1": _nomenklatura("logic-v1"),
    "nomenklatura-v2": _nomenklatura("logic-v2"),
    "nomenklatura-er": _nomenklatura("er-unstable"),
}
