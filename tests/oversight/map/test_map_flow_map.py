"""The map of a month, its changes and its roll-ups, against counts made naively from the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import WrongUseError
from comity.model.flow_map import MonthUse, NodeFlows, Spell
from comity.oversight.map.flow_map import Read, changes_of, counted_months, map_of, use_by_purpose
from comity.oversight.map.month import Month, month_of_day, read_month
from comity.oversight.map.rolled import ANY, SIDES, UNKNOWN, Filter, Roll, rolled
from comity.oversight.map.row import MapRow, merged
from comity.oversight.reach.hop import By, Known
from comity.oversight.reach.party import Party, read_group

TODAY = date(2026, 11, 29)
PARTIES = {
    name: Party(id=name, name=name.title(), state=state, level=level, kind=kind, county=county)
    for name, state, county, level, kind in (
        ("alder", "CA", "Alder", "local", "sheriff"),
        ("birch", "CA", "Birch", "local", "police"),
        ("cedar", "WA", "", "state", "police"),
        ("dogwood", "US", "", "federal", ""),
        ("elm", "", "", "", ""),
    )
}
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def spells(draw: st.DrawFn) -> tuple[Spell, ...]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first, last = draw(st.none() | DAYS), draw(st.none() | DAYS)
        if first is not None and last is not None and last < first:
            first, last = last, first
        found.append(Spell(first=first, last=last))
    return tuple(found)


@st.composite
def rows(draw: st.DrawFn) -> tuple[MapRow, ...]:
    names = tuple(PARTIES)
    found = []
    for _ in range(draw(st.integers(0, 14))):
        giver, taker = draw(st.sampled_from(names)), draw(st.sampled_from(names))
        by, known = draw(
            st.sampled_from(
                (
                    (By.AGREEMENT, Known.AGREED),
                    (By.LIST, Known.LISTED),
                    (By.SYSTEM, Known.DECLARED),
                    (By.POOL, Known.DIRECTORY),
                )
            )
        )
        found.append(
            MapRow(
                giver=giver,
                taker=taker,
                by=by,
                known=known,
                classes=draw(st.sampled_from(((), ("case",), ("booking", "case")))),
                purposes=draw(st.sampled_from(((), ("stop",), ("custody", "stop")))),
                paper=draw(st.sampled_from(("A-1", "A-2"))),
                source="somewhere",
                spells=draw(spells()),
                within=tuple(draw(st.lists(DAYS, max_size=1))),
            )
        )
    return merged(found)


MONTHS = st.integers(1, 11).map(lambda number: Month(2026, number))


@given(rows(), MONTHS)
@settings(max_examples=60)
def test_a_month_without_its_changes_is_the_month_before(found: tuple[MapRow, ...], month: Month) -> None:
    """What was in force at a month's end, less what opened, with what closed, was in force at the end of the month before."""
    now = map_of(Read(found), month, TODAY)
    before = map_of(Read(found), month.back(), TODAY)
    keys = {row.key for row in now.rows}
    opened, closed = ({row.key for row in part} for part in (now.changes.opened, now.changes.closed))
    assert keys - opened | closed == {row.key for row in before.rows}
    assert now.changes.stays == len(keys & {row.key for row in before.rows})
    assert not opened & closed
    assert not {row.key for row in now.changes.brief} & (keys | closed)


@given(rows(), MONTHS)
@settings(max_examples=60)
def test_counts_are_those_of_the_rows(found: tuple[MapRow, ...], month: Month) -> None:
    """Agreements, their beginnings and ends, and the other kinds, counted once more day by day."""
    day = min(month.last, TODAY)

    def on(when: date) -> set[MapRow]:
        return {
            row
            for row in found
            for spell in row.spells
            if (spell.first or date.min) <= when <= (spell.last or date.max)
        }

    def papers(when: date) -> set[str]:
        return {row.paper for row in on(when) if row.known is Known.AGREED}

    count = map_of(Read(found), month, TODAY).count
    before = month.first - timedelta(days=1)
    assert count.agreements == len(papers(day))
    assert (count.began, count.ended) == (len(papers(day) - papers(before)), len(papers(before) - papers(day)))
    assert count.listed == sum(1 for row in on(day) if row.known is Known.LISTED)
    assert count.declared == sum(1 for row in on(day) if row.known is Known.DECLARED)
    assert count.asked is None


@given(rows(), st.sampled_from(tuple(Roll)))
@settings(max_examples=60)
def test_a_roll_up_counts_every_row_once_under_each_of_its_words(found: tuple[MapRow, ...], roll: Roll) -> None:
    """Flows of all groups add up; givers, takers and agreements of a group are those of its rows."""
    groups = {(one.start, one.end): one for one in rolled(found, PARTIES, roll)}
    naive: dict[tuple[str, str], list[MapRow]] = {}
    for row in found:
        if roll in SIDES:
            start, end = (naive_word(PARTIES[name], roll) for name in (row.giver, row.taker))
            naive.setdefault((start, end), []).append(row)
            continue
        words = {Roll.PURPOSE: row.purposes, Roll.CLASS: row.classes, Roll.DOOR: (row.door.value,)}[roll]
        for word in words or (ANY,):
            naive.setdefault((word, ""), []).append(row)
    assert groups.keys() == naive.keys()
    for key, held in naive.items():
        one = groups[key]
        assert one.flows == len(held)
        assert one.givers == len({row.giver for row in held})
        assert one.takers == len({row.taker for row in held})
        assert one.agreements == len({row.paper for row in held if row.known is Known.AGREED})


def naive_word(party: Party, roll: Roll) -> str:
    if roll is Roll.COUNTY:
        return f"{party.county or UNKNOWN}, {party.state or UNKNOWN}"
    if roll is Roll.AGENCY:
        return party.name
    return {Roll.STATE: party.state, Roll.LEVEL: party.level, Roll.KIND: party.kind}[roll] or UNKNOWN


def row(**changed: object) -> MapRow:
    given = {
        "giver": "alder",
        "taker": "cedar",
        "by": By.AGREEMENT,
        "known": Known.AGREED,
        "classes": ("case",),
        "purposes": ("stop",),
        "paper": "A-1",
        "source": "agreement A-1",
    }
    return MapRow(**{**given, **changed})  # type: ignore[arg-type]


def test_h20_what_was_switched_on_and_off_again_within_a_month_is_still_told() -> None:
    """H20: an agreement that was in force at the end of no month stands among its changes, whether for a day or for some."""
    day = row(spells=(), within=(date(2026, 11, 5),))
    some = row(paper="A-2", spells=(Spell(first=date(2026, 11, 3), last=date(2026, 11, 6)),))
    found = map_of(Read((day, some)), Month(2026, 11), TODAY)
    assert (found.rows, found.count.agreements) == ((), 0)
    assert found.changes.brief == (day, some)
    assert changes_of((day, some), date(2026, 11, 30), date(2026, 12, 31)).brief == ()


def test_a_month_that_is_not_over_is_told_as_of_today() -> None:
    """What begins tomorrow is not in force, and a month that has not begun is refused."""
    later = row(spells=(Spell(first=TODAY + timedelta(days=1)),))
    found = map_of(Read((later,)), Month(2026, 11), TODAY)
    assert (found.day, found.rows) == (TODAY, ())
    with pytest.raises(WrongUseError, match="2026-12 has not begun"):
        map_of(Read(()), Month(2026, 12), TODAY)
    with pytest.raises(WrongUseError, match="1 to 120 months"):
        map_of(Read(()), Month(2026, 11), TODAY, 121)


def test_rows_that_say_the_same_are_one_with_the_days_of_both() -> None:
    """An agreement that was put in force twice is one flow, in force in both spells."""
    first, second = Spell(last=date(2026, 2, 1)), Spell(first=date(2026, 6, 1))
    (one,) = merged((row(spells=(first,)), row(spells=(second,), source="elsewhere")))
    assert one.spells == (first, second)
    assert (one.until(date(2026, 1, 1)), one.until(date(2026, 7, 1))) == (date(2026, 2, 1), None)


def test_what_a_flow_leaves_open_passes_every_filter_of_it() -> None:
    """A class or purpose that is not stated may be any; a party whose state is not known is in no group."""
    chosen = Filter(read_group("state=CA"), read_group("state!=CA"), "case", "custody")
    assert chosen.has(row(classes=(), purposes=()), PARTIES)
    assert not chosen.has(row(), PARTIES)
    assert not chosen.has(row(purposes=(), classes=("dmv",)), PARTIES)
    assert not chosen.has(row(taker="elm", purposes=()), PARTIES)
    assert Filter(read_group("state=CA+county=Alder")).has(row(), PARTIES)


def test_use_of_several_owners_is_added_by_month_and_purpose() -> None:
    """Series hold the months that were read; of others no number is made up."""
    use = tuple(
        MonthUse(agency=agency, month="2026-10", purpose="stop", asked=3, released=2, refused=1)
        for agency in ("alder", "birch")
    )
    assert use_by_purpose(use) == (("2026-10", "stop", 6, 4, 2),)
    found = map_of(Read((), use, frozenset({"2026-10"})), Month(2026, 11), TODAY, 2)
    assert [(one.asked, one.released, one.refused) for one in found.series] == [(6, 4, 2), (None, None, None)]


def test_a_month_counts_where_every_nodes_log_had_begun() -> None:
    """The youngest log says from when; one without an entry tells of no month, and so does no log at all."""

    def flows(begun: str) -> NodeFlows:
        return NodeFlows(
            node="n", agencies=(), months=("2026-08", "2026-11"), agreed=(), use=(), lost=(), checkpoint="", size=0,
            begun=begun,
        )  # fmt: skip

    span = Month(2026, 8), Month(2026, 11)
    assert counted_months((flows("2020-01"),), *span) == {"2026-08", "2026-09", "2026-10", "2026-11"}
    assert counted_months((flows("2026-09"), flows("2026-10")), *span) == {"2026-10", "2026-11"}
    assert counted_months((flows("2026-12"),), *span) == frozenset()
    assert counted_months((flows("2026-09"), flows("")), *span) == frozenset()
    assert counted_months((), *span) == frozenset()


def test_months_are_read_and_counted_back() -> None:
    """A month is written as year and month, and nothing else is one."""
    assert read_month("2026-02").last == date(2026, 2, 28)
    assert str(read_month("2026-01").back()) == "2025-12"
    assert month_of_day(TODAY).back(11) == Month(2025, 12)
    for wrong in ("2026-13", "2026-00", "2026", "26-11", "2026-11-01", "0026-11"):
        with pytest.raises(WrongUseError, match="write YYYY-MM"):
            read_month(wrong)
