"""What came since a member last looked: counted once, and a withdrawal is nothing that came."""

from __future__ import annotations

from comity.model.asked import AskedLine, SourceLine
from comity.model.codes import Purpose, Status
from comity.web import looked
from comity.web.looked import Looked

WHO = "alder-police-detective"


def line(query_id: str, *statuses: Status | None, late: bool = False) -> AskedLine:
    """A question of one owner a status."""
    return AskedLine(
        query_id=query_id,
        at_ms=1_000,
        case_number="26-1187",
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        sources=tuple(
            SourceLine(agency=f"owner-{place}", status=status, late=late) for place, status in enumerate(statuses)
        ),
    )


def test_what_came_is_counted_once() -> None:
    """Nothing is said at the first look; then every owner that had said nothing and has now, and a new question's."""
    seen = Looked()
    assert seen.list_seen(WHO, (line("a", None, Status.HELD, Status.TIMED_OUT),)) is None
    now = (line("a", Status.ANSWERED, Status.HELD, Status.NOTHING_RELEASABLE), line("b", Status.REFUSED, None))
    assert seen.list_seen(WHO, now) == 3
    assert seen.list_seen(WHO, now) == 0
    assert seen.list_seen("alder-police-sergeant", now) is None


def test_what_was_read_on_its_own_page_is_seen() -> None:
    """Whoever opened an answer is not told of it again."""
    seen = Looked()
    seen.answer_seen(WHO, "a", line("a", Status.ANSWERED).sources)
    assert seen.list_seen(WHO, (line("a", None),)) is None
    seen.answer_seen(WHO, "a", line("a", Status.ANSWERED).sources)
    assert seen.list_seen(WHO, (line("a", Status.ANSWERED),)) == 0


def test_an_answer_given_anew_has_come_and_one_taken_back_has_not() -> None:
    """A late answer in the place of another counts; a withdrawn one leaves no trace, whatever its owner stood at before."""
    seen = Looked()
    seen.list_seen(WHO, (line("a", Status.ANSWERED),))
    assert seen.list_seen(WHO, (line("a", Status.ANSWERED, late=True),)) == 1
    assert seen.list_seen(WHO, (line("a", Status.NOTHING_RELEASABLE, late=True),)) == 0


def test_no_more_members_than_the_limit_are_remembered() -> None:
    """The one who looked longest ago goes, and is told nothing at the next look."""
    seen = Looked()
    for number in range(looked.MOST_MEMBERS + 1):
        seen.list_seen(f"m{number}", ())
    assert seen.list_seen(f"m{looked.MOST_MEMBERS}", ()) == 0
    assert seen.list_seen("m0", ()) is None
