"""What the columns of a sharing list mean: the known layouts, and what a mapping file may say of any other.

A layout names the column of each party and, where the list goes both ways, the column and words that say which of two names
owns the data. Nothing is guessed: an unknown header needs a mapping (`comity.formats.sharing.mapped`).
"""

from __future__ import annotations

from dataclasses import dataclass

from comity.errors import RecordFileError
from comity.formats.csv_table import Table
from comity.formats.tree import refuse
from comity.model.flow import Teller


@dataclass(frozen=True, slots=True)
class SharingLayout:
    """The columns of one list.

    `teller` is the column of the party whose list it is, `other` that of the other party. `outward` and `inward` are the words
    in column `direction` that mean that the teller gives, or gets; without a direction every row is the teller giving.
    `day` is the column of the list's day. `gets` and `gives` are columns of names joined by `joiner` in place of `other`:
    networks the teller gets from, and gives to. `change` and `before` are set where rows are differences of two lists.
    """

    name: str
    teller: str
    other: str = ""
    direction: str = ""
    outward: tuple[str, ...] = ()
    inward: tuple[str, ...] = ()
    day: str = ""
    day_format: str = "%Y-%m-%d"
    gets: str = ""
    gives: str = ""
    joiner: str = ","
    change: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    before: str = ""
    ignore: tuple[str, ...] = ()
    holder: str = ""
    told_by: Teller = Teller.OWNER
    delimiter: str = ","

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it reads, in order, each once."""
        named = (
            self.teller,
            self.other,
            self.direction,
            self.day,
            self.gets,
            self.gives,
            self.change,
            self.before,
        )
        return tuple(dict.fromkeys(column for column in named if column))


PORTAL_CHANGES = SharingLayout(
    name="portal sharing changes",
    teller="portal_agency",
    other="other_agency",
    day="snapshot",
    change="change",
    added=("added",),
    removed=("removed",),
    before="previous_snapshot",
    ignore=("portal_slug",),
)
PORTAL_DIRECTIONS = SharingLayout(
    name="portal sharing lists, both directions",
    teller="portal_agency",
    other="other_agency",
    direction="direction",
    outward=("out",),
    inward=("in",),
    day="archived_date",
    ignore=("portal_slug",),
)
PORTAL_EDGES = SharingLayout(
    name="portal sharing edges",
    teller="src_agency",
    other="external_agency",
    ignore=("src_state", "external_state"),
)
SHARED_NETWORKS = SharingLayout(
    name="shared networks export",
    teller="organization_name",
    gets="networks_shared_with_me",
    gives="networks_im_sharing",
)
KNOWN = (PORTAL_CHANGES, PORTAL_DIRECTIONS, PORTAL_EDGES, SHARED_NETWORKS)


def find_layout(table: Table, file: str) -> SharingLayout:
    """The known layout whose columns a table has. Raises RecordFileError, with the remedy, where none fits."""
    for layout in KNOWN:
        if set(table.header) == {*layout.columns, *layout.ignore}:
            return layout
    raise _unknown(table, file)


def check_columns(layout: SharingLayout, table: Table, file: str) -> None:
    """That a table has the columns a layout reads, and no other that it does not name. Raises RecordFileError."""
    known = {*layout.columns, *layout.ignore}
    missing = [column for column in layout.columns if column not in table.header]
    if missing:
        raise refuse(file, 1, f"the list has no column `{missing[0]}`", "correct the mapping or the list")
    extra = [column for column in table.header if column not in known]
    if extra:
        fault = f"column `{extra[0][:60]}` is neither mapped nor ignored"
        raise refuse(file, 1, fault, "map it, or name it under `ignore`")


def _unknown(table: Table, file: str) -> RecordFileError:
    shown = ", ".join(table.header)[:160]
    remedy = (
        "write a mapping file that says which column is whose (docs/oversight-flows.md) and name it with --mapping"
    )
    return refuse(file, 1, f"the columns `{shown}` are no known sharing list", remedy)
