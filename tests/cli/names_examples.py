"""What the examples of `oversight names` and `oversight flow` name: a list, a directory, a file of flows."""

from __future__ import annotations

from pathlib import Path

DIRECTORY = """\
ori,data_year,agency_name,state,county,agency_type,population
WI0990000,2025,Adams,WI,ADAMS,County,20000
PA0990100,2025,"Elder Township, Oakes County",PA,OAKES,City,5000
PA0980100,2025,"Elder Township, Barrow County",PA,BARROW,City,6000
"""
LIST = """\
src_agency,src_state,external_agency,external_state
Adams County WI SO,WI,Elder Township PA PD,PA
Adams County WI SO,WI,Decommissioned Org,
"""


def write_names_files(folder: Path) -> None:
    """The files of the examples, in the folder they are called from."""
    (folder / "agencies.csv").write_text(DIRECTORY)
    (folder / "list.csv").write_text(LIST)
    (folder / "decided.csv").write_text("number,spelling,ori,role,on,why,replaces\n")
