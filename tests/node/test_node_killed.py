"""A node killed in the middle of questions: no acknowledged entry is lost, nothing left without one."""

from __future__ import annotations

import base64
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import msgspec
from serving import signed_by

from comity.demo.agencies import CA_SHERIFF, WA_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.run import to_request
from comity.exchange.asking.asker import check_asking, make_query
from comity.exchange.messages.wire import AnswerBody, Question, read_message, seal_message
from comity.ledger.proof import parse_proof
from comity.ledger.verify import verify_log_directory, verify_receipt
from comity.model.canon import canonical_bytes
from comity.node.open_world import open_world
from comity.ports import World
from comity.settings import read_members, read_settings
from forked import start as start_python

ROUNDS = int(os.environ.get("COMITY_CRASH_ROUNDS", "3"))
ASKERS = 4
STARTS_WITHIN_S = 60.0


@dataclass
class Heard:
    """Answers that reached the asker, from all threads."""

    answers: list[AnswerBody] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)


def start(folder: Path) -> subprocess.Popen[bytes]:
    """The node as a process of its own, well."""
    process = start_python([sys.executable, "-m", "comity", "node", "serve", "--node", str(folder)])
    settings = read_settings(folder)
    until = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until:
        assert process.poll() is None, "the node refused to start after it was killed"
        try:
            if httpx.get(f"http://{settings.host}:{settings.port}/ready", timeout=1).status_code == 200:
                return process
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError("the node did not start in time")


def keep_asking(asker: World, region: BuiltRegion, address: str, heard: Heard) -> None:
    """Ask question after question until told to stop; keep what was answered."""
    request = to_request(region.scene.detective_question)
    member = next(one for one in read_members(dict(region.nodes)["wa-node"]) if one.id == request.member)
    with httpx.Client(timeout=5) as client:
        while not heard.stop.is_set():
            asking = check_asking(asker, request, member, asker.clock.now_ms())
            query = make_query(asker, asking, CA_SHERIFF)
            raw = seal_message(asker, "ca-node", Question(query=query, member=member), asker.clock.now_ms())
            try:
                reply = client.post(f"{address}/messages", content=raw, headers=signed_by(asker, "ca-node", raw))
            except httpx.HTTPError:
                return
            if reply.status_code == 200:
                body = read_message(reply.content.partition(b"\n")[2]).body
                assert isinstance(body, AnswerBody)
                heard.answers.append(body)


def test_a_killed_node_loses_nothing_it_acknowledged(grown: BuiltRegion, copy: Callable[[str], Path]) -> None:
    """Every answer heard before the kill stands in the log after the restart, under the same signed tree."""
    rng = random.Random(7)
    folder = copy("ca-node")
    key = (folder / "log.vkey").read_text().strip()
    settings = read_settings(folder)
    address = f"http://{settings.host}:{settings.port}"
    acknowledged: list[AnswerBody] = []
    with open_world(copy("wa-node")) as asker:
        assert asker.directory().get_agency(WA_POLICE).node == asker.node
        for _ in range(ROUNDS):
            process = start(folder)
            heard = Heard()
            threads = [
                threading.Thread(target=keep_asking, args=(asker, grown, address, heard)) for _ in range(ASKERS)
            ]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.3, 2.0))
            process.send_signal(signal.SIGKILL)
            process.wait()
            heard.stop.set()
            for thread in threads:
                thread.join()
            acknowledged += heard.answers
    assert acknowledged, "no question was answered before the kill: the test proved nothing"
    with open_world(folder) as world:
        for body in acknowledged:
            verify_receipt(body.receipt, canonical_bytes(body.answer), key)
            index = parse_proof(body.receipt.proof).index
            assert world.journal.entry(index) == base64.b64decode(body.receipt.entry)
            stored = world.journal.find_answer(WA_POLICE, body.answer.query_id, f"digest:{CA_SHERIFF}")
            assert stored is not None
            assert msgspec.json.decode(stored[1]) == msgspec.json.decode(canonical_bytes(body.answer))
    report = verify_log_directory(folder / "log", key)
    assert report.size >= len(acknowledged)
