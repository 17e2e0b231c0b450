"""What stops a question before it leaves: people close to a member, the same person again, one more of a list."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.run import to_request
from comity.errors import AskedBeforeError, ClosedError, WrongUseError
from comity.exchange.asking.approval import decide_approval, list_approvals
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.kept_outcome import get_outcome
from comity.exchange.asking.looked_up import AGAIN, LOOKED_BACK_MS, MOST_LISTED
from comity.exchange.log.still_needed import needs_of
from comity.exchange.owners import owner_facts
from comity.ledger.append import append_entry
from comity.model.agency import Member
from comity.model.approval import Approval, ApprovalState, CloseTo
from comity.model.canon import canonical_bytes, from_canonical
from comity.model.codes import Purpose, Status
from comity.model.disclosure import EntryKind, Unit
from comity.model.finding import Relation
from comity.model.outcome import AskRequest, Outcome
from comity.model.query import PersonSubject
from comity.oversight.findings.circle import add_to_circle
from comity.ports import World

ON_BOTH_ENGINES = True
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
SPOUSE = PersonSubject(family="Quillfeather", given="Ondine", birth_date="1988-03-09")


def member(name: str, *roles: str) -> Member:
    return Member(
        id=f"wa-police-{name}",
        name="Some Body",
        agency=WA_POLICE,
        roles=("member", *roles),
        trained_until=date(2030, 1, 1),
    )


CHIEF, SERGEANT = member("chief", "agency-head"), member("sergeant", "supervisor")
PRIVACY, CLERK = member("privacy", "privacy-officer"), member("clerk")


class Desk:
    """The police's node with a sealed list, and shorthands to ask."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.world: World = stage.federation.world_of(WA_POLICE)
        self.detective = stage.member("wa-police-detective")
        self.members = (self.detective, CHIEF, SERGEANT, PRIVACY, CLERK)

    def list(self, relation: Relation = Relation.HOUSEHOLD, whose: str = "wa-police-sergeant") -> None:
        add_to_circle(self.world, PRIVACY, relation, whose, SPOUSE)

    def ask(self, asker: Member | None = None, **changes: Any) -> Outcome:
        asker = asker or self.detective
        request: AskRequest = replace(
            to_request(self.stage.region.scene.detective_question),
            **{"member": asker.id, "sources": (CA_SHERIFF,), "subject": SPOUSE, **changes},
        )
        return ask_query(self.world, request, asker)

    def decide(self, by: Member, outcome: Outcome, grant: bool, reason: str = "an open case needs it") -> Approval:
        return decide_approval(self.world, by, self.members, outcome.query_id, (grant, reason))

    def kinds(self, since: int) -> list[EntryKind]:
        return [one.kind for one in self.stage.entries(WA_POLICE, since)]

    def wait(self, span_ms: int) -> None:
        """Let time go by at every node."""
        for clock in self.stage.federation.clocks.values():
            clock.at_ms += span_ms

    def owner_size(self) -> int:
        return self.stage.size(CA_SHERIFF)


@pytest.fixture
def desk(own_stage: Stage) -> Desk:
    return Desk(own_stage)


# ---------------------------------------------------------------- people close to a member


@pytest.mark.parametrize(
    ("relation", "whose"),
    [
        (Relation.SELF, "wa-police-detective"),
        (Relation.HOUSEHOLD, "wa-police-detective"),
        (Relation.HOUSEHOLD, "wa-police-sergeant"),
        (Relation.STAFF, ""),
    ],
)
def test_h12_a_question_about_somebody_close_to_a_member_waits_for_a_second_person(
    desk: Desk, relation: Relation, whose: str
) -> None:
    """H12: a look-up of self, household or staff reaches nobody before a second member of the agency approved it."""
    desk.list(relation, whose)
    before, theirs = desk.stage.size(WA_POLICE), desk.owner_size()
    outcome = desk.ask()
    assert [one.status for one in outcome.sources] == [Status.HELD]
    assert desk.owner_size() == theirs
    assert desk.kinds(before) == [EntryKind.APPROVAL_ASKED]
    approval = desk.decide(CHIEF, outcome, True)
    assert approval.state(desk.world.clock.now_ms()) is ApprovalState.APPROVED
    assert desk.owner_size() > theirs
    assert desk.kinds(before)[1:] == [EntryKind.ASKED, EntryKind.APPROVAL_DECIDED, EntryKind.RECEIVED]
    answered = get_outcome(desk.world, WA_POLICE, outcome.query_id).outcome
    assert answered.request == outcome.request
    assert answered.sources[0].verified


def test_its_asker_reads_why_it_waits_and_not_as_whom_anybody_is_listed(desk: Desk) -> None:
    """The same words whatever the line says; who is listed as what stands in no part that leaves the approver."""
    desk.list()
    household = desk.ask()
    (reason,) = household.sources[0].reasons
    assert reason.title == "A second person must approve this question"
    assert reason.because == "it matches your agency's list of people close to its members"
    told = msgspec.json.encode(household).decode()
    assert "household" not in told
    assert "sergeant" not in told
    with pytest.raises(WrongUseError, match=r"waits until .* for a second person"):
        get_outcome(desk.world, WA_POLICE, household.query_id)


def test_the_second_person_sees_the_question_and_as_whom_its_subject_is_listed(desk: Desk) -> None:
    """Everything the decision needs, for whoever may decide."""
    desk.list()
    outcome = desk.ask()
    (shown,) = list_approvals(desk.world, CHIEF)
    assert shown.question.request == outcome.request
    assert shown.close == (CloseTo(relation=Relation.HOUSEHOLD, member="wa-police-sergeant"),)


def test_whose_household_it_is_neither_sees_nor_decides_it(desk: Desk) -> None:
    """A supervisor does not learn that somebody asks about the supervisor's own household."""
    desk.list()
    outcome = desk.ask()
    assert list_approvals(desk.world, SERGEANT) == ()
    with pytest.raises(WrongUseError, match="waits for you"):
        desk.decide(SERGEANT, outcome, True)


def test_h12_nobody_approves_an_own_question_or_without_the_role(desk: Desk) -> None:
    """H12: the second person is another person, of the same agency, with a role that answers for its questions."""
    desk.list(Relation.STAFF, "")
    asked = desk.ask(SERGEANT)
    for by, told in (
        (SERGEANT, "waits for you"),
        (CLERK, "needs one of agency-head, privacy-officer, supervisor"),
    ):
        with pytest.raises(WrongUseError, match=told):
            desk.decide(by, asked, True)
    other = replace(CHIEF, id="ca-sheriff-head", agency=CA_SHERIFF)
    with pytest.raises(WrongUseError, match="not held at this node"):
        desk.decide(other, asked, True)
    with pytest.raises(WrongUseError, match="training"):
        desk.decide(replace(CHIEF, trained_until=date(2020, 1, 1)), asked, True)


def test_a_refused_question_reaches_nobody_and_its_asker_hears_why(desk: Desk) -> None:
    """The refusal and its reason stand in the log; a second decision changes nothing."""
    desk.list()
    outcome, theirs = desk.ask(), desk.owner_size()
    with pytest.raises(WrongUseError, match="at least 3 words"):
        desk.decide(CHIEF, outcome, False, "no")
    refused = desk.decide(CHIEF, outcome, False, "this is no police work")
    assert desk.owner_size() == theirs
    with pytest.raises(WrongUseError, match="refused by a second person: this is no police work"):
        get_outcome(desk.world, WA_POLICE, outcome.query_id)
    assert desk.decide(CHIEF, outcome, False, "this is no police work") == refused
    with pytest.raises(WrongUseError, match="that stands"):
        desk.decide(PRIVACY, outcome, True)
    record = desk.world.journal.record(desk.stage.size(WA_POLICE) - 1)
    assert record is not None
    assert from_canonical(record, Approval).reason == "this is no police work"


def test_what_nobody_approves_within_a_day_lapses(desk: Desk) -> None:
    """A question that nobody approved in time is not sent later."""
    desk.list()
    outcome, theirs = desk.ask(), desk.owner_size()
    desk.wait(DAY_MS)
    assert list_approvals(desk.world, CHIEF) == ()
    assert [one.approval.id for one in list_approvals(desk.world, CHIEF, decided=True)] == [outcome.query_id]
    with pytest.raises(WrongUseError, match="lapsed"):
        desk.decide(CHIEF, outcome, True)
    with pytest.raises(WrongUseError, match="lapsed"):
        get_outcome(desk.world, WA_POLICE, outcome.query_id)
    assert desk.owner_size() == theirs


def test_who_left_the_agency_meanwhile_asks_nothing(desk: Desk) -> None:
    """An approval of a question whose asker is no member any more is refused, and the question stays open to refuse."""
    desk.list()
    outcome = desk.ask()
    with pytest.raises(WrongUseError, match="is no member any more"):
        decide_approval(desk.world, CHIEF, (CHIEF,), outcome.query_id, (True, "an open case needs it"))
    assert desk.decide(CHIEF, outcome, False, "the member has left").granted is False


def test_an_emergency_is_asked_at_once_and_looked_at_afterwards(desk: Desk) -> None:
    """Danger to life waits for nobody; that it went past the list stands in the log until a second person looked at it."""
    desk.list()
    theirs = desk.owner_size()
    outcome = desk.ask(purpose=Purpose.EMERGENCY_LIFE)
    assert desk.owner_size() > theirs
    (shown,) = list_approvals(desk.world, CHIEF)
    desk.wait(40 * DAY_MS)
    assert shown.approval.state(desk.world.clock.now_ms()) is ApprovalState.TO_REVIEW
    reviewed = desk.decide(CHIEF, outcome, False, "nobody was in danger")
    assert reviewed.state(desk.world.clock.now_ms()) is ApprovalState.OBJECTED


def test_a_question_that_waits_is_not_forgotten(desk: Desk) -> None:
    """What waits for a person is kept, and no longer than it waits."""
    desk.list()
    outcome = desk.ask()
    assert outcome.query_id in needs_of(desk.world).questions
    desk.decide(CHIEF, outcome, False)
    assert outcome.query_id not in needs_of(desk.world).questions


def test_h12_a_list_that_cannot_be_read_stops_every_question(desk: Desk) -> None:
    """H12: unreadable is not empty: nothing is asked, with a remedy."""
    append_entry(
        desk.world,
        Unit(
            facts=owner_facts(
                EntryKind.CIRCLE_CHANGED,
                desk.stage.federation.directory.get_agency(WA_POLICE),
                desk.world.clock.now_ms(),
            ),
            content=b'{"owner":',
            record=canonical_bytes({"lines": 1}),
            answer_to=(WA_POLICE, "circle", "list", ""),
        ),
    )
    theirs = desk.owner_size()
    with pytest.raises(ClosedError, match="restore the database"):
        desk.ask()
    assert desk.owner_size() == theirs


# ---------------------------------------------------------------- the same person again


def test_h12_the_same_person_for_ever_other_cases_takes_a_reason(desk: Desk) -> None:
    """H12: after four look-ups for other cases the fifth is not asked without a reason, and the reason is entered."""
    for at in range(AGAIN):
        desk.ask(case_number=f"26-1{at}00")
        desk.wait(HOUR_MS)
    before, theirs = desk.stage.size(WA_POLICE), desk.owner_size()
    with pytest.raises(AskedBeforeError, match="4 times in 30 days"):
        desk.ask(case_number="26-2000")
    assert (desk.stage.size(WA_POLICE), desk.owner_size()) == (before, theirs)
    desk.ask(case_number="26-2000", go_on="she is a witness in both")
    assert EntryKind.ASKED_AGAIN in desk.kinds(before)
    entry = before + desk.kinds(before).index(EntryKind.ASKED_AGAIN)
    assert b"she is a witness in both" in (desk.world.journal.record(entry) or b"")
    desk.ask(case_number="26-2000")


def test_h12_a_continuing_case_is_not_asked_for_a_reason(desk: Desk) -> None:
    """One case that goes on, slips of typing beside it, another member and an emergency are left alone."""
    for at in range(2 * AGAIN):
        desk.ask(case_number="26-1000" if at != 5 else "26-1001")
        desk.ask(CLERK, case_number="26-1000")
        desk.wait(HOUR_MS)
        desk.ask(case_number="26-1000")
    desk.ask(case_number="26-9999", purpose=Purpose.EMERGENCY_LIFE)


def test_what_was_asked_a_month_ago_is_not_held_against_anybody(desk: Desk) -> None:
    """Look-ups count for thirty days, and are gone from the store a day later."""
    for at in range(AGAIN):
        desk.ask(case_number=f"26-1{at}00")
    desk.wait(LOOKED_BACK_MS + DAY_MS + 1)
    desk.ask(case_number="26-2000")
    kept = desk.world.journal.look_ups.of(WA_POLICE, desk.detective.id, 0, 100)
    assert len(kept) == 1


# ---------------------------------------------------------------- one more of a list


def asked_about(desk: Desk, number: int, **changes: Any) -> Outcome:
    born = f"{1950 + number % 50}-0{1 + number // 50}-11"
    subject = PersonSubject(family=f"Quill{chr(97 + number % 26)}feather", given="Ondine", birth_date=born)
    return desk.ask(subject=subject, **changes)


def test_h6_a_script_under_few_case_numbers_is_refused_and_alerted(desk: Desk) -> None:
    """H6: more than N distinct subjects by one member in a day without distinct case numbers: refused, entered, reported."""
    for number in range(MOST_LISTED):
        assert asked_about(desk, number, case_number=f"26-100{number % 3}").sources[0].status is not Status.REFUSED
    theirs = desk.owner_size()
    outcome = asked_about(desk, MOST_LISTED, case_number="26-1000")
    assert outcome.sources[0].status is Status.REFUSED
    assert outcome.sources[0].reasons[-1].rule == "comity/LIST"
    assert desk.owner_size() == theirs
    asked_about(desk, MOST_LISTED + 1, case_number="26-1001")
    alerts = [one for one in desk.world.journal.duties(WA_POLICE) if one.duty.rule == "comity/LIST"]
    assert [one.duty.to for one in alerts] == ["privacy-officer"]
    again = asked_about(desk, 3, case_number="26-1000")
    own_case = asked_about(desk, MOST_LISTED + 2, case_number="26-7777")
    assert Status.REFUSED not in {again.sources[0].status, own_case.sources[0].status}
    desk.wait(DAY_MS)
    assert asked_about(desk, MOST_LISTED, case_number="26-1000").sources[0].status is not Status.REFUSED


def test_h6_many_people_under_their_own_case_numbers_are_nobodys_list(desk: Desk) -> None:
    """A jail's or a patrol's day: each person has a number, and nothing is refused."""
    statuses = {
        asked_about(desk, number, case_number=f"26-{number:05}").sources[0].status
        for number in range(MOST_LISTED + 5)
    }
    assert Status.REFUSED not in statuses
