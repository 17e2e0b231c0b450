"""`comity oversight findings`: patterns to look into on the disclosure records, and their review."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import day_of, person_options, subject_of, with_options
from comity.cli.show_findings import (
    finding_value,
    print_finding,
    print_sample,
    print_shown,
    print_told,
    told_value,
)
from comity.errors import WrongUseError
from comity.model.finding import CircleTold, Finding, FindingKind, FindingShown, FindingsTold, Relation
from comity.model.sample import SampleResult, SampleReview, SampleTold
from comity.node.finding_requests import (
    AddToCircle,
    AskToExplain,
    CloseFinding,
    CountCircle,
    LookForFindings,
    RemoveFromCircle,
    ReviewSampled,
    SeeMembers,
    ShowFinding,
    ShowSample,
    TakeFinding,
)
from comity.node.local import at_node

LIST = "list"
reviewer_options = (
    *node_options,
    click.option("--as", "member", required=True, help="Privacy officer or auditor of the owner."),
)
words_options = (click.option("--words", required=True, help="Why, in at least three words."),)


class Findings(click.Group):
    """A group that lists where no other command is named."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put `list` before options that name no command."""
        if args and args[0].startswith("-") and not {"--help"} & set(args[:1]):
            args = [LIST, *args]
        return super().parse_args(ctx, args)


@click.group(cls=Findings)
def findings() -> None:
    """Patterns to look into, each with its evidence: questions, not conclusions. Lists them where no command is named."""


@findings.command(LIST)
@with_options(reviewer_options)
@click.option("--since", default="", metavar="DATE", help="Only what was asked on this day or later, UTC.")
@click.option("--kind", type=click.Choice([kind.value for kind in FindingKind]), help="Only one kind.")
@with_options(json_options)
def list_findings(folder: Path, member: str, since: str, kind: str | None, as_json: bool) -> int:
    """Look over the records since 120 days and list what was found; exit status 1 while something listed is open.

    \b
    Examples:
      comity oversight findings list --node region/wa-node --as wa-police-privacy --since 2026-11-01 --kind fishing
      comity oversight findings --node region/wa-node --as wa-police-privacy
    """
    begin = int(datetime.combine(day_of(since), datetime.min.time(), UTC).timestamp() * 1_000) if since else None
    request = LookForFindings(member=member, since_ms=begin, kind=FindingKind(kind) if kind else None)
    with at_node(folder) as verbs:
        told: FindingsTold = verbs(request, FindingsTold, lambda *_: None)
    if as_json:
        print_json(told_value(told))
    else:
        print_told(told)
    return 1 if any(one.is_open for one in told.findings) else 0


@findings.command("show")
@with_options(reviewer_options)
@click.argument("finding")
@with_options(json_options)
def show(folder: Path, member: str, finding: str, as_json: bool) -> int:
    """Show one finding: what was seen, innocent reasons for it, and the proof of every entry it rests on.

    \b
    Example:
      comity oversight findings show --node region/wa-node --as wa-police-privacy FINDING
    """
    with at_node(folder) as verbs:
        shown: FindingShown = verbs(ShowFinding(member=member, finding=finding), FindingShown, lambda *_: None)
    print_shown(shown, as_json)
    return 0


@findings.command("take")
@with_options(reviewer_options)
@click.argument("finding")
@with_options(json_options)
def take(folder: Path, member: str, finding: str, as_json: bool) -> int:
    """Take a finding for review; never one that rests on the reviewer's own questions.

    \b
    Example:
      comity oversight findings take --node region/wa-node --as wa-police-privacy FINDING
    """
    with at_node(folder) as verbs:
        taken: Finding = verbs(TakeFinding(member=member, finding=finding), Finding, lambda *_: None)
    return _tell(taken, as_json)


@findings.command("ask")
@with_options(reviewer_options, words_options)
@click.argument("finding")
@with_options(json_options)
def ask(folder: Path, member: str, words: str, finding: str, as_json: bool) -> int:
    """Record that whoever asked is asked to explain, and how; nothing is sent, and the finding stays open.

    \b
    Example:
      comity oversight findings ask --node region/wa-node --as wa-police-privacy \\
        --words "asked in person on Monday" FINDING
    """
    request = AskToExplain(member=member, finding=finding, words=words)
    with at_node(folder) as verbs:
        asked: Finding = verbs(request, Finding, lambda *_: None)
    return _tell(asked, as_json)


@findings.command("dismiss")
@with_options(reviewer_options, words_options)
@click.argument("finding")
@with_options(json_options)
def dismiss(folder: Path, member: str, words: str, finding: str, as_json: bool) -> int:
    """Close a finding as no misuse, with the reason.

    \b
    Example:
      comity oversight findings dismiss --node region/wa-node --as wa-police-privacy \\
        --words "two linked cases of one person" FINDING
    """
    return _close(folder, CloseFinding(member=member, finding=finding, upheld=False, words=words), as_json)


@findings.command("uphold")
@with_options(reviewer_options, words_options)
@click.argument("finding")
@with_options(json_options)
def uphold(folder: Path, member: str, words: str, finding: str, as_json: bool) -> int:
    """Close a finding as misuse, with what is done about it.

    \b
    Example:
      comity oversight findings uphold --node region/wa-node --as wa-police-privacy \\
        --words "passed to internal affairs" FINDING
    """
    return _close(folder, CloseFinding(member=member, finding=finding, upheld=True, words=words), as_json)


@findings.command("who")
@with_options(reviewer_options, words_options)
@click.argument("finding")
@with_options(json_options)
def who(folder: Path, member: str, words: str, finding: str, as_json: bool) -> int:
    """See whose questions they were. Your reason is recorded first; only for the reviewer who took the finding.

    \b
    Example:
      comity oversight findings who --node region/wa-node --as wa-police-privacy \\
        --words "to ask them to explain" FINDING
    """
    request = SeeMembers(member=member, finding=finding, words=words)
    with at_node(folder) as verbs:
        shown: FindingShown = verbs(request, FindingShown, lambda *_: None)
    if as_json:
        print_json({"id": shown.finding.id, "members": list(shown.members)})
    else:
        click.echo(f"{shown.finding.id}: asked by {', '.join(shown.members) or 'nobody whose record is kept'}")
        click.echo(click.style("    that you saw this, and why, stands in the log", dim=True))
    return 0


@findings.command("sample")
@with_options(reviewer_options)
@click.option("--month", required=True, metavar="YYYY-MM", help="Month that is over, UTC.")
@click.option("--entry", type=click.IntRange(min=0), help="A drawn question, to say what came of its review.")
@click.option(
    "--result", type=click.Choice([one.value for one in SampleResult]), help="With --entry: what came of it."
)
@click.option("--words", default="", help="With --entry: why, in at least three words.")
@with_options(json_options)
def sample(folder: Path, member: str, month: str, as_json: bool, **said: Any) -> int:
    """Show a month's random sample of questions: what each states, and what was said of it. Status 1 while one waits.

    With --entry, --result and --words it enters first what came of the review of one of them.

    \b
    Example:
      comity oversight findings sample --node region/wa-node --as wa-police-privacy --month 2026-10
    """
    entry, result, words = said["entry"], said["result"], said["words"]
    if len({entry is None, result is None, not words}) != 1:
        raise WrongUseError("--entry, --result and --words go together; give all of them or none")
    with at_node(folder) as verbs:
        if entry is not None:
            review = ReviewSampled(
                member=member, month=month, entry=entry, result=SampleResult(result), words=words
            )
            verbs(review, SampleReview, lambda *_: None)
        told: SampleTold = verbs(ShowSample(member=member, month=month), SampleTold, lambda *_: None)
    print_sample(told, as_json)
    return 1 if any(one.review is None for one in told.drawn) else 0


@findings.group("circle")
def circle() -> None:
    """The sealed list of members' own persons, households and staff; no command shows it."""


@circle.command("add")
@with_options(reviewer_options)
@click.option(
    "--relation", required=True, type=click.Choice([one.value for one in Relation]), help="Why they are listed."
)
@click.option("--of", "whose", default="", metavar="MEMBER", help="Whose own person or household; not for staff.")
@with_options(person_options, json_options)
def add(folder: Path, member: str, as_json: bool, **given: Any) -> int:
    """Put a person or a plate on the list; its line's id is told once, to take it off by.

    \b
    Example:
      comity oversight findings circle add --node region/wa-node --as wa-police-privacy --relation household \\
        --of wa-police-detective --family Lindgren --given Petra --born 1986-05-17
    """
    relation, whose = Relation(given.pop("relation")), given.pop("whose")
    request = AddToCircle(member=member, relation=relation, whose=whose, subject=subject_of(given))
    with at_node(folder) as verbs:
        told: CircleTold = verbs(request, CircleTold, lambda *_: None)
    return _tell_circle(told, as_json)


@circle.command("remove")
@with_options(reviewer_options)
@click.argument("line")
@with_options(json_options)
def remove(folder: Path, member: str, line: str, as_json: bool) -> int:
    """Take a line off the list; the list as it was is destroyed with its keys.

    \b
    Example:
      comity oversight findings circle remove --node region/wa-node --as wa-police-privacy LINE
    """
    with at_node(folder) as verbs:
        told: CircleTold = verbs(RemoveFromCircle(member=member, line=line), CircleTold, lambda *_: None)
    return _tell_circle(told, as_json)


@circle.command("count")
@with_options(reviewer_options, json_options)
def count(folder: Path, member: str, as_json: bool) -> int:
    """Say how many lines the list has, by relation.

    \b
    Example:
      comity oversight findings circle count --node region/wa-node --as wa-police-privacy
    """
    with at_node(folder) as verbs:
        told: CircleTold = verbs(CountCircle(member=member), CircleTold, lambda *_: None)
    return _tell_circle(told, as_json)


def _close(folder: Path, request: CloseFinding, as_json: bool) -> int:
    with at_node(folder) as verbs:
        closed: Finding = verbs(request, Finding, lambda *_: None)
    return _tell(closed, as_json)


def _tell(one: Finding, as_json: bool) -> int:
    if as_json:
        print_json(finding_value(one))
    else:
        print_finding(one)
    return 0


def _tell_circle(told: CircleTold, as_json: bool) -> int:
    if as_json:
        print_json({"owner": told.owner, "lines": told.lines, "added": told.added})
        return 0
    lines = ", ".join(f"{count} {relation}" for relation, count in told.lines.items()) or "nobody"
    click.echo(f"the sealed list of {told.owner} has {lines}")
    if told.added:
        click.echo(f"added as line {told.added}; keep the id, nothing else tells the lines apart")
    return 0
