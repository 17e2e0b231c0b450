"""One file of another system on its way to a result: what is known of it after each step. Nothing here is stored."""

from __future__ import annotations

from dataclasses import dataclass

from comity.formats.search_audit.recognise import ListKind
from comity.model.ori import OriEntry
from comity.oversight.audit.audit import Given
from comity.oversight.names.decisions import Decision
from comity.oversight.names.several import ResolvedNames


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `raw` is the file until its columns are settled and empty after: it holds plates and names. `header` are its
    headings, parted by `delimiter`; `kind` the list it is; `edition` how many entries a directory had that came with it.

    `given` and `names` are there once it was read; `skipped` are spellings that were left open.
    """

    raw: bytes
    header: tuple[str, ...]
    delimiter: str
    kind: ListKind
    directory: tuple[OriEntry, ...]
    edition: int
    given: Given | None = None
    names: ResolvedNames | None = None
    decisions: tuple[Decision, ...] = ()
    skipped: frozenset[str] = frozenset()

    @property
    def is_search_log(self) -> bool:
        """Whether its columns are for a person to settle; those of other lists are known."""
        return self.kind is ListKind.SEARCHES

    @property
    def rows(self) -> int:
        """How many rows were read of the file: searches, statements of pages, or lines of a sharing list."""
        if self.given is None:
            return 0
        searches = sum(len(one.searches) for one in self.given.audits)
        lists = (self.given.policies, self.given.edges, self.given.changes)
        return searches + sum(map(len, lists)) + sum(one.rows for one in self.given.left_out)
