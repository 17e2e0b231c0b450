"""What the example of `oversight audit` names: an invented portal's searches, its policy, and whom it shares with."""

from __future__ import annotations

from pathlib import Path

SEARCHES = """\
slug,search_time_utc,network_count,reason_scrubbed,reason_state,offense_type,case_number
cedar-hollow-ca-pd,2026-03-20T00:06Z,1,inv,given,,no column
"""
POLICIES = """\
slug,agency,archived_date,retention_days,prohibited_uses
cedar-hollow-ca-pd,Cedar Hollow CA PD,2026-04-01,30,Immigration enforcement
"""
SHARING = """\
src_agency,src_state,external_agency,external_state
Cedar Hollow CA PD,CA,Adams County WI SO,WI
"""


def write_audit_files(folder: Path) -> None:
    """The files of the example, in the folder it is called from."""
    (folder / "searches.csv").write_text(SEARCHES)
    (folder / "policies.csv").write_text(POLICIES)
    (folder / "sharing.csv").write_text(SHARING)
