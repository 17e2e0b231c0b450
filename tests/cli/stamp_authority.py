"""A time-stamping authority of OpenSSL's on this machine, and a door to it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

MISSING = shutil.which("openssl") is None or find_spec("rfc3161_client") is None
NOT_CHECKED = "NOT CHECKED: `openssl` or rfc3161-client is missing; install openssl and `comity[stamps]`"

CONFIG = """[tsa]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[stamping]
serial = {folder}/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""


@dataclass(frozen=True)
class Authority:
    """Keys and certificates of a root and of the signer it issued."""

    folder: Path

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        """The stamp for a query."""
        (self.folder / "query").write_bytes(query)
        openssl(
            self.folder, "ts", "-reply", "-queryfile", "query", "-config", "config", "-section", "stamping",
            "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "reply",
        )  # fmt: skip
        return (self.folder / "reply").read_bytes()


def openssl(folder: Path, *words: str) -> str:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def make_authority(folder: Path) -> Authority:
    """A root, and a signer of stamps under it."""
    (folder / "config").write_text(CONFIG.format(folder=folder), encoding="utf-8")
    (folder / "serial").write_text("01\n", encoding="utf-8")
    openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "root.key", "-out", "root.pem",
        "-subj", "/CN=Invented Root", "-days", "30",
    )  # fmt: skip
    openssl(
        folder, "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr",
        "-subj", "/CN=Invented tsa",
    )  # fmt: skip
    openssl(
        folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
        "-days", "30", "-extfile", "config", "-extensions", "tsa", "-out", "tsa.pem",
    )  # fmt: skip
    return Authority(folder)


@contextmanager
def served(reply: bytes | Authority, status: int = 200) -> Iterator[str]:
    """An authority behind HTTP, or one that always says the same."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["content-length"]))
            assert self.headers["content-type"] == "application/timestamp-query"
            body = reply.answer(query) if isinstance(reply, Authority) else reply
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is told."""

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
