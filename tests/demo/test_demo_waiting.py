"""What waits for somebody once the demonstration serves: made by members' own verbs, and there for whom it is meant."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from comity.cli.demo_command import what_waits
from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of
from comity.demo.build import BuiltRegion
from comity.demo.waiting import OFFERED, offer_agreement, seal_list, send_draft
from comity.model.finding import CircleTold
from comity.model.foreseen import AgreementForeseen, DraftForeseen
from comity.node.draft_requests import ForeseeDraft
from comity.node.finding_requests import CountCircle
from comity.node.local import at_node
from comity.node.offer_requests import ForeseeAgreement, SignOffered
from comity.node.offered_agreements import OfferedAgreement
from one_region import one_region


@pytest.fixture
def region(tmp_path: Path) -> BuiltRegion:
    """Copies of the two nodes at which something waits."""
    built = one_region()
    nodes = dict(built.nodes)
    copies = tuple((one, Path(shutil.copytree(nodes[one], tmp_path / one))) for one in ("ca-node", "wa-node"))
    return replace(built, nodes=copies)


def test_counsel_finds_a_draft_that_gives_less_and_may_sign_it(region: BuiltRegion) -> None:
    """Written and sent by the custodian, whole, and it opens nothing: whoever signs it does no harm."""
    draft = send_draft(region)
    custodian, counsel = (member_of(CA_SHERIFF, post) for post in ("custodian", "counsel"))
    assert (draft.by, draft.sent_by) == (custodian, custodian)
    with at_node(dict(region.nodes)["ca-node"]) as verbs:
        seen: DraftForeseen = verbs(ForeseeDraft(member=counsel, draft=draft.id), DraftForeseen, lambda *_: None)
    assert seen.findings == ()
    assert seen.change is not None
    assert (len(seen.change.opens), seen.change.undecided) == (0, ())
    assert len(seen.change.closes) > 0


def test_the_head_finds_an_agreement_that_the_other_side_signed_and_that_opens_nothing(
    region: BuiltRegion,
) -> None:
    """It is the one in force under a new name: with the head's and counsel's signature it may be switched on."""
    brought = offer_agreement(region)
    head = member_of(CA_SHERIFF, "sheriff")
    assert {(one.agency, one.role) for one in brought.text.signatures} == {
        (WA_POLICE, "agency-head"),
        (WA_POLICE, "counsel"),
    }
    with at_node(dict(region.nodes)["ca-node"]) as verbs:
        seen: AgreementForeseen = verbs(
            ForeseeAgreement(member=head, agreement=OFFERED), AgreementForeseen, lambda *_: None
        )
        signed: OfferedAgreement = verbs(
            SignOffered(member=head, agreement=OFFERED, hash=brought.text.hash), OfferedAgreement, lambda *_: None
        )
    assert seen.change is not None
    assert (seen.change.opens, seen.change.undecided) == ((), ())
    assert (CA_SHERIFF, "agency-head") in {(one.agency, one.role) for one in signed.text.signatures}


def test_one_person_is_on_the_sealed_list(region: BuiltRegion) -> None:
    """The namesake of the scene, as of a member's household."""
    close = seal_list(region)
    assert close.family == region.scene.namesake.name.family
    with at_node(dict(region.nodes)["wa-node"]) as verbs:
        told: CircleTold = verbs(CountCircle(member=member_of(WA_POLICE, "privacy")), CircleTold, lambda *_: None)
    assert sum(told.lines.values()) == 1


def test_whatever_waits_is_printed(region: BuiltRegion) -> None:
    """A newcomer reads of the held question, the draft and the second look; of no question where the region held none."""
    close = seal_list(region)
    draft, offered, second = what_waits(replace(region, waiting=None), close)
    assert "counsel" in draft
    assert "sheriff" in offered
    assert close.family in second
    held = what_waits(replace(region, waiting=close), close)
    assert len(held) == 4
    assert "custodian" in held[0]
