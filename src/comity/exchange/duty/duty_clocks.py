"""Clocks that start without a question: events on a question, a record or the agency; and periods that end.

Both may be run again at any time: what was raised once is not raised twice, what was started runs on.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from comity.errors import LawUnavailableError, WrongUseError
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.answering.raised import duty_id, periodic_duty
from comity.exchange.duty.duties import changed_once, look_again
from comity.exchange.owners import owner_facts, owner_here, owners_here
from comity.law.ast import Span
from comity.law.atoms import FactMap
from comity.law.calendar import OwnerCalendar, local_time
from comity.law.compiled import Law
from comity.law.duty import after_ms, span_of
from comity.law.facts import Facts, facts_of_owner, record_facts
from comity.law.owed import Series, event_duties, periodic_duties, series_of
from comity.law.reasons import distinct_duties
from comity.law.vocabulary import load_vocabulary
from comity.ledger.append import append_entry
from comity.model.agency import Agency
from comity.model.base import Noun, check_instant, check_short
from comity.model.canon import canonical_bytes
from comity.model.decision import Duty
from comity.model.disclosure import EntryKind, StoredDuty, Unit
from comity.model.record import Record
from comity.ports import World

OF_QUESTIONS = frozenset({"query-received", "decision-made"})  # the answer itself starts these clocks
LONGEST_REFERENCE = 120  # characters: the number of a record, a request, a letter or an incident
PUBLIC = "field is public"  # of single fields; an event is about a whole record


class Happening(Noun, frozen=True, kw_only=True):
    """An event as it is reported: on a question, on a record, or on the agency as a whole.

    `at_ms` is when it happened (UTC milliseconds), None for now. `reference` tells two events of a kind on one thing
    and one day apart (the number of a request or incident, never a person); `by` is the member who reports it,
    empty for the node itself. `record_id` may be the owner's own reference too; what is kept names the record's id.
    """

    owner: str
    event: str
    query_id: str = ""
    record_id: str = ""
    reference: str = ""
    at_ms: int | None = None
    by: str = ""

    def __post_init__(self) -> None:
        if self.at_ms is not None:
            check_instant("the time of the event", self.at_ms)
        for name, text in (("question", self.query_id), ("record", self.record_id), ("reference", self.reference)):
            check_short(name, text, LONGEST_REFERENCE)


def happen(world: World, happening: Happening) -> tuple[StoredDuty, ...]:
    """Start the clocks that waited for an event, and raise what rules demand at it; the duties touched.

    1 now   2 the owner, the event, its time and record   3 the duties that waited for it: their clocks start then
    4 the duties that rules bring at it and that nobody raised   5 one entry with all of them, if there are any

    Raises WrongUseError for an unknown event, an owner held elsewhere, a time to come, or a reference of several records.
    """
    return look_again(lambda: _happen(world, happening))


def _happen(world: World, happening: Happening) -> tuple[StoredDuty, ...]:
    now_ms = world.clock.now_ms()  # 1
    owner, at_ms = _check(world, happening, now_ms)  # 2
    happening = _by_id(world, happening)
    started = _started(world, happening, owner, at_ms)  # 3
    raised = _raised(world, happening, owner, at_ms, started)  # 4
    if started or raised:
        unit = Unit(
            facts=owner_facts(EntryKind.DUTY_RAISED, owner, now_ms),
            content=canonical_bytes({"event": happening.event, "duties": [one.id for one in (*started, *raised)]}),
            record=canonical_bytes((happening, started, raised)),
            duties=raised,
            changed_duties=started,
        )
        append_entry(world, unit)  # 5
    return (*started, *raised)


def raise_periodic(world: World) -> tuple[StoredDuty, ...]:
    """Raise what the owners at this node owe for the running period and those before it; the duties raised.

    For each owner: 1 the law in force   2 the periods raised already   3 what is owed beside them
    4 one entry, if there is anything

    An owner whose law cannot be read owes what was raised before; nothing is released for it meanwhile either.
    """
    found: list[StoredDuty] = []
    for owner in owners_here(world):
        now_ms = world.clock.now_ms()
        try:
            _, law = read_law(world, world.directory(), owner.id)  # 1
        except LawUnavailableError:
            continue
        raised: dict[Series, set[str]] = {}
        for one in world.journal.periodic_duties(owner.id):  # 2
            raised.setdefault(series_of(one.duty), set()).add(one.duty.period)
        owed = periodic_duties(law, facts_of_owner(owner, now_ms), raised)  # 3
        new = tuple(periodic_duty(owner.id, duty, now_ms) for duty in owed)
        if new:
            append_entry(world, _raised_unit(owner, new, now_ms))  # 4
            found += new
    return tuple(found)


def _raised_unit(owner: Agency, duties: tuple[StoredDuty, ...], now_ms: int) -> Unit:
    return Unit(
        facts=owner_facts(EntryKind.DUTY_RAISED, owner, now_ms),
        content=canonical_bytes({"event": "period-end", "duties": [one.id for one in duties]}),
        record=canonical_bytes(duties),
        duties=duties,
    )


def _check(world: World, happening: Happening, now_ms: int) -> tuple[Agency, int]:
    owner = owner_here(world, happening.owner)
    events = [str(event) for event in load_vocabulary().lists["events"] if event not in OF_QUESTIONS]
    if happening.event not in events:
        raise WrongUseError(f"`{happening.event}` is no event that is reported; write one of {', '.join(events)}")
    at_ms = now_ms if happening.at_ms is None else happening.at_ms
    if at_ms > now_ms:
        raise WrongUseError("the event lies in the future; report it when it has happened")
    return owner, at_ms


def _by_id(world: World, happening: Happening) -> Happening:
    """The happening on the record its id or reference names. A name of none is left: a clock may wait for it still.

    Raises WrongUseError where it names several: the wrong clock would be started.
    """
    owner, named = happening.owner, happening.record_id
    if not named:
        return happening
    found = {*world.records.ids_of(owner, named, 2)}  # two are as wrong as many
    waits = any(one.record_id == named for one in world.journal.waiting_duties(owner, happening.event))
    if waits or world.records.get(owner, named) is not None:
        found.add(named)
    if len(found) > 1:
        raise WrongUseError(
            f"`{named}` is the reference or number of several records; write the number that only the one has, "
            "as `comity duties list --json` and `comity why` show it"
        )
    return replace(happening, record_id=found.pop()) if found else happening


def _started(world: World, happening: Happening, owner: Agency, at_ms: int) -> tuple[StoredDuty, ...]:
    """The duties that waited for this event on this question or record, their due times now known."""
    calendar = OwnerCalendar(at_ms, owner.zone, frozenset(owner.holidays))
    waiting = world.journal.waiting_duties(owner.id, happening.event)
    return tuple(changed_once(start_clock(one, calendar)) for one in waiting if _is_about(one, happening))


def _is_about(one: StoredDuty, happening: Happening) -> bool:
    """Whether an event is one on what a duty is about: its question, or its record; both where both are named."""
    if not happening.query_id and not happening.record_id:
        return False
    question = not happening.query_id or one.query_id == happening.query_id
    record = not happening.record_id or one.record_id == happening.record_id
    return question and record


def start_clock(one: StoredDuty, calendar: OwnerCalendar) -> StoredDuty:
    """A duty that waited, its clock running from the calendar's instant."""
    within = span_of(one.duty.within) if one.duty.within else Span(0, "day")  # none known: the soonest
    duty = replace(one.duty, due_ms=after_ms(within, calendar))
    return replace(one, duty=duty, started_ms=calendar.at_ms)


def _raised(
    world: World, happening: Happening, owner: Agency, at_ms: int, started: tuple[StoredDuty, ...]
) -> tuple[StoredDuty, ...]:
    """The duties that rules bring at this event, less those whose clock it started or that it raised before."""
    _, law = read_law(world, world.directory(), owner.id)
    day = local_time(at_ms, owner.zone).date().isoformat()
    about = (happening.event, happening.query_id, happening.record_id, happening.reference, day)
    clocks = {clause_of(one.duty) for one in started}
    found = []
    for duty in _by_rules(law, happening, _seen(world, happening, owner, at_ms)):
        name = duty_id(owner.id, *about, *clause_of(duty))
        if clause_of(duty) not in clocks and world.journal.find_duty(owner.id, name) is None:
            found.append(
                StoredDuty(
                    id=name,
                    owner=owner.id,
                    query_id=happening.query_id,
                    duty=duty,
                    raised_ms=at_ms,
                    record_id=happening.record_id,
                    started_ms=at_ms,
                )
            )
    return tuple(found)


def clause_of(duty: Duty) -> tuple[str, ...]:
    """What tells one clause of one rule from every other."""
    return (duty.rule, duty.kind, duty.to, duty.report, duty.text)


def _by_rules(law: Law, happening: Happening, seen: Iterable[Facts]) -> tuple[Duty, ...]:
    return distinct_duties(duty for facts in seen for duty in event_duties(law, happening.event, facts))


def _seen(world: World, happening: Happening, owner: Agency, at_ms: int) -> tuple[Facts, ...]:
    """What is known at an event: of the owner, and of each person of the record where it is on one."""
    if not happening.record_id:
        return (facts_of_owner(owner, at_ms),)
    record = world.records.get(owner.id, happening.record_id)
    if record is None:
        # Purged, sealed away or never there: rules see the agency alone, and nobody learns which of these it is.
        return (facts_of_owner(owner, at_ms),)
    return facts_about(owner, record, at_ms)


def facts_about(owner: Agency, record: Record, at_ms: int) -> tuple[Facts, ...]:
    """What is known at an event on a record: of its owner, of the record, and of each of its people in turn."""
    return tuple(facts_of_owner(owner, at_ms, _facts_of(record, person.key)) for person in record.people)


def _facts_of(record: Record, person_key: str) -> FactMap:
    return {path: value for path, value in record_facts(record, person_key).items() if path != PUBLIC}
