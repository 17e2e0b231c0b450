"""The witnesses of this node's log: the policy in its folder, the way to them, and the loop that asks them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import httpx

from comity.errors import (
    ClosedError,
    PeerTimeoutError,
    PeerUnreachableError,
    ProofError,
    SettingsError,
    UnwitnessedError,
)
from comity.exchange.log.witnessing import witness_log
from comity.ledger.checkpoint import LONGEST_NOTE, parse_vkey
from comity.ledger.cosignature import parse_witness_vkey, witness_name
from comity.ledger.policy import LONGEST_POLICY, read_policy
from comity.model.agency import Directory, NodeListing
from comity.model.witness import NO_QUORUM, PolicyWitness, WitnessPolicy, WitnessRound
from comity.node.tls import TlsFiles, client_context, tls_fault, why_refused
from comity.ports import World

POLICY_FILE = "witnesses.policy"
EVERY_S = 5.0  # between two looks for a newer checkpoint: a cosigned one is then seldom older than a few seconds
ANSWERS_WITHIN_S = 5.0  # a witness hashes some dozens of nodes and writes one row
LONGEST_ANSWER = LONGEST_NOTE


class HttpWitnesses:
    """The `Witnesses` port over HTTP. A witness that is a listed node with TLS is reached as any listed node is."""

    def __init__(
        self, policy: WitnessPolicy, directory: Callable[[], Directory] | None = None, tls: TlsFiles | None = None
    ) -> None:
        self._policy, self._directory, self._tls = policy, directory, tls
        self._told: WitnessRound | None = None
        self._to_nodes: dict[str, tuple[tuple[NodeListing, int], httpx.Client]] = {}
        # No proxy from the environment may come between, and nothing compressed is unpacked unbounded.
        self._client = httpx.Client(
            trust_env=False, headers={"accept-encoding": "identity"}, timeout=ANSWERS_WITHIN_S
        )

    @property
    def policy(self) -> WitnessPolicy:
        return self._policy

    def call(self, url: str, content: bytes | None) -> tuple[int, bytes]:
        """See `ports.Witnesses.call`. More than a note's length is not read, however it comes."""
        try:
            client, extensions = self._client_to(url)
            way = "GET" if content is None else "POST"
            with client.stream(way, url, content=content, extensions=extensions) as response:
                body = bytearray()
                for part in response.iter_raw():
                    body += part
                    if len(body) > LONGEST_ANSWER:
                        raise PeerUnreachableError(f"`{url}` sent more than {LONGEST_ANSWER} bytes")
                return response.status_code, bytes(body)
        except httpx.TimeoutException as error:
            raise PeerTimeoutError(f"`{url}` did not answer within {ANSWERS_WITHIN_S:.0f} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            fault = tls_fault(error)
            why = f"could not be trusted: {why_refused(fault)}" if fault is not None else "could not be reached"
            raise PeerUnreachableError(f"`{url}` {why}") from error

    def _client_to(self, url: str) -> tuple[httpx.Client, dict[str, str]]:
        """The connections to a witness; to a listed node with its pinned key, showing ours."""
        nodes = self._directory().nodes if self._directory is not None else ()
        listed = (one for one in nodes if one.address.startswith("https://") and url.startswith(f"{one.address}/"))
        listing = next(listed, None)
        if listing is None or self._tls is None:
            return self._client, {}
        key = (listing, self._tls.written_ns())
        held = self._to_nodes.get(listing.id)
        if held is None or held[0] != key:
            if held is not None:
                held[1].close()
            context = client_context(self._tls, listing)
            plain = {"accept-encoding": "identity"}
            made = httpx.Client(trust_env=False, headers=plain, timeout=ANSWERS_WITHIN_S, verify=context)
            held = self._to_nodes[listing.id] = (key, made)
        return held[1], {"sni_hostname": listing.id}

    def told(self) -> WitnessRound | None:
        return self._told

    def tell(self, told: WitnessRound) -> None:
        self._told = told

    def close(self) -> None:
        self._client.close()
        for _, client in self._to_nodes.values():
            client.close()


def read_witness_policy(folder: Path, directory: Directory, node: str) -> WitnessPolicy | None:
    """The policy in a node's folder, None where there is none.

    Raises SettingsError for a file that cannot be read and for a policy that asks nobody, asks this node itself, names a
    witness without an address, or gives a listed node another key than the directory; WitnessPolicyError for its text.
    """
    path = folder / POLICY_FILE
    try:
        with path.open("rb") as file:
            raw = file.read(LONGEST_POLICY * 4 + 1)
        text = raw.decode("utf-8")
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"`{path}` cannot be read; write it anew as UTF-8 text, or restore it") from error
    policy = read_policy(text, POLICY_FILE)
    if policy.quorum == NO_QUORUM:
        raise SettingsError(f"`{path}` asks for no quorum; name one, or delete the file")
    if policy.logs and node not in {_node_of(parse_vkey(log.vkey).name) for log in policy.logs}:
        raise SettingsError(f"`{path}` is a policy of other logs; name this node's log, or none")
    for witness in policy.witnesses:
        _check_witness(path, witness, directory, node)
    return policy


def _check_witness(path: Path, witness: PolicyWitness, directory: Directory, node: str) -> None:
    if not witness.url.startswith(("http://", "https://")):
        raise SettingsError(f"`{path}` gives `{witness.name}` no address; write it behind its key")
    named = parse_witness_vkey(witness.vkey).name
    if named == witness_name(node):
        raise SettingsError(f"`{path}` makes this node its own witness; name other nodes")
    listing = directory.find_node(_node_of(named)) if named == witness_name(_node_of(named)) else None
    if listing is not None and listing.witness_key not in ("", witness.vkey):
        raise SettingsError(f"`{path}` gives `{witness.name}` another key than the directory; copy it from there")


def _node_of(name: str) -> str:
    return name.rpartition("/")[2]


def ask_witnesses(world: World) -> None:
    """Ask the witnesses before anything is entered, so that a log which they know to be longer is not grown into a fork.

    Witnesses that are away keep nobody from starting. Raises UnwitnessedError where one of them proves that the log is an
    older copy or another one.
    """
    told = witness_log(world, anew=True)
    if told is not None and told.closed:
        raise UnwitnessedError(told.closed)


async def keep_witnessed(world: World, pool: Executor, every_s: float = EVERY_S) -> None:
    """Have the log cosigned for as long as the node serves; what changes is told, what stays is not told again."""
    loop = asyncio.get_running_loop()
    before = ""
    while True:  # ends with the node, which cancels it
        try:
            told = await loop.run_in_executor(pool, witness_log, world)
            now = before if told is None else _state(told)
        except (ClosedError, ProofError) as error:
            now = f"the log could not be brought to its witnesses: {error}"
        if now != before:
            print(
                f"comity: {now or 'a quorum of witnesses vouches for the log again'}", file=sys.stderr, flush=True
            )
            before = now
        await asyncio.sleep(every_s)


def _state(told: WitnessRound) -> str:
    """What an administrator must know of a round; empty when all is well."""
    if told.closed:
        return told.closed
    if told.met:
        return ""
    missing = "; ".join(f"{one.name}: {one.sentence}" for one in told.said if not one.cosigned)
    return f"no quorum of witnesses vouches for the log ({missing})"
