"""A small invented directory: two states, a county, a campus, a constable, and names that stand twice."""

from __future__ import annotations

from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.model.ori import OriEntry

EMPLOYEES = """\
ori,data_year,agency_name,state,county,agency_type,population
CA0990100,2025,Port Ferris,CA,FERRIS,City,9000
CA0990000,2025,Ferris,CA,FERRIS,County,90000
CA0990200,2025,Los Robles,CA,FERRIS,City,4000
CA0991100,2025,University of California:,CA,FERRIS,University or College,0
TX0990100,2025,Ferris,TX,QUILL,City,3000
TX0990400,2025,Quill County Constable: ,TX,QUILL,Other,0
TX0990500,2025,Quill County Constable: ,TX,QUILL,Other,0
TX0990600,2025,Independent School District:,TX,QUILL,Other,0
PA0990100,2025,"Elder Township, Oakes County",PA,OAKES,City,5000
PA0980100,2025,"Elder Township, Barrow County",PA,BARROW,City,6000
PA0990200,2025,Harrow Township,PA,OAKES,City,6000
PA0990300,2025,Marsh City,PA,OAKES,City,6000
NB0990100,2025,State Patrol,NB,NOT SPECIFIED,State Police,0
NB0990200,2025,State Patrol:,NB,QUILL,State Police,0
"""
EXPLORER = """\
ori,state,agency_name,agency_type,primary_county,lat,lon
CA0990100,CA,Port Ferris Police Department,City,Ferris,,
CA0999900,CA,Los Robles Police Department,City,Ferris,,
CA0991100,CA,University of California: Ferris,University or College,Ferris,,
TX0990400,TX,Quill County Constable: Precinct 4,Other,Quill,,
TX0990500,TX,Quill County Constable: Precinct 5,Other,Quill,,
TX0990600,TX,Independent School District: Larch,Other,Quill,,
C09901,CA,Cut Off,City,Ferris,,
TX0999900,TX,,City,Quill,,
"""


def small_directory() -> tuple[OriEntry, ...]:
    """Both editions, merged."""
    files = [read_ori_csv(text.encode(), name) for text, name in ((EMPLOYEES, "now.csv"), (EXPLORER, "2018.csv"))]
    return merge_editions(files)
