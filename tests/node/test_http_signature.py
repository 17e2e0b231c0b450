"""HTTP message signatures: the RFC's own example, our one spelling, and everything that is not it."""

from __future__ import annotations

import base64

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from comity.errors import RejectedMessageError, UnauthenticatedError
from comity.model.agency import Directory, NodeListing
from comity.node.http_signature import (
    CONTENT_TYPE,
    LIFETIME_S,
    SignedRequest,
    check_content,
    check_fresh_request,
    check_response,
    read_request,
    sign_request,
    sign_response,
    signature_base,
)
from comity.sim.federation import SimKeys

NOW_S = 1_795_000_000
NONCE = "0123456789abcdef" * 2
TARGET = "https://198.51.100.7:8443/messages"
BODY = b'{"a":1}'
KEYS, OTHERS = SimKeys("signatures", "a-node"), SimKeys("signatures", "b-node")
LISTING = NodeListing(id="a-node", address="", message_key=KEYS.message_key, log_key="")
DIRECTORY = Directory(version=1, agencies=(), nodes=(LISTING,))


def signed(keys: SimKeys = KEYS, target: str = TARGET, node: str = "a-node") -> dict[str, str]:
    return sign_request(keys, node, target, BODY, (NOW_S, NONCE))[0]


def read(headers: dict[str, str]) -> SignedRequest:
    return read_request(headers.items(), TARGET, DIRECTORY, NOW_S * 1_000)


def test_the_base_is_the_one_the_standard_signs() -> None:
    """RFC 9421, B.2.6: the example's Ed25519 signature is over exactly these bytes."""
    key = load_pem_public_key(
        b"-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n"
        b"-----END PUBLIC KEY-----\n"
    )
    components = [
        ('"date"', "Tue, 20 Apr 2021 02:07:55 GMT"), ('"@method"', "POST"), ('"@path"', "/foo"),
        ('"@authority"', "example.com"), ('"content-type"', "application/json"), ('"content-length"', "18"),
    ]  # fmt: skip
    parameters = f'({" ".join(name for name, _ in components)});created=1618884473;keyid="test-key-ed25519"'
    signature = "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    key.verify(base64.b64decode(signature), signature_base(components, parameters))  # type: ignore[call-arg, union-attr]


def test_a_request_names_its_signer_and_the_answer_covers_it() -> None:
    """What was signed is read back; the response is signed over the request's signature."""
    headers, signature = sign_request(KEYS, "a-node", TARGET, BODY, (NOW_S, NONCE))
    request = read(headers)
    assert (request.node, request.nonce, request.signature) == ("a-node", NONCE, signature)
    assert (request.created_s, request.expires_s) == (NOW_S, NOW_S + LIFETIME_S)
    check_content(request, BODY)
    answer = sign_response(KEYS, "a-node", (200, CONTENT_TYPE), b"answer", (NOW_S, signature))
    check_response(answer.items(), (200, b"answer"), signature, LISTING, NOW_S * 1_000)


ALTERED = {
    "another digest": ("content-digest", "sha-256=:" + base64.b64encode(bytes(32)).decode() + ":"),
    "another kind of digest": ("content-digest", "md5=:AAAA:"),
    "two digests": ("content-digest", signed()["content-digest"] + ", md5=:AAAA:"),
    "another type": ("content-type", "text/plain"),
    "no type": ("content-type", ""),
    "another signature": ("signature", "comity=:" + base64.b64encode(bytes(64)).decode() + ":"),
    "a cut signature": ("signature", "comity=:AAAA:"),
    "another label": ("signature", signed()["signature"].replace("comity=", "sig1=")),
    "an earlier end": ("signature-input", signed()["signature-input"].replace(str(NOW_S + 120), str(NOW_S + 1))),
    "another algorithm": ("signature-input", signed()["signature-input"].replace("ed25519", "hmac-sha256")),
    "another tag": ("signature-input", signed()["signature-input"].replace('tag="comity"', 'tag="other"')),
    "fewer components": ("signature-input", signed()["signature-input"].replace('"@target-uri" ', "")),
    "a parameter more": ("signature-input", signed()["signature-input"] + ";more=1"),
    "a blank more": ("signature-input", signed()["signature-input"].replace(";", "; ", 1)),
    "beyond ASCII": (
        "signature-input",
        signed()["signature-input"].replace("a-node", "\N{CYRILLIC SMALL LETTER A}"),
    ),
}


@pytest.mark.parametrize("name", ALTERED)
def test_what_was_altered_or_spelled_otherwise_is_not_signed(name: str) -> None:
    """Every covered part, and every other spelling of the signature's own fields."""
    field, value = ALTERED[name]
    headers = {**signed(), field: value}
    assert headers != signed()
    with pytest.raises(UnauthenticatedError):
        read(headers)


@given(st.sampled_from(sorted(signed())), st.data())
def test_no_single_character_of_the_head_can_change(field: str, data: st.DataObject) -> None:
    """Whatever one character becomes, the request is not the node's any more."""
    value = signed()[field]
    place = data.draw(st.integers(0, len(value) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda char: char != value[place]))
    with pytest.raises(UnauthenticatedError):
        read({**signed(), field: value[:place] + other + value[place + 1 :]})


def test_a_field_that_stands_twice_is_no_signature() -> None:
    """Nobody chooses between two values, not even when they are equal or one is empty."""
    for field in signed():
        for second in (signed()[field], "", "x"):
            with pytest.raises(UnauthenticatedError):
                read_request([*signed().items(), (field, second)], TARGET, DIRECTORY, NOW_S * 1_000)
            with pytest.raises(UnauthenticatedError):
                read_request([(field, second), *signed().items()], TARGET, DIRECTORY, NOW_S * 1_000)


def test_a_request_is_for_one_address_and_by_one_listed_node() -> None:
    """Signed for another address, by another's key, by nobody in the directory."""
    with pytest.raises(UnauthenticatedError, match="for another address"):
        read(signed(target="https://198.51.100.8:8443/messages"))
    with pytest.raises(UnauthenticatedError, match="signed by another"):
        read(signed(keys=OTHERS))
    with pytest.raises(UnauthenticatedError, match="not in the directory"):
        read(signed(keys=OTHERS, node="b-node"))


@pytest.mark.parametrize(
    ("now_s", "fresh"),
    [
        (NOW_S, True), (NOW_S - LIFETIME_S, True), (NOW_S + LIFETIME_S, True),
        (NOW_S - LIFETIME_S - 1, False), (NOW_S + LIFETIME_S + 1, False),
    ],
)  # fmt: skip
def test_a_signature_counts_for_two_minutes_either_way(now_s: int, fresh: bool) -> None:
    """As far apart as two nodes' clocks may be, and no further."""
    if fresh:
        check_fresh_request(read(signed()), now_s)
        return
    with pytest.raises(RejectedMessageError, match="stale"):
        check_fresh_request(read(signed()), now_s)


@pytest.mark.parametrize("lasts_s", [-1, LIFETIME_S + 1, 10**9])
def test_nobody_signs_for_longer_than_nonces_are_remembered(lasts_s: int) -> None:
    """A signature that would outlive the memory of its nonce is refused."""
    request = SignedRequest("a-node", NONCE, NOW_S, NOW_S + lasts_s, b"", "")
    with pytest.raises(RejectedMessageError, match="may count for 120 seconds"):
        check_fresh_request(request, NOW_S)


def test_other_content_than_was_signed_is_nobodys() -> None:
    """The digest of the head is held against the body."""
    with pytest.raises(UnauthenticatedError, match="not what was signed"):
        check_content(read(signed()), BODY + b" ")


def test_an_answer_counts_for_its_request_status_and_node() -> None:
    """A response to another request, with another status, content or signer is none."""
    answer = sign_response(KEYS, "a-node", (200, CONTENT_TYPE), b"answer", (NOW_S, ":first:"))
    wrong = [
        (answer, (200, b"answer"), ":second:"),
        (answer, (503, b"answer"), ":first:"),
        (answer, (200, b"another"), ":first:"),
        ({**answer, "content-type": "text/plain"}, (200, b"answer"), ":first:"),
        ({**answer, "signature-input": ""}, (200, b"answer"), ":first:"),
        (sign_response(OTHERS, "a-node", (200, CONTENT_TYPE), b"answer", (NOW_S, ":first:")), (200, b"answer"), ":first:"),
        (sign_response(KEYS, "b-node", (200, CONTENT_TYPE), b"answer", (NOW_S, ":first:")), (200, b"answer"), ":first:"),
    ]  # fmt: skip
    check_response(answer.items(), (200, b"answer"), ":first:", LISTING, NOW_S * 1_000)
    for headers, answered, request in wrong:
        with pytest.raises(RejectedMessageError, match="`a-node`"):
            check_response(headers.items(), answered, request, LISTING, NOW_S * 1_000)
