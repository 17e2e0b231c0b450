"""C7 and C8: what is owed, and recalls on both desks, over real nodes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from desk_stage import Desk, desk_of, send, served
from msgspec.structs import replace
from rows_stage import with_rows
from web_stage import HandClock, Stage, form_value, make_site, member_of

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.errors import WrongUseError
from comity.exchange.duty.duties import DESK, finishers, is_held_task
from comity.exchange.duty.duty_state import DutyState, state_of
from comity.exchange.duty.owed_acts import owed_acts
from comity.model.codes import DataClass
from comity.model.correction import RecordAct, RecordActed
from comity.model.delivery import Recall, RecalledItem, RecallKind, StoredDelivery
from comity.model.disclosure import OwedRow, StoredDuty
from comity.model.duty_question import DutyQuestion
from comity.model.query import PersonSubject
from comity.model.recalled import RecalledFrom, RecallShown
from comity.model.record import Record
from comity.node.desk_requests import ActOnRecord, ShowRecalls
from comity.node.duty_requests import Duties, OwedActs, ShowDutyQuestion
from comity.oversight.reports.described import described
from comity.web.words import words_of

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
    """Everything that is not done has one row, what several rules demand too; what waits for a decision leads there."""
    waiting = [one for one in owed(desk) if state_of(one, desk.stage.clock.at_ms) is not DutyState.DONE]
    held = next(one for one in waiting if one.duty.text.startswith(("review: ", "attestation: ")))
    with desk.browser(KEEPER) as browser:
        page = browser.get("/desk/duties").text
        assert page.count('scope="row"') == len(owed_acts(waiting)) < len(waiting)
        assert "on hold until" not in page
        assert f'href="/desk/held/{held.id}"' in page
        assert browser.get(f"/desk/duties/{held.id}").headers["location"] == f"/desk/held/{held.id}"
        for shown in ("overdue", "on-hold", "done"):
            assert browser.get(f"/desk/duties?show={shown}").status_code == 200
        assert browser.get("/desk/duties/no-such-duty").status_code == 404


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "1 more is on hold until something happens."),
        ("es", "Hay 1 más en suspenso hasta que algo ocurra."),
    ],
)
def test_what_is_on_hold_stands_in_its_own_tab_and_is_counted_where_it_is_owed(
    desk: Desk, stage: Stage, language: str, said: str
) -> None:
    """A duty that waits for an event is no row of what is owed: one sentence counts it and leads to it."""
    recall = replace(the_recall(desk), done_ms=None)
    waits = replace(recall, id="waits", duty=replace(recall.duty, due_ms=None, after="disposition"))
    assert state_of(waits, stage.clock.at_ms) is DutyState.WAITING
    stage.door.answers[Duties] = (waits,)
    with stage.browser() as browser:
        session = stage.site.sessions.begin(member_of("records-custodian").id, "test", stage.clock.at_ms, language)
        browser.cookies.set("comity", session)
        page, on_hold = (browser.get(f"/desk/duties{query}").text for query in ("", "?show=on-hold"))
    assert said in page
    assert 'href="/desk/duties?show=on-hold"' in page
    assert "/desk/duties/waits" not in page
    assert "/desk/duties/waits" in on_hold
    assert said not in on_hold


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Report: California Department of Justice<"),
        ("es", "Informar: Departamento de Justicia de California<"),
    ],
)
def test_whom_a_report_is_owed_to_is_told_in_the_readers_language(
    desk: Desk, stage: Stage, language: str, said: str
) -> None:
    """In the list and on the duty's own page, as the report itself says it."""
    report = replace(
        the_recall(desk).duty,
        kind="report",
        rule="comity/REPORT",
        report="ca-doj",
        to=described("ca-doj").to,
        text="file `ca-doj`; a period in which nothing happened is reported too",
    )
    owes = replace(the_recall(desk), id="owes", duty=report, done_ms=None, record_id="")
    stage.door.answers[Duties] = (owes,)
    with stage.browser() as browser:
        session = stage.site.sessions.begin(member_of("records-custodian").id, "test", stage.clock.at_ms, language)
        browser.cookies.set("comity", session)
        for page in ("/desk/duties", "/desk/duties/owes"):
            assert said in browser.get(page).text


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Recorded once, it is done for each of them."),
        ("es", "Se registra una vez y queda hecho para cada una."),
    ],
)
def test_a_recall_that_several_rules_demand_is_one_row_and_one_page(desk: Desk, language: str, said: str) -> None:
    """The row has every rule; the page, by whichever of its duties it is opened, each rule with its own clock."""
    recall = the_recall(desk)
    (act,) = (one for one in owed_acts(owed(desk)) if recall in one.duties)
    assert len(act.by_rule) > 1
    rows: tuple[OwedRow, ...] = desk.stage.site.door.ask(OwedActs(owner=CA_SHERIFF), tuple[OwedRow, ...])
    assert act.row in rows  # as the API tells it
    assert {one.id for row in rows for one in row.duties} == {one.id for one in owed(desk)}
    with desk.browser(KEEPER, language) as browser:
        page = browser.get("/desk/duties").text
        row = next(one for one in page.split("<tr>") if f"/desk/duties/{recall.id}" in one)
        assert all(one.duty.rule in row for one in act.by_rule)
        assert sum(f"/desk/duties/{one.id}" in page for one in act.duties) == 1
        pages = [browser.get(f"/desk/duties/{one.id}").text for one in act.duties]
    for page in pages:
        assert all(one.duty.rule in page for one in act.by_rule)
        assert said in page
        assert f'action="/desk/duties/{recall.id}"' in page


def test_who_may_not_do_a_duty_reads_who_may(desk: Desk) -> None:
    """A supervisor sees what is owed and gets no form for what the desk does; a detective finds no page."""
    address = f"/desk/duties/{the_recall(desk).id}"
    with desk.browser("ca-sheriff-sergeant") as browser:
        page = browser.get(address).text
        assert "This needs one of:" in page
        assert "<textarea" not in page
    with desk.browser("ca-sheriff-detective") as browser:
        assert browser.get(address).status_code == browser.get("/desk/recalls").status_code == 404


def test_whoever_does_a_duty_reads_what_was_asked_and_of_whom(desk: Desk) -> None:
    """Nobody attests to a release, or looks at it, unread; who may not do it reads who asked and why, and not of whom."""
    stored = next(one for one in owed(desk) if one.query_id and not is_held_task(one))
    assert finishers(stored) >= DESK
    shown: tuple[DutyQuestion, ...] = desk.stage.site.door.ask(
        ShowDutyQuestion(member=KEEPER, duty=stored.id), tuple[DutyQuestion, ...]
    )
    assert isinstance(shown[0].subject, PersonSubject)
    family = shown[0].subject.family
    address = f"/desk/duties/{stored.id}"
    with desk.browser(KEEPER) as browser:
        page = browser.get(address).text
        assert shown[0].member in page
        assert shown[0].case_number in page
        assert family in page
    with desk.browser("ca-sheriff-sergeant") as browser:
        page = browser.get(address).text
        assert shown[0].case_number in page
        assert family not in page
    with pytest.raises(WrongUseError, match="has no duty"):
        desk.stage.site.door.ask(ShowDutyQuestion(member=KEEPER, duty="no-such-duty"), tuple[DutyQuestion, ...])


@pytest.mark.parametrize(
    ("language", "fault"),
    [("en", "Say what was done, in at least 3 words."), ("es", "Diga qué se hizo, en al menos 3 palabras.")],
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


@pytest.mark.parametrize(
    ("language", "said"), [("en", "Record {}, recall of"), ("es", "Registro {}, retirada del")]
)
def test_a_recall_sent_names_our_record_and_the_same_time_as_what_is_owed(
    desk: Desk, language: str, said: str
) -> None:
    """The earliest that anybody demands, on both pages; a heading tells two recalls of one minute apart."""
    recall = the_recall(desk)
    (act,) = (one for one in owed_acts(owed(desk)) if recall in one.duties)
    assert (act.due_ms or 0) < (recall.duty.due_ms or 0)
    with desk.browser(KEEPER, language) as browser:
        sent = browser.get("/desk/recalls").text
        times = [
            re.findall(r'datetime="([^"]+)"', row)
            for page in (sent, browser.get("/desk/duties").text)
            for row in page.split("<tr>")
            if f"/desk/duties/{recall.id}" in row
        ]
    assert len(times) == 2
    assert times[0] == times[1] != []
    assert sent.count(said.format(warrant(desk).reference)) == 2  # the heading and the table's caption


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_recall_got_names_the_record_and_whose_question_it_was(desk: Desk, language: str) -> None:
    """A link to one's own; of a colleague's who asked, since only they may open it; no number where none may be shown."""
    now = desk.stage.clock.at_ms
    items = (RecalledItem(query_id="q-1", item_id="i-1"),)
    recall = Recall(kind=RecallKind.CORRECTED, items=items, made_ms=now, confirm_by_ms=now + 1)
    stored = StoredDelivery(
        id="r-1", sender="wa-police", recipient=CA_SHERIFF, due=recall, made_ms=now, incoming=True, arrived_ms=now
    )
    where = (
        RecalledFrom(query_id="q-1", member=KEEPER, asked_ms=now, references=("WA-17", "WA-18")),
        RecalledFrom(query_id="q-2", member="ca-sheriff-detective", asked_ms=now),
        RecalledFrom(query_id="q-3"),
        RecalledFrom(query_id="", told="by a call on 3 March"),
    )
    rows = {ShowRecalls: (RecallShown(stored=stored, due_ms=now + 1, where=where),)}
    with with_rows(desk, rows).browser(KEEPER, language) as browser:
        page = browser.get("/desk/recalls/r-1").text
    mine, theirs, forgotten, told = re.findall(
        r"<li>(.*?)</li>", page.partition('class="field-list"')[2], re.DOTALL
    )[:4]
    t = words_of(language)
    assert t("desk.recalls.record", reference="WA-17, WA-18") in mine
    assert '<a href="/questions/q-1">' in mine
    assert "Idris Calloway" in theirs
    assert "q-2" in theirs
    assert "href" not in theirs + forgotten
    assert t("desk.recalls.item") in forgotten
    assert "by a call on 3 March" in told


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
        (act,) = (one for one in owed_acts(owed(desk)) if the_recall(desk) in one.duties)
        assert len(act.by_rule) > 1
        assert all(one.done_ms is not None for one in act.duties)
        assert "1 told, 1 confirmed" in browser.get("/desk/recalls").text
        assert "CONFIRMED" in browser.get("/desk/recalls").text


def _arrived(ask: Callable[..., tuple[RecallShown, ...]]) -> StoredDelivery:
    """The recall at the department's desk, once the sheriff's node has brought it."""
    while True:
        found = ask(ShowRecalls(member=THEIR_KEEPER), tuple[RecallShown, ...])
        if found:
            return found[0].stored
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
        assert "Theo Marchbanks" in page
        assert address in browser.get("/desk/duties?show=done").text
