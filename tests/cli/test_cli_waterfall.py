"""The waterfall on a terminal and as JSON: it adds up, it fits, it needs no colour, it shows no hidden value."""

from __future__ import annotations

import re
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.cli.waterfall import waterfall_lines, waterfall_value
from comity.model.answer import Evidence, Item, Waterfall, probability_of
from comity.model.codes import DataClass

NUMBER = re.compile(r" ([+-]?\d+\.\d{3})(?:  |$)")
FIELDS = ("name", "birth-date", "sex", "address", "ssn", "driver-licence", "licence-number", "weapon-serial")


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Any item with a waterfall that adds up."""
    fields = draw(st.lists(st.sampled_from(FIELDS), unique=True, max_size=8))
    evidence = []
    for field in fields:
        verdict = draw(st.sampled_from(("agree", "disagree", "missing")))
        weight = 0 if verdict == "missing" else draw(st.integers(-25_000, 25_000))
        told = Evidence(field=field, verdict=verdict, weight_millinats=weight, sentence="told", held="HIDDEN?")
        evidence.append(told)
    fall = Waterfall(
        prior_millinats=draw(st.integers(-25_000, 20_000)),
        calibration_millinats=draw(st.integers(-60_000, 60_000)),
        others_millinats=-draw(st.integers(0, 40_000)),
        runner_up_ppm=draw(st.integers(0, 1_000_000)),
    )
    return Item(
        item_id="1" * 32,
        data_class=DataClass.WARRANT,
        reference="W-1",
        probability_ppm=probability_of(fall.total_millinats(tuple(evidence))),
        second_identifier=False,
        evidence=tuple(evidence),
        fields=(),
        withheld=(),
        labels=(),
        as_of=date(2026, 1, 2),
        waterfall=fall,
    )


@settings(max_examples=100)
@given(item=items(), none=st.integers(0, 1_000_000))
def test_what_is_printed_adds_up_and_fits(item: Item, none: int) -> None:
    """The printed numbers, prior first, sum to the last one; no line is wider than 80; no escape, no value."""
    lines = waterfall_lines(item, none)
    assert max(map(len, lines)) <= 80
    text = "\n".join(lines)
    assert "\x1b" not in text
    assert "HIDDEN?" not in text
    rows = lines[1:-1]
    assert rows[0].split()[0] == "before"
    assert [row.split()[0] for row in rows[-3:]] == ["calibration", "others", "sum"]
    parts = [round(float(found[1]) * 1_000) for row in rows if (found := NUMBER.search(row))]
    assert len(parts) == len(rows)
    assert sum(parts[:-1]) == parts[-1]
    assert probability_of(parts[-1]) == item.probability_ppm
    for row, part in zip(rows, parts, strict=True):
        assert ("█" in row) == (part > 0)
        assert ("░" in row) == (part < 0)
    assert f"probability {item.probability_ppm / 1e6:.6f}" in lines[-1]
    assert f"not in this file {none / 1e6:.6f}" in lines[-1]


@settings(max_examples=100)
@given(item=items(), none=st.none() | st.integers(0, 1_000_000))
def test_the_json_object_adds_up(item: Item, none: int | None) -> None:
    """The same parts as numbers, with every field that was looked at, missing ones at nought."""
    value = waterfall_value(item, none)
    assert value is not None
    parts = [value["prior"], *(one["weight"] for one in value["evidence"]), value["calibration"], value["others"]]
    assert sum(round(part * 1_000) for part in parts) == round(value["total"] * 1_000)
    assert [one["field"] for one in value["evidence"]] == [one.field for one in item.evidence]
    assert set(value) == {
        "prior", "evidence", "calibration", "others", "total", "probability", "runner_up", "not_in_file",
    }  # fmt: skip
    assert "HIDDEN?" not in str(value)


def test_an_item_without_a_waterfall_prints_none() -> None:
    """An answer kept from before has a probability and no parts."""
    item = Item(
        item_id="1" * 32, data_class=DataClass.WARRANT, reference="", probability_ppm=1, second_identifier=False,
        evidence=(), fields=(), withheld=(), labels=(), as_of=date(2026, 1, 2),
    )  # fmt: skip
    assert waterfall_lines(item, None) == []
    assert waterfall_value(item, None) is None
