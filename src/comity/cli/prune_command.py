"""`comity ledger prune`: forgetting what the log keeps, by the month."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import msgspec

from comity.cli.files import print_json
from comity.model.pruning import LogPruned, MonthPruned
from comity.node.local import at_node
from comity.node.office import PruneLog

REASONS = {
    "lasting": "act of law or node",
    "duty": "open duty",
    "delivery": "recall or answer on its way",
    "question": "open question",
    "legal-hold": "legal hold",
    "accounting": "accounting of a record that is still there",
}


@click.command()
@click.option("--node", "folder", required=True, type=click.Path(path_type=Path), help="Folder of the node.")
@click.option(
    "--before",
    default="",
    metavar="YYYY-MM",
    help="First month that stays; without it, every month older than `log_days` in node.json goes.",
)
@click.option("--dry-run", is_flag=True, help="Say what would go and what would stay; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def prune(folder: Path, before: str, dry_run: bool, as_json: bool) -> None:
    """Forget what the log keeps of months whose time is past: their keys are destroyed, their proofs stay.

    \b
    Example:
      comity ledger prune --node region/wa-node --dry-run
    """
    with at_node(folder) as verbs:
        done: LogPruned = verbs(PruneLog(before=before, trial=dry_run), LogPruned, lambda *_: None)
    if as_json:
        print_json(msgspec.to_builtins(done))
        return
    for line in _lines(done, dry_run):
        click.echo(line)


def _lines(done: LogPruned, dry_run: bool) -> Iterator[str]:
    if not done.months:
        yield f"nothing before {done.before} is left to forget"
        return
    for one in done.months:
        yield _line(one, "would be forgotten" if dry_run else "forgotten")
    if done.entry is not None:
        yield f"entry {done.entry} of the log says so; the entries themselves, their tree and their proofs stay"


def _line(one: MonthPruned, word: str) -> str:
    kept = ", ".join(f"{number} {REASONS.get(reason, reason)}" for reason, number in one.kept.items())
    what = "kept before" if one.key.startswith("k") else one.key
    counted = "" if one.tally is None else f"; counted in entry {one.tally}"
    return f"{what}: {one.forgotten} {word}, {sum(one.kept.values())} kept{f' ({kept})' if kept else ''}{counted}"
