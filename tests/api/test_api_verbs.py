"""The table of verbs against what the pages ask, and bodies that cannot say who asks."""

from __future__ import annotations

import ast
from datetime import date
from pathlib import Path
from typing import get_args

import msgspec
import pytest

import comity.web
from comity.api.body import OWN, body_of, own_of, read_body
from comity.api.verbs import VERBS
from comity.errors import NounError
from comity.model.agency import Member
from comity.node.desk_requests import ShowAnswer
from comity.node.local import Ask, WholeRequest
from comity.node.log_requests import ShowLogEntry

WEB = Path(comity.web.__file__).parent
NOT_OFFERED = {  # what pages ask and the API does not, and why
    "EnterSession": "a session's own acts are entered by whoever holds the session",
    "GoOn": "is asked of every session, by whoever holds it, before it is used again",
    "ListAgreements": "lists those of every agency of the node; the page shows the member's own",
    "AskOnline": "is for anybody, at /my-record/ask",
    "LookUpPetition": "is for anybody, at /my-record/{reference}",
    "ShowStatement": "is for anybody, at /public/agencies/{ori}.json",
    "ShowMap": "is for anybody, at /public/whole-map/json",
    "ShowRegister": "is for anybody, at /public/agreements",
}
CUSTODIAN = Member(
    id="alder-police-custodian",
    name="Quill Custodian",
    agency="alder-police",
    roles=("records-custodian",),
    trained_until=date(2030, 1, 1),
)


def asked_by_pages() -> set[str]:
    """Every request of the node's socket that a module of the pages imports."""
    requests = {one.__name__ for one in get_args(WholeRequest)}
    found: set[str] = set()
    for path in WEB.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("comity.node."):
                found |= {alias.name for alias in node.names}
    return found & requests


def test_whatever_a_page_asks_a_system_may_ask_or_the_reason_is_written() -> None:
    """No screen does what the API cannot, but for what is named here."""
    offered = {one.asks.__name__ for one in VERBS}
    assert asked_by_pages() - offered == set(NOT_OFFERED)


def test_no_body_says_who_asks() -> None:
    """Whatever is sent, member and agency are those of the token, in the request and in the question it holds."""
    for verb in VERBS:
        for kind in (verb.asks, *(field.type for field in msgspec.structs.fields(verb.asks) if field.type in OWN)):
            assert kind not in OWN or set(own_of(kind)) <= set(kind.__struct_fields__), verb.name
            assert not {"member", "by", *own_of(kind)} & set(body_of(kind).__struct_fields__), verb.name


def test_nothing_that_is_asked_holds_a_member_of_the_askers_choosing() -> None:
    """A member named deeper within a request, which no token would write in, is a verb that is not for the API."""
    for verb in VERBS:
        for field in msgspec.structs.fields(verb.asks):
            if field.type not in OWN:
                assert not {"member", "by"} & set(getattr(field.type, "__struct_fields__", ())), (
                    verb.name,
                    field.name,
                )


def test_who_asks_is_written_in_by_us() -> None:
    """The member of the token and its agency stand in the request."""
    request = read_body(ShowAnswer, b'{"query_id":"0123456789abcdef0123456789abcdef"}', CUSTODIAN)
    assert request == ShowAnswer(
        asker="alder-police", member="alder-police-custodian", query_id="0123456789abcdef0123456789abcdef"
    )


@pytest.mark.parametrize("name", own_of(ShowAnswer))
def test_a_body_that_says_who_asks_is_refused(name: str) -> None:
    """Nothing is asked in another's name, and nobody is left to believe that it was."""
    raw = msgspec.json.encode({"query_id": "0" * 32, name: "alder-police"})
    with pytest.raises(msgspec.ValidationError, match=f"unknown field `{name}`"):
        read_body(ShowAnswer, raw, CUSTODIAN)


def test_a_value_that_cannot_be_is_told_by_the_models_own_sentence() -> None:
    """The same sentence as the command line's."""
    raw = msgspec.json.encode(
        {
            "request": {
                "beneficiary": "alder-police",
                "purpose": "criminal-investigation",
                "basis": {"instrument": "nothing"},
                "case_number": "",
                "data_classes": ["custody"],
                "subject": {"type": "person", "family": "Cahoon", "given": "Thomas"},
            }
        }
    )
    with pytest.raises((NounError, msgspec.ValidationError), match="case number is empty; give it"):
        read_body(Ask, raw, CUSTODIAN)


def test_every_verb_has_its_own_name() -> None:
    """One address, one verb."""
    assert len({one.name for one in VERBS}) == len(VERBS)


def test_a_number_that_no_store_holds_is_told_so() -> None:
    """It never reaches the store, which would fault."""
    raw = b'{"entry": -36588998770943586304}'
    with pytest.raises(NounError, match="larger than anything"):
        read_body(ShowLogEntry, raw, CUSTODIAN)
