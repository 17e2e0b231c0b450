"""Reading `cases.yaml`: dated decisions a lawyer can review. Unknown keys and words fail; `unknown` is written.

Everything is read as text and given its kind by the vocabulary, so that a day, a `yes` or an `on:` is never
guessed by the file format.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import yaml

from comity.errors import Finding, LawTextError
from comity.law import ast
from comity.law.atoms import FactValue, FieldFlags
from comity.law.vocabulary import Vocabulary

MOST_CASES = 5_000  # a jurisdiction of three thousand rules needs fewer
LONGEST_FILE = 2_000_000  # characters
CASE_FILE_VERSION = "1"
TOP_KEYS = frozenset({"cases", "law", "facts", "without_case", "cases_of"})
CASE_KEYS = frozenset({"case", "rules", "given", "expect"})
PLAIN_GIVEN = frozenset({"on", "at", "agreement", "field"})
EXPECT_KEYS = frozenset(
    {"fields", "because", "lacking", "holds", "duties", "refused", "outward", "purge", "keep", "match", "labels"}
)
HOLD_KEYS = frozenset({"rule", "review", "attestation", "by", "within", "conflict", "between"})
DUTY_KEYS = frozenset(
    {"rule", "kind", "to", "report", "within", "of", "every", "due", "on", "text", "deferred", "deferred-by"}
)
PERMITS_EVERYTHING = "permits-everything"
OUTWARD = "same as nothing-releasable"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its facts by path, and what is expected, as written. `line` is where it stands."""

    name: str
    line: int
    rules: tuple[str, ...]
    on: date
    at: str
    facts: Mapping[str, FactValue]
    agreement: Mapping[str, Any] | None
    expect: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CaseFile:
    """The cases of one pack. `without_case` are the rules no case can show biting, each with the reason."""

    pack: str
    version: int
    cases: tuple[Case, ...]
    without_case: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


class _Loader(yaml.SafeLoader):
    """A loader that reads every scalar as text and keeps only merging (`<<`)."""


MERGE = "tag:yaml.org,2002:merge"
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag == MERGE]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def load_cases(text: str, file: str, vocabulary: Vocabulary) -> CaseFile:
    """Read a case file. Raises LawTextError with every finding: unknown keys, words, values and repeated keys."""
    try:
        return _load(text, file, vocabulary)
    except LawTextError as error:
        raise LawTextError(tuple(show_line(one, text) for one in error.findings)) from error


def show_line(finding: Finding, text: str) -> Finding:
    """A finding of a case file with its line underlined from its first word, as findings of law texts are."""
    lines = text.splitlines()
    shown = lines[finding.line - 1] if finding.line <= len(lines) else ""
    begin = len(shown) - len(shown.lstrip(" -"))
    column = max(finding.column, begin + 1)
    return replace(finding, source=shown, column=column, width=max(1, len(shown) - column + 1))


def _load(text: str, file: str, vocabulary: Vocabulary) -> CaseFile:
    if len(text) > LONGEST_FILE:
        raise LawTextError((Finding(file, 1, 1, f"the file is longer than {LONGEST_FILE} characters"),))
    whole, lines, findings = _read(text, file)
    findings += _top_faults(whole, file)
    if findings:
        raise LawTextError(tuple(findings))
    name, _, version = str(whole["law"]).partition(" ")
    cases = []
    for raw, line in zip(whole["cases_of"], lines, strict=True):
        reader = _CaseReader(file, line, vocabulary)
        cases.append(reader.read(raw))
        findings += reader.findings
    if findings:
        raise LawTextError(tuple(findings))
    excused = MappingProxyType({str(rule): str(reason) for rule, reason in whole.get("without_case", {}).items()})
    return CaseFile(name, int(version), tuple(case for case in cases if case is not None), excused)


def _read(text: str, file: str) -> tuple[dict[str, Any], list[int], list[Finding]]:
    """What the file says, the line of each case, and keys given twice."""
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise LawTextError((Finding(file, 1, 1, "the file is no case file", remedy="begin with `cases: 1`"),))
        repeated = [*_repeated_keys(root, file)]  # before it is built, which merges what `<<` names into the nodes
        lines = _case_lines(root)
        return loader.construct_document(root), lines, repeated
    except yaml.YAMLError as error:
        raise LawTextError((_yaml_finding(error, file),)) from error
    except RecursionError as error:
        raise LawTextError((Finding(file, 1, 1, "the file nests too deep", remedy="write it flatter"),)) from error


def _yaml_finding(error: yaml.YAMLError, file: str) -> Finding:
    mark = getattr(error, "problem_mark", None)
    fault = str(getattr(error, "problem", None) or "the file is not readable as YAML")
    if mark is None:
        return Finding(file, 1, 1, fault)
    return Finding(file, mark.line + 1, mark.column + 1, fault)


def _repeated_keys(node: yaml.Node, file: str) -> Iterator[Finding]:
    pending = [node]
    opened: set[int] = set()
    while pending:  # ends: each node is opened once, anchors included
        current = pending.pop()
        if id(current) in opened:
            continue
        opened.add(id(current))
        if isinstance(current, yaml.SequenceNode):
            pending += current.value
        elif isinstance(current, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in current.value:
                if key.value in seen:
                    mark = key.start_mark
                    fault = f"`{key.value}` is given twice"
                    yield Finding(file, mark.line + 1, mark.column + 1, fault, remedy="keep one")
                seen.add(key.value)
                pending.append(value)


def _top_faults(whole: dict[str, Any], file: str) -> Iterator[Finding]:
    for key in whole:
        if key not in TOP_KEYS:
            yield Finding(file, 1, 1, f"unknown key `{key}`", remedy=f"known: {', '.join(sorted(TOP_KEYS))}")
    if whole.get("cases") != CASE_FILE_VERSION:
        yield Finding(file, 1, 1, "the file does not say its version", remedy="begin with `cases: 1`")
    law = str(whole.get("law", ""))
    if len(law.split()) != 2 or not law.split()[1].isdecimal():
        yield Finding(file, 1, 1, "the file does not say its pack", remedy="write for instance `law: us-ca 1`")
    excused = whole.get("without_case", {})
    if not isinstance(excused, dict) or not all(isinstance(reason, str) and reason for reason in excused.values()):
        fault = "`without_case` names rules without a reason"
        yield Finding(file, 1, 1, fault, remedy="write the rule's id, a colon and why no case can show it biting")
    cases = whole.get("cases_of")
    if not isinstance(cases, list):
        yield Finding(file, 1, 1, "the file has no cases", remedy="write them under `cases_of`")
    elif len(cases) > MOST_CASES:
        yield Finding(file, 1, 1, f"more than {MOST_CASES} cases", remedy="split the file")


def _case_lines(root: yaml.MappingNode) -> list[int]:
    for key, value in root.value:
        if key.value == "cases_of":
            return [item.start_mark.line + 1 for item in value.value]
    return []


class _CaseReader:
    """Reads one case, collecting what is wrong with it."""

    def __init__(self, file: str, line: int, vocabulary: Vocabulary) -> None:
        self.file, self.line, self.vocabulary = file, line, vocabulary
        self.findings: list[Finding] = []

    def fault(self, fault: str, remedy: str = "") -> None:
        self.findings.append(Finding(self.file, self.line, 1, fault, remedy=remedy))

    def read(self, raw: object) -> Case | None:
        if not isinstance(raw, dict):
            self.fault("a case is a set of keys", "write `case`, `rules`, `given` and `expect`")
            return None
        self.known_keys(raw, CASE_KEYS, "case")
        given, expect = raw.get("given"), raw.get("expect")
        if not isinstance(given, dict) or not isinstance(expect, dict) or not isinstance(raw.get("case"), str):
            self.fault("a case needs a name, `given` and `expect`")
            return None
        self.check_expect(expect)
        on, at = self.day(given.get("on"), "on"), str(given.get("at", ""))
        if at not in self.vocabulary.lists["points"]:
            self.fault(f"unknown point `{at}`", f"known: {', '.join(self.vocabulary.lists['points'])}")
        facts = self.facts(given)
        return Case(
            name=str(raw["case"]),
            line=self.line,
            rules=tuple(str(rule) for rule in raw.get("rules", ())),
            on=on or date.min,
            at=at,
            facts=MappingProxyType(facts),
            agreement=self.agreement(given.get("agreement")),
            expect=MappingProxyType(expect),
        )

    def known_keys(self, given: Mapping[str, Any], known: frozenset[str], what: str) -> None:
        for key in given:
            if key not in known:
                self.fault(f"unknown key `{key}` in {what}", f"known: {', '.join(sorted(known))}")

    def check_expect(self, expect: Mapping[str, Any]) -> None:
        self.known_keys(expect, EXPECT_KEYS, "expect")
        for key, known in (("holds", HOLD_KEYS), ("duties", DUTY_KEYS)):
            for entry in expect.get(key, ()):
                if isinstance(entry, dict):
                    self.known_keys(entry, known, key)
                else:
                    self.fault(f"an entry of `{key}` is a set of keys")
        fields = {name for one in self.vocabulary.classes.values() for name in one.names}
        for name, level in expect.get("fields", {}).items():
            if name not in fields:
                self.fault(f"unknown field `{name}`")
            if level not in (*self.vocabulary.lists["levels"], "held"):
                self.fault(f"unknown level `{level}`", "write nothing, pointer, masked, full or held")
        if expect.get("outward", OUTWARD) != OUTWARD:
            self.fault(f"unknown outward form `{expect['outward']}`", f"write `{OUTWARD}`")

    def facts(self, given: Mapping[str, Any]) -> dict[str, FactValue]:
        found: dict[str, FactValue] = {}
        for entity, values in given.items():
            if entity in PLAIN_GIVEN:
                continue
            if entity not in self.vocabulary.entities or not isinstance(values, dict):
                self.fault(f"unknown key `{entity}` in given", f"known: {', '.join(self.vocabulary.entities)}")
                continue
            for name, raw in values.items():
                found.update(self.fact(entity, name, raw))
        if "field" in given:
            found["field is public"] = self.public(given["field"])
        return found

    def fact(self, entity: str, name: str, raw: Any) -> dict[str, FactValue]:
        name = "data-class" if (entity, name) == ("record", "class") else name
        item = next((one for one in self.vocabulary.items.values() if f"{one.name}s" == name), None)
        if item is not None and item.of == entity:
            return {} if raw == "unknown" else {f"{entity}'s {name}": self.items(item, raw)}
        for path in (f"{entity}'s {name}", f"{entity} is {name}"):
            declared = self.vocabulary.attributes.get(path)
            if declared is not None:
                value = None if raw == "unknown" else self.value(declared, raw)
                return {} if value is None else {path: value}
        self.fault(f"unknown attribute `{name}` of {entity}")
        return {}

    def value(self, declared: ast.AttributeDecl, raw: Any) -> FactValue | None:
        """A written value of a declared kind; None, with a finding, for one that is none."""
        kind, text = declared.kind, str(raw)
        if kind.name == "flag" and text in {"yes", "no"}:
            return text == "yes"
        if kind.name in {"text", "listed"}:
            return text
        if kind.name == "date":
            return self.day(text, str(declared.path))
        if kind.name in {"number", "duration"}:
            return self.amount(declared, text)
        words = self.vocabulary.types[kind.type] if kind.type is not None else {}
        if kind.name == "set" and isinstance(raw, list) and all(word in words for word in raw):
            return frozenset(str(word) for word in raw)
        if kind.name == "enum" and text in words:
            return text
        self.fault(f"`{text}` is not a value of `{declared.path}`")
        return None

    def amount(self, declared: ast.AttributeDecl, text: str) -> int | None:
        """A number, or a duration as `31 minutes` or `2 hours`, in minutes."""
        minutes = {"minute": 1, "hour": 60, "day": 1440}
        count, _, unit = text.partition(" ")
        factor = minutes.get(unit.removesuffix("s")) if declared.kind.name == "duration" else (None if unit else 1)
        if not count.isdecimal() or factor is None:
            self.fault(f"`{text}` is not a value of `{declared.path}`")
            return None
        return int(count) * factor

    def items(self, item: ast.ItemDecl, raw: Any) -> tuple[Mapping[str, FactValue], ...]:
        declared = {str(one.name): one for one in item.attributes}
        found = []
        for entry in raw if isinstance(raw, list) else ():
            values: dict[str, FactValue] = {}
            for name, written in entry.items():
                if name not in declared:
                    self.fault(f"unknown attribute `{name}` of {item.name}")
                    continue
                value = None if written == "unknown" else self.value(declared[name], written)
                if value is not None:
                    values[str(declared[name].path)] = value
            found.append(MappingProxyType(values))
        return tuple(found)

    def public(self, raw: Any) -> FieldFlags:
        """Fields flagged public; those listed as `not-public` are known not to be, all others unknown."""
        if not isinstance(raw, dict):
            self.fault("`field` names fields under `public` or `not-public`")
            return FieldFlags()
        self.known_keys(raw, frozenset({"public", "not-public"}), "field")
        return FieldFlags(frozenset(raw.get("public", ())), frozenset(raw.get("not-public", ())))

    def agreement(self, raw: Any) -> Mapping[str, Any] | None:
        """The agreement relied on: none, one that permits everything, or that with terms of its own."""
        if raw is None or raw == "none":
            return None
        if raw == PERMITS_EVERYTHING:
            return MappingProxyType({})
        if not isinstance(raw, dict):
            self.fault(f"unknown agreement `{raw}`", f"write `{PERMITS_EVERYTHING}`, `none` or its terms")
            return None
        return MappingProxyType(
            {path: value for key in raw for path, value in self.fact("agreement", key, raw[key]).items()}
        )

    def day(self, raw: Any, what: str) -> date | None:
        try:
            return date.fromisoformat(str(raw))
        except ValueError:
            self.fault(f"`{raw}` is not a day for `{what}`", "write YYYY-MM-DD")
            return None
