"""Elections and conflicts at a node: the owner's signed choice, and what is shown of every conflict in force."""

from __future__ import annotations

import base64
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from comity.errors import WrongUseError
from comity.exchange.answering.law_in_force import ELECTING_ROLE, check_election, compiled_election, read_law
from comity.exchange.owners import owner_day, owner_here
from comity.law.conflicts import conflicts_of, electable, hash_on, names_between
from comity.law.election import ends_on, find_conflict
from comity.model.law_state import ConflictInForce, ElectionResult
from comity.model.law_text import Signature, SignedElection
from comity.node.change_law import DECIDING_FILE, changing, enter_election
from comity.node.keys import signing_agency_key
from comity.node.laws import read_active
from comity.ports import World


def elect(world: World, folder: Path, owner: str, conflict: str, choice: str) -> ElectionResult:
    """Sign an owner's choice on a conflict, as its head, and put it in force. Raises WrongUseError when it cannot be."""
    agency = owner_here(world, owner)
    today = owner_day(agency, world.clock.now_ms())
    with changing(folder / "law", owner, DECIDING_FILE):
        read_active(folder, owner)
        _, law = read_law(world, world.directory(), owner)
        fault = electable(law, conflict, choice, today)
        if fault:
            raise WrongUseError(fault)
        code = find_conflict(law, conflict)
        assert code is not None, "an electable conflict is there"
        hashes = [hash_on(law, name, today) for name in (names_between(code)[0], conflict)]
        if None in hashes:
            raise WrongUseError(f"`{names_between(code)[0]}` is not in force today; there is nothing to choose")
        signed = sign_election(
            SignedElection(
                conflict=conflict,
                choice=choice,
                day=today,
                suspended_hash=str(hashes[0]),
                conflict_hash=str(hashes[1]),
                signature=Signature(agency=owner, role=ELECTING_ROLE, value=""),
            ),
            signing_agency_key(folder, world.directory(), owner),
        )
        check_election(signed, world.directory(), owner)
        entry = enter_election(world, folder / "law", owner, signed)
    return ElectionResult(
        owner=owner,
        conflict=conflict,
        choice=choice,
        day=today,
        until=ends_on(code, compiled_election(signed)),
        entry=entry,
    )


def sign_election(election: SignedElection, key: Ed25519PrivateKey) -> SignedElection:
    """The election under the agency's signature."""
    value = base64.b64encode(key.sign(election.signed_bytes)).decode()
    return replace(election, signature=replace(election.signature, value=value))


def conflicts_at(world: World, owner: str) -> tuple[ConflictInForce, ...]:
    """Every conflict in an owner's law today, with its election and how many questions waited for one.

    A question waited where its answer left a review task of the conflict's rule with the owner's desk; questions
    that met an election that stands did not wait and are not counted.
    """
    agency = owner_here(world, owner)
    own, law = read_law(world, world.directory(), owner)
    signers = {one.conflict: f"{one.signature.role} of {one.signature.agency}" for one in own.elections}
    tasks = [one for one in world.journal.duties(owner) if one.duty.kind == "review"]
    return tuple(
        replace(
            shown,
            election=signers.get(shown.rule, ""),
            waited=len({one.query_id for one in tasks if one.duty.rule == shown.rule}),
        )
        for shown in conflicts_of(law, owner_day(agency, world.clock.now_ms()))
    )
