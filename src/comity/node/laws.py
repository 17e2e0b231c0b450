"""An owner's law on disk: texts as files, each activated by a log entry before it counts."""

from __future__ import annotations

import base64
from pathlib import Path

from msgspec.structs import replace

from comity.errors import LawUnavailableError, ProofError, SettingsError
from comity.ledger.append import append_entry
from comity.ledger.entry import decode_entry
from comity.ledger.proof import parse_proof
from comity.model.base import Noun
from comity.model.canon import canonical_bytes
from comity.model.disclosure import EntryFacts, EntryKind, Unit
from comity.model.law_text import LawText, Signature, signed_bytes
from comity.node.keys import read_signing_key
from comity.ports import Journal, World
from comity.settings import read_noun, write_noun

MOST_TEXTS = (
    500  # packs, policy and agreements of one owner; the largest real sharing lists name about 400 parties
)


class Activation(Noun, frozen=True, kw_only=True):
    """One law text an owner has switched on, and the log entry that says so."""

    file: str
    hash: str
    entry: int


class FileLaws:
    """The `Laws` port over `law/<owner>/`: `active.json` lists what is switched on."""

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._kept: dict[str, tuple[int, tuple[LawText, ...]]] = {}

    def texts_of(self, owner: str) -> tuple[LawText, ...]:
        """Every active text, hash checked against its content and against the entry that activated it."""
        listing = self._folder / owner / "active.json"
        try:
            changed = listing.stat().st_mtime_ns
        except OSError as error:
            raise LawUnavailableError(
                f"`{owner}` has no law in force; activate its packs and agreements"
            ) from error
        kept = self._kept.get(owner)
        if kept is None or kept[0] != changed:
            kept = (changed, self._read(owner, listing))
            self._kept[owner] = kept
        return kept[1]

    def _read(self, owner: str, listing: Path) -> tuple[LawText, ...]:
        try:
            active = read_noun(listing, tuple[Activation, ...])
        except SettingsError as error:
            raise LawUnavailableError(f"the list of `{owner}`'s law cannot be read: {error}") from error
        if len(active) > MOST_TEXTS:
            raise LawUnavailableError(f"`{owner}` has more than {MOST_TEXTS} texts in force; retire some")
        return tuple(self._text(owner, activation) for activation in active)

    def _text(self, owner: str, activation: Activation) -> LawText:
        try:
            text = read_noun(self._folder / owner / activation.file, LawText)
        except SettingsError as error:
            raise LawUnavailableError(f"a law text of `{owner}` was lost or changed: {error}") from error
        try:
            entry = decode_entry(self._journal.entry(activation.entry)).facts
        except ProofError as error:
            raise LawUnavailableError(f"entry {activation.entry} cannot be read: {error}") from error
        if text.hash != activation.hash or entry.kind is not EntryKind.LAW_ACTIVATED or entry.law != text.hash:
            raise LawUnavailableError(f"`{text.name}` is not the text that was activated; activate it again")
        return text


def sign_text(text: LawText, agency: str, role: str, key_file: Path) -> LawText:
    """The text with one agency's signature added."""
    value = read_signing_key(key_file).sign(signed_bytes(text.kind, text.name, text.hash))
    signature = Signature(agency=agency, role=role, value=base64.b64encode(value).decode())
    return replace(text, signatures=(*text.signatures, signature))


def activate_texts(world: World, folder: Path, owner: str, texts: tuple[LawText, ...]) -> None:
    """Switch texts on for an owner: each by its own log entry, then the list is replaced as a whole.

    A text replaces the one of its own kind and name. A crash before the list is replaced leaves entries whose texts
    are not in force: what counts is the list, and switching on again repeats them.
    """
    home = folder / owner
    home.mkdir(parents=True, exist_ok=True)
    listing = home / "active.json"
    active = list(read_noun(listing, tuple[Activation, ...])) if listing.exists() else []
    for text in texts:
        stem = f"{text.kind}-{text.name}"
        file = f"{stem}-{text.hash[7:19]}.json"
        write_noun(home / file, text)
        receipt = append_entry(world, _activation_unit(world, owner, text))
        active = [kept for kept in active if kept.file.rpartition("-")[0] != stem]  # `us` is not `us-ca`
        active.append(Activation(file=file, hash=text.hash, entry=parse_proof(receipt.proof).index))
    write_noun(listing, tuple(active))


def _activation_unit(world: World, owner: str, text: LawText) -> Unit:
    return Unit(
        facts=EntryFacts(kind=EntryKind.LAW_ACTIVATED, at_ms=world.clock.now_ms(), law=text.hash),
        content=canonical_bytes({"owner": owner, "kind": text.kind, "name": text.name, "hash": text.hash}),
        record=canonical_bytes(text.signatures),
    )
