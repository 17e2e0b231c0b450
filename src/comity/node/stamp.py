"""Asking a time-stamping authority, and where its stamps are kept: beside the notes they are of."""

from __future__ import annotations

from pathlib import Path

import httpx

from comity.errors import PeerTimeoutError, PeerUnreachableError
from comity.ledger.directory import LogFiles
from comity.ledger.stamp import LARGEST_REPLY, Stamped, stamp_request, verify_stamp
from comity.settings import write_whole

ANSWERS_WITHIN_S = 30.0  # authorities are asked seldom, and some are slow
QUERY = "application/timestamp-query"


def take_stamp(log: LogFiles, vkey: str, authority: str, roots: bytes, folder: Path) -> tuple[Stamped, Path]:
    """Have a log's newest checkpoint stamped and keep both, once the stamp verifies; it, and the path of the note.

    The stamp lies beside the note as `.tsr`. Raises ProofError for one that does not verify, PeerError for no answer.
    """
    note = log.checkpoint()
    reply = _ask(authority, stamp_request(note))
    stamped = verify_stamp(note, reply, roots, vkey)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{stamped.head.size}-{stamped.at_ms}.checkpoint"
    write_whole(path.with_suffix(".tsr"), reply)
    write_whole(path, note.encode())  # last: a note there always has its stamp
    return stamped, path


def _ask(authority: str, query: bytes) -> bytes:
    try:
        with (
            httpx.Client(timeout=ANSWERS_WITHIN_S, headers={"accept-encoding": "identity"}) as client,
            client.stream("POST", authority, content=query, headers={"content-type": QUERY}) as response,
        ):
            reply = bytearray()
            for part in response.iter_raw():
                reply += part
                if len(reply) > LARGEST_REPLY:
                    raise PeerUnreachableError(f"`{authority}` sent more than {LARGEST_REPLY} bytes")
    except httpx.TimeoutException as error:
        raise PeerTimeoutError(f"`{authority}` did not answer within {ANSWERS_WITHIN_S:.0f} seconds") from error
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise PeerUnreachableError(
            f"`{authority}` could not be reached; name a time-stamping authority"
        ) from error
    if response.status_code != 200:
        raise PeerUnreachableError(f"`{authority}` answered {response.status_code} and no stamp")
    return bytes(reply)
