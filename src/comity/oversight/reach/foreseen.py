"""Ways that an agreement would open and an owner forbade, found before it is switched on.

An owner forbids ways by rules at `activate` that speak of a `recipient`: in its policy for its own agreements, in an
agreement with a holder for what that one signs later. Both are signed law, and refuse like every rule at `activate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import compiled_election
from comity.exchange.answering.wanted import while_wanted
from comity.exchange.owners import owner_day, owners_here
from comity.law import ast
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.reach import Wanted, fields_wanted
from comity.law.analyse.texts import as_signed, listed_ground
from comity.law.compile import agreement_terms, parse_text, rules_of
from comity.law.compiled import Law
from comity.law.fold import CLASSES_GIVEN
from comity.law.standing import Opening, decide_opening, parties_of, speaks_of_recipient
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, Directory
from comity.model.forbidden_way import ForbiddenWay, OpenedWay
from comity.model.law_text import LawText, OwnerLaw
from comity.oversight.reach.answer import way_of_hops
from comity.oversight.reach.directory_hops import broker_hops, pool_hops
from comity.oversight.reach.hop import Hop
from comity.oversight.reach.law_hops import agreement_hops, decider
from comity.oversight.reach.opened import Steps, opened_by
from comity.oversight.reach.say import say_step, step_value
from comity.ports import World


@dataclass(frozen=True, slots=True, eq=False)
class _Foreseen:
    """What the node would know with the agreement in force: every ground, and the law of each owner held here."""

    directory: Directory
    tree: ast.Agreement
    first: date
    now_ms: int
    grounds: Mapping[str, Ground]
    held: tuple[Agency, ...]


@dataclass(frozen=True, slots=True)
class _Judge:
    """Whose data is looked at, in whose law held here its rules stand, and which texts of that have no say."""

    owner: Agency
    holder: Agency
    silent: frozenset[str]


def forbidden_ways(world: World, offered: LawText, begins: date | None) -> tuple[ForbiddenWay, ...]:
    """Every way an agreement opens that an owner forbade, the shortest for each owner and recipient.

    1 rules     texts in force here, and the agreement, that speak of a recipient at `activate`; without any there is none
    2 grounds   the law of every owner held here with the agreement beside; of others what agreements here say of them
    3 ways      for each owner whose rules speak: whom its data comes to over the agreement, class by class
    4 decide    its rules, with each of them as the recipient

    What this node cannot know, agreements between others, opens nothing here: `comity oversight reach` over the region does.
    """
    tree = parse_text(offered)
    assert isinstance(tree, ast.Agreement)
    laws = _laws(world, offered, tree)
    if not any(may_speak(text) for law in laws.values() for text in law.texts):  # 1
        return ()
    directory, now_ms = world.directory(), world.clock.now_ms()
    held = tuple(agency for agency in owners_here(world) if agency.id in laws)
    first = max(begins or date.min, *(owner_day(agency, now_ms) for agency in held))
    grounds = grounds_here(directory, laws, first)  # 2
    foreseen = _Foreseen(directory, tree, first, now_ms, grounds, held)
    found: dict[tuple[str, str], ForbiddenWay] = {}
    for holder in held:
        for judge in _judges(foreseen, holder):
            for one in _forbidden(foreseen, judge):  # 3, 4
                found.setdefault((one.owner, one.recipient), one)
    return tuple(found.values())


def opening_ways(world: World, offered: LawText, begins: date | None, owner: str) -> tuple[OpenedWay, ...]:
    """Every way by which data of an owner held here would leave over an agreement, the shortest for each recipient.

    As for `forbidden_ways`, what this node cannot know opens nothing here. An agreement that is in force is looked at as one
    that is offered. Some seconds.
    """
    tree = parse_text(offered)
    assert isinstance(tree, ast.Agreement)
    laws, directory, now_ms = _laws(world, offered, tree), world.directory(), world.clock.now_ms()
    held = tuple(agency for agency in owners_here(world) if agency.id in laws)
    first = max(begins or date.min, *(owner_day(agency, now_ms) for agency in held))
    foreseen = _Foreseen(directory, tree, first, now_ms, grounds_here(directory, laws, first), held)
    given = agreement_terms(tree, load_vocabulary()).get(CLASSES_GIVEN)
    classes = tuple(name for name in load_vocabulary().classes if isinstance(given, frozenset) and name in given)
    found = []
    for recipient, steps in _opened(foreseen, owner, classes).items():
        way = way_of_hops(steps)
        hops = tuple(map(step_value, way.steps))
        found.append(OpenedWay(owner=owner, recipient=recipient, door=way.door, hops=hops))
    return tuple(found)


def _laws(world: World, offered: LawText, tree: ast.Agreement) -> dict[str, OwnerLaw]:
    """What each owner here would have in force, by owner; every agreement in force counts as signed."""
    parties = {agency.id for agency in parties_of(tree, world.directory())}
    found = {}
    for owner in owners_here(world):
        law = while_wanted(world.laws.law_of(owner.id), owner)
        beside = tuple(one for one in law.texts if (one.kind, one.name) != (offered.kind, offered.name))
        texts = (*beside, as_signed(offered)) if owner.id in parties else beside
        if texts:
            found[owner.id] = replace(law, texts=texts)
    return found


def may_speak(text: LawText) -> bool:
    """Whether a text might have a rule of this kind: cheap, and never no where the answer is yes."""
    return "recipient" in text.text and any("activate" in rule.points for rule in rules_of(parse_text(text)))


def grounds_here(directory: Directory, laws: Mapping[str, OwnerLaw], day: date) -> dict[str, Ground]:
    """Grounds of the owners held here, and of every other party of their agreements as far as these say."""
    known: dict[str, dict[str, LawText]] = {}
    for law in laws.values():
        for text in law.texts:
            tree = parse_text(text)
            if isinstance(tree, ast.Agreement):
                for party in parties_of(tree, directory):
                    known.setdefault(party.id, {})[text.hash] = text
    grounds = {}
    for agency in directory.agencies:
        if agency.id in laws:
            elections = tuple(map(compiled_election, laws[agency.id].elections))
            grounds[agency.id] = listed_ground(laws[agency.id].texts, agency, directory.agencies, day, elections)
        elif agency.id in known:
            alone = tuple(known[agency.id].values())
            grounds[agency.id] = listed_ground(alone, agency, directory.agencies, day)
    return grounds


def _judges(foreseen: _Foreseen, holder: Agency) -> Iterator[_Judge]:
    """An owner held here for its own data, and everybody who gives to it for theirs."""
    law = foreseen.grounds[holder.id].law
    sources = {code.source.name for code in law.codes}
    others = {source.name for source in law.agreements} - {str(foreseen.tree.id)}
    yield _Judge(holder, holder, frozenset(others))
    for giver in foreseen.directory.agencies:
        oris = {dated.ori for dated in giver.oris}
        between = {
            source.name
            for source in law.agreements
            if source.agreement is not None and oris & {str(party.ori) for party in source.agreement.parties}
        }
        if giver.id != holder.id and between and giver.id in foreseen.grounds:
            yield _Judge(giver, holder, frozenset(sources - between))


def _forbidden(foreseen: _Foreseen, judge: _Judge) -> Iterator[ForbiddenWay]:
    law = foreseen.grounds[judge.holder.id].law
    terms = agreement_terms(foreseen.tree, load_vocabulary())
    for data_class in classes_spoken_of(law, judge.silent, terms.get(CLASSES_GIVEN)):
        for recipient, steps in _opened(foreseen, judge.owner.id, (data_class,)).items():
            agency = foreseen.directory.find_agency(recipient)
            if agency is None:
                continue
            first_taker = foreseen.directory.find_agency(steps[0].taker)
            holder = judge.holder if judge.holder is not judge.owner else first_taker
            assert holder is not None
            opening = Opening(judge.owner, holder, agency, judge.silent)
            about = MappingProxyType({**terms, CLASSES_GIVEN: frozenset({data_class})})
            for reason in decide_opening(law, about, opening, foreseen.now_ms):
                way = way_of_hops(steps)
                yield ForbiddenWay(
                    owner=judge.owner.id,
                    recipient=recipient,
                    agencies=way.agencies,
                    steps=tuple(say_step(step) for step in way.steps),
                    hops=tuple(map(step_value, way.steps)),
                    reason=reason,
                )


def classes_spoken_of(law: Law, silent: frozenset[str], given: object) -> tuple[str, ...]:
    """The classes that an agreement gives (all where it does not say) and some rule of a text not in `silent` is about."""
    codes = [
        code
        for code in law.at_point.get("activate", ())
        if code.source.name not in silent and speaks_of_recipient(law, code)
    ]
    about = {str(name) for code in codes for name in code.rule.classes}
    every = not all(code.rule.classes for code in codes)
    known = load_vocabulary().classes
    offered = given if isinstance(given, frozenset) else frozenset(known)
    return tuple(name for name in known if codes and name in offered and (every or name in about))


def _opened(foreseen: _Foreseen, owner: str, classes: tuple[str, ...]) -> dict[str, Steps]:
    ground = foreseen.grounds[owner]
    wanted = Wanted(fields_wanted(ground, classes, (), ""), held=True)
    asked = agreement_hops(foreseen.grounds, classes)
    hops = (*asked, *broker_hops(foreseen.directory, asked), *pool_hops(foreseen.directory))
    given = Given(today=foreseen.first)
    passes = decider(foreseen.grounds, owner, frozenset(), given, wanted).passes
    name = str(foreseen.tree.id)

    def is_new(hop: Hop) -> bool:
        return name in hop.agreements

    return opened_by(hops, owner, passes, is_new)
