"""Weights learned on an owner's own records, without labels and without anybody's help.

 1 now, probes       the owner's law, and for whom it says what may be matched
 2 draw              page by page, the people whose hashes are lowest: the same file gives the same people
 3 index             the drawn people alone, as a file of its own
 4 learn             some of them put as questions to the others
 5 calibrate, name   by the owner's own outcomes of hits where there are enough, else as shipped; nominal numbers, a
                     version named by its content

Questions that were asked are never learned from: the record of a disclosure is no source (`model.disclosure`). What is
kept of a hit's outcome is what its evidence weighed, and nothing of the question (`exchange/desk/hit_outcomes.py`).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from msgspec.structs import replace

from comity.errors import TrainingError
from comity.exchange.desk.hit_outcomes import read_hits
from comity.exchange.weights.learnable import Probe, Values, learnable_values, make_probes
from comity.match.as_question import subject_of
from comity.match.bearers import keep_borne
from comity.match.compare import prepare
from comity.match.outcomes import calibrate
from comity.match.segment import Indexed, Segment, build_segment
from comity.match.train import Sampled
from comity.match.train_own import train_own
from comity.match.traits import MATCHABLE_FIELDS, read_traits
from comity.match.versions import name_version
from comity.match.weights import load_weights
from comity.model.agency import Agency
from comity.model.codes import DataClass
from comity.model.record import Record
from comity.model.weights import PPM, Weights
from comity.ports import World

TRAINED_ON = "EM on own records without labels"
PAGE = 1_000  # records read at once
MOST_PEOPLE = 50_000  # learned from; their values take about 100 MB, and more of them moves no weight
MOST_DECIDED = 1_000_000  # decisions of probes on drawn people: a few minutes
MOST_QUESTIONS = 1_000  # people put as questions, each compared with forty others: a minute
FEWEST_PEOPLE = 100  # fewer would tell of single people
LEAST_POPULATION = 1_000  # a small file is one part of a region; a lower prior would make namesakes likely
HASH_BITS = 128
CLASS_PLACES = {data_class: place for place, data_class in enumerate(DataClass)}

Progress = Callable[[str], None]


class _Drawn(NamedTuple):
    """A person drawn: the order of the draw, where the person stands, what may be learned from."""

    turn: int
    record_id: str
    person_key: str
    data_class: DataClass
    values: Values


@dataclass(frozen=True, slots=True)
class Learned:
    """A version, and how many people and questions made it."""

    weights: Weights
    people: int
    questions: int


def learn_own_weights(world: World, owner: Agency, progress: Progress) -> Learned:
    """A new version for an owner. Raises TrainingError where too few people may be learned from."""
    probes = make_probes(world, owner, world.clock.now_ms())  # 1
    drawn, people = draw_people(world, owner, probes, progress) if probes else ((), 0)  # 2
    if len(drawn) < FEWEST_PEOPLE:
        raise TrainingError(
            f"weights can be learned from fewer than {FEWEST_PEOPLE} people of `{owner.id}`; use the shipped weights"
        )
    progress(f"learning from {len(drawn):,} people")
    segment = _index(drawn)  # 3
    sample = _questions(drawn)
    start = replace(load_weights(), population=max(LEAST_POPULATION, nominal(people)))
    learned = train_own(segment, sample, lambda place: drawn[place].values, start, progress)  # 4
    borne = keep_borne(learned, (read_traits(one.values) for one in drawn))
    calibrated, source = calibrate(read_hits(world, owner), borne)
    return Learned(_named(calibrated, source), len(drawn), len(sample))  # 5


def draw_people(
    world: World, owner: Agency, probes: tuple[Probe, ...], progress: Progress, most: int = MOST_PEOPLE
) -> tuple[tuple[_Drawn, ...], int]:
    """At most `most` people that may be learned from, in the order of where they stand; and about how many there are.

    Those with the lowest hashes are drawn, and the highest of them tells how thickly people lie; nobody who may not be
    learned from is counted.
    """
    room = min(most, MOST_DECIDED // len(probes))
    heap: list[_Drawn] = []  # the highest hash on top: the one who goes when somebody lower comes
    read = 0
    for page in _pages(world, owner):
        for record in page:
            _offer(heap, room, record, probes)
        read += len(page)
        progress(f"{read:,} records read")
    people = len(heap) if len(heap) < room else round(room * 2**HASH_BITS / max(1, -heap[0].turn))
    return tuple(sorted(heap, key=lambda one: (one.record_id, one.person_key))), people


def _pages(world: World, owner: Agency) -> Iterator[tuple[Record, ...]]:
    after = ""
    while page := world.records.page_of(owner.id, after, PAGE):  # ends: each page begins behind the one before
        yield page
        after = page[-1].id


def _offer(heap: list[_Drawn], room: int, record: Record, probes: tuple[Probe, ...]) -> None:
    for person in record.people:
        turn = -_hash(record, person.key)
        full = len(heap) >= room
        if full and turn <= heap[0].turn:
            continue
        values = learnable_values(probes, record, person)
        if values:
            one = _Drawn(turn, record.id, person.key, record.data_class, values)
            if full:
                heapq.heapreplace(heap, one)
            else:
                heapq.heappush(heap, one)


def _hash(record: Record, key: str) -> int:
    return int.from_bytes(sha256(f"{record.owner}\n{record.id}\n{key}".encode()).digest()[: HASH_BITS // 8])


def _index(drawn: Sequence[_Drawn]) -> Segment:
    return build_segment(
        Indexed(place, CLASS_PLACES[one.data_class], one.values) for place, one in enumerate(drawn)
    )


def _questions(drawn: Sequence[_Drawn]) -> list[Sampled]:
    """Those first drawn who can be put as questions, each with its own place."""
    found: list[Sampled] = []
    for place in sorted(range(len(drawn)), key=lambda place: -drawn[place].turn):
        subject = subject_of(drawn[place].values)
        if subject is not None and len(found) < MOST_QUESTIONS:
            found.append(Sampled(prepare(subject, MATCHABLE_FIELDS), place))
    return found


def nominal(count: int) -> int:
    """A count with one digit left of it: the order of magnitude of a file, never its size."""
    step: int = 10 ** int(math.log10(max(1, count)))
    return max(1, round(count / step) * step)


def _named(learned: Weights, source: str) -> Weights:
    return name_version(
        replace(
            learned,
            version="",
            trained_on=f"{TRAINED_ON}; {source}",
            relatives_ppm=nominal(learned.relatives_ppm),
            middles_ppm=nominal(round(learned.middles * PPM)),
        )
    )
