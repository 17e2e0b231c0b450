"""Histories of answers, disclosures and acts of a desk over some months, made from what a real node entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random
from typing import Any, TypeVar

from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, directory_agencies
from comity.exchange.log.tally import OPENED, Calendars, MonthsCounted, Read, month_of
from comity.model.action_request import RequestAct, RequestActed
from comity.model.answer import Answer
from comity.model.canon import canonical_bytes
from comity.model.codes import Instrument, MessageKind, Purpose, Status, Step
from comity.model.decision import Duty, Reason
from comity.model.disclosure import Disclosure, EntryFacts, EntryKind, Shown, StoredDuty
from comity.model.petition import PetitionKind
from comity.model.pruning import Tally
from comity.oversight.reports.acts import act_of, requesters_of
from comity.oversight.reports.counted import Material, steps_of
from comity.oversight.reports.period import instants_of
from comity.oversight.reports.read_log import OpenedEntry

OWNER = next(agency for agency in directory_agencies() if agency.id == CA_SHERIFF)
ASKERS = (*(agency.oris[0].ori for agency in directory_agencies()[:4]), "XX0000000")
BEGINS_MS = instants_of(date(2026, 9, 20), date(2026, 9, 20), OWNER.zone)[0]
HOUR_MS = 3_600_000
T = TypeVar("T")
DUTIES = ("us-il/IL-09b", "us-ny/NY-02", "us-or/OR-09e")


@dataclass(frozen=True)
class Sample:
    """One answer with items as a node entered it."""

    facts: EntryFacts
    disclosure: Disclosure
    answer: Answer


class Chance:
    """What a history is made of by a seed: one of several, a number, some of several."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def one(self, options: Sequence[T]) -> T:
        """One of several."""
        return self._random.choice(options)

    def number(self, least: int, most: int) -> int:
        """A number, both ends included."""
        return self._random.randint(least, most)

    def some(self, options: Sequence[T], most: int) -> list[T]:
        """At most so many, each as often as it comes."""
        return [self.one(options) for _ in range(self.number(0, most))]

    def different(self, options: Sequence[T]) -> list[T]:
        """Some of them, none twice."""
        return self._random.sample(options, self.number(0, len(options)))


def history(seed: int, sample: Sample) -> list[OpenedEntry]:
    """Entries of one owner from September to January, in the order of their time; some are of one question."""
    chance = Chance(seed)
    hours = sorted(chance.number(0, 2_900) for _ in range(chance.number(0, 14)))
    asked: list[Any] = []
    entries = []
    for index, hour in zip(count(), hours, strict=False):
        at_ms = BEGINS_MS + hour * HOUR_MS
        what = chance.one(("answer", "answer", "answer", "again", "duty", "act", "purge", "petition"))
        if what in ("answer", "again"):
            if what == "answer" or not asked:
                asked.append(question(chance, len(asked), at_ms))
            entries.append(answer(chance, sample, (index, at_ms), chance.one(asked)))
        else:
            entries.append(desk_act(chance, sample, (index, at_ms), what))
    return entries


def question(chance: Chance, number: int, at_ms: int) -> dict[str, Any]:
    return {
        "id": f"{number:032x}",
        "asker": chance.one(ASKERS),
        "purpose": chance.one((Purpose.CIVIL_IMMIGRATION, Purpose.CRIMINAL_INVESTIGATION)),
        "instrument": chance.one(("", Instrument.DETAINER, Instrument.COURT_ORDER)),
        "message": chance.one((MessageKind.RECORDS_QUERY, MessageKind.HOLD_REQUEST)),
        "step": chance.one((Step.DIGEST, Step.DIGEST, Step.DETAIL)),
        "asked_ms": at_ms - chance.number(0, 90) * 60_000,
    }


def answer(chance: Chance, sample: Sample, place: tuple[int, int], asked: dict[str, Any]) -> OpenedEntry:
    index, at_ms = place
    items = chance.some(sample.answer.items, 3)
    status = Status.ANSWERED if items else chance.one((Status.REFUSED, Status.HELD))
    shown = tuple(
        Shown(
            item_id=f"item-{number}",
            record_id=chance.one(("R-1", "R-2", "R-3")),
            person_key="P",
            fields=tuple(chance.different(("name", "home-address"))),
        )
        for number in range(len(items))
    )
    query = replace(
        sample.disclosure.query,
        id=asked["id"],
        message=asked["message"],
        step=asked["step"],
        item_id="" if asked["step"] is Step.DIGEST else "item-0",
        asked_ms=asked["asked_ms"],
    )
    reasons = tuple(chance.different(REASONS))
    given = replace(
        sample.answer, status=status, items=tuple(items), reasons=reasons, removed=(), answered_ms=at_ms
    )
    facts = replace(
        sample.facts,
        at_ms=at_ms,
        asker_ori=asked["asker"],
        purpose=asked["purpose"],
        instrument=asked["instrument"],
        decision=status,
        released=len(items),
        pair=f"{int(asked['id'], 16):064x}",
    )
    record = replace(sample.disclosure, query=query, status=status, shown=shown)
    return OpenedEntry(index, facts, canonical_bytes(given), canonical_bytes(record))


REASONS = tuple(
    Reason(rule=rule, title="a title", citation="a law", status="verified", effect="refuse")
    for rule in ("us-ca/CA-01", "us-il/IL-05")
)


def desk_act(chance: Chance, sample: Sample, place: tuple[int, int], what: str) -> OpenedEntry:
    index, at_ms = place
    facts = EntryFacts(kind=EntryKind.DUTY_DONE, at_ms=at_ms, owner_ori=sample.facts.owner_ori)
    if what == "duty":
        duty = Duty(
            kind="notify",
            to="person",
            citation="a law",
            rule=chance.one(DUTIES),
            due_ms=at_ms + chance.number(-9, 9),
        )
        stored = StoredDuty(id="d", owner=CA_SHERIFF, query_id="", duty=duty, raised_ms=at_ms, done_ms=at_ms)
        return OpenedEntry(index, facts, canonical_bytes({}), canonical_bytes(stored))
    if what == "act":
        acted = RequestActed(
            owner=CA_SHERIFF,
            asker=CA_SHERIFF,
            query_id="q",
            act=chance.one(tuple(RequestAct)),
            rule="us-ca/CA-01",
            reason="for the test alone",
            by=CA_SHERIFF,
            at_ms=at_ms,
        )
        return OpenedEntry(
            index, replace(facts, kind=EntryKind.REQUEST_ACTED), canonical_bytes({}), canonical_bytes(acted)
        )
    if what == "petition":
        kind = chance.one((EntryKind.PETITION_OPENED, EntryKind.PETITION_DECIDED, EntryKind.PETITION_TOLD))
        step = {"petition": "P-1", "changed": 0, "kind": chance.one(tuple(PetitionKind))}
        return OpenedEntry(index, replace(facts, kind=kind), canonical_bytes(step), canonical_bytes({}))
    removed = {"owner": CA_SHERIFF, "removed": chance.number(0, 5), "restricted": 0, "rules": {}}
    return OpenedEntry(
        index, replace(facts, kind=EntryKind.RECORDS_PURGED), canonical_bytes(removed), canonical_bytes({})
    )


def tallies_of(entries: list[OpenedEntry], cutoff: str) -> dict[str, tuple[int, Tally]]:
    """The tallies of all months before one, as a pruning enters them, each under a number of its own."""
    months = MonthsCounted(Calendars((OWNER,)), cutoff, lambda _month: True)
    for one in entries:
        if months.wants(one.facts):
            opened = one.facts.kind in OPENED
            months.add(Read(one.index, one.facts, *((one.content, one.record) if opened else (None, None))))
    made = months.tallies("a-node", "2027-06")
    return {month: (1_000 + at, tally) for at, (month, tally) in enumerate(sorted(made.items()))}


def pruned(entries: list[OpenedEntry], cutoff: str) -> list[OpenedEntry]:
    """The entries when nothing is kept any more of the months before one."""
    return [
        OpenedEntry(one.index, one.facts, None, None) if month_of(one.facts.at_ms) < cutoff else one
        for one in entries
    ]


def material_of(
    entries: list[OpenedEntry],
    tallies: dict[str, tuple[int, Tally]],
    days: tuple[date, date],
    begun: date | None = date.min,
) -> Material:
    """What a report of some days counts from, as `read_log` gives it."""
    begins, ends = instants_of(*days, OWNER.zone)
    requesters = requesters_of(directory_agencies())
    return Material(
        acts=tuple(act_of(one, requesters, OWNER.zone) for one in entries if begins <= one.facts.at_ms <= ends),
        entered=(),
        tallies=tallies,
        steps=steps_of(tallies),
        before=frozenset(
            one.facts.pair for one in entries if one.facts.at_ms < begins and one.facts.kind is EntryKind.ANSWERED
        ),
        requesters=requesters,
        agency=OWNER.id,
        owner_oris=frozenset(dated.ori for dated in OWNER.oris),
        state=OWNER.state,
        days=days,
        begun=begun,
    )
