"""`comity ledger verify` and `comity ledger prove`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from comity.ledger.verify import prove as prove_entry
from comity.ledger.verify import verify_log_directory


@click.group()
def ledger() -> None:
    """Verify a disclosure log, or prove one entry of it, offline."""


@ledger.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--key", required=True, help="The log's verifier key (vkey), or a file that holds it.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def verify(path: Path, key: str, as_json: bool) -> None:
    """Check a copied log directory, every byte of it, with no database. Exit status 1 names what differs.

    \b
    Example:
      comity ledger verify copy-of/wa-node/log --key wa-node.vkey
    """
    report = verify_log_directory(path, _key(key))
    if as_json:
        value = {"origin": report.origin, "entries": report.size, "root": report.root.hex(), "files": report.files}
        click.echo(json.dumps({**value, "kinds": dict(report.kinds), "verified": True}))
    else:
        click.echo(f"{report.size} entries in {report.files} files verify; root {report.root.hex()}")


@ledger.command()
@click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("index", type=int)
def prove(path: Path, index: int) -> None:
    """Print the C2SP tlog-proof of one entry of a log directory.

    \b
    Example:
      comity ledger prove region/wa-node/log 12
    """
    click.echo(prove_entry(path, index), nl=False)


def _key(text: str) -> str:
    path = Path(text)
    if path.is_file():
        return path.read_text().strip()
    return text
