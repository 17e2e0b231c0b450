"""An answer as a file: labels and terms in every row, and nothing that a spreadsheet carries out."""

from __future__ import annotations

import csv
import io
import json
from datetime import date

import pytest

from comity.model.answer import Answer, Item, ReleasedField, WithheldField
from comity.model.codes import DataClass, Instrument, Level, Purpose, Status
from comity.model.copied import CopiedAnswer, CopyForm
from comity.model.outcome import AskRequest, Outcome, RevisedOutcome, SourceResult
from comity.model.query import LegalBasis, PersonSubject
from comity.oversight.texts.answer_copy import answer_csv, answer_json

REQUEST = AskRequest(
    asker="alder-police",
    member="alder-police-detective",
    beneficiary="alder-police",
    purpose=Purpose.CRIMINAL_INVESTIGATION,
    basis=LegalBasis(instrument=Instrument.NOTHING),
    case_number="=26-1187",
    data_classes=(DataClass.BOOKING,),
    subject=PersonSubject(family="Okada"),
)


def copied(*values: str) -> CopiedAnswer:
    """A copy with one record: a given field with these values, and one that is withheld."""
    item = Item(
        item_id="1",
        data_class=DataClass.BOOKING,
        reference="BK-1",
        probability_ppm=970_000,
        second_identifier=True,
        evidence=(),
        fields=(ReleasedField(field="name", level=Level.FULL, values=values),),
        withheld=(
            WithheldField(
                field="home-address",
                rule="us-ca/CA-02",
                citation="7284.6",
                title="closed",
                status="verified",
                paper="a court order",
            ),
        ),
        labels=("not certified", "outcome unknown"),
        as_of=date(2026, 11, 2),
    )
    answer = Answer(
        query_id="0" * 32,
        number=1,
        owner="larch",
        status=Status.ANSWERED,
        reasons=(),
        items=(item,),
        answered_ms=1_010,
    )
    source = SourceResult(agency="larch", status=Status.ANSWERED, answer=answer)
    none = SourceResult(agency="fir", status=Status.HELD)
    outcome = Outcome(
        query_id="0" * 32, request=REQUEST, asked_ms=1_000, took_ms=20, sources=(source, none), persons=()
    )
    return CopiedAnswer(
        entry=7, at_ms=1_795_953_600_000, form=CopyForm.CSV, revised=RevisedOutcome(outcome=outcome)
    )


def test_every_row_has_labels_terms_and_what_was_withheld() -> None:
    """No part of the table stands without them, whoever cuts it up."""
    rows = list(
        csv.DictReader(io.StringIO(answer_csv(copied("Okada, Evelyn"), {"larch": "Larch County"}).decode()))
    )
    assert [one["field"] for one in rows] == ["name", "home-address"]
    for one in rows:
        assert one["labels"] == "NOT CERTIFIED; OUTCOME UNKNOWN"
        assert one["terms"].startswith("May: use in case =26-1187. May not: pass on")
        assert (one["agency"], one["exported by"]) == ("Larch County", "alder-police-detective")
    assert (rows[0]["level"], rows[0]["value"]) == ("full", "Okada, Evelyn")
    assert (rows[1]["level"], rows[1]["withheld by"], rows[1]["citation"]) == ("withheld", "us-ca/CA-02", "7284.6")
    assert [one["what would help"] for one in rows] == ["", "a court order"]


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_carried_out_by_a_spreadsheet(value: str) -> None:
    """Names and case numbers come from others: a cell that begins like a formula is shown as text."""
    rows = list(csv.reader(io.StringIO(answer_csv(copied(value), {}).decode(), newline="")))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert rows[1][1] == "'=26-1187"


def test_the_same_stands_in_json_with_every_agency_asked() -> None:
    """Also one that released nothing this time, by its status."""
    value = json.loads(answer_json(copied("Okada, Evelyn"), {}))
    assert value["agencies"] == [{"agency": "larch", "status": "answered"}, {"agency": "fir", "status": "held"}]
    (record,) = value["records"]
    assert record["labels"] == ["not certified", "outcome unknown"]
    assert record["terms"] == value["terms"]
    assert record["withheld"][0]["rule"] == "us-ca/CA-02"
    assert record["withheld"][0]["would_help"] == "a court order"
    assert (value["entry"], value["exported_at"]) == (7, "2026-11-29T12:00:00+00:00")
