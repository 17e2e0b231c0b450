"""Who suspends an agreement is of the party's desk and is kept beside the reason; with nobody named, the party alone is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import pytest

from comity.demo.agencies import CA_SHERIFF
from comity.errors import WrongUseError
from comity.model.law_state import AgreementChange
from comity.node.local import at_node
from comity.node.office import ShowAgreement, SuspendAgreement, UndoSuspension
from comity.node.open_world import open_world
from comity.node.undo_suspension import undo_suspension
from comity.ports import Clock
from comity.settings import get_member, read_members

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


def undo(folder: Path, member: str, entry: int, agreement: str = NAME) -> AgreementChange:
    """The member undoes a suspension."""
    with at_node(folder) as verbs:
        request = UndoSuspension(member=member, agreement=agreement, entry=entry)
        done: AgreementChange = verbs(request, AgreementChange, lambda *_: None)
    return done


def is_in_force(folder: Path) -> bool:
    """Whether the sheriff has it in force."""
    with at_node(folder) as verbs:
        try:
            verbs(ShowAgreement(owner=CA_SHERIFF, agreement=NAME), object, lambda *_: None)
        except WrongUseError:
            return False
    return True


CUSTODIAN = "ca-sheriff-custodian"


def test_who_suspended_it_undoes_it(copy: Callable[[str], Path]) -> None:
    """As it was signed, with an entry of its own."""
    folder = copy("ca-node")
    entry = suspend(folder, CUSTODIAN).entries[-1]
    assert not is_in_force(folder)
    assert undo(folder, CUSTODIAN, entry).entries
    assert is_in_force(folder)


@pytest.mark.parametrize("member", ["ca-sheriff-privacy", "ca-sheriff-sergeant", "nobody"])
def test_nobody_else_undoes_it(copy: Callable[[str], Path], member: str) -> None:
    """Another of the desk, one who is not of it, and nobody."""
    folder = copy("ca-node")
    entry = suspend(folder, CUSTODIAN).entries[-1]
    with pytest.raises(WrongUseError):
        undo(folder, member, entry)
    assert not is_in_force(folder)


def test_only_a_suspension_of_that_agreement_is_undone(copy: Callable[[str], Path]) -> None:
    """No other entry, none that is not there, no other name; and where nobody was named, nobody undoes it."""
    folder = copy("ca-node")
    entry = suspend(folder, CUSTODIAN).entries[-1]
    for number, name in ((entry - 1, NAME), (10**9, NAME), (-1, NAME), (entry, "HDI-ACSO-2026")):
        with pytest.raises(WrongUseError, match="only who suspended an agreement undoes it"):
            undo(folder, CUSTODIAN, number, name)
    nobody = suspend_anew(folder, "")
    with pytest.raises(WrongUseError, match="only who suspended an agreement undoes it"):
        undo(folder, CUSTODIAN, nobody)
    assert not is_in_force(folder)


def suspend_anew(folder: Path, member: str) -> int:
    """It is switched on by the custodian's own undoing, and suspended by another."""
    with open_world(folder) as world:
        last = world.journal.size() - 1
    undo(folder, CUSTODIAN, last)
    return suspend(folder, member).entries[-1]


def test_what_somebody_else_suspended_since_stays_closed(copy: Callable[[str], Path]) -> None:
    """The first suspension is the custodian's still, and the second is not."""
    folder = copy("ca-node")
    first = suspend(folder, CUSTODIAN).entries[-1]
    suspend_anew(folder, "ca-sheriff-privacy")
    with pytest.raises(WrongUseError, match="was suspended once more meanwhile"):
        undo(folder, CUSTODIAN, first)
    assert not is_in_force(folder)


@dataclass(frozen=True)
class Later:
    """A clock some minutes ahead of another."""

    clock: Clock
    minutes: int

    def now_ms(self) -> int:
        return self.clock.now_ms() + self.minutes * 60_000


@pytest.mark.parametrize(("minutes", "undone"), [(9, True), (12, False), (-3, False)])
def test_after_ten_minutes_it_is_switched_on_anew_or_not_at_all(
    copy: Callable[[str], Path], minutes: int, undone: bool
) -> None:
    """Nor by a clock that says it is not yet suspended."""
    folder = copy("ca-node")
    entry = suspend(folder, CUSTODIAN).entries[-1]
    member = get_member(read_members(folder), CUSTODIAN)
    with open_world(folder) as world:
        then = replace(world, clock=Later(world.clock, minutes))
        if undone:
            assert undo_suspension(then, folder, member, NAME, entry).entries
            return
        with pytest.raises(WrongUseError, match="within ten minutes"):
            undo_suspension(then, folder, member, NAME, entry)
