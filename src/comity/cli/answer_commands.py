"""`comity answer`: an answer that is kept, as it stands now, and what was written down beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options, print_asked, progress_lines
from comity.cli.files import print_json
from comity.cli.note_command import note, note_value, print_note
from comity.cli.question import with_options
from comity.cli.show import outcome_value, print_sources
from comity.cli.show_duties import utc_text
from comity.cli.show_hits import confirmation_value, print_confirmation
from comity.cli.table import object_of
from comity.errors import WrongUseError
from comity.exchange.recalls.recall import WORDS
from comity.ledger.receipt_file import write_receipt_file
from comity.model.asked import ShownReceipt
from comity.model.confirmation import Confirmation
from comity.model.copied import CopiedAnswer, CopyForm
from comity.model.outcome import Outcome, RevisedOutcome
from comity.node.answer_requests import AskAgain, CopyAnswer
from comity.node.desk_requests import ShowAnswer
from comity.node.hit_requests import ListHits
from comity.node.local import at_node
from comity.node.receipt_requests import ShowReceipt
from comity.oversight.texts.answer_copy import answer_csv, answer_json
from comity.settings import get_member, read_directory, read_members, read_settings, write_whole


@click.group()
def answer() -> None:
    """Answers this agency got, as they stand now."""


@answer.command("show")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency that asked.")
@click.argument("query_id")
@with_options(json_options)
def show(folder: Path, member: str, query_id: str, as_json: bool) -> int:
    """Show an answer as it stands now: what came late is in it, what was recalled is marked or gone.

    \b
    Example:
      comity answer show --node region/wa-node --as wa-police-detective QUERY_ID
    """
    asker = get_member(read_members(folder), member).agency
    request = ShowAnswer(asker=asker, member=member, query_id=query_id)
    with at_node(folder) as verbs:
        revised: RevisedOutcome = verbs(request, RevisedOutcome, lambda *_: None)
        asked: tuple[Confirmation, ...] = verbs(
            ListHits(member=member, query_id=query_id), tuple[Confirmation, ...], lambda *_: None
        )
    confirmations = tuple(one for one in asked if not one.incoming)
    directory = read_directory(folder, read_settings(folder))
    if as_json:
        value = outcome_value(revised.outcome, directory)
        for source in value["sources"]:
            del source["receipt"], source["receipt_verified"]
        del value["verified"]
        markers = [
            {**object_of(one, "item_id", "owner", "kind", "statement"), "at": utc_text(one.at_ms)}
            for one in revised.markers
        ]
        print_json(
            {
                **value,
                "markers": markers,
                "late": list(revised.late),
                "told": [note_value(one) for one in revised.notes],
                "confirmations": [confirmation_value(one) for one in confirmations],
            }
        )
        return 0
    print_sources(revised.outcome, directory)
    for marker in revised.markers:
        said = f"item {marker.item_id} of {marker.owner} {WORDS[marker.kind]} ({utc_text(marker.at_ms)}); ask for it anew"
        click.echo(click.style(said, fg="yellow"))
        if marker.statement:
            click.echo(f"    the person concerned says: {marker.statement}")
    for told in revised.notes:
        print_note(told)
    for one in confirmations:
        print_confirmation(one)
    if revised.late:
        click.echo(f"came after the wait, or anew: {', '.join(revised.late)}")
    return 0


@answer.command("receipt")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member who asked.")
@click.option("--of", "owner", required=True, help="Agency whose answer it is of.")
@click.argument("query_id")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="File to write; printed otherwise.")
@with_options(json_options)
def receipt(folder: Path, member: str, owner: str, query_id: str, out: Path | None, as_json: bool) -> None:
    """Write the receipt of one agency's answer: the file that `comity ledger verify` reads.

    \b
    Example:
      comity answer receipt --node region/wa-node --as wa-police-detective --of wa-police QUERY_ID --out receipt.txt
    """
    wanted = ShowReceipt(member=member, query_id=query_id, owner=owner)
    with at_node(folder) as verbs:
        shown: ShownReceipt = verbs(wanted, ShownReceipt, lambda *_: None)
    if shown.receipt is None:
        raise WrongUseError(
            f"the receipts of `{query_id}` are not kept any more; the log of `{owner}` has its entry"
        )
    text = write_receipt_file(shown.receipt)
    if out is not None:
        write_whole(out, text.encode())
    if as_json:
        print_json({"query_id": query_id, "owner": owner, "receipt": text, "out": str(out) if out else None})
    else:
        click.echo(text if out is None else f"wrote {out}\n", nl=False)


@answer.command("export")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member who asked.")
@click.option("--form", type=click.Choice(["csv", "json"]), default="json", help="As what.")
@click.argument("query_id")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="File to write.")
@with_options(json_options)
def export(folder: Path, query_id: str, out: Path, as_json: bool, **given: Any) -> int:
    """Export an answer with its labels and terms: entered first, and every owner decides again now.

    Exit status 1 when nothing was released this time; then no file is written.

    \b
    Example:
      comity answer export --node region/wa-node --as wa-police-detective --form csv QUERY_ID --out answer.csv
    """
    form = CopyForm(given["form"])
    wanted = CopyAnswer(member=given["member"], query_id=query_id, form=form)
    with at_node(folder) as verbs:
        copied: CopiedAnswer = verbs(wanted, CopiedAnswer, lambda *_: None)
    outcome = copied.revised.outcome
    directory = read_directory(folder, read_settings(folder))
    released = sum(len(one.answer.items) for one in outcome.sources if one.answer is not None)
    if not released:
        print_sources(outcome, directory)
        return 1
    names = {one.id: one.name for one in directory.agencies}
    write_whole(out, answer_csv(copied, names) if form is CopyForm.CSV else answer_json(copied, names))
    if as_json:
        print_json({"query_id": outcome.query_id, "records": released, "out": str(out), "entry": copied.entry})
    else:
        click.echo(f"question {outcome.query_id}: wrote {released} records to {out}; log entry {copied.entry}")
    return 0


@answer.command("again")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member who asked.")
@click.argument("query_id")
@click.option("--source", "owner", required=True, help="Owner that could not be reached.")
@with_options(json_options)
def again(folder: Path, member: str, query_id: str, owner: str, as_json: bool) -> int:
    """Put a question again to one owner it did not reach: the same subject and reason, a number of its own.

    \b
    Example:
      comity answer again --node region/wa-node --as wa-police-detective QUERY_ID --source ca-sheriff
    """
    wanted = AskAgain(member=member, query_id=query_id, owner=owner)
    with at_node(folder) as verbs:
        outcome: Outcome = verbs(wanted, Outcome, progress_lines(as_json))
    return print_asked(outcome, folder, as_json)


answer.add_command(note)
