"""What is withheld, on a terminal and as JSON: by rule, with the paper that would help, and no more where none would."""

from __future__ import annotations

from datetime import date

import pytest

from comity.cli.show import print_source, source_value
from comity.model.agency import Directory
from comity.model.answer import Answer, Item, WithheldField
from comity.model.codes import DataClass, Status
from comity.model.outcome import SourceResult

PAPER = "a court order signed by a state judge"
DIRECTORY = Directory(version=1, agencies=(), nodes=())


def withheld(field: str, rule: str, **more: str) -> WithheldField:
    return WithheldField(field=field, rule=rule, citation="Act 1", title="Closed", status="verified", **more)


def source(*fields: WithheldField) -> SourceResult:
    """An owner's answer with one record that withholds these."""
    item = Item(
        item_id="1" * 32, data_class=DataClass.BOOKING, reference="BK-1", probability_ppm=1, second_identifier=True,
        evidence=(), fields=(), withheld=fields, labels=(), as_of=date(2026, 1, 2),
    )  # fmt: skip
    answer = Answer(
        query_id="0" * 32, number=1, owner="birch", status=Status.ANSWERED, reasons=(), items=(item,), answered_ms=1
    )  # fmt: skip
    return SourceResult(agency="birch", status=Status.ANSWERED, answer=answer)


FOUND = source(
    withheld("ssn", "us-xx/A-1", paper=PAPER),
    withheld("phone", "us-xx/A-1", paper=PAPER),
    withheld("email", "us-xx/A-2"),
)


def test_the_paper_that_would_help_stands_behind_its_rule(capsys: pytest.CaptureFixture[str]) -> None:
    """Once for all fields that the rule keeps; a rule that no paper lifts ends with its citation."""
    print_source(FOUND, DIRECTORY)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[lines.index("withheld  ssn, phone") + 1] == (
        f"Closed (us-xx/A-1, Act 1); what would help: {PAPER}"
    )
    assert lines[lines.index("withheld  email") + 1] == "Closed (us-xx/A-2, Act 1)"


def test_json_has_it_with_each_field() -> None:
    """Empty where no paper would help."""
    (item,) = source_value(FOUND, DIRECTORY)["items"]
    assert [(one["field"], one["would_help"]) for one in item["withheld"]] == [
        ("ssn", PAPER), ("phone", PAPER), ("email", ""),
    ]  # fmt: skip
