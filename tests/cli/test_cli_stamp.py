"""`comity ledger stamp`: checkpoints stamped by a local authority of OpenSSL, kept, and checked offline by two readers.

Needs the program `openssl` and rfc3161-client; skipped loudly without.
"""

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

import pytest
from cli_stage import Stage, call, refused

pytestmark = pytest.mark.skipif(
    shutil.which("openssl") is None or find_spec("rfc3161_client") is None,
    reason="NOT CHECKED: `openssl` or rfc3161-client is missing; install openssl and `comity[stamps]`",
)

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


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A root, and a signer of stamps under it."""
    folder = tmp_path_factory.mktemp("tsa")
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


@dataclass(frozen=True)
class Taken:
    note: Path
    key: Path
    root: Path

    @property
    def words(self) -> tuple[str | Path, ...]:
        return ("ledger", "stamp", "check", self.note, "--key", self.key, "--root", self.root)


@pytest.fixture
def taken(stage: Stage, authority: Authority, tmp_path: Path) -> Taken:
    """A checkpoint of the Washington node's log with its stamp."""
    node = stage.node("wa-node")
    with served(authority) as url:
        done = call(
            "ledger", "stamp", "take", node / "log", "--key", node / "log.vkey", "--authority", url,
            "--root", authority.root, "--kept", tmp_path / "kept", "--json",
        )  # fmt: skip
    assert done.status == 0, done.err
    return Taken(Path(done.json["checkpoint"]), node / "log.vkey", authority.root)


def test_a_checkpoint_is_stamped_kept_and_checked_offline(stage: Stage, taken: Taken) -> None:
    """The time is the authority's; the note is the log's own, byte for byte."""
    assert taken.note.read_bytes() == (stage.node("wa-node") / "log" / "checkpoint").read_bytes()
    checked = call(*taken.words)
    assert checked.status == 0, checked.err
    assert "comity.log/wa-node: " in checked.out
    assert " entries were there at 20" in checked.out


def test_openssl_verifies_the_same_stamp(taken: Taken, authority: Authority) -> None:
    """A reader that others wrote says the same of the kept files."""
    told = openssl(
        authority.folder, "ts", "-verify", "-data", str(taken.note), "-in", str(taken.note.with_suffix(".tsr")),
        "-CAfile", "root.pem",
    )  # fmt: skip
    assert "Verification: OK" in told


def test_what_was_changed_does_not_verify(taken: Taken, tmp_path: Path, stage: Stage) -> None:
    """Another note, another root, another log's key, a stamp cut off or of noise: status 1 and what failed."""
    raw, stamp = taken.note.read_bytes(), taken.note.with_suffix(".tsr")
    whole = stamp.read_bytes()
    taken.note.write_bytes(raw + raw.splitlines(keepends=True)[-1])
    assert "the stamp is not of this checkpoint" in refused(*taken.words, status=1)
    taken.note.write_bytes(raw)
    for changed in (whole[:-40], b"", b"noise", whole.replace(b"Invented tsa", b"Inverted tsa")):
        stamp.write_bytes(changed)
        assert "stamp" in refused(*taken.words, status=1)
    stamp.write_bytes(whole)
    key = stage.node("ca-node") / "log.vkey"
    assert "is of log" in refused(*taken.words[:4], "--key", key, "--root", taken.root, status=1)
    other = tmp_path / "other.pem"
    other.write_text("nothing", encoding="utf-8")
    assert "are not PEM" in refused(*taken.words[:6], "--root", other, status=1)
    openssl(
        tmp_path, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "o.key", "-out", "other.pem",
        "-subj", "/CN=Another Root", "-days", "30",
    )  # fmt: skip
    assert "does not verify under the trusted certificates" in refused(*taken.words[:6], "--root", other, status=1)


def test_what_does_not_verify_is_not_kept(stage: Stage, authority: Authority, tmp_path: Path) -> None:
    """A stamp of something else, noise, too much, a fault, nobody: nothing is left behind."""
    node, kept = stage.node("wa-node"), tmp_path / "kept"
    query = authority.folder / "other.tsq"
    (authority.folder / "data").write_bytes(b"something else")
    openssl(authority.folder, "ts", "-query", "-data", "data", "-sha256", "-cert", "-out", str(query))
    words = ("ledger", "stamp", "take", node / "log", "--key", node / "log.vkey")
    for reply, status, fault in (
        (authority.answer(query.read_bytes()), 200, "the stamp is not of this checkpoint"),
        (b"noise", 200, "is no granted stamp in strict DER"),
        (b"x" * 200_000, 200, "sent more than"),
        (b"", 500, "answered 500 and no stamp"),
    ):
        with served(reply, status) as url:
            told = refused(*words, "--authority", url, "--root", authority.root, "--kept", kept, status=1)
        assert fault in told
    nobody = ("--authority", "http://127.0.0.1:1", "--root", authority.root, "--kept", kept)
    assert "could not be reached" in refused(*words, *nobody, status=1)
    assert not kept.exists()
