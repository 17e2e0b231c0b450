"""A region of many owners on disk, for `bench/exchange.py`: an asking police department and `owner-01` to `owner-NN`.

Each owner is an agency on a node of its own under the demonstration sheriff's law: the same packs, policy and agreement,
with its own name, ORI and keys. Its records, drawn by the demonstration's generator, are those of a few people whom every
owner knows and of its own. As many processes as there are cores fill them; what is random follows from the owner's number.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from pathlib import Path

from msgspec.structs import replace

from comity.demo.agencies import CA_SHERIFF, IL_POLICE, WA_POLICE, directory_agencies, members
from comity.demo.build import VOUCHED, BuiltRegion, _free_ports
from comity.demo.laws import Signers, texts_for
from comity.demo.records import FEWEST_PEOPLE, generate_region
from comity.exchange.records.intake import take_in
from comity.law.attested import attested_facts
from comity.model.agency import Agency, Directory, Member
from comity.model.canon import text_digest
from comity.model.codes import DataClass
from comity.model.law_text import LawKind, LawText
from comity.model.query import PersonSubject
from comity.model.record import Record
from comity.node.change_law import activate_texts, sign_text
from comity.node.init import NodePlan, make_keys, write_node
from comity.node.keys import agency_key
from comity.node.open_world import open_world

ASKER, ASKING_NODE = WA_POLICE, "asking-node"
AGREEMENT, POLICY, SHERIFF_ORI = "ACSO-CCPD-2026", "alder-sheriff", "CA0990000"
# Of the demonstration's classes those that the agreement opens to a criminal investigation.
OPENED = frozenset({DataClass.CASE, DataClass.BOOKING, DataClass.WARRANT, DataClass.CRIMINAL_HISTORY})
RECORDS_A_PERSON = (
    1.0  # of the opened classes and three owners, from the demonstration's generator: it draws a few more
)
COMMON_PEOPLE = 400  # stand in every owner's file, so that a question is answered by all
SEED = 2026


@dataclass(frozen=True, slots=True)
class Owners:
    """The region, its owners by id in order, and people who stand in every owner's file."""

    built: BuiltRegion
    owners: tuple[str, ...]
    known: tuple[PersonSubject, ...]


def owner_ids(count: int) -> tuple[str, ...]:
    return tuple(f"owner-{number:02}" for number in range(1, count + 1))


def build_owners(folder: Path, count: int, records: int) -> Owners:
    """Make the region: `count` owners with `records` records each, and the asker's node with none."""
    folder.mkdir(parents=True, exist_ok=True)
    by_id = {agency.id: agency for agency in directory_agencies()}
    ports = _free_ports(count + 1)
    owners = owner_ids(count)
    asker = replace(by_id[ASKER], node=ASKING_NODE)
    plans = [NodePlan(folder / ASKING_NODE, ASKING_NODE, ports[0], (asker,), invented=True)]
    for place, owner in enumerate(owners, start=1):
        agency = _as_owner(by_id[CA_SHERIFF], owner)
        plans.append(NodePlan(folder / agency.node, agency.node, ports[place], (agency,), invented=True))
    made = [make_keys(plan) for plan in plans]
    directory = Directory(
        version=1, agencies=tuple(one for _, listed in made for one in listed), nodes=tuple(one for one, _ in made)
    )
    everybody = [one for one in members() if one.agency == ASKER]
    everybody += [_as_member(one, owner) for owner in owners for one in members() if one.agency == CA_SHERIFF]
    for plan in plans:
        write_node(plan, directory, everybody)
    keys = {agency.id: agency_key(plan.folder, agency.id) for plan in plans for agency in plan.agencies}
    jobs = [_Job(plan, records if plan.id != ASKING_NODE else 0, keys, owners) for plan in plans]
    with ProcessPoolExecutor(max_workers=2, mp_context=get_context("spawn")) as pool:
        list(pool.map(_fill, jobs))
    scene = generate_region(SEED, COMMON_PEOPLE, date.today()).scene
    built = BuiltRegion(folder, tuple((plan.id, plan.folder) for plan in plans), scene, 0, records * count)
    return Owners(built, owners, _known())


@dataclass(frozen=True, slots=True)
class _Job:
    """What one process does: the law and records of one node."""

    plan: NodePlan
    records: int
    keys: dict[str, Path]
    owners: tuple[str, ...]


def _fill(job: _Job) -> None:
    """Law in force and records taken in."""
    agency = job.plan.agencies[0]
    own = _records_of(agency.id, job.records) if job.records else ()
    with open_world(job.plan.folder) as world:
        for text, signers in _law_of(agency.id, job.owners):
            signed = text
            for signer, role in signers:
                signed = sign_text(signed, signer, role, job.keys[signer])
            activate_texts(world, job.plan.folder / "law", agency.id, (signed,))
        if own:
            take_in(world, agency.id, own, "the bench", attested=attested_facts("entry", VOUCHED))


def _law_of(agency: str, owners: Sequence[str]) -> list[tuple[LawText, Signers]]:
    """Packs and policy of the demonstration's sheriff or of the asker, and the asker's agreement with each owner."""
    like = CA_SHERIFF if agency in owners else ASKER
    own = [_as(one, agency) for one in texts_for(like) if one[0].kind is not LawKind.AGREEMENT]
    agreement = next(one for one in texts_for(CA_SHERIFF) if one[0].name == AGREEMENT)
    return own + [_as(agreement, owner) for owner in (owners if agency == ASKER else (agency,))]


def _as(signable: tuple[LawText, Signers], owner: str) -> tuple[LawText, Signers]:
    """A text of the sheriff's, and who signs it, as another owner's."""
    text, signers = signable
    return _renamed(text, owner), tuple((owner if one == CA_SHERIFF else one, role) for one, role in signers)


def _renamed(text: LawText, owner: str) -> LawText:
    """A text of the sheriff's as another owner's."""
    if text.name not in (AGREEMENT, POLICY):
        return text
    number = owner.rpartition("-")[2]
    name = f"OW{number}-CCPD-2026" if text.name == AGREEMENT else f"{owner}-records"
    said = text.text.replace(text.name, name).replace(CA_SHERIFF, owner).replace(SHERIFF_ORI, _ori(owner))
    return replace(text, name=name, text=said, hash=text_digest(said))


def _ori(owner: str) -> str:
    return f"CA099{int(owner.rpartition('-')[2]):02}00"


def _as_owner(sheriff: Agency, owner: str) -> Agency:
    dated = tuple(replace(one, ori=_ori(owner)) for one in sheriff.oris)
    return replace(sheriff, id=owner, node=f"{owner}-node", oris=dated)


def _as_member(member: Member, owner: str) -> Member:
    return replace(member, id=member.id.replace(CA_SHERIFF, owner), agency=owner)


def _records_of(owner: str, count: int) -> tuple[Record, ...]:
    """`count` records: of the people every owner knows, then of the owner's own, whoever held them in the demonstration."""
    number = int(owner.rpartition("-")[2])
    drawn = _drawn(SEED, COMMON_PEOPLE) + _drawn(SEED + number, int(count / RECORDS_A_PERSON))
    if len(drawn) < count:
        raise ValueError(f"the people drawn have {len(drawn)} records, not {count}; lower RECORDS_A_PERSON")
    return tuple(
        replace(record, id=f"{owner}-{place:07}", owner=owner, reference=f"{record.reference}-{place}")
        for place, record in enumerate(drawn[:count])
    )


def _drawn(seed: int, people: int) -> list[Record]:
    held = (CA_SHERIFF, WA_POLICE, IL_POLICE)
    records = generate_region(seed, max(FEWEST_PEOPLE, people), date.today()).records
    return [record for record in records if record.owner in held and record.data_class in OPENED]


def _known() -> tuple[PersonSubject, ...]:
    """The people every owner knows, by name and birth date, each once."""
    found = {}
    for record in _drawn(SEED, COMMON_PEOPLE):
        person = record.people[0]
        names, births = person.values("name"), person.values("birth-date")
        if names and births:
            family, _, given = names[0].partition(", ")
            subject = PersonSubject(family=family, given=given.split(" ")[0], birth_date=births[0])
            found[subject] = None
    return tuple(found)
