"""Agencies, their members, and the directory that lists them."""

from __future__ import annotations

import re
from datetime import date

from msgspec import UNSET, UnsetType

from comity.errors import NounError
from comity.model.base import (
    Noun,
    check_agency_id,
    check_hash,
    check_ori,
    check_period,
    check_text,
    check_zone,
)
from comity.model.codes import AgencyKind, Certificate, Component, GovernmentLevel
from comity.model.listing import (
    MOST_JOINS,
    MOST_SUSPENDED,
    AgencyPacks,
    AgencyPast,
    FormerKey,
    Joined,
    Quorum,
    RevokedKey,
    Suspended,
    check_keys,
)
from comity.model.statement import SignedStatement

DIRECT = "direct"  # what stands in place of a broker where a question came through none
MOST_STATEMENTS = 9  # of one session: no more than there are undertakings that a law asks for
COUNTY_PATTERN = re.compile(r"[0-9]{5}")  # FIPS 6-4: two digits of the state, three of the county
CERTIFICATE_PATTERN = re.compile(r"[0-9a-f]{64}")


class DatedOri(Noun, frozen=True, kw_only=True):
    """One ORI of an agency and the days it was in use; `successor` is the ORI that replaced it."""

    ori: str
    first: date
    last: date | None = None
    successor: str | None = None

    def __post_init__(self) -> None:
        check_ori(self.ori)
        if self.successor is not None:
            check_ori(self.successor)
        check_period(self.first, self.last, f"ORI `{self.ori}`")


class HeldCertificate(Noun, frozen=True, kw_only=True):
    """A written undertaking an agency has given, and the days it is valid."""

    name: Certificate
    first: date
    last: date

    def __post_init__(self) -> None:
        check_period(self.first, self.last, f"certificate `{self.name}`")


class Agency(Noun, frozen=True, kw_only=True):
    """An agency, or one component of a department (components ask separately).

    `state` is a USPS code, `US` for federal bodies; `zone` an IANA time zone in which its deadlines run;
    `holidays` the days its offices are closed; `parent` the department a component belongs to. `county` is the FIPS
    code (five digits) of the county it is of, for the public map; left out where it is of none.
    """

    id: str
    name: str
    oris: tuple[DatedOri, ...]
    level: GovernmentLevel
    state: str
    kind: AgencyKind
    component: Component = Component.NONE
    primarily_immigration: bool = False
    parent: str | None = None
    zone: str = "UTC"
    holidays: tuple[date, ...] = ()
    certificates: tuple[HeldCertificate, ...] = ()
    node: str = ""
    public_key: str = ""
    contact: str = ""
    county: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text("agency name", self.name, 200)
        if self.county is not UNSET and not COUNTY_PATTERN.fullmatch(self.county):
            raise NounError(f"`{self.county[:40]}` is not a county; write its FIPS code, five digits")
        check_zone(self.zone)
        if not self.oris:
            raise NounError(f"agency `{self.id}` has no ORI; give at least one")
        if len(self.state) != 2 or not self.state.isupper():
            raise NounError(f"`{self.state}` is not a state; write a USPS code, or `US` for federal bodies")

    def ori_on(self, day: date) -> str:
        """The ORI in use on a day. Raises NounError when none is."""
        for dated in self.oris:
            if dated.first <= day and (dated.last is None or day <= dated.last):
                return dated.ori
        raise NounError(f"agency `{self.id}` has no ORI in use on {day}")

    def certificates_on(self, day: date) -> frozenset[Certificate]:
        return frozenset(held.name for held in self.certificates if held.first <= day <= held.last)


class Member(Noun, frozen=True, kw_only=True):
    """A person of an agency who asks, decides or signs.

    `acting_for` lists agencies on whose behalf the member acts now (task force, delegation, detail).
    `trained_until` is the last day the required training is valid. `signed` are statements of the session the member acts
    in, left out of what is written where there are none: no list of members has any.
    """

    id: str
    name: str
    agency: str
    roles: tuple[str, ...]
    trained_until: date
    acting_for: tuple[str, ...] = ()
    signed: tuple[SignedStatement, ...] | UnsetType = UNSET

    def __post_init__(self) -> None:
        check_agency_id(self.id)
        check_text("member name", self.name, 120)
        check_agency_id(self.agency)
        for agency in self.acting_for:
            check_agency_id(agency)
        if not self.roles:
            raise NounError(f"member `{self.id}` has no role; give at least one")
        if self.signed is not UNSET and not 0 < len(self.signed) <= MOST_STATEMENTS:
            raise NounError(f"member `{self.id}` has 1 to {MOST_STATEMENTS} statements, or leaves them out")

    @property
    def statements(self) -> tuple[SignedStatement, ...]:
        """The statements of the session the member acts in."""
        return () if isinstance(self.signed, UnsetType) else self.signed


class NodeListing(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """A node in the directory: where it answers and which keys it signs with.

    `message_key` is the base64 Ed25519 public key of its messages; `log_key` the verifier key of its log
    (C2SP signed-note vkey). Message keys of before count until their time; log keys of before stay listed, because
    receipts do. `certificate` is the hexadecimal SHA-256 of its TLS public key (SPKI), which is what is trusted;
    `certificate_pem` the certificates it shows that key in, one or more, the next one beside the present one;
    `witness_key` the verifier key of its cosignatures. Each is empty where it has none. A `broker` carries messages
    between others; `via` is the broker through which alone this node is reached, empty where it is reached directly.
    """

    id: str
    address: str
    message_key: str
    log_key: str
    former_message_keys: tuple[FormerKey, ...] = ()
    former_log_keys: tuple[FormerKey, ...] = ()
    revoked_keys: tuple[RevokedKey, ...] = ()
    certificate: str = ""
    certificate_pem: str = ""
    witness_key: str = ""
    broker: bool = False
    via: str = ""

    def __post_init__(self) -> None:
        check_keys(self.id, (*self.former_message_keys, *self.former_log_keys), self.revoked_keys)
        if self.certificate and not CERTIFICATE_PATTERN.fullmatch(self.certificate):
            raise NounError(
                f"the certificate of `{self.id}` is no SHA-256; write 64 hexadecimal digits, or nothing"
            )


class Directory(Noun, frozen=True, kw_only=True, omit_defaults=True):
    """Who takes part: agencies and nodes, versioned.

    `previous` is the hash of the version before, empty in a first one; `joins` the directories kept apart until now
    that end in this version; `quorum` who must sign the next one: every agency with a key, where none is named;
    `suspended` who is listed and cut off.
    """

    version: int
    agencies: tuple[Agency, ...]
    nodes: tuple[NodeListing, ...]
    previous: str = ""
    joins: tuple[Joined, ...] = ()
    quorum: Quorum | None = None
    past: tuple[AgencyPast, ...] = ()
    packs: tuple[AgencyPacks, ...] = ()
    suspended: tuple[Suspended, ...] = ()

    def __post_init__(self) -> None:
        for what, ids in (
            ("an agency", [agency.id for agency in self.agencies]),
            ("a node", [node.id for node in self.nodes]),
            ("the past of an agency", [one.agency for one in self.past]),
            ("the packs of an agency", [one.agency for one in self.packs]),
            ("a suspension", [one.id for one in self.suspended]),
        ):
            if len(set(ids)) != len(ids):
                raise NounError(f"the directory lists {what} twice")
        if self.previous:
            check_hash(self.previous)
        brokers = {node.id for node in self.nodes if node.broker}
        for node in self.nodes:
            if node.broker and node.id == DIRECT:
                raise NounError(f"no broker is called `{DIRECT}`: rules say so of a question without one")
            if node.via and (node.via not in brokers or node.via == node.id):
                raise NounError(
                    f"`{node.id}` is reached through `{node.via}`, which is no broker of the directory"
                )
        if len(self.suspended) > MOST_SUSPENDED:
            raise NounError(f"more than {MOST_SUSPENDED} are suspended at once; take out who is gone for good")
        if len(self.joins) > MOST_JOINS:
            raise NounError(
                f"more than {MOST_JOINS} directories end in this version; join them one after the other"
            )

    def find_agency(self, agency_id: str) -> Agency | None:
        return next((agency for agency in self.agencies if agency.id == agency_id), None)

    def get_agency(self, agency_id: str) -> Agency:
        agency = self.find_agency(agency_id)
        if agency is None:
            raise NounError(f"`{agency_id}` is not in the directory")
        return agency

    def find_node(self, node_id: str) -> NodeListing | None:
        return next((node for node in self.nodes if node.id == node_id), None)

    def past_of(self, agency_id: str) -> AgencyPast:
        """An agency's keys and nodes of before; an empty past where it has none."""
        return next((one for one in self.past if one.agency == agency_id), AgencyPast(agency=agency_id))

    def suspension_of(self, agency_id: str) -> Suspended | None:
        """Why an agency is cut off: by its own name, its department's or its node's; None where it is not."""
        agency = self.find_agency(agency_id)
        names = (agency_id,) if agency is None else (agency_id, agency.parent, agency.node)
        return next((one for one in self.suspended if one.id in names), None)

    def suspension_of_node(self, node_id: str) -> Suspended | None:
        """Why a node is cut off, with every agency at it; None where it is not."""
        return next((one for one in self.suspended if one.id == node_id), None)
