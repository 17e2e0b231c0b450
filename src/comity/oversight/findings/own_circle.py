"""Look-ups of oneself, of one's household, and of colleagues (harms H12), held against the agency's sealed list."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from comity.model.finding import FindingKind, Relation
from comity.oversight.findings.uses import MET_ON_DUTY, Pattern, Use, by_member, grouped

MET_COLLEAGUE = 2  # who stops a colleague once does so on duty; twice in the time looked at is put to the reviewer


def find_own_circle(uses: Sequence[Use]) -> Iterator[Pattern]:
    """Each member's look-ups of each line of the sealed list."""
    for own in by_member(uses).values():
        listed = [one for one in own if one.circle is not None]
        for (relation, _), about in grouped(listed, lambda one: one.circle or (Relation.STAFF, "")).items():
            chosen = [one for one in about if one.purpose not in MET_ON_DUTY]
            if relation is Relation.STAFF and not chosen and len(about) < MET_COLLEAGUE:
                continue
            yield Pattern(
                FindingKind.OWN_CIRCLE,
                tuple(about),
                f"seen.own-circle.{relation.value}",
                {"look-ups": len(about), relation.value: 1},
            )
