"""Which field names a record of each data class may hold. A mapping to any other name is refused.

The rule vocabulary (`law/comity.voc`) is the authority for fields and labels; this is the same list as a value, so
that a mapping can be checked without the law engine.
"""

from __future__ import annotations

from comity.model.codes import DataClass

PERSON_FIELDS = (
    "name",
    "alias",
    "birth-date",
    "sex",
    "former-name",
    "description",
    "ssn",
    "driver-licence",
    "passport",
    "state-id",
    "fbi-number",
    "other-id",
    "a-number",
    "home-address",
    "work-address",
    "phone",
    "email",
    "relatives",
    "birthplace",
    "status",
    "employment",
    "photo",
    "third-party",
)

_OWN_FIELDS = {
    DataClass.CASE: "story incident-number incident-date incident-type charge outcome weapon vehicle agency "
    "incident-place",
    DataClass.BOOKING: "booking-number booking-date charge outcome bail mugshot",
    DataClass.CUSTODY: "booking-number facility custody-status release-date present-location charge outcome",
    DataClass.CRIMINAL_HISTORY: "arrest-date arresting-agency arrest-number charge outcome sentence court "
    "supervision weapon",
    DataClass.WARRANT: "warrant-number warrant-date charge court outcome extradition caution vehicle",
    DataClass.NCIC_RESTRICTED: "entry-number entry-date prohibition outcome agency",
    DataClass.FIREARM: "registration-number registration-date weapon weapon-serial weapon-status agency",
    DataClass.DMV: "licence-class licence-status licence-dates image medical-code plate vehicle",
    DataClass.LICENCE: "licence-number licence-type licence-status licence-dates employer",
    DataClass.PLATE_READ: "plate seen-at",
    DataClass.INTELLIGENCE: "suspicion confidence sensitivity control-official",
    DataClass.GANG: "designation source entry-date",
    DataClass.TIP: "story received",
    DataClass.IMMIGRATION_EVENT: "event-type event-date charge outcome custody-status story",
    DataClass.VICTIM_1367: "application",
    DataClass.ASYLUM: "application",
    DataClass.TREATMENT: "programme diagnosis",
    DataClass.JUVENILE: "charge outcome court",
    DataClass.WAGE: "employer wages period",
    DataClass.PROTECTION_ORDER: "order-number order-date order-terms order-expiry court caution outcome",
    DataClass.COURT_RECORD: "docket-number filing-date court charge outcome sentence",
    DataClass.SUPERVISION: "supervision-number supervision-type supervision-dates agency appointment conditions "
    "caution",
}


def own_fields(data_class: DataClass) -> tuple[str, ...]:
    """The fields of the event itself, in the order of the vocabulary."""
    return tuple(_OWN_FIELDS[data_class].split())
