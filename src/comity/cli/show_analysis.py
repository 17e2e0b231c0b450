"""Answers about every question, as sentences and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import click

from comity.law.analyse.dead import Dead
from comity.law.analyse.diff import DIMENSIONS, Change
from comity.law.analyse.example import Example
from comity.law.analyse.example_said import plain_value, said_facts
from comity.law.analyse.hops import RegionReach, Step
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Closed, Reach, Reached
from comity.law.analyse.table import Table, count_words, rows_of
from comity.law.vocabulary import load_vocabulary
from comity.model.decision import Reason

WORD = {Verdict.FOUND: "reached", Verdict.NONE: "closed", Verdict.UNDECIDED: "undecided"}
KIND_OF_DEATH = {
    "never-true": "can never count",
    "shadowed": "matters nowhere",
    "no-request": "permits no question anything",
    "never-lifts": "has an exception that can never lift it",
    "never-used": "has a word that nothing uses",
}
MOST_WORDS = 4  # of one dimension told by name; more are told by their number


def example_value(example: Example) -> dict[str, Any]:
    """A question as JSON: who asks, of which class, on which day, and every fact that had to be so."""
    return {
        "requester": example.requester.name,
        "class": example.data_class,
        "on": example.today.isoformat(),
        "facts": {path: plain_value(value) for path, value in sorted(example.facts.items())},
        "given": {path: plain_value(value) for path, value in sorted(example.settled.items())},
        "elections": dict(example.elections),
    }


def say_example(example: Example, indent: str = "    ") -> None:
    """A question in the vocabulary's phrases."""
    click.echo(f"{indent}{example.requester.name} asks for {example.data_class} on {example.today}")
    for what, said in said_facts(example):
        click.echo(f"{indent}  {what}: {said}")
    for conflict, choice in example.elections.items():
        click.echo(f"{indent}  if the owner elects to {choice} in {conflict}")


def reach_value(found: Reach) -> dict[str, Any]:
    """The answer to one reach question as JSON."""
    return {
        "verdict": WORD[found.verdict],
        "question": reached_value(found.reached) if found.reached is not None else None,
        "closed": [
            {"requester": one.requester, "class": one.data_class, "fields": list(one.fields)}
            | {"rules": list(one.rules), "permits": list(one.permits)}
            for one in found.closed
        ],
        "sampled": found.sampled,
    }


def reached_value(found: Reached) -> dict[str, Any]:
    """A question that reaches a field, as JSON."""
    decided = found.decided
    rules = [reason.rule for reason in decided.reasons]
    seen = {"field": found.field, "level": decided.level.word, "held": decided.held, "rules": rules}
    delegated = _by_delegation(decided.reasons)
    if delegated:
        seen["delegated"] = list(delegated)
    return {**example_value(found.example), **seen}


def say_reach(found: Reach, what: str) -> None:
    """The answer to one reach question in sentences."""
    if found.verdict is Verdict.UNDECIDED:
        click.echo(f"{what}: undecided; narrow the question with --fact, --class or --field")
    elif found.reached is not None:
        decided = found.reached.decided
        click.echo(f"{what}: yes, for instance `{found.reached.field}` at {decided.level.word}")
        say_example(found.reached.example)
        click.echo(f"    by {', '.join(reason.rule for reason in decided.reasons)}")
        for citation in _by_delegation(decided.reasons):
            click.echo(f"    {citation}")
    else:
        click.echo(f"{what}: never. Proved, and {found.sampled} random questions saw nothing")
        for line in _closed_lines(found.closed):
            click.echo(f"    {line}")


def _by_delegation(reasons: Iterable[Reason]) -> tuple[str, ...]:
    """The citations of rules that somebody else signed for a party."""
    return tuple(dict.fromkeys(one.citation for one in reasons if " by delegation " in one.citation))


def _closed_lines(closed: Iterable[Closed]) -> list[str]:
    """What a proof rests on, by requester; those for whom no permit speaks of it last, in one line."""
    lines: dict[tuple[str, str, str], list[str]] = {}
    silent: dict[str, None] = {}
    for one in closed:
        if one.rules or one.permits:
            lines.setdefault((one.requester, ", ".join(one.rules), ", ".join(one.permits)), []).append(
                one.data_class
            )
        else:
            silent[one.requester] = None
    told = [
        f"{requester} ({', '.join(dict.fromkeys(classes))}): {rules or 'the conditions of the permits'}"
        + (f", over the permits {permits}" if permits else "")
        for (requester, rules, permits), classes in lines.items()
    ]
    return [*told, f"no permit can count for the rest: {', '.join(silent)}"] if silent else told


def table_value(table: Table) -> dict[str, Any]:
    """The table as JSON, by requester kind and purpose."""
    rows = [
        {"requester": dict(zip(table.split, kinds, strict=True)), "purpose": purpose, "labels": dict(labels)}
        for kinds, purpose, labels in rows_of(table)
    ]
    return {"rows": rows, **count_words(table), "undecided": len(table.undecided), "sampled": table.sampled}


def say_table(table: Table) -> None:
    """The table with a mark for each cell: open, held, or a dot for closed."""
    labels = tuple(load_vocabulary().labels)
    marks = {"open": "O", "held": "h", "closed": "."}
    for number, label in enumerate(labels):
        click.echo("  " * number + f"{label}")
    for kinds, purpose, row in rows_of(table):
        name = " ".join((*kinds, purpose))
        click.echo(" ".join(marks[row.get(label, "closed")] for label in labels) + f"  {name}")
    counts = ", ".join(f"{count} {word}" for word, count in count_words(table).items())
    click.echo(f"O open, h after a person's decision, . closed: {counts}; {len(table.undecided)} undecided")


def region_value(found: RegionReach) -> dict[str, Any]:
    """The answer over several hops for one field, as JSON."""
    return {
        "verdict": WORD[found.verdict],
        "class": found.data_class,
        "field": found.field,
        "route": [_step_value(step) for step in found.route],
        "holders": list(found.holders),
        "stopped": [{"giver": one.giver, "taker": one.taker, "rules": list(one.rules)} for one in found.stopped],
    }


def _step_value(step: Step) -> dict[str, Any]:
    told = {"giver": step.giver, "taker": step.taker, "level": step.level.word, "rules": list(step.rules)}
    return {**told, "question": example_value(step.example)}


def say_region(found: RegionReach, *, at_once: bool) -> None:
    """A route hop by hop, or where every route founders. A route that is not `at_once` has a hold on its way."""
    waits = " after a person's decision" if found.route and not at_once else ""
    click.echo(f"{found.data_class}, {found.field}: {WORD[found.verdict]}{waits}")
    for number, step in enumerate(found.route, start=1):
        click.echo(f"  {number}. {step.giver} to {step.taker}, {step.level.word}, by {', '.join(step.rules)}")
        say_example(step.example, "     ")
    if not found.route and found.holders:
        click.echo(f"  comes to be held by {', '.join(found.holders)}")
    for one in found.stopped:
        click.echo(f"  {one.giver} to {one.taker}: stopped by {', '.join(one.rules) or 'the permits alone'}")


def change_value(change: Change) -> dict[str, Any]:
    """A change as JSON: the cells are every choice of one word from each dimension, and every field."""
    return {
        "change": "opens" if change.wider else "closes",
        "rules": list(change.rules),
        "requester": change.requester,
        **{path: list(words) for path, words in zip(DIMENSIONS, change.words, strict=True)},
        "fields": [{"class": data_class, "field": name} for data_class, name in change.fields],
        "before": change.before,
        "after": change.after,
        "question": example_value(change.example),
    }


def say_change(change: Change) -> None:
    """A change in a few lines."""
    verb = "opens" if change.wider else "closes"
    click.echo(
        f"{verb} ({change.before} to {change.after}), by {', '.join(change.rules) or 'an election or term'}"
    )
    for path, words in zip(DIMENSIONS, change.words, strict=True):
        click.echo(f"  {path}: {_few(words)}")
    by_class: dict[str, list[str]] = {}
    for data_class, name in change.fields:
        by_class.setdefault(data_class, []).append(name)
    click.echo("  fields: " + "; ".join(f"{_few(names)} of {name}" for name, names in by_class.items()))
    say_example(change.example, "  ")


def _few(words: Iterable[str]) -> str:
    every = tuple(words)
    return ", ".join(every) if len(every) <= MOST_WORDS else f"{len(every)} of them, {every[0]} among them"


def dead_value(one: Dead) -> Mapping[str, Any]:
    """A dead rule as JSON."""
    return {"kind": one.kind, "rule": one.rule, "what": one.what, "by": list(one.by)}


def say_dead(one: Dead) -> None:
    """A dead rule in one line."""
    by = f", because of {', '.join(one.by)}" if one.by else ""
    what = f": {one.what}" if one.what else ""
    click.echo(f"{one.rule} {KIND_OF_DEATH[one.kind]}{what}{by}")
