"""Printed-form rap sheets, base64 text in one element: one record per cycle.

The layout is that of the Interstate Identification Index's text response: starred section heads, label columns,
`=== Cycle nnn ===` rules. The text is data; nothing in it is obeyed. A text without the identification section
names nobody, so it makes no record and is dropped by name.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from dataclasses import dataclass

from comity.errors import NounError, RecordFileError
from comity.formats.codes import (
    DISPOSITIONS,
    PRINTED_DISPOSITIONS,
    SEX_UNKNOWN,
    SEXES,
    all_without_conviction,
    fold_dispositions,
)
from comity.formats.event import Event, person
from comity.formats.placing import Placing
from comity.formats.tree import Element
from comity.formats.values import Values, distinct, find_date, joined, latest, prefixed, values
from comity.model.canon import normal
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.query import check_partial_date
from comity.model.record import PersonInRecord

LONGEST_TEXT = 400_000  # characters; a hundred pages of print, longer is not one person's rap sheet

_SECTION = re.compile(r"^\*{3,}\s*(.*?)\s*\*{3,}$")
_CYCLE = re.compile(r"^={3,}\s*Cycle (\w+)\s*={3,}$")
_RULE = re.compile(r"^-{10,}$")
_COLUMNS = re.compile(r"\S+(?: \S+)*")
_NUMBER_OF_STATE = re.compile(r"([A-Z0-9]{4,20}) \(([A-Z]{2})\)")
_LABELLED = re.compile(r"^\s*(\S+(?: \S+)*?)(?:\s{2,}(.*))?$")

# Column head -> field, and the word before the value where the field holds several kinds of value.
_COLUMN_FIELDS = {
    "FBI Number": ("fbi-number", ""),
    "Social Security Number": ("ssn", ""),
    "Sex": ("sex", ""),
    "Race": ("description", "race"),
    "Height": ("description", "height"),
    "Weight": ("description", "weight"),
    "Date of Birth": ("birth-date", ""),
    "Hair Color": ("description", "hair"),
    "Eye Color": ("description", "eyes"),
    "Place of Birth": ("birthplace", ""),
    "Citizenship": ("status", "citizenship"),
    "Miscellaneous Numbers": ("other-id", ""),
    "Driver's License Number": ("driver-licence", ""),
}
_STATE_ID = "State Id Number"
_MARKS = "Scars, Marks, and Tattoos"
_CYCLE_FIELDS = {
    "Arrest Date": ("arrest-date", ""),
    "Arresting Agency": ("arresting-agency", ""),
    "Arrest Case Number": ("arrest-number", ""),
    "Court Case Number": ("court", "case"),
    "Court Agency": ("court", ""),
    "Sentencing Date": ("sentence", "on"),
    "Sentence": ("sentence", ""),
    "Supervision": ("supervision", ""),
}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The text in sections, with the XML element it came from for messages."""

    element: Element
    placing: Placing
    sections: dict[str, tuple[_Line, ...]]

    def fault(self, line: _Line, fault: str, remedy: str) -> RecordFileError:
        return self.placing.fault(self.element, f"text line {line.number}: {fault}", remedy)


def read_rap_text(placing: Placing) -> tuple[Event, ...]:
    """The events of a `CriminalHistoryTextDocument`."""
    events: list[Event] = []
    for element in placing.tree.root.walk():
        if element.name == "Base64BinaryObject" and element.text:
            events += _read_sheet(placing, element)
    return tuple(events)


def _read_sheet(placing: Placing, element: Element) -> tuple[Event, ...]:
    text = _decode(placing, element)
    sheet = _Sheet(element, placing, _split_sections(text))
    described = sheet.sections.get("IDENTIFICATION", ())
    if not described:
        placing.drop(element, f"text of {len(text)} characters without an identification section, names nobody")
        return ()
    placing.take(element)
    used: set[int] = set()
    subject = person("subject", PersonRole.SUBJECT, _read_subject(sheet, described, used))
    events = _read_cycles(sheet, subject, used)
    left = Counter(
        f"{element.path}/{name or 'HEAD'}"
        for name, lines in sheet.sections.items()
        for line in lines
        if line.text.strip(" -=*") and line.number not in used
    )
    placing.add_remainder(left)
    bare = Event(
        data_class=DataClass.CRIMINAL_HISTORY, people=(subject,), fields=(), disposition=Disposition.UNKNOWN
    )
    return events or (bare,)


def _decode(placing: Placing, element: Element) -> str:
    try:
        text = base64.b64decode(element.text.replace(" ", ""), validate=True).decode("utf-8")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise placing.fault(element, "is not base64 of UTF-8 text", "ask the sender for the text") from error
    if len(text) > LONGEST_TEXT:
        fault = f"holds {len(text)} characters, more than {LONGEST_TEXT}"
        raise placing.fault(element, fault, "send one person's rap sheet at a time")
    return text


def _split_sections(text: str) -> dict[str, tuple[_Line, ...]]:
    sections: dict[str, list[_Line]] = {"": []}
    current = ""
    for number, raw in enumerate(text.splitlines(), 1):
        line = "".join(char for char in raw.rstrip() if ord(char) >= 32)
        head = _SECTION.match(line.strip())
        if head and head[1]:
            current = head[1]
            sections.setdefault(current, [])
        else:
            sections[current].append(_Line(number, line))
    return {name: tuple(lines) for name, lines in sections.items()}


def _read_subject(sheet: _Sheet, lines: tuple[_Line, ...], used: set[int]) -> Values:
    """Blocks separated by blank lines: a head line with column names, then lines of values."""
    groups: list[Values] = []
    for block in _blocks(lines):
        head = block[0].text.strip()
        if head == "Subject Name(s)":
            groups.append(_names(block[1:], used))
        elif head == _MARKS:
            groups.append(values("description", *(prefixed("mark", normal(line.text)) for line in block[2:])))
            used.update(line.number for line in block)
        else:
            groups.append(_columns(sheet, block, used))
        used.add(block[0].number)
    return distinct(*groups)


def _blocks(lines: tuple[_Line, ...]) -> list[list[_Line]]:
    """Runs of lines without a blank one; a title alone before a blank line joins what follows it."""
    blocks: list[list[_Line]] = []
    current: list[_Line] = []
    for line in lines:
        if line.text.strip():
            current.append(line)
        elif current and not (len(current) == 1 and current[0].text.strip() == "Subject Name(s)"):
            blocks.append(current)
            current = []
    return [*blocks, *([current] if current else [])]


def _names(lines: list[_Line], used: set[int]) -> Values:
    used.update(line.number for line in lines)
    main = [normal(line.text) for line in lines if "(AKA)" not in line.text]
    others = [normal(line.text.replace("(AKA)", "")) for line in lines if "(AKA)" in line.text]
    return distinct(values("name", *(name.rstrip(" ,") for name in main[:1])), values("alias", *main[1:], *others))


def _columns(sheet: _Sheet, block: list[_Line], used: set[int]) -> Values:
    """Values under column heads, cut where the heads begin."""
    heads = [(found.start(), found[0]) for found in _COLUMNS.finditer(block[0].text)]
    if not any(head in _COLUMN_FIELDS or head == _STATE_ID for _, head in heads):
        return ()
    groups: list[Values] = []
    for line in block[1:]:
        for place, (start, head) in enumerate(heads):
            end = heads[place + 1][0] if place + 1 < len(heads) else len(line.text)
            cell = normal(line.text[start:end])
            if cell:
                groups.append(_cell(sheet, line, head, cell))
                used.add(line.number)
    return distinct(*groups)


def _cell(sheet: _Sheet, line: _Line, head: str, cell: str) -> Values:
    if head == _STATE_ID:
        found = _NUMBER_OF_STATE.findall(cell)
        return distinct(
            values("state-id", *(number for number, _ in found)),
            values("description", *(f"state id issued by {state}" for _, state in found)),
        )
    field, word = _COLUMN_FIELDS.get(head, ("", ""))
    if not field:
        raise sheet.fault(
            line, f"`{head}` is a column that is not mapped", "add it to the table in `formats/rap_text.py`"
        )
    if field == "birth-date":
        _check_date(sheet, line, cell)
    if field == "sex":
        if cell.upper() not in SEXES and cell.upper() not in SEX_UNKNOWN:
            raise sheet.fault(
                line, f"`{cell[:40]}` is a sex that is not mapped", "write Female, Male, X or Unknown"
            )
        cell = SEXES[cell.upper()].value if cell.upper() in SEXES else ""
    return values(field, prefixed(word, cell) if word else cell)


def _check_date(sheet: _Sheet, line: _Line, cell: str) -> None:
    try:
        check_partial_date(cell)
    except NounError as error:
        raise sheet.fault(line, str(error), "correct it at the source") from error


def _read_cycles(sheet: _Sheet, subject: PersonInRecord, used: set[int]) -> tuple[Event, ...]:
    cycles: list[list[_Line]] = []
    for line in sheet.sections.get("CRIMINAL HISTORY", ()):
        if _CYCLE.match(line.text.strip()):
            cycles.append([])
            used.add(line.number)
        elif cycles and not _RULE.match(line.text.strip()):
            cycles[-1].append(line)
    return tuple(_read_cycle(sheet, cycle, subject, used) for cycle in cycles)


def _read_cycle(sheet: _Sheet, lines: list[_Line], subject: PersonInRecord, used: set[int]) -> Event:
    groups: list[Values] = []
    ended: dict[str, Disposition] = {}
    days: list[str] = []
    charge = ""
    for line in lines:
        found = _LABELLED.match(line.text)
        label, text = (found[1], normal(found[2] or "")) if found else ("", "")
        known = label in _CYCLE_FIELDS or label in _CHARGE_LABELS
        if label == "Charge":
            charge = text
            ended.setdefault(charge, Disposition.UNKNOWN)
        elif label in ("Charge Literal", "Severity"):
            word = "" if label == "Charge Literal" else "severity"
            groups.append(
                values("charge", joined(f"charge {charge}", prefixed(word, text) if word else text, by=": "))
            )
        elif label == "Disposition" and text:
            ended[charge] = _ending(sheet, line, text)
            groups.append(values("outcome", joined(f"charge {charge}", text.strip("() "), by=": ")))
        elif label in _CYCLE_FIELDS and text:
            field, word = _CYCLE_FIELDS[label]
            groups.append(values(field, prefixed(word, text) if word else text))
        if label.endswith("Date") and text:
            days.append(text)
        if known:
            used.add(line.number)
    endings = tuple(ended.values())
    fields = distinct(*groups)
    numbers = [value.value for value in fields if value.name == "arrest-number"]
    return Event(
        data_class=DataClass.CRIMINAL_HISTORY,
        people=(subject,),
        fields=fields,
        disposition=fold_dispositions(endings) if endings else Disposition.UNKNOWN,
        reference=next(iter(numbers), ""),
        event_date=find_date(next(iter(days), "")),
        as_of=latest(*days),
        non_conviction=all_without_conviction(endings),
    )


_CHARGE_LABELS = frozenset({"Charge", "Charge Literal", "Severity", "Disposition", "Earliest Event Date"})


def _ending(sheet: _Sheet, line: _Line, text: str) -> Disposition:
    words = text.strip("() ").upper()
    disposition = DISPOSITIONS.get(words) or PRINTED_DISPOSITIONS.get(words.split(" ")[0] if words else "")
    if disposition is None:
        fault = f"`{words[:60]}` is a disposition that is not mapped"
        raise sheet.fault(line, fault, "add it to the tables in `formats/codes.py`")
    return disposition
