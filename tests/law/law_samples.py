"""Small laws, facts and records that the law tests share."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import MappingProxyType

from comity.law.atoms import FactValue
from comity.law.calendar import OwnerCalendar
from comity.law.compile import compile_law
from comity.law.compiled import Election, Law
from comity.law.decide import decide_record
from comity.law.facts import Facts, Standing
from comity.law.fold import Folded, fold
from comity.model.canon import text_digest
from comity.model.codes import DataClass, Disposition, PersonRole
from comity.model.decision import RecordDecision
from comity.model.law_text import LawKind, LawText, Signature, whole_text
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState, SubjectFacts

OWNER_ORI, ASKER_ORI = "WA0179900", "DCFIA0100"
TODAY = date(2026, 11, 20)
HEAD = 'pack test "Test" in WA version 1 uses vocabulary comity 1\n'
POLICY_HEAD = 'policy owner-policy "Policy" of ccpd version 1 uses vocabulary comity 1\n'
HEADING = 'cite "Act 1" status verified from 2020-01-01 '
AGREEMENT_HEAD = f"""agreement CCPD-FIA-1 "Case records"
  party ccpd is {OWNER_ORI} "Cascade City Police" level local state WA
  party fia is {ASKER_ORI} "Federal Investigative Agency" level federal
  authority "Interlocal act" assessment "PIA-1" sha256:00000000
  from 2026-01-01 to 2027-12-31
  signs for ccpd agency-head signs for fia agency-head
"""
PERMIT_ALL = 'clause G-01 "Everything" gives ccpd to fia at release permit all fields\n'
SIGNED = (("ccpd", "agency-head"), ("fia", "agency-head"))


def law_text(kind: LawKind, text: str, **more: object) -> LawText:
    """A text of law with its true hash."""
    signed = more.get("signed", SIGNED)
    tables = more.get("tables", ())
    assert isinstance(signed, tuple)
    assert isinstance(tables, tuple)
    signatures = tuple(Signature(agency=agency, role=role, value="-") for agency, role in signed)
    return LawText(
        kind=kind,
        name=str(more.get("name", "test")),
        version=1,
        text=text,
        hash=text_digest(whole_text(text, tables)),
        signatures=signatures,
        tables=tables,
    )


def pack(rules: str, **more: object) -> LawText:
    """A test pack with these rules and definitions."""
    return law_text(LawKind.PACK, HEAD + rules, **more)


def policy(rules: str) -> LawText:
    """The owner's policy with these rules."""
    return law_text(LawKind.POLICY, POLICY_HEAD + rules, name="owner-policy")


def agreement(clauses: str = PERMIT_ALL, **more: object) -> LawText:
    """The signed agreement between owner and asker with these clauses."""
    return law_text(LawKind.AGREEMENT, AGREEMENT_HEAD + clauses, name="CCPD-FIA-1", **more)


def rule(name: str, body: str) -> str:
    """A rule at `release` with cite, status and first day."""
    return f'rule {name} "Title of {name}" {HEADING} at release {body}\n'


def law_of(*texts: LawText, elections: tuple[Election, ...] = ()) -> Law:
    """Compile texts."""
    return compile_law(tuple(texts), elections=elections)


PLAIN: Mapping[str, FactValue] = MappingProxyType(
    {
        "asker's level": "federal",
        "asker's state": "US",
        "asker's kind": "investigative",
        "asker's component": "none",
        "asker's certificates": frozenset(),
        "asker is primarily-immigration": False,
        "owner's level": "local",
        "owner's state": "WA",
        "owner's kind": "police",
        "owner's component": "none",
        "member is acting-for-immigration": False,
        "query's purpose": "criminal-investigation",
        "query's message": "records-query",
        "query's step": "digest",
        "query's case-number": "26-1",
        "order's instrument": "nothing",
        "order's issuer": "nobody",
    }
)


def facts_of(
    changes: Mapping[str, FactValue] | None = None,
    classes: tuple[str, ...] = ("case",),
    *,
    on: date = TODAY,
    standing: Standing | None = None,
    others: tuple[Facts, ...] = (),
) -> Facts:
    """Facts of a plain question, changed as told."""
    instant = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    stands = standing or Standing("fia", frozenset({ASKER_ORI}), "ccpd", frozenset({OWNER_ORI}))
    values = {**PLAIN, **(changes or {}), "now": on}
    calendar = OwnerCalendar(int(instant.timestamp() * 1000), "UTC")
    return Facts(MappingProxyType(values), stands, calendar, classes, others)


def folded_of(*texts: LawText, facts: Facts | None = None) -> Folded:
    """Texts folded for a question."""
    return fold(law_of(*texts), facts or facts_of())


def record_of(
    data_class: DataClass = DataClass.CASE,
    state: RecordState | None = None,
    subject: SubjectFacts | None = None,
    fields: tuple[FieldValue, ...] = (FieldValue(name="name", value="Rosa Marsh"),),
) -> Record:
    """A record of one person, `p`."""
    person = PersonInRecord(
        key="p", role=PersonRole.SUSPECT, fields=fields, facts=subject or SubjectFacts(convictions=())
    )
    return Record(
        id="r1",
        owner="ccpd",
        data_class=data_class,
        reference="26-118",
        event_date=TODAY,
        as_of=TODAY,
        people=(person,),
        disposition=Disposition.PENDING,
        state=state or RecordState(),
    )


CONFLICT = (
    rule("A-1", "forbid fields labelled immigration-status, address")
    + rule("A-2", "")
    + rule(
        "A-3",
        "conflict C-1 between A-1 and A-2 over fields labelled immigration-status elect send, withhold "
        "valid 1 year when asker's level is federal",
    )
)
OWN = Standing("ccpd", frozenset({OWNER_ORI}), "ccpd", frozenset({OWNER_ORI}))
STRANGER = Standing("bia", frozenset({"DCBIA0100"}), "ccpd", frozenset({OWNER_ORI}))


def decided(*texts: object, facts: Facts | None = None, **record: object) -> RecordDecision:
    """The decision on a plain record."""
    return decide_record(folded_of(*texts, facts=facts), record_of(**record), "p")  # type: ignore[arg-type]


def levels(decision: RecordDecision, *fields: str) -> list[str]:
    """Levels by name, `held` for held."""
    by_name = {one.field: "held" if one.held else one.level.word for one in decision.fields}
    return [by_name[field] for field in fields]


def reasons(decision: RecordDecision, field: str) -> list[str]:
    """Ids of the rules that decided a field."""
    return [reason.rule for one in decision.fields if one.field == field for reason in one.reasons]
