"""The twin's own reading of the nouns: what a question, its parties and a record say, in the vocabulary's words.

Written from the vocabulary, attribute by attribute. An attribute that is not set here is unknown.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from comity.model.agency import Agency, Directory, Member
from comity.model.query import Query
from comity.model.record import PersonInRecord, Record
from reference_truth import Capacity

HOMELAND_SECURITY = ("cbp", "ice", "uscis", "dhs-other")


def today_of(owner: Agency, at_ms: int) -> date:
    """The day in the owner's time zone."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(owner.zone)).date()


def capacities_of(query: Query, member: Member, directory: Directory, today: date) -> tuple[Capacity, ...]:
    """The question as the asker, as the beneficiary and as every agency the member acts for, each once."""
    names = []
    for name in (query.asker, query.beneficiary, *member.acting_for):
        if name not in names:
            names.append(name)
    shared = {
        **facts_of_question(query, member, directory, today),
        **facts_of_owner(directory.get_agency(query.owner)),
    }
    found = []
    for name in names:
        agency = directory.find_agency(name)
        oris = oris_of(agency, today) if agency else frozenset()
        named = query.asker_ori if name == query.asker else ""
        facts = {**shared, **(facts_of_asker(agency, today) if agency else {})}
        for broker in query.via or ("direct",):
            found.append(Capacity(name, oris, named, {**facts, "query's broker": broker}))
    return tuple(found)


def oris_of(agency: Agency, today: date) -> frozenset[str]:
    return frozenset(
        dated.ori for dated in agency.oris if dated.first <= today and (dated.last is None or dated.last >= today)
    )


def facts_of_asker(agency: Agency, today: date) -> dict[str, object]:
    colorado = sorted(
        held.first
        for held in agency.certificates
        if held.name.value == "co-no-immigration" and held.first <= today <= held.last
    )
    signed = {"asker's colorado-certified": colorado[-1]} if colorado else {}
    return {
        **signed,
        "asker's level": agency.level.value,
        "asker's state": agency.state,
        "asker's kind": agency.kind.value,
        "asker's component": agency.component.value,
        "asker's certificates": frozenset(
            held.name.value for held in agency.certificates if held.first <= today <= held.last
        ),
        "asker is primarily-immigration": agency.primarily_immigration,
    }


def facts_of_owner(owner: Agency) -> dict[str, object]:
    facts: dict[str, object] = {
        "owner's level": owner.level.value,
        "owner's state": owner.state,
        "owner's kind": owner.kind.value,
        "owner's component": owner.component.value,
    }
    if owner.level.value != "federal":
        facts["owner is federal-1367-holder"] = False
    elif owner.component.value in HOMELAND_SECURITY:
        facts["owner is federal-1367-holder"] = True  # of other federal owners nothing is known
    return facts


def facts_of_question(query: Query, member: Member, directory: Directory, today: date) -> dict[str, object]:
    """The question and its paper. An expired paper shows nothing: only that it has expired is known."""
    facts: dict[str, object] = {
        "query's purpose": query.purpose.value,
        "query's message": query.message.value,
        "query's step": query.step.value,
        "query is brokered": query.via != (),
        "query's case-number": query.case_number,
        "query's note": query.note or None,
        "query's dppa-use": query.dppa_use or None,
        "order's portion": query.basis.portion or None,
        "order's activity": query.basis.activity or None,
        "order's expires": query.basis.expires,
        "agreement's access": "query",
    }
    opening = {"agency-head-request", "court-subpoena", "court-order", "judicial-warrant", "consent", "statute"}
    cited = query.basis.instrument.value == "statute" and query.basis.activity.strip() != ""
    named_only = query.basis.instrument.value in opening and query.basis.document is None and not cited
    if (query.basis.expires is None or query.basis.expires >= today) and not named_only:
        facts["order's instrument"] = query.basis.instrument.value
        facts["order's issuer"] = query.basis.issuer.value
        facts["order's document"] = query.basis.document
        facts["order is sealed"] = query.basis.sealed
    others = [name for name in (query.beneficiary, *member.acting_for) if name != query.asker]
    served = [directory.find_agency(name) for name in others]
    for agency in served:
        if agency is not None and (agency.primarily_immigration or agency.component.value != "none"):
            facts["member is acting-for-immigration"] = True
    if "member is acting-for-immigration" not in facts and None not in served:
        facts["member is acting-for-immigration"] = False
    return {path: value for path, value in facts.items() if value is not None}


def facts_of_record(record: Record, person: PersonInRecord) -> dict[str, object]:
    state, subject = record.state, person.facts
    facts: dict[str, object] = {
        "record's data-class": record.data_class.value,
        "record's disposition": record.disposition.value,
        "record's received-from": state.received_from or None,
        "record's event-date": record.event_date,
        "record's as-of": record.as_of,
        "record's collected": state.collected,
        "record's last-validated": state.last_validated,
        "record's retain-until": state.retain_until,
        "record is own-record": state.own_record,
        "record is reviewed": state.reviewed,
        "record is certified": state.certified,
        "record is sealed": state.sealed,
        "record is disputed": state.disputed,
        "record is legal-hold": state.legal_hold,
        "record is tied-to-case": state.tied_to_case,
        "record is consented-onward": state.consented_onward,
        "record is received-under-1367": state.received_under_1367,
        "record is iii-derived": state.iii_derived,
        "record is non-conviction": state.non_conviction,
        "record is disposition-checked": state.disposition_checked,
        "record is generated-by-law-enforcement": state.generated_by_law_enforcement,
        "record is relief-denied": state.relief_denied,
        "record is from-abuser-only": state.from_abuser_only,
        "record is federal-detainee": state.federal_detainee,
        "record is suppressed": state.suppressed,
        "record is assessment": state.assessment,
        "record is restricted": state.restricted,
        "record is served-by-agreement": state.served_by_agreement,
        "record is in-court": state.in_court,
        "record is parking": state.parking,
        "record's group-audited": state.group_audited,
        "record's found": state.found,
        "record's disposed": state.disposed,
        "record's extended-until": state.extended_until,
        "subject's role": person.role.value,
        "subject's custodian": subject.custodian,
        "subject is registrant": subject.registrant,
        "subject is federal-felony-warrant": subject.federal_felony_warrant,
        "subject is probable-cause-felony": subject.probable_cause_felony,
        "subject is minor": subject.minor,
        "subject is acp-participant": subject.acp_participant,
        "subject is citizen-or-resident": subject.citizen_or_resident,
        "subject is federal-criminal-charge": subject.federal_criminal_charge,
        "subject is consented-interview": subject.consented_interview,
        "subject is violent-or-serious": subject.violent_or_serious,
        "subject is removal-order-by-judge": subject.removal_order_by_judge,
        "subject is former-entry-conviction": subject.former_entry_conviction,
        "subject's nationality": subject.nationality,
        "subject is being-removed": subject.being_removed,
        "subject is protection-claimed": subject.protection_claimed,
    }
    if subject.convictions is not None:
        facts["subject's convictions"] = tuple(
            {
                "conviction's offence": conviction.offence,
                "conviction's grade": conviction.grade,
                "conviction's day": conviction.day,
                "conviction's reclassified": conviction.reclassified,
                "conviction's listed-as": conviction.listed_as,
            }
            for conviction in subject.convictions
        )
    return {path: value for path, value in facts.items() if value is not None}


def public_of(record: Record, person: PersonInRecord) -> dict[str, bool]:
    """A field is public when each of its values is, not public when one is not, otherwise unknown."""
    flags: dict[str, bool] = {}
    for name in {value.name for value in (*person.fields, *record.fields)}:
        said = [value.public for value in (*person.fields, *record.fields) if value.name == name]
        if all(flag is True for flag in said):
            flags[name] = True
        elif any(flag is False for flag in said):
            flags[name] = False
    return flags
