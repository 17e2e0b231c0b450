"""Hops that agreements make, and what the law of every agency on the way says of each: the part that is decided."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from comity.law import ast
from comity.law.analyse.cut_points import cut_points
from comity.law.analyse.ground import Given, Ground, Requester, agreements_between
from comity.law.analyse.hops import NO_HOP, HopAnswer, Region, decide_hop, of_record, region_of
from comity.law.analyse.hops import Hop as LawHop
from comity.law.analyse.logic import Verdict
from comity.law.analyse.reach import Wanted
from comity.law.compiled import Deed, Source
from comity.law.vocabulary import load_vocabulary
from comity.oversight.reach.hop import By, Hop, Known
from comity.oversight.reach.lay import Passing

Grounds = Mapping[str, Ground]
TOO_LATE = HopAnswer(Verdict.UNDECIDED)


def never() -> bool:
    """Of whoever waits for as long as it takes."""
    return False


def agreement_hops(grounds: Grounds, classes: tuple[str, ...]) -> tuple[Hop, ...]:
    """A hop for each agency some clause of an owner gives one of the classes to; whether it can be made, the law decides."""
    return tuple(
        hop
        for ground in grounds.values()
        for taker in ground.requesters
        if not taker.is_owner
        for hop in _hop(ground, taker, classes)
    )


def _hop(ground: Ground, taker: Requester, classes: tuple[str, ...]) -> Iterator[Hop]:
    found = [
        (source, clauses)
        for source in agreements_between(ground.law, taker.standing)
        if (clauses := _giving(ground, taker, source, classes))
    ]
    if found:
        yield Hop(
            giver=ground.owner,
            taker=taker.name,
            by=_by(ground, taker, [source for source, _ in found]),
            known=Known.LAW,
            authority="; ".join(_authority(source, clauses) for source, clauses in found),
            sources=tuple(_title(source) for source, _ in found),
            closing=tuple(
                f"suspend {source.name}, or strike {', '.join(clauses)} of it" for source, clauses in found
            ),
            agreements=tuple(source.name for source, _ in found),
        )


def _giving(ground: Ground, taker: Requester, source: Source, classes: tuple[str, ...]) -> tuple[str, ...]:
    """The clauses of an agreement that permit something of the classes, in its order."""
    standing = taker.standing
    return tuple(
        dict.fromkeys(
            code.id.rpartition("/")[2]
            for code in ground.law.codes
            if code.source is source
            and code.deed is Deed.PERMIT
            and code.giver in standing.owner_oris
            and code.taker in standing.asker_oris
            and any(code.masks.get(data_class, 0) for data_class in classes)
        )
    )


def _by(ground: Ground, taker: Requester, sources: list[Source]) -> By:
    """A copy where a feed is among them; a delegated signature where nobody signed for the owner but another."""
    if any(source.terms.get("agreement's access") in {"feed", "bulk"} for source in sources):
        return By.COPY
    return By.DELEGATED if all(source.delegated for source in sources) else By.AGREEMENT


def _authority(source: Source, clauses: tuple[str, ...]) -> str:
    signed = f", signed by {source.delegated}" if source.delegated else ""
    return f"agreement {source.name}, {', '.join(clauses)}{signed}"


def _title(source: Source) -> str:
    assert isinstance(source.agreement, ast.Agreement)
    return f"{source.name}: {source.agreement.title}"


@dataclass(frozen=True, slots=True, eq=False)
class Decider:
    """Decides hops of one owner's data by the law of the region; each once. `given` is so of the last question alone.

    What another than the owner has from outside, where no law goes with it, is decided as that one's own. Once `late` says
    so, nothing more is decided: what was not by then counts as made.
    """

    region: Region
    owner: str
    requesters: frozenset[str]
    given: Given
    wanted: Wanted
    late: Callable[[], bool] = never
    decided: dict[tuple[str, str, str], HopAnswer] = field(default_factory=dict)

    def passes(self, passing: Passing) -> bool:
        """Whether a hop may be made: what is not decided counts as made."""
        return self.answer(passing).verdict is not Verdict.NONE

    def answer(self, passing: Passing) -> HopAnswer:
        """What the law says of a hop, with a question that makes it where one was found."""
        key = (passing.had_from, passing.hop.giver, passing.hop.taker)
        if key not in self.decided:
            self.decided[key] = self._decide(passing)
        return self.decided[key]

    def _decide(self, passing: Passing) -> HopAnswer:
        hop = self.law_hop(passing)
        if hop is None:
            return NO_HOP
        if self.late():
            return TOO_LATE
        given = self.given if passing.hop.taker in self.requesters else of_record(self.given)
        origin = self.owner if passing.had_from else passing.hop.giver
        return decide_hop(self.region, origin, hop, given, self.wanted)

    def law_hop(self, passing: Passing) -> LawHop | None:
        """The hop as the law engine has it; None where the giver's law knows no such taker."""
        ground = self.region.grounds.get(passing.hop.giver)
        takers = ground.requesters if ground is not None else ()
        taker = next((one for one in takers if one.name == passing.hop.taker), None)
        return LawHop(passing.hop.giver, taker, passing.had_from) if taker is not None else None


def decider(grounds: Grounds, owner: str, requesters: frozenset[str], given: Given, wanted: Wanted) -> Decider:
    """A decider over the grounds of all owners whose law is known here."""
    region = region_of(grounds, given) if grounds else Region({}, cut_points((), load_vocabulary()))
    return Decider(region, owner, requesters, given, wanted)
