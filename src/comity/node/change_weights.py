"""Putting a version of an owner's weights in force: checked, entered in the log, then it counts from the next question.

A stop before the last step leaves the version before in force, with an entry nobody reads; doing it again is enough.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from comity.errors import WeightsUnavailableError, WrongUseError
from comity.exchange.owners import owner_facts, owner_here
from comity.ledger.append import append_entry
from comity.ledger.proof import parse_proof
from comity.match.differences import tell_differences
from comity.match.weights import Weights, load_weights
from comity.model.agency import Agency
from comity.model.canon import canonical_bytes, digest
from comity.model.disclosure import EntryKind, Unit
from comity.model.weights_shown import SHIPPED, UsedWeights, WeightsInForce
from comity.node.weights import FOLDER, get_version
from comity.ports import World

LOCK_FILE = "changing"  # held by one change at a time, so that the row and the last entry agree

Fault = Callable[[str], None]
"""Called at each named crash point, `entered` and `counts`; tests kill there."""


def no_fault(point: str) -> None:
    """The crash points of a change that nobody tests."""


def use_weights(world: World, folder: Path, owner: str, version: str, fault: Fault = no_fault) -> UsedWeights:
    """Put a version, or `shipped`, in force for an owner.

    Raises WrongUseError for an owner or version that is not here, WeightsUnavailableError for a damaged version.
    """
    agency = owner_here(world, owner)
    weights = load_weights() if version == SHIPPED else get_version(folder, owner, version)
    with _changing(folder, owner):
        chosen = world.weights.chosen(owner)
        before = chosen.version if chosen is not None else ""
        wanted = "" if version == SHIPPED else version
        if before == wanted:
            return _used(owner, before, wanted, f"{wanted or SHIPPED} is in force already", None)
        sentence = _sentence(folder, owner, before, weights)
        hashed = digest(weights) if wanted else ""
        entry = _enter(world, agency, WeightsInForce(version=wanted, hash=hashed, entry=0), before, sentence)
        fault("entered")
        world.weights.choose(owner, WeightsInForce(version=wanted, hash=hashed, entry=entry))
        fault("counts")
    return _used(owner, before, wanted, sentence, entry)


def _used(owner: str, before: str, wanted: str, sentence: str, entry: int | None) -> UsedWeights:
    return UsedWeights(
        owner=owner, before=before or SHIPPED, version=wanted or SHIPPED, sentence=sentence, entry=entry
    )


def _sentence(folder: Path, owner: str, before: str, weights: Weights) -> str:
    try:
        now = get_version(folder, owner, before) if before else load_weights()
    except (WeightsUnavailableError, WrongUseError):
        return f"version `{before}`, which was in force, is not there whole any more"
    return tell_differences(now, weights)


def _enter(world: World, owner: Agency, chosen: WeightsInForce, before: str, sentence: str) -> int:
    told = {
        "owner": owner.id,
        "before": before or SHIPPED,
        "version": chosen.version or SHIPPED,
        "hash": chosen.hash,
        "sentence": sentence,
    }
    receipt = append_entry(
        world,
        Unit(
            facts=replace(owner_facts(EntryKind.WEIGHTS_CHANGED, owner, world.clock.now_ms()), law=chosen.hash),
            content=canonical_bytes(told),
            record=canonical_bytes({"owner": owner.id, "version": chosen.version}),
        ),
    )
    return parse_proof(receipt.proof).index


@contextmanager
def _changing(folder: Path, owner: str) -> Iterator[None]:
    """One change of an owner's weights at a time; the system lets go when the process ends."""
    home = folder / FOLDER / owner
    home.mkdir(parents=True, exist_ok=True)
    lock = os.open(home / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
