"""The shipped packs: templates that an owner's counsel reads, signs and switches on; never in force by themselves."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from comity.errors import LawUnavailableError
from comity.law.parse import parse_pack
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, whole_text

RULES_FILE = "rules.law"
CASES_FILE = "cases.yaml"


@lru_cache(maxsize=1)
def shipped_pack_names() -> tuple[str, ...]:
    """Names of the packs that come with the software, sorted."""
    folder = files("comity.law") / "packs"
    return tuple(sorted(entry.name for entry in folder.iterdir() if (entry / RULES_FILE).is_file()))


@lru_cache(maxsize=64)
def shipped_pack(name: str) -> LawText:
    """A shipped pack as an unsigned text with its tables. Raises LawUnavailableError for a name that is none."""
    if name not in shipped_pack_names():
        raise LawUnavailableError(f"`{name}` is no shipped pack; write one of {', '.join(shipped_pack_names())}")
    folder = files("comity.law") / "packs" / name
    text = (folder / RULES_FILE).read_text(encoding="utf-8")
    parsed = parse_pack(text, f"{name}/{RULES_FILE}")
    tables = tuple(
        (str(table.file), (folder / str(table.file)).read_text(encoding="utf-8")) for table in parsed.tables
    )
    return LawText(
        kind=LawKind.PACK,
        name=name,
        version=parsed.version,
        text=text,
        hash=text_digest(whole_text(text, tables)),
        tables=tables,
    )


def shipped_cases_text(name: str) -> str:
    """The cases written down beside a shipped pack. Raises LawUnavailableError for a name that is none."""
    shipped_pack(name)
    return (files("comity.law") / "packs" / name / CASES_FILE).read_text(encoding="utf-8")
