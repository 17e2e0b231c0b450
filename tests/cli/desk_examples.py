"""What the examples of a desk's commands name: a question, a hit, a request, a held task, a recall, a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from cli_stage import QUESTION, REASON, Called, call
from test_cli_node import served

from abroad_nodes import AbroadNodes, make_abroad_nodes
from comity.demo.records import generate_region
from comity.exchange.push import push_deliveries
from comity.exchange.take import take_delivery
from comity.exchange.wire import Delivered, seal_message
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass
from comity.model.confirmation import ConfirmationAsked
from comity.model.delivery import Recall
from comity.model.record import Record
from comity.model.transmission import MailReceipt
from comity.node.open_world import open_world
from mail_keys import sign_content
from smtp_sink import serve_sink

NODE = "region/wa-node"
OWNER = "wa-police"
DETECTIVE = "wa-police-detective"
KEEPER = "wa-police-custodian"
SHERIFF = "ca-sheriff"
SHERIFFS_NODE = "region/ca-node"
SHERIFFS_KEEPER = "ca-sheriff-custodian"
WHY = ("--reason", "by order of the court")
OF_A_HIT = (("hit", "confirm"), ("hit", "answer"))
OF_A_REQUEST = (("requests", "done"), ("requests", "decline"), ("requests", "withdraw"))
OF_A_RECORD = tuple(("records", act) for act in ("seal", "expunge", "dispute", "hold"))


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
    elif words[0] == "transmit":
        return _abroad(words, example)
    elif words in OF_WHAT_CAME:
        numbers = OF_WHAT_CAME[words]()
    elif words in OF_A_RECORD:
        numbers = {"RECORD": _shown()}
    return [numbers.get(word, word) for word in example]


def _abroad(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example of a transmission, at two nodes that are made for it: released and received by e-mail where it must be."""
    nodes = make_abroad_nodes(Path("abroad"))
    own = ("--node", str(nodes.owner), "--as")
    to = ("--to", "xa-repatriation")
    prepared = call("transmit", "prepare", *own, "removal-operations-officer", *to, "--case", "1", "--whom", "p",
                    "history-2", "--json").json["id"]  # fmt: skip
    if words == ("transmit", "resume"):
        call("transmit", "suspend", *own, "removal-operations-supervisor", *to, *WHY)
    if words == ("transmit", "receipt"):
        released = call("transmit", "release", *own, "removal-operations-supervisor", prepared, "--json")
        _mailed(nodes, released.json["hash"])
    numbers = {"HISTORY": "history-1", "PREPARED": prepared}
    return [numbers.get(word, word) for word in example]


def _mailed(nodes: AbroadNodes, hash_: str) -> None:
    """The owner's node mails what is due, and the partner signs for it in `receipt.p7m`."""
    with serve_sink(nodes.server_context()) as sink:
        nodes.set_up_mail(sink.port)
        with open_world(nodes.owner) as world:
            push_deliveries(world)
    signed = sign_content(canonical_bytes(MailReceipt(hash=hash_)), "partner", nodes.keys)
    Path("receipt.p7m").write_bytes(signed)


def _own(data_class: DataClass, owner: str = OWNER, *, unchecked: bool = False) -> Record:
    """A record of an owner, the police department where no other is named, about one person whose birth date it has."""
    records = generate_region(2026, 400, date.today()).records
    return next(
        one
        for one in records
        if (one.owner, one.data_class) == (owner, data_class)
        and len(one.people) == 1
        and one.people[0].values("birth-date")
        and not one.state.sealed
        and not (unchecked and one.state.disposition_checked)
    )


def _ask_about(record: Record) -> Called:
    """The department's question about the one person of a record, of the record's owner and class alone."""
    (person,) = record.people
    family, _, given = person.values("name")[0].partition(", ")
    asked = call(
        "ask", "--node", NODE, "--as", DETECTIVE, *REASON, "--family", family, "--given", given, "--born",
        person.values("birth-date")[0], "--class", record.data_class, "--source", record.owner,
        "--note", "named by a witness", "--json",
    )  # fmt: skip
    assert asked.err == ""
    return asked


def _hit() -> dict[str, str]:
    """A warrant of the department, shown to its own detective."""
    asked = _ask_about(_own(DataClass.WARRANT))
    (source,) = asked.json["sources"]
    return {"QUERY_ID": asked.json["query_id"], "ITEM_ID": source["items"][0]["item_id"]}


def _taken(hit: dict[str, str]) -> str:
    """The request to confirm a hit, taken by the department's own node as from another."""
    words = ("hit", "confirm", "--node", NODE, "--as", DETECTIVE, hit["QUERY_ID"], hit["ITEM_ID"], "--json")
    asked = str(call(*words).json["id"])
    _carry(asked, ConfirmationAsked)
    return asked


def _carry(delivery: str, kind: type[ConfirmationAsked | Recall]) -> None:
    """Bring a delivery of the department to itself, as a node's round does."""
    with open_world(Path(NODE)) as world:
        stored = world.journal.find_delivery(OWNER, delivery, incoming=False)
        assert stored is not None
        assert isinstance(stored.due, kind)
        body = Delivered(id=stored.id, sender=stored.sender, recipient=stored.recipient, parcel=stored.due)
        take_delivery(world, seal_message(world, world.node, body, world.clock.now_ms()))


def _answer() -> dict[str, str]:
    """A question of the department to itself, answered and kept."""
    return {"QUERY_ID": str(_ask_about(_own(DataClass.WARRANT)).json["query_id"])}


def _recall() -> dict[str, str]:
    """What the department showed itself and then sealed, come in at its own desk."""
    warrant = _own(DataClass.WARRANT)
    _ask_about(warrant)
    acted = call("records", "seal", "--node", NODE, "--as", KEEPER, *WHY, warrant.id, "--json")
    (recall,) = acted.json["recalls"]
    _carry(recall, Recall)
    return {"RECALL": recall}


def _task() -> dict[str, str]:
    """A criminal history of the sheriff's that waits for a look at the state repository, asked for by the department."""
    history = _own(DataClass.CRIMINAL_HISTORY, SHERIFF, unchecked=True)
    with served(Path(SHERIFFS_NODE)):
        _ask_about(history)
    (task,) = call("held", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--json").json
    return {"TASK": task["duty_id"]}


def _shown() -> str:
    """A warrant of the sheriff's that the department was shown: both logs have an entry of the question."""
    warrant = _own(DataClass.WARRANT, SHERIFF)
    with served(Path(SHERIFFS_NODE)):
        (source,) = _ask_about(warrant).json["sources"]
    assert source["items"]
    return warrant.id


def _act(act: str) -> dict[str, str]:
    """A warrant that the department was shown, with what the sheriff's custodian then did with it."""
    warrant = _shown()
    words = ("records", act, "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, *WHY, warrant)
    assert call(*words).status == 0
    return {"RECORD": warrant}


OF_WHAT_CAME: dict[tuple[str, ...], Callable[[], dict[str, str]]] = {
    ("answer", "show"): _answer,
    ("held", "list"): _task,
    ("held", "decide"): _task,
    ("ledger", "reconcile"): lambda: {"RECORD": _shown()},
    ("recalls", "confirm"): _recall,
    ("recalls", "list"): lambda: _act("seal"),
    ("records", "lift"): lambda: _act("hold"),
}
