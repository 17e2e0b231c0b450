"""What was refused: entered in the log, and kept for the reader until something is put in force."""

from __future__ import annotations

from pathlib import Path

from comity.errors import ComityError, LawTextError, SettingsError
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.model.canon import canonical_bytes, text_digest
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.law_state import OfferedText, RefusedActivation
from comity.ports import World
from comity.settings import read_noun, write_noun

REFUSALS_FILE = "refusals.json"
MOST_REFUSALS = 20  # an afternoon of mending one text; the log has every one
MOST_FINDINGS = 50  # of one refusal: what a person mends before offering it again; the answer told all of them


def findings_of(error: ComityError) -> tuple[str, ...]:
    """Why an activation failed, one piece a finding."""
    return tuple(str(one) for one in error.findings) if isinstance(error, LawTextError) else (str(error),)


def enter_refusal(
    world: World,
    folder: Path,
    owner: str,
    offered: tuple[OfferedText, ...],
    told: tuple[str, ...],
    duties: tuple[StoredDuty, ...] = (),
) -> int:
    """Enter that an activation was refused, with what is owed all the same, and keep it to be shown; the entry.

    A stop between the two leaves the entry, and nothing that is shown. The caller holds the owner's `DECIDING_FILE`.
    """
    names = tuple(f"{one.kind} {Path(one.file).name}" for one in offered)
    now_ms = world.clock.now_ms()
    receipt = append_entry(
        world,
        Unit(
            facts=EntryFacts(kind=EntryKind.LAW_REFUSED, at_ms=now_ms),
            content=canonical_bytes({"owner": owner, "offered": names, "findings": len(told)}),
            record=canonical_bytes([text_digest(one.text) for one in offered]),
            duties=duties,
        ),
    )
    entry = parse_proof(receipt.proof).index
    try:
        before = refusals_of(folder, owner)
    except SettingsError:
        before = ()  # what was shown is lost; the log has it
    refused = RefusedActivation(at_ms=now_ms, entry=entry, offered=names, findings=_bounded(told))
    write_noun(_file(folder, owner), (*before, refused)[-MOST_REFUSALS:])
    return entry


def refusals_of(folder: Path, owner: str) -> tuple[RefusedActivation, ...]:
    """What was refused since something was last put in force, the newest last. Raises SettingsError."""
    path = _file(folder, owner)
    return read_noun(path, tuple[RefusedActivation, ...]) if path.exists() else ()


def drop_refusals(folder: Path, owner: str) -> None:
    """Forget what was refused before: something was put in force. The log keeps its entries."""
    _file(folder, owner).unlink(missing_ok=True)


def _file(folder: Path, owner: str) -> Path:
    return folder / "law" / owner / REFUSALS_FILE


def _bounded(told: tuple[str, ...]) -> tuple[str, ...]:
    more = len(told) - MOST_FINDINGS
    return (*told[:MOST_FINDINGS], f"and {more} more; offer it again to see them") if more > 0 else told
