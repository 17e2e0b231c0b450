"""The whole question over separate node processes on loopback: `python bench/question.py [--people N] [--questions N]`.

Stores p50 and p99 of the asker's own clock (wall milliseconds, durable writes on both sides) for five sources, for
one source, and for five sources of which one node is stopped.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from datetime import date
from pathlib import Path

import msgspec

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion, build_region
from comity.demo.records import generate_region
from comity.demo.run import ask_in_region, running_nodes, to_request
from comity.model.outcome import AskRequest
from comity.model.query import PersonSubject
from measure import percentiles, store_result

SEED = 2026


def subjects(people: int, today: date, count: int) -> list[PersonSubject]:
    """People of the sheriff's own records, asked for by name and birth date; every third is nobody."""
    rng = random.Random(SEED)
    theirs = generate_region(SEED, people, today).records_of(CA_SHERIFF)
    found: list[PersonSubject] = []
    while len(found) < count:
        person = rng.choice(theirs).people[0]
        names, births = person.values("name"), person.values("birth-date")
        if names and births:
            family, _, given = names[0].partition(", ")
            prefix = "Nobody" if len(found) % 3 == 2 else ""
            found.append(PersonSubject(family=prefix + family, given=given.split(" ")[0], birth_date=births[0]))
    return found


def ask_all(region: BuiltRegion, request: AskRequest, people: list[PersonSubject]) -> dict[str, float]:
    """Ask about each person in turn; milliseconds as the asking node measured them."""
    took = [
        float(
            ask_in_region(region, msgspec.structs.replace(request, subject=subject), lambda _a, _s: None).took_ms
        )
        for subject in people
    ]
    return percentiles(took, (50, 99))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--questions", type=int, default=60)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        region = build_region(Path(scratch) / "region", SEED, given.people, date.today(), lambda _: None)
        people = subjects(given.people, date.today(), given.questions)
        request = to_request(region.scene.detective_question)
        alone = msgspec.structs.replace(request, sources=(CA_SHERIFF,))
        with running_nodes(region):
            ask_all(region, request, people[:3])
            five = ask_all(region, request, people)
            one = ask_all(region, alone, people)
        without = BuiltRegion(
            region.folder,
            tuple(node for node in region.nodes if node[0] != "il-node"),
            region.scene,
            region.people,
            region.records,
        )
        with running_nodes(without):
            ask_all(without, request, people[:3])
            four = ask_all(without, request, people)
    figures = {
        "people": given.people,
        "records": region.records,
        "questions": given.questions,
        "five_sources_ms": five,
        "one_source_ms": one,
        "five_sources_one_dead_ms": four,
    }
    store_result("question", figures, "python " + " ".join(sys.argv))


if __name__ == "__main__":
    main()
