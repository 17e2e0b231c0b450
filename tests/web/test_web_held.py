"""C1 and C2: the queue of held questions, and the decision of one, over a real node."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of, send
from msgspec.structs import replace
from web_stage import NOON_MS, form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.errors import WrongUseError
from comity.model.canon import canonical_bytes
from comity.model.held import HeldDecided, HeldTask
from comity.node.desk_requests import DecideHeld, ListHeld
from comity.settings import MEMBERS_FILE, read_members
from comity.web.due import Stand, due_tag
from comity.web.words import words_of

KEEPER = "ca-sheriff-custodian"
REASON = "checked with the state repository"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages with two questions held."""
    with desk_of(*region, tmp_path_factory.mktemp("held")) as made:
        for record in made.waiting_records()[:2]:
            made.ask_about(record)
        yield made


def waiting(desk: Desk) -> tuple[HeldTask, ...]:
    found: tuple[HeldTask, ...] = desk.stage.site.door.ask(ListHeld(member=KEEPER), tuple[HeldTask, ...])
    return found


def test_the_queue_counts_what_waits_and_names_nobody_it_is_about(desk: Desk) -> None:
    """Who asks, for what, what it needs and until when; the subject stands in no list, and nothing decides all at once."""
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/held").text
        assert f"{len(waiting(desk))} held" in page
        assert page.count('href="/desk/held/') == len(waiting(desk))
        for record in desk.waiting_records()[:2]:
            assert record.people[0].values("name")[0].partition(",")[0] not in page
        assert "<form" not in page.partition("<main")[2]


def test_one_held_question_is_released_through_its_pages(desk: Desk) -> None:
    """Written, checked, recorded: the node has the ruling with its reason, and the queue is shorter by one."""
    task, before = waiting(desk)[0], len(waiting(desk))
    with desk.browser(KEEPER) as browser:
        address = f"/desk/held/{task.duty_id}"
        page = browser.get(address).text
        assert task.hold.citation in page
        following = send(browser, address, decision="release", reason=REASON)
        checked = browser.get(following).text
        assert REASON in checked
        assert REASON not in following
        assert send(browser, following) == "/desk/held?done=answered"
        assert "the answer is on its way" in browser.get("/desk/held?done=answered").text
        assert len(waiting(desk)) == before - 1
        decided = browser.get(address).text
        assert REASON in decided
        assert "Released" in decided
        assert "<textarea" not in decided
        assert address in browser.get("/desk/held?show=decided").text


def test_what_is_signed_for_names_what_goes_and_who_was_asked_about(desk: Desk) -> None:
    """The check page has each field that goes, and beside it what only a second request opens; never one as the other."""
    desk.ask_about(desk.waiting_records()[2])
    task = waiting(desk)[-1]
    words = words_of("en")
    with desk.browser(KEEPER) as browser:
        address = f"/desk/held/{task.duty_id}"
        one = browser.get(address).text
        checked = browser.get(send(browser, address, decision="release", reason=REASON)).text
    going, _, later = checked.partition("sees of our records: ")[2].partition("Not in this answer.")
    for field in task.later:
        assert words(f"field.{field.field}") in later
    shown = [words(f"field.{field.field}") for field in task.opens]
    assert [part.split(" (")[0].strip() for part in going.partition(".")[0].split(", ")] == shown
    for page in (one, checked):
        assert task.subject.family in page  # type: ignore[union-attr]
        assert task.records[0] in page


def test_faults_stand_beside_their_fields_in_both_languages(desk: Desk) -> None:
    """A decision without a choice, or with a reason of one word, is not taken; what was typed stays."""
    (task, *_) = waiting(desk)
    for language, choice, why in (
        ("en", "Say what you decide.", "Say why, in at least 3 words."),
        ("es", "Diga qué decide.", "Diga por qué, en al menos 3 palabras."),
    ):
        with desk.browser(KEEPER, language) as browser:
            address = f"/desk/held/{task.duty_id}"
            form = re.search(r'name="form" value="([^"]+)"', browser.get(address).text)
            assert form is not None
            answer = browser.post(address, data={"form": form.group(1), "reason": "because"})
            assert answer.status_code == 422
            assert answer.text.count(choice) == answer.text.count(why) == 2
            assert ">because</textarea>" in answer.text
            assert 'href="#decision-0"' in answer.text


def test_recording_asks_for_a_sign_in_of_now_and_keeps_what_was_written(desk: Desk) -> None:
    """After five minutes the decision is not recorded before its member signs in again; then it is there still."""
    (task, *_) = waiting(desk)
    with desk.browser(KEEPER) as browser:
        following = send(browser, f"/desk/held/{task.duty_id}", decision="refuse", reason=REASON)
        desk.stage.clock.later(6)
        answer = browser.get(following)
        assert answer.headers["location"].startswith("/sign-in?again=1&next=%2Fdesk%2Fheld%2F")
        assert len([one for one in waiting(desk) if one.duty_id == task.duty_id]) == 1
    with desk.browser(KEEPER) as browser:
        assert REASON in browser.get(following).text
        desk.stage.clock.later(31)
        assert browser.get(following).status_code in (303, 404)


def test_another_role_decides_nothing_and_a_member_without_the_desk_finds_no_page(desk: Desk) -> None:
    """Counsel reads what it needs and gets no form; a detective and a wrong number read "Page not found"."""
    (task, *_) = waiting(desk)
    address = f"/desk/held/{task.duty_id}"
    with desk.browser("ca-sheriff-counsel") as browser:
        page = browser.get(address).text
        assert "This needs" in page
        assert "<textarea" not in page
    with desk.browser("ca-sheriff-detective") as browser:
        answer = browser.get(address)
        assert (answer.status_code, "Page not found" in answer.text) == (404, True)
    with desk.browser(KEEPER) as browser:
        assert browser.get("/desk/held/no-such-task").status_code == 404


def test_another_members_draft_is_not_reached(desk: Desk) -> None:
    """Whoever learns the address of somebody's decision finds nothing under it."""
    (task, *_) = waiting(desk)
    with desk.browser(KEEPER) as browser:
        following = send(browser, f"/desk/held/{task.duty_id}", decision="refuse", reason=REASON)
    with desk.browser("ca-sheriff-sheriff") as browser:
        answer = browser.get(following)
        assert answer.status_code == 404
        assert REASON not in answer.text


def test_a_role_that_the_agency_does_not_confirm_decides_nothing(desk: Desk) -> None:
    """Listed as custodian and supervisor, confirmed as supervisor: the page has no form, and the node refuses its verb."""
    (task, *_) = waiting(desk)
    folder = desk.stage.site.folder
    before = (folder / MEMBERS_FILE).read_bytes()
    listed = (
        replace(one, roles=("records-custodian", "supervisor")) if one.id == KEEPER else one
        for one in read_members(folder)
    )
    with desk.browser(KEEPER) as browser:
        following = send(browser, f"/desk/held/{task.duty_id}", decision="refuse", reason=REASON)
        try:
            (folder / MEMBERS_FILE).write_bytes(canonical_bytes(tuple(listed)))
            desk.stage.site.access.change(KEEPER, lambda one: replace(one, roles=("supervisor",)))
            page = browser.get(f"/desk/held/{task.duty_id}").text
            assert "<textarea" not in page
            answer = browser.post(following, data={"form": form_value(page)})
            assert answer.status_code in (400, 404)
            narrow = desk.stage.site.door.narrowed(
                replace(desk.stage.site.door.find_member(KEEPER), roles=("supervisor",))
            )
            with pytest.raises(WrongUseError):
                narrow.ask(DecideHeld(member=KEEPER, task=task.duty_id, grant=False, reason=REASON), HeldDecided)
        finally:
            desk.stage.site.access.change(KEEPER, lambda one: replace(one, roles=None))
            (folder / MEMBERS_FILE).write_bytes(before)
    assert task.duty_id in {one.duty_id for one in waiting(desk)}


@pytest.mark.parametrize(
    ("minutes", "stand", "away"),
    [
        (-60 * 72, Stand.OVERDUE, "3 days ago"),
        (-1, Stand.OVERDUE, "1 min ago"),
        (130, Stand.SOON, "in 2 h 10 min"),
        (24 * 60, Stand.DUE, "in 24 h"),
        (6 * 24 * 60, Stand.DUE, "in 6 days"),
    ],
)
def test_the_clock_tag_says_where_it_stands_and_how_far_it_is(minutes: int, stand: Stand, away: str) -> None:
    """Overdue, due within a day, due later: each with its length, and none for what has no time."""
    tag = due_tag(words_of("en"), NOON_MS, NOON_MS + minutes * 60_000)
    assert (tag.stand, tag.away) == (stand, away)
    assert due_tag(words_of("en"), NOON_MS, None).stand is Stand.OPEN
