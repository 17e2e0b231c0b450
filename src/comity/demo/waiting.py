"""What waits for somebody once the demonstration serves: a question for a custodian, a draft for counsel, an agreement for
the head of an agency, a second look.

Each is made by the verb that a member would use, and stands in the log as any other.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, WA_POLICE, member_of, node_of
from comity.demo.laws import agreements, policies
from comity.demo.run import ask_in_region, to_request
from comity.errors import LawTextError
from comity.model.codes import DataClass
from comity.model.finding import CircleTold, Relation
from comity.model.law_text import Signature
from comity.model.query import PersonSubject
from comity.node.draft_requests import SendDraft, WriteDraft
from comity.node.finding_requests import AddToCircle
from comity.node.law_drafts import DraftWritten, LawDraft
from comity.node.local import at_node
from comity.node.offer_requests import OfferAgreement
from comity.node.offered_agreements import OfferedAgreement
from comity.node.sign_agreement import sign_agreement

if TYPE_CHECKING:
    from comity.demo.build import BuiltRegion

IN_FORCE, IN_DRAFT = "version 1", "version 2"
IN_FORCE_BETWEEN, OFFERED = "ACSO-CCPD-2026", "ACSO-CCPD-2027"  # the sheriff and Washington's police
AT_A_STOP = "stop, "  # the purpose that the draft takes from the sheriff's own members


def hold_question(region: BuiltRegion) -> None:
    """Ask the sheriff, from Washington, what its law holds for a person; nothing where the region has nobody for it."""
    if region.waiting is None:
        return
    held = replace(
        to_request(region.scene.detective_question),
        subject=region.waiting,
        sources=(CA_SHERIFF,),
        data_classes=(DataClass.CRIMINAL_HISTORY,),
    )
    ask_in_region(region, held, lambda *_: None)


def send_draft(region: BuiltRegion) -> LawDraft:
    """Have the sheriff's custodian write a policy that gives own members less, and send it to counsel.

    Raises LawTextError where the policy of the region is such that the draft has faults.
    """
    (policy,) = (one.law.text for one in policies() if one.parties == (CA_SHERIFF,))
    text = policy.replace(IN_FORCE, IN_DRAFT, 1).replace(AT_A_STOP, "", 1)
    custodian = member_of(CA_SHERIFF, "custodian")
    with at_node(_folder(region, CA_SHERIFF)) as verbs:
        written: DraftWritten = verbs(WriteDraft(member=custodian, text=text), DraftWritten, lambda *_: None)
        if written.draft is None:
            raise LawTextError(written.findings)
        sent = SendDraft(member=custodian, draft=written.draft.id, hash=written.draft.hash)
        draft: LawDraft = verbs(sent, LawDraft, lambda *_: None)
    return draft


def offer_agreement(region: BuiltRegion) -> OfferedAgreement:
    """Have the sheriff's custodian bring an agreement that Washington's police signed: the one in force, under a new name."""
    (one,) = (one for one in agreements() if one.law.name == IN_FORCE_BETWEEN)
    text = one.law.text.replace(IN_FORCE_BETWEEN, OFFERED)
    signatures: tuple[Signature, ...] = ()
    with TemporaryDirectory() as desk:
        file = Path(desk) / f"{OFFERED}.agr"
        file.write_text(text, encoding="utf-8")
        for agency, role in one.signers:
            if agency == WA_POLICE:
                signatures = sign_agreement(_folder(region, WA_POLICE), file, agency, role)
    offered = OfferAgreement(member=member_of(CA_SHERIFF, "custodian"), text=text, signatures=signatures)
    with at_node(_folder(region, CA_SHERIFF)) as verbs:
        brought: OfferedAgreement = verbs(offered, OfferedAgreement, lambda *_: None)
    return brought


def seal_list(region: BuiltRegion) -> PersonSubject:
    """Put somebody on the sealed list of Washington's police: a question about them waits for a second person."""
    found = region.scene.namesake
    close = PersonSubject(family=found.name.family, given=found.name.given, birth_date=found.body.born.isoformat())
    sealed = AddToCircle(
        member=member_of(WA_POLICE, "privacy"),
        relation=Relation.HOUSEHOLD,
        whose=member_of(WA_POLICE, "sergeant"),
        subject=close,
    )
    with at_node(_folder(region, WA_POLICE)) as verbs:
        verbs(sealed, CircleTold, lambda *_: None)
    return close


def _folder(region: BuiltRegion, agency: str) -> Path:
    return dict(region.nodes)[node_of(agency)]
