"""Two nodes that speak TLS, each on its own host or both on this one, and an intruder on the asker's."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any

import httpx
from msgspec.structs import replace
from serving import STARTS_WITHIN_S

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.run import to_request
from comity.model.agency import Directory
from comity.model.canon import digest
from comity.model.outcome import Outcome, SourceResult
from comity.model.peer_state import PeerState
from comity.node.certificate import certify_self
from comity.node.local import Ask, at_node
from comity.node.peer_requests import ShowPeers
from comity.settings import (
    DIRECTORY_FILE,
    SETTINGS_FILE,
    read_directory,
    read_settings,
    write_noun,
)
from forked import start

ASKER, OWNER = "wa-node", "ca-node"
EXPIRED, REVOKED, IMPOSTOR = "ny-node", "fed-node", "il-node"
LONG_AGO = datetime.now(UTC) - timedelta(days=500)
INTRUDER = Path(__file__).parent / "intruder.py"


@dataclass(frozen=True)
class Host:
    """Where a process runs: the words before its own, and its IP address."""

    address: str
    words: tuple[str, ...] = ()

    def run(
        self, words: list[str], said: IO[str] | int = subprocess.PIPE, stdin: int | None = None
    ) -> subprocess.Popen[str]:
        how: dict[str, Any] = {"stdin": stdin, "stdout": subprocess.PIPE, "stderr": said, "text": True}
        return subprocess.Popen([*self.words, *words], **how) if self.words else start(words, **how)


@dataclass(frozen=True)
class Running:
    """A node as a process, and the file of what it says on standard error."""

    folder: Path
    process: subprocess.Popen[str]
    ready: dict[str, Any]
    messages: Path

    def said(self, line: str) -> bool:
        """Whether the administrator was told this, as one line."""
        return f"comity: {line}" in self.messages.read_text().splitlines()

    def metrics(self) -> dict[str, float]:
        """The node's metrics, by name and labels, as its own machine reads them."""
        transport = httpx.HTTPTransport(uds=str(self.folder / "local.sock"))
        with httpx.Client(transport=transport, base_url="http://inside", timeout=STARTS_WITHIN_S) as client:
            text = client.get("/metrics").text
        assert text.endswith("# EOF\n")
        samples = (line.rpartition(" ") for line in text.splitlines() if not line.startswith("#"))
        return {name: float(value) for name, _, value in samples}

    def entries(self) -> int:
        """Entries in its log, whether they are published yet or not."""
        return int(self.metrics()["comity_log_entries"])

    def stop(self) -> None:
        self.process.terminate()
        assert self.process.wait(timeout=STARTS_WITHIN_S) == 0, self.messages.read_text()


@dataclass(frozen=True)
class TwoNodes:
    """The asker's and the owner's node, TLS between them; in the directory one expired and one other peer as well."""

    folder: Path
    region: BuiltRegion
    asker: Host
    owner: Host

    def node(self, name: str) -> Path:
        return self.folder / name

    def directory(self) -> Directory:
        return read_directory(self.node(OWNER), read_settings(self.node(OWNER)))

    def relist(self, node: str, **changes: str) -> None:
        """The directory's next version, with one listing changed, at both nodes."""
        held = self.directory()
        nodes = tuple(replace(one, **changes) if one.id == node else one for one in held.nodes)
        self.write(replace(held, version=held.version + 1, nodes=nodes))

    def write(self, directory: Directory) -> None:
        """Give both nodes a directory, pinned."""
        for name in (ASKER, OWNER):
            write_noun(self.node(name) / DIRECTORY_FILE, directory)
            settings = read_settings(self.node(name))
            write_noun(self.node(name) / SETTINGS_FILE, replace(settings, directory_hash=digest(directory)))

    @contextmanager
    def serving(self, name: str) -> Iterator[Running]:
        """One of the two as a process on its host."""
        host = self.asker if name == ASKER else self.owner
        words = [sys.executable, "-m", "comity", "node", "serve", "--json", "--node", str(self.node(name))]
        messages = self.folder / f"{name}.messages"
        with messages.open("w") as said:
            process = host.run(words, said)
        assert process.stdout is not None
        try:
            line = process.stdout.readline()
            assert line, messages.read_text()
            yield (running := Running(self.node(name), process, json.loads(line), messages))
            running.stop()
        finally:
            if process.poll() is None:
                process.kill()
            process.communicate()

    def ask(self, owner: str = CA_SHERIFF) -> SourceResult:
        """The detective's question to one owner, put at the asker's node."""
        request = replace(to_request(self.region.scene.detective_question), sources=(owner,))
        with at_node(self.node(ASKER)) as verbs:
            outcome: Outcome = verbs(Ask(request=request), Outcome, lambda *_: None)
        (only,) = outcome.sources
        return only

    def peers(self) -> dict[str, PeerState]:
        with at_node(self.node(ASKER)) as verbs:
            states: tuple[PeerState, ...] = verbs(ShowPeers(), tuple[PeerState, ...], lambda *_: None)
        return {one.node: one for one in states}

    @contextmanager
    def intruder(self) -> Iterator[Callable[[str], Any]]:
        """Somebody on the asker's host who tries the owner's door, and says what came of each attempt."""
        process = self.asker.run([sys.executable, str(INTRUDER), str(self.folder)], stdin=subprocess.PIPE)
        assert process.stdin is not None
        assert process.stdout is not None
        tried, heard = process.stdin, process.stdout

        def attempt(what: str) -> Any:
            tried.write(f"{what}\n")
            tried.flush()
            line = heard.readline()
            assert line, process.communicate()[1]
            return json.loads(line)["got"]

        try:
            yield attempt
        finally:
            process.kill()
            process.communicate()

    @contextmanager
    def impostor(self, how: str) -> Iterator[Path]:
        """Somebody else at the address of a listed node; the file of what came to be read there."""
        heard = self.folder / f"heard-{how}"
        process = self.owner.run([sys.executable, str(INTRUDER), str(self.folder), how, str(heard)])
        assert process.stdout is not None
        try:
            assert process.stdout.readline() == "ready\n"
            yield heard
        finally:
            process.kill()
            process.communicate()


def make_two(grown: BuiltRegion, folder: Path, asker: Host, owner: Host, ports: tuple[int, ...]) -> TwoNodes:
    """Copies of the region's nodes, listed with https; their records, laws and keys are as they were."""
    names = (ASKER, OWNER, EXPIRED, REVOKED, IMPOSTOR)
    hosts = (asker, owner, owner, owner, owner)
    for name in names:
        shutil.copytree(dict(grown.nodes)[name], folder / name)
    listed = {}
    for name, host, port in zip(names, hosts, ports, strict=True):
        settings = read_settings(folder / name)
        attested = {"transit-module": "fips-140-3"}
        changed = replace(settings, host=host.address, port=port, tls=True, attested=attested)
        write_noun(folder / name / SETTINGS_FILE, changed)
        listed[name] = f"https://{host.address}:{port}"
    held = read_directory(folder / OWNER, read_settings(folder / OWNER))
    expired = certify_self(folder / EXPIRED / "keys", EXPIRED, now=LONG_AGO)
    nodes = tuple(replace(node, address=listed[node.id]) for node in held.nodes)
    nodes = tuple(replace(node, certificate_pem=expired) if node.id == EXPIRED else node for node in nodes)
    two = TwoNodes(folder, grown, asker, owner)
    two.write(replace(held, version=held.version + 1, nodes=nodes))
    return two
