"""The act of reading another system's log: who may, what the entry holds, and what it refuses."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "findings"))

from finding_stage import OWNER, Log, reviewer

from comity.errors import NounError, WrongUseError
from comity.ledger.entry import decode_entry
from comity.model.disclosure import EntryKind
from comity.oversight.audit.enter import enter_audit
from comity.oversight.explore.entry_view import open_entry
from store_engines import Engine

COPY = "sha256:" + "ab" * 32


@pytest.fixture
def log(engine: Engine, tmp_path: Path) -> Iterator[Log]:
    """Two owners at one node, nothing asked yet."""
    made = Log(tmp_path)
    yield made
    made.federation.close()


def test_that_a_log_was_read_is_entered_with_its_rows_and_its_hash(log: Log) -> None:
    """Another reviewer reads who, how many rows and which copy; nothing else is there to be read."""
    told = enter_audit(log.world, reviewer(name="auditor"), "search audit", 300, COPY)
    facts = decode_entry(log.world.journal.entry(told.entry)).facts
    assert facts.kind is EntryKind.AUDIT_IMPORTED
    opened = open_entry(log.world, reviewer(), told.entry, "to see who read it")
    (part,) = opened.parts
    assert '"rows":300' in part
    assert COPY in part
    assert f"{OWNER}-auditor" in part


def test_nobody_else_enters_one_and_words_of_a_file_do_not_get_in(log: Log) -> None:
    """A member without the role, a kind that is none (it could carry content), a hash or a count that is none."""
    size = log.world.journal.size()
    with pytest.raises(WrongUseError, match="does not review"):
        enter_audit(log.world, reviewer(OWNER, "clerk", "member"), "search audit", 1, COPY)
    with pytest.raises(WrongUseError, match="no list that is audited"):
        enter_audit(log.world, reviewer(), "plate 9ZZQ001", 1, COPY)
    with pytest.raises(NounError):
        enter_audit(log.world, reviewer(), "search audit", 1, "9ZZQ001")
    with pytest.raises(NounError):
        enter_audit(log.world, reviewer(), "search audit", -1, COPY)
    assert log.world.journal.size() == size
