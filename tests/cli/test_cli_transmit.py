"""`comity transmit` as owner and partner call it, between two served nodes and a mail server."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import time
from collections.abc import Callable
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from cli_stage import call, refused
from test_cli_node import served

from abroad_nodes import AbroadNodes, make_abroad_nodes
from smtp_sink import serve_sink

OPENSSL = shutil.which("openssl")
PREPARE = ("--to", "xa-repatriation", "--case", "HDR-26-1182", "--whom", "p")
WAIT_S = 60.0


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> AbroadNodes:
    return make_abroad_nodes(tmp_path_factory.mktemp("abroad"))


@pytest.fixture
def nodes(built: AbroadNodes, tmp_path: Path) -> AbroadNodes:
    shutil.copytree(built.folder, tmp_path / "nodes")
    return AbroadNodes(tmp_path / "nodes")


def own(nodes: AbroadNodes, verb: str, post: str) -> tuple[str | Path, ...]:
    return ("transmit", verb, "--node", nodes.owner, "--as", f"removal-operations-{post}")


def sent(nodes: AbroadNodes) -> str:
    """A transmission that two people released."""
    prepared = call(*own(nodes, "prepare", "officer"), *PREPARE, "history-1", "--json")
    assert (prepared.status, prepared.err) == (0, "")
    assert prepared.json["status"] == "held"
    name = str(prepared.json["id"])
    assert call(*own(nodes, "release", "supervisor"), name).out.startswith(f"{name}  released: to xa-repatriation")
    return name


def states(nodes: AbroadNodes) -> dict[str, str]:
    (shown,) = call(*own(nodes, "list", "supervisor"), "--json").json
    return {one["channel"]: one["state"] for one in shown["channels"]}


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.1)


@pytest.mark.skipif(OPENSSL is None, reason="openssl is not installed: no partner reads our mail here")
def test_two_nodes_and_a_mail_server_carry_one_document(nodes: AbroadNodes) -> None:
    """The circuit ends at the partner's log, the mail at its reader; both have the bytes whose hash the owner lists."""
    assert OPENSSL is not None
    with serve_sink(nodes.server_context()) as sink, served(nodes.partner):
        nodes.set_up_mail(sink.port)
        with served(nodes.owner):
            sent(nodes)
            wait_until(lambda: states(nodes) == {"circuit": "received", "e-mail": "sent"})
            (shown,) = call(*own(nodes, "list", "supervisor"), "--json").json
            taken = call("transmit", "taken", "--node", nodes.partner, "--as", "xa-repatriation-clerk", "--json")
            (came,) = taken.json
            assert came["hash"] == shown["hash"]
            document = read_by_openssl(nodes, sink.mails[0])
            assert "sha256:" + hashlib.sha256(document).hexdigest() == shown["hash"]
            receipt = sign_by_openssl(nodes, shown["hash"])
            words = (*own(nodes, "receipt", "officer"), "--to", "xa-repatriation", receipt)
            assert call(*words).out.startswith("    e-mail: received ")
            assert states(nodes) == {"circuit": "received", "e-mail": "received"}
            text = call("transmit", "taken", "--node", nodes.partner, "--as", "xa-repatriation-clerk").out
            assert "term: passed on to nobody" in text
            assert "Secret" not in text


def read_by_openssl(nodes: AbroadNodes, mail: bytes) -> bytes:
    def cms(*words: Any, given: bytes) -> bytes:
        done = subprocess.run(
            [str(OPENSSL), "cms", *map(str, words)], input=given, capture_output=True, check=True
        )
        return done.stdout

    pair = ("-recip", nodes.keys / "partner.crt", "-inkey", nodes.keys / "partner.key")
    opened = cms("-decrypt", *pair, given=mail)
    entity = cms("-verify", "-CAfile", nodes.keys / "own.crt", "-purpose", "any", given=opened)
    document = message_from_bytes(entity).get_payload(decode=True)
    assert isinstance(document, bytes)
    return document


def sign_by_openssl(nodes: AbroadNodes, hash_: str) -> Path:
    path = nodes.folder / "receipt.p7m"
    pair = ("-signer", str(nodes.keys / "partner.crt"), "-inkey", str(nodes.keys / "partner.key"))
    subprocess.run(
        [str(OPENSSL), "cms", "-sign", "-nodetach", "-binary", "-outform", "PEM", "-out", str(path), *pair],
        input=f'{{"hash":"{hash_}"}}'.encode(),
        check=True,
        capture_output=True,
    )
    return path


def test_a_suspension_holds_what_is_queued(nodes: AbroadNodes) -> None:
    """Nobody is reached yet; the suspension comes first, and the list says so."""
    sent(nodes)
    words = ("--to", "xa-repatriation", "--reason", "detained without a charge")
    told = call(*own(nodes, "suspend", "supervisor"), *words)
    assert "transmissions to xa-repatriation suspended since" in told.out
    assert states(nodes) == {"circuit": "suspended", "e-mail": "suspended"}
    sentence = refused(*own(nodes, "prepare", "officer"), *PREPARE, "history-2", status=1)
    assert "are suspended (detained without a charge)" in sentence
    assert "needs agency-head" in refused(*own(nodes, "resume", "supervisor"), *words)
    ended = call(*own(nodes, "resume", "director"), *words, "--json")
    assert ended.json["suspended"] is False
    assert states(nodes) == {"circuit": "waiting", "e-mail": "waiting"}
    listed = call(*own(nodes, "list", "supervisor")).out
    assert "circuit: waiting" in listed


def test_nothing_to_transmit_is_one_word(nodes: AbroadNodes) -> None:
    """The victim of the record is nobody's listed national: exit status 1, and no reason."""
    words = ("--to", "xa-repatriation", "--case", "HDR-26-1182", "--whom", "v", "history-1")
    told = call(*own(nodes, "prepare", "officer"), *words)
    assert (told.status, told.err) == (1, "")
    assert "nothing to transmit: to xa-repatriation" in told.out
    assert (
        "nothing was transmitted"
        in call("transmit", "taken", "--node", nodes.partner, "--as", "xa-repatriation-clerk").out
    )
    assert "may not read" in refused(
        "transmit", "taken", "--node", nodes.owner, "--as", "removal-operations-officer"
    )
