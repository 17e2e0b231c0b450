"""A mail server of a few lines, with TLS: it keeps what it was given, and how the sender behaved."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any


@dataclass
class Sink:
    """What a test may look at and break."""

    port: int = 0
    mails: list[bytes] = field(default_factory=list)
    clear: list[bytes] = field(default_factory=list)  # every line that came before TLS
    logons: list[str] = field(default_factory=list)
    offers_tls: bool = True
    answer: bytes = b"250 kept"
    silent: bool = False


class _Talk(socketserver.StreamRequestHandler):
    """One connection."""

    def handle(self) -> None:
        sink, context = self.server.sink, self.server.context  # type: ignore[attr-defined]
        if sink.silent:
            self.connection.recv(1)
            return
        self._say(b"220 sink")
        secure = False
        while line := self.rfile.readline():
            word = line.strip().upper()
            if not secure:
                sink.clear.append(line)
            if word.startswith(b"EHLO"):
                self._say(
                    b"250-sink\r\n250-STARTTLS\r\n250 8BITMIME"
                    if sink.offers_tls and not secure
                    else b"250-sink\r\n250 AUTH PLAIN"
                )
            elif word == b"STARTTLS":
                self._say(b"220 go")
                self._secure(context)
                secure = True
            elif word.startswith(b"AUTH PLAIN"):
                sink.logons.append(base64.b64decode(line.split()[2]).decode())
                self._say(b"235 welcome")
            elif word == b"DATA":
                self._say(b"354 go")
                sink.mails.append(self._message())
                self._say(sink.answer)
            elif word == b"QUIT":
                self._say(b"221 bye")
                return
            else:
                self._say(b"250 good")

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _secure(self, context: ssl.SSLContext) -> None:
        self.rfile.close()
        self.wfile.close()
        self.connection = context.wrap_socket(self.request, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = self.connection.makefile("wb", buffering=0)  # type: ignore[assignment]

    def _message(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b".") else line)
        return b"".join(lines)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A sender that breaks off is what some tests are about."""


@contextmanager
def serve_sink(context: ssl.SSLContext) -> Iterator[Sink]:
    """A sink on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        sink = Sink(port=server.server_address[1])
        server.sink, server.context = sink, context  # type: ignore[attr-defined]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield sink
        finally:
            server.shutdown()
            thread.join()


def free_port() -> int:
    """A port nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
