"""`comity standing`: a question that stays with its owners, by a judge's paper and as long as a supervisor lets it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options, print_asked, progress_lines
from comity.cli.files import print_json
from comity.cli.question import (
    basis_options,
    day_of,
    dppa_options,
    file_options,
    go_on_options,
    make_request,
    member_options,
    paper_hash,
    person_options,
    read_classes,
    subject_of,
    with_options,
)
from comity.cli.show_duties import utc_text
from comity.model.codes import Instrument, MessageKind
from comity.model.outcome import Outcome
from comity.model.standing import (
    MOST_STANDING_DAYS,
    MOST_UNREVIEWED_DAYS,
    STANDING_PAPERS,
    Standing,
    StandingEnd,
    StandsWanted,
)
from comity.node.local import at_node
from comity.node.standing_requests import EndStanding, ListStanding, OpenStanding, ReviewStanding
from comity.settings import get_member, read_members, read_settings

as_option = (
    click.option("--as", "member", required=True, help="Member of the agency that asked, or of the owner."),
)
stands_options = (
    click.option(
        "--by",
        "stands_by",
        required=True,
        type=click.Choice(sorted(paper.value for paper in STANDING_PAPERS)),
        help="The judge's paper it stands by.",
    ),
    click.option(
        "--order", required=True, type=click.Path(path_type=Path), help="The file of that paper; its hash is kept."
    ),
    click.option("--order-ends", required=True, metavar="DATE", help="Last day of that paper."),
    click.option(
        "--days",
        default=MOST_STANDING_DAYS,
        show_default=True,
        type=click.IntRange(1, MOST_STANDING_DAYS),
        help="How long it stands, and no longer than the paper.",
    ),
    click.option(
        "--review-days",
        default=MOST_UNREVIEWED_DAYS,
        show_default=True,
        type=click.IntRange(1, MOST_UNREVIEWED_DAYS),
        help="Within how many days a supervisor looks at it.",
    ),
)


@click.group()
def standing() -> None:
    """Standing questions: opened, reviewed, ended, listed."""


@standing.command("open")
@with_options(node_options, member_options, file_options, stands_options, basis_options, dppa_options)
@click.option("--source", "sources", multiple=True, help="Owner it stands at; all under agreement when left out.")
@click.option("--note", default="", help="Free text for the owner; never the purpose.")
@with_options(go_on_options, person_options)
@click.option("--class", "classes", multiple=True, help="Data class asked for; repeat for several.")
@with_options(json_options)
def open_(folder: Path, classes: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Ask a question that stays: what comes to an owner's file later is brought, decided anew each time.

    \b
    Example:
      comity standing open --node region/wa-node --as wa-police-detective --purpose criminal-investigation \\
        --case 26-01417 --by judicial-warrant --order order.pdf --order-ends 2029-12-31 --days 60 \\
        --source ca-sheriff --class booking --family Cahoon --given Thomas --born 1987-04-19
    """
    read_settings(folder)
    member = get_member(read_members(folder), given["member"])
    asked = {**given, "message": MessageKind.STANDING_QUESTION.value}
    request = make_request(member, asked, subject_of(given), read_classes(classes))
    stands = StandsWanted(
        paper=Instrument(given["stands_by"]),
        document=paper_hash(given["order"]),
        paper_ends=day_of(given["order_ends"]),
        days=given["days"],
        review_days=given["review_days"],
    )
    with at_node(folder) as verbs:
        outcome: Outcome = verbs(OpenStanding(request=request, stands=stands), Outcome, progress_lines(as_json))
    return print_asked(outcome, folder, as_json)


@standing.command("list")
@with_options(node_options, as_option, json_options)
def list_standing(folder: Path, member: str, as_json: bool) -> int:
    """List the standing questions a member may see: their own, the agency's as a supervisor, those put here as its desk.

    \b
    Example:
      comity standing list --node region/wa-node --as wa-police-sergeant
    """
    with at_node(folder) as verbs:
        found: tuple[Standing, ...] = verbs(ListStanding(member=member), tuple[Standing, ...], lambda *_: None)
    if as_json:
        print_json([_value(one) for one in found])
    elif not found:
        click.echo("no question stands, or stood, that this member may see")
    else:
        for one in found:
            _print(one)
    return 0


@standing.command("review")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Supervisor other than whoever asked it.")
@click.option(
    "--days",
    default=MOST_UNREVIEWED_DAYS,
    show_default=True,
    type=click.IntRange(1, MOST_UNREVIEWED_DAYS),
    help="Within how many days it is looked at again.",
)
@click.option("--words", required=True, help="What was looked at, and why it is still needed.")
@click.argument("query_id")
@with_options(json_options)
def review(folder: Path, member: str, days: int, words: str, query_id: str, as_json: bool) -> int:
    """Renew a standing question: without it the question ends by itself.

    \b
    Example:
      comity standing review --node region/wa-node --as wa-police-sergeant --days 30 \\
        --words "the warrant is still out" QUERY_ID
    """
    request = ReviewStanding(member=member, query_id=query_id, days=days, words=words)
    return _one(folder, request, as_json)


@standing.command("end")
@with_options(node_options, as_option)
@click.option(
    "--because",
    "why",
    default=StandingEnd.ENDED.value,
    type=click.Choice([StandingEnd.ENDED.value, StandingEnd.PAPER_RECALLED.value]),
    help="Not needed any more, or its paper was recalled.",
)
@click.option("--words", required=True, help="Why it ends.")
@click.argument("query_id")
@with_options(json_options)
def end(folder: Path, member: str, why: str, words: str, query_id: str, as_json: bool) -> int:
    """End a standing question on both sides; what it showed is forgotten here.

    \b
    Example:
      comity standing end --node region/wa-node --as wa-police-detective --words "the man is in custody" QUERY_ID
    """
    return _one(folder, EndStanding(member=member, query_id=query_id, why=StandingEnd(why), words=words), as_json)


def _one(folder: Path, request: ReviewStanding | EndStanding, as_json: bool) -> int:
    with at_node(folder) as verbs:
        done: Standing = verbs(request, Standing, lambda *_: None)
    if as_json:
        print_json(_value(done))
    else:
        _print(done)
    return 0


def _value(one: Standing) -> dict[str, Any]:
    return {
        "query_id": one.query.id,
        "side": "owner" if one.incoming else "asker",
        "asker": one.query.asker,
        "member": one.query.member,
        "owners": list(one.owners),
        "purpose": one.query.purpose,
        "case_number": one.query.case_number,
        "data_classes": list(one.query.data_classes),
        "paper": one.stands.paper,
        "document": one.stands.document,
        "paper_ends": one.stands.paper_ends.isoformat(),
        "until": one.stands.until.isoformat(),
        "review_by": one.stands.review_by.isoformat(),
        "reviews": [{"by": said.by, "at": utc_text(said.at_ms), "words": said.words} for said in one.reviews],
        "stopped_at": list(one.stopped_at),
        "ended": one.ended,
    }


def _print(one: Standing) -> None:
    side = (
        f"put here by {one.query.member} of {one.query.asker}" if one.incoming else f"asked by {one.query.member}"
    )
    state = (
        f"ended: {one.ended}"
        if one.ended
        else f"stands until {one.stands.until}, review by {one.stands.review_by}"
    )
    click.echo(f"{one.query.id}  {state}")
    click.echo(
        f"    {side}, {one.query.purpose}, case {one.query.case_number}: {', '.join(one.query.data_classes)}"
    )
    click.echo(f"    by a {one.stands.paper} until {one.stands.paper_ends}, at {', '.join(one.owners)}")
    for owner in one.stopped_at:
        click.echo(click.style(f"    {owner} refuses it", fg="red"))
