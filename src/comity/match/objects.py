"""Plates, vehicle numbers, firearm serials, telephone numbers: whole, one form, no near misses.

A thing is looked up by its own number only; people on its record are a separate decision.
"""

from __future__ import annotations

import re

from comity.match.fold import alnum, fold, listed
from comity.match.identifiers import forms
from comity.model.query import FirearmSubject, PhoneSubject, PlateSubject, Subject, VehicleSubject

_VIN = re.compile(r"\b[A-HJ-NPR-Z0-9]{17}\b")
_STATES = listed(
    "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH "
    "OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY PR GU VI AS MP"
)
OBJECT_FIELDS = ("plate", "vehicle", "weapon-serial", "phone")


def plate_of(value: str) -> tuple[str, str]:
    """`(plate, state)` of a held plate such as `CA 7ABC123`, `7ABC123 (CA)` or `7ABC123`; state may be empty."""
    parts = re.split(r"[\s,()/:]+", fold(value).strip("() "))
    state = next((part for part in (parts[-1], parts[0]) if len(parts) > 1 and part in _STATES), "")
    rest = list(parts)
    if state:
        rest.pop(-1 if parts[-1] == state else 0)
    return alnum("".join(rest)), state


def object_forms(field: str, value: str) -> tuple[str, ...]:
    """The forms under which a thing's number is looked up; empty where the value holds none."""
    if field == "plate":
        plate, _ = plate_of(value)
        return (plate,) if len(plate) >= 2 else ()
    if field == "vehicle":
        return tuple(dict.fromkeys(_VIN.findall(fold(value))))
    if field == "phone":
        return forms("phone", value)
    whole = alnum(value)
    return (whole,) if len(whole) >= 3 else ()


def object_of(subject: Subject) -> tuple[str, str]:
    """The field and number of a thing asked about; two empty texts for a person, number or address."""
    if isinstance(subject, PlateSubject):
        return "plate", subject.plate
    if isinstance(subject, VehicleSubject):
        return "vehicle", subject.vin
    if isinstance(subject, FirearmSubject):
        return "weapon-serial", subject.serial
    return ("phone", subject.number) if isinstance(subject, PhoneSubject) else ("", "")
