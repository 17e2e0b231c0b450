"""What the examples of `comity oversight access` and `retain` name: a petition that came as far as it must, a purge."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cli_stage import QUESTION, call

from comity.demo.records import generate_region
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState
from comity.node.open_world import open_world

NODE = "region/wa-node"
KEEPER, PRIVACY = "wa-police-custodian", "wa-police-privacy"
REFERENCE, RECORD = "R-7K2M-9QTD-4XWB", "WA-2026-00417"
SUBJECT = QUESTION[:6]
NEEDED = {"identify": 1, "account": 3, "withhold": 4, "decide": 5, "tell": 6, "show": 1, "status": 1, "dispute": 2}


def access(verb: str, *words: str, by: str = KEEPER) -> dict[str, object]:
    """One step, done; its JSON."""
    done = call("oversight", "access", verb, "--node", NODE, "--as", by, *words, "--json")
    assert (done.status, done.err) == (0, ""), done
    found: dict[str, object] = done.json
    return found


def petition(steps: int, kind: str = "accounting") -> str:
    """A petition of the scene's subject that came through the first so many steps; its reference."""
    why = ("--reason", "as the person asked")
    asks = ("--name", "Thomas Cahoon", "--contact", "PO Box 12", "--words", "who looked at what you hold about me")
    reference = str(access("open", kind, *asks, *SUBJECT)["reference"])
    todo = [
        ("identify", KEEPER, ("--seen", "passport", *why, reference)),
        ("account", KEEPER, (*why, reference)),
        ("account", PRIVACY, (*why, reference)),
        ("withhold", PRIVACY, (*why, reference)),
        ("decide", KEEPER, (*why, reference, "answered")),
    ]
    for verb, by, words in todo[: steps - 1]:
        access(verb, *words, by=by)
    return reference


def own_record() -> str:
    """A record of the police department in which the scene's subject is the one person."""
    born, region = SUBJECT[5], generate_region(2026, 400, date.today())
    return next(
        one.reference
        for one in region.records_of("wa-police")
        if len(one.people) == 1 and born in one.people[0].values("birth-date") and not one.state.sealed
    )


def aged_record() -> Record:
    """An intelligence entry of the police department whose last day is past."""
    person = PersonInRecord(
        key="p1",
        role=PersonRole.SUSPECT,
        fields=(
            FieldValue(name="name", value="Vandermolen, Ruth"),
            FieldValue(name="birth-date", value="1980-02-03"),
        ),
    )
    return Record(
        id="aged-1",
        owner="wa-police",
        data_class=DataClass.INTELLIGENCE,
        reference="I-AGED-1",
        event_date=date(2019, 1, 2),
        as_of=date(2019, 1, 2),
        people=(person,),
        disposition=Disposition.NOT_APPLICABLE,
        state=RecordState(retain_until=date(2024, 1, 2), last_validated=date(2019, 1, 2), legal_hold=False),
    )


def load_aged(node: Path) -> None:
    with open_world(node) as world:
        world.records.load([aged_record()])


def purged() -> str:
    """The entry of a purge at the department's node."""
    load_aged(Path(NODE))
    done = call(
        "oversight", "retain", "purge", "--node", NODE, "--as", KEEPER, "--reason", "the review is over", "--json"
    )
    assert (done.status, done.err) == (0, ""), done
    return str(done.json["entries"][0])


def fill_in_access(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with a petition that came as far as it needs; any other as it is."""
    if words == ("oversight", "retain", "prove"):
        number = purged()
        return [number if word == "4417" else word for word in example]
    if words[:2] != ("oversight", "access") or REFERENCE not in example:
        return example
    verb = words[2]
    for _ in range(2 if verb == "withhold" else 0):  # two look-ups to keep one back of
        call("ask", "--node", NODE, "--as", "wa-police-detective", "--purpose", "criminal-investigation",
             "--case", "26-01417", *QUESTION, "--source", "wa-police")  # fmt: skip
    made = petition(NEEDED[verb], "amendment" if verb == "dispute" else "accounting")
    numbers = {REFERENCE: made, RECORD: own_record()}
    return [numbers.get(word, word) for word in example]
