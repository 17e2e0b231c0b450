"""HTTP message signatures between nodes (RFC 9421, with content digests of RFC 9530), in the one form they are sent in.

A request covers method, address, digest and type of its content; a response its status, the same of its content, and
the request's signature, so that it answers this request and no other. Written here and not taken from a library: we
read a single spelling, so nothing has to be parsed, and what is spelled otherwise is not a signature to us. The
signature stands in the headers, so that a stranger is turned away before a byte of content is read.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.errors import RejectedMessageError, UnauthenticatedError
from comity.exchange.messages.listed_keys import is_signed_by, message_keys
from comity.model.agency import Directory, NodeListing
from comity.ports import Keys

CONTENT_TYPE = "application/json"
LIFETIME_S = 120  # as long as the message inside is fresh: two nodes' clocks and a slow link lie that far apart
SIGNED_REQUEST = '("@method" "@target-uri" "content-digest" "content-type")'
SIGNED_RESPONSE = '("@status" "content-digest" "content-type" "signature";req;key="comity")'
_REQUEST = re.compile(
    re.escape(f"comity={SIGNED_REQUEST}")
    + r';created=([0-9]{1,12});expires=([0-9]{1,12});nonce="([0-9a-f]{32})"'
    + r';keyid="([a-z0-9-]{1,64})";alg="ed25519";tag="comity"'
)
_RESPONSE = re.compile(
    re.escape(f"comity={SIGNED_RESPONSE}")
    + r';created=([0-9]{1,12});keyid="([a-z0-9-]{1,64})";alg="ed25519";tag="comity"'
)
_SIGNATURE = re.compile(r"comity=(:[A-Za-z0-9+/]{86}==:)")  # 64 bytes
_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")  # 32 bytes

Fields = Iterable[tuple[str, str]]
UNSIGNED = "the request has no HTTP signature as nodes send it; send one by the node's own software"
UNFIT = "the HTTP signature does not fit the request; it was altered, or signed by another or for another address"


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """What a listed node signed: itself, the time (UTC seconds) the signature counts, its nonce and the content's hash.

    `signature` is spelled as in the header, for the response to cover.
    """

    node: str
    nonce: str
    created_s: int
    expires_s: int
    digest: bytes
    signature: str


def signature_base(components: Sequence[tuple[str, str]], parameters: str) -> bytes:
    """The bytes a signature is over (RFC 9421, 2.5): each component's name as it stands in the list, and its value."""
    lines = [f"{name}: {value}" for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("ascii")


def sign_request(
    keys: Keys, node: str, target: str, content: bytes, times: tuple[int, str]
) -> tuple[dict[str, str], str]:
    """The headers of a POST to an address, and the signature among them; `times` is now (UTC seconds) and a nonce."""
    now_s, nonce = times
    digest = content_digest(content)
    parameters = (
        f'{SIGNED_REQUEST};created={now_s};expires={now_s + LIFETIME_S};nonce="{nonce}"'
        f';keyid="{node}";alg="ed25519";tag="comity"'
    )
    return _signed(keys, _request_components(target, digest, CONTENT_TYPE), parameters, digest)


def read_request(fields: Fields, target: str, directory: Directory, now_ms: int) -> SignedRequest:
    """Who signed a POST to this address, by a key that counts now. Raises UnauthenticatedError when no listed node did."""
    held = _single(fields)
    found = _REQUEST.fullmatch(held["signature-input"])
    signature = _SIGNATURE.fullmatch(held["signature"])
    digest = _DIGEST.fullmatch(held["content-digest"])
    if found is None or signature is None or digest is None:
        raise UnauthenticatedError(UNSIGNED)
    created, expires, nonce, node = found.groups()
    listing = directory.find_node(node)
    if listing is None:
        raise UnauthenticatedError("the signing node is not in the directory; ask to be listed first")
    components = _request_components(target, held["content-digest"], held["content-type"])
    base = signature_base(components, held["signature-input"].removeprefix("comity="))
    if not _fits(listing, signature[1], base, now_ms):
        raise UnauthenticatedError(UNFIT)
    hashed = base64.b64decode(digest[1])
    return SignedRequest(node, nonce, int(created), int(expires), hashed, signature[1])


def check_fresh_request(signed: SignedRequest, now_s: int) -> None:
    """Signed within two minutes of now, and for no longer than that. Raises RejectedMessageError."""
    if not signed.created_s <= signed.expires_s <= signed.created_s + LIFETIME_S:
        raise RejectedMessageError(f"the HTTP signature may count for {LIFETIME_S} seconds; sign it anew")
    if not signed.created_s - LIFETIME_S <= now_s <= signed.expires_s:
        raise RejectedMessageError(
            "the HTTP signature is stale: it was made more than two minutes from now; sign anew"
        )


def check_content(signed: SignedRequest, content: bytes) -> None:
    """The content is what was signed. Raises UnauthenticatedError: nobody vouches for any other."""
    if hashlib.sha256(content).digest() != signed.digest:
        raise UnauthenticatedError("the content is not what was signed; it was altered on its way")


def sign_response(
    keys: Keys, node: str, answered: tuple[int, str], content: bytes, times: tuple[int, str]
) -> dict[str, str]:
    """The headers that sign a response; `answered` is its status and type, `times` now and the request's signature."""
    (status, kind), (now_s, request) = answered, times
    digest = content_digest(content)
    parameters = f'{SIGNED_RESPONSE};created={now_s};keyid="{node}";alg="ed25519";tag="comity"'
    headers, _ = _signed(keys, _response_components(status, digest, kind, request), parameters, digest)
    return {**headers, "content-type": kind}


def check_response(
    fields: Fields, answered: tuple[int, bytes], request: str, listing: NodeListing, now_ms: int
) -> None:
    """A response was signed by the node that was asked, to this request. Raises RejectedMessageError.

    `answered` is its status and content, `request` the signature that was sent; a key counts as it does now.
    """
    status, content = answered
    held = _single(fields)
    found = _RESPONSE.fullmatch(held["signature-input"])
    signature = _SIGNATURE.fullmatch(held["signature"])
    if found is None or signature is None or found[2] != listing.id:
        raise RejectedMessageError(f"`{listing.id}` answered without its HTTP signature")
    components = _response_components(status, held["content-digest"], held["content-type"], request)
    base = signature_base(components, held["signature-input"].removeprefix("comity="))
    if held["content-digest"] != content_digest(content) or not _fits(listing, signature[1], base, now_ms):
        raise RejectedMessageError(f"the HTTP signature of `{listing.id}` does not fit its answer")


def content_digest(content: bytes) -> str:
    """The `Content-Digest` of some bytes (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


def _request_components(target: str, digest: str, kind: str) -> list[tuple[str, str]]:
    return [
        ('"@method"', "POST"),
        ('"@target-uri"', target),
        ('"content-digest"', digest),
        ('"content-type"', kind),
    ]


def _response_components(status: int, digest: str, kind: str, request: str) -> list[tuple[str, str]]:
    return [
        ('"@status"', str(status)),
        ('"content-digest"', digest),
        ('"content-type"', kind),
        ('"signature";req;key="comity"', request),
    ]


def _signed(
    keys: Keys, components: list[tuple[str, str]], parameters: str, digest: str
) -> tuple[dict[str, str], str]:
    made = base64.b64encode(keys.sign_message(signature_base(components, parameters))).decode()
    headers = {
        "content-type": CONTENT_TYPE,
        "content-digest": digest,
        "signature-input": f"comity={parameters}",
        "signature": f"comity=:{made}:",
    }
    return headers, f":{made}:"


def _single(fields: Fields) -> dict[str, str]:
    """The four fields a signature rests on, empty where absent; one that stands there twice is as good as absent."""
    held = {"content-type": "", "content-digest": "", "signature-input": "", "signature": ""}
    seen: set[str] = set()
    for name, value in fields:
        if name in held:
            held[name] = "" if name in seen or not value.isascii() else value
            seen.add(name)
    return held


def _fits(listing: NodeListing, signature: str, base: bytes, now_ms: int) -> bool:
    value = base64.b64decode(signature[1:-1])
    return any(is_signed_by(key, value, base) for key in message_keys(listing, now_ms))
