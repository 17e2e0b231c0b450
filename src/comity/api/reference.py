"""The API's description as a reader sees it: every verb, every kind of value, each field with what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import msgspec

from comity.api.describe import REFERENCE, description
from comity.api.verbs import VERBS, Verb

HEAD = REFERENCE.partition("{")[0]


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of what a field takes: a word, or the name of a kind of value that is told of elsewhere on the page."""

    text: str
    kind: bool = False


@dataclass(frozen=True, slots=True)
class FieldShown:
    """One field: what it takes, whether it must be there, and what stands for it where it is not."""

    name: str
    takes: tuple[Part, ...]
    needed: bool
    otherwise: str


@dataclass(frozen=True, slots=True)
class KindShown:
    """One kind of value: what it is, its fields, or the words it is one of."""

    name: str
    about: str
    fields: tuple[FieldShown, ...]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VerbShown:
    """One verb with its body and what it gives."""

    verb: Verb
    summary: str
    fields: tuple[FieldShown, ...]
    gives: tuple[Part, ...]


@cache
def reference() -> tuple[tuple[VerbShown, ...], tuple[KindShown, ...]]:
    """Every verb in the order of the table, and every kind of value that they take or give, by name."""
    document = msgspec.json.decode(description())
    schemas = document["components"]["schemas"]
    bodies = {_body(document, verb) for verb in VERBS}
    verbs = tuple(_verb(document, verb, schemas) for verb in VERBS)
    kinds = tuple(_kind(name, schemas[name]) for name in sorted(schemas) if name not in bodies)
    return verbs, kinds


def _verb(document: Any, verb: Verb, schemas: Any) -> VerbShown:
    operation = document["paths"][f"/api/{verb.name}"]["post"]
    gives = operation["responses"]["200"]["content"]["application/json"]["schema"]
    body = schemas[_body(document, verb)]
    return VerbShown(verb, operation["summary"], _fields(body), tuple(_takes(gives)))


def _body(document: Any, verb: Verb) -> str:
    content = document["paths"][f"/api/{verb.name}"]["post"]["requestBody"]["content"]
    return str(content["application/json"]["schema"]["$ref"]).removeprefix(HEAD)


def _kind(name: str, schema: Mapping[str, Any]) -> KindShown:
    words = tuple(str(one) for one in schema.get("enum", ()))
    return KindShown(name, str(schema.get("description", "")), _fields(schema), words)


def _fields(schema: Mapping[str, Any]) -> tuple[FieldShown, ...]:
    needed = schema.get("required", ())
    properties = schema.get("properties", {})
    return tuple(
        FieldShown(name, tuple(_takes(of)), name in needed, _otherwise(of)) for name, of in properties.items()
    )


def _otherwise(schema: Mapping[str, Any]) -> str:
    return msgspec.json.encode(schema["default"]).decode() if "default" in schema else ""


def _takes(schema: Mapping[str, Any]) -> Iterator[Part]:
    """What a schema takes, in words that lead to the kinds they name."""
    if "$ref" in schema:
        yield Part(str(schema["$ref"]).removeprefix(HEAD), kind=True)
    elif "anyOf" in schema:
        yield from _joined(schema["anyOf"], " or ")
    elif "enum" in schema:
        yield Part(" or ".join(f"`{one}`" for one in schema["enum"]))
    elif schema.get("type") == "array":
        yield Part("list of ")
        yield from _joined(
            [*schema.get("prefixItems", ()), *([schema["items"]] if schema.get("items") else ())], ", "
        )
    elif schema.get("type") == "object":
        yield Part("values by name, each ")
        yield from _takes(schema.get("additionalProperties") or {})
    else:
        yield Part(str(schema.get("format") or schema.get("type") or "any value"))


def _joined(schemas: Any, between: str) -> Iterator[Part]:
    for number, one in enumerate(schemas):
        if number:
            yield Part(between)
        yield from _takes(one)
