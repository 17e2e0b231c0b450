"""What a duty says, for its reader: in their language where the software wrote it, and with agencies by their names.

A duty's text is kept as it was raised, in English and with codes. Each sentence that the software raises has its shape here.
What a law or an agreement says of a duty stands in that text's own words, and so does what no shape knows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from comity.exchange.duty.duties import is_held_task
from comity.exchange.recalls.recall import WORDS as BECAME
from comity.model.disclosure import StoredDuty
from comity.oversight.reports.described import described, report_kinds
from comity.web.times import dated
from comity.web.words import Words

NAMES = frozenset({"agency", "recipient"})
DAYS = frozenset({"day"})
KINDS = MappingProxyType({sentence: kind.value for kind, sentence in BECAME.items()})
RECORDS = re.compile(
    r"(?:(?P<text>.+); )?(?P<count>\d+) records"
)  # a task about several of them (`act_duties.py`)
REPORT = "comity/REPORT"
ANY_RULE = (
    ("decide whether the record must be purged; a fact is unknown", "purge"),
)  # raised under a law's own rule

# By rule: how a sentence begins to end, and the name of its words.
SHAPES: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType(
    {
        "comity/LEGAL-HOLD": (("expunge the record when its legal hold has ended", "legal-hold"),),
        "comity/CORRECTED": (("(?P<fields>.+) corrected; look again at (?P<acts>.+)", "corrected"),),
        "comity/LIST": (
            (
                "a member asked about more than (?P<most>.+) people within a day under a few case numbers; .+",
                "list",
            ),
        ),
        "comity/TOLD-AGAINST-LAW": (
            (
                r"told against the law by (?P<channel>.+?) to (?P<recipient>.+): (?P<fields>[^:]+) \((?P<rules>[^()]*)\)",
                "told-against-law",
            ),
        ),
        "comity/CONFIRM-HIT": (
            (r"(?P<urgency>\S+): (?P<agency>\S+) asks whether a hit is confirmed", "confirm-hit"),
        ),
        "comity/WITHDRAWN": (
            (r"(?P<agency>\S+) withdrew its request; end what was begun for it, .+", "withdrawn"),
        ),
        "comity/RECALL": (
            (r"what (?P<agency>\S+) was shown (?P<became>.+); (?P=agency) confirms", "recall"),
            (
                r"what (?P<agency>\S+) was shown (?P<became>.+); (?P=agency) is at no node: call them, .+",
                "recall-call",
            ),
        ),
        "comity/RECALLED": (
            (
                r"(?P<items>\S+)(?: items?)? that (?P<agency>\S+) showed (?P<became>.+); stop using what was shown, .+",
                "recalled",
            ),
        ),
        "comity/FEED-LATE": (
            (r"what went may still stand in the copy of (?P<agency>\S+): (?P<trouble>.+)", "feed-late"),
        ),
        "comity/PETITION": ((r"decide (?P<petition>\S+): (?P<petitioned>.+)", "petition"),),
        "comity/PETITION-TOLD": (
            (r"tell whoever asked in (?P<petition>\S+) that it came", "petition-came"),
            (r"tell whoever asked in (?P<petition>\S+) what was decided, .+", "petition-decided"),
        ),
        "comity/WITHHELD-ENDS": (
            (
                r"tell whoever asked in (?P<petition>\S+) that there is news; what was withheld until (?P<day>\S+) is out",
                "withheld-ends",
            ),
        ),
        "comity/MISTAKE": (
            (r"(?P<agency>\S+) reports a mistake in a record: (?P<mistake>\S+) \((?P<fields>[^()]+)\)", "mistake"),
            (r"(?P<agency>\S+) reports a mistake in a record: (?P<mistake>\S+)", "mistake-whole"),
        ),
        "comity/KEEP": (
            (
                r"(?P<agreement>\S+): say whether it is still wanted; it closes after (?P<day>\S+) unless it is kept",
                "keep",
            ),
        ),
        "comity/VETO": (
            (
                r"(?P<signers>.+) signed (?P<agreement>\S+) for (?P<agency>\S+); it counts from (?P<day>\S+) unless .+",
                "veto",
            ),
        ),
    }
)


@dataclass(frozen=True, slots=True)
class Said:
    """A duty in words: `ours` in the reader's language, `kept` in the words of a law, of an agreement or of a form; either
    may be empty. `counted` says for how many records it is, where they are several."""

    ours: str
    kept: str = ""
    counted: str = ""


def said_of(words: Words, stored: StoredDuty, names: Mapping[str, str]) -> Said:
    """What a duty is about. `names` are agencies' by id."""
    text, rule = stored.duty.text, stored.duty.rule
    if rule == REPORT:
        return _report(words, stored)
    if is_held_task(stored):
        kind, _, what = text.partition(": ")
        return Said(words(f"desk.held.why-kind.{kind}"), what)
    several = RECORDS.fullmatch(text)
    text = several["text"] or "" if several is not None else text
    counted = words("duty-says.records", count=several["count"]) if several is not None else ""
    for shape, name in (*SHAPES.get(rule, ()), *ANY_RULE):
        found = re.fullmatch(shape, text)
        if found is not None:
            told = {group: _spoken(words, group, value, names) for group, value in found.groupdict().items()}
            return Said(words(f"duty-says.{name}", **told), counted=counted)
    return Said("", text, counted)


def _report(words: Words, stored: StoredDuty) -> Said:
    """By its title; a law that demands a register of its own is told by its text."""
    kind = stored.duty.report
    if kind not in report_kinds():
        return Said("", stored.duty.text)
    asked = described(kind)
    owes = words("duty-says.report" if asked.nil == "none-owed" else "duty-says.report-nil")
    return Said(f"{owes} {words(f'said.report.{kind}.title')}")


def _spoken(words: Words, group: str, value: str, names: Mapping[str, str]) -> str:
    """One part of a sentence: names for ids, words for codes, days as days are said."""
    if group == "mistake":
        return _word(words, "mistake.kind", value)
    if group in NAMES:
        return names.get(value, value)
    if group in DAYS:
        return dated(value, words.language)
    if group == "fields":
        return ", ".join(_word(words, "field", one) for one in value.split(", "))
    if group == "became":
        return _became(words, value)
    if group == "petitioned":
        return _word(words, "petitions.kind", value)
    return _word(words, "duty-says.urgency", value) if group == "urgency" else value


def _became(words: Words, value: str) -> str:
    """What became of a record; how it had been told and that a statement is read stay as they are."""
    for sentence, kind in KINDS.items():
        before, found, after = value.partition(sentence)
        if found:
            return f"{before}{words(f'desk.recalls.kind.{kind}')}{after}"
    return value


def _word(words: Words, part: str, code: str) -> str:
    return words(f"{part}.{code}") if words.has(f"{part}.{code}") else code
