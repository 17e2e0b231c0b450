"""Logs of another system, made up: as a vendor writes them, with plates and users that must not come out again."""

from __future__ import annotations

ROWS = 300
PLATE, USER = "9ZZQ", "uxquill"  # beginnings of every plate and user of the log
HEADINGS = "Org Name,Search Time,Reason,License Plate,Username,Case #,Offense Type"
AGENCIES = ("Alder Police", "Springfield PD", "Lakeside CA PD")  # of the stage's directory; of two towns; of none
REASONS = ("stolen vehicle", "", "investigation", "help ice")
EDITION = b"""ori,data_year,agency_name,state,county,agency_type,population
IL0840300,2025,Springfield,IL,SANGAMON,City,113000
MO0390600,2025,Springfield,MO,GREENE,City,169000
"""  # a national directory with two towns that a name may mean


def search_log(rows: int = ROWS, headings: str = HEADINGS, **cells: str) -> bytes:
    """A log of so many searches. `cells` names by `row_311` what stands in place of that line's time."""
    lines = [headings]
    for at in range(rows):
        line = at + 2
        time = cells.get(f"row_{line}", f"2026-03-{1 + at % 28:02}T{at % 24:02}:05Z")
        agency, reason = AGENCIES[at % len(AGENCIES)], REASONS[at % len(REASONS)]
        lines.append(f"{agency},{time},{reason},{PLATE}{at:03},{USER}{at % 7},26-{at:04},")
    return ("\n".join(lines) + "\n").encode()
