"""The demonstration: build the region, start its nodes as processes, ask one question, verify every log."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import httpx

from comity.demo.scene import SceneQuestion
from comity.errors import PeerUnreachableError
from comity.ledger.verify import VerifyReport, verify_log_directory
from comity.model.outcome import AskRequest, Outcome
from comity.node.local import Ask, Progress, at_node
from comity.node.tls import trusting_nobody
from comity.settings import read_directory, read_settings

if TYPE_CHECKING:
    from comity.demo.build import BuiltRegion

SLOWEST_START_S = 60.0  # on a busy machine; a node starts in about a second on an idle one
STOP_S = 20.0
LOOK_AGAIN_S = 0.05
LOOK_WHETHER_RUNNING_S = 0.5

Processes = tuple[subprocess.Popen[bytes], ...]


def to_request(question: SceneQuestion) -> AskRequest:
    """A scene's question as a member puts it to the node."""
    return AskRequest(
        asker=question.asker,
        member=question.member,
        beneficiary=question.beneficiary,
        purpose=question.purpose,
        basis=question.basis,
        case_number=question.case_number,
        data_classes=question.data_classes,
        subject=question.subject,
        sources=question.owners,
        dppa_use=question.dppa_use,
        note=question.note,
    )


@contextmanager
def running_nodes(region: BuiltRegion) -> Iterator[Processes]:
    """Every node of the region as its own process, well when the body starts, stopped when it ends."""
    with ExitStack() as stack:
        folders = [folder for _, folder in region.nodes]
        serving = [stack.enter_context(_process(["node", "serve", "--node", str(one)])) for one in folders]
        for folder, process in zip(folders, serving, strict=True):
            _wait_until_well(folder, process)
        yield tuple(serving)


@contextmanager
def running_pages(node: Path, port: int) -> Iterator[tuple[str, Processes]]:
    """The pages of one node as a process of their own, with the demonstration's sign-in; gives their address and the process.

    Raises PeerUnreachableError where they do not start: another program may have the port.
    """
    words = ["web", "serve", "--node", str(node), "--demonstration", "--port", str(port)]
    with _process(words) as process:
        address = f"http://127.0.0.1:{port}"
        _wait_until(lambda: _answers(address), process, "the pages")
        yield address, (process,)


def wait_while_running(processes: Processes) -> None:
    """Wait as long as every process runs. Raises PeerUnreachableError once one ended: of the rest nobody has any use.

    A shell starts what runs beside it deaf to Ctrl-C; the nodes hear it all the same, and their parent learns of it here.
    """
    while all(one.poll() is None for one in processes):
        time.sleep(LOOK_WHETHER_RUNNING_S)
    raise PeerUnreachableError("a node or its pages stopped, so the demonstration ends; start it again")


def ask_in_region(region: BuiltRegion, request: AskRequest, progress: Progress) -> Outcome:
    """Put one question through the asking agency's own node."""
    folders = dict(region.nodes)
    some_folder = region.nodes[0][1]
    directory = read_directory(some_folder, read_settings(some_folder))
    with at_node(folders[directory.get_agency(request.asker).node]) as verbs:
        outcome: Outcome = verbs(Ask(request=request), Outcome, progress)
    return outcome


def verify_logs(region: BuiltRegion) -> tuple[tuple[str, VerifyReport], ...]:
    """Every node's log directory, checked by the offline verifier. Raises ProofError naming what differs."""
    return tuple(
        (node, verify_log_directory(folder / "log", (folder / "log.vkey").read_text().strip()))
        for node, folder in region.nodes
    )


@contextmanager
def _process(words: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", "comity", *words])
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_well(folder: Path, process: subprocess.Popen[bytes]) -> None:
    settings = read_settings(folder)
    address = f"http://{settings.host}:{settings.port}/ready"
    _wait_until(
        lambda: _answers(address) and (folder / "local.sock").exists(),
        process,
        f"node `{settings.id}`",
    )


def _answers(address: str) -> bool:
    return httpx.get(address, timeout=1.0, verify=trusting_nobody()).status_code == 200


def _wait_until(well: Callable[[], bool], process: subprocess.Popen[bytes], what: str) -> None:
    until = time.monotonic() + SLOWEST_START_S
    while time.monotonic() < until:
        if process.poll() is not None:
            raise PeerUnreachableError(f"{what} stopped while starting; its message stands above")
        with suppress(httpx.HTTPError):
            if well():
                return
        time.sleep(LOOK_AGAIN_S)
    raise PeerUnreachableError(f"{what} did not start within {SLOWEST_START_S:.0f} seconds")
