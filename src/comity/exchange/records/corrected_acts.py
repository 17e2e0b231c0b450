"""What a correction means for the acts that declared its people to be somebody, or nobody else.

An act names a record and a person in it; it was said of what stood there then. Where a name, birth date, number or
address of that person changes, a merge that the rule of the second identifier now speaks against, and that no second
member confirmed against these very records, is undone with the correction: doubt joins nobody. Every other act on that
person stands, and a custodian looks at it again; a split is never undone, since that could join.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from comity.exchange.person.person_acts import NextAct
from comity.exchange.person.person_state import PersonState, load_state, read_all
from comity.match.grouping import NOTHING_DECLARED, Pair, in_order, standing_acts
from comity.match.proposals import read_appearance, weigh_together
from comity.match.relation import Reading
from comity.match.traits import MATCHABLE_FIELDS
from comity.model.codes import SEARCHABLE_ROLES
from comity.model.correction import FieldChanged
from comity.model.person_act import ActKind, Appearance, PersonAct
from comity.model.record import Record
from comity.ports import World


@dataclass(frozen=True, slots=True)
class ActsTouched:
    """Acts that rested on what changed: those that are undone with it, and those a custodian looks at again."""

    undone: tuple[PersonAct, ...]
    to_review: tuple[PersonAct, ...]


def touched_acts(world: World, before: Record, after: Record, changed: tuple[FieldChanged, ...]) -> ActsTouched:
    """The standing acts on the people of a record whose identifying values are not what they were."""
    undone: dict[str, PersonAct] = {}
    review: dict[str, PersonAct] = {}
    for one in _identified_anew(world, after, changed):
        state = load_state(world, after.owner, (one,))
        naming = [act for act in standing_acts(state.acts) if one in act.appearances]
        against = _against(world, after, one, state) - _against(world, before, one, state)
        for act in naming:
            falls = act.kind is ActKind.MERGED and not against <= _confirmed(act)
            (undone if falls else review)[act.id] = act
    return ActsTouched(tuple(undone.values()), tuple(act for act in review.values() if act.id not in undone))


def undoing(
    following: NextAct, acts: tuple[PersonAct, ...], changed: tuple[FieldChanged, ...]
) -> tuple[PersonAct, ...]:
    """The acts that undo these, in their order; their words name fields and never a value."""
    fields = ", ".join(sorted({one.field for one in changed if one.field in MATCHABLE_FIELDS}))
    words = f"the record was corrected ({fields}), and the rule of the second identifier speaks against it since"
    return tuple(
        replace(
            NextAct(following.owner, following.by, following.number + place, following.at_ms).make(
                ActKind.UNDONE, words
            ),
            undoes=act.id,
        )
        for place, act in enumerate(acts)
    )


def _identified_anew(world: World, after: Record, changed: tuple[FieldChanged, ...]) -> tuple[Appearance, ...]:
    """The people of the record whom acts may name and whose identifying values changed; the event's are everybody's."""
    touched = {one.person for one in changed if one.field in MATCHABLE_FIELDS}
    acts = world.journal.persons.acts_on(after.owner, {after.id}) if touched else ()
    named = {one for act in acts for one in act.appearances if one.record_id == after.id}
    return tuple(sorted(one for one in named if "" in touched or one.person_key in touched))


def _against(world: World, record: Record, one: Appearance, state: PersonState) -> frozenset[Pair]:
    """The pairs of this person that the rule speaks against, with the record's values as given."""
    people = state.whole((one,))
    readings: Mapping[Appearance, Reading] = {
        **read_all(world, record.owner, (other for other in people if other.record_id != record.id)),
        **{
            Appearance(record_id=record.id, person_key=person.key): read_appearance(record, person)
            for person in record.people
            if person.role in SEARCHABLE_ROLES and Appearance(record_id=record.id, person_key=person.key) in people
        },
    }
    if one not in readings and len(people) > 1:  # nobody of that key is left who may be grouped
        return frozenset(in_order(one, other) for other in people if other != one)
    weighed = weigh_together(readings, NOTHING_DECLARED)
    return frozenset(in_order(pair.one, pair.other) for pair in weighed.against)


def _confirmed(act: PersonAct) -> frozenset[Pair]:
    """The pairs against which a second member confirmed a merge."""
    if act.confirmed is None:
        return frozenset()
    return frozenset(in_order(one.one, one.other) for one in act.reasons if not one.speaks_for)
