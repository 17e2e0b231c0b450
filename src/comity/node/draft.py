"""A draft of an owner's law, tried on what was decided before and on who may see what; nothing is put in force."""

from __future__ import annotations

from pathlib import Path

from comity.errors import LawTextError
from comity.exchange.law_in_force import compiled_election, make_law, read_law
from comity.exchange.owners import owner_here
from comity.exchange.replay import LawOfThen, replay
from comity.exchange.sweep import sweep
from comity.law.check import check_texts
from comity.law.compile import compile_law, parse_text
from comity.law.compiled import Law
from comity.law.vocabulary import load_vocabulary
from comity.model.law_state import OfferedText
from comity.model.replay import ReplayReport, SweepReport
from comity.node.activate import in_place, read_offered
from comity.node.change_law import law_of_then
from comity.ports import World
from comity.settings import read_members


def replay_draft(world: World, folder: Path, owner: str, offered: tuple[OfferedText, ...]) -> ReplayReport:
    """An owner's past decisions under a draft, each replayed under the law of then first. Raises LawTextError."""
    agency = owner_here(world, owner)
    return replay(world, agency, laws_of_then(world, folder, owner), draft_law(world, owner, offered))


def laws_of_then(world: World, folder: Path, owner: str) -> LawOfThen:
    """An owner's law by the hash that an answer names, each read and compiled once."""
    known: dict[str, Law] = {}

    def then(law_hash: str) -> Law:
        if law_hash not in known:
            own = law_of_then(world, folder / "law", owner, law_hash)
            known[law_hash] = make_law(own, world.directory(), owner)
        return known[law_hash]

    return then


def sweep_draft(world: World, folder: Path, owner: str, offered: tuple[OfferedText, ...]) -> SweepReport:
    """Who would gain and lose if a draft came into force today. Raises LawTextError."""
    agency = owner_here(world, owner)
    _, law = read_law(world, world.directory(), owner)
    people = (read_members(folder), world.directory())
    return sweep(law, draft_law(world, owner, offered), agency, people, world.clock.now_ms())


def draft_law(world: World, owner: str, offered: tuple[OfferedText, ...]) -> Law:
    """The law with the draft's texts in place of those in force: checked together, signed by nobody."""
    own = world.laws.law_of(owner)
    pairs = read_offered(offered)
    replaced = {(text.kind, text.name) for text, _ in pairs}
    kept = [(parse_text(text), text.tables) for text in own.texts if (text.kind, text.name) not in replaced]
    findings = check_texts((*kept, *((tree, text.tables) for text, tree in pairs)), load_vocabulary())
    if findings:
        raise LawTextError(findings)
    texts = in_place(own.texts, tuple(text for text, _ in pairs))
    return compile_law(texts, (), tuple(compiled_election(one) for one in own.elections))
