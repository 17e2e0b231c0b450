"""An owner's law on disk: texts and elections as files, each switched on by a log entry before it counts.

`law/<owner>/active.json` lists what is in force. It is replaced as a whole and last, so that a stop anywhere leaves
the old law or the new one. Files of texts and lists that were replaced stay: a past decision is decided again under
the law of then. `lists/` holds a copy of every list under the hash of the law it makes.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from comity.errors import LawUnavailableError, ProofError, SettingsError
from comity.ledger.entry import decode_entry
from comity.model.base import Noun
from comity.model.disclosure import EntryFacts, EntryKind
from comity.model.faults import fault
from comity.model.law_text import LawText, OwnerLaw, SignedElection
from comity.node.fault import tell_administrator
from comity.ports import Journal
from comity.settings import read_noun

ACTIVE_FILE = "active.json"
LISTS_FOLDER = "lists"
MOST_TEXTS = (
    500  # packs, policy and agreements of one owner; the largest real sharing lists name about 400 parties
)
SHORT_HASH = slice(7, 19)  # twelve digits: enough to tell the versions of one text apart

NEVER_KEPT = -1
KEEPING = (EntryKind.AGREEMENT_KEPT, EntryKind.LAW_ACTIVATED)  # saying so, or switching on again what had closed

Mark = tuple[int, int, int]


class Activation(Noun, frozen=True, kw_only=True):
    """One law text, or election, an owner has switched on, and the log entry that says so.

    `kept` is the entry by which an agreement was last said to be wanted still, after it was switched on.
    """

    file: str
    hash: str
    entry: int
    election: bool = False
    kept: int = NEVER_KEPT


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read from a list, and the file it was read from."""

    mark: Mark
    law: OwnerLaw


class FileLaws:
    """The `Laws` port over `law/<owner>/`.

    What was verified once stays in force in this process while the list cannot be read, and is said to be so. A list
    that can be read and names a text that fails its hash or its entry closes the owner (decision 0020).
    """

    def __init__(self, folder: Path, journal: Journal) -> None:
        self._folder = folder
        self._journal = journal
        self._kept: dict[str, _Kept] = {}
        self._trouble: dict[str, str] = {}

    def law_of(self, owner: str) -> OwnerLaw:
        """Everything active, hashes checked against contents and against the entries that activated them."""
        listing = self._folder / owner / ACTIVE_FILE
        kept = self._kept.get(owner)
        try:
            mark = _mark(listing, owner)
            if kept is not None and kept.mark == mark:
                return kept.law
            active = read_list(listing, owner)
        except LawUnavailableError as error:
            if kept is None:
                raise
            self._say(owner, f"{error}. What was in force before stays in force until the node stops")
            return kept.law
        law = read_listed(self._folder / owner, active, self._journal)
        self._kept[owner] = _Kept(mark, law)
        self._trouble.pop(owner, None)
        return law

    def texts_of(self, owner: str) -> tuple[LawText, ...]:
        return self.law_of(owner).texts

    def trouble_of(self, owner: str) -> str:
        """What is wrong with the owner's list while the law read before stays in force; empty when nothing is."""
        self.law_of(owner)
        return self._trouble.get(owner, "")

    def _say(self, owner: str, sentence: str) -> None:
        if self._trouble.get(owner) != sentence:
            self._trouble[owner] = sentence
            tell_administrator(sentence)


def _mark(listing: Path, owner: str) -> Mark:
    """What changes when a file is replaced; its time alone would miss two changes within one tick of the clock."""
    try:
        found = listing.stat()
    except OSError as error:
        raise LawUnavailableError(fault("law.none", owner=owner)) from error
    return found.st_mtime_ns, found.st_ino, found.st_size


def read_active(folder: Path, owner: str) -> tuple[Activation, ...]:
    """The list of what an owner has in force, in its node's folder. Raises LawUnavailableError."""
    return read_list(folder / "law" / owner / ACTIVE_FILE, owner)


def read_list(listing: Path, owner: str) -> tuple[Activation, ...]:
    """The list of what is in force. Raises LawUnavailableError."""
    try:
        active = read_noun(listing, tuple[Activation, ...])
    except SettingsError as error:
        raise LawUnavailableError(fault("law.list-unreadable", owner=owner, because=_restored(error))) from error
    if len(active) > MOST_TEXTS:
        raise LawUnavailableError(fault("law.too-many", owner=owner, texts=MOST_TEXTS))
    return active


def read_listed(home: Path, active: tuple[Activation, ...], journal: Journal) -> OwnerLaw:
    """The texts and elections a list names, each checked. Raises LawUnavailableError for one that fails."""
    entered = {one.hash: _entered(one.entry, journal) for one in active}
    return OwnerLaw(
        texts=tuple(_text(home, one, entered[one.hash]) for one in active if not one.election),
        elections=tuple(_election(home, one, entered[one.hash]) for one in active if one.election),
        since=tuple((law_hash, facts.at_ms) for law_hash, facts in entered.items()),
        kept=tuple((one.hash, _kept_ms(home, one, journal)) for one in active if one.kept != NEVER_KEPT),
    )


def _restored(error: SettingsError) -> str:
    """The fault of a file that was signed, with another remedy than for one that is written by hand."""
    return fault("file.restore-law", because=str(error).rpartition("; ")[0])


def _text(home: Path, activation: Activation, entered: EntryFacts) -> LawText:
    try:
        text = read_noun(home / activation.file, LawText)
    except SettingsError as error:
        raise LawUnavailableError(fault("law.text-lost", owner=home.name, because=_restored(error))) from error
    if not (text.hash == activation.hash and _is_entered(activation, EntryKind.LAW_ACTIVATED, entered)):
        raise LawUnavailableError(fault("law.text-other", text=text.name))
    return text


def _election(home: Path, activation: Activation, entered: EntryFacts) -> SignedElection:
    try:
        election = read_noun(home / activation.file, SignedElection)
    except SettingsError as error:
        raise LawUnavailableError(fault("law.election-lost", owner=home.name, because=_restored(error))) from error
    if not (election.hash == activation.hash and _is_entered(activation, EntryKind.ELECTION_SIGNED, entered)):
        raise LawUnavailableError(fault("law.election-other", conflict=election.conflict))
    return election


def _kept_ms(home: Path, activation: Activation, journal: Journal) -> int:
    entered = _entered(activation.kept, journal)
    if entered.kind not in KEEPING or entered.law != activation.hash:
        raise LawUnavailableError(fault("law.not-kept", file=activation.file, owner=home.name))
    return entered.at_ms


def _is_entered(activation: Activation, kind: EntryKind, entered: EntryFacts) -> bool:
    return entered.kind is kind and entered.law == activation.hash


def _entered(entry: int, journal: Journal) -> EntryFacts:
    try:
        return decode_entry(journal.entry(entry)).facts
    except ProofError as error:
        raise LawUnavailableError(f"entry {entry} cannot be read: {error}") from error
