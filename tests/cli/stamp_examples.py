"""What the examples of `comity ledger stamp` name: an authority's address and certificates, a checkpoint kept before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_stage import call
from stamp_authority import MISSING, NOT_CHECKED, make_authority, served

ADDRESS = "http://tsa.example"  # a name nobody can have: the test's own authority stands for it
NODE = Path("region/wa-node")


@contextmanager
def filled_in_stamps(words: tuple[str, ...], example: list[str]) -> Iterator[list[str]]:
    """An example of stamps while an authority listens, its certificates in `tsa.pem`; any other as it is."""
    if words[:2] != ("ledger", "stamp"):
        yield example
        return
    if MISSING:
        pytest.skip(NOT_CHECKED)
    folder = Path("tsa").absolute()
    folder.mkdir()
    authority = make_authority(folder)
    Path("tsa.pem").write_bytes(authority.root.read_bytes())
    with served(authority) as url:
        if words[-1] == "check":
            _keep(Path(next(word for word in example if word.endswith(".checkpoint"))), url)
        yield [url if word == ADDRESS else word for word in example]


def _keep(note: Path, url: str) -> None:
    """Have a checkpoint stamped and kept under the name the example writes, which holds another size and time."""
    words = ("ledger", "stamp", "take", NODE / "log", "--key", NODE / "log.vkey")
    taken = call(*words, "--authority", url, "--root", "tsa.pem", "--kept", note.parent, "--json")
    assert taken.status == 0, taken.err
    kept = Path(taken.json["checkpoint"])
    kept.with_suffix(".tsr").rename(note.with_suffix(".tsr"))
    kept.rename(note)
