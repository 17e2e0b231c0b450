"""A request of a member of whom their agency confirmed less than the node lists: it takes away and gives nothing."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import msgspec
import pytest
from serving import Door
from test_node_local import folder_of

from comity.errors import WrongUseError
from comity.model.agency import Member
from comity.model.canon import canonical_bytes
from comity.model.codes import DataClass, Instrument, Purpose
from comity.model.outcome import AskRequest, Outcome
from comity.model.query import LegalBasis, PersonSubject
from comity.model.session_act import SessionAct, SessionEntered, SessionTold
from comity.node.local import Ask, LocalRequest, Narrowed, at_node
from comity.node.session_requests import EnterSession
from comity.settings import MEMBERS_FILE, get_member, read_members

FAR = date(2090, 1, 1)
BY = "ca-sheriff-administrator"
UNLOCK = EnterSession(
    member="ca-sheriff-detective", told=SessionTold(act=SessionAct.UNLOCKED, means="by-administrator", by=BY)
)


def narrowed(request: LocalRequest, *roles: str, until: date = FAR) -> Narrowed:
    return Narrowed(member=BY, roles=roles, trained_until=until, request=msgspec.Raw(msgspec.json.encode(request)))


def put(door: Door, request: LocalRequest) -> SessionEntered:
    with at_node(folder_of(door)) as verbs:
        found: SessionEntered = verbs(request, SessionEntered, lambda *_: None)
    return found


def test_what_is_confirmed_and_listed_is_done(door: Door) -> None:
    """The same act, with the role that it needs confirmed."""
    assert put(door, narrowed(UNLOCK, "agency-administrator")).entry > 0


def test_a_role_that_is_not_confirmed_decides_nothing(door: Door) -> None:
    """Also where the claim names roles that are not listed: nothing of the member is left then."""
    with pytest.raises(WrongUseError, match="has no role that their agency's sign-in confirms"):
        put(door, narrowed(UNLOCK, "node-administrator", "member"))
    listed = read_members(folder_of(door))
    both = tuple(with_role(one, "auditor") if one.id == BY else one for one in listed)
    path = folder_of(door) / MEMBERS_FILE
    shutil.copy(path, path.with_suffix(".before"))
    try:
        path.write_bytes(canonical_bytes(both))
        with pytest.raises(WrongUseError, match="does not administer"):
            put(door, narrowed(UNLOCK, "auditor"))
    finally:
        Path(path.with_suffix(".before")).replace(path)


def test_a_request_is_narrowed_once(door: Door) -> None:
    """Two would leave open which of them holds."""
    with pytest.raises(WrongUseError, match="narrowed once"):
        put(door, narrowed(narrowed(UNLOCK, "agency-administrator"), "agency-administrator"))


def test_training_that_the_agency_says_is_over_asks_nothing(door: Door) -> None:
    """The node refuses as for a listed day; what is listed later counts for nothing, and a day of 2090 gives nothing."""
    member = get_member(read_members(folder_of(door)), "ca-sheriff-detective")
    asked = Ask(
        request=AskRequest(
            asker=member.agency,
            member=member.id,
            beneficiary=member.agency,
            purpose=Purpose.CRIMINAL_INVESTIGATION,
            basis=LegalBasis(instrument=Instrument.NOTHING),
            case_number="26-1",
            data_classes=(DataClass.CASE,),
            subject=PersonSubject(family="Quill", given="Jo", birth_date="1990-01-01"),
            sources=(member.agency,),
        )
    )

    def ask(until: date) -> Outcome:
        narrow = Narrowed(
            member=member.id,
            roles=member.roles,
            trained_until=until,
            request=msgspec.Raw(msgspec.json.encode(asked)),
        )
        with at_node(folder_of(door)) as verbs:
            found: Outcome = verbs(narrow, Outcome, lambda *_: None)
        return found

    with pytest.raises(WrongUseError, match="the training of `ca-sheriff-detective` ended on 2026-10-31"):
        ask(date(2026, 10, 31))
    assert ask(FAR).query_id


def with_role(member: Member, role: str) -> Member:
    return msgspec.structs.replace(member, roles=(*member.roles, role))
