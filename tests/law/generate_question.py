"""Random questions, askers and records for the generated bodies of law, from one seed."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from generate_law import CLASSES, ENUMS, LISTED, NAMES, OFFENCES, TABLES, TODAY, TextMaker

from comity.law import ast
from comity.law.parse import parse_pack
from comity.law.vocabulary import load_vocabulary
from comity.model.agency import Agency, DatedOri, Directory, HeldCertificate, Member
from comity.model.codes import (
    AgencyKind,
    Certificate,
    Component,
    DataClass,
    Disposition,
    GovernmentLevel,
    Instrument,
    Issuer,
    MessageKind,
    PersonRole,
    Purpose,
    Step,
)
from comity.model.law_text import LawText
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import Conviction, FieldValue, PersonInRecord, Record, RecordState, SubjectFacts
from reference_facts import capacities_of, facts_of_record, oris_of, public_of, today_of
from reference_truth import Situation, Source

NOW_MS = 1_795_219_200_000  # 2026-11-21T00:00:00Z: still 20 November where the agencies are

# ---------------------------------------------------------------- agencies, questions, records

# (id, level, state, kind, component, primarily immigration)
KINDS_OF_AGENCY = (
    ("ca-sheriff", "local", "CA", "sheriff", "none", False),
    ("wa-police", "local", "WA", "police", "none", False),
    ("wa-patrol", "state", "WA", "police", "none", False),
    ("us-investigations", "federal", "US", "investigative", "none", False),
    ("us-removal", "federal", "US", "investigative", "ice", True),
    ("us-border", "federal", "US", "police", "cbp", False),
)


def generated_directory(rng: random.Random) -> Directory:
    """The fixed agencies with certificates drawn anew; two of them lapsed or not begun."""
    agencies = []
    for number, (name, level, state, kind, component, primarily) in enumerate(KINDS_OF_AGENCY):
        held = tuple(
            HeldCertificate(name=certificate, first=first, last=last)
            for certificate in (Certificate.PART_23, Certificate.WA_ACCESS)
            for first, last in [
                rng.choice(((date(2026, 1, 1), TODAY), (date(2025, 1, 1), TODAY - timedelta(days=1))))
            ]
            if rng.random() < 0.6
        )
        agencies.append(
            Agency(
                id=name,
                name=f"Agency {name}",
                oris=_oris(name, "DC" if state == "US" else state, number),
                level=GovernmentLevel(level),
                state=state,
                kind=AgencyKind(kind),
                component=Component(component),
                primarily_immigration=primarily,
                zone="America/Los_Angeles",
                certificates=held,
            )
        )
    return Directory(version=1, agencies=tuple(agencies), nodes=())


def _oris(name: str, letters: str, number: int) -> tuple[DatedOri, ...]:
    """One ORI; the city police use a second one today and used a third before."""
    first = DatedOri(ori=f"{letters}010{number}0", first=date(2000, 1, 1))
    if name != "wa-police":
        return (first,)
    second = DatedOri(ori=f"{letters}010{number}1", first=date(2000, 1, 1))
    return first, second, DatedOri(ori=f"{letters}010{number}2", first=date(2000, 1, 1), last=date(2020, 1, 1))


def maybe(rng: random.Random, known: float, *values: object) -> object:
    """One of the values with probability `known`, otherwise None: unknown."""
    return rng.choice(values) if rng.random() < known else None


def generated_member(rng: random.Random, asker: str) -> Member:
    acting = rng.random() < 0.12
    return Member(
        id="member-one",
        name="A. Member",
        agency=asker,
        roles=("member",),
        trained_until=date(2027, 1, 1),
        acting_for=(rng.choice(("us-removal", "us-investigations", "wa-patrol")),) if acting else (),
    )


def generated_query(rng: random.Random, owner: str, asker: str, directory: Directory) -> Query:
    """A question with optional facts missing often."""
    instrument = Instrument(rng.choice(ENUMS["order's instrument"]))
    shown = instrument is not Instrument.NOTHING
    step = Step(rng.choice(ENUMS["query's step"]))
    beneficiary = asker if rng.random() < 0.85 else rng.choice(directory.agencies).id
    number = rng.getrandbits(128)
    return Query(
        id=f"{number:032x}",
        step=step,
        asker=asker,
        asker_ori=rng.choice(directory.get_agency(asker).oris).ori,
        member="member-one",
        owner=owner,
        beneficiary=beneficiary,
        purpose=Purpose(rng.choice(ENUMS["query's purpose"])),
        basis=LegalBasis(
            instrument=instrument,
            issuer=Issuer(rng.choice(ENUMS["order's issuer"])) if shown else Issuer.NOBODY,
            document="sha256:" + "a" * 64 if shown and rng.random() < 0.6 else None,
            expires=maybe(rng, 0.6, date(2026, 10, 1), TODAY, date(2027, 1, 1)),  # type: ignore[arg-type]
            portion="the portion wanted" if maybe(rng, 0.6, True, False) else "",
            activity="a numbered investigation" if rng.random() < 0.5 else "",
            sealed=shown and number % 2 == 1,
        ),
        case_number="2026-001",
        data_classes=tuple(DataClass(name) for name in CLASSES),
        subject=PersonSubject(family="Example", given="Alex"),
        asked_ms=NOW_MS,
        pair="0" * 64,
        message=MessageKind(rng.choice(ENUMS["query's message"])),
        dppa_use=str(maybe(rng, 0.6, *ENUMS["query's dppa-use"]) or ""),
        item_id="item-1" if step is Step.DETAIL else "",
        note="why it is asked" if rng.random() < 0.5 else "",
        via=((), (), ("switch",), ("switch", "pool"))[number % 4],
    )


NEAR_DAYS = (date(2021, 11, 19), date(2021, 11, 20), date(2021, 11, 21), date(2026, 5, 20), date(2026, 10, 30),
             date(2024, 2, 29), TODAY, date(2027, 3, 1))  # fmt: skip


def generated_record(rng: random.Random, owner: str, number: int) -> Record:
    """A record with one person; most facts of its state and its subject known, many not."""
    known = rng.choice((0.95, 0.7, 0.35))

    def flag() -> bool | None:
        return maybe(rng, known, True, False)  # type: ignore[return-value]

    def day() -> date | None:
        return maybe(rng, known, *NEAR_DAYS)  # type: ignore[return-value]

    data_class = DataClass(rng.choice(CLASSES))
    return Record(
        id=f"record-{number}",
        owner=owner,
        data_class=data_class,
        reference=f"R-{number}",
        event_date=day(),
        as_of=date(2026, 1, 1),
        people=(generated_person(rng, known, data_class),),
        disposition=Disposition(rng.choice(ENUMS["record's disposition"])),
        state=RecordState(
            reviewed=flag(),
            sealed=flag() if rng.random() < 0.25 else False,
            tied_to_case=flag(),
            received_under_1367=flag(),
            collected=day(),
            last_validated=day(),
            retain_until=day(),
        ),
    )


def generated_person(rng: random.Random, known: float, data_class: DataClass) -> PersonInRecord:
    """A person with values of the class's fields; a name may stand twice with different flags."""
    named = [name for name in (*NAMES, "name", "phone") if name in load_vocabulary().fields_of(data_class)]
    convictions = tuple(
        Conviction(
            offence=maybe(rng, known, *OFFENCES),  # type: ignore[arg-type]
            grade=maybe(rng, known, "felony", "misdemeanour"),  # type: ignore[arg-type]
            day=maybe(rng, known, *NEAR_DAYS),  # type: ignore[arg-type]
            reclassified=maybe(rng, known, "act-2014", "none"),  # type: ignore[arg-type]
        )
        for _ in range(rng.choice((0, 1, 2)))
    )
    return PersonInRecord(
        key="p1",
        role=PersonRole.SUBJECT,
        fields=tuple(
            FieldValue(name=name, value=f"value of {name}", public=maybe(rng, 0.8, True, False, False))  # type: ignore[arg-type]
            for name in named
            if rng.random() < 0.8
        ),
        facts=SubjectFacts(
            convictions=convictions if rng.random() < known else None,
            registrant=maybe(rng, known, True, False),  # type: ignore[arg-type]
            minor=maybe(rng, known, True, False),  # type: ignore[arg-type]
            custodian=maybe(rng, known, *ENUMS["subject's custodian"]),  # type: ignore[arg-type]
        ),
    )


# ---------------------------------------------------------------- one body of law with its owner


@dataclass(frozen=True)
class Elected:
    """An election over a conflict (`pack/RULE`). `changed`: it was signed over another text, so it has lapsed."""

    conflict: str
    choice: str
    signed_on: date
    changed: bool

    @property
    def lapsed(self) -> bool:
        return self.changed or self.signed_on < date(2025, 11, 20)  # valid for a year


@dataclass(frozen=True)
class Body:
    """Everything in force for one owner, and who may ask. `unsigned` agreements lack their signatures."""

    directory: Directory
    owner: str
    asker: str
    packs: tuple[ast.Pack, ...]
    policy: ast.Policy
    agreements: tuple[ast.Agreement, ...]
    asker_packs: tuple[ast.Pack, ...] = ()
    unsigned: frozenset[str] = frozenset()
    elections: tuple[Elected, ...] = ()
    shipped: tuple[LawText, ...] = ()
    asker_shipped: tuple[LawText, ...] = ()


def generated_body(seed: int, *, size: int = 5) -> Body:
    """One body of law: two packs, a policy and two agreements, of about `size` rules each."""
    rng = random.Random(seed)
    maker = TextMaker(rng)
    directory = generated_directory(rng)
    owner = rng.choice(("ca-sheriff", "wa-police", "us-investigations"))
    askers = [agency.id for agency in directory.agencies if agency.id != owner]
    asker = owner if rng.random() < 0.2 else rng.choice(askers)
    home = directory.get_agency(owner)
    packs = (
        maker.pack(f"us-{home.state.lower()}-state", home.state, rng.randint(1, size - 1)),
        maker.pack("us", "US", rng.randint(1, size - 2)),
    )
    agreements = tuple(
        maker.agreement(number, home, directory.get_agency(taker), rng.randint(2, size + 2))
        for number, taker in enumerate([asker if asker != owner else askers[0], rng.choice(askers)], start=1)
    )
    return Body(
        directory,
        owner,
        asker,
        packs,
        maker.policy(owner, rng.randint(2, size + 1)),
        agreements,
        asker_packs=(maker.pack("us-asker", "WA", rng.randint(1, 2)),) if rng.random() < 0.4 else (),
        unsigned=frozenset(str(agreement.id) for agreement in agreements if rng.random() < 0.05),
        elections=generated_elections(rng, packs),
    )


def generated_elections(rng: random.Random, packs: tuple[ast.Pack, ...]) -> tuple[Elected, ...]:
    """Elections over half of the conflicts; some lapsed by time, some by a changed text."""
    return tuple(
        Elected(
            conflict=f"{pack.name}/{rule.id}",
            choice=rng.choice(("send", "withhold")),
            signed_on=rng.choice(
                (TODAY, date(2026, 1, 1), date(2025, 11, 20), date(2025, 11, 19), date(2024, 1, 1))
            ),
            changed=rng.random() < 0.15,
        )
        for pack in packs
        for rule in pack.rules
        if isinstance(rule.effect, ast.Conflict) and rng.random() < 0.6
    )


@dataclass(frozen=True)
class Case:
    """One question about one record under one body of law."""

    body: Body
    query: Query
    member: Member
    record: Record

    @property
    def person(self) -> PersonInRecord:
        return self.record.people[0]


def generated_cases(body: Body, seed: int, *, queries: int, records: int) -> Iterator[Case]:
    """Questions to one body of law, each about several records."""
    rng = random.Random(seed)
    for _ in range(queries):
        member = generated_member(rng, body.asker)
        query = generated_query(rng, body.owner, body.asker, body.directory)
        for number in range(records):
            yield Case(body, query, member, generated_record(rng, body.owner, number))


def sources_of(body: Body) -> tuple[Source, ...]:
    """The texts of a body as the twin reads them: an unsigned agreement is none, an unread list is unknown."""
    tables = {str(table.name): LISTED for table in TABLES if table.status == "verified"}
    packs = [Source("pack", str(pack.name), pack.rules, pack.defines, tables) for pack in body.packs]
    askers = [
        Source("pack", str(pack.name), pack.rules, pack.defines, tables, owned=False) for pack in body.asker_packs
    ]
    policy = body.policy
    own = Source("policy", str(policy.name), policy.rules, policy.defines, tables, agency=str(policy.agency))
    agreements = [_agreement_source(each) for each in body.agreements if each.id not in body.unsigned]
    shipped = [_shipped_source(text, owned=True) for text in body.shipped]
    brought = [_shipped_source(text, owned=False) for text in body.asker_shipped]
    return (*packs, *askers, *shipped, *brought, own, *agreements)


@lru_cache(maxsize=64)
def _shipped_source(text: LawText, *, owned: bool) -> Source:
    """A shipped pack with its closed lists, read from the rows anew; a list counsel has not read is unknown."""
    pack = parse_pack(text.text, text.name)
    rows = {name: list(csv.DictReader(content.splitlines())) for name, content in text.tables}
    tables = {
        str(table.name): frozenset(row["code"].strip() for row in rows[str(table.file)])
        for table in pack.tables
        if table.status != "unverified"
    }
    return Source("pack", str(pack.name), pack.rules, pack.defines, tables, owned=owned)


def _agreement_source(agreement: ast.Agreement) -> Source:
    assert agreement.review is not None
    assert agreement.dates is not None
    return Source(
        "agreement",
        str(agreement.id),
        agreement.clauses,
        parties={str(party.name): str(party.ori) for party in agreement.parties},
        dates=agreement.dates,
        terms={
            "agreement's access": str(agreement.access or "query"),
            "agreement's authority": str(agreement.authority),
            "agreement's review-months": agreement.review.count,
            "agreement's meanings": frozenset(str(term) for term, _ in agreement.meanings),
            "agreement's topics": frozenset(map(str, agreement.covers)),
            "agreement's papers": frozenset(str(paper) for paper, _ in agreement.papers),
            "agreement's data-classes": classes_given(agreement),
            "agreement's last-review": agreement.reviewed or agreement.dates.first,
            "agreement is approved-by-council": agreement.approval is not None,
        },
    )


def classes_given(agreement: ast.Agreement) -> frozenset[str]:
    """The classes an agreement gives: those of its permits, and all of them where a permit names none."""
    given: set[str] = set()
    for clause in agreement.clauses:
        if isinstance(clause.effect, (ast.Permit, ast.PermitMatch)):
            given |= set(map(str, clause.classes)) if clause.classes else set(map(str, DataClass))
    return frozenset(given)


def situation_of(case: Case, vocabulary: ast.VocabularyText) -> Situation:
    """Everything the twin needs to decide a case."""
    owner = case.body.directory.get_agency(case.body.owner)
    today = today_of(owner, NOW_MS)
    return Situation(
        vocabulary=vocabulary,
        sources=sources_of(case.body),
        owner=owner.id,
        owner_oris=oris_of(owner, today),
        capacities=capacities_of(case.query, case.member, case.body.directory, today),
        record=facts_of_record(case.record, case.person),
        public=public_of(case.record, case.person),
        data_class=str(case.record.data_class),
        today=today,
        classes=tuple(str(name) for name in case.query.data_classes),
        elections={elected.conflict: elected.choice for elected in case.body.elections if not elected.lapsed},
    )
