"""Offences as the region's agencies write them: text of the charge, code a rule can look up, grade."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

ACT_OF_2014 = date(2014, 11, 5)  # California's Safe Neighborhoods and Schools Act took effect (Proposition 47)


@dataclass(frozen=True, slots=True)
class Offence:
    """One offence. `code` is the form of `Conviction.offence`; `reduced` if made a misdemeanour in 2014."""

    code: str
    text: str
    grade: str
    incident: str
    weight: int
    weapon: str = ""
    reduced: bool = False


_CALIFORNIA = (
    Offence("PC211", "PC 211 robbery", "felony", "robbery", 5, "handgun"),
    Offence("PC459", "PC 459 burglary", "felony", "burglary", 9),
    Offence("PC245A1", "PC 245(a)(1) assault with a deadly weapon", "felony", "assault", 6, "knife"),
    Offence("PC273.5", "PC 273.5 injury of a spouse or cohabitant", "felony", "family disturbance", 7),
    Offence("PC487", "PC 487 grand theft", "felony", "theft", 8),
    Offence("PC664-187", "PC 664/187 attempted murder", "felony", "shooting", 1, "handgun"),
    Offence("HS11377", "HS 11377 possession of a controlled substance", "misdemeanour", "narcotics", 12, "", True),
    Offence("HS11378", "HS 11378 possession for sale", "felony", "narcotics", 5),
    Offence("VC23152", "VC 23152 driving under the influence", "misdemeanour", "traffic", 16),
    Offence("PC484", "PC 484 petty theft", "misdemeanour", "theft", 12, "", True),
    Offence("PC594", "PC 594 vandalism", "misdemeanour", "vandalism", 8),
    Offence("PC148", "PC 148(a)(1) resisting an officer", "misdemeanour", "disturbance", 6),
    Offence("PC647F", "PC 647(f) drunk in public", "misdemeanour", "disturbance", 10),
)
_WASHINGTON = (
    Offence("RCW9A.56.200", "RCW 9A.56.200 robbery 1", "felony", "robbery", 5, "handgun"),
    Offence("RCW9A.52.030", "RCW 9A.52.030 burglary 2", "felony", "burglary", 10),
    Offence("RCW9A.36.021", "RCW 9A.36.021 assault 2", "felony", "assault", 6, "knife"),
    Offence("RCW9A.36.041", "RCW 9A.36.041 assault 4", "misdemeanour", "assault", 14),
    Offence("RCW46.61.502", "RCW 46.61.502 driving under the influence", "misdemeanour", "traffic", 16),
    Offence("RCW9A.56.050", "RCW 9A.56.050 theft 3", "misdemeanour", "theft", 16),
    Offence("RCW9A.48.090", "RCW 9A.48.090 malicious mischief 3", "misdemeanour", "vandalism", 10),
    Offence("RCW9A.56.065", "RCW 9A.56.065 theft of a motor vehicle", "felony", "vehicle theft", 7),
)
_ILLINOIS = (
    Offence("720ILCS5-18-1", "720 ILCS 5/18-1 robbery", "felony", "robbery", 5, "handgun"),
    Offence("720ILCS5-19-1", "720 ILCS 5/19-1 burglary", "felony", "burglary", 9),
    Offence("720ILCS5-12-3", "720 ILCS 5/12-3 battery", "misdemeanour", "battery", 16),
    Offence("720ILCS5-16-1", "720 ILCS 5/16-1 theft", "misdemeanour", "theft", 16),
    Offence("625ILCS5-11-501", "625 ILCS 5/11-501 driving under the influence", "misdemeanour", "traffic", 15),
    Offence("720ILCS570-402", "720 ILCS 570/402 possession of a controlled substance", "felony", "narcotics", 9),
    Offence("720ILCS5-21-1", "720 ILCS 5/21-1 criminal damage", "misdemeanour", "vandalism", 9),
)
_FEDERAL = (
    Offence("18USC1343", "18 USC 1343 wire fraud", "felony", "fraud", 9),
    Offence("18USC1028", "18 USC 1028 identity document fraud", "felony", "document fraud", 8),
    Offence("18USC1956", "18 USC 1956 money laundering", "felony", "money laundering", 5),
    Offence("18USC545", "18 USC 545 smuggling of goods", "felony", "smuggling", 7),
    Offence("21USC841", "21 USC 841 distribution of a controlled substance", "felony", "narcotics", 8),
    Offence("18USC2320", "18 USC 2320 trafficking in counterfeit goods", "felony", "counterfeit goods", 5),
)
OFFENCES = {"CA": _CALIFORNIA, "WA": _WASHINGTON, "IL": _ILLINOIS, "US": _FEDERAL}


def draw_offence(random: Random, state: str) -> Offence:
    """An offence of a state's list (`US` for the federal one) by weight."""
    offences = OFFENCES[state]
    left = random.random() * sum(offence.weight for offence in offences)
    for offence in offences:
        left -= offence.weight
        if left < 0:
            return offence
    return offences[-1]


def get_offence(state: str, code: str) -> Offence:
    """The offence of a code. Raises KeyError for a code the list does not hold."""
    return {offence.code: offence for offence in OFFENCES[state]}[code]
