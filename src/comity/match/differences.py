"""What one version of the weights has otherwise than another."""

from __future__ import annotations

from comity.match.versions import own_names
from comity.match.weights import MILLINATS
from comity.model.weights import Weights
from comity.model.weights_shown import WeightDifference


def differences(one: Weights, other: Weights) -> tuple[WeightDifference, ...]:
    """The rows in which two versions differ, the largest change of a weight first. A row that is not there is 0."""
    before, after = one.table(), other.table()
    found = [
        WeightDifference(
            comparison=comparison,
            level=level,
            before=before.get((comparison, level), (0, 0)),
            after=after.get((comparison, level), (0, 0)),
        )
        for comparison, level in sorted({*before, *after})
    ]
    changed = [row for row in found if row.before != row.after]
    return tuple(sorted(changed, key=lambda row: (-abs(row.change_millinats), row.comparison, row.level)))


def tell_differences(one: Weights, other: Weights) -> str:
    """One sentence on what changes when `other` takes the place of `one`. It names no name."""
    rows = differences(one, other)
    sizes = f"{len(rows)} of {len(other.levels)} weights change"
    if rows:
        largest = rows[0]
        sizes += (
            f", the largest `{largest.comparison} {largest.level}` from {_nats(largest.before_millinats)} "
            f"to {_nats(largest.after_millinats)} nats"
        )
    listed = len(own_names(other.surnames, "surname")) + len(own_names(other.givens, "given"))
    names = f"{listed:,} names have the owner's own frequency" if listed else "names have their shipped frequency"
    if other.buildings:
        names += f"; houses in which many live are listed: {len(other.buildings):,}"
    return (
        f"{sizes}; {names}; population {one.population:,} to {other.population:,}, "
        f"prior {_percent(one.present_ppm)} to {_percent(other.present_ppm)}"
    )


def _nats(millinats: int) -> str:
    return f"{millinats / MILLINATS:+.3f}"


def _percent(ppm: int) -> str:
    return f"{ppm / 10_000:.1f} %"
