"""The checkers of standing questions: calm runs have no finding, and what is kept or sent too much is told."""

from __future__ import annotations

from msgspec.structs import replace
from sim_stage import NORTH, SOUTH, finish, stop
from test_sim_check import alter_rows, told

from comity.exchange.asking.ask import ask_query
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.owners import paper_day
from comity.exchange.records.intake import take_in
from comity.exchange.standing.standing_look import look_at_standing
from comity.model.codes import Instrument, MessageKind
from comity.model.standing import StandsWanted
from comity.sim.leaving import body_of, check_leaving
from comity.sim.play import Play
from comity.sim.scene import EVERYWHERE, TRAINED_UNTIL, make_record, member_of, request_of

DAYS = StandsWanted(
    paper=Instrument.JUDICIAL_WARRANT,
    document="sha256:" + "d" * 64,
    paper_ends=TRAINED_UNTIL,
    days=60,
    review_days=30,
)


def brought(play: Play) -> None:
    """A question of the north that stands in the south, and what came there since, brought."""
    world = play.world(NORTH)
    request = replace(request_of(NORTH, EVERYWHERE, (SOUTH,)), message=MessageKind.STANDING_QUESTION)
    stands = DAYS.since(paper_day(world.clock.now_ms()))
    ask_query(world, request, member_of(NORTH, "detective"), stands=stands)
    take_in(play.world(SOUTH), SOUTH, (make_record(SOUTH, "later", EVERYWHERE),), "simulation")
    assert look_at_standing(play.world(SOUTH)) == 1
    pushed = push_deliveries(play.world(SOUTH))
    assert pushed.arrived == 1, [one.trouble for one in play.world(SOUTH).journal.deliveries(SOUTH)]


def test_what_is_brought_on_a_calm_day_has_no_finding(play: Play) -> None:
    """Opened, brought once, and everything at its end."""
    brought(play)
    assert finish(play) == []


def test_an_answer_that_outlives_its_question_is_told(play: Play) -> None:
    """The question ended and the asker still has what it showed."""
    brought(play)
    stop(play)
    alter_rows(play, NORTH, "UPDATE standing SET stands = 0")
    assert told(finish(play), "north has", "answers to the standing question", "0 at most")


def test_an_answer_that_leaves_after_the_end_is_told(play: Play) -> None:
    """The same bytes, once the owner's own row says that it stands no more."""
    brought(play)
    left = next(
        one for one in play.seen.left if body_of(one.raw)[1].get("parcel", {}).get("type") == "late-answer"
    )
    folder = play.node(SOUTH).folder
    assert check_leaving(folder, left, play.seen) == []
    stop(play)
    alter_rows(play, SOUTH, "UPDATE standing SET stands = 0")
    assert told(check_leaving(folder, left, play.seen), "stands no more")
