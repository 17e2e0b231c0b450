"""A draft of an owner's law, tried on what was decided before and on who may see what; nothing is put in force."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from comity.exchange.answering.law_in_force import compiled_election, make_law, read_law
from comity.exchange.owners import owner_here
from comity.exchange.replay.replay import LawOfThen, replay
from comity.exchange.replay.sweep import sweep
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.model.agency import Agency
from comity.model.law_state import OfferedText
from comity.model.law_text import OwnerLaw
from comity.model.replay import ReplayReport, SweepReport
from comity.node.change_law import law_of_then
from comity.node.forbidden_open import ways_under
from comity.node.offered_law import check_together, law_before, read_offered
from comity.ports import World
from comity.settings import read_members


def replay_draft(
    world: World, folder: Path, owner: str, offered: tuple[OfferedText, ...], gone: tuple[str, ...] = ()
) -> ReplayReport:
    """An owner's past decisions under a draft, each replayed under the law of then first.

    Raises LawTextError for a draft that could not be put in force; `gone` names rules that may go.
    """
    agency = owner_here(world, owner)
    draft = draft_law(world, folder, agency, offered, gone)
    return replay(world, agency, laws_of_then(world, folder, owner), draft)


def laws_of_then(world: World, folder: Path, owner: str) -> LawOfThen:
    """An owner's law by the hash that an answer names, each read and compiled once."""
    known: dict[str, Law] = {}

    def then(law_hash: str) -> Law:
        if law_hash not in known:
            own = law_of_then(world, folder / "law", owner, law_hash)
            known[law_hash] = make_law(own, world.directory(), owner)
        return known[law_hash]

    return then


def sweep_draft(
    world: World, folder: Path, owner: str, offered: tuple[OfferedText, ...], gone: tuple[str, ...] = ()
) -> SweepReport:
    """Who would gain and lose if a draft came into force today.

    Raises LawTextError for a draft that could not be put in force; `gone` names rules that may go.
    """
    agency = owner_here(world, owner)
    _, law = read_law(world, world.directory(), owner)
    people = (read_members(folder), world.directory())
    draft = draft_texts(world, folder, agency, offered, gone)
    swept = sweep(law, _compiled(draft), agency, people, world.clock.now_ms())
    return replace(swept, ways=ways_under(world, folder, agency, draft))


def draft_law(
    world: World, folder: Path, owner: Agency, offered: tuple[OfferedText, ...], gone: tuple[str, ...] = ()
) -> Law:
    """The law with the draft's texts in place of those in force: checked as an activation is, signed by nobody."""
    return _compiled(draft_texts(world, folder, owner, offered, gone))


def draft_texts(
    world: World, folder: Path, owner: Agency, offered: tuple[OfferedText, ...], gone: tuple[str, ...] = ()
) -> OwnerLaw:
    """The texts of such a law, with the elections that are in force."""
    before = law_before(world, folder, owner)
    return replace(before.law, texts=check_together(before, read_offered(offered), gone))


def _compiled(law: OwnerLaw) -> Law:
    return compile_law(law.texts, (), tuple(compiled_election(one) for one in law.elections))
