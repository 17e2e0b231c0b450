"""An answer as a file: with its labels and terms in every row, and what was withheld, so that no part of it stands without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from comity.model.answer import NOT_CERTIFIED, Item
from comity.model.copied import CopiedAnswer
from comity.model.told_note import ToldNote
from comity.oversight.texts.spreadsheet import spreadsheet

TERMS = "May: use in case {case}. May not: pass on, use for another purpose, file in court."
HEADS = (
    "question",
    "case",
    "purpose",
    "for",
    "agency",
    "reference",
    "class",
    "as of",
    "labels",
    "field",
    "level",
    "value",
    "withheld by",
    "citation",
    "why",
    "what would help",
    "terms",
    "exported by",
    "exported at",
)
WRITTEN_DOWN = "told, written down"  # in the place of a level, which is what an owner released
NOT_THE_OWNERS = "Written down by the asker. Not part of the owner's answer; the owner's log may not have it."
BETWEEN = "; "  # values of one field, labels of one record


def answer_csv(copied: CopiedAnswer, names: Mapping[str, str]) -> bytes:
    """One row a field, given or withheld; safe to open in a spreadsheet. `names` are agencies' names by id."""
    value = answer_value(copied, names)
    return spreadsheet(HEADS, _rows(value)).encode()


def answer_json(copied: CopiedAnswer, names: Mapping[str, str]) -> bytes:
    """The same as one JSON object."""
    return msgspec.json.format(msgspec.json.encode(answer_value(copied, names)), indent=2) + b"\n"


def answer_value(copied: CopiedAnswer, names: Mapping[str, str]) -> dict[str, Any]:
    """The copy as plain values: what was asked for, how every agency stands, every record with labels and terms."""
    outcome = copied.revised.outcome
    request = outcome.request
    terms = TERMS.format(case=request.case_number)
    return {
        "question": outcome.query_id,
        "case": request.case_number,
        "purpose": request.purpose,
        "for": names.get(request.beneficiary, request.beneficiary),
        "exported_by": request.member,
        "exported_at": _time(copied.at_ms),
        "entry": copied.entry,
        "terms": terms,
        "agencies": [
            {"agency": names.get(one.agency, one.agency), "status": one.status} for one in outcome.sources
        ],
        "records": [
            _record(names.get(source.agency, source.agency), item, terms, copied.revised.notes)
            for source in outcome.sources
            if source.answer is not None
            for item in source.answer.items
        ],
    }


def _record(agency: str, item: Item, terms: str, notes: tuple[ToldNote, ...]) -> dict[str, Any]:
    return {
        "agency": agency,
        "reference": item.reference,
        "class": item.data_class,
        "as_of": item.as_of.isoformat(),
        "labels": list(item.labels),
        "terms": terms,
        "fields": [
            {"field": one.field, "level": one.level.word, "values": list(one.values)} for one in item.fields
        ],
        "withheld": [
            {
                "field": one.field,
                "held": one.held,
                "rule": one.rule,
                "citation": one.citation,
                "why": one.title,
                "status": one.status,
                "would_help": one.would_help,
            }
            for one in item.withheld
        ],
        "told": [_note(one) for one in notes if one.item_id == item.item_id],
    }


def _note(note: ToldNote) -> dict[str, str]:
    """What a member wrote down of a call: under its own labels, apart from every field that the owner released."""
    return {
        "field": note.field,
        "label": NOT_CERTIFIED,
        "says": NOT_THE_OWNERS,
        "told": note.told,
        "told_by": note.told_by,
        "how": note.how,
        "told_at": _time(note.told_ms),
        "written_by": note.member,
        "written_at": _time(note.written_ms),
    }


def _time(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).isoformat(timespec="seconds")


def _rows(value: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    first = (value["question"], value["case"], value["purpose"], value["for"])
    last = (value["terms"], value["exported_by"], value["exported_at"])
    for one in value["records"]:
        labels = BETWEEN.join(one["labels"]).upper()
        record = (*first, one["agency"], one["reference"], one["class"], one["as_of"], labels)
        for field in one["fields"]:
            yield (*record, field["field"], field["level"], BETWEEN.join(field["values"]), "", "", "", "", *last)
        for field in one["withheld"]:
            level = "held" if field["held"] else "withheld"
            reason = (field["rule"], field["citation"], field["why"], field["would_help"])
            yield (*record, field["field"], level, "", *reason, *last)
        for note in one["told"]:
            told = f"{note['told_by']}, {note['how']}, {note['told_at']}; written down by {note['written_by']}"
            plain = (*record[:-1], BETWEEN.join((NOT_CERTIFIED, *one["labels"])).upper())
            yield (
                *plain,
                note["field"],
                WRITTEN_DOWN,
                note["told"],
                "",
                "",
                f"{NOT_THE_OWNERS} Told by {told}.",
                "",
                *last,
            )
