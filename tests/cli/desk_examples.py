"""What the examples of a desk's commands name: a question, a hit, a request, a held task, a recall, a record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from cli_stage import QUESTION, REASON, Called, call
from finding_examples import list_somebody
from msgspec.structs import replace
from test_cli_node import served

from abroad_nodes import AbroadNodes, make_abroad_nodes
from comity.demo.records import generate_region
from comity.exchange.delivery.push import push_deliveries
from comity.exchange.delivery.take import take_delivery
from comity.exchange.messages.wire import Delivered, seal_message
from comity.exchange.notice.notice_made import make_notices
from comity.exchange.records.intake import take_in
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Disposition
from comity.model.confirmation import ConfirmationAsked
from comity.model.delivery import Recall
from comity.model.record import Record
from comity.model.transmission import MailReceipt
from comity.node.open_world import open_world
from mail_keys import sign_content
from smtp_sink import serve_sink

LAWS = Path(__file__).parents[2] / "src" / "comity" / "demo" / "law"
NODE = "region/wa-node"
OWNER = "wa-police"
DETECTIVE = "wa-police-detective"
KEEPER = "wa-police-custodian"
SHERIFF = "ca-sheriff"
SHERIFFS_NODE = "region/ca-node"
SHERIFFS_KEEPER = "ca-sheriff-custodian"
WHY = ("--reason", "by order of the court")
OF_A_HIT = (("hit", "confirm"), ("hit", "answer"), ("mistakes", "report"))
OF_A_REQUEST = (("requests", "done"), ("requests", "decline"), ("requests", "withdraw"))
OF_A_RECORD = tuple(("records", act) for act in ("seal", "expunge", "dispute", "hold"))


def fill_in_desk(words: tuple[str, ...], example: list[str]) -> list[str]:
    """An example with what it names; any other as it is."""
    numbers: dict[str, str] = {}
    if words in OF_A_HIT:
        numbers = _hit()
        if words == ("hit", "answer"):
            numbers["REQUEST"] = _taken(numbers)
    elif words == ("onward", "ask"):
        numbers = _hit()
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


def told_of() -> dict[str, str]:
    """A case of Sandstone Falls' that the investigators were shown, of whose type its owner is to be asked."""
    (person,) = (case := _own(DataClass.CASE, "il-police")).people
    family, _, given = person.values("name")[0].partition(", ")
    with served(Path("region/il-node")):
        asked = call(
            "ask", "--node", "region/fed-node", "--as", "federal-investigations-investigator", "--purpose",
            "criminal-investigation", "--case", "FI-2026-1", "--basis", "nothing", "--family", family, "--given", given,
            "--born", person.values("birth-date")[0], "--class", "case", "--source", case.owner, "--json",
        )  # fmt: skip
    (source,) = asked.json["sources"]
    return {"QUERY_ID": asked.json["query_id"], "ITEM_ID": source["items"][0]["item_id"]}


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


def _waits() -> dict[str, str]:
    """A question about somebody on the department's sealed list, which waits for the sergeant."""
    list_somebody(NODE)
    asked = call("ask", "--node", NODE, "--as", DETECTIVE, *REASON, *QUESTION, "--source", OWNER, "--json")
    assert asked.json["sources"][0]["status"] == "held"
    return {"QUERY_ID": str(asked.json["query_id"])}


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


def agree(access: str) -> None:
    """An agreement made for one kind of access alone, signed and in force at the department's node and the sheriff's."""
    text = (LAWS / "acso-ccpd-2026.agr").read_text(encoding="utf-8")
    text = text.replace("ACSO-CCPD-2026 ", f"ACSO-CCPD-{access.upper()} ", 1).replace(
        "access     query", f"access     {access}"
    )
    draft = Path(f"{access}.agr")
    draft.write_text(text, encoding="utf-8")
    for node, agency in ((NODE, OWNER), (SHERIFFS_NODE, SHERIFF)):
        for role in ("agency-head", "counsel"):
            assert call("agreement", "sign", "--node", node, "--as", agency, "--role", role, draft).status == 0
    for node in (NODE, SHERIFFS_NODE):
        activated = call("agreement", "activate", "--node", node, draft)
        assert activated.status == 0, activated.err


def _standing() -> dict[str, str]:
    """A question of the detective's that stands at the sheriff."""
    agree("standing")
    with served(Path(SHERIFFS_NODE)):
        asked = call(
            "standing", "open", "--node", NODE, "--as", DETECTIVE, *REASON, "--by", "judicial-warrant", "--order",
            "order.pdf", "--order-ends", "2029-12-31", "--source", SHERIFF, *QUESTION, "--json",
        )  # fmt: skip
    assert asked.status == 0, asked.err
    return {"QUERY_ID": str(asked.json["query_id"])}


def _flow() -> dict[str, str]:
    """Warrants of the sheriff's, of which the department is told."""
    agree("notice")
    opened = call(
        "notice", "open", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--to", OWNER, "--event", "booking",
        *REASON, "--contact", "records desk", "--json",
    )  # fmt: skip
    assert opened.status == 0, opened.out
    return {"FLOW_ID": str(opened.json["flow"]["id"])}


def _agreed(access: str) -> dict[str, str]:
    agree(access)
    return {}


def _notice() -> dict[str, str]:
    """A notice of a booking that came to the sheriff's file today."""
    _flow()
    booking = _own(DataClass.BOOKING, SHERIFF)
    today = replace(
        booking,
        id="today",
        reference="R-today",
        event_date=date.today() - timedelta(days=1),  # where the sheriff is it may not be today yet
        disposition=Disposition.CONVICTED,
    )
    with open_world(Path(SHERIFFS_NODE)) as world:
        take_in(world, SHERIFF, (today,), "today")
        assert make_notices(world) == 1
    (given,) = call("notice", "list", "--node", SHERIFFS_NODE, "--as", SHERIFFS_KEEPER, "--json").json
    return {"NOTICE_ID": str(given["id"])}


@contextmanager
def at_work(words: tuple[str, ...]) -> Iterator[None]:
    """The sheriff's node served, for an example that asks it something."""
    if words != ("standing", "open"):
        yield
        return
    with served(Path(SHERIFFS_NODE)):
        yield


OF_WHAT_CAME: dict[tuple[str, ...], Callable[[], dict[str, str]]] = {
    ("answer", "show"): _answer,
    ("answer", "note"): told_of,
    ("approval", "list"): _waits,
    ("approval", "decide"): _waits,
    ("approval", "withdraw"): _waits,
    ("held", "list"): _task,
    ("held", "decide"): _task,
    ("ledger", "reconcile"): lambda: {"RECORD": _shown()},
    ("recalls", "confirm"): _recall,
    ("recalls", "list"): lambda: _act("seal"),
    ("records", "lift"): lambda: _act("hold"),
    ("standing", "open"): lambda: _agreed("standing"),
    ("standing", "list"): _standing,
    ("standing", "review"): _standing,
    ("standing", "end"): _standing,
    ("notice", "open"): lambda: _agreed("notice"),
    ("notice", "flows"): _flow,
    ("notice", "end"): _flow,
    ("notice", "retract"): _notice,
}
