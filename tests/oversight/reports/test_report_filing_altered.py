"""A filed report against a log that was altered behind its back, in SQLite's file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import date

import pytest
from region_stage import Stage
from test_report_filings import NOVEMBER, custodian, hash_of, made, to_file, until

from comity.demo.agencies import WA_POLICE
from comity.errors import ProofError
from comity.oversight.reports.filings import file_report, verify_filing


def test_a_copy_is_not_verified_by_a_log_that_was_altered(own_stage: Stage) -> None:
    """One byte of the filing's record, and the log vouches for nothing."""
    stage = own_stage
    until(stage, date(2026, 12, 3))
    report = made(stage, "public", WA_POLICE, NOVEMBER)
    told = file_report(stage.federation.world_of(WA_POLICE), custodian(stage, WA_POLICE), to_file(report))
    node = stage.federation.directory.get_agency(WA_POLICE).node
    file = stage.federation.stores[node].folder / "node.db"
    with closing(sqlite3.connect(file)) as database:
        (record,) = database.execute("SELECT record FROM entry WHERE idx = ?", (told.entry,)).fetchone()
        database.execute("UPDATE entry SET record = ? WHERE idx = ?", (bytes(record)[:-2] + b"x}", told.entry))
        database.commit()
    with pytest.raises(ProofError, match=f"entry {told.entry} "):
        verify_filing(stage.federation.world_of(WA_POLICE), WA_POLICE, hash_of(report))
