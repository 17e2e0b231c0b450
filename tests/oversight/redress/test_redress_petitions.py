"""Two members of a desk at once: the second looks again, and neither word is lost."""

from __future__ import annotations

from msgspec.structs import replace
from redress_stage import Desk
from region_stage import Stage

from comity.model.agency import Agency
from comity.model.disclosure import EntryKind
from comity.model.petition import Petition
from comity.model.said import Said
from comity.oversight.redress.petitions import CUSTODIAN, Change, act_on

ON_BOTH_ENGINES = True


def test_whoever_acts_second_looks_again(own_stage: Stage) -> None:
    """While a custodian acts on what they read, a privacy officer looks through the look-ups: the custodian's step is taken on
    the petition as it is after that, and both words stand."""
    desk = Desk(own_stage)
    petition = desk.account(desk.identified())
    read: list[int] = []

    def act(_owner: Agency, found: Petition, now_ms: int) -> Change:
        read.append(found.changed)
        if len(read) == 1:
            desk.withhold(found)
        said = Said(by=desk.custodian.id, at_ms=now_ms, words="told by the telephone")
        return Change(replace(found, told_in_person=(said,)), EntryKind.PETITION_TOLD, said)

    done = act_on(desk.world, desk.custodian, petition.id, frozenset({CUSTODIAN}), act)
    assert read == [petition.changed, petition.changed + 1]
    assert done.reviewed is not None
    assert done.told_in_person
    assert done.changed == petition.changed + 2
