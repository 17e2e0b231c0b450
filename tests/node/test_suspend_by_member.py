"""Who suspends an agreement is of the party's desk and is kept beside the reason; with nobody named, the party alone is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from comity.demo.agencies import CA_SHERIFF
from comity.errors import WrongUseError
from comity.model.law_state import AgreementChange
from comity.node.local import at_node
from comity.node.office import ShowAgreement, SuspendAgreement
from comity.node.open_world import open_world

NAME = "ACSO-CCPD-2026"
REASON = "audit finding seven"


def suspend(folder: Path, member: str) -> AgreementChange:
    """The sheriff's suspension, by this member."""
    request = SuspendAgreement(agreement=NAME, by=CA_SHERIFF, reason=REASON, member=member)
    with at_node(folder) as verbs:
        done: AgreementChange = verbs(request, AgreementChange, lambda *_: None)
    return done


def kept(folder: Path, entry: int) -> dict[str, str]:
    """What the owner's own record of an entry says."""
    with open_world(folder) as world:
        record = world.journal.record(entry)
    assert record is not None
    found: dict[str, str] = msgspec.json.decode(record)
    return found


@pytest.mark.parametrize("member", ["ca-sheriff-custodian", ""])
def test_the_record_says_who_and_why(copy: Callable[[str], Path], member: str) -> None:
    """The member where one is named; at the node's own socket the party may do it without one."""
    folder = copy("ca-node")
    done = suspend(folder, member)
    assert kept(folder, done.entries[0]) == {
        "by": CA_SHERIFF,
        "reason": REASON,
        **({"member": member} if member else {}),
    }


@pytest.mark.parametrize("member", ["ca-sheriff-sergeant", "ca-sheriff-auditor", "nobody"])
def test_whoever_is_not_of_the_desk_may_not(copy: Callable[[str], Path], member: str) -> None:
    """No role of the desk, and a member this node does not have; the agreement stays in force."""
    folder = copy("ca-node")
    with pytest.raises(WrongUseError, match=member):
        suspend(folder, member)
    with at_node(folder) as verbs:
        verbs(ShowAgreement(owner=CA_SHERIFF, agreement=NAME), object, lambda *_: None)
