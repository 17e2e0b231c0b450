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
        f"{len(sharing)} {_shares(len(sharing))} directly with one or more of them, by {_of(len(picture.direct), 'line')}.",
        f"{_of(len(third), 'other')} {_shares(len(third))} with nobody of them, but with somebody who does.",
    ]
    said += [
        f"{_of(lines, 'line')} of {_of(owners, 'agency')} {'does' if lines == 1 else 'do'} not appear to follow: {rule.title} "
        f"({rule.rule}, {rule.citation}; {rule.status})."
        for rule, lines, owners in by_rule(picture)
    ]
    undecided = sum(1 for one in picture.direct if one.ruling.says in (Says.UNDECIDED, Says.NONE_HERE))
    if undecided:
        said.append(f"Of {_of(undecided, 'line')} no law here says anything.")
    unsure = sum(1 for row in picture.rows for one in (row.owner,) if not one.sure)
    if unsure:
        said.append(f"Known by spelling alone: {_of(unsure, 'agency')} of those shown.")
    left = len(picture.unsure_owners) + len(picture.unsure_requesters)
    if left:
        said.append(f"Left out: {_of(left, 'name')} of which the state, level or kind is not known.")
    if picture.closed:
        said.append(f"Left out as closed or a test: {_of(picture.closed, 'account')}.")
    return tuple(said)


def _shares(count: int) -> str:
    return "shares" if count == 1 else "share"


def _of(count: int, one: str) -> str:
    """A count with its noun."""
    return (
        f"{count} {one}"
        if count == 1
        else f"{count} {one.removesuffix('y') + 'ies' if one.endswith('y') else one + 's'}"
    )
