"""The investigators' node, with an answer of Sandstone Falls' that says of a case's type: ask the owner."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from msgspec.structs import replace
from serving import serving
from web_stage import HandClock, Stage, make_site

from comity.demo.agencies import IL_POLICE
from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.demo.run import to_request
from comity.exchange.asking.revise import is_told_of
from comity.model.answer import Item
from comity.model.codes import DataClass
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.node.local import Ask

FIELD, WITHHELD = "incident-type", "ssn"
MEMBER, OTHER = "federal-investigations-custodian", "federal-investigations-investigator"


@dataclass(frozen=True)
class Told:
    """Both nodes serve; `owner` is the folder of the second."""

    built: BuiltRegion
    region: Region
    folder: Path
    owner: Path
    stage: Stage

    def record(self, number: int) -> Record:
        """One of the owner's cases about one person."""
        fitting = (
            one
            for one in self.region.records_of(IL_POLICE)
            if one.data_class is DataClass.CASE
            and len(one.people) == 1
            and one.people[0].values("birth-date")
            and not one.state.sealed
        )
        return next(islice(fitting, number, None))

    def ask(self, number: int = 0) -> tuple[str, Item]:
        """A question of the member's own about somebody in a case of the owner's; its number, and the item."""
        record = self.record(number)
        family, _, given = record.people[0].values("name")[0].partition(", ")
        subject = PersonSubject(family=family, given=given, birth_date=record.people[0].values("birth-date")[0])
        request = replace(
            to_request(self.built.scene.investigator_question),
            member=MEMBER,
            subject=subject,
            sources=(IL_POLICE,),
            data_classes=(DataClass.CASE,),
        )
        outcome: Outcome = self.stage.site.door.ask(Ask(request=request), Outcome)
        self.stage.clock.at_ms = int(time.time() * 1000)  # the node's own clock ran on
        (source,) = outcome.sources
        assert source.answer is not None, source
        item = next(one for one in source.answer.items if one.reference == record.reference)
        assert is_told_of(item, FIELD)
        return outcome.query_id, item


@contextmanager
def told_nodes(region: tuple[Region, BuiltRegion], place: Path) -> Iterator[Told]:
    """Copies of both nodes, which serve, and the pages of the asker's."""
    nodes = dict(region[1].nodes)
    folder, owner = (Path(shutil.copytree(nodes[one], place / one)) for one in ("fed-node", "il-node"))
    with serving(owner), serving(folder):
        yield Told(region[1], region[0], folder, owner, make_site(folder, HandClock(int(time.time() * 1000))))
