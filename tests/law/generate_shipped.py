"""Questions of every kind put to the shipped packs, under an agreement that gives everything.

The texts are the real ones; only agencies, questions and records are drawn, from the whole of the closed lists.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from generate_law import TODAY
from generate_question import NOW_MS, Body, Case, maybe

from comity.law import ast
from comity.law.ast import Word
from comity.law.parse import parse_pack
from comity.law.shipped import shipped_pack, shipped_pack_names
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
from comity.model.query import LegalBasis, PersonSubject, Query
from comity.model.record import Conviction, FieldValue, PersonInRecord, Record, RecordState, SubjectFacts

WordT = TypeVar("WordT", bound=StrEnum)
OFFENCE_CODES = ("PC187", "PC211", "PC459", "PC484", "VC10851", "XX1")
FLAGS = (None, None, True, False)
STATES = (
    *("CA", "CO", "CT", "DC", "EU", "FL", "IL", "MA", "MD", "MN", "NH", "NJ", "NY", "OR", "TX", "VA", "VT", "WA"),
)
OWNING_KINDS = (AgencyKind.POLICE, AgencyKind.SHERIFF, AgencyKind.MOTOR_VEHICLES, AgencyKind.INTELLIGENCE)
USUAL_PURPOSES = (Purpose.CRIMINAL_INVESTIGATION, Purpose.CIVIL_IMMIGRATION, Purpose.TASK_FORCE)
USUAL_CLASSES = (DataClass.CASE, DataClass.CUSTODY, DataClass.DMV, DataClass.PLATE_READ)
STATE_FLAGS = (
    "reviewed",
    "certified",
    "disputed",
    "legal_hold",
    "tied_to_case",
    "consented_onward",
    "received_under_1367",
    "iii_derived",
    "non_conviction",
    "disposition_checked",
    "generated_by_law_enforcement",
)


def shipped_body(seed: int) -> Body:
    """One owner under the federal pack and its state's, with a permissive agreement and policy."""
    rng = random.Random(seed)
    owner, asker = _agency(rng, "owner-agency", 0), _agency(rng, "asker-agency", 1)
    others = tuple(_agency(rng, f"other-agency-{number}", 2 + number) for number in range(3))
    names = [name for name in shipped_pack_names() if name in ("us", _pack_of(owner))]
    asks = owner.id if rng.random() < 0.1 else asker.id
    return Body(
        directory=Directory(version=1, agencies=(owner, asker, *others), nodes=()),
        owner=owner.id,
        asker=asks,
        packs=(),
        policy=_policy(owner),
        agreements=tuple(
            everything_agreement(n, owner, taker) for n, taker in enumerate((asker, *others), start=1)
        ),
        shipped=tuple(shipped_pack(name) for name in names),
        asker_shipped=tuple(
            shipped_pack(name) for name in shipped_pack_names() if name == _pack_of(asker) and name not in names
        ),
    )


def _pack_of(agency: Agency) -> str:
    return "eu" if agency.state == "EU" else f"us-{agency.state.lower()}"


def shipped_rules() -> tuple[str, ...]:
    """The full ids of all shipped rules that stand at a release."""
    return tuple(
        f"{name}/{rule.id}"
        for name in shipped_pack_names()
        for rule in parse_pack(shipped_pack(name).text, name).rules
        if "release" in rule.points
    )


def shipped_cases(body: Body, seed: int, *, queries: int, records: int) -> Iterator[Case]:
    rng = random.Random(seed)
    for _ in range(queries):
        acting = tuple(rng.sample([a.id for a in body.directory.agencies[2:]], 1)) if rng.random() < 0.15 else ()
        member = Member(
            id="member-one",
            name="A. Member",
            agency=body.asker,
            roles=("member",),
            trained_until=date(2027, 1, 1),
            acting_for=acting,
        )
        query = _query(rng, body)
        for number in range(records):
            yield Case(body, query, member, _record(rng, body.owner, number, query.data_classes))


def any_of(rng: random.Random, words: type[WordT]) -> WordT:
    return rng.choice(list(words))


def _agency(rng: random.Random, name: str, number: int) -> Agency:
    """An agency anywhere; the first, the owner, mostly one that state law is about, the second mostly federal."""
    common = (GovernmentLevel.FEDERAL,) if number == 1 else (GovernmentLevel.LOCAL, GovernmentLevel.STATE)
    level = rng.choice(common) if rng.random() < 0.7 else any_of(rng, GovernmentLevel)
    federal = level is GovernmentLevel.FEDERAL
    state = "US" if federal else rng.choice(STATES)
    component = any_of(rng, Component) if federal and rng.random() < 0.7 else Component.NONE
    first = rng.choice((date(2026, 1, 1), TODAY - timedelta(days=400)))
    kind = rng.choice(OWNING_KINDS) if number == 0 and rng.random() < 0.8 else any_of(rng, AgencyKind)
    return Agency(
        id=name,
        name=f"Agency {number}",
        oris=(DatedOri(ori=f"{'DC' if federal else state}02{number:02}0", first=date(2000, 1, 1)),),
        level=level,
        state=state,
        kind=kind,
        component=component,
        primarily_immigration=component in (Component.ICE, Component.CBP),
        zone="America/New_York",
        certificates=tuple(
            HeldCertificate(name=certificate, first=first, last=first + timedelta(days=365))
            for certificate in Certificate
            if rng.random() < 0.3
        ),
    )


def _query(rng: random.Random, body: Body) -> Query:
    instrument = any_of(rng, Instrument) if rng.random() < 0.7 else Instrument.NOTHING
    shown = instrument is not Instrument.NOTHING
    classes = dict.fromkeys((rng.choice(USUAL_CLASSES), *rng.sample(list(DataClass), 3)))
    return Query(
        id=f"{rng.getrandbits(128):032x}",
        step=Step.DIGEST,
        asker=body.asker,
        asker_ori=body.directory.get_agency(body.asker).oris[0].ori,
        member="member-one",
        owner=body.owner,
        beneficiary=body.asker if rng.random() < 0.85 else rng.choice(body.directory.agencies).id,
        purpose=any_of(rng, Purpose) if rng.random() < 0.4 else rng.choice(USUAL_PURPOSES),
        basis=LegalBasis(
            instrument=instrument,
            issuer=any_of(rng, Issuer) if shown else Issuer.NOBODY,
            document="sha256:" + "a" * 64 if shown and rng.random() < 0.7 else None,
            expires=maybe(rng, 0.4, date(2026, 10, 1), date(2027, 1, 1)),  # type: ignore[arg-type]
            portion="the portion" if rng.random() < 0.5 else "",
            activity="the activity" if rng.random() < 0.5 else "",
        ),
        case_number="2026-001",
        data_classes=tuple(classes),
        subject=PersonSubject(family="Example", given="Alex"),
        asked_ms=NOW_MS,
        pair="0" * 64,
        message=any_of(rng, MessageKind),
        dppa_use=str(maybe(rng, 0.6, "b1", "b3", "b4", "b14", "express-consent") or ""),
        note="why" if rng.random() < 0.5 else "",
    )


def _record(rng: random.Random, owner: str, number: int, classes: tuple[DataClass, ...]) -> Record:
    data_class = rng.choice(classes)
    known = rng.choice((0.95, 0.7, 0.3))

    def flag() -> bool | None:
        return maybe(rng, known, True, False)  # type: ignore[return-value]

    def day() -> date | None:
        days = (
            date(2021, 11, 19),
            date(2021, 11, 20),
            date(2026, 10, 30),
            date(2026, 10, 31),
            TODAY,
            date(2027, 1, 1),
        )
        return maybe(rng, known, *days)  # type: ignore[return-value]

    return Record(
        id=f"record-{number}",
        owner=owner,
        data_class=data_class,
        reference=f"R-{number}",
        event_date=day(),
        as_of=date(2026, 1, 1),
        people=(_person(rng, known, data_class),),
        disposition=any_of(rng, Disposition),
        state=RecordState(
            **{name: flag() for name in STATE_FLAGS},
            sealed=rng.choice((False, False, False, None, True)),
            own_record=rng.random() < 0.7,
            received_from=rng.choice(("", "us-department")),
            collected=day(),
            last_validated=day(),
            retain_until=day(),
        ),
    )


def _person(rng: random.Random, known: float, data_class: DataClass) -> PersonInRecord:
    convictions = tuple(
        Conviction(
            offence=maybe(rng, known, *OFFENCE_CODES),  # type: ignore[arg-type]
            grade=maybe(rng, known, "felony", "misdemeanour", "infraction"),  # type: ignore[arg-type]
            day=maybe(rng, known, date(2010, 1, 1), date(2019, 3, 1), TODAY),  # type: ignore[arg-type]
            reclassified=maybe(rng, known, "act-2014", "none", "none"),  # type: ignore[arg-type]
        )
        for _ in range(rng.choice((0, 1, 2)))
    )
    flags = (
        "registrant",
        "federal_felony_warrant",
        "probable_cause_felony",
        "minor",
        "acp_participant",
        "citizen_or_resident",
    )
    return PersonInRecord(
        key="p1",
        role=any_of(rng, PersonRole),
        fields=tuple(
            FieldValue(name=name, value="value", public=maybe(rng, 0.7, True, False, False))  # type: ignore[arg-type]
            for name in load_vocabulary().fields_of(data_class)
            if rng.random() < 0.5
        ),
        facts=SubjectFacts(
            convictions=convictions if rng.random() < known else None,
            custodian=maybe(rng, known, "local-jail", "state-corrections", "federal-custody"),  # type: ignore[arg-type]
            **{name: maybe(rng, known, True, False) for name in flags},  # type: ignore[arg-type]
        ),
    )


def _everything(number: int, **given: object) -> ast.Rule:
    return ast.Rule(
        id=Word(f"E-{number:02d}"),
        title=Word("Everything"),
        points=(Word("release"),),
        effect=ast.Permit(ast.AllFields()),
        **given,  # type: ignore[arg-type]
    )


def _policy(owner: Agency) -> ast.Policy:
    rule = _everything(1, status=Word("verified"), cite=Word("Model"), dates=ast.Dates(date(2019, 1, 1)))
    uses = (ast.Use("vocabulary", Word("comity"), 1),)
    return ast.Policy(Word("owner-policy"), Word("Own members"), Word(owner.id), 1, uses=uses, rules=(rule,))


def everything_agreement(number: int, owner: Agency, taker: Agency) -> ast.Agreement:
    parties = tuple(
        ast.Party(
            Word(side.id),
            Word(side.oris[0].ori),
            Word(side.name),
            Word(str(side.level)),
            Word(side.state) if side.state != "US" else None,
        )
        for side in (owner, taker)
    )
    return ast.Agreement(
        id=Word(f"EVERYTHING-{number:02d}"),
        title=Word("Everything"),
        uses=(ast.Use("vocabulary", Word("comity"), 1),),
        parties=parties,
        dates=ast.Dates(date(2026, 1, 1), date(2028, 1, 1)),
        authority=Word("Generated authority"),
        assessment=(Word("PIA-1"), Word("sha256:" + "5" * 64)),
        review=ast.Span(12, "month"),
        ends=(Word("either"), ast.Span(30, "day")),
        suspends=(Word(owner.id),),
        signings=tuple(ast.Signing(Word(side.id), (Word("agency-head"),)) for side in (owner, taker)),
        meanings=(
            (Word("right-to-know"), Word("a sworn member")),
            (Word("need-to-know"), Word("it bears on a case")),
        ),
        covers=tuple(Word(topic) for topic in load_vocabulary().types["topic"]),
        papers=tuple((Word(paper), Word("generated")) for paper in load_vocabulary().types["paper"]),
        clauses=(_everything(1, gives=ast.Gives(Word(owner.id), Word(taker.id))),),
    )
