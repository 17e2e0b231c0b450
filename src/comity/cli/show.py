"""Answers as JSON values and as text. Nothing here decides anything; it prints what was released."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import click
from msgspec.structs import replace

from comity.cli.waterfall import waterfall_lines, waterfall_value
from comity.errors import ProofError
from comity.law.explain import reason_sentence
from comity.ledger.verify import verify_receipt
from comity.model.agency import Directory
from comity.model.answer import PARTS_PER_MILLION, Answer, Evidence, Item
from comity.model.canon import canonical_bytes
from comity.model.codes import Level, Status
from comity.model.decision import Reason
from comity.model.outcome import Conflict, KeptApart, Outcome, PersonView, SourceResult

NO_AGREEMENT = "comity/NO-AGREEMENT"
OF_SEVERAL = "no agreement in force gives these to the asking agency for this question"
NOTHING_TO_TELL = "no record, or none of which anything may be told; it is never said which"
LONGEST_VALUE = 90  # characters of one value on a terminal line
STATUS_COLOURS = {
    Status.ANSWERED: "green",
    Status.HELD: "yellow",
    Status.TOO_MANY: "yellow",
    Status.REFUSED: "red",
}


def outcome_value(outcome: Outcome, directory: Directory) -> dict[str, Any]:
    """An outcome as one JSON object; `verified` is true only if every receipt verifies offline, here and now."""
    sources = [source_value(source, directory) for source in outcome.sources]
    receipts = [source["receipt_verified"] for source in sources if source["receipt"] is not None]
    return {
        "query_id": outcome.query_id,
        "asker": outcome.request.asker,
        "member": outcome.request.member,
        "for": outcome.request.beneficiary,
        "purpose": outcome.request.purpose,
        "case": outcome.request.case_number,
        "took_ms": outcome.took_ms,
        "sources": sources,
        "persons": [_person_value(person) for person in outcome.persons],
        "apart": [_apart_value(apart) for apart in outcome.apart],
        "verified": bool(receipts) and all(receipts),
    }


def source_value(source: SourceResult, directory: Directory) -> dict[str, Any]:
    """One source as a JSON object."""
    answer = source.answer
    return {
        "agency": source.agency,
        "status": source.status,
        "reasons": [reason_value(reason) for reason in source.reasons],
        "items": [_item_value(item, answer.not_in_file_ppm) for item in answer.items] if answer else [],
        "removed": [
            {"data_class": one.data_class, "reasons": [reason_value(reason) for reason in one.reasons]}
            for one in (answer.removed if answer else ())
        ],
        "possible": answer.possible if answer else None,
        "not_in_file": _ratio(answer.not_in_file_ppm) if answer else None,
        "deadline_ms": answer.deadline_ms if answer else None,
        "receipt": _receipt_value(source),
        "receipt_verified": receipt_verifies(source, directory),
    }


def receipt_verifies(source: SourceResult, directory: Directory) -> bool:
    """The offline verifier's word on a source's receipt, over exactly the answer that came with it."""
    if source.answer is None or source.receipt is None:
        return False
    owner = directory.find_agency(source.agency)
    node = directory.find_node(owner.node) if owner else None
    if node is None:
        return False
    try:
        verify_receipt(source.receipt, canonical_bytes(source.answer), node.log_key)
    except ProofError:
        return False
    return True


def print_outcome(outcome: Outcome, directory: Directory) -> None:
    """An outcome as text: source by source, then persons, then whether every receipt verified."""
    print_sources(outcome, directory)
    value = outcome_value(outcome, directory)
    click.echo("\nreceipts: " + ("every one verified offline" if value["verified"] else "NOT all verified"))


def print_sources(outcome: Outcome, directory: Directory) -> None:
    """Question, sources and persons of an outcome as text."""
    request = outcome.request
    click.echo(
        f"question {outcome.query_id}  {request.purpose}, case {request.case_number}, for {request.beneficiary}"
    )
    click.echo(f"asked by {request.member} of {request.asker}; {outcome.took_ms} ms")
    for source in outcome.sources:
        print_source(source, directory)
    _print_persons(outcome)


def print_source(source: SourceResult, directory: Directory) -> None:
    """One source as text."""
    owner = directory.find_agency(source.agency)
    status = click.style(source.status.replace("-", " "), fg=STATUS_COLOURS.get(source.status), bold=True)
    click.echo(f"\n{owner.name if owner else source.agency}: {status}")
    for reason in source.reasons:
        click.echo(f"  {reason_sentence(reason)}")
    if source.status is Status.NOTHING_RELEASABLE:
        click.echo(f"  {NOTHING_TO_TELL}")
    if source.answer is None:
        return
    for line in _removed_lines(source.answer):
        click.echo(click.style(f"  {line}", dim=True))
    if source.answer.possible is not None:
        click.echo(f"  could be this person by name alone, not listed: {source.answer.possible}")
    for item in source.answer.items:
        _print_item(item, source.answer.not_in_file_ppm)


def _removed_lines(answer: Answer) -> list[str]:
    """One line for each set of reasons that took data classes out of the question."""
    by_reason: dict[str, list[str]] = {}
    for removed in answer.removed:
        told = "; ".join(_removal(reason) for reason in removed.reasons)
        by_reason.setdefault(told, []).append(removed.data_class)
    return [f"not asked for {', '.join(classes)}: {told}" for told, classes in by_reason.items()]


def _removal(reason: Reason) -> str:
    """A reason that took classes out; the one whose title names its class in words that fit several."""
    title = OF_SEVERAL if reason.rule == NO_AGREEMENT else reason.title
    return reason_sentence(replace(reason, title=title, because="", remedy=""))


def _print_item(item: Item, not_in_file_ppm: int | None) -> None:
    labels = "".join(click.style(f" [{label}]", fg="yellow") for label in item.labels)
    click.echo(f"  {item.data_class} {item.reference}  probability {_ratio(item.probability_ppm):.3f}{labels}")
    click.echo(f"    item {item.item_id}, {_as_of(item.as_of)}")
    if item.finding:
        click.echo(f"    finding  {item.finding}")
    for verdict in ("agree", "disagree", "missing"):
        told = [evidence for evidence in item.evidence if evidence.verdict == verdict]
        if told:
            click.echo(f"    {verdict:<9}" + "; ".join(_evidence_text(evidence) for evidence in told))
    for line in waterfall_lines(item, not_in_file_ppm):
        click.echo(line)
    for field in item.fields:
        shown = "; ".join(field.values) if field.values else "held by the owner: ask the owner"
        click.echo(f"    {field.field}: {_short(shown)}" + (" (masked)" if field.level is Level.MASKED else ""))
    for hold in item.holds:
        waits = f"    waits     {hold.kind} by {hold.role}: {hold.what} ({hold.rule}, {hold.citation})"
        click.echo(click.style(waits, fg="yellow"))
    for rule, fields in _withheld_by_rule(item).items():
        click.echo(click.style(f"    withheld  {', '.join(fields)}", dim=True))
        click.echo(click.style(f"              {rule}", dim=True))


def _withheld_by_rule(item: Item) -> dict[str, list[str]]:
    by_rule: dict[str, list[str]] = {}
    for withheld in item.withheld:
        unverified = ", not yet verified by counsel" if withheld.status == "unverified" else ""
        held = "; waits for a decision" if withheld.held else ""
        helps = f"; what would help: {withheld.would_help}" if withheld.would_help else ""
        key = f"{withheld.title} ({withheld.rule}, {withheld.citation}{unverified}){held}{helps}"
        by_rule.setdefault(key, []).append(withheld.field)
    return by_rule


def _print_persons(outcome: Outcome) -> None:
    several = [person for person in outcome.persons if len(person.item_ids) > 1]
    if several:
        click.echo("\npersons the owners' items join into:")
    for person in several:
        click.echo(f"  one person in {len(person.item_ids)} items; agree: {', '.join(person.agree)}")
        _print_conflicts(person.disagree)
    if outcome.apart:
        click.echo("\nnot joined, though something ties them:")
    for apart in outcome.apart:
        click.echo(f"  {len(apart.item_ids)} items: {', '.join(apart.item_ids)}")
        click.echo(f"    {apart.sentence}")
        _print_conflicts(apart.disagree)


def _print_conflicts(conflicts: tuple[Conflict, ...]) -> None:
    for conflict in conflicts:
        click.echo(click.style(f"    disagree  {conflict.field}", fg="yellow"))
        for held in conflict.values:
            click.echo(click.style(f"      {held.owner}, {_as_of(held.as_of)}: {_short(held.value)}", fg="yellow"))


def _as_of(day: date) -> str:
    return "day not stated" if day == date.min else f"as of {day}"


def _item_value(item: Item, not_in_file_ppm: int | None) -> dict[str, Any]:
    return {
        "item_id": item.item_id,
        "data_class": item.data_class,
        "reference": item.reference,
        "as_of": item.as_of.isoformat(),
        "probability": _ratio(item.probability_ppm),
        "finding": item.finding,
        "waterfall": waterfall_value(item, not_in_file_ppm),
        **{
            verdict: [_evidence_value(evidence) for evidence in item.evidence if evidence.verdict == verdict]
            for verdict in ("agree", "disagree", "missing")
        },
        "fields": {
            field.field: {"level": field.level.word, "values": list(field.values)} for field in item.fields
        },
        "withheld": [
            {
                "field": withheld.field,
                "rule": withheld.rule,
                "citation": withheld.citation,
                "title": withheld.title,
                "status": withheld.status,
                "held": withheld.held,
                "would_help": withheld.would_help,
            }
            for withheld in item.withheld
        ],
        "holds": [
            {"rule": hold.rule, "kind": hold.kind, "what": hold.what, "role": hold.role, "citation": hold.citation}
            for hold in item.holds
        ],
        "labels": list(item.labels),
        "certified": item.certified,
    }


def _evidence_value(evidence: Evidence) -> dict[str, Any]:
    return {
        "field": evidence.field,
        "weight": evidence.weight_millinats / 1000,
        "sentence": evidence.sentence,
        "asked": evidence.asked,
        "held": evidence.held,
    }


def reason_value(reason: Reason) -> dict[str, str]:
    """One reason as a JSON object."""
    return {
        "rule": reason.rule,
        "title": reason.title,
        "citation": reason.citation,
        "status": reason.status,
        "effect": reason.effect,
        "because": reason.because,
        "remedy": reason.remedy,
    }


def _receipt_value(source: SourceResult) -> dict[str, str] | None:
    if source.receipt is None:
        return None
    return {
        "node": source.receipt.node,
        "entry": source.receipt.entry,
        "proof": source.receipt.proof,
        "content_key": source.receipt.content_key,
    }


def _person_value(person: PersonView) -> dict[str, Any]:
    return {
        "items": list(person.item_ids),
        "agree": list(person.agree),
        "disagree": _conflicts_value(person.disagree),
    }


def _apart_value(apart: KeptApart) -> dict[str, Any]:
    return {
        "items": list(apart.item_ids),
        "ties": list(apart.ties),
        "sentence": apart.sentence,
        "disagree": _conflicts_value(apart.disagree),
    }


def _conflicts_value(conflicts: tuple[Conflict, ...]) -> list[dict[str, Any]]:
    return [
        {
            "field": conflict.field,
            "values": [
                {"owner": held.owner, "value": held.value, "as_of": held.as_of.isoformat()}
                for held in conflict.values
            ],
        }
        for conflict in conflicts
    ]


def _evidence_text(evidence: Evidence) -> str:
    return evidence.sentence or evidence.field


def _time(at_ms: int | None) -> str | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


def _ratio(ppm: int | None) -> float:
    return 0.0 if ppm is None else ppm / PARTS_PER_MILLION


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
