"""A review of a decision: of whatever was decided, by another person, through the same steps, and never of a review."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from redress_stage import Desk
from region_stage import Stage

from comity.errors import PetitionRefusedError, WrongUseError
from comity.model.petition import Capacity, Outcome, PetitionKind, Seen
from comity.oversight.redress.decide_petition import ToDecide, decide_petition
from comity.oversight.redress.dispute import ToDispute, dispute
from comity.oversight.redress.read_petitions import SawInPerson, tell_in_person

ON_BOTH_ENGINES = True


def test_a_review_is_another_persons_and_leads_on(own_stage: Stage) -> None:
    """Whoever refused does not review; a second refusal says where to take it, and there is no third."""
    desk = Desk(own_stage)
    petition = desk.identified(kind=PetitionKind.AMENDMENT)
    refused = desk.decide(petition, Outcome.REFUSED)
    assert refused.decided is not None
    assert "13324(c)) [CA-LOCAL-AMEND, unverified]" in refused.decided.appeal
    assert "Penal" not in str(desk.online(petition))
    review = desk.identify(desk.open(kind=PetitionKind.REVIEW, about=petition.id))
    with pytest.raises(WrongUseError, match="it needs agency-head"):
        desk.decide(review, Outcome.REFUSED)
    head = replace(desk.custodian, roles=("records-custodian", "agency-head"))
    with pytest.raises(WrongUseError, match="a review is another person's"):
        decide_petition(desk.world, head, review.id, ToDecide(outcome=Outcome.REFUSED, reason="as I said before"))
    again = desk.decide(review, Outcome.REFUSED, by="sheriff")
    assert again.decided is not None
    assert again.decided.appeal
    assert desk.online(review).status == "NOT CHANGED"
    with pytest.raises(PetitionRefusedError, match="is decided"):
        desk.decide(review, Outcome.WITHDRAWN, by="sheriff")
    with pytest.raises(PetitionRefusedError, match="is a review itself"):
        desk.open(kind=PetitionKind.REVIEW, about=review.id)


def test_a_refused_accounting_is_granted_on_review(own_stage: Stage) -> None:
    """The agency's head may answer what was refused: the log is opened by two for it, looked through, and shown."""
    desk = Desk(own_stage)
    own_stage.ask(own_stage.region.scene.detective_question)
    petition = desk.identified()
    desk.decide(petition, Outcome.REFUSED)
    review = desk.open(kind=PetitionKind.REVIEW, about=petition.id)
    with pytest.raises(PetitionRefusedError, match="nobody has said yet who asks"):
        desk.account(review)
    desk.identify(review)
    with pytest.raises(PetitionRefusedError, match="two people open the log"):
        desk.decide(review, by="sheriff")
    desk.account(review)
    desk.withhold(review)
    desk.decide(review, by="sheriff")
    assert desk.online(review).rows == desk.online(desk.answered()).rows != ()
    assert desk.online(petition).rows == ()
    told = tell_in_person(
        desk.world, desk.custodian, review.id, SawInPerson(seen=(Seen.PASSPORT,), reason="came to the desk")
    )
    assert told.rows


def test_a_review_of_public_records_asks_nobody_who_they_are(own_stage: Stage) -> None:
    """What anybody may ask anybody may have reviewed; it opens no log and disputes no record."""
    desk = Desk(own_stage)
    particulars = replace(desk.wanted().particulars, subject=None)
    petition = desk.open(kind=PetitionKind.PUBLIC_RECORDS, capacity=Capacity.ANYBODY, particulars=particulars)
    desk.decide(petition, Outcome.REFUSED)
    review = desk.open(kind=PetitionKind.REVIEW, about=petition.id, particulars=particulars)
    assert review.capacity is Capacity.ANYBODY
    with pytest.raises(WrongUseError, match="is asked by anybody"):
        desk.identify(review)
    with pytest.raises(WrongUseError, match="for the person alone"):
        desk.account(review)
    with pytest.raises(WrongUseError, match="disputes nothing"):
        dispute(desk.world, desk.custodian, review.id, ToDispute(record="A-1", reason="says it is wrong"))
    desk.decide(review, by="sheriff")
    assert desk.online(review).status == "ANSWERED"


def test_nobody_reviews_under_anothers_name(own_stage: Stage) -> None:
    """Whoever learned a reference asks for no review of it under a name of their own: it is about whom the first was about."""
    desk = Desk(own_stage)
    petition = desk.identified()
    desk.decide(petition, Outcome.REFUSED)
    hers = replace(desk.wanted().particulars, petitioner="Anna Miller", subject=None)
    with pytest.raises(WrongUseError, match="bears the name they ask about"):
        desk.open(kind=PetitionKind.REVIEW, about=petition.id, particulars=hers)


def test_only_what_was_decided_on_its_merits_is_reviewed(own_stage: Stage) -> None:
    """Nothing that is open, withdrawn or of nobody identified: that is taken in anew."""
    desk = Desk(own_stage)
    petition = desk.open()
    with pytest.raises(PetitionRefusedError, match="not decided yet"):
        desk.open(kind=PetitionKind.REVIEW, about=petition.id)
    desk.decide(petition, Outcome.WITHDRAWN)
    with pytest.raises(PetitionRefusedError, match="take it in anew"):
        desk.open(kind=PetitionKind.REVIEW, about=petition.id)


def test_a_statement_stands_later_beside_what_was_refused_alone(own_stage: Stage) -> None:
    """After a refusal a person may still disagree (5 USC 552a(d)(3)); after they withdrew, they take in another."""
    desk = Desk(own_stage)
    record = next(one.record_id for one in desk.opened(desk.account(desk.identified())).records)
    wanted = ToDispute(record=record, reason="says it was another", statement="It was not me.")
    refused = desk.identified(kind=PetitionKind.AMENDMENT)
    desk.decide(refused, Outcome.REFUSED)
    assert dispute(desk.world, desk.custodian, refused.id, wanted).stated
    assert desk.online(refused).status == "NOT CHANGED (your statement now travels with it)"
    withdrawn = desk.identified(kind=PetitionKind.AMENDMENT)
    desk.decide(withdrawn, Outcome.WITHDRAWN)
    with pytest.raises(PetitionRefusedError, match="is withdrawn"):
        dispute(desk.world, desk.custodian, withdrawn.id, wanted)
