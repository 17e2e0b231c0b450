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
    (folder / "flows.yaml").write_text(example_flows())


def map_files(folder: Path) -> tuple[str | Path, ...]:
    """The same files with a gazetteer of one county, as the options of a map without a node."""
    write_names_files(folder)
    (folder / "counties.csv").write_text("usps,geoid,name\nWI,55001,Adams County\n")
    named = (
        ("--list", "list.csv"),
        ("--directory", "agencies.csv"),
        ("--counties", "counties.csv"),
        ("--flows", "flows.yaml"),
    )
    return tuple(word for option, name in named for word in (option, folder / name))


def example_flows() -> str:
    """The invented file of flows of the document, as it stands there."""
    page = (Path(__file__).parents[2] / "docs" / "oversight-flows.md").read_text(encoding="utf-8")
    blocks = [part.partition("```")[0] for part in page.split("```yaml\n")[1:]]
    return next(block for block in blocks if "flows:" in block)
