"""Properties of deciding, over all shipped law."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import (
    HEADING,
    PERMIT_ALL,
    PLAIN,
    agreement,
    facts_of,
    pack,
    rule,
)

from comity.law.atoms import FactValue
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.law.decide import decide_query, decide_values, match_fields
from comity.law.facts import Facts
from comity.law.fold import fold
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import DataClass, Level

ALL_TERMS = f"""review every 12 months covers {", ".join(load_vocabulary().types["topic"])}
  routine use "A notice" on 2025-06-02
  meaning right-to-know "A sworn member" meaning need-to-know "It bears on a case"
  {" ".join(f'paper {kind} "On file"' for kind in load_vocabulary().types["paper"])}
"""


@lru_cache(maxsize=2)
def everything(extra: str = "") -> Law:
    """All shipped packs and an agreement that permits all and lacks no paper; `extra` rules beside them."""
    packs = tuple(shipped_pack(name) for name in shipped_pack_names())
    permit = agreement(ALL_TERMS + PERMIT_ALL)
    return compile_law((*packs, permit, *((pack(extra),) if extra else ())))


CLASSES = tuple(str(name) for name in DataClass)
REQUEST_PATHS = tuple(sorted(PLAIN))
RECORD_VALUES = {
    "record is certified": (True, False),
    "record is reviewed": (True, False),
    "record is own-record": (True, False),
    "record is received-under-1367": (True, False),
    "record is non-conviction": (True, False),
    "record is iii-derived": (True, False),
    "subject is minor": (True, False),
    "subject is registrant": (True, False),
    "subject's custodian": ("local-jail", "state-corrections"),
    "record's collected": (date(2026, 11, 1), date(2020, 1, 1)),
    "subject's convictions": ((), ({"conviction's offence": "PC211", "conviction's grade": "felony"},)),
}


@st.composite
def request_values(draw: st.DrawFn) -> dict[str, FactValue]:
    vocabulary = load_vocabulary()
    found: dict[str, FactValue] = {}
    for path in REQUEST_PATHS:
        kind = vocabulary.attributes[path].kind
        if kind.name == "flag":
            found[path] = draw(st.booleans())
        elif kind.name == "enum":
            found[path] = draw(st.sampled_from(sorted(vocabulary.types[kind.type or ""])))
        elif kind.name == "set":
            words = sorted(vocabulary.types[kind.type or ""])
            found[path] = frozenset(draw(st.sets(st.sampled_from(words), max_size=2)))
        else:
            found[path] = "26-1"
    found["owner's state"] = draw(st.sampled_from(["CA", "WA", "IL", "NY", "OR", "VA", "CO", "US"]))
    return found


record_values = st.fixed_dictionaries(
    {}, optional={path: st.sampled_from(values) for path, values in RECORD_VALUES.items()}
)


def open_levels(law: Law, facts: Facts, values: dict[str, FactValue]) -> dict[str, Level]:
    """What truly leaves, held and concealed fields at nothing."""
    name = facts.data_classes[0]
    decision = decide_values(fold(law, facts), name, values, (0, 0))
    if decision.concealed:
        return {one.field: Level.NOTHING for one in decision.fields}
    return {one.field: decision.level_of(one.field) for one in decision.fields}


@given(request_values(), record_values, st.sampled_from(CLASSES), st.data())
@settings(max_examples=150)
def test_removing_an_attribute_never_widens(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str, data: st.DataObject
) -> None:
    """Knowing less of the question or the record never opens a field, and never a class."""
    law = everything()
    facts = facts_of(request, (data_class,))
    before = open_levels(law, facts, record)
    path = data.draw(st.sampled_from([*request, *record]))
    less = facts.without(path)
    fewer = {key: value for key, value in record.items() if key != path}
    after = open_levels(law, less, fewer)
    assert all(after[field] <= before[field] for field in before)
    assert set(decide_query(fold(law, less)).allowed) <= set(decide_query(fold(law, facts)).allowed)


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(max_examples=100)
def test_adding_a_forbid_never_widens(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str
) -> None:
    """One more forbid, cap or hold opens nothing that was closed."""
    facts = facts_of(request, (data_class,))
    more = everything(
        rule("Z-1", "forbid fields labelled contact when query's purpose is one of audit, stop")
        + rule("Z-2", "cap all fields at masked unless record is certified")
        + rule("Z-3", "hold fields labelled photo for review by counsel")
        + f'rule Z-4 "t" {HEADING} at activate forbid activation when asker\'s level is local\n'
    )
    before, after = open_levels(everything(), facts, record), open_levels(more, facts, record)
    assert all(after[field] <= before[field] for field in before)


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(max_examples=100)
def test_a_removed_class_lets_nothing_leave(
    request: dict[str, FactValue], record: dict[str, FactValue], data_class: str
) -> None:
    """What the question says of a class holds for every record of it."""
    folded = fold(everything(), facts_of(request, (data_class,)))
    if not decide_query(folded).allowed:
        assert set(open_levels(everything(), folded.facts, record).values()) == {Level.NOTHING}
    matchable = match_fields(folded, DataClass(data_class))
    leaving = {field for field, level in open_levels(everything(), folded.facts, record).items() if level}
    assert leaving <= matchable


@given(request_values(), record_values, st.sampled_from(CLASSES))
@settings(max_examples=50)
def test_a_decision_repeats(request: dict[str, FactValue], record: dict[str, FactValue], data_class: str) -> None:
    """The same facts under the same law give the same decision, folded anew or remembered."""
    facts = facts_of(request, (data_class,))
    folded = fold(everything(), facts)
    first = decide_values(folded, data_class, record, (0, 0))
    assert decide_values(folded, data_class, record, (0, 0)) == first
    assert decide_values(fold(everything(), facts), data_class, record, (0, 0)) == first
    assert decide_query(folded) == decide_query(fold(everything(), facts))
