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
from comity.cli.table import object_of
from comity.exchange.recalls.recall import WORDS
from comity.model.correction import RecordAct, RecordActed
from comity.model.delivery import Recall, StoredDelivery
from comity.node.desk_requests import ActOnRecord, ConfirmRecall, ListRecalls
from comity.node.local import at_node

DELIVERIES = tuple[StoredDelivery, ...]
OF_SEVERAL = {"was": "were", "is": "are", "has": "have"}  # the verbs that `recall.WORDS` begin with
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
        found: DELIVERIES = verbs(ListRecalls(member=member), DELIVERIES, lambda *_: None)
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json([_value(one, now_ms) for one in found])
    elif not found:
        click.echo("no recalls, sent or received")
    else:
        for one in found:
            _print(one, now_ms)
    return 1 if any(_state(one, now_ms) == "overdue" for one in found) else 0


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
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    if as_json:
        print_json(_value(done, now_ms))
    else:
        _print(done, now_ms)
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


def _state(one: StoredDelivery, now_ms: int) -> str:
    assert isinstance(one.due, Recall), "only recalls are listed"
    if one.confirmed_ms is not None:
        return "confirmed"
    if one.due.confirm_by_ms < now_ms:
        return "overdue"
    return "to confirm" if one.arrived_ms is not None else "on its way"


def _value(one: StoredDelivery, now_ms: int) -> dict[str, object]:
    assert isinstance(one.due, Recall), "only recalls are listed"
    return {
        **object_of(one, "id", "sender", "recipient", "incoming", "tried", "trouble"),
        "kind": one.due.kind,
        "statement": one.due.statement,
        "items": [object_of(item, "query_id", "item_id", "told") for item in one.due.items],
        "made": utc_text(one.made_ms),
        "arrived": utc_text(one.arrived_ms),
        "confirm_by": utc_text(one.due.confirm_by_ms),
        "confirmed": utc_text(one.confirmed_ms),
        "state": _state(one, now_ms),
    }


def _print(one: StoredDelivery, now_ms: int) -> None:
    assert isinstance(one.due, Recall), "only recalls are listed"
    state = _state(one, now_ms)
    colour = {"confirmed": "green", "overdue": "red"}.get(state, "yellow")
    whose = f"{one.sender} showed us" if one.incoming else f"{one.recipient} was shown"
    items = f"{len(one.due.items)} items" if len(one.due.items) != 1 else "1 item"
    verb, _, rest = WORDS[one.due.kind].partition(" ")
    said = f"{OF_SEVERAL[verb] if len(one.due.items) > 1 else verb} {rest}"
    what = f"{items if one.due.items else 'what'} {whose} {said}"
    click.echo(f"{utc_text(one.made_ms)}  {what} " + click.style(f"[{state}]", fg=colour))
    if state == "confirmed":
        click.echo(f"    confirmed {utc_text(one.confirmed_ms)}")
    else:
        click.echo(f"    to be confirmed by {utc_text(one.due.confirm_by_ms)}")
    if one.due.statement:
        click.echo(f"    the person concerned says: {one.due.statement}")
    for told in dict.fromkeys(item.told for item in one.due.items if item.told):
        click.echo(f"    told by {told}")
    if one.trouble:
        click.echo(f"    tried {one.tried} times: {one.trouble}")
    click.echo(click.style(f"    recall {one.id}", dim=True))


seal, expunge, dispute, hold, lift, review = (_record_command(act, told) for act, told in ACTS.items())
