"""Our HTTP signatures, read by a library that others wrote and keep."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from comity.node.http_signature import CONTENT_TYPE, sign_request, sign_response
from comity.sim.federation import SimKeys, sim_key

foreign = pytest.importorskip(
    "http_message_signatures", reason="NOT CHECKED: http-message-signatures is missing; make test installs it"
)

KEYS = SimKeys("foreign", "a-node")
TARGET = "https://198.51.100.7:8443/messages"
BODY, ANSWER = b'{"a":1}', b'{"b":2}'


@dataclass
class Request:
    """A request as the library wants it."""

    headers: dict[str, str]
    method: str = "POST"
    url: str = TARGET


@dataclass
class Response:
    """A response to a request."""

    request: Request
    headers: dict[str, str]
    status_code: int = 200


class Keys(foreign.HTTPSignatureKeyResolver):  # type: ignore[misc]
    """The one key there is."""

    def resolve_public_key(self, key_id: str) -> Ed25519PublicKey:
        assert key_id == "a-node"
        return sim_key("foreign/a-node/message").public_key()


def verify(message: Request | Response, body: bytes) -> Any:
    verifier = foreign.HTTPMessageVerifier(signature_algorithm=foreign.algorithms.ED25519, key_resolver=Keys())
    (found,) = verifier.verify(message, expect_tag="comity", body=body)
    return found


def exchange() -> tuple[Request, Response]:
    now_s = int(time.time())
    headers, signature = sign_request(KEYS, "a-node", TARGET, BODY, (now_s, "0" * 32))
    answer = sign_response(KEYS, "a-node", (200, CONTENT_TYPE), ANSWER, (now_s, signature))
    request = Request(headers)
    return request, Response(request, answer)


def test_a_library_written_by_others_accepts_request_and_response() -> None:
    """Every component we mean to cover is covered, the request's signature in the response among them."""
    request, response = exchange()
    assert set(verify(request, BODY).covered_components) == {
        '"@method"', '"@target-uri"', '"content-digest"', '"content-type"', '"@signature-params"',
    }  # fmt: skip
    assert set(verify(response, ANSWER).covered_components) == {
        '"@status"', '"content-digest"', '"content-type"', '"signature";req;key="comity"', '"@signature-params"',
    }  # fmt: skip


def test_the_library_refuses_what_was_altered() -> None:
    """Address, content, status and the request that is answered: that it accepts ours is not because it accepts all."""
    request, response = exchange()
    altered: list[tuple[Request | Response, bytes]] = [
        (Request(request.headers, url=TARGET + "/"), BODY),
        (request, BODY + b" "),
        (Response(request, response.headers, 503), ANSWER),
        (Response(exchange()[0], {**response.headers, "content-type": "text/plain"}), ANSWER),
    ]
    for message, body in altered:
        with pytest.raises(foreign.HTTPMessageSignaturesException):
            verify(message, body)
