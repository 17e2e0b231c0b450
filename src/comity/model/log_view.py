"""A node's log as its reviewer looks through it: codes alone, counted and listed; and one entry with its proof."""

from __future__ import annotations

from comity.errors import NounError
from comity.model.base import Noun, check_agency_id
from comity.model.disclosure import EntryFacts

MOST_ROWS = 5_000  # of one page or one file: what a spreadsheet or a reader takes at once
LONGEST_CHOICE = 64


class LogFilter(Noun, frozen=True, kw_only=True):
    """What entries are wanted: each a word of the codes, empty for any. `month` is `2026-11`, UTC; `asker` an ORI."""

    purpose: str = ""
    decision: str = ""
    kind: str = ""
    month: str = ""
    asker: str = ""

    def __post_init__(self) -> None:
        if any(len(one) > LONGEST_CHOICE for one in self.chosen().values()):
            raise NounError(f"a choice of the log's filter is longer than {LONGEST_CHOICE} characters")

    def chosen(self) -> dict[str, str]:
        """Each choice by its name, also those that are empty."""
        return {name: getattr(self, name) for name in ("purpose", "decision", "kind", "month", "asker")}


class LogRow(Noun, frozen=True, kw_only=True):
    """One entry by its number, with its codes."""

    index: int
    facts: EntryFacts


class LogBrowsed(Noun, frozen=True, kw_only=True):
    """What a look through the log found.

    `size` are the entries of the whole log, `own` those that are the agency's or the node's, `found` those of them that are
    wanted, of which `rows` are the newest below where it was asked for. `facets` are by name the words that occur among what
    the other choices leave, each with its count. `older` and `newer` are where the pages beside this one begin (None where
    there is none). `note` is the newest signed checkpoint; `vouched` how far a quorum vouches for the log: `vouchers` of the
    `witnesses` that the node's policy names.
    """

    owner: str
    size: int
    own: int
    found: int
    rows: tuple[LogRow, ...]
    facets: dict[str, tuple[tuple[str, int], ...]]
    older: int | None
    newer: int | None
    note: str
    witnesses: int
    vouched: int
    vouchers: int

    def __post_init__(self) -> None:
        check_agency_id(self.owner)


class EntryShown(Noun, frozen=True, kw_only=True):
    """One entry with its proof: `entry` in base64, `proof` a C2SP tlog-proof. What lies behind is not in it.

    `kept` says whether anything lies behind still; `forgotten_by` is the entry of the pruning that destroyed it, and
    `forgotten_ms` when that was (UTC milliseconds), both None where nothing was destroyed or no pruning names its month.
    `opens` says whether its reader may open it, in a step of its own.
    """

    index: int
    facts: EntryFacts
    entry: str
    proof: str
    kept: bool
    opens: bool
    forgotten_by: int | None = None
    forgotten_ms: int | None = None


class EntryOpened(Noun, frozen=True, kw_only=True):
    """What lies behind an entry, opened against its commitments; that it was opened stands in the log as entry `seen`.

    `parts` are JSON texts as they are kept: the record, and of a question of our own what was asked.
    """

    index: int
    parts: tuple[str, ...]
    seen: int
