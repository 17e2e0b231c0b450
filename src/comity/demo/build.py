"""Building the demonstration region on disk: five nodes with keys, directory, law and synthetic records."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from types import MappingProxyType

from comity.demo.agencies import CA_SHERIFF, NODES, directory_agencies, members
from comity.demo.laws import texts_for
from comity.demo.past import at_opening, past_questions
from comity.demo.play_past import HandClock, play_past
from comity.demo.records import Region, generate_region
from comity.demo.scene import Scene
from comity.errors import SettingsError
from comity.exchange.records.intake import take_in
from comity.law.attested import attested_facts
from comity.model.agency import Agency, Directory, NodeListing
from comity.model.codes import DataClass
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.model.roster import CheckFound, RosterLine
from comity.node.change_law import activate_texts, sign_text
from comity.node.clock import SystemClock
from comity.node.init import NodePlan, make_keys, write_node
from comity.node.keys import agency_key
from comity.node.open_world import open_world
from comity.settings import ROSTER_FILE, write_noun

Say = Callable[[str], None]
# What the region's custodians vouch for of every record: a person would have to, were its people not invented.
VOUCHED = MappingProxyType(
    {
        "submitter": "the demonstration",
        "lawfully-obtained": "yes",
        "about-views": "no",
        "crime-related": "yes",
        "documented": "yes",
        "from-tip": "no",
        "treatment-found": "no",
    }
)
MARK_FILE = "comity-region"  # only a folder with this file is ever replaced


@dataclass(frozen=True, slots=True)
class BuiltRegion:
    """A region on disk: node folders by id, and the scene its questions are about.

    `waiting` is somebody whose only record of that kind at the sheriff waits for a person, None where there is nobody.
    """

    folder: Path
    nodes: tuple[tuple[str, Path], ...]
    scene: Scene
    people: int
    records: int
    waiting: PersonSubject | None = None


def build_region(
    folder: Path, seed: int, people: int, today: date, say: Say, since: date | None = None
) -> BuiltRegion:
    """Make the region anew. Raises SettingsError for a folder that is something else.

    With `since` it has a past (`play_past.py`): law and older records have been there from that day, and agencies have asked.
    """
    _clear(folder)
    region = generate_region(seed, people, today)
    say(f"{people} synthetic people in {len(region.records)} records")
    plans = _plans(folder)
    listings: list[NodeListing] = []
    agencies: list[Agency] = []
    for plan in plans:
        listing, listed = make_keys(plan)
        listings.append(listing)
        agencies.extend(listed)
    order = [agency.id for agency in directory_agencies()]
    agencies.sort(key=lambda agency: order.index(agency.id))
    directory = Directory(version=1, agencies=tuple(agencies), nodes=tuple(listings))
    for plan in plans:
        write_node(plan, directory, members())
        write_noun(plan.folder / ROSTER_FILE, _checked(_ids(plan), since or today))
    key_files = {agency.id: agency_key(plan.folder, agency.id) for plan in plans for agency in plan.agencies}
    nodes = tuple((plan.id, plan.folder) for plan in plans)
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        if since is None:
            _fill(pool, [_Job(plan, _records_of(plan, region), key_files) for plan in plans], say)
        else:
            then = [_Job(plan, _records_of(plan, region, last=since), key_files, since) for plan in plans]
            _fill(pool, then, say)
            say(
                f"{play_past(nodes, past_questions(region, since, today))} questions asked since {since.isoformat()}"
            )
            _fill(pool, [_Job(plan, _records_of(plan, region, after=since), {}) for plan in plans], say)
    return BuiltRegion(
        folder=folder,
        nodes=nodes,
        scene=region.scene,
        people=people,
        records=len(region.records),
        waiting=_waiting(region),
    )


def _waiting(region: Region) -> PersonSubject | None:
    """Of a criminal history that nobody checked yet with the repository: 28 CFR 20.21(a)(1) holds it for a person."""
    for record in region.records_of(CA_SHERIFF):
        state, person = record.state, record.people[0]
        held = record.data_class is DataClass.CRIMINAL_HISTORY and not (state.disposition_checked or state.sealed)
        if held and person.values("birth-date"):
            family, _, given = person.values("name")[0].partition(", ")
            return PersonSubject(family=family, given=given, birth_date=person.values("birth-date")[0])
    return None


def _records_of(
    plan: NodePlan, region: Region, after: date = date.min, last: date = date.max
) -> tuple[Record, ...]:
    """A node's records that were last touched in these days."""
    return tuple(one for one in region.records if one.owner in _ids(plan) and after < one.as_of <= last)


def _checked(agencies: frozenset[str], today: date) -> tuple[RosterLine, ...]:
    """Everybody of a node, checked and reviewed on the day it is made."""
    own = sorted(one.id for one in members() if one.agency in agencies)
    return tuple(
        RosterLine(member=one, since=today, checked_on=today, found=CheckFound.NO_FELONY, reviewed_on=today)
        for one in own
    )


@dataclass(frozen=True, slots=True)
class _Job:
    """What one process does: the records of one node, and its law where keys sign it; on a day that has passed, or now."""

    plan: NodePlan
    records: tuple[Record, ...]
    key_files: dict[str, Path]
    day: date | None = None


def _fill(pool: ProcessPoolExecutor, jobs: list[_Job], say: Say) -> None:
    for said in pool.map(_fill_node, jobs):
        say(said)


def _fill_node(job: _Job) -> str:
    attested = attested_facts("entry", VOUCHED)
    clock = HandClock(at_opening(job.day)) if job.day else None
    with open_world(job.plan.folder, clock=SystemClock(clock.read_ns) if clock else None) as world:
        for agency in job.plan.agencies:
            signed = []
            for text, signers in texts_for(agency.id) if job.key_files else ():
                for signer, role in signers:
                    text = sign_text(text, signer, role, job.key_files[signer])
                signed.append(text)
            if signed:
                activate_texts(world, job.plan.folder / "law", agency.id, tuple(signed))
            own = tuple(record for record in job.records if record.owner == agency.id)
            if own:
                take_in(world, agency.id, own, "the demonstration region", attested=attested)
    law = f", law of {', '.join(sorted(_ids(job.plan)))} in force" if job.key_files else ""
    return f"{job.plan.id}: {len(job.records)} records{law}"


def _plans(folder: Path) -> tuple[NodePlan, ...]:
    agencies = directory_agencies()
    ports = _free_ports(len(NODES))
    return tuple(
        NodePlan(folder / node, node, port, tuple(one for one in agencies if one.node == node), invented=True)
        for node, port in zip(NODES, ports, strict=True)
    )


def _ids(plan: NodePlan) -> frozenset[str]:
    return frozenset(agency.id for agency in plan.agencies)


def _free_ports(count: int) -> list[int]:
    """Ports nobody uses now; all are held open together so that none is given twice."""
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


def _clear(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK_FILE).exists():
            raise SettingsError(
                f"`{folder}` holds something else than a region; name another folder with --folder"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK_FILE).write_text("a demonstration region; `comity demo` replaces it\n")
