"""Lists by their columns: the order itself, its code in an address, and which tables of all pages have one."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_stage import Stage

import comity.web
from comity.web.call import Form
from comity.web.chosen import NotOfferedError
from comity.web.render import pages_environment
from comity.web.sorting import (
    Kind,
    Table,
    by_name,
    by_number,
    by_time,
    by_word,
    in_order,
    read_order,
    sort_rows,
)
from comity.web.words import LANGUAGES, words_of

TEMPLATES = Path(comity.web.__file__).parent / "templates"
Row = tuple[str, int | None]
TABLE: Table[Row] = Table(
    {"name": by_word(lambda row: row[0]), "count": by_number(lambda row: row[1])},
    default="name",
    keeps=("show", "case"),
)
ROWS = st.lists(st.tuples(st.text(max_size=8), st.none() | st.integers(-5, 5)), max_size=20)
# Tables that do not sort, by file and how many of its tables, with the reason (decision 0086).
NEVER = {
    "agreement_activate.html": (1, "whose signatures one agreement needs: a step, and no list"),
    "answer_printed.html": (
        1,
        "no table but the sheets of a printed answer, whose people stand as they do on its page",
    ),
    "audits/result.html": (
        1,
        "findings by the numbers that the report, its spreadsheets and their rows give them",
    ),
    "audits/rows.html": (1, "evidence: the lines of a file in the file's order"),
    "draft_past.html": (1, "part of one draft's past, of which every look replays 90 days"),
    "my_request.html": (1, "an answer as it was given to whoever asked"),
    "my_sign_in.html": (2, "one's own passkeys and sessions: a few, each with its act"),
    "oversight/figure.html": (1, "evidence of one figure, of which every look counts the log again"),
    "oversight/log.html": (1, "read page by page from the log, the newest first"),
    "oversight/look_ups.html": (1, "look-ups by the numbers under which they are told or kept back"),
    "oversight/report.html": (1, "a report as it is handed over"),
    "parts/conflict.html": (1, "evidence: what owners say, between whom nothing chooses"),
    "parts/evidence.html": (1, "evidence of who is meant: never by how well somebody fits"),
    "record_one.html": (1, "every look at a record is entered, and an order would be one more"),
}
# What `parts/public.html` draws for others, by who calls it: one with an order, one for documents without.
OF_PUBLIC = {"public_counts.html": True, "public_map.html": True, "parts/public.html": False}


@given(ROWS, st.sampled_from(["name", "count"]), st.booleans())
def test_an_order_keeps_every_row_and_its_ties_and_has_what_is_empty_last(
    rows: list[Row], code: str, down: bool
) -> None:
    """In both directions: nothing lost, equal ones as they came, and nothing said behind all that says something."""
    column = TABLE.columns[code]
    numbered = list(enumerate(rows))
    found = in_order(numbered, lambda one: column.key(one[1]), down=down)
    assert sorted(found) == numbered
    keys = [one[1][0] if code == "name" else one[1][1] for one in found]
    said = [by_name(key) if isinstance(key, str) else (key,) for key in keys if key is not None]
    said = [key for key in said if key]
    assert len(said) == len(list(takewhile_said(keys)))
    pairs = list(pairwise(said))
    assert all(one >= other if down else one <= other for one, other in pairs)
    for at, (one, other) in enumerate(pairs):
        if one == other:
            assert found[at][0] < found[at + 1][0]


def takewhile_said(keys: list[str | int | None]) -> list[str | int | None]:
    """What stands before the first key that says nothing."""
    found: list[str | int | None] = []
    for key in keys:
        if key is None or (isinstance(key, str) and not by_name(key)):
            break
        found.append(key)
    return found


@given(ROWS, st.sampled_from(["name", "count"]))
def test_the_other_way_round_is_the_same_rows_turned_where_nothing_ties(rows: list[Row], code: str) -> None:
    """Of rows that a column tells apart, all of which say something."""
    key = TABLE.columns[code].key
    apart: dict[object, Row] = {}
    for one in rows:
        compared = by_name(one[0]) if code == "name" else one[1]
        if compared not in ((), None):
            apart[compared] = one
    up, down = (in_order(apart.values(), key, down=way) for way in (False, True))
    assert up == down[::-1]


@given(st.text(max_size=12), st.text(max_size=12))
def test_neither_case_nor_space_around_a_name_counts(one: str, other: str) -> None:
    """What a person reads as the same name is compared as the same."""
    assert by_name(f"  {one.upper()} ") == by_name(one.upper().lower())
    assert (by_name(one) < by_name(other)) + (by_name(one) == by_name(other)) + (
        by_name(one) > by_name(other)
    ) == 1


@pytest.mark.parametrize(
    "names",
    [
        ("alder", "Álder B", "Alder C", "beech"),
        ("Canto", "Canyon", "Cañada", "Cobo"),
        ("CA-2", "CA-02b", "CA-10", "NY-1"),
        ("26-9", "26-118", "26-1187"),
        ("Núñez", "Nuño", "Ochoa"),
    ],
)
def test_names_stand_as_a_person_looks_them_up(names: tuple[str, ...]) -> None:
    """Accents beside their letters, ñ behind n, and numbers by their size."""
    assert in_order(reversed(names), lambda one: one, down=False) == names


def test_a_number_of_any_length_is_compared() -> None:
    """Digits without end are no number that somebody computes."""
    long = "9" * 10_000
    assert in_order((long, "1"), lambda one: one, down=False) == ("1", long)


def test_days_and_times_stand_by_time_and_not_by_their_text() -> None:
    """September before October, though not by letters."""
    days = (date(2026, 10, 1), date(2026, 9, 30), None, date(2025, 12, 31))
    table: Table[date | None] = Table({"day": by_time(lambda one: one)})
    order = read_order(table, Form({"sort": ("-day",)}))
    assert sort_rows(table, order, days)[0] == (date(2026, 10, 1), date(2026, 9, 30), date(2025, 12, 31), None)


def test_an_address_says_the_order_and_links_turn_it_with_its_filters() -> None:
    """The default is said too; a column chosen once more turns round; what is not named stays behind."""
    plain = read_order(TABLE, Form({"done": ("1",), "show": ("held",)}))
    assert (plain.chosen, plain.down, plain.asked, plain.beside, plain.first) == ("name", False, "", "", "")
    assert plain.to("name") == "?show=held&sort=-name"
    assert plain.to("count") == "?show=held&sort=count"
    asked = read_order(TABLE, Form({"sort": ("-count",), "case": ("A&b=c",), "language": ("es",)}))
    assert asked.to("count") == "?case=A%26b%3Dc&language=es&sort=count"
    assert (asked.beside, asked.first) == ("&sort=-count", "?sort=-count")
    assert (asked.sign("count"), asked.sign("name"), asked.sign("")) == ("descending", "", "")
    assert (asked.now("count"), asked.would("count"), asked.would("name")) == (
        "number-down",
        "number-up",
        "name-up",
    )
    assert "language" not in read_order(TABLE, Form({"language": ("xx",)})).to("name")


@pytest.mark.parametrize("code", ["fit", "--name", "-", "NAME", "name-", "name&x=1"])
def test_what_is_no_column_is_no_order(code: str) -> None:
    """Nothing is guessed; the page is not found, as for a filter that is none."""
    with pytest.raises(NotOfferedError):
        read_order(TABLE, Form({"sort": (code,)}))


def test_a_list_of_one_offers_no_order() -> None:
    """Nothing there would change."""
    order = read_order(TABLE, Form({}))
    assert not sort_rows(TABLE, order, [("a", 1)])[1].offered
    assert sort_rows(TABLE, order, [("a", 1), ("b", 2)])[1].offered


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_heading_says_which_column_it_sorts_and_in_which_direction(stage: Stage, language: str) -> None:
    """In words, and to screen readers by `aria-sort`; what sorts nothing is no link; everything is escaped."""
    source = (
        '{% import "parts/sort.html" as sort %}{{ sort.heads(t, order, cells) }}{{ sort.list(t, order, cells) }}'
    )
    t = words_of(language)
    order = read_order(TABLE, Form({"sort": ("-count",), "case": ('"><b>',)}))
    cells = [("name", "Name"), ("count", "Count", "number"), ("", "Act")]
    page = pages_environment(stage.site.assets).from_string(source).render(t=t, order=order, cells=cells)
    assert page.count("<th ") == 3
    assert page.count("aria-sort=") == page.count('aria-sort="descending"') == 1
    assert page.count("<a ") == 4
    assert page.count(t("sort.way.number-down")) == 2
    for way in ("number-up", "name-up"):
        assert page.count(t("sort.would", word=t(f"sort.way.{way}"))) == 2
    assert '<th scope="col">Act</th>' in page
    assert "<b>" not in page
    assert len(set(re.findall(r'id="([^"]+)"', page))) == page.count('id="')


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_direction_has_its_words(language: str) -> None:
    """Of each kind of column both."""
    t = words_of(language)
    ways = [t(f"sort.way.{kind}-{way}") for kind in Kind for way in ("up", "down")]
    assert len(set(ways)) == 6


def unsorted_tables(text: str) -> int:
    """Tables of a template whose headings are not drawn by `sort.heads`."""
    tables = re.findall(r"<table.*?</table>", text, re.DOTALL)
    return sum("sort.heads(" not in one for one in tables)


def test_every_table_sorts_or_says_why_it_does_not() -> None:
    """A new table is sorted by its headings, or stands above with its reason; one that sorts by now stands there no more."""
    drawn = {str(path.relative_to(TEMPLATES)): path.read_text() for path in TEMPLATES.rglob("*.html")}
    assert sum(text.count("<table") for text in drawn.values()) > 30
    found = {name: unsorted_tables(text) for name, text in drawn.items()}
    assert {name: count for name, count in found.items() if count} == {
        name: count for name, (count, _) in NEVER.items()
    }
    calls = {
        name: re.findall(r"\btable\((?!rows)(?:[^()]|\([^()]*\))*\) }}", text) for name, text in drawn.items()
    }
    of_public = {name: "order" in "".join(found) for name, found in calls.items() if found and name in OF_PUBLIC}
    assert of_public == OF_PUBLIC


def test_a_list_that_sorts_says_so_where_no_heading_is_shown() -> None:
    """Wherever headings sort, a telephone has them as a list."""
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        if "sort.heads(" in text:
            assert text.count("sort.list(") == text.count("sort.heads("), path.name
