"""From a spelling to an entry of the directory: candidates, points with reasons, and a verdict.

Points say how much speaks for one entry; they belong to the pair of a spelling and an entry. A verdict needs enough points and
a lead over the second: two entries that could both be meant are doubtful, however well each of them fits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Levenshtein
from rapidfuzz.process import extract

from comity.model.base import ORI_PATTERN
from comity.model.ori import BodyKind, BodyLevel
from comity.model.sentence import Said
from comity.oversight.names.listed import Directory, Listed, rank_of
from comity.oversight.names.sentences import say_name
from comity.oversight.names.spelling import Reading, Spelling, plain_words, read_spelling
from comity.oversight.names.words import CLOSED_MARKS, COUNTY_WORDS, IN_THE_NAME, STATES, TEST_MARKS

ENOUGH = 85  # points for an answer; bench/names.py shows precision and recall beside it
LEAD = 10  # points before the second
WORTH_SHOWING = 50  # below it a candidate is noise in a reviewer's queue
MOST_CANDIDATES = 5
MOST_NEAR = 12  # names of one state within a letter or two
OLD_EDITION = "2018"  # an agency that only this edition lists may have ended since

NAME_EXACT = 60
DESIGNATOR_UNSAID = 48
TOWN_FOR_TOWNSHIP = 52
CITY_UNSAID = 30
DESIGNATOR_OTHER = 20
ONE_LETTER, TWO_LETTERS = 40, 30
SHORTEST_BEGINNING = 4  # letters; a shorter name begins too many
NAME_BEGINS = 30  # one of several offices of a body, where the list or the directory does not say which
SEVERAL_OFFICES = frozenset({BodyKind.CAMPUS_POLICE, BodyKind.CONSTABLE})
BEGUN = -1  # in place of the letters that differ: one name is the beginning of the other
KIND_SAME = 25
POLICE_OF_NO_TOWN = 10  # a town's marshal of the court, its parks' police
STATE_CODE, STATE_NAME = 15, 10
COUNTY_SAME, COUNTY_OTHER = 10, -40
EDITION_OLD = -3

_KINDS_AKIN = {
    (BodyKind.POLICE, BodyKind.MARSHAL): 20,
    (BodyKind.MARSHAL, BodyKind.POLICE): 20,
    (BodyKind.POLICE, BodyKind.COUNTY_POLICE): 15,
    (BodyKind.COUNTY_POLICE, BodyKind.POLICE): 5,
    (BodyKind.COUNTY_POLICE, BodyKind.SHERIFF): -15,
    (BodyKind.SHERIFF, BodyKind.COUNTY_POLICE): -15,
    (BodyKind.POLICE, BodyKind.UNKNOWN): 0,
    (BodyKind.POLICE, BodyKind.CAMPUS_POLICE): 5,
    (BodyKind.POLICE, BodyKind.TRIBAL_POLICE): 5,
}
UNSAID = frozenset({BodyKind.UNKNOWN, BodyKind.GOVERNMENT})
KIND_UNSAID = -5  # a town without a word for its police is never enough, whatever else agrees
PRIVATE_KINDS = frozenset({BodyKind.COMMUNITY, BodyKind.BUSINESS})
UNLISTED_KINDS = frozenset(  # bodies that such a directory mostly does not list, being no reporting agency
    {BodyKind.TASK_FORCE, BodyKind.INTELLIGENCE, BodyKind.DISPATCH, BodyKind.FEDERAL_AGENCY, BodyKind.MILITARY,
     BodyKind.COURT, BodyKind.PROBATION, BodyKind.FIRE, BodyKind.REGULATORY, BodyKind.PROSECUTOR, BodyKind.CORRECTIONS,
     BodyKind.HOSPITAL, BodyKind.HOUSING, BodyKind.MOTOR_VEHICLES, BodyKind.PARKS}
)  # fmt: skip


class Verdict(StrEnum):
    """What is said of a spelling."""

    RESOLVED = "resolved"
    DOUBTFUL = "doubtful"
    NOT_LISTED = "not-listed"  # no agency of this directory: private, nobody's, or a body that it does not list


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry that may be meant: points and what speaks for and against it, in sentences."""

    listed: Listed
    points: int
    reasons: tuple[str, ...]

    @property
    def ori(self) -> str:
        return self.listed.entry.ori


@dataclass(frozen=True, slots=True)
class Resolution:
    """A spelling and what it means.

    `agency` is the entry where the verdict is resolved. `state`, `level` and `kind` are the entry's, else what the spelling
    itself says. `closed` is true where the list marks the account as closed, duplicate or not to be used. `decided` is the
    number of the remembered decision that was followed, 0 where none was.
    """

    written: str
    verdict: Verdict
    state: str
    level: BodyLevel
    kind: BodyKind
    agency: Listed | None
    candidates: tuple[Candidate, ...]
    reasons: tuple[str, ...]
    closed: bool = False
    decided: int = 0


Resolver = Callable[[str], Resolution]


def resolve_name(written: str, directory: Directory) -> Resolution:
    """The verdict on one spelling, by its words alone."""
    code = written.strip().upper()
    if ORI_PATTERN.fullmatch(code) and code in directory.by_ori:
        return _by_ori(written, directory.by_ori[code])
    spelling = read_spelling(written)
    readings = spelling.readings
    said = max(readings, key=lambda reading: rank_of(reading.kind))
    verdict, candidates, reasons = _judge(spelling, readings, said, directory)
    agency = candidates[0].listed if verdict is Verdict.RESOLVED else None
    level, kind = (agency.level, agency.kind) if agency else _said_of(spelling, said, verdict)
    state = agency.entry.state if agency else spelling.state
    if not state and (state := _state_of_county(written, directory)):
        reasons = (*reasons, say_name("name.only-state", state=state))
    return Resolution(
        written=written,
        verdict=verdict,
        state=state,
        level=level,
        kind=kind,
        agency=agency,
        candidates=candidates,
        reasons=reasons,
        closed=any(mark in CLOSED_MARKS or mark[:1] in CLOSED_MARKS for mark in spelling.marks),
    )


def _state_of_county(written: str, directory: Directory) -> str:
    """The state of a name that begins with a county, where one state alone has a county of that name: likely, no more."""
    words = plain_words(written)
    place = next((place for place, word in enumerate(words) if word in COUNTY_WORDS), 0)
    return directory.state_with_county(" ".join(words[:place])) if place else ""


def _by_ori(written: str, listed: Listed) -> Resolution:
    reasons = (say_name("name.is-ori", written=written.strip()),)
    return Resolution(
        written=written,
        verdict=Verdict.RESOLVED,
        state=listed.entry.state,
        level=listed.level,
        kind=listed.kind,
        agency=listed,
        candidates=(Candidate(listed, 100, reasons),),
        reasons=reasons,
    )


def _judge(
    spelling: Spelling, readings: tuple[Reading, ...], said: Reading, directory: Directory
) -> tuple[Verdict, tuple[Candidate, ...], tuple[str, ...]]:
    words = tuple(say_name("name.reads", text=text, meaning=meaning) for text, meaning in spelling.said)
    if said.kind is BodyKind.VENDOR or not any(reading.core or _statewide(reading) for reading in readings):
        return (
            Verdict.NOT_LISTED,
            (),
            (*words, say_name("name.nobody")),
        )
    candidates = find_candidates(spelling, readings, directory)
    best = candidates[0] if candidates else None
    if best is not None and best.points >= ENOUGH:
        second = candidates[1].points if len(candidates) > 1 else 0
        if best.points - second >= LEAD:
            return Verdict.RESOLVED, candidates, (*words, *best.reasons)
        shown = sum(1 for candidate in candidates if best.points - candidate.points < LEAD)
        return Verdict.DOUBTFUL, candidates, (*words, say_name("name.alike", entries=shown))
    if said.kind in PRIVATE_KINDS:
        return Verdict.NOT_LISTED, (), (*words, say_name("name.private"))
    if best is not None:
        return (
            Verdict.DOUBTFUL,
            candidates,
            (*words, say_name("name.too-few-points", points=best.points, needed=ENOUGH)),
        )
    return _without_candidate(spelling, said, words)


def _without_candidate(
    spelling: Spelling, said: Reading, words: tuple[str, ...]
) -> tuple[Verdict, tuple[Candidate, ...], tuple[str, ...]]:
    if said.kind is BodyKind.UNKNOWN:
        how = "name.as-private" if spelling.bracketed else "name.no-entry"
        return Verdict.NOT_LISTED, (), (*words, say_name(how))
    if said.kind in UNLISTED_KINDS:
        return (
            Verdict.NOT_LISTED,
            (),
            (*words, say_name("name.unlisted-kind", body=said.kind.value)),
        )
    return (
        Verdict.DOUBTFUL,
        (),
        (*words, say_name("name.should-be-listed", body=said.kind.value)),
    )


def _said_of(spelling: Spelling, said: Reading, verdict: Verdict) -> tuple[BodyLevel, BodyKind]:
    """Level and kind by the words alone. What the directory does not know and no word explains stays unknown."""
    nameless = not any(reading.core for reading in spelling.readings) and not _statewide(said)
    if verdict is Verdict.NOT_LISTED and (nameless or any(mark in TEST_MARKS for mark in spelling.marks)):
        return BodyLevel.NOBODY, BodyKind.VENDOR
    if verdict is Verdict.NOT_LISTED and said.kind is BodyKind.UNKNOWN and spelling.bracketed:
        return BodyLevel.PRIVATE, BodyKind.UNKNOWN
    return said.level, said.kind


def _statewide(reading: Reading) -> bool:
    return not reading.core and reading.level is BodyLevel.STATE


def find_candidates(
    spelling: Spelling, readings: tuple[Reading, ...], directory: Directory
) -> tuple[Candidate, ...]:
    """Entries that may be meant, best first, at most `MOST_CANDIDATES`, each worth showing."""
    best: dict[str, Candidate] = {}
    for reading in readings:
        if not reading.core and not (_statewide(reading) and spelling.state):
            continue
        for listed, edits in _near(spelling.state, reading, directory):
            candidate = _weigh(spelling, reading, listed, edits)
            known = best.get(candidate.ori)
            if known is None or candidate.points > known.points:
                best[candidate.ori] = candidate
    if not best and spelling.state_by == "name":
        whole = tuple(reading for reading in readings if _has_state_name(reading, spelling.state))
        return find_candidates(_stateless(spelling), whole, directory)
    worth = [candidate for candidate in best.values() if candidate.points >= WORTH_SHOWING]
    ordered = sorted(_without_former(worth), key=lambda candidate: (-candidate.points, candidate.ori))
    return tuple(ordered[:MOST_CANDIDATES])


def _has_state_name(reading: Reading, state: str) -> bool:
    """Whether the state's name is still part of the name: without it a body of another state would fit."""
    return set(STATES[state].split()) <= set(reading.core)


def _stateless(spelling: Spelling) -> Spelling:
    """A state's name may be part of another name: Michigan City is in Indiana."""
    return replace(spelling, state="", state_by="", bracketed=False)


def _near(state: str, reading: Reading, directory: Directory) -> list[tuple[Listed, int]]:
    """Entries of this name, or where no entry of a like kind has it, of one that differs by a letter or two."""
    exact = [(listed, 0) for listed in directory.named(state, reading.key)]
    if not state or any(_kind_points(reading, listed) is not None for listed, _ in exact) or len(reading.key) < 6:
        return exact
    most = 2 if len(reading.key) >= 10 else 1
    near = extract(
        reading.key, directory.keys_of(state), scorer=Levenshtein.distance, score_cutoff=most, limit=MOST_NEAR
    )
    found = exact + [
        (listed, int(edits)) for key, edits, _ in near if edits for listed in directory.named(state, key)
    ]
    akin = any(_kind_points(reading, listed) is not None for listed, _ in found)
    return found if akin else _offices(state, reading, directory)


def _offices(state: str, reading: Reading, directory: Directory) -> list[tuple[Listed, int]]:
    """Campuses of a university, precincts of constables: entries whose name begins this one, or the other way round."""
    if reading.kind not in SEVERAL_OFFICES:
        return []
    keys = [key for key in directory.keys_of(state) if key.startswith(reading.key) or reading.key.startswith(key)]
    found = [listed for key in keys if len(key) >= SHORTEST_BEGINNING for listed in directory.named(state, key)]
    return [(listed, BEGUN) for listed in found if listed.kind is reading.kind]


def _kind_points(reading: Reading, listed: Listed) -> int | None:
    """Points of the kinds, None where they exclude each other."""
    if reading.kind in UNSAID:
        return KIND_UNSAID if listed.kind in (BodyKind.POLICE, BodyKind.MARSHAL, BodyKind.UNKNOWN) else None
    same_name = (other for other in listed.readings if other.key == reading.key)
    county = reading.kind is BodyKind.COUNTY_POLICE and any(other.kind is reading.kind for other in same_name)
    if reading.kind is listed.kind or county:
        return KIND_SAME if _of_town(listed) or reading.kind is not BodyKind.POLICE else POLICE_OF_NO_TOWN
    if reading.kind is BodyKind.POLICE and listed.kind is BodyKind.MARSHAL and not _of_town(listed):
        return None
    return _KINDS_AKIN.get((reading.kind, listed.kind))


def _of_town(listed: Listed) -> bool:
    return listed.entry.type == "City"


def _weigh(spelling: Spelling, reading: Reading, listed: Listed, edits: int) -> Candidate:
    kind = _kind_points(reading, listed)
    if kind is None:
        return Candidate(listed, 0, ())
    alike = "name.same-kind" if kind == KIND_SAME else "name.like-kind"
    parts = [
        _name_part(reading, listed, edits),
        (kind, say_name(alike, body=reading.kind.value, listed=listed.kind.value)),
        _state_part(spelling, listed),
    ]
    if spelling.beside & listed.counties:
        parts.append((COUNTY_SAME, say_name("name.brackets", county=", ".join(spelling.beside).title())))
    if spelling.county and listed.counties:
        same = spelling.county in listed.counties
        county = ", ".join(sorted(listed.counties)).title()
        parts.append((COUNTY_SAME if same else COUNTY_OTHER, say_name("name.entry-county", county=county)))
    if listed.entry.edition == OLD_EDITION:
        parts.append((EDITION_OLD, say_name("name.old-edition", edition=OLD_EDITION)))
    points = sum(points for points, _ in parts)
    return Candidate(
        listed,
        points,
        _weighed(parts),
    )


def _weighed(parts: list[tuple[int, Said]]) -> tuple[Said, ...]:
    """Each reason with its points."""
    return tuple(say_name("name.weighed", reason=why, points=f"{points:+d}") for points, why in parts if why)


def _name_part(reading: Reading, listed: Listed, edits: int) -> tuple[int, Said]:
    name = " ".join(reading.core).title() or listed.entry.state
    if edits == BEGUN:
        return NAME_BEGINS, say_name("name.begins-alike", name=name, entry=listed.entry.name)
    if edits:
        points = ONE_LETTER if edits == 1 else TWO_LETTERS
        letters = "name.one-letter" if edits == 1 else "name.two-letters"
        return points, say_name(letters, name=name, entry=listed.entry.name)
    theirs = [other.designators for other in listed.readings if other.key == reading.key]
    points = max((_designator_points(reading.designators, other) for other in theirs), default=NAME_EXACT)
    same = "name.same" if points == NAME_EXACT else "name.but-for-kind"
    return points, say_name(same, name=name, entry=listed.entry.name)


def _designator_points(mine: frozenset[str], theirs: frozenset[str]) -> int:
    """Points of a name that agrees, by what each side calls the municipality."""
    if mine == theirs:
        return NAME_EXACT
    if mine | theirs == {"town", "township"} or mine ^ theirs == {"charter"}:
        return TOWN_FOR_TOWNSHIP
    if (theirs - mine) & IN_THE_NAME:
        return CITY_UNSAID
    return DESIGNATOR_UNSAID if mine <= theirs or theirs <= mine else DESIGNATOR_OTHER


def _state_part(spelling: Spelling, listed: Listed) -> tuple[int, Said]:
    if spelling.state_by == "code":
        return STATE_CODE, say_name("name.state-code", state=listed.entry.state)
    if spelling.state_by == "name":
        return STATE_NAME, say_name("name.state-name", state=listed.entry.state)
    return 0, say_name("name.no-state", state=listed.entry.state)


def _without_former(candidates: list[Candidate]) -> list[Candidate]:
    """Without an entry beside its successor: one that a newer edition lists, of the same kind, in the same county."""
    return [
        candidate
        for candidate in candidates
        if not any(
            other.listed.entry.edition > candidate.listed.entry.edition
            and other.points >= candidate.points
            and other.listed.kind is candidate.listed.kind
            and other.listed.entry.state == candidate.listed.entry.state
            and candidate.listed.counties <= other.listed.counties
            for other in candidates
        )
    ]
