"""Code tables: what other people's words mean here. A word that is not in its table stops the load.

The disposition words are those of the Interstate Criminal History Transmission Specification's free-text field
as state repositories fill it; the units and sex codes are NCIC and UN/ECE codes as NIEM lists them.
"""

from __future__ import annotations

from comity.model.codes import Disposition, PersonRole, Sex

DISPOSITIONS = {
    "ACQUITTED": Disposition.ACQUITTED,
    "NOT GUILTY": Disposition.ACQUITTED,
    "CONVICTED": Disposition.CONVICTED,
    "GUILTY": Disposition.CONVICTED,
    "GUILTY PLEA": Disposition.CONVICTED,
    "NO CONTEST": Disposition.CONVICTED,
    "NOLO CONTENDERE": Disposition.CONVICTED,
    "DISMISSED": Disposition.DISMISSED,
    "DISMISSED WITH PREJUDICE": Disposition.DISMISSED,
    "DISMISSED WITHOUT PREJUDICE": Disposition.DISMISSED,
    "NOLLE PROSEQUI": Disposition.DISMISSED,
    "NOLLE PROSSED": Disposition.DISMISSED,
    # stands on the arrest charge, with no court action: the prosecutor did not take the charge up
    "LACK OF PROS": Disposition.NOT_FILED,
    "LACK OF PROSECUTION": Disposition.NOT_FILED,
    "DECLINED": Disposition.NOT_FILED,
    "NOT FILED": Disposition.NOT_FILED,
    "NO CHARGES FILED": Disposition.NOT_FILED,
    "DEFERRED": Disposition.DIVERTED,
    "DIVERTED": Disposition.DIVERTED,
    "DIVERSION": Disposition.DIVERTED,
    "PENDING": Disposition.PENDING,
    "VACATED": Disposition.VOID,
    "VOID": Disposition.VOID,
    "VOIDED": Disposition.VOID,
    "UNKNOWN": Disposition.UNKNOWN,
}

# A printed rap sheet writes the outcome as a sentence; a sentence or a fine on a charge follows a finding
# of guilt.
PRINTED_DISPOSITIONS = {"SENTENCED": Disposition.CONVICTED, "FINED": Disposition.CONVICTED}

# A warrant's charge has not ended while the warrant stands or has just been served.
WARRANT_STATES = {
    "ACTIVE": Disposition.PENDING,
    "OPEN": Disposition.PENDING,
    "OUTSTANDING": Disposition.PENDING,
    "SERVED": Disposition.PENDING,
    "EXECUTED": Disposition.PENDING,
    "CLOSED": Disposition.UNKNOWN,
    "CLEARED": Disposition.UNKNOWN,
    "QUASHED": Disposition.VOID,
    "RECALLED": Disposition.VOID,
    "VACATED": Disposition.VOID,
    "WITHDRAWN": Disposition.VOID,
}

NON_CONVICTIONS = (Disposition.ACQUITTED, Disposition.DISMISSED, Disposition.NOT_FILED, Disposition.VOID)

# Grades as the rule language names them. Repositories print several severities run together (`MDPM`); such a
# text names no single grade, so it is in no table and the grade stays unknown.
GRADES = {
    "F": "felony",
    "FA": "felony",
    "FB": "felony",
    "FC": "felony",
    "FELONY": "felony",
    "MD": "misdemeanour",
    "PM": "misdemeanour",
    "MISDEMEANOR": "misdemeanour",
    "VL": "infraction",
    "INFRACTION": "infraction",
    "VIOLATION": "infraction",
}

SEXES = {"F": Sex.FEMALE, "FEMALE": Sex.FEMALE, "M": Sex.MALE, "MALE": Sex.MALE, "X": Sex.OTHER}
SEX_UNKNOWN = frozenset({"U", "UNKNOWN"})  # states nothing: stays in the remainder

UNITS = {"INH": "in", "FOT": "ft", "CMT": "cm", "MTR": "m", "LBR": "lb", "KGM": "kg", "ANN": "years"}

# Role elements beside a person in a LEXS digest. Several roles: the most protective wins (`strictest_role`).
LEXS_ROLES = {
    "ArrestSubject": PersonRole.ARRESTEE,
    "IncidentSubject": PersonRole.SUBJECT,
    "IntelligenceSubject": PersonRole.SUBJECT,
    "Subject": PersonRole.SUBJECT,
    "Suspect": PersonRole.SUSPECT,
    "Victim": PersonRole.VICTIM,
    "Witness": PersonRole.WITNESS,
    "MissingPersonLastSeenWitness": PersonRole.WITNESS,
    "MissingPerson": PersonRole.MISSING,
    "RegisteredOffender": PersonRole.SUBJECT,
    "EnforcementOfficial": PersonRole.OFFICIAL,
    "ServiceCallDispatchedOfficial": PersonRole.OFFICIAL,
    "ServiceCallArrivedOfficial": PersonRole.OFFICIAL,
    "ServiceCallClearedOfficial": PersonRole.OFFICIAL,
    "ServiceCallOperator": PersonRole.OFFICIAL,
    "ServiceCallOriginator": PersonRole.COMPLAINANT,
    "ArrestOfficial": PersonRole.OFFICIAL,
    "OtherInvolvedPerson": PersonRole.OTHER,
}

# The same from the associations, for senders that state the role only there.
LEXS_ASSOCIATIONS = {
    "ArrestSubjectAssociation": PersonRole.ARRESTEE,
    "IncidentSubjectPersonAssociation": PersonRole.SUBJECT,
    "OffenseSubjectPersonAssociation": PersonRole.SUBJECT,
    "IncidentVictimPersonAssociation": PersonRole.VICTIM,
    "OffenseVictimPersonAssociation": PersonRole.VICTIM,
    "IncidentWitnessAssociation": PersonRole.WITNESS,
    "OffenseWitnessAssociation": PersonRole.WITNESS,
    "ActivityEnforcementOfficialAssociation": PersonRole.OFFICIAL,
    "ActivityInvolvedPersonAssociation": PersonRole.OTHER,
}

# Most protective first: a person who is both victim and suspect is not searched for as a victim.
STRICTEST_FIRST = (
    PersonRole.VICTIM,
    PersonRole.WITNESS,
    PersonRole.COMPLAINANT,
    PersonRole.OFFICIAL,
    PersonRole.OTHER,
    PersonRole.MISSING,
    PersonRole.ARRESTEE,
    PersonRole.SUBJECT,
    PersonRole.SUSPECT,
)


def strictest_role(roles: frozenset[PersonRole]) -> PersonRole:
    """The most protective of the roles; other where none is stated."""
    return next((role for role in STRICTEST_FIRST if role in roles), PersonRole.OTHER)


def fold_dispositions(endings: tuple[Disposition, ...]) -> Disposition:
    """One disposition for an event with several charges.

    All alike: that one. All without conviction: the first of acquitted, dismissed, not filed, void. A mixture with
    a conviction is unknown, so that the charges that did not lead to one are never shown as if they had.
    """
    kinds = set(endings)
    if len(kinds) == 1:
        return kinds.pop()
    if kinds and kinds <= set(NON_CONVICTIONS):
        return next(kind for kind in NON_CONVICTIONS if kind in kinds)
    return Disposition.UNKNOWN


def all_without_conviction(endings: tuple[Disposition, ...]) -> bool | None:
    """Whether nothing in the event is a conviction: yes, no, or unknown for mixtures and open charges."""
    kinds = set(endings)
    if kinds and kinds <= set(NON_CONVICTIONS):
        return True
    return False if kinds == {Disposition.CONVICTED} else None
