"""Mapping files for sharing lists of any other make. The format is documented in `docs/oversight-flows.md`.

As for records nothing is guessed: every column is mapped or ignored by name, and which party is the owner of the data is
said by the mapping or by a column with words for both directions.
"""

from __future__ import annotations

from datetime import date

from comity.errors import RecordFileError
from comity.formats.mapping import DATE_DIRECTIVES, DELIMITERS
from comity.formats.sharing.layouts import SharingLayout
from comity.formats.yaml_reader import YamlReader
from comity.formats.yaml_tree import Entries, parse_yaml
from comity.model.flow import Teller

VERSION = "1"
LONGEST_NAME = 80
_KEYS = ("version", "name", "delimiter", "teller", "other", "direction", "day", "told_by", "ignore")
_REQUIRED = ("version", "name", "teller", "other", "told_by")
_WHAT = "mapping of a sharing list"


def parse_sharing_mapping(text: str, file: str) -> SharingLayout:
    """Check a mapping file. Raises RecordFileError with every finding: file, line, column, fault and remedy."""
    reader = YamlReader(file, text)
    top = parse_yaml(text, file, _WHAT)
    reader.check_keys(top, _KEYS, "the mapping")
    for key in _REQUIRED:
        if top.find(key) is None:
            reader.add(top, f"the mapping has no `{key}`", f"add `{key}:`")
    layout = _read_layout(reader, top)
    columns = [*layout.columns, *layout.ignore]
    for column in sorted({column for column in columns if columns.count(column) > 1}):
        reader.add(top, f"column `{column[:60]}` is used twice", "use every column once")
    if reader.findings:
        raise RecordFileError(tuple(sorted(reader.findings, key=lambda finding: (finding.line, finding.column))))
    return layout


def _read_layout(reader: YamlReader, top: Entries) -> SharingLayout:
    if (version := reader.word(top, "version")) and version != VERSION:
        reader.add(top.find("version"), f"version `{version[:20]}` is not known", f"write `version: {VERSION}`")
    name = reader.word(top, "name")
    if len(name) > LONGEST_NAME:
        reader.add(top.find("name"), f"the name is longer than {LONGEST_NAME} characters", "shorten it")
    column, outward, inward = _read_direction(reader, top)
    day, day_format, day_of_all = _read_day(reader, top)
    told_by = reader.closed(top, "told_by", [teller.value for teller in Teller])
    return SharingLayout(
        name=name,
        teller=reader.word(top, "teller"),
        other=reader.word(top, "other"),
        direction=column,
        outward=outward,
        inward=inward,
        day=day,
        day_format=day_format,
        day_of_all=day_of_all,
        ignore=tuple(word.text for word in reader.words(top, "ignore")),
        told_by=Teller(told_by or Teller.OTHER),
        delimiter=DELIMITERS[reader.closed(top, "delimiter", list(DELIMITERS)) or "comma"],
    )


def _read_direction(reader: YamlReader, top: Entries) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    node = top.find("direction")
    if node is None:
        return "", (), ()
    section = reader.entries(top, "direction")
    reader.check_keys(section, ("column", "out", "in"), "`direction`")
    column = reader.word(section, "column")
    outward = tuple(word.text.casefold() for word in reader.words(section, "out"))
    inward = tuple(word.text.casefold() for word in reader.words(section, "in"))
    if not column or not outward or not inward or set(outward) & set(inward):
        remedy = "write `{column: Way, out: [words of giving], in: [words of getting]}`, each word once"
        reader.add(node, "`direction` does not say which words give and which get", remedy)
    return column, outward, inward


def _read_day(reader: YamlReader, top: Entries) -> tuple[str, str, date | None]:
    node = top.find("day")
    if node is None:
        return "", "", None
    section = reader.entries(top, "day")
    reader.check_keys(section, ("column", "format", "constant"), "`day`")
    column, pattern = reader.word(section, "column"), reader.word(section, "format")
    constant = reader.word(section, "constant")
    if bool(constant) == bool(column) or bool(column) != bool(pattern):
        remedy = "give `column` with `format`, or `constant` with the one day of the list"
        reader.add(node, "`day` is neither one column with its format nor one constant", remedy)
        return "", "", None
    if constant:
        return "", "", _read_constant(reader, section, constant)
    directives = [directive[:1] for directive in pattern.replace("%%", "").split("%")[1:]]
    if not set(directives) <= DATE_DIRECTIVES or "Y" not in directives:
        remedy = "write for instance `%m/%d/%Y`; the year has four digits (`%Y`)"
        reader.add(section.find("format"), f"`{pattern[:40]}` is not a date format that is read here", remedy)
    return column, pattern, None


def _read_constant(reader: YamlReader, section: Entries, text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        reader.add(section.find("constant"), f"`{text[:40]}` is not a day", "write YYYY-MM-DD")
        return None
