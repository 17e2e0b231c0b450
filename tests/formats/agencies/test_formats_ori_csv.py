"""ORI directories: both layouts are read, merged by ORI, and what lists no agency is counted."""

from __future__ import annotations

import pytest

from comity.errors import RecordFileError
from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv

NOW = b"""ori,data_year,agency_name,state,county,agency_type,population
NB0990100,2025,Larch,NB,"QUILL, OAKES",City,300
FS0990100,2024,Bureau of Larches,FS,NOT SPECIFIED,Federal,0
NB0990300,2025,Board of Larches:,NB,QUILL,Other State Agency,0
"""
THEN = b"""ori,state,agency_name,agency_type,primary_county,lat,lon
NB0990100,NE,Larch Police Department,City,Quill,1,2
NB0990300,NE,Board of Larches: Quill County,Other State Agency,Quill,1,2
NB0990400,NE,Ended Police Department,City,Quill,1,2
"""


def test_both_editions_are_one_directory() -> None:
    """An ORI of both keeps what the newest edition says, and every name; postal codes stand for the files' own."""
    larch, board, ended, bureau = merge_editions([read_ori_csv(NOW, "now"), read_ori_csv(THEN, "then")])
    order = sorted([larch.ori, board.ori, ended.ori, bureau.ori])
    assert order == ["FS0990100", "NB0990100", "NB0990300", "NB0990400"]
    by_ori = {entry.ori: entry for entry in (larch, board, ended, bureau)}
    assert by_ori["NB0990100"].names == ("Larch", "Larch Police Department")
    assert (by_ori["NB0990100"].state, by_ori["NB0990100"].counties) == ("NE", ("Quill", "Oakes"))
    assert by_ori["NB0990400"].edition == "2018"
    assert (by_ori["FS0990100"].state, by_ori["FS0990100"].counties) == ("US", ())
    assert by_ori["NB0990300"].name == "Board of Larches: Quill County"


def test_rows_that_list_no_agency_are_told() -> None:
    """A row without a name, with a broken identifier or a second time is dropped, with its line and why."""
    head = b"ori,state,agency_name,agency_type,primary_county\n"
    text = head + b"XX,CA,A,City,\nCA0990100,CA,,City,\nCA0990200,CA,B,City,\nCA0990200,CA,B,City,\n"
    read = read_ori_csv(text, "f.csv")
    assert [entry.ori for entry in read.entries] == ["CA0990200"]
    assert read.dropped == (
        (2, "the identifier is not an ORI"),
        (3, "the agency has no name"),
        (5, "the ORI stands twice"),
    )


def test_another_table_is_refused() -> None:
    """A file with other columns is refused with what a directory's columns are."""
    with pytest.raises(RecordFileError, match="not those of an ORI directory"):
        read_ori_csv(b"name,town\nA,B\n", "f.csv")
