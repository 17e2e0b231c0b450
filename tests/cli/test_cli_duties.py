"""`comity duties`: listing, acting, reporting and counting, at a node on disk."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from cli_stage import Called, Stage, call, refused
from msgspec.structs import replace

from comity.cli.show_duties import length_text
from comity.ledger.append import append_entry
from comity.model.decision import Duty
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.model.outcome import RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.local import at_node
from comity.node.open_world import open_world

OWNER = "ny-dmv"
HOUR_MS = 3_600_000
NOTICE = Duty(kind="notify", rule="us-ny/NY-02", citation="c", to="subject", text="name the asking agency")
COUNT = Duty(kind="count", rule="us-ny/NY-02", citation="c", report="ny-dmv-notices")
PARTICULAR = "Cahoon moved to Elm Street"


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """New York's node with seven duties: a notice open, one late, one deferred, one doubtful, one waiting, two counts."""
    folder = stage.copy("ny-node", tmp_path)
    now_ms = int(time.time() * 1000)
    duties = {
        "open": replace(NOTICE, due_ms=now_ms + 50 * HOUR_MS),
        "late": replace(NOTICE, due_ms=now_ms - 28 * HOUR_MS),
        "deferred": replace(
            NOTICE, due_ms=now_ms - HOUR_MS, deferred_until_ms=now_ms + 99 * HOUR_MS, deferred_by="us-ny/NY-02a"
        ),
        "doubtful": replace(NOTICE, due_ms=now_ms + 60 * HOUR_MS, confirm=True),
        "waiting": replace(NOTICE, after="record-changed", within="3 days"),
        "count-1": COUNT,
        "count-2": COUNT,
    }
    stored = tuple(
        StoredDuty(id=name, owner=OWNER, query_id=f"q-{name}", duty=duty, raised_ms=now_ms, record_id="R-1")
        for name, duty in duties.items()
    )
    facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=now_ms)
    with open_world(folder) as world:
        append_entry(world, Unit(facts=facts, content=b"{}", record=b"{}", duties=stored))
    return folder


def listed(node: Path, *more: str) -> Called:
    return call("duties", "list", "--node", node, OWNER, *more)


def ids(called: Called) -> list[str]:
    return [one["id"] for one in called.json]


def act(node: Path, verb: str, duty: str, *more: str, by: str = "counsel") -> Called:
    return call("duties", verb, "--node", node, "--as", f"ny-dmv-{by}", duty, *more)


def size(node: Path) -> int:
    return int((node / "log" / "checkpoint").read_text().splitlines()[1])


def test_duties_are_listed_with_and_without_the_verb(node: Path) -> None:
    """`comity duties --node DIR OWNER` is the list; soonest due first, then what has no time."""
    plain = call("duties", "--node", node, OWNER, "--json")
    assert plain.status == 0
    assert plain.json == listed(node, "--json").json
    ours = [one for one in plain.json if not one["period"]]  # the reports of New York's own law stand beside them
    assert [one["id"] for one in ours] == ["late", "open", "doubtful", "deferred", "count-1", "count-2", "waiting"]
    states = {one["id"]: one["state"] for one in ours}
    assert states == {
        "late": "overdue",
        "open": "open",
        "doubtful": "to-confirm",
        "deferred": "deferred",
        "count-1": "done",
        "count-2": "done",
        "waiting": "waiting",
    }


def test_overdue_is_seen_with_the_time_since(node: Path) -> None:
    """Status 1 only where it was asked for and something is."""
    assert listed(node).status == 0
    late = listed(node, "--overdue", "--json")
    assert (late.status, ids(late)) == (1, ["late"])
    assert late.json[0]["overdue_since"] == late.json[0]["due"]
    assert "[overdue by 1 day 4 hours]" in listed(node, "--overdue").out
    assert act(node, "done", "late", "--evidence", "letter sent by courier", by="custodian").status == 0
    none = listed(node, "--overdue", "--json")
    assert (none.status, none.json) == (0, [])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (("--state", "waiting"), ["waiting"]),
        (("--state", "deferred"), ["deferred"]),
        (("--to", "subject", "--state", "open"), ["open"]),
        (("--to", "counsel"), []),
    ],
)
def test_filters_narrow_the_list(node: Path, words: tuple[str, ...], found: list[str]) -> None:
    """By state and by role, together."""
    assert ids(listed(node, *words, "--json")) == found


def test_the_text_says_what_stands_against_a_duty(node: Path) -> None:
    """Deferral with its end and rule, the event waited for, the person's word, how it was done; and each id."""
    out = listed(node).out
    for told in (
        "by us-ny/NY-02a]",
        "[waits for record-changed]",
        "[a person confirms first]",
        "[done by its entry]",
    ):
        assert told in out
    assert "    duty open, question q-open" in out
    assert "count (us-ny/NY-02, c)" in out
    assert "\x1b" not in out


def test_a_duty_is_done_once(node: Path) -> None:
    """One entry; what was written as evidence is kept and never shown."""
    before = size(node)
    done = act(node, "done", "open", "--evidence", PARTICULAR, "--json", by="custodian")
    assert (done.status, done.json["state"]) == (0, "done")
    again = act(node, "done", "open", "--evidence", PARTICULAR, by="custodian")
    assert (again.status, size(node)) == (0, before + 1)
    assert "[done 20" in again.out
    for called in (
        done,
        again,
        listed(node),
        listed(node, "--json"),
        call("duties", "counts", "--node", node, OWNER),
    ):
        assert "Elm" not in called.out + called.err
        assert "ny-dmv-custodian" not in called.out


def test_what_the_law_holds_is_refused_with_status_1(node: Path) -> None:
    """A deferred notice until counsel lifts it, a doubtful one until somebody confirms it, a waiting one until its event."""
    words = ("done", "--node", node, "--as", "ny-dmv-counsel", "--evidence", "letter sent by courier")
    assert "deferred by a sealed order until the end of" in refused("duties", *words, "deferred", status=1)
    assert "use `comity duties confirm`" in refused("duties", *words, "doubtful", status=1)
    assert "waits for `record-changed`" in refused("duties", *words, "waiting", status=1)
    lifted = act(node, "lift", "deferred", "--reason", "the court knows no such order", "--json")
    assert (lifted.json["state"], lifted.json["deferred_until"]) == ("overdue", None)
    confirmed = act(node, "confirm", "doubtful", "--reason", "counsel read the rule", "--json")
    assert confirmed.json["state"] == "open"
    assert confirmed.json["confirmed"]
    for duty in ("deferred", "doubtful"):
        assert act(node, "done", duty, "--evidence", "letter sent by courier").status == 0


def test_counsel_defers_by_an_order_on_file(node: Path, tmp_path: Path) -> None:
    """Until the end of its last day in New York; a missing file or a word for a day is refused."""
    order = tmp_path / "order.pdf"
    order.write_bytes(b"%PDF sealed")
    year = time.gmtime().tm_year + 1
    words = ("--order", str(order), "--reason", "the court confirmed it")
    deferred = act(node, "defer", "open", *words, "--until", f"{year}-01-31", "--json")
    assert (deferred.json["state"], deferred.json["deferred_by"]) == ("deferred", "counsel")
    assert deferred.json["deferred_until"] == f"{year}-02-01T04:59:59+00:00"
    assert deferred.json["due"] == deferred.json["deferred_until"]
    base = (
        "duties",
        "defer",
        "--node",
        node,
        "--as",
        "ny-dmv-counsel",
        "open",
        "--reason",
        "the court confirmed it",
    )
    assert "`soon` is not a day" in refused(*base, "--order", order, "--until", "soon")
    assert "cannot be read" in refused(*base, "--order", tmp_path / "none", "--until", f"{year}-01-31")


def test_an_event_is_reported(node: Path) -> None:
    """The clock starts at the time given; reporting it again says that nothing waited."""
    words = ("duties", "happened", "--node", node, "--as", "ny-dmv-custodian", "record-changed", "--record", "R-1")
    told = call(*words, "--at", "2026-01-05T09:00:00-05:00", "--json")
    (started,) = told.json
    assert (started["id"], started["started"]) == ("waiting", "2026-01-05T14:00:00+00:00")
    assert started["due"] == "2026-01-09T04:59:59+00:00"
    assert "no clock waited for this event" in call(*words, "--at", "2026-01-05T09:00:00-05:00").out


def test_an_event_is_told_as_text(node: Path) -> None:
    """The duties it touched, as the list prints them."""
    told = call(
        "duties", "happened", "--node", node, "--as", "ny-dmv-counsel", "record-changed", "--record", "R-1"
    )
    assert "duty waiting" in told.out


def test_acts_are_counted(node: Path) -> None:
    """By register, period and rule; as text and as JSON."""
    year = time.gmtime().tm_year
    value = call("duties", "counts", "--node", node, OWNER, "--json").json
    assert value["emergency_unattested"] == []
    (row,) = value["counts"]
    assert (row["report"], row["number"], row["rule"], row["asker"]) == ("ny-dmv-notices", 2, "us-ny/NY-02", "")
    assert "ny-dmv-notices" in call("duties", "counts", "--node", node, OWNER, "--every", "month").out
    assert row["period"] in {str(year), str(year - 1)}


def test_emergency_uses_and_stops_are_counted(node: Path) -> None:
    """An unattested use by owner, hour and rule; stops by agency."""
    now_ms = int(time.time() * 1000)
    use = Duty(
        kind="review",
        rule="us/EM-1",
        citation="c",
        to="supervisor",
        report="emergency-unattested",
        due_ms=now_ms - 1,
    )
    stop = Duty(kind="count", rule="us/ST-1", citation="c", report="stop-hourly")
    stored = tuple(
        StoredDuty(id=name, owner=OWNER, query_id="q", duty=duty, raised_ms=now_ms - HOUR_MS, asker="wa-police")
        for name, duty in (("use", use), ("stop", stop))
    )
    facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=now_ms)
    with open_world(node) as world:
        append_entry(world, Unit(facts=facts, content=b"{}", record=b"{}", duties=stored))
    out = call("duties", "counts", "--node", node, OWNER).out
    assert "emergency use not attested: ny-dmv 20" in out
    assert " wa-police: 1 count (us/ST-1)" in out


WRONG = {
    "unknown duty": (("done", "none", "--evidence", "letter sent by courier"), "`ny-dmv` has no duty `none`"),
    "no member": (("done", "open", "--as", "nobody", "--evidence", "letter sent"), "`nobody` is not a member"),
    "too few words": (("done", "open", "--evidence", "sent"), "the evidence needs at least 3 words"),
    "no evidence": (("done", "open"), "Missing option '--evidence'"),
    "no reason": (("confirm", "doubtful"), "Missing option '--reason'"),
    "not counsel": (
        ("lift", "deferred", "--as", "ny-dmv-custodian", "--reason", "because I say so"),
        "it needs counsel",
    ),
    "no event": (("happened", "sneeze"), "`sneeze` is no event that is reported"),
    "no offset": (("happened", "record-changed", "--at", "2026-01-05T09:00:00"), "has no offset from UTC"),
    "no time": (("happened", "record-changed", "--at", "yesterday"), "`yesterday` is not a time"),
    "to come": (("happened", "record-changed", "--at", "2100-01-01T00:00:00Z"), "lies in the future"),
    "no reporter": (("happened", "record-changed", "--as", "ny-dmv-examiner"), "may not report events"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_done_is_one_sentence(node: Path, name: str) -> None:
    """Status 2, the remedy, and nothing entered."""
    words, sentence = WRONG[name]
    before = size(node)
    member = () if "--as" in words else ("--as", "ny-dmv-counsel")
    assert sentence in refused("duties", words[0], "--node", node, *member, *words[1:])
    assert size(node) == before


def test_the_help_names_every_verb() -> None:
    """`comity duties --help` is the group's, not the list's."""
    called = call("duties", "--help")
    for verb in ("list", "done", "confirm", "lift", "defer", "happened", "counts"):
        assert verb in called.out


SEALED = ("--basis", "judicial-warrant:article-three-judge", "--paper-expires", "2029-01-31", "--sealed-order")


def test_a_sealed_order_goes_along(stage: Stage, tmp_path: Path) -> None:
    """The asker's word that the paper is sealed reaches the question."""
    paper = tmp_path / "warrant.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    called = stage.ask("--source", "wa-police", "--json", *SEALED, "--paper", str(paper))
    assert called.status == 0, called.err
    with at_node(stage.node("wa-node")) as verbs:
        show = ShowAnswer(asker="wa-police", member="wa-police-detective", query_id=called.json["query_id"])
        outcome: RevisedOutcome = verbs(show, RevisedOutcome, lambda *_: None)
    assert outcome.outcome.request.basis.sealed


@pytest.mark.parametrize("without", ["--paper", "--paper-expires", "--basis"])
def test_a_seal_without_its_order_is_refused(stage: Stage, tmp_path: Path, without: str) -> None:
    """A seal keeps nothing from anybody without judge, paper and last day: the asker hears it at once."""
    paper = tmp_path / "warrant.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    given = {"--paper": str(paper), "--paper-expires": "2029-01-31", "--basis": "court-order:state-judge"}
    given["--basis"] = given["--basis"] if without != "--basis" else "court-order"
    words = [
        word
        for option, value in given.items()
        if option != without or option == "--basis"
        for word in (option, value)
    ]
    called = stage.ask("--source", "wa-police", "--sealed-order", *words)
    assert called.status == 2
    assert "--sealed-order keeps nothing from the person without the order itself" in called.err


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "less than a minute"),
        (60_000, "1 minute"),
        (HOUR_MS * 2, "2 hours"),
        (HOUR_MS * 25 + 60_000, "1 day 1 hour"),
        (HOUR_MS * 48 + 300_000, "2 days 5 minutes"),
    ],
)
def test_lengths_are_told_in_two_units(ms: int, text: str) -> None:
    """Days, hours, minutes; the two largest that say something."""
    assert length_text(ms) == text
