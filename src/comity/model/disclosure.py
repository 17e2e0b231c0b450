"""What the log and the store keep of a question: disclosure records, stored duties, receipts."""

from __future__ import annotations

from enum import StrEnum

from comity.model.agency import Member
from comity.model.approval import Approval, LookUp
from comity.model.base import Noun
from comity.model.codes import Purpose, Status
from comity.model.decision import Duty, QueryDecision, RecordDecision
from comity.model.delivery import OpenQuestion, StoredDelivery
from comity.model.feed import FeedChange
from comity.model.finding import Finding
from comity.model.held import Ruling
from comity.model.notice import NoticeFlow
from comity.model.person_act import PersonAct
from comity.model.petition import Petition
from comity.model.query import Query
from comity.model.record import Record
from comity.model.said import Said as Said
from comity.model.standing import Standing
from comity.model.transmission import Suspension, Transmission

RECALLED_BODY = "recalled"  # in place of a question's hash, where its answer may not be sent again


class EntryKind(StrEnum):
    """What happened. Numbers in the encoding are permanent (`ledger/entry.py`)."""

    ASKED = "asked"
    ANSWERED = "answered"
    RECEIVED = "received"
    REJECTED = "rejected"
    RESENT = "resent"
    LAW_ACTIVATED = "law-activated"
    RECORDS_LOADED = "records-loaded"
    NODE_OPENED = "node-opened"
    LAW_REFUSED = "law-refused"
    LAW_SUSPENDED = "law-suspended"
    ELECTION_SIGNED = "election-signed"
    DUTY_DONE = "duty-done"
    DUTY_DEFERRED = "duty-deferred"
    DUTY_RAISED = "duty-raised"
    RECORDS_PURGED = "records-purged"
    RECORDS_REFUSED = "records-refused"
    ACCESS_SWEPT = "access-swept"
    PERSON_ACT = "person-act"
    WEIGHTS_CHANGED = "weights-changed"
    RECORD_CORRECTED = "record-corrected"
    HIT_OUTCOME = "hit-outcome"
    DELIVERED = "delivered"
    TAKEN = "taken"
    RECALLED = "recalled"
    HELD_DECIDED = "held-decided"
    RECALL_CONFIRMED = "recall-confirmed"
    DIRECTORY_ADOPTED = "directory-adopted"
    DIRECTORY_REFUSED = "directory-refused"
    FORK_SEEN = "fork-seen"
    HIT_CONFIRMATION = "hit-confirmation"
    DISCLOSED = "disclosed"
    REQUEST_ACTED = "request-acted"
    REQUEST_WITHDRAWN = "request-withdrawn"
    RELAYED = "relayed"
    NOT_CARRIED = "not-carried"
    AGREEMENT_KEPT = "agreement-kept"
    TEXT_SIGNED = "text-signed"
    RECORD_READ = "record-read"
    DELEGATED = "delegated"
    DELEGATION_ENDED = "delegation-ended"
    MONTH_TALLIED = "month-tallied"
    LOG_PRUNED = "log-pruned"
    ONWARD = "onward"
    FEED_ACT = "feed-act"
    FEED_BATCH = "feed-batch"
    FEED_WITHDREW = "feed-withdrew"
    FEED_BROKEN = "feed-broken"
    STANDING_SET = "standing-set"
    NOTICES_SET = "notices-set"
    NOTICED = "noticed"
    TRANSMISSION_PREPARED = "transmission-prepared"
    TRANSMISSION_RELEASED = "transmission-released"
    TRANSMISSION_MAILED = "transmission-mailed"
    TRANSMISSIONS_SUSPENDED = "transmissions-suspended"
    TRANSMISSIONS_RESUMED = "transmissions-resumed"
    FINDING_OPENED = "finding-opened"
    FINDING_TAKEN = "finding-taken"
    FINDING_CLOSED = "finding-closed"
    FINDING_MEMBERS_SEEN = "finding-members-seen"
    CIRCLE_CHANGED = "circle-changed"
    PETITION_OPENED = "petition-opened"
    PETITION_CHECKED = "petition-checked"
    LOG_OPENING_ASKED = "log-opening-asked"
    LOG_OPENED = "log-opened"
    PETITION_REVIEWED = "petition-reviewed"
    PETITION_DECIDED = "petition-decided"
    PETITION_DISPUTED = "petition-disputed"
    PETITION_TOLD = "petition-told"
    FIGURE_ENTERED = "figure-entered"
    APPROVAL_ASKED = "approval-asked"
    APPROVAL_DECIDED = "approval-decided"
    APPROVAL_WITHDRAWN = "approval-withdrawn"
    ASKED_AGAIN = "asked-again"
    SAMPLE_REVIEWED = "sample-reviewed"
    REPORT_FILED = "report-filed"
    SIGNED_IN = "signed-in"
    SESSION_ENDED = "session-ended"
    SIGN_IN_FAILED = "sign-in-failed"
    PAGE_REFUSED = "page-refused"
    MEMBER_CHANGED = "member-changed"
    DIRECTORY_BROUGHT = "directory-brought"
    MISTAKE_REPORTED = "mistake-reported"
    PASSKEY_ADDED = "passkey-added"
    PASSKEY_REMOVED = "passkey-removed"
    MEMBER_UNLOCKED = "member-unlocked"
    MEMBER_LOCKED_OUT = "member-locked-out"
    ENTRY_OPENED = "entry-opened"
    COPIED = "copied"
    AUDIT_IMPORTED = "audit-imported"
    STATEMENT_SIGNED = "statement-signed"
    SESSION_REFUSED = "session-refused"
    TOLD_NOTED = "told-noted"
    NODE_RESUMED = "node-resumed"


class EntryFacts(Noun, frozen=True, kw_only=True):
    """The plain codes of one log entry: nothing here names or describes a person.

    `owner_ori` and `asker_ori` are ORIs; `decision` the outward status word or empty; `class_mask` one bit per
    data class asked for (order of `DataClass`); `released` items released; `agreement` and `law` hashes or
    empty, `law` also the hash of an election, of weights or of a directory; `pair` the pairing commitment, 64
    hexadecimal digits or empty.
    """

    kind: EntryKind
    at_ms: int
    owner_ori: str = ""
    asker_ori: str = ""
    purpose: Purpose | None = None
    instrument: str = ""
    decision: str = ""
    class_mask: int = 0
    released: int = 0
    agreement: str = ""
    law: str = ""
    pair: str = ""


class Shown(Noun, frozen=True, kw_only=True):
    """What one item showed: the record and person it stands for and every field that left."""

    item_id: str
    record_id: str
    person_key: str
    fields: tuple[str, ...]


class Disclosure(Noun, frozen=True, kw_only=True):
    """The owner's record of one disclosure or refusal: who asked what, and what was shown, field by field.

    Holds nothing that the outward answer does not follow from, so that an entry over it tells nothing of records
    that were withheld whole. It is a data class under the owner's law, never a source for a question.
    """

    query: Query
    member: Member
    node: str
    status: Status
    answer_hash: str
    shown: tuple[Shown, ...]


class Considered(Noun, frozen=True, kw_only=True):
    """One record the owner considered and what was decided; for the owner's desk only."""

    record_id: str
    person_key: str
    probability_ppm: int | None
    decision: RecordDecision


class DeskRecord(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """The sealed full explanation of one answer: the decision on the question and on every record considered.

    `weights` is the version they were compared by; empty where the answer was given before versions were kept.
    """

    query_id: str
    law: str
    decision: QueryDecision
    considered: tuple[Considered, ...]
    weights: str = ""


class CounselDeferral(Noun, frozen=True, kw_only=True):
    """Counsel's own word on a deferral, in place of the law's: `until_ms` is None where it was lifted.

    `order` is the hash of the sealed order that counsel has seen, empty where the deferral was lifted.
    """

    until_ms: int | None
    said: Said
    order: str = ""


class StoredDuty(Noun, frozen=True, kw_only=True):
    """A duty as the owner's desk keeps it: facts only. Its state follows from them and the clock, and is not stored.

    `query_id` is the question that raised it, `asker` that question's agency, `record_id` the record it is about;
    each empty where there is none. `started_ms` is when the event it waited for happened; `confirmed` the word of
    the person who let it go out; `counsel` replaces the law's deferral; `changed` counts the changes.
    """

    id: str
    owner: str
    query_id: str
    duty: Duty
    raised_ms: int
    done_ms: int | None = None
    evidence: str = ""
    done_by: str = ""
    asker: str = ""
    record_id: str = ""
    started_ms: int | None = None
    confirmed: Said | None = None
    counsel: CounselDeferral | None = None
    changed: int = 0


class OwedRow(Noun, frozen=True, kw_only=True):
    """What one act fulfils: its duties, the earliest clock first, and whom it is towards.

    `duty` is the id of the one that says what is to be done; whichever is recorded as done, all are. `due_ms` is the earliest
    of their times, None where none is set.
    """

    duty: str
    recipient: str
    due_ms: int | None
    duties: tuple[StoredDuty, ...]


class Receipt(Noun, frozen=True, kw_only=True):
    """Proof that an entry stands in a node's log; verifies offline.

    `proof` is the text of a C2SP tlog-proof; `entry` the encoded entry, base64; `content_key` (base64, 32 bytes)
    opens the entry's content commitment over the bytes it came with.
    """

    node: str
    entry: str
    proof: str
    content_key: str


class MintedItem(Noun, frozen=True, kw_only=True):
    """An item id minted for one question and what it stands for at the owner."""

    item_id: str
    query_id: str
    asker: str
    member: str
    owner: str
    purpose: Purpose
    beneficiary: str
    record_id: str
    person_key: str
    question: str


class Unit(Noun, frozen=True, kw_only=True):
    """Everything one entry commits in one transaction.

    `facts` become the entry; `content` the outward bytes both sides can check (the unsealed answer, the question
    asked), bound by the entry's content commitment and stored; `record` the disclosure record, bound by its own
    commitment; `sealed` what only the owner's desk may read (full explanation), never bound by the public entry;
    `duties` go to the desk, those of a period or an event once however often they are raised; `changed_duties`
    replace stored ones, each exactly one change after the stored one, or the unit fails with DutyChangedError;
    `replay` is (sender, nonce) to remember; `answer_to` the (asker, query id, step key, body hash) whose stored
    answer `content` is; `items` map minted item ids to what they stand for. `removes` are (owner, record id) of
    records that go with the entry; `restricts` records that stay and are found by nobody. `person_acts` follow the
    owner's last one by number, or the unit fails with PersonsChangedError. `corrects` are records as they were read and
    as they are from now on; where one is no longer as it was read, the unit fails with RecordChangedError.
    `deliveries` are to be brought to other nodes, or came from them, each once however often it is named;
    `changed_deliveries` replace stored ones as duties are changed. `supersedes` are entries that no longer answer their
    question, `recalled` entries whose answer may not be sent again; `forgets` are entries whose content, record and
    explanation are destroyed with the keys that opened them.
    `standing` are questions that stand here and `notice_flows` what an owner gives notice of, as they are from now on: stored
    ones are replaced as duties are changed.
    `rulings` are what was decided of holds. `opens` are questions that wait for answers, as they stand from now on; `closes`
    the (asker, question) that wait for none any more. `destroys` are wrapping keys that are destroyed from now on, with what
    lies under them. `feeds` are changes of feeds, each one after the stored one, or the unit fails with DeliveryChangedError.
    `unkept` content is committed to and proved, and not stored. `transmissions`, `suspensions`, `findings`, `petitions` and
    `approvals` are as they stand from now on: new where `changed` is 0, else each exactly one change after the stored one.
    `look_ups` are held against later questions for a month, and the older ones of the same agency go.
    """

    facts: EntryFacts
    content: bytes
    record: bytes
    sealed: bytes = b""
    duties: tuple[StoredDuty, ...] = ()
    replay: tuple[str, str] | None = None
    answer_to: tuple[str, str, str, str] | None = None
    items: tuple[MintedItem, ...] = ()
    changed_duties: tuple[StoredDuty, ...] = ()
    removes: tuple[tuple[str, str], ...] = ()
    restricts: tuple[Record, ...] = ()
    person_acts: tuple[PersonAct, ...] = ()
    corrects: tuple[tuple[Record, Record], ...] = ()
    deliveries: tuple[StoredDelivery, ...] = ()
    changed_deliveries: tuple[StoredDelivery, ...] = ()
    supersedes: tuple[int, ...] = ()
    recalled: tuple[int, ...] = ()
    forgets: tuple[int, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    opens: tuple[OpenQuestion, ...] = ()
    closes: tuple[tuple[str, str], ...] = ()
    destroys: tuple[str, ...] = ()
    feeds: tuple[FeedChange, ...] = ()
    unkept: bool = False
    standing: tuple[Standing, ...] = ()
    notice_flows: tuple[NoticeFlow, ...] = ()
    transmissions: tuple[Transmission, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    findings: tuple[Finding, ...] = ()
    petitions: tuple[Petition, ...] = ()
    approvals: tuple[Approval, ...] = ()
    look_ups: tuple[LookUp, ...] = ()


class Purged(Noun, frozen=True, kw_only=True):
    """What a purge did, or would do: records looked at, and by reference and rules what became of each.

    `removed` and `restricted` were decided by rules; `custodian` waits for a records custodian, because a fact is not
    known. `entries` are the log's, one a batch; none for a trial.
    """

    owner: str
    looked_at: int
    removed: tuple[tuple[str, tuple[str, ...]], ...]
    restricted: tuple[tuple[str, tuple[str, ...]], ...]
    custodian: tuple[tuple[str, tuple[str, ...]], ...]
    entries: tuple[int, ...] = ()
