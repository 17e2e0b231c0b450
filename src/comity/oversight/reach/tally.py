"""Counts of a picture: by state of the requesters, by rule of law, and the sentences that go with them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from comity.oversight.reach.hop import CitedRule, Says
from comity.oversight.reach.picture import Picture

UNKNOWN_STATE = "not known"


@dataclass(frozen=True, slots=True)
class StateCount:
    """Requesters of one state: lines to them, owners with such a line, and owners that reach one through a third only."""

    state: str
    lines: int
    owners: int
    owners_through: int


def by_state(picture: Picture) -> tuple[StateCount, ...]:
    """The states of the requesters, those with most lines first."""
    lines: Counter[str] = Counter()
    owners: Counter[str] = Counter()
    through: Counter[str] = Counter()
    for row in picture.rows:
        for state, direct, third in row.by_state:
            lines[state] += direct
            owners[state] += direct > 0
            through[state] += third > 0 and not direct
    found = [StateCount(state, lines[state], owners[state], through[state]) for state in {*lines, *through}]
    return tuple(sorted(found, key=lambda one: (-one.lines, -one.owners_through, one.state)))


def by_rule(picture: Picture) -> tuple[tuple[CitedRule, int, int], ...]:
    """Each rule that lines do not appear to follow, with how many lines and owners."""
    lines: Counter[CitedRule] = Counter()
    owners: dict[CitedRule, set[str]] = {}
    for one in picture.forbidden:
        for rule in one.ruling.rules:
            lines[rule] += 1
            owners.setdefault(rule, set()).add(one.hop.giver)
    return tuple((rule, count, len(owners[rule])) for rule, count in lines.most_common())


def sentences(picture: Picture) -> tuple[str, ...]:
    """The picture in a few plain sentences, every figure computed."""
    sharing = [row for row in picture.rows if row.direct]
    third = [row for row in picture.rows if row.through and not row.direct]
    said = [
        f"{picture.owners.written}: {picture.owners_looked_at} agencies of {picture.parties} in the lists; "
        f"{picture.requesters.written}: {picture.requesters_looked_at}.",
        f"{len(sharing)} share directly with one or more of them, by {len(picture.direct)} lines.",
        f"{len(third)} others share with nobody of them, but with somebody who does.",
    ]
    said += [
        f"{lines} lines of {owners} agencies do not appear to follow: {rule.title} "
        f"({rule.rule}, {rule.citation}; {rule.status})."
        for rule, lines, owners in by_rule(picture)
    ]
    undecided = sum(1 for one in picture.direct if one.ruling.says in (Says.UNDECIDED, Says.NONE_HERE))
    if undecided:
        said.append(f"Of {undecided} lines no law here says anything.")
    unsure = sum(1 for row in picture.rows for one in (row.owner,) if not one.sure)
    if unsure:
        said.append(f"{unsure} of the agencies shown are known by their spelling alone.")
    left = len(picture.unsure_owners) + len(picture.unsure_requesters)
    if left:
        said.append(f"Left out: {left} names of which the state, level or kind is not known.")
    if picture.closed:
        said.append(f"Left out: {picture.closed} accounts that are closed or tests.")
    return tuple(said)
