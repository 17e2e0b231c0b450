"""Weights as a table, as a chart of bars, and as JSON values; what differs between two versions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import click
from msgspec import UNSET

from comity.cli.table import Column, line_of, object_of, objects_of, table_lines
from comity.cli.waterfall import AXIS, GAIN, LOSS
from comity.model.weights import MILLINATS, PPB, PPM, LevelWeight, NameShare
from comity.model.weights_shown import (
    ComparedWeights,
    ShownWeights,
    TrainedWeights,
    UsedWeights,
    WeightDifference,
    WeightsEffect,
)

LABEL_WIDTH = 34
BAR_WIDTH = 34  # with label and number 79 columns
LABEL, NATS = Column("comparison level", LABEL_WIDTH, left=True), Column("", 9)
LEVELS = (LABEL, Column("m", 10), Column("u", 10), Column("nats", 9), Column("odds", 15))
CHANGES = (LABEL, Column("before", 9), Column("after", 9), Column("change", 9))
NAME_LEVELS = "a name in the frequency table has its own u, so that a rare one weighs more than its row and a common one less"


def print_weights(shown: ShownWeights, names: bool) -> None:
    """A version with its table and chart."""
    weights = shown.weights
    click.echo(f"version {weights.version}" + (f" of {shown.owner}" if shown.owner else ""))
    if shown.owner:
        click.echo(f"in force {shown.in_force}; versions here: {', '.join(shown.versions) or 'none'}")
    click.echo(f"learned by {weights.trained_on}")
    click.echo(
        f"population {weights.population:,} (nominal), prior {weights.present_ppm / PPM:.3f}, "
        f"relatives {weights.relatives_ppm / PPM:g} a person, a further given name "
        + ("not counted" if weights.middles_ppm is UNSET else f"in {weights.middles:.0%} of people")
    )
    click.echo(
        f"calibration slope {weights.slope_ppm / PPM:.3f}, intercept {weights.intercept_millinats / MILLINATS:+.3f} nats, "
        f"without a birth date {weights.undated_millinats / MILLINATS:+.3f} nats more"
    )
    click.echo(f"names with the owner's own frequency: {shown.surnames} family names, {shown.givens} given names")
    click.echo(f"buildings in which many live: {'not counted' if shown.buildings is None else shown.buildings}")
    click.echo("")
    for line in table_lines(LEVELS, (_cells(row) for row in weights.levels)):
        click.echo(line)
    click.echo(f"\n{NAME_LEVELS}")
    click.echo("\nweights in nats (+2.303 is ten times likelier)")
    for line in chart_lines(weights.levels):
        click.echo(line)
    for kind, listed in (("family", shown.surnames_listed), ("given", shown.givens_listed)) if names else ():
        click.echo(f"\n{kind} names with the owner's own frequency" + ("" if listed else ": none"))
        for one in listed:
            click.echo(f"  {one.name:<30} {one.ppb / PPB:.6f}")


def chart_lines(levels: Sequence[LevelWeight]) -> list[str]:
    """A bar for each weight, to the right of the axis where it speaks for, to the left where it speaks against."""
    weights = [_weight(row) for row in levels]
    low, high = min([0, *weights]), max([0, *weights])
    zero = _cell(0, low, high)
    lines = []
    for row, weight in zip(levels, weights, strict=True):
        cells = [" "] * BAR_WIDTH
        first, last = sorted((zero, _cell(weight, low, high)))
        if weight:
            cells[first : last + 1] = (GAIN if weight > 0 else LOSS) * (last + 1 - first)
        cells[zero] = AXIS
        lines.append(f"{line_of((LABEL, NATS), (_label(row), _nats(weight)))}  {''.join(cells)}".rstrip())
    return lines


def weights_value(shown: ShownWeights, names: bool) -> dict[str, Any]:
    """A version as a JSON object."""
    weights = shown.weights
    value: dict[str, Any] = {
        "owner": shown.owner or None,
        "version": weights.version,
        "in_force": shown.in_force or None,
        "versions": list(shown.versions),
        "trained_on": weights.trained_on,
        "population": weights.population,
        "prior": weights.present_ppm / PPM,
        "relatives": weights.relatives_ppm / PPM,
        "middles": None if weights.middles_ppm is UNSET else weights.middles,
        "calibration": {
            "slope": weights.slope_ppm / PPM,
            "intercept": weights.intercept_millinats / MILLINATS,
            "undated": weights.undated_millinats / MILLINATS,
        },
        "own_names": {"surnames": shown.surnames, "givens": shown.givens},
        "buildings": shown.buildings,
        "rows": [_row_value(row) for row in weights.levels],
    }
    if names:
        value["surnames"] = _names_value(shown.surnames_listed)
        value["givens"] = _names_value(shown.givens_listed)
    return value


def print_trained(trained: TrainedWeights) -> None:
    """What training made."""
    click.echo(
        f"version {trained.version} of {trained.owner}" + ("" if trained.fresh else ", which was there already")
    )
    click.echo(f"learned from {trained.people:,} people, {trained.questions:,} of them put as questions")
    click.echo(f"{trained.trained_on}")
    click.echo(f"beside the shipped weights: {trained.sentence}")
    click.echo(f"in force is {trained.in_force}; `comity match use` puts a version in force")


def trained_value(trained: TrainedWeights) -> dict[str, Any]:
    """The same as a JSON object."""
    return {
        **object_of(trained, "owner", "version"),
        "new": trained.fresh,
        **object_of(trained, "people", "questions", "trained_on", "in_force"),
        "beside_shipped": trained.sentence,
    }


def print_used(used: UsedWeights) -> None:
    """What was put in force."""
    if used.entry is None:
        click.echo(f"nothing to do: {used.sentence}")
        return
    click.echo(f"in force for {used.owner} from the next question on: {used.version} (entry {used.entry})")
    click.echo(f"in place of {used.before}: {used.sentence}")


def used_value(used: UsedWeights) -> dict[str, Any]:
    """The same as a JSON object."""
    return object_of(used, "owner", "before", "version", "sentence", "entry")


def print_compared(compared: ComparedWeights) -> None:
    """Two versions side by side, then what would change on questions."""
    click.echo(f"{compared.owner}: {compared.before} to {compared.after}: {compared.sentence}")
    if compared.rows:
        click.echo("")
        for line in table_lines(CHANGES, (_changed_cells(row) for row in compared.rows)):
            click.echo(line)
    click.echo("")
    for line in effect_lines(compared.effect):
        click.echo(line)


def effect_lines(effect: WeightsEffect) -> list[str]:
    """What a version would change on questions, in counts."""
    lines = [f"on {effect.questions} questions ({effect.basis}):"]
    lines += [
        f"  {count:>5}  {what}"
        for count, what in (
            (effect.first, "have another record first"),
            (effect.order, "have the same first and another order behind it"),
            (effect.verdict, "have another verdict on a record"),
            (effect.found, "compare other records"),
        )
    ]
    lines += [f"  {one.records:>5}  records: {one.before} becomes {one.after}" for one in effect.verdicts]
    return lines


def compared_value(compared: ComparedWeights) -> dict[str, Any]:
    """The same as a JSON object."""
    effect = object_of(compared.effect, "basis", "questions", "first", "order", "verdict", "found")
    return {
        **object_of(compared, "owner", "before", "after", "sentence"),
        "rows": [_difference_value(row) for row in compared.rows],
        "effect": {**effect, "verdicts": objects_of(compared.effect.verdicts, "before", "after", "records")},
    }


def odds_text(millinats: int) -> str:
    """A weight as odds: `250 to 1` for, `1 to 40` against."""
    odds = math.exp(abs(millinats) / MILLINATS)
    number = f"{odds:,.0f}" if odds >= 9.95 else f"{odds:.1f}"
    return f"{number} to 1" if millinats >= 0 else f"1 to {number}"


def _cells(row: LevelWeight) -> tuple[str, ...]:
    m, u = (f"{math.exp(one / MILLINATS):.3g}" for one in (row.m_millinats, row.u_millinats))
    return _label(row), m, u, _nats(_weight(row)), odds_text(_weight(row))


def _changed_cells(row: WeightDifference) -> tuple[str, ...]:
    return _label(row), *(_nats(one) for one in (row.before_millinats, row.after_millinats, row.change_millinats))


def _label(row: LevelWeight | WeightDifference) -> str:
    return f"{row.comparison} {row.level}"


def _weight(row: LevelWeight) -> int:
    return row.m_millinats - row.u_millinats


def _nats(millinats: int) -> str:
    return f"{millinats / MILLINATS:+.3f}" if millinats else "0.000"


def _cell(weight: int, low: int, high: int) -> int:
    return round((weight - low) * (BAR_WIDTH - 1) / max(1, high - low))


def _row_value(row: LevelWeight) -> dict[str, Any]:
    weight = _weight(row)
    return {
        **object_of(row, "comparison", "level"),
        "m": math.exp(row.m_millinats / MILLINATS),
        "u": math.exp(row.u_millinats / MILLINATS),
        "weight": weight / MILLINATS,
        "odds": math.exp(weight / MILLINATS),
    }


def _difference_value(row: WeightDifference) -> dict[str, Any]:
    return {
        **object_of(row, "comparison", "level"),
        "before": row.before_millinats / MILLINATS,
        "after": row.after_millinats / MILLINATS,
        "change": row.change_millinats / MILLINATS,
    }


def _names_value(listed: Sequence[NameShare]) -> list[dict[str, Any]]:
    return [{"name": one.name, "share": one.ppb / PPB} for one in listed]
