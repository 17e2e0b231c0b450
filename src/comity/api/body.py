"""A verb's body: its request without whoever asks, which only the sign-in says."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec

from comity.model.agency import Member
from comity.model.base import Noun

WHO = (
    "member",
    "owner",
    "asker",
    "by",
)  # the member's id, and the member's agency under the names it has in verbs


@cache
def body_of(kind: type[Noun]) -> type[Noun]:
    """The same request without the fields of `WHO`, in itself and in the requests it holds."""
    kept = []
    for field in msgspec.structs.fields(kind):
        if field.name not in WHO:
            kept.append((field.name, _within(field.type), _default(field)))
    return msgspec.defstruct(  # type: ignore[return-value]
        f"{kind.__name__}Body",
        [(name, of) if default is msgspec.NODEFAULT else (name, of, default) for name, of, default in kept],
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
    return _whole(kind, body, member)


def _whole(kind: type[Noun], body: Noun, member: Member) -> Noun:
    values: dict[str, Any] = {}
    for field in msgspec.structs.fields(kind):
        if field.name in WHO:
            values[field.name] = member.id if field.name == "member" else member.agency
        elif _holds_who(field.type):
            values[field.name] = _whole(field.type, getattr(body, field.name), member)
        else:
            values[field.name] = getattr(body, field.name)
    return kind(**values)


def _within(of: Any) -> Any:
    return body_of(of) if _holds_who(of) else of


def _holds_who(of: Any) -> bool:
    return isinstance(of, type) and issubclass(of, Noun) and any(one in WHO for one in of.__struct_fields__)


def _default(field: msgspec.structs.FieldInfo) -> Any:
    assert field.default_factory is msgspec.NODEFAULT, "a request's defaults are values"
    return field.default
