"""Grounds of generated and shipped law for the analysis tests, and examples put to the twin and to Cedar."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from compare_cedar import Oracles, cedar_levels
from compare_law import compiled
from generate_law import TODAY
from generate_question import Body, sources_of
from msgspec import structs

from comity.demo.agencies import OWNERS, directory_agencies
from comity.demo.laws import texts_for
from comity.law.analyse.cut_points import CutPoints, cut_points
from comity.law.analyse.example import Example
from comity.law.analyse.ground import Given, Ground, Requester, directory_facts, requesters_of, view_of
from comity.law.analyse.sample import cut_days
from comity.law.analyse.texts import as_signed, listed_ground
from comity.law.analyse.unknowns import Unknowns
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.atoms import Atom, FactValue
from comity.law.code import atoms_of
from comity.law.facts import RECORD_ENTITIES
from comity.law.fold import applies_between
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import text_digest
from comity.model.law_text import LawText, whole_text
from reference import decide_record as twin_record
from reference_facts import oris_of
from reference_truth import Capacity, Situation, fields_of

ANSWERED_ON = date(2026, 11, 28)


def body_ground(body: Body) -> Ground:
    """The ground of a generated body; nothing is known of whoever asks."""
    law = compiled(body)
    owner = body.directory.get_agency(body.owner)
    names = {dated.ori: agency.id for agency in body.directory.agencies for dated in agency.oris}
    requesters = requesters_of(law, owner.id, oris_of(owner, TODAY), names)
    return Ground(law, owner.id, directory_facts("owner", owner, TODAY), requesters)


def situation_of_example(body: Body, example: Example) -> Situation:
    """An example as the twin and Cedar read it."""
    facts = example.all_facts()
    record = {path: value for path, value in facts.items() if entity_of(path) in RECORD_ENTITIES}
    public = record.pop("field is public", None)
    asked = {path: value for path, value in facts.items() if path not in record}
    standing = example.requester.standing
    vocabulary = load_vocabulary().text
    names = [str(field.name) for field in fields_of(vocabulary, example.data_class)]
    return Situation(
        vocabulary=vocabulary,
        sources=sources_of(body),
        owner=standing.owner,
        owner_oris=standing.owner_oris,
        capacities=(Capacity(standing.asker, standing.asker_oris, standing.named_ori, asked),),
        record=record,
        public=dict.fromkeys(names, public) if isinstance(public, bool) else {},
        data_class=example.data_class,
        today=example.today,
        elections={one.conflict: one.choice for one in body.elections if not one.lapsed},
    )


def twin_sees(body: Body, example: Example, field: str, *, held: bool) -> bool:
    """Whether the literal twin lets an example see a field, at once or after a person's decision."""
    found = twin_record(situation_of_example(body, example)).fields[field]
    return found.level > 0 and (held or not found.held)


def cedar_sees(body: Body, example: Example, field: str) -> bool:
    """Whether Cedar lets an example see a field; it knows of no holds."""
    return cedar_levels(situation_of_example(body, example), Oracles())[field] > 0


# ---------------------------------------------------------------- every question of a small law


def relevant_atoms(ground: Ground, requester: Requester, data_class: str) -> tuple[Atom, ...]:
    """The atoms that any rule reads which bears on a class for this requester."""
    law = ground.law
    found: set[int] = set()
    for point in ("ask", "release", "activate"):
        for code in law.at_point.get(point, ()):
            if applies_between(code, requester.standing) and (point == "activate" or data_class in code.masks):
                found |= atoms_of(code.hit)
    return tuple(law.atoms[index] for index in sorted(found))


def every_question(ground: Ground, requester: Requester, data_class: str, most: int) -> Iterator[Example] | None:
    """Every question over the cut points, unknown included; None where there are too many, or lists among them."""
    atoms = relevant_atoms(ground, requester, data_class)
    cuts = cut_points(atoms, ground.law.vocabulary)
    view = view_of(ground, requester, Given(today=TODAY), Unknowns(cuts), data_class)
    paths = [path for path in (*cuts.groups, *cuts.words, *cuts.days) if not view.is_settled(path)]
    values = [_values(cuts, atoms, path) for path in paths]
    count = 1
    for one in values:
        count *= len(one)
    if count > most or cuts.inner:
        return None
    settled = {path: value for path, value in view.known.items() if path not in {"now", *CLASS_PATHS}}
    return (
        Example(requester, data_class, TODAY, settled, _known(paths, chosen), {}) for chosen in product(*values)
    )


def _known(paths: list[str], chosen: tuple[FactValue | None, ...]) -> dict[str, FactValue]:
    return {path: value for path, value in zip(paths, chosen, strict=True) if value is not None}


def _values(cuts: CutPoints, atoms: tuple[Atom, ...], path: str) -> list[FactValue | None]:
    declared = cuts.vocabulary.attributes[path]
    unknown: list[FactValue | None] = (
        [] if declared.required and entity_of(path) not in RECORD_ENTITIES else [None]
    )
    if path in cuts.days:
        return [*unknown, *cut_days(atoms, TODAY)]
    if path in cuts.words:
        words = cuts.words[path]
        return [
            *unknown,
            *(
                frozenset(w for w, b in zip(words, bits, strict=True) if b)
                for bits in product((0, 1), repeat=len(words))
            ),
        ]
    return [*unknown, *(group[0] for group in cuts.groups[path])]


# ---------------------------------------------------------------- the demonstration region


def edited(text: LawText, *changes: tuple[str, str]) -> LawText:
    """A text with words replaced, each of which must stand in it."""
    words = text.text
    for old, new in changes:
        assert old in words, old
        words = words.replace(old, new, 1)
    return structs.replace(text, text=words, hash=text_digest(whole_text(words, text.tables)), signatures=())


def demo_grounds(changed: dict[str, LawText] | None = None) -> dict[str, Ground]:
    """Every owner of the region with its law, as the demonstration has it but for texts changed by name."""
    agencies = directory_agencies()
    changed = changed or {}
    found = {}
    for owner in OWNERS:
        texts = tuple(as_signed(changed.get(text.name, text)) for text, _ in texts_for(owner))
        agency = next(one for one in agencies if one.id == owner)
        found[owner] = listed_ground(texts, agency, agencies, ANSWERED_ON)
    return found


def demo_text(name: str) -> LawText:
    """One text of the region by its name."""
    return next(text for owner in OWNERS for text, _ in texts_for(owner) if text.name == name)


def as_open(requester: Requester) -> Requester:
    """A requester of which nothing is known."""
    return replace(requester, facts={})
