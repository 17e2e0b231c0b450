"""Lines of sharing lists over time: what a list says of its day, and what the next one no longer says."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.model.flow import Change, SharingChange, SharingEdge, Teller
from comity.oversight.map.sightings import listed_rows

FIRST, NEXT, LAST = date(2026, 4, 15), date(2026, 4, 22), date(2026, 4, 29)
BEFORE = timedelta(days=1)


def edge(
    owner: str, recipient: str, day: date | None, teller: Teller = Teller.OWNER, line: int = 2
) -> SharingEdge:
    return SharingEdge(owner=owner, recipient=recipient, as_of=day, teller=teller, file="list.csv", line=line)


def test_a_line_stands_from_its_list_until_the_next_one_no_longer_has_it() -> None:
    """Two lists of one owner: what is on both stays, what is on the first alone ended when the second was made."""
    edges = (edge("alder", "birch", FIRST), edge("alder", "cedar", FIRST), edge("alder", "birch", LAST))
    stays, ended = listed_rows(edges, (), str, "plate-read")
    assert [(one.first, one.last) for one in stays.spells] == [(FIRST, None)]
    assert [(one.first, one.last) for one in ended.spells] == [(FIRST, LAST - BEFORE)]
    assert not ended.is_on(LAST)
    assert not stays.is_on(FIRST - BEFORE)


def test_a_list_says_nothing_of_what_others_tell() -> None:
    """A recipient's list that leaves a line out does not end it: each teller is followed apart."""
    edges = (edge("alder", "birch", FIRST), edge("cedar", "birch", LAST, Teller.RECIPIENT))
    assert all(row.is_on(LAST + BEFORE) for row in listed_rows(edges, (), str, "plate-read"))


def test_changes_begin_and_end_lines() -> None:
    """An added line begins on the later day, a removed one was there on the earlier and ended before the later."""
    changes = (
        SharingChange(edge=edge("alder", "birch", NEXT), change=Change.ADDED, before=FIRST),
        SharingChange(edge=edge("alder", "cedar", NEXT), change=Change.REMOVED, before=FIRST),
        SharingChange(edge=edge("alder", "birch", LAST), change=Change.REMOVED, before=NEXT),
    )
    added, removed = listed_rows((), changes, str, "plate-read")
    assert [(one.first, one.last) for one in added.spells] == [(NEXT, LAST - BEFORE)]
    assert [(one.first, one.last) for one in removed.spells] == [(FIRST, NEXT - BEFORE)]


def test_a_line_without_a_day_is_taken_to_be_so_always() -> None:
    """Nobody says when; absence of a day closes nothing."""
    (row,) = listed_rows((edge("alder", "birch", None),), (), str, "plate-read")
    assert row.is_on(date(2000, 1, 1))
    assert row.is_on(date(2030, 1, 1))
    assert (row.source, row.classes, row.purposes) == ("list.csv, line 2", ("plate-read",), ())


@given(st.sets(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from((FIRST, NEXT, LAST)))))
@settings(max_examples=100)
def test_on_the_day_of_a_list_exactly_its_lines_stand(lines: set[tuple[str, str, date]]) -> None:
    """For each owner and each day of a list of it, the rows in force are the lines of that list."""
    edges = [
        edge(owner, recipient, day, line=place + 2) for place, (owner, recipient, day) in enumerate(sorted(lines))
    ]
    rows = listed_rows(edges, (), str, "plate-read")
    for owner, day in {(owner, day) for owner, _, day in lines}:
        standing = {row.taker for row in rows if row.giver == owner and row.is_on(day)}
        assert standing == {recipient for one, recipient, when in lines if (one, when) == (owner, day)}
