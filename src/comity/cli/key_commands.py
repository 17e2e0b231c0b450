"""`comity keys roll` and `comity keys revoke`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from comity.cli.directory_commands import DAY_MS, HANDOVER_DAYS, MOST_DAYS, now_ms
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.model.directory import KeyUse, ReplaceKey, RevokeKey
from comity.node.roll_keys import replace_key, revoke_key
from comity.settings import write_noun

file_type = click.Path(path_type=Path)
key_options = (
    click.option("--node", "folder", required=True, type=file_type, help="Folder of the node."),
    click.option(
        "--as", "agency", default="", help="Agency whose key it is, held at this node; with `agency` only."
    ),
    click.option("--out", required=True, type=file_type, help="File the change of the directory is written to."),
    click.option("--json", "as_json", is_flag=True, help="Print one JSON object."),
)
use_argument = click.argument("use", type=click.Choice([use.value for use in KeyUse]))


@click.group()
def keys() -> None:
    """Replace and revoke keys of a node and its agencies."""


@keys.command()
@with_options(key_options)
@click.option(
    "--days",
    default=HANDOVER_DAYS,
    show_default=True,
    type=click.IntRange(1, MOST_DAYS),
    help="Days for which the old key counts beside the new one.",
)
@use_argument
def roll(days: int, use: str, **given: Any) -> None:
    """Make a new key beside the old one, and write the change that lists it. The old one signs until it is adopted.

    \b
    Examples:
      comity keys roll --node region/wa-node --out message-key.json message
      comity keys roll --node region/wa-node --as wa-police --out key.json agency
    """
    change = replace_key(given["folder"], KeyUse(use), given["agency"], now_ms() + days * DAY_MS)
    _tell(change, given["out"], given["as_json"], f"a new {use} key of `{change.of}` waits beside the old one")


@keys.command()
@with_options(key_options)
@click.option(
    "--key", default="", help="The key to revoke, as the directory lists it; the current one when left out."
)
@use_argument
def revoke(key: str, use: str, **given: Any) -> None:
    """Write the change that revokes a key, now. Where it is the current one, a new key takes its place.

    \b
    Example:
      comity keys revoke --node region/wa-node --out revoke.json message
    """
    change = revoke_key(given["folder"], KeyUse(use), given["agency"], now_ms(), key)
    _tell(
        change, given["out"], given["as_json"], f"the {use} key `{change.key}` of `{change.of}` is to be revoked"
    )


def _tell(change: ReplaceKey | RevokeKey, out: Path, as_json: bool, sentence: str) -> None:
    write_noun(out, change)
    if as_json:
        print_json({**msgspec.to_builtins(change), "file": str(out)})
    else:
        click.echo(f"{sentence}; propose it with `comity directory propose --change {out}`")
