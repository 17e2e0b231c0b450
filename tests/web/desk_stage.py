"""Pages over real nodes: the sheriff's, served as a process, and the department's, which asks it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from litestar.testing import TestClient
from msgspec.structs import replace
from web_stage import HandClock, Stage, form_value, make_site

from comity.demo.agencies import CA_SHERIFF
from comity.demo.build import BuiltRegion
from comity.demo.records import Region, generate_region
from comity.demo.run import to_request
from comity.model.codes import DataClass
from comity.model.outcome import Outcome
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.node.local import Ask, at_node
from forked import start
from one_region import PEOPLE, SEED, one_region


@dataclass(frozen=True)
class Desk:
    """The region's records, both nodes' folders, and the pages of the served one."""

    region: Region
    built: BuiltRegion
    asker: Path
    owner: Path
    stage: Stage

    def waiting_records(self) -> tuple[Record, ...]:
        """Criminal histories that nobody checked yet with the repository: 28 CFR 20.21(a)(1) holds each of them whole."""
        return tuple(
            one
            for one in self.region.records_of(CA_SHERIFF)
            if one.data_class is DataClass.CRIMINAL_HISTORY
            and not one.state.disposition_checked
            and not one.state.sealed
            and one.people[0].values("birth-date")
        )

    def ask_about(self, record: Record) -> Outcome:
        """The detective's question to the sheriff about the person of a record."""
        family, _, given = record.people[0].values("name")[0].partition(", ")
        subject = PersonSubject(family=family, given=given, birth_date=record.people[0].values("birth-date")[0])
        request = replace(
            to_request(self.built.scene.detective_question),
            subject=subject,
            sources=(CA_SHERIFF,),
            data_classes=(record.data_class,),
        )
        with at_node(self.asker) as verbs:
            outcome: Outcome = verbs(Ask(request=request), Outcome, lambda *_: None)
        return outcome

    @contextmanager
    def browser(self, member: str, language: str = "en") -> Iterator[TestClient]:  # type: ignore[type-arg]
        """A browser in which a member of the owner has just signed in."""
        with self.stage.browser() as browser:
            token = self.stage.site.sessions.begin(member, "test", self.stage.clock.at_ms, language)
            browser.cookies.set("comity", token)
            yield browser


def build() -> tuple[Region, BuiltRegion]:
    """Five nodes with four hundred synthetic people, to be copied."""
    return generate_region(SEED, PEOPLE, date.today()), one_region()


@contextmanager
def desk_of(region: Region, built: BuiltRegion, folder: Path, owner: str = "ca-node") -> Iterator[Desk]:
    """Copies of both nodes; the owner's is served while the body runs, and its pages tell the time of this machine."""
    nodes = dict(built.nodes)
    copies = {name: Path(shutil.copytree(nodes[name], folder / name)) for name in {"wa-node", owner}}
    with served(copies[owner]):
        stage = make_site(copies[owner], HandClock(int(time.time() * 1000)))
        yield Desk(region, built, copies["wa-node"], copies[owner], stage)


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """A node as a process of its own."""
    words = [sys.executable, "-m", "comity", "node", "serve", "--json", "--node", str(folder)]
    process = start(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert process.stdout.readline(), process.communicate()[1]
        yield
    finally:
        process.kill()
        process.communicate()


def send(browser: TestClient, address: str, **fields: str) -> str:  # type: ignore[type-arg]
    """Send a form of a page, as its browser would; where it leads."""
    answer = browser.post(address, data={"form": form_value(browser.get(address).text), **fields})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])
