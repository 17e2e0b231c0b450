"""What came of what left: one word for each row."""

from __future__ import annotations

import pytest

from comity.exchange.desk.leaving import result_of
from comity.model.leaving import RESULTS, LeavingRow


@pytest.mark.parametrize(
    ("decision", "released", "result"),
    [
        ("answered", 2, "released"),
        ("held", 1, "released"),
        ("held", 0, "held"),
        ("refused", 0, "refused"),
        ("nothing-releasable", 0, "nothing"),
        ("", 0, "nothing"),
    ],
)
def test_a_row_says_what_the_log_says_of_its_entry(decision: str, released: int, result: str) -> None:
    """What waits for its owner is not told as if the owner had decided to release nothing."""
    row = LeavingRow(
        entry=11,
        at_ms=1_000,
        way="answer",
        agency="wa-police",
        purpose="criminal-investigation",
        decision=decision,
        classes=(),
        released=released,
    )
    assert result_of(row) == result
    assert result in RESULTS
