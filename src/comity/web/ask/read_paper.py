"""The paper of a question: what may be attached, told by its first bytes. What goes along is its hash, as by `comity ask`.

The file itself is read here and forgotten. It stays with the asking agency, whom the owner's counsel asks for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from comity.model.codes import Instrument
from comity.web.call import Form
from comity.web.words import Words

BEGINNINGS = (  # what each kind of file begins with: ISO 32000-1 7.5.2, PNG 5.2, JPEG (ITU T.81, B.1.1.3)
    ("pdf", b"%PDF-"),
    ("png", b"\x89PNG\r\n\x1a\n"),
    ("jpeg", b"\xff\xd8\xff"),
)
TEXT_CONTROLS = frozenset("\t\n\r\f")
FIELDS = ("paper-month", "paper-day", "paper-year")
PAPER, PAPER_KIND, PAPER_KB = "paper", "paper-kind", "paper-kb"  # what a draft keeps of it: hash, kind, size
LIKE_NO_JUDGE = frozenset(  # papers that no judge signs, whatever their heading says
    {Instrument.ADMINISTRATIVE_WARRANT, Instrument.ADMINISTRATIVE_SUBPOENA, Instrument.DETAINER}
)


@dataclass(frozen=True, slots=True)
class Paper:
    """A file that may be a legal paper: its kind, its size in kilobytes rounded up, the hash that goes along."""

    kind: str
    kilobytes: int
    document: str


def read_paper(raw: bytes) -> Paper | None:
    """A file as a paper; None where it is neither PDF, PNG, JPEG nor plain text."""
    kind = next((name for name, begins in BEGINNINGS if raw.startswith(begins)), "text" if _is_text(raw) else "")
    if not kind:
        return None
    return Paper(kind, -(-len(raw) // 1_000), "sha256:" + hashlib.sha256(raw).hexdigest())


def paper_typed(form: Form, before: Mapping[str, str]) -> dict[str, str]:
    """What a draft keeps of the paper after its page was sent: the new one, none where it was taken off, or that of before."""
    raw = form.files.get(PAPER, b"")
    paper = read_paper(raw) if raw else None
    if paper is not None:
        return {PAPER: paper.document, PAPER_KIND: paper.kind, PAPER_KB: str(paper.kilobytes)}
    if form.one("paper-off"):
        return {PAPER: "", PAPER_KIND: "", PAPER_KB: ""}
    return {name: before.get(name, "") for name in (PAPER, PAPER_KIND, PAPER_KB)}


def paper_faults(form: Form, kept: Mapping[str, str], words: Words) -> tuple[tuple[str, str], ...]:
    """What is wrong with the paper and its last day."""
    faults = []
    raw = form.files.get(PAPER, b"")
    if raw and read_paper(raw) is None:
        faults.append((PAPER, words("ask.fault.paper-kind")))
    elif kept[PAPER] and form.one("instrument") == Instrument.NOTHING:
        faults.append(("instrument-0", words("ask.fault.paper-alone")))
    parts = [form.one(name) for name in FIELDS]
    if any(parts):
        try:
            last_day(form)
        except ValueError:
            faults.append((FIELDS[0], words("ask.fault.paper-day")))
    return tuple(faults)


def last_day(typed: Form) -> date | None:
    """The last day the paper is in force; None where none was given. Raises ValueError for what is no day."""
    month, day, year = (typed.one(name) for name in FIELDS)
    if not (month or day or year):
        return None
    if len(year) != 4:
        raise ValueError(year)
    return date(int(year), int(month), int(day))


def _is_text(raw: bytes) -> bool:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return bool(text.strip()) and all(char.isprintable() or char in TEXT_CONTROLS for char in text)
