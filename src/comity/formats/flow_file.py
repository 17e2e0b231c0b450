"""Files of declared flows: systems that Comity does not run, written down by hand. Documented in `docs/oversight-flows.md`.

A file is read whole or not at all. What is not known is written as such (`none-stated`, `none-known`, `unknown`), never left
out, so that a gap in knowledge is seen on the map.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from typing import TypeVar

from comity.errors import NounError, RecordFileError
from comity.formats.yaml_reader import YamlReader
from comity.formats.yaml_tree import Entries, Items, Word, parse_yaml
from comity.model.codes import DataClass, Purpose
from comity.model.flow import Access, Authority, DeclaredFlow, Evidence, Onward

Kind = TypeVar("Kind", bound=StrEnum)

VERSION = "1"
MOST_FLOWS = 10_000  # every declared system of every agency of a large state
LARGEST_FLOW_FILE = 10_000_000  # characters; a thousand a flow
NONE_STATED = "none-stated"  # in place of the purposes, where the source states none

_KEYS = (
    "id", "owner", "recipient", "system", "access", "data_classes", "purposes", "onward", "authority", "source",
    "first", "last", "note",
)  # fmt: skip
_OPTIONAL = ("first", "last", "note")


def parse_flows(text: str, file: str) -> tuple[DeclaredFlow, ...]:
    """The flows of a file, in its order. Raises RecordFileError with every finding: line, fault and remedy."""
    reader = YamlReader(file, text)
    top = parse_yaml(text, file, "file of flows", LARGEST_FLOW_FILE)
    reader.check_keys(top, ("version", "flows"), "a file of flows")
    version = reader.word(top, "version")
    if version != VERSION:
        reader.add(
            top.find("version") or top, f"version `{version[:20]}` is not known", f"write `version: {VERSION}`"
        )
    found = _read_list(reader, top)
    if reader.findings:
        raise RecordFileError(tuple(sorted(reader.findings, key=lambda finding: (finding.line, finding.column))))
    return tuple(found)


def _read_list(reader: YamlReader, top: Entries) -> list[DeclaredFlow]:
    node = top.find("flows")
    if not isinstance(node, Items) or not node.values or len(node.values) > MOST_FLOWS:
        remedy = "write `flows:` and below it one `- id: ...` for each"
        reader.add(node or top, f"`flows` is not a list of 1 to {MOST_FLOWS} flows", remedy)
        return []
    found: list[DeclaredFlow] = []
    seen: set[str] = set()
    for item in node.values:
        if not isinstance(item, Entries):
            reader.add(item, "a flow is not a map", f"write its keys: {', '.join(_KEYS)}")
            continue
        flow = _read_flow(reader, item)
        if flow is None:
            continue
        if flow.id in seen:
            reader.add(item.find("id"), f"flow `{flow.id}` stands twice", "give each flow an id of its own")
        seen.add(flow.id)
        found.append(flow)
    return found


def _read_flow(reader: YamlReader, item: Entries) -> DeclaredFlow | None:
    """One flow, None where anything of it was found faulty."""
    before = len(reader.findings)
    reader.check_keys(item, _KEYS, "a flow")
    for key in _KEYS:
        if key not in _OPTIONAL and item.find(key) is None:
            reader.add(item, f"the flow has no `{key}`", _how_to_say_unknown(key))
    words = {key: reader.word(item, key) for key in ("id", "owner", "recipient", "system", "note")}
    access = _one_of(reader, item, "access", Access)
    onward = _one_of(reader, item, "onward", Onward)
    classes = _list_of(reader, item, "data_classes", DataClass)
    purposes = () if _says_none(item) else _list_of(reader, item, "purposes", Purpose)
    authority, citation = _read_authority(reader, item)
    source = _read_source(reader, item)
    first, last = _day(reader, item, "first"), _day(reader, item, "last")
    if len(reader.findings) > before or access is None or onward is None or authority is None or source is None:
        return None
    title, dated, evidence = source

    def make() -> DeclaredFlow:
        return DeclaredFlow(
            **words,
            access=access,
            onward=onward,
            data_classes=classes,
            purposes=purposes,
            authority=authority,
            citation=citation,
            source=title,
            dated=dated,
            evidence=evidence,
            first=first,
            last=last,
        )

    return _made(reader, item, make)


def _made(reader: YamlReader, item: Entries, make: Callable[[], DeclaredFlow]) -> DeclaredFlow | None:
    try:
        return make()
    except NounError as error:
        fault, _, remedy = str(error).partition("; ")
        reader.add(item, fault, remedy)
        return None


def _how_to_say_unknown(key: str) -> str:
    ways = {
        "purposes": f"list them, or write `purposes: {NONE_STATED}`",
        "authority": f"write its kind and citation, or `authority: {{kind: {Authority.NONE_KNOWN}}}`",
        "onward": f"write {', '.join(Onward)}",
    }
    return ways.get(key, f"add `{key}:`")


def _says_none(item: Entries) -> bool:
    node = item.find("purposes")
    return isinstance(node, Word) and node.text == NONE_STATED


def _one_of(reader: YamlReader, section: Entries, key: str, kind: type[Kind]) -> Kind | None:
    text = reader.closed(section, key, [word.value for word in kind])
    return kind(text) if text else None


def _list_of(reader: YamlReader, item: Entries, key: str, kind: type[Kind]) -> tuple[Kind, ...]:
    found = []
    known = {word.value for word in kind}
    for word in reader.words(item, key):
        if word.text in known:
            found.append(kind(word.text))
        else:
            fault = f"`{word.text[:60]}` is not one of the {key.replace('_', ' ')}"
            reader.add(word, fault, f"write one of: {', '.join(sorted(known))}")
    return tuple(found)


def _read_authority(reader: YamlReader, item: Entries) -> tuple[Authority | None, str]:
    section = reader.entries(item, "authority")
    reader.check_keys(section, ("kind", "citation"), "`authority`")
    if item.find("authority") is not None and section.find("kind") is None:
        reader.add(item.find("authority"), "`authority` has no `kind`", f"write one of: {', '.join(Authority)}")
    return _one_of(reader, section, "kind", Authority), reader.word(section, "citation")


def _read_source(reader: YamlReader, item: Entries) -> tuple[str, date, Evidence] | None:
    section = reader.entries(item, "source")
    reader.check_keys(section, ("title", "dated", "evidence"), "`source`")
    for key in ("title", "dated", "evidence"):
        if item.find("source") is not None and section.find(key) is None:
            reader.add(item.find("source"), f"`source` has no `{key}`", f"add `{key}:`")
    title, dated = reader.word(section, "title"), _day(reader, section, "dated")
    evidence = _one_of(reader, section, "evidence", Evidence)
    return (title, dated, evidence) if title and dated and evidence else None


def _day(reader: YamlReader, section: Entries, key: str) -> date | None:
    text = reader.word(section, key)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        reader.add(section.find(key), f"`{text[:40]}` is not a day", "write YYYY-MM-DD")
        return None
