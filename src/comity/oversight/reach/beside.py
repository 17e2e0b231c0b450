"""What the shipped law of a giver's state says of a hop that Comity does not carry: shown beside it, closing nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache

from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Sampling, Wanted, reach
from comity.law.analyse.texts import ground_of
from comity.law.atoms import FactValue, ValueAtom
from comity.law.compile import parse_text
from comity.law.compiled import Law
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.law_text import LawText
from comity.oversight.reach.hop import CitedRule, Ruling, Says
from comity.oversight.reach.party import Party

GroundOf = Callable[[str], Ground | None]
"""The ground of a state's packs, nothing known of the owner; None where no pack of it ships."""

ELSEWHERE = "asker of another state"
COARSE_TO_FINE = (("state",), ("state", "level", "kind"))
NO_LAW = Ruling(Says.NONE_HERE)
PROOF = Sampling(
    questions=20
)  # random questions beside each proof: hundreds of pairs are judged, each by solver first


@dataclass(frozen=True, slots=True, eq=False)
class LawBeside:
    """Judges hops by the packs of the giver's state, each pair of traits once.

    A hop is forbidden where no question at all could be given anything, whatever its purpose (or for the one asked for), paper
    or member: that is proved. First for a taker of whatever other state, then by the two states alone, then with what is known
    of level and kind: a law that keeps data within the state is one proof for all.
    """

    ground_of: GroundOf
    wanted: Wanted
    facts: Mapping[str, FactValue]
    today: date
    judged: dict[tuple[str, ...], Ruling] = field(default_factory=dict)

    def judge(self, giver: Party, taker: Party) -> Ruling:
        """What law says of the taker's coming by the giver's data."""
        if not giver.state or self.ground_of(giver.state) is None:
            return NO_LAW
        attempts = [
            (known_of(giver, "owner", traits), known_of(taker, "asker", traits)) for traits in COARSE_TO_FINE
        ]
        if taker.state not in ("", giver.state):
            attempts.insert(0, (known_of(giver, "owner", ("state",)), (ELSEWHERE,)))
        found = NO_LAW
        for owner, asker in attempts:
            key = (*owner, *asker)
            if key not in self.judged:
                self.judged[key] = self._decide(giver.state, key)
            found = self.judged[key]
            if found.says is Says.FORBIDS:
                return found
        return found

    def _decide(self, state: str, key: tuple[str, ...]) -> Ruling:
        shipped = self.ground_of(state)
        assert shipped is not None
        known = dict(pair.split("=", 1) for pair in key if pair != ELSEWHERE)
        owner = {path: value for path, value in known.items() if path.startswith("owner's")}
        ground = replace(shipped, owner_facts=owner)
        limits = ((_of_state(state), False),) if ELSEWHERE in key else ()
        given = Given({**self.facts, **known}, limits=limits, today=self.today)
        found = reach(ground, given, self.wanted, PROOF)
        if found.verdict is Verdict.UNDECIDED:
            return Ruling(Says.UNDECIDED)
        if found.verdict is Verdict.FOUND:
            return Ruling(Says.LEAVES_OPEN)
        rules = dict.fromkeys(rule for one in found.closed for rule in one.rules)
        return Ruling(Says.FORBIDS, tuple(cited(ground.law, rule) for rule in rules))


@lru_cache(maxsize=64)  # no more states have packs
def shipped_ground(state: str) -> Ground | None:
    """The shipped packs of a state, and those they use, under an agreement that permits everything."""
    name = f"us-{state.lower()}"
    if name not in shipped_pack_names():
        return None
    found: dict[str, LawText] = {}
    waiting = [name]
    while waiting:  # ends: a pack is opened once
        text = shipped_pack(waiting.pop())
        found[text.name] = text
        used = [str(use.name) for use in parse_text(text).uses if use.kind == "pack"]
        waiting += [one for one in used if one not in found]
    return ground_of(tuple(found.values()))


def ground_of_party(party: Party) -> Ground | None:
    """The shipped packs of a party's state with what is known of it; None where no pack of the state ships."""
    shipped = shipped_ground(party.state) if party.state else None
    if shipped is None:
        return None
    known = known_of(party, "owner", COARSE_TO_FINE[-1])
    return replace(shipped, owner_facts=dict(pair.split("=", 1) for pair in known))


def _of_state(state: str) -> ValueAtom:
    """The test that who asks is of a state."""
    return ValueAtom("asker's state", frozenset({state}), frozenset(load_vocabulary().types["state"]))


def known_of(party: Party, entity: str, traits: tuple[str, ...]) -> tuple[str, ...]:
    """What is known of a party, as `path=value` of the vocabulary; words that it does not have are not known."""
    known = load_vocabulary()
    return tuple(
        f"{entity}'s {trait}={value}"
        for trait in traits
        if (value := getattr(party, trait)) and value in known.types[trait]
    )


def cited(law: Law, rule: str) -> CitedRule:
    """A rule by its full id, as it is told; what is no rule's name stands for itself."""
    code = next((one for one in law.codes if one.id == rule), None)
    if code is None:
        return CitedRule(rule, rule, "", "")
    return CitedRule(rule, str(code.rule.title), str(code.rule.cite or ""), str(code.rule.status or ""))
