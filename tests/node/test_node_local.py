"""The members' door: requests over the socket file, and what is said when they cannot be carried out."""

from __future__ import annotations

import json
import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
import uvicorn
from serving import Door

from comity.errors import ClosedError, WrongUseError
from comity.model.disclosure import StoredDuty
from comity.model.explained import AnswerExplained
from comity.model.index_state import IndexState
from comity.model.outcome import RevisedOutcome
from comity.node.desk_requests import ShowAnswer
from comity.node.doors import local_app
from comity.node.duty_requests import Duties
from comity.node.explain_past import ExplainPast
from comity.node.inside import Inside, Readiness
from comity.node.local import at_node, is_served
from comity.node.metrics import Metrics
from comity.node.nonces import NonceWindow
from comity.node.office import CheckIndex
from comity.node.open_world import open_world
from comity.ports import Records

DUTIES = tuple[StoredDuty, ...]


def folder_of(door: Door) -> Path:
    return Path(door.ready["socket"]).parent


def post(door: Door, raw: bytes) -> list[dict[str, Any]]:
    """Raw bytes to the members' door; the lines it answered."""
    transport = httpx.HTTPTransport(uds=door.ready["socket"])
    with httpx.Client(transport=transport, base_url="http://node") as client:
        reply = client.post("/verbs", content=raw)
    assert reply.status_code == 200
    return [json.loads(line) for line in reply.text.splitlines()]


def test_only_the_nodes_own_account_can_open_the_socket(door: Door) -> None:
    """Mode 600, whatever the mask of the account that started the node."""
    assert stat.S_IMODE(Path(door.ready["socket"]).stat().st_mode) == 0o600


def test_the_mask_of_the_process_is_left_alone(door: Door) -> None:
    """Folders the node makes while it serves can be entered: its mask is not narrowed for the socket's sake."""
    status = Path(f"/proc/{door.process.pid}/status").read_text()
    assert f"Umask:\t{_own_umask():04o}" in status


def _own_umask() -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.split("Umask:\t")[1].split("\n")[0], 8)


def test_a_running_node_is_asked_through_its_socket(door: Door) -> None:
    """Duties come through the socket; an agency held elsewhere is refused in the same sentence as without it."""
    with at_node(folder_of(door)) as verbs:
        assert isinstance(verbs(Duties(owner="ca-sheriff"), DUTIES, lambda *_: None), tuple)
        with pytest.raises(WrongUseError, match="`ny-dmv` is not held at this node; name an agency that is"):
            verbs(Duties(owner="ny-dmv"), DUTIES, lambda *_: None)


def test_a_word_may_hold_what_ends_lines_elsewhere(door: Door) -> None:
    """A separator that Unicode counts as a line's end, in what was asked and so in what is said, cuts no answer in two."""
    asked = ShowAnswer(
        asker="ca-sheriff", member="ca-sheriff-detective", query_id="a\u2028b\u2029c\x85d\x0be\x1cf"
    )
    with at_node(folder_of(door)) as put, pytest.raises(WrongUseError, match="\u2028b"):
        put(asked, RevisedOutcome, lambda *_: None)


def test_a_past_question_is_explained_through_the_socket(door: Door) -> None:
    """The owner's counsel is heard, a detective is not; both in the sentences of a node that is stopped."""
    with at_node(folder_of(door)) as verbs:
        for member, sentence in (
            ("ca-sheriff-counsel", "`ca-sheriff` answered no question `none`"),
            ("ca-sheriff-detective", "`ca-sheriff-detective` may not read explanations"),
        ):
            request = ExplainPast(member=member, owner="ca-sheriff", query_id="none")
            with pytest.raises(WrongUseError, match=sentence):
                verbs(request, tuple[AnswerExplained, ...], lambda *_: None)


def test_an_outcome_is_shown_to_its_own_agency_only(door: Door) -> None:
    """A member of another agency opening an answer is told that it is a new request; a question nobody put is said."""
    with at_node(folder_of(door)) as verbs:
        for asker, sentence in (
            ("wa-police", "`ca-sheriff-detective` is not of `wa-police`; opening its answer is a new request"),
            ("ca-sheriff", "`ca-sheriff` has no answer to a question `none`; ask first"),
        ):
            show = ShowAnswer(asker=asker, member="ca-sheriff-detective", query_id="none")
            with pytest.raises(WrongUseError, match=sentence):
                verbs(show, RevisedOutcome, lambda *_: None)


NONSENSE = {
    "nothing": b"",
    "no JSON": b"ask",
    "a number": b"7",
    "unknown verb": b'{"type": "delete"}',
    "unknown field": b'{"type": "duties", "owner": "ca-sheriff", "all": true}',
    "wrong kind": b'{"type": "duties", "owner": 7}',
    "two subjects": b'{"type": "ask", "request": {"subject": [{}, {}]}}',
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_request_that_is_none_is_wrong_use(door: Door, name: str) -> None:
    """One line that says so; the node goes on."""
    (line,) = post(door, NONSENSE[name])
    assert line["kind"] == "wrong-use"
    assert line["value"]
    assert door.get("/health").status_code == 200


def test_a_node_that_stops_is_told_from_one_that_is_not_running(tmp_path: Path) -> None:
    """A socket nobody listens at is no running node; nor is a missing one, or a file in its place."""
    path = tmp_path / "local.sock"
    assert not is_served(path)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
        assert not is_served(path)
        left.listen()
        assert is_served(path)
    assert not is_served(path)
    path.unlink()
    path.write_text("x")
    assert not is_served(path)


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n", b"nonsense\r\n\r\n"])
def test_a_door_that_breaks_off_is_one_sentence(copy: Callable[[str], Path], said: bytes) -> None:
    """A node that goes away in the middle, or answers with something else, is a closed door and no traceback."""
    folder = copy("il-node")
    with socket.socket(socket.AF_UNIX) as broken:
        broken.bind(str(folder / "local.sock"))
        broken.listen()
        with at_node(folder) as verbs:
            probe, _ = broken.accept()  # `is_served` looked
            probe.close()

            def answer() -> None:
                line, _ = broken.accept()
                line.recv(65_536)
                line.sendall(said)
                line.close()

            thread = threading.Thread(target=answer)
            thread.start()
            with pytest.raises(ClosedError, match="look at its messages"):
                verbs(Duties(owner="il-police"), DUTIES, lambda *_: None)
            thread.join()


@dataclass(frozen=True)
class SlowRecords:
    """Records whose index takes as long to read as somebody lets it; nothing else of them is asked for."""

    wait: Callable[[], object]

    def check_index(self, owner: str, told: Callable[[str], None]) -> IndexState:
        told("reading")
        self.wait()
        return IndexState(owner=owner, people=7)


@contextmanager
def local_door(folder: Path, wait: Callable[[], object], sign_s: float) -> Iterator[None]:
    """The members' door of a node in this process, over the socket in its folder."""
    with (
        open_world(folder) as world,
        ThreadPoolExecutor(2) as pool,
        socket.socket(socket.AF_UNIX) as listening,
    ):
        listening.bind(str(folder / "local.sock"))
        listening.listen()
        slow = replace(world, records=cast("Records", SlowRecords(wait)))
        inside = Inside(world, Readiness(world, ()), Metrics(), NonceWindow())
        config = uvicorn.Config(
            local_app(slow, pool, folder, inside, sign_s), log_level="critical", lifespan="off"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: server.run([listening]))
        thread.start()
        try:
            yield
        finally:
            server.should_exit = True
            thread.join()


def test_work_may_last_longer_than_a_silence(copy: Callable[[str], Path]) -> None:
    """A check of millions of people is waited for, because the node says all the while that it is at work."""
    folder = copy("il-node")
    told: list[tuple[str, str]] = []
    with local_door(folder, lambda: time.sleep(4), 0.05), at_node(folder, silence_s=1.5) as verbs:
        state = verbs(CheckIndex(owner="il-police"), IndexState, lambda *said: told.append(said))
    assert state == IndexState(owner="il-police", people=7)
    assert told == [("il-police", "reading")]


def test_a_node_that_says_nothing_counts_as_gone(copy: Callable[[str], Path]) -> None:
    """A node that hangs is not waited for without end."""
    folder, free = copy("il-node"), threading.Event()
    with local_door(folder, free.wait, 3_600.0), at_node(folder, silence_s=0.2) as verbs:
        with pytest.raises(ClosedError, match="look at its messages"):
            verbs(CheckIndex(owner="il-police"), IndexState, lambda *_: None)
        free.set()


def test_a_running_node_says_how_far_a_check_is(door: Door) -> None:
    """People read and files compared are told through the socket of a node that serves."""
    told: list[tuple[str, str]] = []
    with at_node(folder_of(door)) as verbs:
        request = CheckIndex(owner="ca-sheriff", anew=True)
        state: IndexState = verbs(request, IndexState, lambda *said: told.append(said))
    assert not state.faults
    assert ("ca-sheriff", f"{state.people:,} people read from the records") in told
    assert told[-1] == ("ca-sheriff", "file 1 of 1 compared")
