"""An answer as a file: with its labels and terms in every row, and what was withheld, so that no part of it stands without."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from comity.model.answer import Item
from comity.model.copied import CopiedAnswer
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
    "terms",
    "exported by",
    "exported at",
)
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
        "exported_at": datetime.fromtimestamp(copied.at_ms / 1000, UTC).isoformat(timespec="seconds"),
        "entry": copied.entry,
        "terms": terms,
        "agencies": [
            {"agency": names.get(one.agency, one.agency), "status": one.status} for one in outcome.sources
        ],
        "records": [
            _record(names.get(source.agency, source.agency), item, terms)
            for source in outcome.sources
            if source.answer is not None
            for item in source.answer.items
        ],
    }


def _record(agency: str, item: Item, terms: str) -> dict[str, Any]:
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
            }
            for one in item.withheld
        ],
    }


def _rows(value: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    first = (value["question"], value["case"], value["purpose"], value["for"])
    last = (value["terms"], value["exported_by"], value["exported_at"])
    for one in value["records"]:
        labels = BETWEEN.join(one["labels"]).upper()
        record = (*first, one["agency"], one["reference"], one["class"], one["as_of"], labels)
        for field in one["fields"]:
            yield (*record, field["field"], field["level"], BETWEEN.join(field["values"]), "", "", "", *last)
        for field in one["withheld"]:
            level = "held" if field["held"] else "withheld"
            yield (*record, field["field"], level, "", field["rule"], field["citation"], field["why"], *last)
