"""Answers check themselves: the parts of a probability add up, and other people never make anybody likelier."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest

from comity.errors import NounError
from comity.model.answer import Evidence, Item, Waterfall, WithheldField, probability_of
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import DataClass

FALL = Waterfall(prior_millinats=-11_189, calibration_millinats=-2_000, others_millinats=-10, runner_up_ppm=5)
EVIDENCE = (
    Evidence(field="name", verdict="agree", weight_millinats=11_000, sentence="the names are the same"),
    Evidence(field="birth-date", verdict="agree", weight_millinats=9_000, sentence="the birth dates are the same"),
    Evidence(field="sex", verdict="missing", weight_millinats=0, sentence="sex not compared"),
)


def item(probability_ppm: int) -> Item:
    return Item(
        item_id="1" * 32,
        data_class=DataClass.WARRANT,
        reference="W-1",
        probability_ppm=probability_ppm,
        second_identifier=True,
        evidence=EVIDENCE,
        fields=(),
        withheld=(),
        labels=(),
        as_of=date(2026, 1, 2),
        finding="same person as far as was compared",
        waterfall=FALL,
    )


def test_an_item_whose_parts_do_not_add_up_is_refused() -> None:
    """The sum is the log odds of the probability; an answer that says otherwise is no answer, read or made."""
    assert FALL.total_millinats(EVIDENCE) == 6_801
    made = item(probability_of(6_801))
    assert from_canonical(canonical_bytes(made), Item) == made
    with pytest.raises(NounError, match="do not add up"):
        item(probability_of(6_801) - 100)
    forged = msgspec.json.decode(canonical_bytes(made))
    forged["waterfall"]["others_millinats"] = -5_000
    with pytest.raises(NounError, match="do not add up"):
        from_canonical(canonical_bytes(forged), Item)


def test_an_item_of_an_older_node_has_no_waterfall() -> None:
    """What was kept before there were waterfalls can still be read."""
    assert msgspec.structs.replace(item(probability_of(6_801)), waterfall=None, finding="").waterfall is None


def test_a_withheld_field_of_an_older_node_names_no_paper() -> None:
    """An answer without one is read, and written again as the bytes it was: what is signed and kept stays what it is."""
    older = (
        b'{"field":"ssn","rule":"us-xx/A-1","citation":"Act 1","title":"Closed","status":"verified","held":false}'
    )
    read = from_canonical(older, WithheldField)
    assert read.would_help == ""
    assert canonical_bytes(read) == older


def test_a_paper_that_would_help_is_part_of_what_is_signed() -> None:
    """It stands in the canonical bytes, and an empty one is no paper."""
    field = WithheldField(
        field="ssn", rule="us-xx/A-1", citation="Act 1", title="Closed", status="verified", paper="a court order"
    )
    assert b'"paper":"a court order"' in canonical_bytes(field)
    assert from_canonical(canonical_bytes(field), WithheldField) == field
    with pytest.raises(NounError, match="the paper that would help is empty"):
        msgspec.structs.replace(field, paper="")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"others_millinats": 1}, "never make somebody likelier"),
        ({"runner_up_ppm": 1_000_001}, "a probability lies"),
    ],
)
def test_a_waterfall_that_cannot_be_is_refused(changes: dict[str, int], message: str) -> None:
    """Other people cost or are nobody; a runner-up has a probability."""
    with pytest.raises(NounError, match=message):
        msgspec.structs.replace(FALL, **changes)


@pytest.mark.parametrize(
    ("millinats", "ppm"),
    [(0, 500_000), (2_303, 909_125), (-(10**15), 0), (60_000, 1_000_000), (10**15, 1_000_000)],
)
def test_log_odds_of_any_size_are_a_probability(millinats: int, ppm: int) -> None:
    """Numbers that no match could make raise nothing and stay within nought and one."""
    assert abs(probability_of(millinats) - ppm) <= 1
