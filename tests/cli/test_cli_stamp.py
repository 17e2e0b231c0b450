"""`comity ledger stamp`: checkpoints stamped by a local authority of OpenSSL, kept, and checked offline by two readers.

Needs the program `openssl` and rfc3161-client; skipped loudly without.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused
from stamp_authority import MISSING, NOT_CHECKED, Authority, make_authority, openssl, served

pytestmark = pytest.mark.skipif(MISSING, reason=NOT_CHECKED)


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """A root, and a signer of stamps under it."""
    return make_authority(tmp_path_factory.mktemp("tsa"))


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
