"""Acts on persons at a running node, and after it was killed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from serving import serving

from comity.errors import ComityError, WrongUseError
from comity.model.person_act import ActKind, ActListed, PersonsChanged, Proposals, ShownPerson
from comity.node.local import at_node
from comity.node.person_requests import (
    ListPersonActs,
    MergePersons,
    PersonRequest,
    ProposePersons,
    ShowPerson,
    SplitPerson,
    UndoPersonAct,
)

BY = "wa-police-custodian"
REASON = "same fingerprint card"
LISTED = tuple[ActListed, ...]


def put(folder: Path, request: PersonRequest, kind: Any) -> Any:
    with at_node(folder) as verbs:
        return verbs(request, kind, lambda *_: None)


def test_every_request_goes_through_the_socket_and_outlives_a_kill(copy: Callable[[str], Path]) -> None:
    """Proposed, merged, parted, undone and read at a running node; all of it is there after the process was killed."""
    folder = copy("wa-node")
    with serving(folder) as door:
        found: Proposals = put(folder, ProposePersons(member=BY), Proposals)
        proposal = found.acts[0]
        merged = put(folder, MergePersons(member=BY, names=(proposal.id,), reason=REASON), PersonsChanged)
        one, other, *_ = (str(place) for place in proposal.people)
        parted = put(folder, SplitPerson(member=BY, names=(one,), others=(other,), reason=REASON), PersonsChanged)
        undone = put(folder, UndoPersonAct(member=BY, act=parted.act.id, reason=REASON), PersonsChanged)
        assert undone.persons == merged.persons
        with pytest.raises(WrongUseError, match="no record, person or act"):
            put(folder, ShowPerson(member=BY, name="nowhere"), ShownPerson)
        different = [str(place) for act in found.acts[:2] for place in act.people[:1]]
        with pytest.raises(ComityError, match="speaks against it"):
            put(folder, MergePersons(member=BY, names=tuple(different), reason=REASON), PersonsChanged)
        before = put(folder, ListPersonActs(member=BY), LISTED)
        door.process.kill()
        door.process.wait()
    kept = put(folder, ListPersonActs(member=BY), LISTED)
    assert kept == before
    kinds = [act.act.kind for act in kept[len(found.acts) :]]
    assert kinds == [ActKind.MERGED, ActKind.SPLIT, ActKind.UNDONE]
    shown: ShownPerson = put(folder, ShowPerson(member=BY, name=one), ShownPerson)
    assert tuple(place.appearance for place in shown.appearances) == proposal.people
