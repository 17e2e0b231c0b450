"""The exposure statement of an agency as its own node computes it: the public version, whoever asks."""

from __future__ import annotations

from comity.exchange.answering.law_in_force import compiled_election
from comity.exchange.answering.wanted import while_wanted
from comity.exchange.owners import owner_day, owner_here, owners_here
from comity.law.analyse.ground import Ground
from comity.law.analyse.texts import listed_ground
from comity.oversight.exposure.compute import Material, compute_statement
from comity.oversight.exposure.statement import Statement
from comity.oversight.map.at_node import KeptText
from comity.oversight.map.here import known_here
from comity.oversight.map.month import month_of_day
from comity.oversight.map.view import Asked, view_of
from comity.ports import World


def statement_here(world: World, kept: KeptText, agency: str) -> Statement:
    """The public statement of an agency held here, as of its own day. Some seconds: its law is read for everybody.

    Raises WrongUseError for an agency that is held elsewhere, LawUnavailableError where an owner's law cannot be read: then
    there is no statement, and none that would say too little.
    """
    owner = owner_here(world, agency)
    today = owner_day(owner, world.clock.now_ms())
    month = month_of_day(today)
    directory = world.directory()
    grounds: dict[str, Ground] = {}
    for one in owners_here(world):
        law = while_wanted(world.laws.law_of(one.id), one)
        if law.texts:
            elections = tuple(map(compiled_election, law.elections))
            grounds[one.id] = listed_ground(law.texts, one, directory.agencies, today, elections)
    material = Material(
        view=view_of(known_here(world, kept, month.back(), month), Asked(month, months=2), today),
        grounds=grounds,
        directory=directory,
        ending=frozenset(),
        list_days=frozenset(),
        list_class="",
    )
    return compute_statement(material, agency)
