"""I4: what an owner told by telephone, written down from the answer's page and shown below the field as the asker's own."""

from __future__ import annotations

import csv
import io
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import unescape

import pytest
from told_stage import FIELD, MEMBER, OTHER, WITHHELD, Told, told_nodes
from web_stage import form_value

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.correction import RecordAct, RecordActed
from comity.node.desk_requests import ActOnRecord
from comity.node.local import at_node
from comity.web.words import words_of

T = words_of("en")
WORDS = 'burglary of a shop <by night> "at the harbour"'
GIVEN = {"field": FIELD, "told": WORDS, "by": "Sgt. of the records desk", "how": "call"}


@pytest.fixture(scope="module")
def told(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """The investigators' pages, beside the node they ask."""
    with told_nodes(region, tmp_path_factory.mktemp("told")) as made:
        yield made


@contextmanager
def signed_in(told: Told, member: str = MEMBER, language: str = "en"):  # type: ignore[no-untyped-def]
    with told.stage.browser() as browser:
        token = told.stage.site.sessions.begin(member, "test", told.stage.clock.at_ms, language)
        browser.cookies.set("comity", token)
        yield browser


def at_minute(page: str) -> dict[str, str]:
    """The day and time that the form has in it."""
    found = {}
    for name in ("day", "time"):
        field = page.split(f'name="{name}"', 1)[1].split(">", 1)[0]
        found[name] = field.split('value="', 1)[1].split('"', 1)[0]
    return found


def test_what_was_told_stands_below_its_field_and_is_the_members_own(told: Told) -> None:
    """A link, a form with the time of now, and the note: labelled, escaped, by whom and how; in files too."""
    question, item = told.ask()
    address = f"/questions/{question}/items/{item.item_id}/told"
    with signed_in(told) as browser:
        answer = browser.get(f"/questions/{question}").text
        assert f'href="{address}?field={FIELD}"' in answer
        assert "Ask Sandstone Falls Police Department." in unescape(answer)
        form = browser.get(f"{address}?field={FIELD}").text
        assert WITHHELD not in form
        assert item.reference in form
        sent = browser.post(
            address, data={"form": form_value(form), **GIVEN, **at_minute(form)}, follow_redirects=False
        )
        assert (sent.status_code, sent.headers["location"]) == (303, f"/questions/{question}?done=told")
        page = browser.get(sent.headers["location"]).text
        shown = unescape(page)
        assert WORDS in shown
        assert "<by night>" not in page
        assert T("told.done") in shown
        below = shown.split(T("level.ask-owner"), 1)[1]
        for words in (
            T("tag.not-certified"),
            "Written down by Odette Grimaldi",
            "Sgt. of the records desk",
            T("told.not-the-owners"),
        ):
            assert words in below
        value = form_value(page)
        rows = browser.post(f"/questions/{question}/export", data={"form": value, "form-of": "csv"}).text
        (row,) = [one for one in csv.DictReader(io.StringIO(rows)) if one["level"] == "told, written down"]
        assert row["value"].strip("'") == WORDS
        assert row["labels"].startswith("NOT CERTIFIED")
        assert "Not part of the owner's answer" in row["why"]
        whole = json.loads(
            browser.post(f"/questions/{question}/export", data={"form": value, "form-of": "json"}).text
        )
        (note,) = [one for record in whole["records"] for one in record["told"]]
        assert (note["told"], note["label"]) == (WORDS, "not certified")
        assert all(WORDS not in field["values"] for record in whole["records"] for field in record["fields"])


@pytest.mark.parametrize("language", ["en", "es"])
def test_each_fault_is_named_and_what_was_typed_stays(told: Told, language: str) -> None:
    """At the head and beside its field; of a withheld field, of the future, of before the question nothing is written."""
    words = words_of(language)
    question, item = told.ask()
    address = f"/questions/{question}/items/{item.item_id}/told"
    with signed_in(told, language=language) as browser:
        page = browser.get(address).text
        form, now = form_value(page), at_minute(page)

        def fault(**changes: str) -> str:
            answer = browser.post(address, data={"form": form, **GIVEN, **now, **changes})
            assert answer.status_code == 422, changes
            return unescape(answer.text)

        empty = fault(**dict.fromkeys((*GIVEN, *now), ""))
        for one in ("field", "told", "by", "how", "time"):
            assert empty.count(words(f"told.fault.{one}")) == 2, one
        assert fault(field=WITHHELD).count(words("told.fault.field")) == 2
        assert fault(how="portal-view").count(words("told.fault.how")) == 2
        assert fault(day="2100-01-01").count(words("told.fault.future")) == 2
        assert fault(day="2000-02-30").count(words("told.fault.time")) == 2
        before = fault(day="2020-01-01", told="kept as it was typed")
        assert before.count(words("told.fault.before")) == 2
        assert ">kept as it was typed</textarea>" in before
        assert words("told.fault.characters") in fault(told="a\x00b")
        assert (
            words("tag.not-certified") not in browser.get(f"/questions/{question}").text.split('class="fields"')[1]
        )


def test_what_the_record_in_full_says_to_ask_for_is_written_down_from_there(told: Told) -> None:
    """Opened, its charge says "ask the owner" with a link; the note then stands on both pages, by its field."""
    question, item = told.ask()
    record = f"/questions/{question}/items/{item.item_id}"
    with signed_in(told) as browser:
        value = form_value(browser.get(f"/questions/{question}").text)
        opening = {"form": value, "identified-by": "the birth date and the case agree"}
        opened = browser.post(record, data=opening).text
        assert f'href="{record}/told?field=charge"' in opened
        form = browser.get(f"{record}/told?field=charge").text
        sent = browser.post(
            f"{record}/told",
            data={"form": value, **GIVEN, "field": "charge", **at_minute(form)},
            follow_redirects=False,
        )
        assert sent.status_code == 303
        answer = unescape(browser.get(f"/questions/{question}").text)
        assert answer.count(WORDS) == 1
        assert T("told.in-full") in answer.split(WORDS)[0]
        assert unescape(browser.post(record, data=opening).text).count(WORDS) == 1


def test_nobody_elses_answer_and_no_other_item_has_the_page(told: Told) -> None:
    """A colleague's question, an item that is none: a wrong address as any other."""
    question, item = told.ask()
    with signed_in(told, OTHER) as browser:
        assert browser.get(f"/questions/{question}/items/{item.item_id}/told").status_code == 404
    with signed_in(told) as browser:
        assert browser.get(f"/questions/{question}/items/{'f' * 32}/told").status_code == 404
        assert browser.get(f"/questions/{'f' * 32}/items/{item.item_id}/told").status_code == 404


def test_a_record_that_was_recalled_meanwhile_takes_no_note(told: Told) -> None:
    """The page was open when the owner's word came: nothing is written; what was there stays, and no link is left."""
    question, item = told.ask()
    address = f"/questions/{question}/items/{item.item_id}/told"
    with signed_in(told) as browser:
        form = browser.get(address).text
        data = {"form": form_value(form), **GIVEN, **at_minute(form)}
        assert browser.post(address, data=data, follow_redirects=False).status_code == 303
        record = next(one for one in told.region.records if one.reference == item.reference)
        act = RecordAct(record_id=record.id, act="dispute", reason="the person disputes it")
        with at_node(told.owner) as verbs:
            verbs(ActOnRecord(member="il-police-custodian", wanted=act), RecordActed, lambda *_: None)
        _until(lambda: T("marker.disputed") in browser.get(f"/questions/{question}").text)
        page = unescape(browser.get(f"/questions/{question}").text)
        assert WORDS in page
        assert f"{address}?field" not in page
        late = browser.post(address, data={**data, "told": "another call"})
        assert late.status_code == 404
        assert "another call" not in browser.get(f"/questions/{question}").text


def _until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until, "nothing was brought"
        time.sleep(0.1)
