"""A report's table as pages write it: rows of cells, each a kind and a word, and the key of each row's figure."""

from __future__ import annotations

from datetime import date
from typing import Any

from comity.model.report import Figure, Report, ReportTable
from comity.model.sentence import read_back
from comity.oversight.reports.counted import NONE_NAMED
from comity.oversight.reports.described import Counts, Dimension, described
from comity.oversight.reports.sentences import SENTENCES
from comity.oversight.reports.suppress import HIDDEN, PARTLY, SMALL, TWICE
from comity.oversight.texts.say import Language
from comity.web.said import said_back
from comity.web.times import day_words, period_words
from comity.web.words import Words

Cell = tuple[str, str]
WORDS = {  # of codes that other pages say too; the rest stand with the reports
    "instrument": "instrument",
    "class": "class",
    "field": "field",
    "act": "entry-kind",
}
UNITS = {
    Counts.MOST_COMMON: "percent",
    Counts.MINUTES: "minutes",
}  # figures that are no counts, and the words for them
TOTALS = {"total": "public.total", "all": "public.all-together"}
PERIODS = frozenset({Dimension.MONTH, Dimension.DATE})
BEFORE = "unproved.before"
SAID = {SMALL: "small", HIDDEN: "hidden", TWICE: "twice", PARTLY: "partly"}


def table_shown(table: ReportTable, words: Words, counts: Counts = Counts.ENTRIES) -> dict[str, Any]:
    """The total last; or why there is no figure. `keys` are beside `rows`, empty where the figure is not shown.

    `since` says from which day they count, where the log began in the period. `unit` says what the figures are: percents
    have no total, for they sum to nothing, and of medians the last is that of all.
    """
    say, figures = Language(words.language), list(table.figures)
    rows = [
        (
            *(cell_of(words, name, one, say) for name, one in zip(table.dimensions, figure.values, strict=True)),
            _number(figure, counts, words),
        )
        for figure in figures
    ]
    if table.total is not None and counts is not Counts.MOST_COMMON:
        blank = (("text", ""),) * (len(table.dimensions) - 1)
        total = (("all" if counts is Counts.MINUTES else "total", ""), *blank) if table.dimensions else ()
        rows.append((*total, _number(table.total, counts, words)))
        figures.append(table.total)
    return {
        "id": table.id,
        "of": UNITS.get(counts, str(table.of)),
        "unit": UNITS.get(counts, "number"),
        "heads": table.dimensions,
        "rows": rows,
        "keys": [one.key if one.number else "" for one in figures],
        "unproved": _unproved(words, table.unproved),
        "since": next((since for one in figures if (since := since_shown(words, one))), ""),
    }


def log_begins(report: Report) -> date | None:
    """The day on which the log began, where a figure of the report says that it did so after the first of its days."""
    for table in report.tables:
        figures = (*table.figures, *((table.total,) if table.total is not None else ()))
        for text in (table.unproved, *(one.said for one in figures)):
            found = read_back(SENTENCES, BEFORE, text) or read_back(SENTENCES, "since.", text)
            if found is not None:
                return date.fromisoformat(str(found.facts["first"]))
    return None


def cell_of(words: Words, dimension: str, word: str, say: Language) -> Cell:
    """A word of a dimension as a cell: its kind and the word."""
    if word == NONE_NAMED:
        return "outcome", "none"
    if dimension == "purpose":
        return "text", say.purposes((word,))
    if dimension in PERIODS:
        return "text", period_words(word, words)
    if words.has(f"report-word.{dimension}.{word}"):
        return "text", words(f"report-word.{dimension}.{word}")
    if dimension in WORDS and words.has(f"{WORDS[dimension]}.{word}"):
        return "text", words(f"{WORDS[dimension]}.{word}")
    return ("outcome" if dimension == "outcome" else "text"), word


def figure_shown(figure: Figure, dimensions: tuple[str, ...], words: Words, counts: Counts) -> tuple[str, ...]:
    """The words of one figure's row, as its table writes them; of the last row alone that it is of all."""
    if not figure.values:
        return (cell_word(words, ("all" if counts is Counts.MINUTES else "total", "")),)
    say = Language(words.language)
    return tuple(
        cell_word(words, cell_of(words, name, one, say))
        for name, one in zip(dimensions, figure.values, strict=True)
    )


def cell_word(words: Words, cell: Cell) -> str:
    """What a page writes into a cell."""
    kind, word = cell
    if kind == "outcome":
        return words(f"public.outcome.{word}") if words.has(f"public.outcome.{word}") else word
    if kind in TOTALS:
        return words(TOTALS[kind])
    return words(f"public.said.{word}") if kind == "said" else word


def counts_by_row(kind: str) -> dict[str, Counts]:
    """What each row of a kind of report counts, by its id."""
    return {one.id: one.counts for one in described(kind).rows}


def dimensions_by_row(kind: str) -> dict[str, tuple[str, ...]]:
    """By what each row of a kind of report is told apart, by its id."""
    return {one.id: tuple(map(str, one.by)) for one in described(kind).rows}


def _unproved(words: Words, text: str) -> str:
    """Why a table has no figures; of days before the log in short, for its page says once from which day it counts."""
    if read_back(SENTENCES, BEFORE, text) is not None:
        return words("public.unproved")
    return said_back(words, SENTENCES, "unproved.", text)


def since_shown(words: Words, figure: Figure) -> str:
    """The day from which a number counts, in words; empty where it counts all days of its period, or is not shown."""
    found = read_back(SENTENCES, "since.", figure.said)
    if found is None:
        return ""
    return words("public.since", day=day_words(date.fromisoformat(str(found.facts["first"])), words.language))


def _number(figure: Figure, counts: Counts, words: Words) -> Cell:
    """A figure; the one of all says beside its number from which day it counts, for the others their table does."""
    if figure.number is not None:
        since = since_shown(words, figure) if not figure.values else ""
        return "text", f"{figure.number:,}{'%' if counts is Counts.MOST_COMMON else ''} {since}".rstrip()
    return ("said", SAID[figure.said]) if figure.said in SAID else ("text", figure.said)
