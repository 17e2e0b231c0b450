"""The closed lists of the field: purposes, instruments, issuers, data classes, roles, record states.

The words equal those of the rule vocabulary (`law/comity.voc`, held equal by a test); the upper-case codes
are those of the public record (reference `law.md` 1.1). Numbers are permanent: append, never reorder.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Level(IntEnum):
    """What leaves of one field, from least to most."""

    NOTHING = 0
    POINTER = 1
    MASKED = 2
    FULL = 3

    @property
    def word(self) -> str:
        return self.name.lower()


class GovernmentLevel(StrEnum):
    """The level of government an agency belongs to."""

    FEDERAL = "federal"
    STATE = "state"
    LOCAL = "local"
    TRIBAL = "tribal"
    TERRITORIAL = "territorial"
    FOREIGN = "foreign"
    PRIVATE = "private"


class AgencyKind(StrEnum):
    """What an agency is; several laws bind by kind."""

    POLICE = "police"
    SHERIFF = "sheriff"
    SCHOOL_POLICE = "school-police"
    CORRECTIONS = "corrections"
    PROBATION = "probation"
    PROSECUTOR = "prosecutor"
    COURT = "court"
    MOTOR_VEHICLES = "motor-vehicles"
    LICENSING = "licensing"
    INVESTIGATIVE = "investigative"
    INTELLIGENCE = "intelligence"
    VICTIM_SERVICE = "victim-service"
    OTHER = "other"


class Component(StrEnum):
    """The immigration component an agency belongs to, or none."""

    CBP = "cbp"
    ICE = "ice"
    USCIS = "uscis"
    DHS_OTHER = "dhs-other"
    DELEGATE_287G = "delegate-287g"
    NONE = "none"


class Purpose(StrEnum):
    """Why a question is asked. There is no catch-all code (harms H15)."""

    CRIMINAL_INVESTIGATION = "criminal-investigation"
    CRIMINAL_PROSECUTION = "criminal-prosecution"
    FEDERAL_CRIME = "federal-crime"
    TASK_FORCE = "task-force-investigation"
    CUSTODY = "custody"
    MISSING_PERSON = "missing-person"
    OFFICER_SAFETY = "officer-safety"
    STOP = "stop"
    LICENSING = "licensing"
    CUSTOMS = "customs"
    CIVIL_IMMIGRATION = "civil-immigration"
    IMMIGRATION_ENTRY_CRIME = "immigration-entry-crime"
    REPRODUCTIVE_ENFORCEMENT = "reproductive-enforcement"
    EMERGENCY_LIFE = "emergency-life"
    SUBJECT_ACCESS = "subject-access"
    AUDIT = "audit"
    STATISTICS = "statistics"


class MessageKind(StrEnum):
    """What the message asks the owner for; several laws turn on it."""

    RECORDS_QUERY = "records-query"
    NOTIFICATION_REQUEST = "notification-request"
    HOLD_REQUEST = "hold-request"
    TRANSFER_REQUEST = "transfer-request"
    INTERVIEW_REQUEST = "interview-request"
    STANDING_QUESTION = "standing-question"
    EVENT_NOTICE = "event-notice"
    TRANSMISSION = "transmission"  # never asked: what an owner tells a foreign partner is decided as this question


# Nobody writes these by hand.
MADE_BY_VERBS = frozenset({MessageKind.STANDING_QUESTION, MessageKind.EVENT_NOTICE, MessageKind.TRANSMISSION})
FOR_ACTION = frozenset(
    set(MessageKind) - MADE_BY_VERBS - {MessageKind.RECORDS_QUERY}
)  # what asks for something to be done


class Instrument(StrEnum):
    """The kind of legal paper shown. An administrative warrant never counts as a judge's (NC-05)."""

    NOTHING = "nothing"
    AGENCY_HEAD_REQUEST = "agency-head-request"
    ADMINISTRATIVE_WARRANT = "administrative-warrant"
    DETAINER = "detainer"
    ADMINISTRATIVE_SUBPOENA = "administrative-subpoena"
    COURT_SUBPOENA = "court-subpoena"
    COURT_ORDER = "court-order"
    JUDICIAL_WARRANT = "judicial-warrant"
    CONSENT = "consent"
    STATUTE = "statute"


class Issuer(StrEnum):
    """Who signed the paper. An immigration judge is no court of any judge test (law.md C-12)."""

    NOBODY = "nobody"
    AGENCY_OFFICER = "agency-officer"
    IMMIGRATION_JUDGE = "immigration-judge"
    STATE_JUDGE = "state-judge"
    US_MAGISTRATE = "us-magistrate"
    ARTICLE_THREE_JUDGE = "article-three-judge"
    TRIBAL_JUDGE = "tribal-judge"
    TERRITORIAL_JUDGE = "territorial-judge"
    DC_JUDGE = "dc-judge"


class Certificate(StrEnum):
    """Written undertakings that particular laws ask for before data may pass."""

    PART_23 = "part-23"
    IL_ALPR_DECLARATION = "il-alpr-declaration"
    NY_DMV_CERTIFICATION = "ny-dmv-certification"
    CO_NO_IMMIGRATION = "co-no-immigration"
    WA_ACCESS = "wa-access"
    CLETS = "clets"
    IL_SOS_NO_CIVIL_IMMIGRATION = "il-sos-no-civil-immigration"
    CT_ALPR_DECLARATION = "ct-alpr-declaration"
    MD_3_529 = "md-3-529"


class DataClass(StrEnum):
    """The classes of records, decided one by one. Order is permanent: entries hold one bit a class."""

    CASE = "case"
    BOOKING = "booking"
    CUSTODY = "custody"
    CRIMINAL_HISTORY = "criminal-history"
    WARRANT = "warrant"
    NCIC_RESTRICTED = "ncic-restricted"
    FIREARM = "firearm"
    DMV = "dmv"
    LICENCE = "licence"
    PLATE_READ = "plate-read"
    INTELLIGENCE = "intelligence"
    GANG = "gang"
    TIP = "tip"
    IMMIGRATION_EVENT = "immigration-event"
    VICTIM_1367 = "victim-1367"
    ASYLUM = "asylum"
    TREATMENT = "treatment"
    JUVENILE = "juvenile"
    WAGE = "wage"
    PROTECTION_ORDER = "protection-order"
    COURT_RECORD = "court-record"
    SUPERVISION = "supervision"


class PersonRole(StrEnum):
    """Why a person stands in a record. Only the first group is ever searchable (`SEARCHABLE_ROLES`)."""

    SUBJECT = "subject"
    SUSPECT = "suspect"
    ARRESTEE = "arrestee"
    WANTED = "wanted"
    MISSING = "missing"
    LICENSEE = "licensee"
    REGISTRANT = "registrant"
    VICTIM = "victim"
    WITNESS = "witness"
    JUROR = "juror"
    COMPLAINANT = "complainant"
    VISITOR = "visitor"
    EMERGENCY_CONTACT = "emergency-contact"
    RELATIVE = "relative"
    OFFICIAL = "official"
    OTHER = "other"


SEARCHABLE_ROLES = frozenset(
    {
        PersonRole.SUBJECT,
        PersonRole.SUSPECT,
        PersonRole.ARRESTEE,
        PersonRole.WANTED,
        PersonRole.MISSING,
        PersonRole.LICENSEE,
        PersonRole.REGISTRANT,
    }
)


class Disposition(StrEnum):
    """How a charge ended, as far as the owner knows. `unknown` is written, never implied."""

    CONVICTED = "convicted"
    ACQUITTED = "acquitted"
    DISMISSED = "dismissed"
    NOT_FILED = "not-filed"
    DIVERTED = "diverted"
    PENDING = "pending"
    VOID = "void"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not-applicable"


class Status(StrEnum):
    """The one typed status every source asked yields."""

    ANSWERED = "answered"
    NOTHING_RELEASABLE = "nothing-releasable"
    HELD = "held"
    REFUSED = "refused"
    TOO_MANY = "too-many"
    TIMED_OUT = "timed-out"
    UNREACHABLE = "unreachable"
    FAILED = "failed"


class Step(StrEnum):
    """A digest first, then the detail of one item."""

    DIGEST = "digest"
    DETAIL = "detail"


class Sex(StrEnum):
    """Sex as recorded by an owner."""

    FEMALE = "F"
    MALE = "M"
    OTHER = "X"


class IdentifierKind(StrEnum):
    """The kind of an identifying number; equals the record field that holds it."""

    SSN = "ssn"
    DRIVER_LICENCE = "driver-licence"
    STATE_ID = "state-id"
    FBI_NUMBER = "fbi-number"
    A_NUMBER = "a-number"
    PASSPORT = "passport"
    LICENCE_NUMBER = "licence-number"
    OTHER_ID = "other-id"
