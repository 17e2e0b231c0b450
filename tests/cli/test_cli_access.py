"""`comity oversight access` and `retain` as a desk calls them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from access_examples import KEEPER, PRIVACY, SUBJECT, load_aged
from cli_stage import QUESTION, REASON, Called, Stage, call, refused

WHY = ("--reason", "as the person asked")
ASKS = ("--name", "Thomas Cahoon", "--contact", "PO Box 12", "--words", "who looked at what you hold about me")


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    return stage.copy("wa-node", tmp_path)


def desk(node: Path, verb: str, *words: str, by: str = KEEPER) -> Called:
    return call("oversight", "access", verb, "--node", node, "--as", by, *words)


def test_a_desk_takes_a_request_from_the_first_word_to_the_last(node: Path) -> None:
    """Each step says where it stands and what is next; online no agency is named, and in person they are."""
    asked = call("ask", "--node", node, "--as", "wa-police-detective", *REASON, *QUESTION, "--source", "wa-police")
    assert asked.status == 0
    opened = desk(node, "open", "accounting", *ASKS, *SUBJECT)
    reference = opened.out.split()[0]
    assert "accounting, self: RECEIVED" in opened.out
    assert "acknowledge by" in opened.out
    assert "WA-INSPECT, WAC 446-20-100(2); RCW 10.97.080 (unverified)" in opened.out
    assert "BEING ANSWERED" in desk(node, "identify", "--seen", "passport", *WHY, reference).out
    assert "waits for a second person" in desk(node, "account", *WHY, reference).out
    counted = re.search(r"opened by two: (\d+) look-up", desk(node, "account", *WHY, reference, by=PRIVACY).out)
    assert counted is not None
    assert int(counted[1]) >= 1
    early = refused(
        "oversight", "access", "decide", "--node", node, "--as", KEEPER, *WHY, reference, "answered", status=1
    )
    assert "nobody looked through the look-ups" in early
    desk(node, "withhold", *WHY, reference, by=PRIVACY)
    assert "answered by wa-police-custodian" in desk(node, "decide", *WHY, reference, "answered").out
    online = call("oversight", "access", "status", "--node", node, "--agency", "wa-police", reference).out
    assert "a police agency asked  criminal-investigation  RELEASED" in online
    assert "Some look-ups may be kept from you by law for now." in online
    assert "wa-police" not in online
    told = desk(node, "tell", "--seen", "passport", *WHY, reference).out
    assert "Cascade City Police Department asked: criminal-investigation; saw " in told
    shown = desk(node, "show", reference).out
    assert "asked by Thomas Cahoon, PO Box 12" in shown
    assert "(question)" not in desk(node, "show", reference, by="wa-police-chief").out


def test_the_list_counts_and_names_nobody(node: Path) -> None:
    """References, kinds and states; the demands of a month; and as many as the log says came."""
    desk(node, "open", "demand", *ASKS, "--capacity", "anybody")
    desk(node, "open", "complaint", *ASKS, "--capacity", "anybody")
    listed = desk(node, "list")
    assert listed.status == 0
    assert "1 demand for the log from outside, 0 decided by counsel" in listed.out
    assert "2 petitions came, says the log; 2 are at the desk" in listed.out
    assert "Cahoon" not in listed.out


def test_a_kept_back_look_up_is_marked_for_the_desk_and_missing_online(node: Path) -> None:
    """The desk reads KEPT BACK; online the row is not there and nothing says so of this answer."""
    call("ask", "--node", node, "--as", "wa-police-detective", *REASON, *QUESTION, "--source", "wa-police")
    reference = desk(node, "open", "accounting", *ASKS, *SUBJECT).out.split()[0]
    desk(node, "identify", "--seen", "passport", *WHY, reference)
    desk(node, "account", *WHY, reference)
    rows = desk(node, "account", *WHY, reference, "--json", by=PRIVACY).json["rows"]
    every = [word for row in range(1, rows + 1) for word in ("--row", str(row))]
    until = ("--ground", "active-investigation", "--until", str(_in_days(30)))
    kept = desk(node, "withhold", *every, *until, *WHY, reference, by=PRIVACY)
    assert "is kept back until the end of" in kept.out
    desk(node, "decide", *WHY, reference, "answered")
    assert "KEPT BACK" in desk(node, "show", reference, by=PRIVACY).out
    assert "read by telling now" in desk(node, "show", reference).out
    online = call("oversight", "access", "status", "--node", node, "--agency", "wa-police", reference).out
    assert "We have nothing we can show you." in online
    assert "KEPT BACK" not in online


def test_wrong_words_have_a_remedy(node: Path) -> None:
    """Each is one sentence: a reference that is none, a day that is none, a step that is another's."""
    at = ("--node", node, "--as")
    assert "looks like R-7K2M" in refused("oversight", "access", "show", *at, KEEPER, "R-1")
    assert "is not a day" in refused("oversight", "retain", "due", *at, KEEPER, "--by", "tomorrow")
    assert "`us/TYPO` is no rule" in refused(
        "oversight", "retain", "purge", *at, KEEPER, "--rule", "us/TYPO", "--reason", "the review is over"
    )
    assert "say whom it is about" in refused("oversight", "access", "open", *at, KEEPER, "access", *ASKS)
    unborn = (*SUBJECT[: SUBJECT.index("--born")], "--born", _in_days(2).isoformat())
    told = refused("oversight", "access", "open", *at, KEEPER, "accounting", *ASKS, *unborn)
    assert "the birth date is in the future; correct it" in told
    reference = desk(node, "open", "accounting", *ASKS, *SUBJECT).out.split()[0]
    assert "needs counsel, privacy-officer" in refused(
        "oversight", "access", "withhold", *at, KEEPER, *WHY, reference
    )


def test_what_is_due_is_told_purged_and_proved(node: Path) -> None:
    """The schedule names rule, citation and day; the purge its entry; the proof what it counts and what it cannot show."""
    load_aged(node)
    at = ("--node", node, "--as", KEEPER)
    due = call("oversight", "retain", "due", *at)
    assert "us/P23-09a (28 CFR 23.20(h))" in due.out
    assert "I-AGED-1  intelligence  goes" in due.out
    assert "the log is kept" in due.out
    done = call("oversight", "retain", "purge", *at, "--rule", "us/P23-09a", "--reason", "the review is over")
    assert "I-AGED-1: removed (us/P23-09a)" in done.out
    entry = done.out.split("entry ")[1].split(";")[0]
    proof = call("oversight", "retain", "prove", *at, entry)
    assert proof.status == 0
    assert "records it counts: 1" in proof.out
    load_aged(node)
    back = call("oversight", "retain", "prove", *at, entry)
    assert (back.status, "record aged-1 is there" in back.out) == (1, True)


def _in_days(count: int) -> date:
    return date.today() + timedelta(days=count)
