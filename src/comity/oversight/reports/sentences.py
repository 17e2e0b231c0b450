"""What a report says of its figures: the English of each sentence, once. What each kind says of itself stands in `kinds/`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from types import MappingProxyType

from comity.model.sentence import Fact, Sentence, english
from comity.oversight.reports.described import Described, described, report_kinds

SENTENCES = MappingProxyType(
    {
        "counted.size.one": "The only entry of its node's log was read and verified",
        "counted.size.other": "All {n} entries of its node's log were read and verified",
        # Where no law asks for a report: what stands in place of a citation is no law's own words.
        "word.citation.own publication": "own publication",
        "word.citation.model surveillance ordinance (CCOPS), section on annual reports": (
            "model surveillance ordinance (CCOPS), section on annual reports"
        ),
        "counts.minutes": "the median of the minutes beside the entries",
        "counts.subjects": "each entry counts the people it was the first to show",
        "counts.requests": "each entry is the last answer to one question",
        "counts.agencies": "each entry is the first of its agency",
        "counts.most-common": "the percent of these entries that count",
        "counts.sum": "the sum of what each entry counts",
        "unproved.gone": (
            "cannot be proved: nothing is kept any more of {gone} of the {of} entries that this would be counted "
            "from; that they happened stands in the log, and rows that need their codes alone are counted"
        ),
        "unproved.longer": (
            "cannot be proved: the figure of entry {entry} is of {first} to {last}, more than these days; enter one "
            "for each period"
        ),
        "unproved.not-entered": (
            "cannot be proved: the agency entered no figure for these days; where there was none, it enters 0 "
            "(`comity oversight enter`)"
        ),
        "unproved.before": "cannot be proved: the log of this node began on {first}, after these days",
        "unproved.empty": "cannot be proved: the log of this node has no entry yet",
        "since.log": "since {first}, when the log began",
        "nil.none-owed": (
            "Nothing happened from {first} to {last} that this report is about; then the law owes none."
        ),
        "nil.certify": (
            "Nil report, certified: from {first} to {last} {agency} had nothing to report under {citation}. "
            "{size_said} for this."
        ),
        "nil.say": (
            "Nil report: from {first} to {last} {agency} had nothing to report under {citation}. {size_said} "
            "for this."
        ),
    }
)


def say_report(code: str, /, **facts: Fact) -> str:
    """A sentence of a report, as it is kept and filed: a text without its code (`read_back` finds it)."""
    return english(SENTENCES, Sentence(code=code, facts=facts))


def nil_sentence(asked: Described, agency: str, days: tuple[date, date], size: int) -> Sentence:
    """The nil certificate of a report as it is described, of an agency's days, from a log of so many entries."""
    facts: dict[str, Fact] = {"first": str(days[0]), "last": str(days[1])}
    if asked.nil != "none-owed":
        facts |= {"agency": agency, "citation": asked.citation, "size": size}
    return Sentence(code=f"nil.{asked.nil}", facts=facts)


@cache
def said_of_kinds() -> MappingProxyType[str, str]:
    """What every kind of report says of itself, by name: `report.dc.title`, `report.dc.row.requests`."""
    return MappingProxyType({name: text for kind in report_kinds() for name, text in _said(kind, described(kind))})


def _said(kind: str, asked: Described) -> Iterator[tuple[str, str]]:
    begin = f"report.{kind}."
    yield from ((begin + "title", asked.title), (begin + "to", asked.to))
    for row in asked.rows:
        yield f"{begin}row.{row.id}", row.title
        if row.note:
            yield f"{begin}note.{row.id}", row.note
    for place, absent in enumerate(asked.absent):
        yield from ((f"{begin}absent-what.{place}", absent.what), (f"{begin}absent-why.{place}", absent.why))
