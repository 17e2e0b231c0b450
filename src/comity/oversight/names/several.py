"""A whole list of spellings resolved, counted, and the doubtful ones queued for a reviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from comity.model.ori import OriEntry
from comity.oversight.names.decisions import Decision, Remembered
from comity.oversight.names.listed import Directory
from comity.oversight.names.resolve import Resolution, Resolver, Verdict, resolve_name
from comity.oversight.names.sentences import say_name

MOST_SPELLINGS = 200_000  # forty times the names of the nation's largest list


@dataclass(frozen=True, slots=True)
class ResolvedNames:
    """The spellings of one list, in its order, each with its verdict; `rows` counts how often each stands in it."""

    resolutions: tuple[Resolution, ...]
    rows: tuple[int, ...]
    gone: tuple[Decision, ...]

    def count(self, verdict: Verdict) -> int:
        return sum(1 for resolution in self.resolutions if resolution.verdict is verdict)

    def kinds(self, verdict: Verdict) -> tuple[tuple[str, int], ...]:
        """How many of a verdict are of each kind, most first."""
        return tuple(Counter(r.kind.value for r in self.resolutions if r.verdict is verdict).most_common())

    def queue(self) -> tuple[tuple[Resolution, int], ...]:
        """The doubtful with the rows they stand in, most rows first: what a decision on them would settle."""
        doubtful = [
            (r, n) for r, n in zip(self.resolutions, self.rows, strict=True) if r.verdict is Verdict.DOUBTFUL
        ]
        return tuple(sorted(doubtful, key=lambda pair: (-pair[1], pair[0].written)))


def resolver_of(
    entries: Iterable[OriEntry], decisions: Sequence[Decision] = (), is_whole: bool = True
) -> Resolver:
    """A function from a spelling to what it means, by the directory and the remembered decisions. It remembers its answers.

    `is_whole` says that the directory lists every agency a name may mean. In a part of one an entry has no rival, so that a
    name without a state is doubtful there, however well the entry fits.
    """
    directory, nothing = Directory(entries), Directory(())
    remembered = Remembered(decisions)
    known: dict[str, Resolution] = {}

    def resolve(written: str) -> Resolution:
        found = known.get(written)
        if found is None:
            found = resolve_name(written, directory)
            if not is_whole and written.strip().upper() not in directory.by_ori:
                found = _without_rivals(found, resolve_name(written, nothing))
            found = known[written] = remembered.apply(found, directory)
        return found

    return resolve


def _without_rivals(found: Resolution, by_words: Resolution) -> Resolution:
    """A verdict of a directory that is not whole: what its own words say of a name that says no state, and who it may be."""
    if found.verdict is not Verdict.RESOLVED or by_words.state:
        return found
    why = say_name("name.no-state-in-part")
    return replace(
        by_words, verdict=Verdict.DOUBTFUL, candidates=found.candidates, reasons=(*by_words.reasons, why)
    )


def resolve_names(
    spellings: Iterable[str],
    entries: Iterable[OriEntry],
    decisions: Sequence[Decision] = (),
    is_whole: bool = True,
) -> ResolvedNames:
    """Resolve every spelling once. `gone` are decisions whose ORI the directory does not list any more."""
    counted = Counter(" ".join(spelling.split()) for spelling in spellings)
    counted.pop("", None)
    directory = tuple(entries)
    resolve = resolver_of(directory, decisions, is_whole)
    listed = {entry.ori for entry in directory}
    in_force = Remembered(decisions).in_force
    return ResolvedNames(
        resolutions=tuple(resolve(spelling) for spelling in counted),
        rows=tuple(counted.values()),
        gone=tuple(decision for decision in in_force if decision.ori and decision.ori not in listed),
    )
