"""The published log of a listed node, read at its own address: with its pinned TLS key, or in plain on this machine alone."""

from __future__ import annotations

import httpx

from comity.errors import PeerUntrustedError, ProofError
from comity.ledger.checkpoint import LONGEST_NOTE
from comity.ledger.directory import WITNESSED, LogFiles
from comity.model.agency import NodeListing
from comity.node.monitor import find_over, read_over
from comity.node.tls import TlsFiles, client_context

ANSWERS_WITHIN_S = 1.0  # somebody waits at a screen for each of at most a dozen tiles
LOCAL = ("http://127.0.0.1:", "http://[::1]:")


class ListedLog(LogFiles):
    """Checkpoints and tiles of one listed node. Raises PeerUntrustedError for an address nothing is asked of."""

    def __init__(self, listing: NodeListing, tls: TlsFiles) -> None:
        super().__init__()
        self._address = listing.address
        plain = {"accept-encoding": "identity"}
        if listing.address.startswith("https://"):
            context = client_context(tls, listing)
            self._client = httpx.Client(trust_env=False, headers=plain, timeout=ANSWERS_WITHIN_S, verify=context)
        elif listing.address.startswith(LOCAL):
            self._client = httpx.Client(trust_env=False, headers=plain, timeout=ANSWERS_WITHIN_S)
        else:
            raise PeerUntrustedError(f"`{listing.id}` is listed at an address that is not https")
        self._extensions = {"sni_hostname": listing.id} if listing.address.startswith("https://") else {}

    def read(self, relative: str, most: int) -> bytes:
        return read_over(self._client, f"{self._address}/{relative}", most, self._extensions)

    def find_witnessed(self) -> str | None:
        """The newest checkpoint that a quorum of the log's witnesses cosigned, None where the node says that it has none."""
        found = find_over(self._client, f"{self._address}/{WITNESSED}", LONGEST_NOTE, self._extensions)
        try:
            return found.decode("utf-8") if found is not None else None
        except UnicodeDecodeError as error:
            raise ProofError(f"`{WITNESSED}` is not UTF-8 text") from error

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()
