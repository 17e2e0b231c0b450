"""`comity recalls`, and what a custodian does with a whole record: `comity records seal` and its like."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.show_recalls import print_recall, recall_state, recall_value
from comity.cli.table import object_of
from comity.model.correction import RecordAct, RecordActed
from comity.model.delivery import Recall, StoredDelivery
from comity.model.recalled import RecallShown
from comity.node.desk_requests import ActOnRecord, ConfirmRecall, ShowRecalls
from comity.node.local import at_node

SHOWN = tuple[RecallShown, ...]
ACTS = {
    "seal": "Seal a record: nobody finds it any more, and whoever was shown it hears that it was withdrawn.",
    "expunge": "Expunge a record with the keys of what was disclosed of it; a legal hold keeps it, found by nobody.",
    "dispute": "Mark a record as disputed by the person concerned, and tell whoever was shown it.",
    "hold": "Put a legal hold on a record: it is not expunged before the hold is lifted.",
    "lift": "Lift a record's legal hold: it may be expunged again.",
    "review": "Say that a person has read a record and found it right; rules that wait for a review go by it.",
}


@click.group()
def recalls() -> None:
    """Recalls: what an agency took back, and what others took back from it."""


@recalls.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the agency.")
@with_options(json_options)
def list_recalls(folder: Path, member: str, as_json: bool) -> int:
    """List recalls sent and received; exit status 1 when a confirmation is overdue.

    \b
    Example:
      comity recalls list --node region/ca-node --as ca-sheriff-custodian
    """
    with at_node(folder) as verbs:
        found: SHOWN = verbs(ShowRecalls(member=member), SHOWN, lambda *_: None)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json([recall_value(one, now_ms) for one in found])
    elif not found:
        click.echo("no recalls, sent or received")
    else:
        for one in found:
            print_recall(one, now_ms)
    return 1 if any(recall_state(one, now_ms) == "overdue" for one in found) else 0


@recalls.command("confirm")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the desk of the agency that got it.")
@click.option("--words", required=True, help="What was done with it, in at least three words; it is kept here.")
@click.argument("recall")
@with_options(json_options)
def confirm(folder: Path, member: str, words: str, recall: str, as_json: bool) -> int:
    """Confirm that what was recalled is not used any more; its owner is told.

    \b
    Example:
      comity recalls confirm --node region/wa-node --as wa-police-custodian --words "taken out of the case" RECALL
    """
    with at_node(folder) as verbs:
        done: StoredDelivery = verbs(
            ConfirmRecall(member=member, recall=recall, words=words), StoredDelivery, lambda *_: None
        )
    assert isinstance(done.due, Recall), "only a recall is confirmed"
    shown = RecallShown(stored=done, due_ms=done.due.confirm_by_ms)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json(recall_value(shown, now_ms))
    else:
        print_recall(shown, now_ms)
    return 0


def _record_command(act: str, told: str) -> click.Command:
    example = f"comity records {act} --node region/ca-node --as ca-sheriff-custodian"

    @click.command(
        act, help=f'{told}\n\n\b\nExample:\n  {example} \\\n    --reason "by order of the court" RECORD'
    )
    @with_options(node_options)
    @click.option("--as", "member", required=True, help="Records custodian of the owner.")
    @click.option("--reason", required=True, help="Why, in at least three words; it is kept.")
    @click.argument("record")
    @with_options(json_options)
    def command(folder: Path, member: str, reason: str, record: str, as_json: bool) -> int:
        request = ActOnRecord(member=member, wanted=RecordAct(record_id=record, act=act, reason=reason))
        with at_node(folder) as verbs:
            done: RecordActed = verbs(request, RecordActed, lambda *_: None)
        show: Callable[[RecordActed], None] = _print_acted_json if as_json else _print_acted
        show(done)
        return 0

    return command


def _print_acted_json(done: RecordActed) -> None:
    print_json(
        {
            **object_of(done, "owner", "record_id", "act", "recalls", "duties", "kept_by_hold", "entry"),
            "releases": [
                {**object_of(one, "entry", "query_id", "item_id", "asker", "member"), "at": utc_text(one.at_ms)}
                for one in done.releases
            ],
        }
    )


def _print_acted(done: RecordActed) -> None:
    if done.entry is None:
        click.echo("nothing to do: the record stands so already")
        return
    click.echo(f"{done.record_id}: {done.act} (entry {done.entry})")
    if done.kept_by_hold:
        click.echo("a legal hold keeps it: nobody finds it, and it is to be expunged when the hold has ended")
    askers = sorted({one.asker for one in done.releases})
    if askers:
        often = "once" if len(done.releases) == 1 else f"{len(done.releases)} times"
        click.echo(f"shown {often}, to {', '.join(askers)}; each of them is told and confirms")
    elif done.act not in ("hold", "lift", "review"):
        click.echo("nobody was ever shown it")


seal, expunge, dispute, hold, lift, review = (_record_command(act, told) for act, told in ACTS.items())
