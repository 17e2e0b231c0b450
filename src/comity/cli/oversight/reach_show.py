"""Answers about reach as sentences and as JSON."""

from __future__ import annotations

from typing import Any

import click

from comity.cli.show_analysis import WORD, example_value, say_example
from comity.law.analyse.logic import Verdict
from comity.oversight.reach.answer import Closing, Step
from comity.oversight.reach.hop import CitedRule, Ruling
from comity.oversight.reach.question import ReachAnswer
from comity.oversight.reach.say import say_closing, say_ruling
from comity.oversight.reach.together import Followed


def answer_value(answer: ReachAnswer) -> dict[str, Any]:
    """One answer as a JSON object."""
    reached = answer.reached
    return {
        "owner": reached.owner,
        "to": list(reached.requesters),
        "verdict": WORD[answer.verdict],
        "ways": [_way_value(one) for one in answer.ways],
        "cut_off": reached.cut_off,
        "refuted": answer.refuted,
        "closing": {
            "cost": reached.cost,
            "sets": [_closing_value(one) for one in reached.closings],
            "more": reached.more_closings,
            "exact": answer.closing_exact,
            "owner_alone": _closing_value(reached.own) if reached.own is not None else None,
        },
        "holders": list(reached.holders),
        "assumed": list(answer.assumed),
    }


def _way_value(one: Followed) -> dict[str, Any]:
    question = one.questions[-1].example if one.questions else None
    return {
        "agencies": list(one.way.agencies),
        "door": str(one.way.door),
        "verdict": WORD[one.verdict],
        "field": one.field,
        "steps": [step_value(step) for step in one.way.steps],
        "question": example_value(question) if question is not None else None,
    }


def step_value(step: Step) -> dict[str, Any]:
    """One step as a JSON object."""
    hop = step.hop
    return {
        "giver": hop.giver,
        "taker": hop.taker,
        "door": str(step.door),
        "by": str(hop.by),
        "authority": hop.authority,
        "known": str(hop.known),
        "sources": list(hop.sources),
        "past": hop.past,
        "law": ruling_value(hop.ruling) if hop.ruling is not None else None,
    }


def ruling_value(ruling: Ruling) -> dict[str, Any]:
    """What law says, as a JSON object."""
    return {"says": str(ruling.says), "rules": [rule_value(one) for one in ruling.rules]}


def rule_value(one: CitedRule) -> dict[str, str]:
    """A rule as a JSON object."""
    return {"rule": one.rule, "title": one.title, "citation": one.citation, "status": one.status}


def _closing_value(closing: Closing) -> list[str]:
    return list(closing.ends)


def print_answer(answer: ReachAnswer) -> None:
    """One answer: whether there is a way, each way step by step, what would close them, what was assumed."""
    click.echo(_headline(answer))
    for number, one in enumerate(answer.ways, start=1):
        doubt = "" if one.verdict is Verdict.FOUND else "; not decided, treat it as a way"
        click.echo(f"{number}. {' -> '.join(one.way.agencies)}: {one.way.door}{doubt}")
        for step in one.way.steps:
            click.echo(f"   {step.hop.giver} --{step.door}--> {step.hop.taker}")
            click.echo(f"     by {step.hop.authority} ({step.hop.known})")
            if step.hop.ruling is not None:
                click.echo(f"     {say_ruling(step.hop.ruling)}")
    if answer.reached.cut_off:
        click.echo(f"Not all: {answer.reached.cut_off}.")
    if answer.refuted:
        click.echo(f"{answer.refuted} more are possible hop by hop and for no record as a whole.")
    _print_closing(answer)
    first = next((one for one in answer.ways if one.questions), None)
    if first is not None:
        click.echo("A question that passes, the last of the first way that law decided:")
        say_example(first.questions[-1].example, "  ")
    click.echo("Assumed: " + "; ".join(answer.assumed) + ".")


def _headline(answer: ReachAnswer) -> str:
    owner, to = answer.reached.owner, ", ".join(answer.reached.requesters)
    if answer.verdict is Verdict.NONE:
        return f"NO WAY from {owner} to {to}."
    if not answer.ways:
        return f"NOT DECIDED from {owner} to {to}. Treat it as yes."
    count = len(answer.ways)
    shortest = len(answer.ways[0].way.steps)
    more = " or more" if answer.reached.cut_off else ""
    return (
        f"YES, {count}{more} way{'s' if count > 1 else ''} from {owner} to {to}. "
        f"The shortest has {shortest} step{'s' if shortest > 1 else ''}."
    )


def _print_closing(answer: ReachAnswer) -> None:
    reached = answer.reached
    if reached.past:
        click.echo(f"{len(reached.past)} of them happened already; nothing undoes that.")
    if reached.cost is None:
        click.echo("Nothing known here closes it.")
    for number, closing in enumerate(reached.closings):
        alone = (
            f" {reached.owner} can do this alone."
            if {hop.giver for hop in closing.hops} == {reached.owner}
            else ""
        )
        click.echo(f"{'To close it' if number == 0 else 'Or'}: {say_closing(closing)}.{alone}")
    if reached.closings and not answer.closing_exact:
        click.echo("Fewer may be enough: some of these hops lead no single record all the way.")
    if reached.more_closings:
        click.echo(f"{reached.more_closings.capitalize()}.")
    if reached.own is not None and reached.own not in reached.closings:
        click.echo(f"What {reached.owner} can do alone: {say_closing(reached.own)}.")
