"""C7 and C8: what is owed, and recalls on both desks, over real nodes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from desk_stage import Desk, desk_of, send, served
from web_stage import HandClock, form_value, make_site

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.model.codes import DataClass
from comity.model.correction import RecordAct, RecordActed
from comity.model.delivery import StoredDelivery
from comity.model.disclosure import StoredDuty
from comity.model.record import Record
from comity.node.desk_requests import ActOnRecord, ListRecalls
from comity.node.duty_requests import Duties

KEEPER = "ca-sheriff-custodian"
THEIR_KEEPER = "wa-police-custodian"
EVIDENCE = "letter of 28 November sent"


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's pages: a history held, a warrant shown, which the sheriff then sealed."""
    with desk_of(*region, tmp_path_factory.mktemp("duties")) as made:
        made.ask_about(made.waiting_records()[0])
        made.ask_about(warrant(made))
        act = RecordAct(record_id=warrant(made).id, act="seal", reason="by order of the court")
        made.stage.site.door.ask(ActOnRecord(member=KEEPER, wanted=act), RecordActed)
        yield made


def warrant(desk: Desk) -> Record:
    """A warrant of the sheriff's about one person whose birth date it has."""
    return next(
        one
        for one in desk.region.records_of(CA_SHERIFF)
        if one.data_class is DataClass.WARRANT
        and len(one.people) == 1
        and one.people[0].values("birth-date")
        and not one.state.sealed
    )


def owed(desk: Desk) -> tuple[StoredDuty, ...]:
    found: tuple[StoredDuty, ...] = desk.stage.site.door.ask(Duties(owner=CA_SHERIFF), tuple[StoredDuty, ...])
    return found


def the_recall(desk: Desk) -> StoredDuty:
    return next(one for one in owed(desk) if one.duty.rule == "comity/RECALL")


def test_what_is_owed_stands_in_the_order_of_its_times(desk: Desk) -> None:
    """Every duty that is not done has one row; what waits for a decision leads to its own page."""
    waiting = [one for one in owed(desk) if state_of(one, desk.stage.clock.at_ms) is not DutyState.DONE]
    held = next(one for one in waiting if one.duty.text.startswith(("review: ", "attestation: ")))
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/duties").text
        assert page.count('scope="row"') == len(waiting)
        assert f'href="/desk/held/{held.id}"' in page
        assert browser.get(f"/desk/duties/{held.id}").headers["location"] == f"/desk/held/{held.id}"
        for shown in ("overdue", "on-hold", "done", "no-such"):
            assert browser.get(f"/desk/duties?show={shown}").status_code == 200
        assert browser.get("/desk/duties/no-such-duty").status_code == 404


def test_who_may_not_do_a_duty_reads_who_may(desk: Desk) -> None:
    """A supervisor sees what is owed and gets no form for what the desk does; a detective finds no page."""
    address = f"/desk/duties/{the_recall(desk).id}"
    with desk.browser("ca-sheriff-sergeant") as browser:
        page = browser.get(address).text
        assert "This needs one of:" in page
        assert "<textarea" not in page
    with desk.browser("ca-sheriff-detective") as browser:
        assert browser.get(address).status_code == browser.get("/desk/recalls").status_code == 404


@pytest.mark.parametrize(
    ("language", "fault"),
    [("en", "Say why, in at least 3 words."), ("es", "Diga por qué, en al menos 3 palabras.")],
)
def test_evidence_of_one_word_is_none(desk: Desk, language: str, fault: str) -> None:
    """The fault stands beside the field and at the head, in the language of the page; what was typed stays."""
    address = f"/desk/duties/{the_recall(desk).id}"
    with desk.browser(KEEPER, language) as browser:
        form = form_value(browser.get(address).text)
        answer = browser.post(address, data={"form": form, "evidence": "done"})
        assert answer.status_code == 422
        assert answer.text.count(fault) == 2
        assert ">done</textarea>" in answer.text


def test_a_recall_is_told_confirmed_by_its_recipient_and_done_at_its_owner(desk: Desk) -> None:
    """Sent: one told, none confirmed. Received: stop using it; a person confirms. The owner reads so then."""
    with desk.browser(KEEPER) as browser:
        assert "1 told, 0 confirmed" in browser.get("/desk/recalls").text
    with served(desk.asker):
        theirs = make_site(desk.asker, HandClock(int(time.time() * 1000)))
        recall = _arrived(theirs.site.door.ask)
        with theirs.browser() as browser:
            token = theirs.site.sessions.begin(THEIR_KEEPER, "test", theirs.clock.at_ms, "en")
            browser.cookies.set("comity", token)
            page = browser.get(f"/desk/recalls/{recall.id}").text
            assert "took back a record you hold. Stop using it." in page
            assert "was withdrawn" in page
            assert warrant(desk).reference not in page
            assert (
                send(browser, f"/desk/recalls/{recall.id}", done="taken out of the case") == "/desk/recalls?done=1"
            )
            page = browser.get(f"/desk/recalls/{recall.id}").text
            assert "What it was about is forgotten here." in page
        while state_of(the_recall(desk), desk.stage.clock.at_ms) is not DutyState.DONE:
            time.sleep(0.1)
    with desk.browser(KEEPER) as browser:
        assert "1 told, 1 confirmed" in browser.get("/desk/recalls").text
        assert "CONFIRMED" in browser.get("/desk/recalls").text


def _arrived(ask: Callable[..., tuple[StoredDelivery, ...]]) -> StoredDelivery:
    """The recall at the department's desk, once the sheriff's node has brought it."""
    while True:
        found = ask(ListRecalls(member=THEIR_KEEPER), tuple[StoredDelivery, ...])
        if found:
            return found[0]
        time.sleep(0.1)


def test_a_duty_is_recorded_as_done_with_its_evidence(desk: Desk) -> None:
    """What was written is kept with who wrote it, and the row moves to what is done."""
    duty = next(
        one
        for one in owed(desk)
        if state_of(one, desk.stage.clock.at_ms) is DutyState.OPEN
        and not one.duty.rule.startswith("comity/")
        and not one.duty.text.startswith(("review: ", "attestation: "))
        and not one.duty.period
    )
    with desk.browser(KEEPER) as browser:
        address = f"/desk/duties/{duty.id}"
        assert send(browser, address, evidence=EVIDENCE) == "/desk/duties?done=1"
        page = browser.get(address).text
        assert EVIDENCE in page
        assert KEEPER in page
        assert address in browser.get("/desk/duties?show=done").text
