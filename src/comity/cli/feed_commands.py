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


@feed.command("sign")
@with_options(node_options, act_options)
@click.argument("feed_id")
@with_options(json_options)
def sign(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
    """Sign a feed, as the second of its two signers: from then on it runs.

    \b
    Example:
      comity feed sign --node region/ca-node --as ca-sheriff-sheriff --reason "agreed with their chief" FEED
    """
    return _act(folder, member, (feed_id, FeedAct.SIGN, reason), as_json)


@feed.command("suspend")
@with_options(node_options, act_options)
@click.argument("feed_id")
@with_options(json_options)
def suspend(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
    """Stop a feed: no value leaves any more, and the recipient's copy is emptied.

    \b
    Example:
      comity feed suspend --node region/ca-node --as ca-sheriff-sergeant --reason "their audit is open" FEED
    """
    return _act(folder, member, (feed_id, FeedAct.SUSPEND, reason), as_json)


@feed.command("resume")
@with_options(node_options, act_options)
@click.argument("feed_id")
@with_options(json_options)
def resume(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
    """Let a suspended feed run again, as the first of two signers.

    \b
    Example:
      comity feed resume --node region/ca-node --as ca-sheriff-custodian --reason "their audit was closed" FEED
    """
    return _act(folder, member, (feed_id, FeedAct.RESUME, reason), as_json)


@feed.command("replay")
@with_options(node_options, act_options)
@click.argument("feed_id")
@with_options(json_options)
def replay(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
    """Bring everything anew that may leave now: the remedy for a copy that was lost or a batch that was refused.

    \b
    Example:
      comity feed replay --node region/ca-node --as ca-sheriff-custodian --reason "their disk was lost" FEED
    """
    return _act(folder, member, (feed_id, FeedAct.REPLAY, reason), as_json)


@feed.command("close")
@with_options(node_options, act_options)
@click.argument("feed_id")
@with_options(json_options)
def close(folder: Path, member: str, reason: str, feed_id: str, as_json: bool) -> int:
    """End a feed for good; the recipient's copy is emptied.

    \b
    Example:
      comity feed close --node region/ca-node --as ca-sheriff-custodian --reason "the unit was disbanded" FEED
    """
    return _act(folder, member, (feed_id, FeedAct.CLOSE, reason), as_json)


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


def _act(folder: Path, member: str, wanted: tuple[str, FeedAct, str], as_json: bool) -> int:
    feed_id, act, reason = wanted
    return _done(folder, ActOnFeed(member=member, feed=feed_id, act=act, reason=reason), as_json)


def _done(folder: Path, request: FeedRequest, as_json: bool) -> int:
    with at_node(folder) as verbs:
        found: FeedShown = verbs(request, FeedShown, lambda *_: None)
    if as_json:
        print_json(feed_value(found))
    else:
        print_feed(found)
    return 1 if found.trouble else 0
