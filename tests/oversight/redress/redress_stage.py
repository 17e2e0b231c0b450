"""A desk of one owner at which people ask about themselves."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, member_of
from comity.model.agency import Agency, Member
from comity.model.petition import (
    Account,
    Capacity,
    Outcome,
    Particulars,
    Petition,
    PetitionKind,
    PetitionWanted,
    Residence,
    Seen,
    ShownBy,
)
from comity.model.query import PersonSubject
from comity.oversight.redress.decide_petition import ToDecide, decide_petition
from comity.oversight.redress.identify import IdentityShown, identify
from comity.oversight.redress.open_log import open_log
from comity.oversight.redress.open_petition import open_petition
from comity.oversight.redress.outward import OutwardPetition
from comity.oversight.redress.petitions import read_opened
from comity.oversight.redress.read_petitions import look_up
from comity.oversight.redress.withhold import ToWithhold, withhold
from comity.ports import World

DAY_MS = 86_400_000


class Desk:
    """The desk of an owner in a stage, and what its people do."""

    def __init__(self, stage: Stage, owner: str = CA_SHERIFF) -> None:
        self.stage, self.owner_id = stage, owner

    @property
    def world(self) -> World:
        return self.stage.federation.world_of(self.owner_id)

    @property
    def owner(self) -> Agency:
        return self.stage.federation.directory.get_agency(self.owner_id)

    def member(self, post: str) -> Member:
        return self.stage.member(member_of(self.owner_id, post))

    @property
    def custodian(self) -> Member:
        return self.member("custodian")

    @property
    def privacy(self) -> Member:
        return self.member("privacy")

    @property
    def subject(self) -> PersonSubject:
        """The scene's subject, as they write themselves."""
        return replace(self.stage.region.scene.detective_question.subject, identifiers=())

    def wanted(self, subject: PersonSubject | None = None, **changes: Any) -> PetitionWanted:
        who = subject or self.subject
        asked = PetitionWanted(
            kind=PetitionKind.ACCOUNTING,
            capacity=Capacity.SELF,
            residence=Residence.NOT_SAID,
            particulars=Particulars(
                petitioner=f"{who.given} {who.family}",
                contact="box 12, Alder",
                words="who looked at what you hold about me",
                subject=who,
            ),
        )
        return replace(asked, **changes)

    def open(self, subject: PersonSubject | None = None, **changes: Any) -> Petition:
        return open_petition(self.world, self.custodian, self.wanted(subject, **changes))

    def identify(
        self, petition: Petition, seen: tuple[Seen, ...] = (Seen.PASSPORT,), *, shown: bool = True
    ) -> Petition:
        told = IdentityShown(shown=shown, how=ShownBy.IN_PERSON, seen=seen, reason="stood at the desk")
        return identify(self.world, self.custodian, petition.id, told)

    def account(self, petition: Petition) -> Petition:
        open_log(self.world, self.custodian, petition.id, "the person asked for it")
        return open_log(self.world, self.privacy, petition.id, "agreed and looked at")

    def withhold(self, petition: Petition, *rows: int, **given: Any) -> Petition:
        wanted = ToWithhold(rows=rows, reason="looked through every one", **given)
        return withhold(self.world, self.privacy, petition.id, wanted)

    def decide(
        self,
        petition: Petition,
        outcome: Outcome = Outcome.ANSWERED,
        entries: tuple[int, ...] = (),
        by: str = "custodian",
    ) -> Petition:
        wanted = ToDecide(outcome=outcome, reason="as the law has it", entries=entries)
        return decide_petition(self.world, self.member(by), petition.id, wanted)

    def identified(self, subject: PersonSubject | None = None, **changes: Any) -> Petition:
        return self.identify(self.open(subject, **changes))

    def answered(self, subject: PersonSubject | None = None, **changes: Any) -> Petition:
        """A petition through all its steps, with nothing withheld."""
        petition = self.identified(subject, **changes)
        self.account(petition)
        self.withhold(petition)
        return self.decide(petition)

    def opened(self, petition: Petition) -> Account:
        found = read_opened(self.world, self.owner, petition)
        assert found is not None
        return found

    def online(self, petition: Petition) -> OutwardPetition:
        return look_up(self.world, self.owner_id, petition.id)
