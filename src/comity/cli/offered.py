"""Reading law texts that are offered for activation: nothing is checked here, and a fault is carried on as a finding.

What a node refuses it enters in its log, so a file that cannot even be read reaches it too, as a fault.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from comity.cli.files import read_bytes
from comity.errors import Finding, LawTextError, WrongUseError
from comity.law.parse import parse_pack, parse_policy
from comity.law.shipped import RULES_FILE, shipped_pack, shipped_pack_names
from comity.model.canon import decoder_of
from comity.model.law_state import OfferedText
from comity.model.law_text import LawKind, Signature

LARGEST_LAW = 2_000_000  # bytes; the largest shipped pack has a fiftieth of it
KINDS = {".law": LawKind.PACK, ".policy": LawKind.POLICY}


class SignedFile(msgspec.Struct, forbid_unknown_fields=True):
    """A text as it was signed elsewhere: the fields of `LawText`, none of them believed yet."""

    kind: LawKind
    name: str
    version: int
    text: str
    hash: str
    signatures: tuple[Signature, ...] = ()
    tables: tuple[tuple[str, str], ...] = ()


def read_offered(named: str) -> OfferedText:
    """A pack's folder, a `.law` or `.policy` file, a signed `.json` text, or the name of a shipped pack."""
    path = Path(named)
    if path.is_dir() and (path / RULES_FILE).exists():
        path = path / RULES_FILE
    if path.suffix == ".json":
        return _read_signed(path)
    if path.suffix in KINDS:
        return _read_plain(path, KINDS[path.suffix])
    if named in shipped_pack_names():
        text = shipped_pack(named)
        return OfferedText(file=f"{named}/{RULES_FILE}", kind=text.kind, text=text.text, tables=text.tables)
    raise WrongUseError(
        f"`{named}` is neither a file that ends in .law, .policy or .json nor a shipped pack; "
        f"write a path, or one of {', '.join(shipped_pack_names())}"
    )


def _read_plain(path: Path, kind: LawKind) -> OfferedText:
    raw = read_bytes(path, LARGEST_LAW)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _faulty(path, kind, raw, error.start)
    return OfferedText(file=str(path), kind=kind, text=text, tables=_tables(path, kind, text))


def _tables(path: Path, kind: LawKind, text: str) -> tuple[tuple[str, str], ...]:
    """The tables a text names, from beside it; one that is not there or cannot be read is missed when it is checked."""
    try:
        tree = (parse_pack if kind is LawKind.PACK else parse_policy)(text, str(path))
    except LawTextError:
        return ()  # the node finds the same fault and enters it
    found = []
    for table in tree.tables:
        name = Path(str(table.file))
        if name.is_absolute() or ".." in name.parts:
            raise WrongUseError(
                f"`{path}` names the table `{name}` outside its folder; keep tables beside the pack"
            )
        beside = path.parent / name
        if beside.exists():
            found.append((str(table.file), read_bytes(beside, LARGEST_LAW).decode("utf-8", "replace")))
    return tuple(found)


def _read_signed(path: Path) -> OfferedText:
    raw = read_bytes(path, 2 * LARGEST_LAW)
    try:
        signed = decoder_of(SignedFile).decode(raw)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        fault = Finding(
            str(path), 1, 1, f"no signed law text: {str(error)[:200]}", remedy="get the file again, whole"
        )
        return OfferedText(file=str(path), kind=LawKind.PACK, text="", fault=fault)
    return OfferedText(
        file=str(path),
        kind=signed.kind,
        text=signed.text,
        tables=signed.tables,
        name=signed.name,
        hash=signed.hash,
        signatures=signed.signatures,
        signed_elsewhere=True,
    )


def _faulty(path: Path, kind: LawKind, raw: bytes, at: int) -> OfferedText:
    start = raw.rfind(b"\n", 0, at) + 1
    line = raw[start : (raw.find(b"\n", at) + 1 or len(raw) + 1) - 1]
    fault = Finding(
        str(path),
        raw.count(b"\n", 0, at) + 1,
        len(raw[start:at].decode("utf-8", "replace")) + 1,
        "a byte here is no UTF-8 text",
        line.decode("utf-8", "replace")[:200],
        remedy="save the text as UTF-8",
    )
    return OfferedText(file=str(path), kind=kind, text="", fault=fault)
