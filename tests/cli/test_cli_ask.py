"""`comity ask`, `fetch` and `duties` over a real region."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_stage import QUESTION, REASON, Called, Stage, call, refused

from comity.cli.ask_commands import fetch
from comity.cli.question import PURPOSE_NAMES, purpose_options, with_options
from comity.ledger.verify import verify_receipt
from comity.model.disclosure import Receipt

ON_BOTH_ENGINES = True

FEDERAL = ("--basis", "statute", "--dppa-use", "b1", "--class", "immigration-event")


def source(called: Called, agency: str) -> dict[str, object]:
    found = [one for one in called.json["sources"] if one["agency"] == agency]
    assert len(found) == 1
    return dict(found[0])


@pytest.fixture(scope="module")
def asked(stage: Stage) -> Called:
    return stage.ask("--json")


def test_an_outcome_is_one_json_object(asked: Called) -> None:
    """Every owner has exactly one status, the own node answers with verified receipts, dead nodes cost their own."""
    value = asked.json
    assert asked.status == 0
    assert asked.err == ""
    statuses = {one["agency"]: one["status"] for one in value["sources"]}
    assert statuses["wa-police"] == "answered"
    assert {status for agency, status in statuses.items() if agency != "wa-police"} == {"unreachable"}
    assert value["verified"] is True
    (first, *_) = source(asked, "wa-police")["items"]  # type: ignore[misc]
    assert {"item_id", "probability", "agree", "disagree", "missing", "fields", "withheld", "labels"} <= set(first)
    assert "not certified" in first["labels"]
    assert first["certified"] is False
    assert first["finding"].startswith("same person as far as was compared")
    fall = first["waterfall"]
    parts = [fall["prior"], *(one["weight"] for one in fall["evidence"]), fall["calibration"], fall["others"]]
    assert sum(round(part * 1000) for part in parts) == round(fall["total"] * 1000)
    assert fall["probability"] == first["probability"]
    assert fall["not_in_file"] == source(asked, "wa-police")["not_in_file"]
    assert value["apart"] == []
    for withheld in first["withheld"]:
        assert withheld["rule"]
        assert withheld["citation"]


def test_a_receipt_that_is_printed_is_whole(asked: Called, stage: Stage) -> None:
    """The receipt of the JSON answer is one the offline verifier reads; over other content it does not verify."""
    receipt = Receipt(**source(asked, "wa-police")["receipt"])  # type: ignore[arg-type]
    key = (stage.node("wa-node") / "log.vkey").read_text().strip()
    with pytest.raises(Exception, match="the content is not what the entry commits to"):
        verify_receipt(receipt, b"other", key)


def test_an_answer_is_told_as_text(stage: Stage) -> None:
    """Text names every owner, the evidence, what is withheld by which rule, and whether the receipts verified."""
    called = stage.ask()
    assert called.status == 0
    assert "Cascade City Police Department: answered" in called.out
    assert "Alder County Sheriff's Office: unreachable" in called.out
    assert "    finding  same person as far as was compared: " in called.out
    assert "      before comparing " in called.out
    assert "not in this file 0." in called.out
    assert "withheld" in called.out
    assert "every one verified offline" in called.out
    assert "\x1b" not in called.out


def test_the_detail_of_an_item_is_asked_for_anew(asked: Called, stage: Stage) -> None:
    """A digest first, then the detail of one of its items: more fields, its own receipt."""
    (item, *_) = source(asked, "wa-police")["items"]  # type: ignore[misc]
    ids = (asked.json["query_id"], item["item_id"])
    words = ("fetch", "--node", stage.node("wa-node"), "--as", "wa-police-detective")
    detail = call(*words, "--identified-by", "known from an earlier arrest", "--json", *ids)
    assert detail.status == 0
    assert detail.json["receipt_verified"] is True
    (whole,) = detail.json["items"]
    assert set(whole["fields"]) > set(item["fields"])
    text = call(*words, "--identified-by", "known from an earlier arrest", *ids)
    assert "Cascade City Police Department: answered" in text.out
    assert "no item `none`" in refused(*words, ids[0], "none")


def test_options_of_another_use_are_refused_and_not_ignored(asked: Called, stage: Stage) -> None:
    """The detail of an own item keeps its question's purpose: a purpose given beside it is refused."""
    words = ("fetch", "--node", stage.node("wa-node"), "--as", "wa-police-detective", asked.json["query_id"])
    assert "--purpose goes with --first-asker" in refused(*words, "x", "--purpose", "custody")
    assert "--case goes with --first-asker" in refused(*words, "x", "--case", "1")
    assert "opened whole" in refused(*words, "x", "--first-asker", "ca-sheriff")


def test_every_purpose_option_is_known_to_fetch() -> None:
    """The list of parameters that fetch refuses is the list of options it takes for another asker."""
    made = with_options(purpose_options)(lambda: None)
    assert {option.name for option in made.__click_params__} == PURPOSE_NAMES
    assert {parameter.name for parameter in fetch.params} >= PURPOSE_NAMES


def test_another_components_opening_is_a_new_request(stage: Stage) -> None:
    """Removal operations opening the investigators' answer asks every owner again, under its own purpose."""
    node = stage.node("fed-node")
    first = call(
        "ask", "--node", node, "--as", "federal-investigations-investigator", "--purpose", "federal-crime",
        "--case", "HDI-1", *FEDERAL, *QUESTION, "--json",
    )  # fmt: skip
    query_id = first.json["query_id"]
    again = call(
        "fetch", "--node", node, "--as", "removal-operations-officer", "--first-asker", "federal-investigations",
        "--purpose", "civil-immigration", "--case", "HDR-1", "--json", query_id,
    )  # fmt: skip
    value = again.json
    assert value["query_id"] != query_id
    assert (value["asker"], value["purpose"], value["case"]) == (
        "removal-operations",
        "civil-immigration",
        "HDR-1",
    )
    assert [one["agency"] for one in value["sources"]] == [
        one["agency"] for one in first.json["sources"] if one["agency"] != "removal-operations"
    ]
    mine = ("fetch", "--node", node, "--as", "removal-operations-officer", "--first-asker")
    stranger = refused(*mine, "removal-operations", "--purpose", "civil-immigration", "--case", "1", query_id)
    assert "`removal-operations` has no answer" in stranger


def test_no_source_at_all_is_exit_status_1(stage: Stage) -> None:
    """A question that nobody answered is told in full and ends with status 1."""
    called = stage.ask("--source", "ca-sheriff", "--json")
    assert called.status == 1
    assert [one["status"] for one in called.json["sources"]] == ["unreachable"]
    assert called.json["verified"] is False


def test_duties_are_listed_soonest_first(stage: Stage) -> None:
    """The owner's duties after a question, as text and as JSON; an agency held elsewhere is refused."""
    stage.ask("--json")
    node = stage.node("wa-node")
    listed = call("duties", "--node", node, "wa-police", "--json")
    assert listed.status == 0
    dues = [one["due"] for one in listed.json if one["due"]]
    assert dues == sorted(dues)
    assert len(call("duties", "--node", node, "wa-police").out.splitlines()) >= len(listed.json)
    assert "`ca-sheriff` is not held at this node" in refused("duties", "--node", node, "ca-sheriff")


BASE = ("--as", "wa-police-detective", *REASON, "--class", "case")
PERSON = ("--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19")
WRONG_QUESTIONS = {
    "no member of that name": (
        ("--as", "nobody", *REASON, "--class", "case", *PERSON),
        "`nobody` is not a member",
    ),
    "unknown class": ((*BASE, "--class", "zodiac", *PERSON), "`zodiac` is no data class; write one of case"),
    "no class": (("--as", "wa-police-detective", *REASON, *PERSON), "not opened without --class"),
    "class twice": ((*BASE, "--class", "case", *PERSON), "a data class is named twice"),
    "no purpose": (
        ("--as", "wa-police-detective", "--case", "1", "--class", "case", *PERSON),
        "without --purpose",
    ),
    "no case": (
        ("--as", "wa-police-detective", "--purpose", "custody", "--class", "case", *PERSON),
        "without --case",
    ),
    "unknown purpose": ((*BASE, *PERSON, "--purpose", "other"), "'other' is not one of 'criminal-investigation'"),
    "blank case": ((*BASE, *PERSON, "--case", " "), "case number is empty"),
    "control character": ((*BASE, *PERSON, "--case", "1\x07"), "case number holds a control character"),
    "no subject": (BASE, "name the subject: --family"),
    "person and plate": ((*BASE, *PERSON, "--plate", "WA=ABC123"), "exactly one subject"),
    "number and plate": ((*BASE, "--id", "fbi-number=12345678", "--plate", "WA=ABC123"), "exactly one subject"),
    "plate and VIN": ((*BASE, "--plate", "WA=ABC123", "--vin", "1HGCM82633A004352"), "exactly one subject"),
    "a list of names": ((*BASE, "--family", "Cahoon; Doe"), "ask about one person at a time"),
    "names on two lines": ((*BASE, "--family", "Cahoon\nDoe"), "ask about one person at a time"),
    "given name alone": (
        (*BASE, "--given", "Thomas", "--id", "fbi-number=12345678"),
        "--given describes a person",
    ),
    "two numbers": ((*BASE, "--id", "fbi-number=12345678", "--id", "ssn=078051120"), "name the subject"),
    "two of one kind": (
        (*BASE, *PERSON, "--id", "ssn=078051120", "--id", "ssn=078051121"),
        "two identifiers of one kind",
    ),
    "wildcard only": ((*BASE, "--family", "*"), "a wildcard alone names nobody"),
    "short wildcard": ((*BASE, "--family", "Ca*", "--born", "1987"), "fewer than three letters"),
    "bare wildcard": ((*BASE, "--family", "Cah*"), "a wildcard needs a birth date or an identifier"),
    "number without kind": ((*BASE, "--id", "12345678"), "`12345678` is no identifying number; write KIND=NUMBER"),
    "number too short": ((*BASE, "--id", "ssn=123"), "at least four letters or digits"),
    "plate without state": ((*BASE, "--plate", "ABC123"), "`ABC123` names no plate; write STATE=PLATE"),
    "half a VIN": ((*BASE, "--vin", "1HGCM"), "a VIN has 17"),
    "unknown paper": ((*BASE, *PERSON, "--basis", "hunch"), "`hunch` is no legal basis; write one of nothing"),
    "unknown issuer": (
        (*BASE, *PERSON, "--basis", "judicial-warrant:my-uncle"),
        "`my-uncle` issues no legal paper",
    ),
    "paper that is not there": ((*BASE, *PERSON, "--paper", "gone.pdf"), "`gone.pdf` cannot be read"),
    "paper without basis": ((*BASE, *PERSON, "--paper", __file__), "a legal basis of `nothing` has no document"),
    "no day": (
        (*BASE, *PERSON, "--basis", "consent", "--paper-expires", "soon"),
        "`soon` is not a day; write YYYY-MM-DD",
    ),
    "day written short": (
        (*BASE, *PERSON, "--basis", "consent", "--paper-expires", "20270101"),
        "write 2027-01-01",
    ),
    "no birth date": ((*BASE, "--family", "Cahoon", "--born", "04/19/1987"), "`04/19/1987` is not a birth date"),
    "no such birthday": ((*BASE, "--family", "Cahoon", "--born", "1987-02-30"), "is not a day of the calendar"),
    "no such sex": ((*BASE, *PERSON, "--sex", "Q"), "'Q' is not one of 'F', 'M', 'X'"),
    "no such use": ((*BASE, *PERSON, "--dppa-use", "b15"), "'b15' is not one of 'b1'"),
    "motor-vehicle records without a use": (
        (*BASE, *PERSON, "--class", "dmv"),
        "give --dppa-use b1 to b14 (18 USC 2721(b)), or leave --class dmv out",
    ),
    "no such message": ((*BASE, *PERSON, "--message", "shout"), "'shout' is not one of"),
    "too long a wait": ((*BASE, *PERSON, "--wait", "999999"), "999999 is not in the range"),
    "unknown source": ((*BASE, *PERSON, "--source", "nowhere"), "`nowhere` is not in the directory"),
    "source twice": ((*BASE, *PERSON, "--source", "wa-police", "--source", "wa-police"), "each once"),
    "unknown beneficiary": ((*BASE, *PERSON, "--for", "nowhere"), "`nowhere` is not in the directory"),
    "long note": ((*BASE, *PERSON, "--note", "n" * 501), "note is longer than 500 characters"),
    "no text": ((*BASE, *PERSON, "--note", "\udcff"), "is not UTF-8 text"),
}


@pytest.mark.parametrize("name", WRONG_QUESTIONS)
def test_a_question_that_cannot_be_put_is_refused_in_one_sentence(stage: Stage, name: str) -> None:
    """Exit status 2, one sentence with the remedy, and nothing entered in the log."""
    words, sentence = WRONG_QUESTIONS[name]
    before = (stage.node("wa-node") / "log" / "checkpoint").read_bytes()
    assert sentence in refused("ask", "--node", stage.node("wa-node"), *words)
    assert (stage.node("wa-node") / "log" / "checkpoint").read_bytes() == before


def test_names_are_composed_before_they_are_signed(stage: Stage) -> None:
    """A name typed with a combining accent is the same question as one typed with the letter."""
    words = ("ask", "--node", stage.node("wa-node"), *BASE, "--source", "wa-police", "--json")
    typed = [call(*words, "--family", name, "--born", "1990").json for name in ("Pe\u0301rez", "P\u00e9rez")]
    assert typed[0]["sources"][0]["status"] == typed[1]["sources"][0]["status"]


def test_other_subjects_than_persons_can_be_asked_about(stage: Stage) -> None:
    """A plate, a VIN, a firearm and a number alone are subjects; each gets one status."""
    words = ("ask", "--node", stage.node("wa-node"), *BASE, "--source", "wa-police", "--json")
    for subject in (
        ("--plate", "WA=ABC1234"),
        ("--vin", "1HGCM82633A004352"),
        ("--firearm", "Colt=AB12345"),
        ("--id", "fbi-number=123456AB7"),
    ):
        called = call(*words, *subject)
        assert called.status in (0, 1), called.err
        assert len(called.json["sources"]) == 1


def test_a_paper_is_shown_by_its_hash(stage: Stage, tmp_path: Path) -> None:
    """A legal paper on file goes along as a hash with its last day."""
    paper = tmp_path / "warrant.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    basis = (
        "--basis",
        "judicial-warrant:article-three-judge",
        "--paper",
        str(paper),
        "--paper-expires",
        "2029-01-31",
    )
    called = stage.ask("--source", "wa-police", "--json", *basis)
    assert called.status == 0, called.err
