"""A verb's body: its request without whoever asks, which only the token says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from comity.model.agency import Member
from comity.model.base import Noun, check_numbers
from comity.model.outcome import AskRequest, FetchRequest
from comity.node.desk_requests import ShowAnswer
from comity.node.duty_requests import Duties, OwedActs
from comity.node.office import ShowAgreement, ShowLaw, SuspendAgreement
from comity.node.report_requests import ListFilings, MakeReport, TraceFigure

# What is written in by us, where it is more or other than the member's id: each other name stands for the member's agency.
MEMBER = "member"
OWN: Mapping[type[Noun], tuple[str, ...]] = MappingProxyType(
    {
        AskRequest: (MEMBER, "asker"),
        FetchRequest: (MEMBER, "asker"),
        ShowAnswer: (MEMBER, "asker"),
        Duties: ("owner",),
        OwedActs: ("owner",),
        ShowAgreement: ("owner",),
        ShowLaw: ("owner",),
        SuspendAgreement: (MEMBER, "by"),
        MakeReport: ("agency",),
        TraceFigure: ("agency",),
        ListFilings: ("agency",),
    }
)


def own_of(kind: type[Noun]) -> tuple[str, ...]:
    """The fields of a request that say who asks."""
    return OWN.get(kind, (MEMBER,))


@cache
def body_of(kind: type[Noun]) -> type[Noun]:
    """The same request without the fields that say who asks, in itself and in the questions it holds."""
    kept = []
    for field in msgspec.structs.fields(kind):
        if field.name not in own_of(kind):
            of = body_of(field.type) if field.type in OWN else field.type
            kept.append((field.name, of) if field.required else (field.name, of, field.default))
    return msgspec.defstruct(  # type: ignore[return-value]
        f"{kind.__name__}Body",
        kept,
        bases=(Noun,),
        namespace={"__doc__": kind.__doc__},
        frozen=True,
        kw_only=True,
    )


def read_body(kind: type[Noun], raw: bytes, member: Member) -> Noun:
    """The request that a body makes when this member sends it.

    Raises msgspec.ValidationError for a body that is not of the schema, msgspec.DecodeError for one that is no JSON, NounError
    for values that cannot be.
    """
    body = msgspec.json.decode(raw, type=body_of(kind), strict=True)
    check_numbers(msgspec.to_builtins(body))
    return _whole(kind, body, member)


def _whole(kind: type[Noun], body: Noun, member: Member) -> Noun:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in own_of(kind):
            values[field.name] = member.id if field.name == MEMBER else member.agency
        elif field.type in OWN:
            values[field.name] = _whole(field.type, getattr(body, field.name), member)
        else:
            values[field.name] = getattr(body, field.name)
    return kind(**values)
