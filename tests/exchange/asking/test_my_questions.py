"""What a member sees of their own questions, and of whom their agency may ask."""

from __future__ import annotations

from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, NY_DMV, WA_POLICE
from comity.demo.run import to_request
from comity.exchange.asking.ask import ask_query
from comity.exchange.asking.looked_up import LOOKED_BACK_MS
from comity.exchange.asking.my_questions import my_questions
from comity.exchange.asking.sources import open_owners, open_sources
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Status

NUMBER = f"{1_795_953_600_000:012x}" + "ab" * 10


def test_a_members_questions_are_listed_without_whom_they_are_about(own_stage: Stage) -> None:
    """Case, purpose and how each owner stands; no name of the subject, and nothing of another member's questions."""
    world = own_stage.federation.world_of(WA_POLICE)
    detective = own_stage.member("wa-police-detective")
    request = replace(to_request(own_stage.region.scene.detective_question), sources=(CA_SHERIFF, NY_DMV))
    assert my_questions(world, detective) == ()
    outcome = ask_query(world, request, detective, query_id=NUMBER)
    assert outcome.query_id == NUMBER
    (line,) = my_questions(world, detective)
    assert (line.query_id, line.case_number, line.purpose) == (NUMBER, request.case_number, request.purpose)
    assert [(one.agency, one.status, one.late) for one in line.sources] == [
        (one.agency, one.status, False) for one in outcome.sources
    ]
    assert any(one.status is Status.ANSWERED for one in line.sources)
    assert request.subject.family.encode() not in canonical_bytes(line)  # type: ignore[union-attr]
    assert my_questions(world, own_stage.member("wa-police-sergeant")) == ()


def test_a_month_later_a_question_is_listed_no_more(own_stage: Stage) -> None:
    """The list is of the last thirty days; the answer itself is kept as long as the log keeps it."""
    world = own_stage.federation.world_of(WA_POLICE)
    detective = own_stage.member("wa-police-detective")
    request = replace(to_request(own_stage.region.scene.detective_question), sources=(CA_SHERIFF,))
    ask_query(world, request, detective)
    assert len(my_questions(world, detective)) == 1
    for clock in own_stage.federation.clocks.values():
        clock.at_ms += LOOKED_BACK_MS + 1
    assert my_questions(world, detective) == ()


def test_whom_an_agency_may_ask_does_not_turn_on_what_it_asks_for(own_stage: Stage) -> None:
    """The owners are those that a question is put to, each with the classes of its agreements; no purpose is weighed."""
    world = own_stage.federation.world_of(WA_POLICE)
    asker = world.directory().get_agency(WA_POLICE)
    owners = open_owners(world, asker, world.clock.now_ms())
    assert tuple(one.agency for one in owners) == open_sources(
        world, asker, world.directory(), world.clock.now_ms()
    )
    by_agency = {one.agency: one.classes for one in owners}
    assert DataClass.DMV in (by_agency[NY_DMV] or tuple(DataClass))
    assert by_agency[WA_POLICE] == ()
