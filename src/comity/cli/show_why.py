"""A past question explained, as JSON values and as text, for the owner's own desk."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click
import msgspec

from comity.law.explain import reason_sentence
from comity.model.codes import Level
from comity.model.decision import Duty, FieldDecision, Hold, Reason
from comity.model.explained import (
    AnswerExplained,
    AskedExplained,
    FieldExplained,
    RecordExplained,
    RecordNow,
    RuleReading,
    TestReading,
)

TRUTHS = {True: "true", False: "false", None: "unknown"}
NOW_WORDS = {
    RecordNow.AS_THEN: "",
    RecordNow.CHANGED: "changed since: below is what the desk record kept, and its rules are not read again",
    RecordNow.GONE: "purged since, or no longer there: below is what the desk record kept",
    RecordNow.LAW_GONE: "the law of then is no longer kept: below is what the desk record kept",
}


def answer_value(answer: AnswerExplained) -> dict[str, Any]:
    """One explained answer as a JSON object: the noun's own fields, levels as words."""
    value: dict[str, Any] = msgspec.to_builtins(answer)
    value["answered"] = _time(answer.answered_ms)
    del value["answered_ms"]
    for record in value["records"]:
        for field in (*record["decision"]["fields"], *(one["decision"] for one in record["fields"])):
            field["level"] = Level(field["level"]).word
    return value


def print_answer(answer: AnswerExplained, field: str) -> None:
    """One explained answer as text; of each record only the named field where one is named."""
    behalf = f", for {answer.beneficiary}" if answer.beneficiary != answer.asker else ""
    click.echo(f"question {answer.query_id}: {answer.purpose}, asked by {answer.member} of {answer.asker}{behalf}")
    click.echo(f"{answer.step} of {_time(answer.answered_ms)} (entry {answer.entry}): {_spaced(answer.status)}")
    click.echo(f"law {answer.law}" + ("" if answer.law_kept else ", of which the texts are no longer kept"))
    asked = answer.asked
    _print_reasons("refused", asked.refused)
    for data_class, reasons in asked.removed:
        _print_reasons(f"not asked for {data_class}", reasons)
    for refusal in answer.refusals:
        _print_refusal(refusal)
    _print_owed(asked.holds, asked.duties, "  ")
    if not answer.records:
        click.echo("no record is listed")
    for record in answer.records:
        _print_record(record, field)


def _print_reasons(what: str, reasons: tuple[Reason, ...]) -> None:
    for reason in reasons:
        click.echo(f"  {what}: {reason_sentence(reason)}")


def _print_refusal(refusal: AskedExplained) -> None:
    if not refusal.deciding and not refusal.nearest:
        return
    click.echo(f"  why {refusal.data_class or 'the question'} was refused")
    for rule in refusal.deciding:
        _print_rule("decided by", rule)
    for rule in refusal.nearest:
        _print_near(rule)


def _print_record(record: RecordExplained, field: str) -> None:
    shown = f": {', '.join(record.shown)}" if record.shown else ""
    click.echo(f"\nrecord {record.reference} ({record.person}): {_spaced(record.outcome)}{shown}")
    if NOW_WORDS[record.now]:
        click.echo(f"  {NOW_WORDS[record.now]}")
    _print_owed(record.decision.holds, record.decision.duties, "  ")
    if record.decision.labels:
        click.echo(f"  labels    {', '.join(record.decision.labels)}")
    if record.fields:
        for one in record.fields:
            _print_field(one)
        return
    for line, names in _fields_by_reason(record, field).items():
        click.echo(f"  {', '.join(names)}\n    {line}")


def _fields_by_reason(record: RecordExplained, field: str) -> dict[str, list[str]]:
    """Names of fields by how and why they stand, so that a record takes a line for each set of rules."""
    found: dict[str, list[str]] = {}
    for one in record.decision.fields:
        if field in ("", one.field):
            rules = "; ".join(f"{reason.rule} ({reason.citation})" for reason in one.reasons)
            found.setdefault(f"{_standing(one)} by {rules}", []).append(one.field)
    return found


def _standing(decided: FieldDecision) -> str:
    if decided.held:
        return f"waits, then {decided.level.word}"
    return f"{decided.level.word} but to match" if decided.match_only else decided.level.word


def _print_field(one: FieldExplained) -> None:
    click.echo(f"\n  {one.decision.field}: {_standing(one.decision)}")
    for reason in one.decision.reasons:
        if reason.rule.startswith("comity/"):
            click.echo(f"    decided by {reason_sentence(reason)}")
    for rule in one.deciding:
        _print_rule("decided by", rule)
    for rule in one.counting:
        _print_rule("also bears on it", rule)
    if one.lacking:
        click.echo(f"    no exception by {', '.join(one.lacking)}")
    for rule in one.nearest:
        _print_near(rule)


def _print_rule(how: str, rule: RuleReading) -> None:
    click.echo(f"    {how} {_rule_line(rule)}: {rule.effect}")
    for test in rule.tests:
        click.echo(f"      {_test_line(test)}")
    for test in rule.exceptions:
        click.echo(f"      unless {_test_line(test)}")


def _print_near(rule: RuleReading) -> None:
    """A permit that failed: what failed first, then the rest."""
    click.echo(f"    nearest permit {_rule_line(rule)}: {rule.effect}")
    for at, test in enumerate(rule.failing):
        click.echo(f"      {'fails first at' if at == 0 else 'and at'} {_test_line(test)}")
    for lifted in rule.lifted_by:
        click.echo(f"      lifted by {lifted}")


def _rule_line(rule: RuleReading) -> str:
    unverified = "" if rule.status == "verified" else ", not yet verified by counsel"
    seen = f", seen as {rule.seen_as}" if rule.seen_as else ""
    return f"{rule.rule} {rule.title} ({rule.citation}{unverified}{seen})"


def _test_line(test: TestReading) -> str:
    fact = f": {test.fact}" if test.fact else ""
    within = f" [{test.definition}]" if test.definition else ""
    return f"{TRUTHS[test.truth]:<8}{test.test}{within}{fact}"


def _print_owed(holds: tuple[Hold, ...], duties: tuple[Duty, ...], indent: str) -> None:
    for hold in holds:
        click.echo(f"{indent}waits     {hold.kind} by {hold.role}: {hold.what} ({hold.rule}, {hold.citation})")
    for duty in duties:
        to = f" to {duty.to}" if duty.to else ""
        due = f", due {_time(duty.due_ms)}" if duty.due_ms is not None else ""
        click.echo(f"{indent}owes      {duty.kind}{to}{due} ({duty.rule}, {duty.citation})")


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


def _spaced(word: str) -> str:
    return word.replace("-", " ")
