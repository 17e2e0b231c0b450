"""`comity feed`: what is brought to another agency again and again, under one agreement for one purpose."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import basis_of, basis_options, read_classes, with_options
from comity.cli.show_feeds import feed_value, print_feed
from comity.model.codes import Purpose
from comity.model.feed import Cadence, FeedShown, FeedTerms
from comity.node.feed_requests import ActOnFeed, FeedAct, FeedRequest, ListFeeds, OpenFeed, ShowFeed
from comity.node.local import at_node

terms_options = (
    click.option("--agreement", required=True, help="Agreement in force whose text has `access feed`."),
    click.option("--to", "recipient", required=True, help="Agency it goes to."),
    click.option("--for", "beneficiary", default="", help="Agency it is for; the recipient when left out."),
    click.option(
        "--purpose", required=True, type=click.Choice([code.value for code in Purpose]), help="Purpose code."
    ),
    click.option("--case", "case_number", required=True, help="The recipient's number of its case or programme."),
    click.option("--class", "classes", multiple=True, required=True, help="Data class; repeat for several."),
    click.option(
        "--every",
        "cadence",
        default=Cadence.DAILY.value,
        show_default=True,
        type=click.Choice([one.value for one in Cadence]),
        help="When what is new is brought.",
    ),
)
act_options = (
    click.option("--as", "member", required=True, help="Member of the owner who does it."),
    click.option("--reason", required=True, help="Why, in words that are kept."),
)


@click.group()
def feed() -> None:
    """Feeds: differences brought to another agency's copy, which answers nothing by itself."""


@feed.command("open")
@with_options(node_options, act_options, terms_options, basis_options, json_options)
def open_(folder: Path, member: str, reason: str, as_json: bool, **given: Any) -> int:
    """Open a feed, as the first of its two signers.

    \b
    Example:
      comity feed open --node region/ca-node --as ca-sheriff-custodian --agreement ACSO-CCPD-FEED-2026 \\
        --to wa-police --purpose criminal-investigation --case CC-2026-BURGLARY --class booking --class case \\
        --every continuous --reason "asked for by the joint burglary unit"
    """
    terms = FeedTerms(
        agreement=given["agreement"],
        recipient=given["recipient"],
        beneficiary=given["beneficiary"] or given["recipient"],
        purpose=Purpose(given["purpose"]),
        basis=basis_of(given),
        case_number=given["case_number"],
        data_classes=read_classes(given["classes"]),
        cadence=Cadence(given["cadence"]),
    )
    return _done(folder, OpenFeed(member=member, terms=terms, reason=reason), as_json)


ACTS = {  # by act: what it does, and an example's member and reason
    FeedAct.SIGN: (
        "Sign a feed, as the second of its two signers: from then on it runs.",
        "ca-sheriff-sheriff",
        "agreed with their chief",
    ),
    FeedAct.SUSPEND: (
        "Stop a feed: no value leaves any more, and the recipient's copy is emptied.",
        "ca-sheriff-sergeant",
        "their audit is open",
    ),
    FeedAct.RESUME: (
        "Let a suspended feed run again, as the first of two signers.",
        "ca-sheriff-custodian",
        "their audit was closed",
    ),
    FeedAct.REPLAY: (
        "Bring everything anew that may leave now: the remedy for a copy that was lost or a batch that was refused.",
        "ca-sheriff-custodian",
        "their disk was lost",
    ),
    FeedAct.CLOSE: (
        "End a feed for good; the recipient's copy is emptied.",
        "ca-sheriff-custodian",
        "the unit was disbanded",
    ),
}


def _act_command(act: FeedAct) -> click.Command:
    told, signer, because = ACTS[act]
    example = f'comity feed {act} --node region/ca-node --as {signer} --reason "{because}" FEED'

    @click.command(act.value, help=f"{told}\n\n\b\nExample:\n  {example}")
    @with_options(node_options, act_options)
    @click.argument("feed_id")
    @with_options(json_options)
    def command(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
        return _done(folder, ActOnFeed(member=member, feed=feed_id, act=act, reason=reason), as_json)

    return command


for one_act in ACTS:
    feed.add_command(_act_command(one_act))


@feed.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of either end.")
@with_options(json_options)
def list_(folder: Path, member: str, as_json: bool) -> int:
    """List the feeds an agency sends and is sent; exit status 1 when one of them has trouble.

    \b
    Example:
      comity feed list --node region/wa-node --as wa-police-custodian
    """
    with at_node(folder) as verbs:
        found: tuple[FeedShown, ...] = verbs(ListFeeds(member=member), tuple[FeedShown, ...], lambda *_: None)
    if as_json:
        print_json([feed_value(one) for one in found])
    elif not found:
        click.echo("there is no feed")
    else:
        for one in found:
            print_feed(one)
    return 1 if any(one.trouble for one in found) else 0


@feed.command("show")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of either end.")
@click.argument("feed_id")
@with_options(json_options)
def show(folder: Path, member: str, feed_id: str, as_json: bool) -> int:
    """Show one feed, how old its copy is and what keeps it; exit status 1 when it has trouble.

    \b
    Example:
      comity feed show --node region/ca-node --as ca-sheriff-custodian FEED
    """
    return _done(folder, ShowFeed(member=member, feed=feed_id), as_json)


def _done(folder: Path, request: FeedRequest, as_json: bool) -> int:
    with at_node(folder) as verbs:
        found: FeedShown = verbs(request, FeedShown, lambda *_: None)
    if as_json:
        print_json(feed_value(found))
    else:
        print_feed(found)
    return 1 if found.trouble else 0
