"""`comity held`: what waits for a person's decision, and the decision."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.cli.table import object_of, objects_of
from comity.model.held import HeldDecided, HeldTask
from comity.node.desk_requests import DecideHeld, ListHeld
from comity.node.local import at_node


@click.group()
def held() -> None:
    """Held answers: what waits for a decision of the owner, and the decision."""


@held.command("list")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the owner.")
@click.option("--all", "decided", is_flag=True, help="Also what was decided.")
@with_options(json_options)
def list_tasks(folder: Path, member: str, decided: bool, as_json: bool) -> int:
    """List what waits for a decision, the soonest due first; exit status 1 when a time has passed.

    \b
    Example:
      comity held list --node region/ca-node --as ca-sheriff-custodian
    """
    with at_node(folder) as verbs:
        tasks: tuple[HeldTask, ...] = verbs(
            ListHeld(member=member, decided=decided), tuple[HeldTask, ...], lambda *_: None
        )
    if as_json:
        print_json([_value(task) for task in tasks])
    elif not tasks:
        click.echo("nothing is waiting; held questions come here when a rule needs a person")
    else:
        for task in tasks:
            _print(task)
    return 1 if any(task.passed and task.ruling is None for task in tasks) else 0


@held.command("decide")
@with_options(node_options)
@click.option("--as", "member", required=True, help="Member of the role that the rule names.")
@click.option("--reason", required=True, help="Why, in at least three words; it is kept.")
@click.argument("task")
@click.argument("decision", type=click.Choice(["grant", "refuse"]))
@with_options(json_options)
def decide(folder: Path, member: str, reason: str, task: str, decision: str, as_json: bool) -> int:
    """Decide one hold. After the last of a question it is answered anew, and the answer is brought to the asker.

    \b
    Example:
      comity held decide --node region/ca-node --as ca-sheriff-custodian --reason "checked with the repository" \\
        TASK grant
    """
    request = DecideHeld(member=member, task=task, grant=decision == "grant", reason=reason)
    with at_node(folder) as verbs:
        done: HeldDecided = verbs(request, HeldDecided, lambda *_: None)
    word = "granted" if done.ruling.granted else "refused"
    if as_json:
        ruling = {**object_of(done.ruling, "id", "query_id", "by", "reason"), "at": utc_text(done.ruling.at_ms)}
        print_json({"ruling": {**ruling, "decision": word}, **object_of(done, "waiting", "answered", "entry")})
        return 0
    click.echo(f"{done.ruling.hold.rule}: {word}" + ("" if done.entry is not None else " already; that stands"))
    if done.answered:
        click.echo(f"the question is answered anew: {done.answered.replace('-', ' ')}; the answer is on its way")
    elif done.waiting:
        click.echo(f"{done.waiting} more holds of this question wait for a decision")
    return 0


def _value(task: HeldTask) -> dict[str, object]:
    return {
        **object_of(task, "duty_id", "query_id", "asker", "member", "beneficiary", "purpose", "case_number"),
        "data_classes": list(task.data_classes),
        "hold": object_of(task.hold, "kind", "rule", "what", "role", "citation"),
        "due": utc_text(task.due_ms),
        "passed": task.passed,
        "records": list(task.records),
        "opens": objects_of(task.opens, "field", "level", "rule"),
        "later": objects_of(task.later, "field", "level", "rule"),
        "stays": objects_of(task.stays, "field", "level", "rule"),
        "decided": None if task.ruling is None else ("granted" if task.ruling.granted else "refused"),
    }


def _print(task: HeldTask) -> None:
    due = utc_text(task.due_ms) or "no time set"
    late = click.style(" [the time has passed: it counts as refused, and may still be decided]", fg="red")
    click.echo(
        f"due {due}  {task.member} of {task.asker}, for {task.beneficiary}: {task.purpose}, case {task.case_number}"
        + (late if task.passed and task.ruling is None else "")
    )
    click.echo(
        f"    needs     {task.hold.kind} by {task.hold.role}: {task.hold.what} ({task.hold.rule}, {task.hold.citation})"
    )
    click.echo(f"    records   {', '.join(task.records) or 'none that is there any more'}")
    if task.opens:
        click.echo("    would leave  " + ", ".join(_field(one.field, one.level) for one in task.opens))
    if task.later:
        in_full = ", ".join(_field(one.field, one.level) for one in task.later)
        click.echo(click.style(f"    only if asked for in full  {in_full}", dim=True))
    if task.stays:
        click.echo(click.style("    stays     " + ", ".join(one.field for one in task.stays), dim=True))
    if task.ruling is not None:
        word = "granted" if task.ruling.granted else "refused"
        click.echo(f"    {word} by {task.ruling.by}, {utc_text(task.ruling.at_ms)}: {task.ruling.reason}")
    click.echo(click.style(f"    task {task.duty_id}, question {task.query_id}", dim=True))


def _field(name: str, level: str) -> str:
    return name if level == "full" else f"{name} ({level})"
