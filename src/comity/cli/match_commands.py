"""`comity match`: the weights an owner's records are compared by, learned, looked at, compared and put in force."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.ask_commands import json_options, node_options, progress_lines
from comity.cli.files import print_json
from comity.cli.question import refuse_empty, with_options
from comity.cli.show_weights import (
    compared_value,
    print_compared,
    print_trained,
    print_used,
    print_weights,
    trained_value,
    used_value,
    weights_value,
)
from comity.errors import WrongUseError
from comity.model.weights_shown import (
    IN_FORCE,
    SHIPPED,
    ComparedWeights,
    ShownWeights,
    TrainedWeights,
    UsedWeights,
)
from comity.node.local import at_node
from comity.node.match_requests import (
    CompareWeights,
    InspectWeights,
    TrainWeights,
    UseWeights,
    shipped_weights,
)

owner_options = (
    click.option("--owner", required=True, callback=refuse_empty, help="Agency whose records are compared."),
)


@click.group()
def match() -> None:
    """Weights: what agreement and difference count for when records are compared."""


@match.command()
@with_options(node_options, owner_options, json_options)
def train(folder: Path, owner: str, as_json: bool) -> int:
    """Learn a new version of the weights on the owner's own records. It is kept, and not in force by itself.

    \b
    Example:
      comity match train --node region/wa-node --owner wa-police
    """
    with at_node(folder) as verbs:
        trained: TrainedWeights = verbs(TrainWeights(owner=owner), TrainedWeights, progress_lines(as_json))
    if as_json:
        print_json(trained_value(trained))
    else:
        print_trained(trained)
    return 0


@match.command()
@with_options(node_options, owner_options)
@click.option("--shipped", is_flag=True, help="Go back to the weights that come with comity.")
@click.argument("version", required=False, callback=refuse_empty)
@with_options(json_options)
def use(folder: Path, owner: str, shipped: bool, version: str | None, as_json: bool) -> int:
    """Put a version in force, entered in the log. It counts from the next question on.

    \b
    Example:
      comity match use --node region/wa-node --owner wa-police VERSION
    """
    if shipped == (version is not None):
        raise WrongUseError(
            "name one version, or write `--shipped` and no version; `comity match inspect` lists them"
        )
    if version == IN_FORCE:
        raise WrongUseError("`in-force` is in force already; name another version, or write `--shipped`")
    request = UseWeights(owner=owner, version=version if version is not None else SHIPPED)
    with at_node(folder) as verbs:
        used: UsedWeights = verbs(request, UsedWeights, progress_lines(as_json))
    if as_json:
        print_json(used_value(used))
    else:
        print_used(used)
    return 0


@match.command()
@click.option(
    "--node",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of the owner's node; the shipped weights without.",
)
@click.option("--owner", default="", help="Agency whose records are compared.")
@click.option("--names", is_flag=True, help="List the names with the owner's own frequency.")
@click.argument("version", required=False, callback=refuse_empty)
@with_options(json_options)
def inspect(folder: Path | None, owner: str, names: bool, version: str | None, as_json: bool) -> int:
    """Show the weights as a table and a chart: a version, `shipped`, or what the owner has in force.

    \b
    Example:
      comity match inspect --node region/wa-node --owner wa-police
    """
    shown = _inspect(folder, owner, version, names)
    if as_json:
        print_json(weights_value(shown, names))
    else:
        print_weights(shown, names)
    return 0


@match.command()
@with_options(node_options, owner_options)
@click.argument("before", callback=refuse_empty)
@click.argument("after", callback=refuse_empty)
@with_options(json_options)
def compare(folder: Path, owner: str, before: str, after: str, as_json: bool) -> int:
    """Say what would change from one version to another: each weight, and counts of verdicts and orders on questions.

    Versions by name, `shipped`, or `in-force`. Nothing is entered, and nobody's particulars are shown.

    \b
    Example:
      comity match compare --node region/wa-node --owner wa-police in-force VERSION
    """
    request = CompareWeights(owner=owner, before=before, after=after)
    with at_node(folder) as verbs:
        compared: ComparedWeights = verbs(request, ComparedWeights, progress_lines(as_json))
    if as_json:
        print_json(compared_value(compared))
    else:
        print_compared(compared)
    return 0


def _inspect(folder: Path | None, owner: str, version: str | None, names: bool) -> ShownWeights:
    if folder is None:
        if owner or version not in (None, SHIPPED):
            raise WrongUseError("an owner's weights are at its node; add `--node FOLDER`, or look at `shipped`")
        return shipped_weights()
    if not owner:
        raise WrongUseError("a node holds several owners; add `--owner AGENCY`")
    request = InspectWeights(owner=owner, version=version or IN_FORCE, names=names)
    with at_node(folder) as verbs:
        shown: ShownWeights = verbs(request, ShownWeights, lambda _owner, _told: None)
    return shown
