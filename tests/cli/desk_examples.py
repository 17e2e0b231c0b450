"""What the examples of a desk's commands name: a question, a hit, a request, a record of the police department's own."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cli_stage import QUESTION, REASON, call

from comity.demo.records import generate_region
from comity.exchange.take import take_delivery
from comity.exchange.wire import Delivered, seal_message
from comity.model.codes import DataClass
from comity.model.confirmation import ConfirmationAsked
from comity.model.record import Record
from comity.node.open_world import open_world

NODE = "region/wa-node"
OWNER = "wa-police"
DETECTIVE = "wa-police-detective"
OF_A_HIT = (("hit", "confirm"), ("hit", "answer"))
OF_A_REQUEST = (("requests", "done"), ("requests", "decline"), ("requests", "withdraw"))


def fill_in_desk(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with what it names; any other as it is."""
    numbers: dict[str, str] = {}
    if words in OF_A_HIT:
        numbers = _hit()
        if words == ("hit", "answer"):
            numbers["REQUEST"] = _taken(numbers)
    elif words in OF_A_REQUEST:
        asked = call("ask", "--node", NODE, "--as", DETECTIVE, *REASON, *QUESTION, "--source", OWNER,
                     "--message", "notification-request", "--json")  # fmt: skip
        numbers = {"QUERY_ID": asked.json["query_id"]}
    elif words == ("disclosure", "record"):
        numbers = {"BOOKING": _own(DataClass.BOOKING).reference}
    return [numbers.get(word, word) for word in example]


def _own(data_class: DataClass) -> Record:
    """A record of the police department about one person."""
    records = generate_region(2026, 400, date.today()).records
    return next(
        one
        for one in records
        if (one.owner, one.data_class) == (OWNER, data_class) and len(one.people) == 1 and not one.state.sealed
    )


def _hit() -> dict[str, str]:
    """A warrant of the department, shown to its own detective."""
    person = _own(DataClass.WARRANT).people[0]
    family, _, given = person.values("name")[0].partition(", ")
    asked = call(
        "ask", "--node", NODE, "--as", DETECTIVE, *REASON, "--family", family, "--given", given, "--born",
        person.values("birth-date")[0], "--class", "warrant", "--source", OWNER, "--json",
    )  # fmt: skip
    (source,) = asked.json["sources"]
    return {"QUERY_ID": asked.json["query_id"], "ITEM_ID": source["items"][0]["item_id"]}


def _taken(hit: dict[str, str]) -> str:
    """The request to confirm a hit, taken by the department's own node as from another."""
    words = ("hit", "confirm", "--node", NODE, "--as", DETECTIVE, hit["QUERY_ID"], hit["ITEM_ID"], "--json")
    asked = call(*words).json["id"]
    with open_world(Path(NODE)) as world:
        stored = world.journal.find_delivery(OWNER, asked, incoming=False)
        assert stored is not None
        assert isinstance(stored.due, ConfirmationAsked)
        body = Delivered(id=stored.id, sender=stored.sender, recipient=stored.recipient, parcel=stored.due)
        take_delivery(world, seal_message(world, world.node, body, world.clock.now_ms()))
    return str(asked)
