"""Attempts at an owner's public door: `intruder.py FOLDER`, one attempt a line, what came of it as one JSON object.

`intruder.py FOLDER HOW FILE` serves at a listed node's address instead, and writes what it reads into a file.
"""

from __future__ import annotations

import json
import socket
import ssl
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.append(str(Path(__file__).parents[1]))

from serving import question, signed_by
from two_nodes import ASKER, EXPIRED, IMPOSTOR, OWNER, REVOKED

from comity.demo.agencies import CA_SHERIFF, members
from comity.demo.scene import SceneQuestion
from comity.exchange.messages.wire import Question, seal_message
from comity.model.codes import DataClass, Instrument, Purpose
from comity.model.query import LegalBasis, PersonSubject
from comity.node.certificate import certify_self, make_tls_key
from comity.node.clock import SystemClock, SystemRandomness
from comity.node.keys import FileKeys
from comity.ports import World
from comity.settings import read_directory, read_settings

WAIT_S = 20.0


@dataclass(frozen=True)
class Target:
    """The owner's door as the directory lists it, and the folders of nodes whose keys the intruder has."""

    folder: Path

    def world(self, node: str) -> World:
        """What sealing and signing take: keys, directory, clock, randomness."""
        settings = read_settings(self.folder / ASKER)
        directory = read_directory(self.folder / ASKER, settings)
        closed: Any = None
        return World(
            node=node, clock=SystemClock(), randomness=SystemRandomness(), directory=lambda: directory,
            keys=FileKeys(self.folder / node / "keys", node),
            laws=closed, records=closed, journal=closed, peers=closed, weights=closed,
        )  # fmt: skip

    def address(self) -> tuple[str, int]:
        listing = self.world(ASKER).directory().find_node(OWNER)
        assert listing is not None
        parts = urlsplit(listing.address)
        assert parts.hostname is not None
        assert parts.port is not None
        return parts.hostname, parts.port

    def connect(
        self, keys: Path | None, change: Callable[[ssl.SSLContext], None] = lambda _: None
    ) -> ssl.SSLSocket:
        """A connection with a certificate from a key folder, or without one; the server's is taken on trust."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        if keys is not None:
            context.load_cert_chain(keys / "tls.crt", keys / "tls.key")
        change(context)
        return context.wrap_socket(socket.create_connection(self.address(), WAIT_S))

    def sealed(self, node: str = ASKER) -> bytes:
        """A question of the Washington police, sealed by a node."""
        world = self.world(ASKER)
        member = next(one for one in members() if one.id == "wa-police-detective")
        asked = scene_question(self.folder)
        return seal_message(
            self.world(node), OWNER, Question(query=question(world, member, asked, CA_SHERIFF), member=member),
            world.clock.now_ms(),
        )  # fmt: skip


def scene_question(folder: Path) -> SceneQuestion:
    """About nobody in particular: what matters here is the door."""
    subject = PersonSubject(family="Zzyzxworth", given="Quill", birth_date="1931-01-31")
    return SceneQuestion(
        asker="wa-police", member="wa-police-detective", beneficiary="wa-police", family=subject.family,
        given=subject.given, middle="", birth_date=subject.birth_date, identifiers=(),
        data_classes=(DataClass.CASE,), purpose=Purpose.CRIMINAL_INVESTIGATION, case_number="26-01417",
        basis=LegalBasis(instrument=Instrument.NOTHING), owners=(CA_SHERIFF,),
    )  # fmt: skip


def post(connection: socket.socket, raw: bytes, headers: dict[str, str]) -> tuple[int, str]:
    """One request on a connection; status and content, or what the connection ended with."""
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    lines = f"POST /messages HTTP/1.1\r\nhost: owner\r\ncontent-length: {len(raw)}\r\n{head}\r\n"
    connection.sendall(lines.encode() + raw)
    got = b""
    while b"\r\n\r\n" not in got:
        part = connection.recv(65_536)
        if not part:
            return 0, "closed"
        got += part
    head_raw, _, content = got.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head_raw.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(content) < length:
        content += connection.recv(65_536)
    return int(head_raw.split(b" ")[1]), content.decode()


def attempt(
    target: Target, keys: Path | None, node: str = ASKER, change: Callable[[ssl.SSLContext], None] = lambda _: None
) -> Any:
    """A message sealed and signed by a node, over a connection with these keys: what is answered, or how it ended."""
    raw = target.sealed(node)
    try:
        with target.connect(keys, change) as connection:
            return post(connection, raw, signed_by(target.world(node), OWNER, raw))
    except OSError as error:
        return 0, str(error)


def wrong(target: Target) -> Any:
    """A certificate that names the asker's node, over another key than the directory lists."""
    with tempfile.TemporaryDirectory() as made:
        make_tls_key(Path(made))
        certify_self(Path(made), ASKER)
        return attempt(target, Path(made))


def expired(target: Target) -> Any:
    return attempt(target, target.folder / EXPIRED / "keys", EXPIRED)


def revoked(target: Target) -> Any:
    return attempt(target, target.folder / REVOKED / "keys", REVOKED)


def none(target: Target) -> Any:
    return attempt(target, None)


def older(target: Target) -> Any:
    def change(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    return attempt(target, target.folder / ASKER / "keys", change=change)


def plain(target: Target) -> Any:
    raw = target.sealed()
    with socket.create_connection(target.address(), WAIT_S) as connection:
        try:
            return post(connection, raw, signed_by(target.world(ASKER), OWNER, raw))
        except OSError as error:
            return 0, str(error)


def replay(target: Target) -> Any:
    """The same request twice, then the same message in a fresh request."""
    raw, world = target.sealed(), target.world(ASKER)
    headers = signed_by(world, OWNER, raw)
    with target.connect(target.folder / ASKER / "keys") as connection:
        first, again = post(connection, raw, headers), post(connection, raw, headers)
        return first, again, post(connection, raw, signed_by(world, OWNER, raw))


def borrowed(target: Target) -> Any:
    """A request that another listed node signed, then a message that another sealed, both over the asker's connection."""
    raw, world = target.sealed(), target.world(ASKER)
    other = target.sealed(EXPIRED)
    with target.connect(target.folder / ASKER / "keys") as connection:
        signed = post(connection, raw, signed_by(target.world(EXPIRED), OWNER, raw))
        return signed, post(connection, other, signed_by(world, OWNER, other))


def unsigned(target: Target) -> Any:
    raw = target.sealed()
    with target.connect(target.folder / ASKER / "keys") as connection:
        return post(connection, raw, {"content-type": "application/json"})


def impostor(target: Target, how: str, heard: Path) -> None:
    """Serve at a listed node's address: with another key, with its own key and TLS 1.2, or in clear."""
    listing = target.world(ASKER).directory().find_node(IMPOSTOR)
    assert listing is not None
    keys = target.folder / IMPOSTOR / "keys"
    if how == "wrong":
        keys = target.folder / "impostor"
        make_tls_key(keys)
        certify_self(keys, IMPOSTOR)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / "tls.crt", keys / "tls.key")
    if how == "older":
        context.maximum_version = ssl.TLSVersion.TLSv1_2
    parts = urlsplit(listing.address)
    heard.touch()
    with socket.create_server((parts.hostname, parts.port)) as door:
        print("ready", flush=True)
        while True:  # ends with the test, which ends the process
            connection, _ = door.accept()
            try:
                if how != "plain":
                    connection = context.wrap_socket(connection, server_side=True)
                part = connection.recv(65_536)
                with heard.open("ab") as file:
                    file.write(part)
                if how == "plain":
                    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
            except OSError:
                pass
            finally:
                connection.close()


ATTEMPTS = {one.__name__: one for one in (wrong, expired, revoked, none, older, plain, replay, borrowed, unsigned)}


def main() -> None:
    """Serve as an impostor, or carry out one attempt for each line that comes in."""
    target = Target(Path(sys.argv[1]))
    if len(sys.argv) > 2:
        impostor(target, sys.argv[2], Path(sys.argv[3]))
    for line in sys.stdin:
        print(json.dumps({"got": ATTEMPTS[line.strip()](target)}), flush=True)


if __name__ == "__main__":
    main()
