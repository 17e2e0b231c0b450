"""Who may ask for whom, and what shows it: the guard against learning about a relative under their name.

Whoever asks for themself bears the name they ask about. A parent asks for a child under eighteen, and only for as long.
A number counts as the person's where a paper of its kind was looked at; a number that was only written down, a husband's or
a mother's, finds nothing (`subject.py` adds those that the person's own records bear).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.model.codes import IdentifierKind
from comity.model.petition import Capacity, IdentityCheck, Seen, ShownBy
from comity.model.query import PersonSubject
from comity.model.refused import tell_refused

OF_THE_PERSON = frozenset(
    {
        Seen.DRIVER_LICENCE,
        Seen.STATE_IDENTITY_CARD,
        Seen.PASSPORT,
        Seen.CONSULAR_CARD,
        Seen.TRIBAL_CARD,
        Seen.PRISON_OR_JAIL_CARD,
        Seen.FINGERPRINT_CARD,
    }
)
OF_THE_CAPACITY = {
    Capacity.PARENT: frozenset({Seen.BIRTH_CERTIFICATE, Seen.COURT_ORDER}),
    Capacity.GUARDIAN: frozenset({Seen.COURT_ORDER}),
    Capacity.COUNSEL: frozenset({Seen.LETTER_OF_COUNSEL, Seen.POWER_OF_ATTORNEY}),
}
BY_ITSELF = frozenset({ShownBy.SIGN_IN, ShownBy.FINGERPRINTS})  # shows the person without a paper
BEARS = {
    Seen.DRIVER_LICENCE: IdentifierKind.DRIVER_LICENCE,
    Seen.STATE_IDENTITY_CARD: IdentifierKind.STATE_ID,
    Seen.PASSPORT: IdentifierKind.PASSPORT,
    Seen.FINGERPRINT_CARD: IdentifierKind.FBI_NUMBER,
}


def check_own_name(capacity: Capacity, petitioner: str, subject: PersonSubject | None) -> None:
    """Raises WrongUseError where somebody asks for themself under a name that is not the one they ask about."""
    if capacity is not Capacity.SELF or subject is None:
        return
    bears = _words(petitioner)
    names = (f"{subject.given} {subject.family}", *subject.other_names)
    if not any(_words(name) <= bears for name in names):
        raise WrongUseError(tell_refused("petition.own-name"))


def check_under_age(capacity: Capacity, subject: PersonSubject | None, today: date) -> None:
    """Raises WrongUseError for a parent of somebody who is not shown to be under eighteen on a day."""
    if capacity is Capacity.PARENT and subject is not None and is_of_age(subject.birth_date, today) is not False:
        raise WrongUseError(tell_refused("petition.parent"))


def is_of_age(birth_date: str, today: date) -> bool | None:
    """Whether somebody born on a whole date is eighteen or older; None where the date is not whole."""
    parts = birth_date.split("-")
    if len(parts) != 3:
        return None
    year, month, day = (int(part) for part in parts)
    return (today.year - year, today.month, today.day) >= (18, month, day)


def check_papers(capacity: Capacity, how: ShownBy, papers: Iterable[Seen]) -> None:
    """Raises PetitionRefusedError for papers that do not show who somebody is, or for whom they may ask."""
    seen = set(papers)
    if not seen & OF_THE_PERSON and how not in BY_ITSELF:
        raise PetitionRefusedError(tell_refused("petition.nothing-seen"))
    needed = OF_THE_CAPACITY.get(capacity)
    if needed is not None and not seen & needed:
        raise PetitionRefusedError(
            f"whoever asks as {capacity} shows that too: one of {', '.join(sorted(needed))} with --seen"
        )


def shown_subject(subject: PersonSubject, capacity: Capacity, check: IdentityCheck | None) -> PersonSubject:
    """Whom a petition is about, with the numbers that a paper showed; for somebody else no paper shows a number."""
    papers = check.seen if check is not None and capacity is Capacity.SELF else ()
    kinds = {BEARS[paper] for paper in papers if paper in BEARS}
    return replace(subject, identifiers=tuple(one for one in subject.identifiers if one.kind in kinds))


def _words(name: str) -> set[str]:
    """The words of a name, without case and signs."""
    parts = ("".join(char for char in part if char.isalnum()) for part in name.casefold().split())
    return {part for part in parts if part}
