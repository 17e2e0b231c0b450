"""Mapping files: how one agency's own columns become records. The format is documented in `docs/records.md`.

Nothing is guessed. Every column is mapped or ignored by name; role, disposition and seal state come from a stated
constant or from a table that lists every code, the empty cell included.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from comity.errors import RecordFileError
from comity.formats.classes import PERSON_FIELDS, own_fields
from comity.formats.yaml_reader import YamlReader
from comity.formats.yaml_tree import Entries, Items, Word, parse_yaml
from comity.model.base import AGENCY_ID_PATTERN, check_agency_id
from comity.model.codes import DataClass, Disposition, PersonRole, Sex

VERSION = "1"
NAME_PARTS = ("family", "given", "middle", "suffix")
SEAL_WORDS = {"sealed": True, "not-sealed": False, "unknown": None}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DATE_DIRECTIVES = frozenset("YmdBbHMSIp")  # no `%y`: a two-digit year makes a child of a pensioner
MOST_PEOPLE_IN_ROW = 8  # a row with more is a list of people, which is refused

_KEYS = (
    "version",
    "data_class",
    "owner",
    "delimiter",
    "record",
    "people",
    "fields",
    "disposition",
    "seal",
    "sex",
    "dates",
    "constants",
    "ignore",
)
_REQUIRED = ("version", "data_class", "owner", "record", "people", "disposition", "seal", "dates")


@dataclass(frozen=True, slots=True)
class Choice:
    """A closed word from a constant, or from a column through a table of codes (cell text, word)."""

    column: str = ""
    constant: str = ""
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PersonMapping:
    """One person of a row: (column, field) pairs; a field may be a name part (`NAME_PARTS`)."""

    key: str
    role: Choice
    columns: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file that was checked whole."""

    file: str
    data_class: DataClass
    owner: str
    delimiter: str
    id: str
    reference: str
    event_date: str
    as_of: str
    as_of_constant: date | None
    people: tuple[PersonMapping, ...]
    fields: tuple[tuple[str, str], ...]
    disposition: Choice
    seal: Choice
    sexes: tuple[tuple[str, str], ...]
    dates: tuple[str, ...]
    constants: tuple[tuple[str, str], ...]
    ignore: tuple[str, ...]

    def uses(self) -> tuple[tuple[str, str], ...]:
        """Every use of a column, as (column, what it becomes); an ignored column becomes `ignored`."""
        record = (
            (self.id, "record id"),
            (self.reference, "reference"),
            (self.event_date, "event date"),
            (self.as_of, "as of"),
            (self.disposition.column, "disposition"),
            (self.seal.column, "seal state"),
        )
        people = (
            use
            for person in self.people
            for use in (
                (person.role.column, f"{person.key} role"),
                *((c, f"{person.key} {f}") for c, f in person.columns),
            )
        )
        ignored = ((column, "ignored") for column in self.ignore)
        return tuple(use for use in (*record, *people, *self.fields, *ignored) if use[0])


def parse_mapping(text: str, file: str) -> Mapping:
    """Check a mapping file. Raises RecordFileError with every finding: file, line, column, fault and remedy."""
    reader = YamlReader(file, text)
    top = parse_yaml(text, file)
    reader.check_keys(top, _KEYS, "the mapping")
    for key in _REQUIRED:
        if top.find(key) is None:
            reader.add(top, f"the mapping has no `{key}`", f"add `{key}:`")
    mapping = _read_mapping(reader, top)
    if reader.findings:
        raise RecordFileError(tuple(sorted(reader.findings, key=lambda finding: (finding.line, finding.column))))
    return mapping


def _read_mapping(reader: YamlReader, top: Entries) -> Mapping:
    if (version := reader.word(top, "version")) and version != VERSION:
        reader.add(top.find("version"), f"version `{version[:20]}` is not known", f"write `version: {VERSION}`")
    owner = reader.word(top, "owner")
    if owner:
        reader.check(top.find("owner"), lambda: check_agency_id(owner))
    data_class = DataClass(reader.closed(top, "data_class", [kind.value for kind in DataClass]) or DataClass.CASE)
    record = reader.entries(top, "record")
    reader.check_keys(record, ("id", "reference", "event_date", "as_of"), "`record`")
    constants, as_of_constant = _read_constants(reader, top, data_class)
    as_of = reader.word(record, "as_of")
    if bool(as_of) == bool(as_of_constant):
        remedy = "name the column in `record: as_of`, or the day in `constants: as_of`"
        reader.add(top.find("record") or top, "the day of a record needs exactly one source", remedy)
    return Mapping(
        file=reader.file,
        data_class=data_class,
        owner=owner,
        delimiter=DELIMITERS[reader.closed(top, "delimiter", list(DELIMITERS)) or "comma"],
        id=reader.word(record, "id"),
        reference=reader.word(record, "reference"),
        event_date=reader.word(record, "event_date"),
        as_of=as_of,
        as_of_constant=as_of_constant,
        people=_read_people(reader, top),
        fields=_read_columns(reader, top, "fields", own_fields(data_class)),
        disposition=_read_choice(reader, top, "disposition", [kind.value for kind in Disposition]),
        seal=_read_choice(reader, top, "seal", list(SEAL_WORDS)),
        sexes=reader.table(top, "sex", [*(sex.value for sex in Sex), "unknown"]),
        dates=_read_formats(reader, top),
        constants=constants,
        ignore=tuple(word.text for word in reader.words(top, "ignore")),
    )


def _read_constants(
    reader: YamlReader, top: Entries, data_class: DataClass
) -> tuple[tuple[tuple[str, str], ...], date | None]:
    """Constant field values of every record, and the day given as `as_of`."""
    section = reader.entries(top, "constants")
    allowed = ("as_of", *own_fields(data_class))
    reader.check_keys(section, allowed, "`constants`")
    pairs = tuple((word.text, reader.word(section, word.text)) for word, _ in section.pairs)
    day = dict(pairs).get("as_of", "")
    found = None
    if day:
        try:
            found = date.fromisoformat(day)
        except ValueError:
            reader.add(section.find("as_of"), f"`{day[:40]}` is not a day", "write YYYY-MM-DD")
    return tuple(pair for pair in pairs if pair[0] != "as_of" and pair[1]), found


def _read_people(reader: YamlReader, top: Entries) -> tuple[PersonMapping, ...]:
    node = top.find("people")
    if node is None:
        return ()
    if not isinstance(node, Items) or not node.values or len(node.values) > MOST_PEOPLE_IN_ROW:
        remedy = "write a list of one person or more, each with `key`, `role` and `columns`"
        reader.add(node, f"`people` is not a list of 1 to {MOST_PEOPLE_IN_ROW} people", remedy)
        return ()
    found: list[PersonMapping] = []
    for item in node.values:
        if not isinstance(item, Entries):
            reader.add(item, "a person is not a map", "write `key`, `role` and `columns`")
            continue
        reader.check_keys(item, ("key", "role", "columns"), "a person")
        key = reader.word(item, "key")
        if not AGENCY_ID_PATTERN.fullmatch(key) or key in [person.key for person in found]:
            reader.add(item, f"`{key[:40]}` is no new key for a person", "write a lower-case word, each once")
        role = _read_choice(reader, item, "role", [role.value for role in PersonRole])
        columns = _read_columns(reader, item, "columns", (*NAME_PARTS, *PERSON_FIELDS))
        if not columns:
            reader.add(item, f"person `{key[:40]}` has no columns", "add `columns:` with at least one column")
        found.append(PersonMapping(key, role, columns))
    return tuple(found)


def _read_columns(
    reader: YamlReader, section: Entries, key: str, allowed: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    columns = reader.entries(section, key)
    for word, value in columns.pairs:
        if not isinstance(value, Word) or value.text not in allowed:
            shown = value.text[:40] if isinstance(value, Word) else "..."
            fault = f"column `{word.text[:60]}` is mapped to `{shown}`, which is no field here"
            reader.add(value, fault, f"write one of: {', '.join(allowed)}")
    return tuple((word.text, value.text) for word, value in columns.pairs if isinstance(value, Word))


def _read_choice(reader: YamlReader, section: Entries, key: str, allowed: list[str]) -> Choice:
    node = section.find(key)
    if node is None:
        if key == "role":
            reader.add(section, "a person has no `role`", "add `role: {constant: ...}` or a column with codes")
        return Choice()
    choice = reader.entries(section, key)
    reader.check_keys(choice, ("column", "codes", "constant"), f"`{key}`")
    constant = reader.closed(choice, "constant", allowed)
    column = reader.word(choice, "column")
    codes = reader.table(choice, "codes", allowed)
    if bool(choice.find("constant")) == bool(column or codes) or bool(column) != bool(codes):
        remedy = "give `constant`, or `column` with `codes` for every code it holds"
        reader.add(node, f"`{key}` is neither one constant nor one column with codes", remedy)
    return Choice(column, constant, codes)


def _read_formats(reader: YamlReader, top: Entries) -> tuple[str, ...]:
    formats = reader.words(top, "dates")
    for word in formats:
        directives = word.text.replace("%%", "").split("%")[1:]
        parts = [directive[:1] for directive in directives]
        if not set(parts) <= DATE_DIRECTIVES or "Y" not in parts or len(set(parts)) != len(parts):
            remedy = "write for instance `%m/%d/%Y`; the year has four digits (`%Y`), every part stands once"
            reader.add(word, f"`{word.text[:40]}` is not a date format that is read here", remedy)
    return tuple(word.text for word in formats)
