"""nomenklatura, the matcher of OpenSanctions, as a second opinion: it orders the 20 best of another engine again.

Configuration: `logic-v2` (rules over names, identifiers, dates, addresses, sex), or `logic-v1`, or `er-unstable`
(a regression), each with its own defaults and weights, on FollowTheMoney `Person` entities: names, first, middle
and last name, aliases, birth date, sex, address, identity numbers. The package has no index of its own here
(upstream's is yente, a server over a search engine), so candidates come from the engine given. Analysis of an
entity is cached by its id: a question gets a fresh one each time, or it would get the score of another; a record
keeps its own. Source of settings: the package's defaults; 20 candidates as in the reference measurement.

`er-unstable` gives a probability of a pair; the others a similarity. A question costs what its candidates cost,
plus half a millisecond or more a candidate. The first comparison loads name corpora (8 s CPU), which counts as
building. Records are held in memory as read, so 100,000 is the practical end; what limits it beyond is this file,
not the matcher.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence

from followthemoney import EntityProxy, model
from nomenklatura.matching import get_algorithm

from comity.model.query import PersonSubject
from match.engine import Answer, Engine, LearningEngine
from match.peers.plain import Plain, plain_held, plain_subject
from match.sets import Held

KEPT = 20
PROBABILITIES = frozenset({"er-unstable"})
SEXES = {"M": "male", "F": "female"}


class NomenklaturaRescored:
    """The best of another engine, ordered by nomenklatura."""

    def __init__(self, candidates: Engine, algorithm: str = "logic-v2") -> None:
        found = get_algorithm(algorithm)
        if found is None:
            raise ValueError(
                f"nomenklatura has no algorithm `{algorithm}`; see `nomenklatura.matching.ALGORITHMS`"
            )
        self._algorithm = found
        self._settings = found.default_config()
        self._candidates = candidates
        self._held: dict[int, Held] = {}
        self.name = f"nomenklatura {algorithm} over {candidates.name}"
        self.gives_probability = algorithm in PROBABILITIES

    def build(self, records: Iterable[Held]) -> None:
        self._candidates.build(self._noted(records))
        warm = _person("warm", Plain(family="garcia", given="joseph", birth="1980-02-03"), "")
        self._algorithm.compare(warm, warm, self._settings)

    def prepare(self, subjects: Sequence[PersonSubject]) -> None:
        """Let the engine that brings the candidates learn; the matcher itself has nothing to learn."""
        if isinstance(self._candidates, LearningEngine):
            self._candidates.prepare(subjects)

    def find(self, subject: PersonSubject) -> Answer:
        asked = _person(uuid.uuid4().hex, plain_subject(subject), subject.address)
        scored = []
        for number in self._candidates.find(subject).ids[:KEPT]:
            record = self._held[number]
            entity = _person(f"record-{number}", plain_held(record), _address(record.values))
            scored.append((self._algorithm.compare(asked, entity, self._settings).score, number))
        scored.sort(key=lambda one: -one[0])  # stable: equal scores keep the order of the candidates
        return Answer(tuple(number for _, number in scored), tuple(score for score, _ in scored))

    def cpu_seconds(self) -> float:
        return self._candidates.cpu_seconds()

    def index_bytes(self) -> int:
        return self._candidates.index_bytes()

    def close(self) -> None:
        self._held = {}
        self._candidates.close()

    def _noted(self, records: Iterable[Held]) -> Iterator[Held]:
        for record in records:
            self._held[record.number] = record
            yield record


def _person(key: str, one: Plain, address: str) -> EntityProxy:
    entity = model.make_entity("Person")
    entity.id = key
    for place, (family, given, middle) in enumerate(one.names):
        whole = " ".join(part for part in (given, middle, family) if part)
        entity.add("alias" if place else "name", whole.title())
    entity.add("lastName", one.family.title())
    entity.add("firstName", one.given.title())
    entity.add("middleName", one.middle.title())
    entity.add("birthDate", one.birth)
    entity.add("gender", SEXES.get(one.sex))
    entity.add("address", address)
    for number in one.numbers:
        entity.add("idNumber", number.partition(":")[2])
    return entity


def _address(values: Mapping[str, tuple[str, ...]]) -> str:
    return values.get("home-address", ("",))[0]
