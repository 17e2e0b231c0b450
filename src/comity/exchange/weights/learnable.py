"""What an owner's weights may be learned from: open values of people whom no linked agency may not know of.

An answer must not move with a value that is closed to the asker. So a person is left out of the sample and of every count

- in a record that is sealed, suppressed, restricted under a hold or disputed,
- in a record that the owner's law conceals from anybody it is linked with, or lets nobody match,
- in a role that is never searched (victims, witnesses, third parties),

and of the others only those fields are read that everybody who may match the person may match it by.
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import TrainingError
from comity.exchange.answering.candidates import decide_one, is_silent, matchable
from comity.exchange.answering.law_in_force import LawInForce, read_law
from comity.exchange.owners import owner_day
from comity.exchange.replay.probes import anybody_of, asks_on, linked_agencies, parties_between, probe_question
from comity.law.decide import decide_query, match_fields
from comity.law.facts import request_facts
from comity.law.fold import fold
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.agency import Agency
from comity.model.codes import SEARCHABLE_ROLES, Purpose
from comity.model.decision import QueryDecision
from comity.model.query import Query
from comity.model.record import PersonInRecord, Record
from comity.ports import World

PURPOSE = Purpose.CRIMINAL_INVESTIGATION  # what most questions are for
MOST_PROBES = 1_000  # linked agencies; the largest real sharing lists name about 400 parties

Values = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Probe:
    """One agency's question as the owner's law folds and decides it."""

    law: LawInForce
    query: Query
    asked: QueryDecision


def make_probes(world: World, owner: Agency, now_ms: int) -> tuple[Probe, ...]:
    """A question of the owner itself, first, then of each agency its law links it with, as far as it may ask at all.

    Raises LawUnavailableError, and TrainingError for an owner with too many links.
    """
    directory = world.directory()
    own, law = read_law(world, directory, owner.id)
    today = owner_day(owner, now_ms)
    askers = [one for one in linked_agencies(law, owner, directory) if asks_on(one, today)]
    if len(askers) > MOST_PROBES:
        raise TrainingError(
            f"`{owner.id}` is linked with more than {MOST_PROBES} agencies; use the shipped weights"
        )
    probes = []
    for asker in askers:
        parties = parties_between(owner, anybody_of(asker), directory)
        query = probe_question(parties, PURPOSE, now_ms)
        folded = fold(law, request_facts(query, parties, now_ms))
        asked = decide_query(folded)
        if not asked.refused and asked.allowed:
            probes.append(Probe(LawInForce(folded, own.hash), query, asked))
    return tuple(probes)


def is_marked(record: Record) -> bool:
    """Whether the owner itself marked a record as closed or doubtful."""
    state = record.state
    return any(mark is True for mark in (state.sealed, state.suppressed, state.restricted, state.disputed))


def learnable_values(probes: tuple[Probe, ...], record: Record, person: PersonInRecord) -> Values:
    """The values of a person that may be learned from, by field; nothing where the person is left out."""
    if person.role not in SEARCHABLE_ROLES or is_marked(record):
        return {}
    fields: frozenset[str] | None = None
    for probe in probes:
        if record.data_class not in probe.asked.allowed:
            continue
        decision = decide_one(probe.law, probe.query, record, person.key)
        if decision.concealed:
            return {}
        if not is_silent(decision):
            found = matchable(decision, match_fields(probe.law.folded, record.data_class))
            fields = found if fields is None else fields & found
    return _values(record, person, (fields or frozenset()) & MATCHABLE_FIELDS)


def _values(record: Record, person: PersonInRecord, fields: frozenset[str]) -> Values:
    values: Values = {}
    for field in (*person.fields, *record.fields):
        if field.name in fields:
            values[field.name] = (*values.get(field.name, ()), field.value)
    return values
