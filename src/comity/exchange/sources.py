"""Whom an agency may ask: the owners that give it something under an agreement in force."""

from __future__ import annotations

from comity.law.compile import compile_law
from comity.model.agency import Agency, Directory
from comity.ports import World


def open_sources(world: World, asker: Agency, directory: Directory, now_ms: int) -> tuple[str, ...]:
    """Owners' ids, in the directory's order, that an agreement in the asker's own files opens to it today."""
    law = compile_law(world.laws.texts_of(asker.id))
    givers = law.givers_to(asker, now_ms)
    return tuple(
        agency.id
        for agency in directory.agencies
        if agency.id != asker.id and any(dated.ori in givers for dated in agency.oris)
    )
