"""Where a monitor keeps what it saw: a file for each log with its newest checkpoint, and a folder for each fork."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import httpx

from comity.errors import ProofError
from comity.ledger.checkpoint import LONGEST_NOTE, parse_vkey
from comity.ledger.directory import LogDirectory, LogFiles
from comity.ledger.monitor import Followed, follow_log
from comity.settings import write_whole

ANSWERS_WITHIN_S = 10.0  # a tile has 8 kB; a node that takes longer is looked at again later


class HttpLog(LogFiles):
    """A log's files behind an address, as tlog-tiles names them."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address.rstrip("/")
        self._client = httpx.Client(
            trust_env=False, headers={"accept-encoding": "identity"}, timeout=ANSWERS_WITHIN_S
        )

    def read(self, relative: str, most: int) -> bytes:
        return read_over(self._client, f"{self._address}/{relative}", most)

    def close(self) -> None:
        self._client.close()


def read_over(client: httpx.Client, where: str, most: int, extensions: dict[str, str] | None = None) -> bytes:
    """A file behind an address, at most so many bytes. Raises ProofError where it is not to be had."""
    content = find_over(client, where, most, extensions)
    if content is None:
        raise ProofError(f"`{where}` is missing (404)")
    return content


def find_over(
    client: httpx.Client, where: str, most: int, extensions: dict[str, str] | None = None
) -> bytes | None:
    """The same, and None where the address says that it has no such file."""
    try:
        with client.stream("GET", where, extensions=extensions or {}) as response:
            content = bytearray()
            for part in response.iter_raw():
                content += part
                if len(content) > most:
                    raise ProofError(f"`{where}` is longer than {most} bytes")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProofError(f"`{where}` could not be read; look again later") from error
    if response.status_code == 404:
        return None
    if response.status_code != 200:
        raise ProofError(f"`{where}` is missing ({response.status_code})")
    return bytes(content)


def look_at(log: LogFiles, vkey: str, folder: Path) -> tuple[Followed, Path | None]:
    """Follow a log by what the folder holds of it; where the evidence of a fork was put, if there is one.

    What was held stays where the log forked: it is what later looks are compared with too. Raises ProofError.
    """
    name = sha256(parse_vkey(vkey).name.encode()).hexdigest()[:16]
    path = folder / f"{name}.checkpoint"
    found = follow_log(log, vkey, _held(path))
    folder.mkdir(parents=True, exist_ok=True)
    if found.fork is None:
        write_whole(path, found.note.encode())
        return found, None
    evidence = folder / f"{name}.fork-{sha256(found.note.encode()).hexdigest()[:16]}"
    evidence.mkdir(exist_ok=True)
    write_whole(evidence / "held", found.fork.held.encode())
    write_whole(evidence / "seen", found.fork.seen.encode())
    return found, evidence


def _held(path: Path) -> str:
    if not path.exists():
        return ""
    raw = path.read_bytes()
    try:
        return raw[: LONGEST_NOTE + 1].decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProofError(
            f"`{path}` is damaged; restore it from a copy, or start anew with another folder"
        ) from error


def open_log(where: str) -> LogFiles:
    """A log by its address or its folder. Raises ProofError for a folder that is none."""
    return HttpLog(where) if where.startswith(("http://", "https://")) else LogDirectory(Path(where))
