"""Peers of the matching bench: each that is installed finds a person written down exactly as asked."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import NoReturn

import pytest

from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject
from match.engine import BatchEngine, Engine
from match.sets import Held

FAMILIES = (
    "Garcia Lopez",
    "Nguyen",
    "O'Brien",
    "Al-Masri",
    "Washington",
    "Kowalski",
    "Smith",
    "Chen",
    "Ivanova",
    "Reyes",
)
GIVENS = ("Maria", "Thomas", "Aisha", "Wei Ling", "Dmitri")
RIGHT = 23


def records() -> list[Held]:
    """Fifty people: every family with every given name, no two alike in anything but a name."""
    return [
        Held(
            place,
            {
                "name": (f"{FAMILIES[place % 10]}, {GIVENS[place // 10]}",),
                "birth-date": (f"{1950 + place}-{place % 12 + 1:02}-{place % 28 + 1:02}",),
                "sex": ("F" if place % 2 else "M",),
                "home-address": (
                    f"{100 + 7 * place} {FAMILIES[place * 3 % 10]} St, Springfield, CA 9{4000 + place}",
                ),
                "ssn": (f"{200 + place}{10 + place}{4000 + place}",),
            },
        )
        for place in range(50)
    ]


def question(number: int) -> PersonSubject:
    """The record of that number as a question."""
    values = {field: texts[0] for field, texts in records()[number].values.items()}
    family, given = values["name"].split(", ")
    return PersonSubject(
        family=family,
        given=given,
        birth_date=values["birth-date"],
        sex=Sex(values["sex"]),
        address=values["home-address"],
        identifiers=(Identifier(kind=IdentifierKind.SSN, value=values["ssn"]),),
    )


Missing = Callable[[str, str], NoReturn]


def make(name: str, missing: Missing) -> Engine:
    """A peer by name; where what it needs is not installed, `missing` is told."""
    module, kind, *needs = {
        "rapidfuzz": ("rapidfuzz_brute", "RapidfuzzBrute", "rapidfuzz"),
        "tantivy": ("tantivy_fuzzy", "TantivyFuzzy", "tantivy"),
        "postgres": ("postgres_trigram", "PostgresTrigram", "psycopg"),
        "splink": ("splink_batch", "SplinkBatch", "splink", "metaphone"),
        "recordlinkage": ("recordlinkage_ecm", "RecordlinkageEcm", "recordlinkage", "metaphone"),
        "dedupe": ("dedupe_gazetteer", "DedupeGazetteer", "dedupe"),
        "nomenklatura": ("nomenklatura_rescored", "NomenklaturaRescored", "nomenklatura", "tantivy"),
    }[name]
    for package in needs:
        if find_spec(package) is None:
            missing(name, f"`{package}` is not installed")
    if name == "postgres" and import_module("match.peers.postgres_server").find_programs() is None:
        missing(name, "PostgreSQL is not installed")
    peer = getattr(import_module(f"match.peers.{module}"), kind)
    if name == "nomenklatura":
        engine: Engine = peer(make("tantivy", missing), "logic-v1")
    elif name == "dedupe":
        engine = peer(labelled=60)
    else:
        engine = peer()
    return engine


@pytest.mark.filterwarnings("ignore")  # the peers' packages warn about each other, not about us
@pytest.mark.parametrize(
    "name",
    [
        "rapidfuzz",
        "tantivy",
        "postgres",
        "splink",
        "recordlinkage",
        "nomenklatura",
        pytest.param("dedupe", marks=pytest.mark.slow),
    ],
)
def test_a_peer_finds_an_exact_record(name: str, missing: Missing) -> None:
    """Among fifty records the one that the question copies comes first, singly and in a batch, and CPU is counted."""
    engine = make(name, missing)
    try:
        engine.build(records())
        begun = engine.cpu_seconds()
        answer = engine.find(question(RIGHT))
        assert answer.ids[0] == RIGHT
        assert len(answer.ids) == len(answer.posteriors) == len(set(answer.ids))
        assert list(answer.posteriors) == sorted(answer.posteriors, reverse=True)
        assert engine.cpu_seconds() > begun
        if isinstance(engine, BatchEngine):
            answers = engine.find_all([question(RIGHT), question(RIGHT + 1)])
            assert [answer.ids[0] for answer in answers] == [RIGHT, RIGHT + 1]
    finally:
        engine.close()


def test_nothing_of_the_postgresql_server_stays(missing: Missing) -> None:
    """When the peer is closed its server is gone and so is its directory."""
    engine = make("postgres", missing)
    folder = engine._server.folder  # type: ignore[attr-defined]
    assert (folder / "data" / "postmaster.pid").exists()
    engine.close()
    assert not folder.exists()


def test_a_question_to_postgresql_holds_only_the_fields_asked() -> None:
    """A name alone makes no condition on dates, streets or numbers, which would make the planner scan the table."""
    pytest.importorskip("psycopg", reason="the peer postgres is NOT MEASURED here: `psycopg` is not installed")
    postgres = import_module("match.peers.postgres_trigram")
    plain = import_module("match.peers.plain")
    statement, values = postgres.question(plain.plain_subject(PersonSubject(family="Garcia")))
    assert set(values) == {"whole", "family", "given"}
    assert "birth" not in statement
    assert "street" not in statement
    assert "numbers" not in statement
    whole, _ = postgres.question(plain.plain_subject(question(RIGHT)))
    assert all(f"{field} = %({field})s" in whole for field in ("birth", "street"))


def test_all_peers_read_a_person_alike() -> None:
    """A record and a question that say the same become the same columns."""
    plain = import_module("match.peers.plain")
    assert plain.plain_held(records()[RIGHT]) == plain.plain_subject(question(RIGHT))
    held = plain.plain_held(Held(1, {"name": ("Núñez-Vela, José María, Jr",), "alias": ("Vela, Pepe",)}))
    assert held.names == (("nunez vela", "jose", "maria"), ("vela", "pepe", ""))
    assert plain.plain_held(Held(2, {"home-address": ("12B Oak Hill Rd Apt 4, Ross, CA 94957",)})) == plain.Plain(
        house="12b", street="oak hill", town="ross ca", postcode="94957"
    )


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["rapidfuzz", "tantivy", "postgres", "splink", "recordlinkage"])
def test_a_peer_knows_a_person_by_every_name(name: str, missing: Missing) -> None:
    """Asked for the other name a record has, a peer finds the person, and lists them once."""
    engine = make(name, missing)
    known = records()
    known[RIGHT] = Held(RIGHT, {**known[RIGHT].values, "alias": ("Abernathy, Quentin",)})
    try:
        engine.build(known)
        answer = engine.find(
            PersonSubject(family="Abernathy", given="Quentin", birth_date=question(RIGHT).birth_date)
        )
        assert answer.ids[0] == RIGHT
        assert answer.ids.count(RIGHT) == 1
    finally:
        engine.close()
