"""A spelling taken apart: which words say the state, which the kind of body, which are set aside, and which are the name.

The same reading is made of a directory's own names, so that both sides are compared by the same rules.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from comity.model.ori import BodyKind, BodyLevel
from comity.model.sentence import Said
from comity.oversight.names.sentences import say_name
from comity.oversight.names.words import (
    CAMPUS_WORDS,
    COUNTY_WORDS,
    DESIGNATORS,
    FIRST_WORDS,
    LONGEST_PHRASE,
    LONGEST_SHORT_FORM,
    OFFICES,
    PHRASES,
    SAME_WORDS,
    SET_ASIDE,
    SILENT,
    STATE_NAMES,
    STATES,
    WORDS_OF_STATES,
    WRITTEN_OUT,
    Says,
)

MOST_WORDS = 40  # the longest name of a directory has 19; more is a sentence, whose end is not read
PLAIN_KINDS = frozenset(
    {BodyKind.POLICE, BodyKind.COUNTY_POLICE, BodyKind.SHERIFF, BodyKind.MARSHAL, BodyKind.CONSTABLE}
)
EMERGENCY = "911"
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")
_SLUG = re.compile(r"-?[a-z0-9]+(?:-[a-z0-9]+)+")
_STOPS = re.compile(r"[.'`’]")
_BREAKS = re.compile(r"[^\w&]+|_")
_OF_PLACE = (("city", "of"), ("town", "of"), ("village", "of"), ("borough", "of"), ("township", "of"))


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the words: what kind of body they speak of, and the words that name it.

    `county` is true where they say county or parish; `designators` are township, village and their like.
    """

    kind: BodyKind
    level: BodyLevel
    core: tuple[str, ...]
    county: bool
    designators: frozenset[str]

    @property
    def key(self) -> str:
        """The name without blanks, so that `De Kalb` and `DeKalb` are one."""
        return "".join(self.core)


@dataclass(frozen=True, slots=True)
class Spelling:
    """A name as written and what its words say.

    `state` is empty where no word says it; `state_by` is `code`, `name` or empty. `county` is a county given beside the name.
    `beside` are words in brackets that say nothing else, and may be a county. `bracketed` is true where the state stands in
    brackets. `said` pairs each group of words with what it was read as.
    """

    written: str
    state: str
    state_by: str
    county: str
    beside: frozenset[str]
    bracketed: bool
    marks: tuple[tuple[str, ...], ...]
    readings: tuple[Reading, ...]
    said: tuple[tuple[str, Said], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    text: str  # as written
    plain: str


@dataclass(slots=True)
class _Parts:
    """What is found while a spelling is read. Local to one reading."""

    words: list[_Word]
    bracketed: list[str]
    marks: list[tuple[str, ...]]
    said: list[tuple[str, Said]]
    state: str = ""
    state_by: str = ""
    state_in_brackets: bool = False
    county: str = ""
    beside: frozenset[str] = frozenset()


def plain_words(text: str) -> tuple[str, ...]:
    """Lower-case words without accents, stops and apostrophes; abbreviations written out."""
    return tuple(word.plain for word in _split(text))


def read_spelling(written: str, state: str = "", plain: bool | None = None) -> Spelling:
    """Take a name apart.

    `state` is given where it is known beforehand, as for the names of a directory; `plain` where the entry's type says whether
    only words of police and sheriffs are to be heard, or all.
    """
    text = " ".join(written.split())
    slug = _SLUG.fullmatch(text) is not None
    body, brackets = _take_brackets(text)
    parts = _Parts(_write_out(_split(body)[:MOST_WORDS]), brackets, [], [])
    if state:
        parts.state, parts.state_by = state, "directory"
    else:
        _find_state(parts, slug)
    _read_brackets(parts)
    _find_comma_county(parts, body)
    _take_marks(parts)
    _write_out_campus(parts)
    readings = _readings(parts, bool(state), (True, False) if plain is None else (plain,))
    return Spelling(
        written=written,
        state=parts.state,
        state_by=parts.state_by,
        county=parts.county,
        beside=parts.beside,
        bracketed=parts.state_in_brackets,
        marks=tuple(parts.marks),
        readings=readings,
        said=tuple(parts.said),
    )


def _split(text: str) -> list[_Word]:
    flat = text if text.isascii() else _without_accents(text)
    found = []
    for part in _BREAKS.split(_STOPS.sub("", flat.replace("&", " and "))):
        if part:
            lower = part.lower()
            found.append(_Word(part, SAME_WORDS.get(lower, lower)))
    return found


def _write_out(words: list[_Word]) -> list[_Word]:
    """A short form at the beginning in its long form; its words stand as they were written."""
    for length in range(LONGEST_SHORT_FORM, 0, -1):
        longer = WRITTEN_OUT.get(tuple(word.plain for word in words[:length]))
        if longer is not None:
            text = " ".join(word.text for word in words[:length])
            return [*(_Word(text, one) for one in longer), *words[length:]]
    return words


def _without_accents(text: str) -> str:
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def _take_brackets(text: str) -> tuple[str, list[str]]:
    found = [(first or second).strip() for first, second in _BRACKETS.findall(text)]
    return _BRACKETS.sub(" ", text), [inner for inner in found if inner]


def _code_of(word: _Word, slug: bool) -> str:
    if len(word.text) != 2:
        return ""
    code = word.text.upper() if slug else word.text
    return code if code in STATES else ""


def _find_state(parts: _Parts, slug: bool) -> None:
    for inner in parts.bracketed:
        code = inner if inner in STATES else STATE_NAMES.get(tuple(inner.lower().split()), "")
        if code:
            parts.bracketed.remove(inner)
            parts.state, parts.state_by, parts.state_in_brackets = code, "code", True
            parts.said.append((f"({inner})", say_name("name.state", state=code)))
            parts.words = _without_code(parts.words, code)
            return
    places = [place for place, word in enumerate(parts.words) if _code_of(word, slug)]
    if len(places) > 1 and parts.words[places[-1]].text == "SD":
        places.pop()  # `SD` after another state is a sheriff's department
        parts.words[-1] = _Word("SD", "sheriff")
    if slug and len(places) > 1:
        places = places[-1:]
    if places:
        place = places[-1]
        code = _code_of(parts.words[place], slug)
        parts.state, parts.state_by = code, "code"
        parts.said.append((parts.words.pop(place).text, say_name("name.state", state=code)))
        parts.words = _without_code(parts.words, code)
        return
    _find_state_loosely(parts)


def _without_code(words: list[_Word], code: str) -> list[_Word]:
    """A state written twice says it once."""
    return [word for word in words if word.text != code]


def _find_state_loosely(parts: _Parts) -> None:
    """A code in mixed case before the kind or at the end, or a state's whole name anywhere."""
    for place in (len(parts.words) - 2, len(parts.words) - 1):
        if place > 0 and len(parts.words[place].text) == 2 and parts.words[place].text.istitle():
            code = parts.words[place].text.upper()
            if code in STATES and code not in ("CO", "LA", "DE"):
                parts.state, parts.state_by = code, "code"
                parts.said.append((parts.words.pop(place).text, say_name("name.state", state=code)))
                return
    plain = [word.plain for word in parts.words]
    for length in (2, 1):
        for place in range(len(plain) - length, -1, -1):
            code = STATE_NAMES.get(tuple(plain[place : place + length]), "")
            if code:
                parts.state, parts.state_by = code, "name"
                parts.said.append(
                    (
                        " ".join(word.text for word in parts.words[place : place + length]),
                        say_name("name.state", state=code),
                    )
                )
                return


def _read_brackets(parts: _Parts) -> None:
    for inner in parts.bracketed:
        words = plain_words(inner)
        if len(words) > 1 and words[-1] in COUNTY_WORDS:
            parts.county = " ".join(words[:-1])
            parts.said.append((f"({inner})", say_name("name.in-county", county=parts.county)))
        elif words in SET_ASIDE or any(words[:length] in SET_ASIDE for length in (1, 2, 3)):
            parts.marks.append(words)
            parts.said.append((f"({inner})", say_name("name.set-aside")))
        elif words in PHRASES and not PHRASES[words].kept:
            parts.words.extend(_split(inner))
        else:
            parts.beside |= {" ".join(words)}
            parts.said.append((f"({inner})", say_name("name.not-read")))


def _find_comma_county(parts: _Parts, body: str) -> None:
    """`Hamilton Township, Mercer County` names a county beside the name."""
    name, comma, rest = body.rpartition(",")
    words = [word for word in _split(rest) if word.text != parts.state]
    if comma and len(words) > 1 and words[-1].plain in COUNTY_WORDS:
        parts.county = " ".join(word.plain for word in words[:-1])
        parts.said.append((rest.strip(), say_name("name.in-county", county=parts.county)))
        parts.words = _without_code(_split(name), parts.state)


def _take_marks(parts: _Parts) -> None:
    """Take out what says something about the account and nothing about the body, wherever it stands but amid the name."""
    for from_end in (True, False):
        taken = True
        while taken and parts.words:
            taken = False
            for length in (3, 2, 1):
                group = parts.words[-length:] if from_end else parts.words[:length]
                words = tuple(word.plain for word in group)
                number = from_end and length == 1 and words[0].isdigit() and not _numbered(parts.words)
                if len(group) == length and (words in SET_ASIDE or number):
                    if not from_end and words in (("new",), ("old",)) and len(parts.words) > 1:
                        continue  # New London, Old Town
                    parts.marks.append(words)
                    parts.said.append((" ".join(word.text for word in group), say_name("name.set-aside")))
                    parts.words = parts.words[:-length] if from_end else parts.words[length:]
                    taken = True
                    break


def _numbered(words: list[_Word]) -> bool:
    """Whether a number at the end belongs to the name: a precinct, a district, a troop, the emergency number."""
    return words[-1].plain == EMERGENCY or (
        len(words) > 1 and words[-2].plain in ("precinct", "district", "troop", "constable", "region", "zone")
    )


def _write_out_campus(parts: _Parts) -> None:
    """`CSU` in California is the California State University."""
    found: list[_Word] = []
    for word in parts.words:
        longer = CAMPUS_WORDS.get((word.plain, parts.state))
        found.extend(_Word(word.text, one) for one in longer) if longer else found.append(word)
    parts.words = found


def _readings(parts: _Parts, stated: bool, heard: tuple[bool, ...]) -> tuple[Reading, ...]:
    """The plain reading first (police, sheriff), then the one that hears every word; each once."""
    plain = [word.plain for word in parts.words]
    variants = [plain]
    if parts.state in STATES and (parts.state_by == "name" or stated):
        name = STATES[parts.state].split()
        for place in range(len(plain) - len(name) + 1):
            if plain[place : place + len(name)] == name:
                variants.append(plain[:place] + plain[place + len(name) :])
                break
    found: list[Reading] = []
    for words in variants:
        for only_plain in heard:
            reading = _read_words(words, only_plain)
            if reading not in found:
                found.append(reading)
    strongest = _strongest(_phrases_in(plain, only_plain=False))
    if strongest is not None:
        parts.said.append(
            (" ".join(plain), say_name("name.body", body=strongest.kind.value, level=strongest.level.value))
        )
    return tuple(found)


def _phrases_in(words: list[str], only_plain: bool) -> list[tuple[int, int, Says]]:
    """Non-overlapping phrases as (place, length, what it says), the longer one where two begin at one word."""
    spoken = [(place, word) for place, word in enumerate(words) if word not in SILENT]
    found, at = [], 0
    while at < len(spoken):
        longest = LONGEST_PHRASE if spoken[at][1] in FIRST_WORDS else 0
        for length in range(min(longest, len(spoken) - at), 0, -1):
            says = PHRASES.get(tuple(word for _, word in spoken[at : at + length]))
            if says is not None and not (only_plain and says.kind not in PLAIN_KINDS):
                first, last = spoken[at][0], spoken[at + length - 1][0]
                found.append((first, last - first + 1, says))
                at += length - 1
                break
        at += 1
    return found


def _strongest(phrases: list[tuple[int, int, Says]]) -> Says | None:
    return max((says for _, _, says in phrases), key=lambda says: says.rank, default=None)


def _read_words(words: list[str], only_plain: bool) -> Reading:
    phrases = _phrases_in(words, only_plain)
    strongest = _strongest(phrases)
    gone: set[int] = set()
    for place, length, says in phrases:
        if not says.kept or (strongest is not None and says.kind is not strongest.kind):
            if says.kind in (BodyKind.COMMUNITY, BodyKind.BUSINESS):
                continue
            gone |= set(range(place, place + length))
    kind = strongest.kind if strongest else BodyKind.UNKNOWN
    named = {word for place, word in enumerate(words) if place not in gone} - SILENT - WORDS_OF_STATES - OFFICES
    if kind not in (*PLAIN_KINDS, BodyKind.STATE_POLICE) and not named:
        gone = set()  # a state's Department of Corrections is named by these words and no others
    left = [word for place, word in enumerate(words) if place not in gone]
    municipal = tuple(left[:2]) in _OF_PLACE
    designated = frozenset({left[0]}) & DESIGNATORS if municipal else frozenset()
    left = left[2:] if municipal else left
    core = [word for word in left if word not in SILENT]
    county = any(word in COUNTY_WORDS for word in core[1:])
    core = [word for place, word in enumerate(core) if not (place and word in COUNTY_WORDS)]
    designators = designated | {word for word in core[1:] if word in DESIGNATORS}
    core = [word for place, word in enumerate(core) if not (place and word in DESIGNATORS)]
    if strongest is None and municipal:
        kind = BodyKind.GOVERNMENT
    level = strongest.level if strongest else (BodyLevel.MUNICIPAL if municipal else BodyLevel.UNKNOWN)
    if kind is BodyKind.POLICE and county:
        kind, level = BodyKind.COUNTY_POLICE, BodyLevel.COUNTY
    if kind is BodyKind.POLICE and not core and "safety" in words:
        kind, level = BodyKind.STATE_POLICE, BodyLevel.STATE
        core = ["public", "safety"]  # the department, which in some states is the police and in some is above it
    return Reading(kind, level, tuple(core), county, designators)
