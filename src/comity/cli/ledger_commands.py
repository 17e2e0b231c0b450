"""`comity ledger verify` and `comity ledger prove`, and the groups beside them."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.commands import Commands
from comity.cli.files import print_json, read_keys, read_text
from comity.cli.show_duties import utc_text
from comity.errors import ProofError, WrongUseError
from comity.ledger.checkpoint import parse_checkpoint, signing_key
from comity.ledger.cosignature import Cosigned, verify_cosigned
from comity.ledger.policy import LONGEST_POLICY, read_policy
from comity.ledger.proof import parse_proof
from comity.ledger.receipt_file import LONGEST_RECEIPT, prove_receipt_file
from comity.ledger.verify import VerifyReport, verify_log_directory
from comity.ledger.verify import prove as prove_entry

log_argument = click.argument("path", type=click.Path(path_type=Path, exists=True, file_okay=False))
json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


ELSEWHERE = {
    "prune": "prune_command:prune",
    "reconcile": "reconcile_command:reconcile",
    "stamp": "stamp_commands:stamp",
    "witness": "witness_commands:witness",
}


path_argument = click.argument("path", type=click.Path(path_type=Path, exists=True))


@click.group(cls=Commands, elsewhere=ELSEWHERE)
def ledger() -> None:
    """Verify a disclosure log, prove one entry of it, see to its witnesses and twins, or prune what it keeps."""


@ledger.command()
@path_argument
@click.option(
    "--key",
    required=True,
    help="The log's verifier key (vkey), or a file with it and those it was signed with before.",
)
@click.option(
    "--policy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Policy whose quorum of witnesses must have cosigned the log.",
)
@json_option
def verify(path: Path, key: str, policy: Path | None, as_json: bool) -> None:
    """Check a copied log directory, every byte of it, or the file of one receipt. Exit status 1 names what differs.

    \b
    Examples:
      comity ledger verify region/wa-node/log --key region/wa-node/log.vkey
      comity ledger verify receipt.txt --key region/wa-node/log.vkey
    """
    if path.is_file():
        _verify_receipt(path, key, policy, as_json)
        return
    current, *former = read_keys(key)
    report = verify_log_directory(path, current, tuple(former))
    cosigned = None if policy is None else _cosigned(report, policy, current)
    if as_json:
        value = {"origin": report.origin, "entries": report.size, "root": report.root.hex(), "files": report.files}
        more = {} if cosigned is None else {"witnessed": cosigned.head.size, "cosigned": dict(cosigned.by)}
        print_json({**value, "kinds": dict(report.kinds), "verified": True, **more})
        return
    click.echo(f"{report.size} entries in {report.files} files verify; root {report.root.hex()}")
    if cosigned is not None:
        click.echo(f"the first {cosigned.head.size} are cosigned by {', '.join(name for name, _ in cosigned.by)}")


def _verify_receipt(path: Path, key: str, policy: Path | None, as_json: bool) -> None:
    """A receipt's file by the log's keys, and by its witnesses where a policy names them."""
    keys = read_keys(key)
    proved = prove_receipt_file(_read_receipt(path), keys)
    signed = None
    if policy is not None:
        wanted = read_policy(read_text(policy, LONGEST_POLICY), policy.name)
        signed = verify_cosigned(proved.note, wanted, signing_key(proved.note, keys))
    if as_json:
        value = {
            "origin": proved.head.origin,
            "entry": proved.index,
            "entries": proved.head.size,
            "root": proved.head.root.hex(),
            "kind": proved.facts.kind,
            "at": utc_text(proved.facts.at_ms),
            "released": proved.facts.released,
            "verified": True,
        }
        print_json({**value, **({} if signed is None else {"cosigned": dict(signed.by)})})
        return
    click.echo(
        f"entry {proved.index} of {proved.head.size} verifies in the log {proved.head.origin}: {proved.facts.kind}, "
        f"{utc_text(proved.facts.at_ms)}, released {proved.facts.released}"
    )
    if signed is not None:
        click.echo(f"its checkpoint is cosigned by {', '.join(name for name, _ in signed.by)}")


def _read_receipt(path: Path) -> str:
    """A receipt's file. Another file is told as what it is not, however long it is."""
    try:
        return read_text(path, LONGEST_RECEIPT)
    except WrongUseError as error:
        if path.stat().st_size <= LONGEST_RECEIPT:
            raise
        raise WrongUseError(
            f"`{path}` is not a receipt, it is far larger than one; name the receipt's file or a log's folder"
        ) from error


def _cosigned(report: VerifyReport, policy: Path, vkey: str) -> Cosigned:
    """The checkpoint of the directory that a policy's quorum cosigned."""
    wanted = read_policy(read_text(policy, LONGEST_POLICY), policy.name)
    if not report.witnessed:
        raise ProofError("the log directory has no checkpoint that its witnesses cosigned; ask for a newer copy")
    return verify_cosigned(report.witnessed, wanted, vkey)


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
