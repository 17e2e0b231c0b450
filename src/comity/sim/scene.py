"""The world a simulation begins with: four agencies, their law and a few records, all invented and very small.

What must never leave an owner is marked: every record has an address that no agreement gives, and sealed records and a
class nobody was given hold values of their own. The marks are words that stand nowhere else, so a checker only has to
look for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import combinations

from msgspec.structs import replace

from comity.model.agency import Agency, DatedOri, Member
from comity.model.canon import text_digest
from comity.model.codes import (
    AgencyKind,
    DataClass,
    Disposition,
    GovernmentLevel,
    Instrument,
    PersonRole,
    Purpose,
)
from comity.model.feed import Cadence, FeedTerms
from comity.model.law_text import LawKind, LawText
from comity.model.outcome import LONGEST_DEADLINE_MS, AskRequest
from comity.model.query import LegalBasis, PersonSubject
from comity.model.record import FieldValue, PersonInRecord, Record, RecordState, SubjectFacts

TRAINED_UNTIL = date(2030, 1, 1)
FIRST, SEEN = date(2020, 1, 1), date(2026, 1, 1)
MARK = "ZQX-"  # begins every word that must never leave its owner; no base64 or hexadecimal holds it by chance
POSTS = {
    "detective": ("member",),
    "custodian": ("member", "records-custodian"),
    "supervisor": ("member", "supervisor"),
    "head": ("agency-head", "counsel"),
}

PACK = """pack sim "Law of the simulation" in WA version 1 uses vocabulary comity 1

part "Everything"
  cite   "Act 1"
  status verified
  decided automatically
  from   2020-01-01

rule S-01 "A sealed record is not shown, nor that there is one"
  at     release
  forbid all fields
  when   record is sealed
  conceal existence

rule S-02 "What the person disputes goes"
  at     purge
  purge record
  when   record is disputed

rule S-03 "What a court may need stays, and nobody finds it"
  at     purge
  keep record restricted
  when   record is legal-hold

rule S-04 "Every question is written down within a day"
  at     ask
  when   query's purpose is criminal-investigation
  duty   document query within 1 day of query-received on any-outcome "the case the question belongs to"

rule S-05 "Nothing is told abroad of whoever claimed protection"
  at     release
  forbid all fields
  when   query's message is transmission
  unless subject is not protection-claimed
  conceal existence

rule S-06 "A second person releases what goes abroad"
  at     release
  hold   all fields for review by supervisor
  when   query's message is transmission

rule S-07 "What goes abroad travels with its terms"
  at     release
  when   query's message is transmission
  duty   label on any-outcome "passed on to nobody"
"""

ABROAD = """agreement {name} "Histories of nationals who are removed"
  uses vocabulary comity 1
  party      {one} is {one_ori} "{one}" level local state WA
  party      {two} is {two_ori} "{two}" level foreign
  authority  "Cooperation agreement, article 3"
  from       2026-01-01 to 2029-12-31
  review     every 12 months
  assessment "PIA-{name}" sha256:5be1f03c7a90
  covers     audit, dissemination, hit-confirmation, logging, quality, screening, security, timeliness, training, use,
    validation
  suspends   by {one} at once
  suspends   by {two} at once
  ends       by either on 30 days notice
  delegation none
  signs for {one} agency-head
  signs for {two} agency-head

clause G-01 "Who, and of what convicted"
  gives  {one} to {two}
  data   criminal-history
  at     release
  permit field name, birth-date, charge
  when   query's message is transmission and subject's nationality is XA and subject is being-removed
"""

AGREEMENT = """agreement {name} "Case records for numbered cases, both ways"
  uses vocabulary comity 1
  party      {one} is {one_ori} "{one}" level local state WA
  party      {two} is {two_ori} "{two}" level local state WA
  authority  "Interlocal cooperation act"
  from       2026-01-01 to 2029-12-31
  review     every 12 months
  assessment "PIA-{name}" sha256:5be1f03c7a90
  covers     audit, dissemination, hit-confirmation, logging, quality, screening, security, timeliness, training, use,
    validation
  suspends   by {one} at once
  suspends   by {two} at once
  ends       by either on 30 days notice
  delegation none
  signs for {one} agency-head
  signs for {two} agency-head

clause G-01 "Who and what, for a numbered case"
  gives  {one} to {two}
  data   case
  at     release
  permit fields labelled identity, offence, event
  when   query's purpose is criminal-investigation and query has case-number

clause G-02 "The same the other way"
  gives  {two} to {one}
  data   case
  at     release
  permit fields labelled identity, offence, event
  when   query's purpose is criminal-investigation and query has case-number
"""


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person questions are asked about."""

    family: str
    given: str
    born: str

    @property
    def subject(self) -> PersonSubject:
        return PersonSubject(family=self.family, given=self.given, birth_date=self.born)


ORIS = {
    "gray-police": "WA0179901",
    "north-police": "WA0179902",
    "south-sheriff": "WA0179903",
    "west-police": "WA0179904",
}
FOREIGN, FOREIGN_ORI = (
    "xa-office",
    "XA0000001",
)  # a partner abroad: it asks nothing and is told what agreements give
EVERYWHERE = Somebody("Marsh", "Rosalind", "1984-03-02")  # has an open record at every owner
SEALED = Somebody("Okafor", "Benedict", "1991-11-23")  # has only a sealed record
OTHER_CLASS = Somebody("Lindqvist", "Tamsin", "1979-07-14")  # has only a record of a class nobody was given
DISPUTED = Somebody("Varga", "Ilona", "1966-09-30")  # goes at a purge
REMOVED = Somebody("Ferrante", "Aurelio", "1988-02-29")  # may be told of abroad
CLAIMED = Somebody("Quispe", "Nayra", "1993-08-17")  # the same, but for a claim to protection
HELD = Somebody("Duarte", "Anselm", "1958-01-19")  # is kept, restricted, at a purge
NOBODY = Somebody("Wexcombe", "Philippa", "1972-05-05")  # is in nobody's file
OPEN = RecordState(sealed=False, disputed=False, legal_hold=False)
FEED_OWNER, FEED_RECIPIENT = "north-police", "south-sheriff"
FEED_NAME = "NORTH-SOUTH-FEED-2026"
FEED_WORDS = "the two work on it together"
FEED_PURPOSE = Purpose.TASK_FORCE  # one that no question is asked for, so that what answers is another agreement
SUBJECTS = (EVERYWHERE, SEALED, OTHER_CLASS, DISPUTED, HELD, NOBODY)


def node_of(agency: str) -> str:
    """The node that holds an agency."""
    return agency.partition("-")[0]


def agencies() -> tuple[Agency, ...]:
    """The agencies, without keys; each on a node of its own."""
    own = tuple(
        Agency(
            id=name,
            name=name.replace("-", " ").title(),
            oris=(DatedOri(ori=ori, first=FIRST),),
            level=GovernmentLevel.LOCAL,
            state="WA",
            kind=AgencyKind.SHERIFF if name.endswith("sheriff") else AgencyKind.POLICE,
            zone="America/Los_Angeles",
            node=node_of(name),
        )
        for name, ori in ORIS.items()
    )
    return (*own, _partner())


def _partner() -> Agency:
    return Agency(
        id=FOREIGN,
        name="Office Abroad",
        oris=(DatedOri(ori=FOREIGN_ORI, first=FIRST),),
        level=GovernmentLevel.FOREIGN,
        state="XX",
        kind=AgencyKind.OTHER,
        zone="America/Guatemala",
        node=node_of(FOREIGN),
    )


@cache
def member_of(agency: str, post: str) -> Member:
    """The one who holds a post of `POSTS` at an agency."""
    return Member(
        id=f"{agency}-{post}",
        name=f"{post.title()} Example",
        agency=agency,
        roles=POSTS[post],
        trained_until=TRAINED_UNTIL,
    )


@cache
def law_of(agency: str) -> tuple[tuple[LawText, tuple[tuple[str, str], ...]], ...]:
    """An owner's law, unsigned, each text with (agency, role) of who signs it."""
    pack = (_text(LawKind.PACK, "sim", PACK), ((agency, "counsel"),))
    pairs = [pair for pair in combinations(ORIS, 2) if agency in pair]
    texts = [(text, pair) for pair in pairs for text in (agreement_of(*pair), standing_agreement_of(*pair))]
    texts += [(agreement_of(one, FOREIGN), (one, FOREIGN)) for one in ORIS if agency in (one, FOREIGN)]
    texts += [(feed_agreement(), fed) for fed in ((FEED_OWNER, FEED_RECIPIENT),) if agency in fed]
    return (pack, *((text, tuple((one, "agency-head") for one in pair)) for text, pair in texts))


def agreement_name(one: str, two: str) -> str:
    """What the agreement between two agencies is called."""
    first, second = sorted((one, two))
    return f"{node_of(first).upper()}-{node_of(second).upper()}-2026"


@cache
def agreement_of(one: str, two: str) -> LawText:
    """The agreement between two agencies, which nobody has signed."""
    first, second = sorted((one, two))
    name = agreement_name(one, two)
    oris = {**ORIS, FOREIGN: FOREIGN_ORI}
    form = ABROAD if FOREIGN in (one, two) else AGREEMENT
    text = form.format(name=name, one=first, two=second, one_ori=oris[first], two_ori=oris[second])
    return _text(LawKind.AGREEMENT, name, text)


def standing_name(one: str, two: str) -> str:
    """What the agreement on standing questions between two agencies is called."""
    return agreement_name(one, two).replace("-2026", "-STANDING")


@cache
def standing_agreement_of(one: str, two: str) -> LawText:
    """The agreement on standing questions between two agencies: the same clauses, and nothing else is opened by it."""
    name, body = standing_name(one, two), agreement_of(one, two).text
    body = body.replace(agreement_name(one, two), name).replace(
        "  covers     audit", "  access     standing\n  covers     audit"
    )
    return _text(LawKind.AGREEMENT, name, body)


@cache
def feed_agreement() -> LawText:
    """The agreement that opens the one feed, which nobody has signed."""
    one, two = FEED_OWNER, FEED_RECIPIENT
    text = AGREEMENT.format(name=FEED_NAME, one=one, two=two, one_ori=ORIS[one], two_ori=ORIS[two])
    text = text.replace("  delegation none\n", "  delegation none\n  access     feed\n")
    return _text(LawKind.AGREEMENT, FEED_NAME, text.replace("criminal-investigation", FEED_PURPOSE))


def feed_terms() -> FeedTerms:
    """What the one feed is for."""
    return FeedTerms(
        agreement=FEED_NAME,
        recipient=FEED_RECIPIENT,
        beneficiary=FEED_RECIPIENT,
        purpose=FEED_PURPOSE,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-0001",
        data_classes=(DataClass.CASE,),
        cadence=Cadence.DAILY,
    )


def records_of(agency: str) -> tuple[Record, ...]:
    """An owner's records: three people questions may find, three who are closed in one way each."""
    return (
        make_record(agency, "everywhere", EVERYWHERE),
        make_record(agency, "sealed", SEALED, replace(OPEN, sealed=True)),
        make_record(agency, "class", OTHER_CLASS, OPEN, DataClass.BOOKING),
        make_record(agency, "disputed", DISPUTED, replace(OPEN, disputed=True)),
        make_record(agency, "held", HELD, replace(OPEN, disputed=True, legal_hold=True)),
        history_of(agency, "removed", REMOVED),
        history_of(agency, "claimed", CLAIMED),
    )


def history_of(agency: str, word: str, who: Somebody) -> Record:
    """A criminal history of somebody who is removed; only the claim of one of them tells two such apart."""
    record = make_record(agency, word, who, OPEN, DataClass.CRIMINAL_HISTORY)
    facts = SubjectFacts(nationality="XA", being_removed=True, protection_claimed=who is CLAIMED)
    people = tuple(replace(one, facts=facts) for one in record.people)
    charge = f"{mark_of(agency, word)} charge" if who is CLAIMED else "Theft"
    return replace(record, people=people, fields=(FieldValue(name="charge", value=charge),))


def make_record(
    agency: str, word: str, who: Somebody, state: RecordState = OPEN, data_class: DataClass = DataClass.CASE
) -> Record:
    """One record about one person, with marked values that nobody may have."""
    mark = mark_of(agency, word)
    charge = f"{mark} charge" if state.sealed or data_class is not DataClass.CASE else "Theft"
    fields = (
        FieldValue(name="name", value=f"{who.family}, {who.given}"),
        FieldValue(name="birth-date", value=who.born),
        FieldValue(name="home-address", value=f"{mark} street"),
    )
    return Record(
        id=f"{agency}-{word}",
        owner=agency,
        data_class=data_class,
        reference=f"R-{word}",
        event_date=SEEN,
        as_of=SEEN,
        people=(PersonInRecord(key="p", role=PersonRole.SUSPECT, fields=fields, facts=SubjectFacts()),),
        fields=(FieldValue(name="charge", value=charge),),
        disposition=Disposition.PENDING,
        state=state,
    )


def mark_of(agency: str, word: str) -> str:
    """The word that stands in one record alone."""
    return f"{MARK}{node_of(agency)}{word}".upper()


def request_of(asker: str, who: Somebody, sources: tuple[str, ...]) -> AskRequest:
    """A detective's question about somebody, under a case number."""
    return AskRequest(
        asker=asker,
        member=f"{asker}-detective",
        beneficiary=asker,
        purpose=Purpose.CRIMINAL_INVESTIGATION,
        basis=LegalBasis(instrument=Instrument.NOTHING),
        case_number="26-0001",
        data_classes=(DataClass.CASE, DataClass.BOOKING),
        subject=who.subject,
        sources=sources,
        wait_ms=LONGEST_DEADLINE_MS,  # of real time: a busy machine must not decide what a seed does
    )


def _text(kind: LawKind, name: str, text: str) -> LawText:
    return LawText(kind=kind, name=name, version=1, text=text, hash=text_digest(text))
