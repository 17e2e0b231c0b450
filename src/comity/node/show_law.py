"""An owner's law as its node shows it: what is in force, since which entry, and what was refused since."""

from __future__ import annotations

from pathlib import Path

from comity.errors import ClosedError, LawUnavailableError, WrongUseError
from comity.exchange.answering.wanted import has_lapsed, wanted_until
from comity.exchange.owners import owner_here
from comity.ledger.entry import decode_entry
from comity.model.law_state import AgreementShown, ElectionInForce, LawState, TextInForce
from comity.model.law_text import LawKind
from comity.model.refused import tell_refused
from comity.node.laws import FileLaws, read_active
from comity.node.refused_law import refusals_of
from comity.ports import World

NO_ENTRY = -1  # where the list or the entry cannot be read


def law_state(world: World, folder: Path, owner: str) -> LawState:
    """An owner's law as it is in this process, and what was refused since something was last put in force."""
    owner_here(world, owner)
    law = world.laws.law_of(owner)
    listed = _listed(folder, owner)
    return LawState(
        owner=owner,
        hash=law.hash,
        texts=texts_in_force(world, folder, owner),
        elections=tuple(
            ElectionInForce(
                conflict=one.conflict, choice=one.choice, day=one.day, entry=listed.get(one.hash, NO_ENTRY)
            )
            for one in law.elections
        ),
        trouble=world.laws.trouble_of(owner) if isinstance(world.laws, FileLaws) else "",
        refused=refusals_of(folder, owner),
    )


def texts_in_force(world: World, folder: Path, owner: str) -> tuple[TextInForce, ...]:
    """The texts in force in the list's order, with entry and time where the list can be read; none where none counts."""
    listed = _listed(folder, owner)
    try:
        texts = world.laws.law_of(owner).texts
    except LawUnavailableError:
        return ()
    found = []
    for text in texts:
        entry, at_ms = _entered(world, listed.get(text.hash, NO_ENTRY))
        found.append(
            TextInForce(
                kind=text.kind, name=text.name, version=text.version, hash=text.hash, entry=entry, at_ms=at_ms
            )
        )
    return tuple(found)


def agreement_shown(world: World, folder: Path, owner: str, agreement: str) -> AgreementShown:
    """An agreement an owner has in force. Raises WrongUseError where it has none of that name."""
    agency, law = owner_here(world, owner), world.laws.law_of(owner)
    for text in law.texts:
        if (text.kind, text.name) == (LawKind.AGREEMENT, agreement):
            _, at_ms = _entered(world, _listed(folder, owner).get(text.hash, NO_ENTRY))
            return AgreementShown(
                owner=owner,
                text=text,
                at_ms=at_ms,
                wanted_until=wanted_until(law, agency, text),
                kept_ms=dict(law.kept).get(text.hash),
                lapsed=has_lapsed(law, agency, text, world.clock.now_ms()),
            )
    raise WrongUseError(tell_refused("agreement.none-listed", agency=owner, agreement=agreement[:64]))


def _listed(folder: Path, owner: str) -> dict[str, int]:
    try:
        return {one.hash: one.entry for one in read_active(folder, owner)}
    except ClosedError:
        return {}


def _entered(world: World, entry: int) -> tuple[int, int]:
    """An entry with its time."""
    if entry == NO_ENTRY:
        return NO_ENTRY, 0
    try:
        return entry, decode_entry(world.journal.entry(entry)).facts.at_ms
    except ClosedError:
        return NO_ENTRY, 0
