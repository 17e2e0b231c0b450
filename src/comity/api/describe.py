"""The API's description (OpenAPI 3.1), made from the table of verbs and the very types that bodies are read by."""

from __future__ import annotations

from functools import cache
from inspect import cleandoc, getdoc
from typing import Any

import msgspec

from comity import __version__
from comity.api.body import body_of
from comity.api.problem import KINDS, MEDIA_TYPE, Problem
from comity.api.verbs import VERBS, Verb

ADDRESS = "/api/"
REFERENCE = "#/components/schemas/{name}"
NOT_OF_A_VERB = 405  # of an address asked otherwise, which is no operation
EVENTS = "text/event-stream"


@cache
def description() -> bytes:
    """The whole document, as JSON."""
    types = [kind for verb in VERBS for kind in (body_of(verb.asks), verb.gives)]
    schemas, components = msgspec.json.schema_components((*types, Problem), ref_template=REFERENCE)
    components = {name: _tidy(schema) for name, schema in components.items()}
    pairs = zip(schemas[0:-1:2], schemas[1:-1:2], strict=True)
    paths = {
        f"{ADDRESS}{verb.name}": {"post": _operation(verb, asks, gives, schemas[-1])}
        for verb, (asks, gives) in zip(VERBS, pairs, strict=True)
    }
    document = {
        "openapi": "3.1.1",
        "info": {
            "title": "Comity",
            "version": __version__,
            "description": "The verbs of one node, for members' own systems. Who asks is said by the token alone.",
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }
    return msgspec.json.encode(document)


def _tidy(schema: dict[str, Any]) -> dict[str, Any]:
    """Its description without the indentation of the source it stands in."""
    return {**schema, "description": cleandoc(schema["description"])} if "description" in schema else schema


def _operation(verb: Verb, asks: Any, gives: Any, problem: Any) -> dict[str, Any]:
    answers: dict[str, Any] = {"application/json": {"schema": gives}}
    if verb.told:
        answers[EVENTS] = {"schema": {"type": "string"}}
    return {
        "operationId": verb.name,
        "summary": summary(verb),
        "description": _who(verb),
        "requestBody": {"required": True, "content": {"application/json": {"schema": asks}}},
        "responses": {
            "200": {"description": "What the verb gives", "content": answers},
            **_problems(problem),
        },
    }


def summary(verb: Verb) -> str:
    """A verb's first sentence."""
    return (getdoc(verb.asks) or "").partition("\n")[0]


def _who(verb: Verb) -> str:
    fresh = " Asks for a sign-in within the last five minutes." if verb.fresh else ""
    told = (
        f" With `Accept: {EVENTS}` each owner's word comes as an event, and the answer last." if verb.told else ""
    )
    return f"For members who are one of: {', '.join(sorted(verb.roles))}.{fresh}{told}"


def _problems(schema: Any) -> dict[str, Any]:
    """One answer a status; several kinds of problem may share one."""
    titles: dict[int, list[str]] = {}
    for kind in KINDS:
        titles.setdefault(KINDS[kind][0], []).append(KINDS[kind][1])
    return {
        str(status): {"description": "; ".join(said), "content": {MEDIA_TYPE: {"schema": schema}}}
        for status, said in titles.items()
        if status != NOT_OF_A_VERB
    }
