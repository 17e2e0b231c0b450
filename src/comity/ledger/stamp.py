"""Time stamps of checkpoints (RFC 3161): a stranger's word on when a checkpoint was there already.

A witness says that a log is one; a stamp says how old it is, to a court that knows neither side. Stamped is the note as
it is kept, signatures and all, so that whoever has note, stamp and the authority's root certificate needs nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from importlib.util import find_spec

from cryptography import x509

from comity.errors import ProofError, SettingsError
from comity.ledger.checkpoint import Checkpoint, verify_checkpoint

LARGEST_REPLY = 100_000  # bytes; one with a chain of certificates has some thousands
MOST_ROOTS = 32  # certificates in the file of those that are trusted
SHA256 = "2.16.840.1.101.3.4.2.1"


@dataclass(frozen=True, slots=True)
class Stamped:
    """A checkpoint and when an authority saw it (UTC milliseconds, as the authority's clock had it)."""

    head: Checkpoint
    at_ms: int


def stamp_request(note: str) -> bytes:
    """What is sent to an authority. Without a nonce: an older stamp on the same note would serve as well."""
    _check_installed()
    from rfc3161_client import TimestampRequestBuilder
    from rfc3161_client.base import HashAlgorithm

    asked = TimestampRequestBuilder().data(note.encode()).hash_algorithm(HashAlgorithm.SHA256).nonce(nonce=False)
    return bytes(asked.build().as_bytes())


def verify_stamp(note: str, reply: bytes, roots: bytes, vkey: str) -> Stamped:
    """Check a stamp on a checkpoint, offline: the log's signature, and the authority's by its chain to a trusted root.

    `reply` is the authority's answer as it came; `roots` are PEM certificates. Raises ProofError naming what failed.
    """
    _check_installed()
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    head = verify_checkpoint(note, vkey)
    if len(reply) > LARGEST_REPLY:
        raise ProofError(f"the stamp is larger than {LARGEST_REPLY} bytes")
    try:
        stamp = decode_timestamp_response(reply)
        imprint = stamp.tst_info.message_imprint
        if imprint.hash_algorithm.dotted_string != SHA256 or imprint.message != sha256(note.encode()).digest():
            raise ProofError("the stamp is not of this checkpoint")
        builder = VerifierBuilder()
        for root in read_roots(roots):
            builder = builder.add_root_certificate(root)
        builder.build().verify_message(stamp, note.encode())
        return Stamped(head, round(stamp.tst_info.gen_time.timestamp() * 1000))
    except ValueError as error:
        raise ProofError(
            "the authority's answer is no granted stamp in strict DER; where it adds its own chain of certificates, "
            f"ask for one without ({error})"
        ) from error
    except VerificationError as error:
        raise ProofError(f"the stamp does not verify under the trusted certificates: {error}") from error


def read_roots(pem: bytes) -> tuple[x509.Certificate, ...]:
    """The trusted certificates, each once. Raises ProofError for a text that holds none."""
    try:
        found = tuple(dict.fromkeys(x509.load_pem_x509_certificates(pem)))
    except ValueError as error:
        raise ProofError(
            "the trusted certificates are not PEM; name a file of `BEGIN CERTIFICATE` blocks"
        ) from error
    if len(found) > MOST_ROOTS:
        raise ProofError(f"more than {MOST_ROOTS} certificates are trusted; name those of the authority")
    return found


def _check_installed() -> None:
    # Imported where it is used: who asks for no stamps needs no reader of them.
    if find_spec("rfc3161_client") is None:
        raise SettingsError("stamps need a reader that is missing; install `comity[stamps]`")
