"""`comity ledger verify` and `comity ledger prove`."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import print_json, read_text
from comity.ledger.checkpoint import parse_checkpoint
from comity.ledger.proof import parse_proof
from comity.ledger.verify import prove as prove_entry
from comity.ledger.verify import verify_log_directory

LONGEST_KEY = (
    100_000  # bytes of a file of verifier keys: two hundred lines, a log's name being 200 characters at most
)

log_argument = click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.group()
def ledger() -> None:
    """Verify a disclosure log, or prove one entry of it, offline."""


@ledger.command()
@log_argument
@click.option(
    "--key",
    required=True,
    help="The log's verifier key (vkey), or a file with it and those it was signed with before.",
)
@json_option
def verify(path: Path, key: str, as_json: bool) -> None:
    """Check a copied log directory, every byte of it, with no database. Exit status 1 names what differs.

    \b
    Example:
      comity ledger verify region/wa-node/log --key region/wa-node/log.vkey
    """
    current, *former = _keys(key)
    report = verify_log_directory(path, current, tuple(former))
    if as_json:
        value = {"origin": report.origin, "entries": report.size, "root": report.root.hex(), "files": report.files}
        print_json({**value, "kinds": dict(report.kinds), "verified": True})
    else:
        click.echo(f"{report.size} entries in {report.files} files verify; root {report.root.hex()}")


@ledger.command()
@log_argument
@click.argument("index", type=click.IntRange(min=0))
@json_option
def prove(path: Path, index: int, as_json: bool) -> None:
    """Print the C2SP tlog-proof of one entry of a log directory, by its number from 0.

    \b
    Example:
      comity ledger prove region/wa-node/log 2
    """
    proof = prove_entry(path, index)
    if not as_json:
        click.echo(proof, nl=False)
        return
    head = parse_checkpoint(parse_proof(proof).note)
    value = {"origin": head.origin, "entry": index, "entries": head.size, "root": head.root.hex()}
    print_json({**value, "proof": proof})


def _keys(text: str) -> tuple[str, ...]:
    """A verifier key as it is written, or those in the file of that name, the current one first."""
    path = Path(text)
    return tuple(read_text(path, LONGEST_KEY).split()) or ("",) if path.is_file() else (text,)
