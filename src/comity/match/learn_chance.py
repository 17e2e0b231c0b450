"""Learning how often strangers agree (u), counted over a whole file: names, dates, sex.

A file's own frequent names go into the weights as shares, beside the shipped table; for every level of nearness the
weights keep what no table lists. Only names that at least `FEWEST_BEARERS` people bear are listed, rounded, so that a
version of the weights tells of nobody.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from comity.match.addresses import Address, compare_addresses
from comity.match.chances import Frequencies, shipped_frequencies
from comity.match.compare import Question
from comity.match.nearness import ALIKE, find_near
from comity.match.packed import PAYLOAD, PAYLOAD_BITS, SEX_BITS, STREET_BITS, WordKind
from comity.match.segment import Segment
from comity.match.weigh import BIRTH_LEVELS, birth_levels
from comity.match.weights import MILLINATS, PPB, PPM, BuildingShare, LevelWeight, NameShare, Weights
from comity.model.weights import MOST_BUILDINGS

FEWEST_BEARERS = 5  # fewer might point at somebody
FEWEST_TENANTS = 20  # different birth dates in one building; fewer are a family, or a house of a few
SHIPPED_PEOPLE = 1_000  # how many people's worth of trust the shipped table has beside the file's own counts
MOST_LISTED = 50_000  # names in one version, the most frequent first: about 2 MB
SAMPLE = 400  # asked names and dates over which chances are averaged
UNSEEN = 0.5  # of a person in the whole file, for what is not seen in it: nothing is impossible among strangers
PLACE_LEVELS = ("street", "number", "postcode", "different")
ASKED_PLACES = 40
PSEUDO_PAIRS = 500  # pairs' worth of trust in the starting u
FEWEST_MIDDLES = 0.25  # of a file's people: names that few write out say little of which are second ones
FEWEST_RELATIVES = 0.05  # of a person in a file, where addresses show none
DEFAULT_DATES = frozenset(
    {"january-exact", "january", "january-typo"}
)  # stand for `unknown` in files of refugees; kept
ROUNDING = 2  # significant digits of a share

Counts = NDArray[np.int64]


def learn_chance(
    segment: Segment, asked: Sequence[Question], start: Weights, *, own_names: bool = True
) -> Weights:
    """`start` with the file's name shares and with u of names, dates and sex counted over everybody in a segment.

    Without `own_names` the shipped table of names is kept, and u is what it does not list; the u of a name that is not
    listed then stays as it was, since the file need not be like the country.

    `asked` are questions, or records put as questions, of the kind the weights are for; which of them are about
    somebody in the file does not matter.
    """
    people = max(1, segment.people)
    by_part = {"surname": surname_counts(segment), "given": given_counts(segment)}
    shares = {part: _shares(segment, part, counts) for part, counts in by_part.items()}
    frequencies = Frequencies(shares["surname"], shares["given"]) if own_names else shipped_frequencies()
    sample = _sample(asked, start.version)
    chances: dict[tuple[str, str], float] = {}
    for part, counts in by_part.items():
        words = [word for question in sample for word in _first_word(question, part)]
        tails = _tails(segment, part, words, counts / people, frequencies)
        chances |= {key: chance for key, chance in tails.items() if own_names or key[1] != "exact"}
    chances |= _birth_chances(segment, sample)
    chances |= _sex_chances(segment)
    return msgspec.structs.replace(
        start,
        levels=tuple([_with_chance(row, chances, UNSEEN / people) for row in start.levels]),
        relatives_ppm=round(max(FEWEST_RELATIVES, housemates(segment)) * PPM),
        middles_ppm=round(max(FEWEST_MIDDLES, with_middle(segment)) * PPM),
        surnames=_listed(shares["surname"]) if own_names else (),
        givens=_listed(shares["given"]) if own_names else (),
        buildings=crowded_buildings(segment),
    )


def learn_places(start: Weights, asked: Sequence[Question], strangers: Sequence[Address]) -> Weights:
    """`start` with u of living in one street or one place, from asked addresses against those of strangers.

    A file of one town says nothing by its town. What strangers hardly ever share (a house) keeps its u.
    """
    addresses = [question.address for question in asked if question.address is not None][:ASKED_PLACES]
    counts = Counter(compare_addresses(one, other) for one in addresses for other in strangers)
    whole = sum(counts[level] for level in PLACE_LEVELS)
    before = start.table()
    rows = []
    for row in start.levels:
        if row.comparison == "address" and row.level in PLACE_LEVELS and whole:
            chance = math.exp(before["address", row.level][1] / MILLINATS)
            learned = (counts[row.level] + PSEUDO_PAIRS * chance) / (whole + PSEUDO_PAIRS)
            row = msgspec.structs.replace(row, u_millinats=min(0, round(math.log(learned) * MILLINATS)))
        rows.append(row)
    return msgspec.structs.replace(start, levels=tuple(rows))


def _sample(asked: Sequence[Question], seed: str) -> list[Question]:
    """At most `SAMPLE` of the questions, drawn by the version of the weights: the same each time."""
    order = np.random.default_rng(list(seed.encode())).permutation(len(asked))
    return [asked[place] for place in order[:SAMPLE].tolist()]


def surname_counts(segment: Segment) -> Counts:
    """How many people bear each word of the vocabulary in a family name."""
    held = segment.words >> np.uint32(PAYLOAD_BITS)
    return _count(segment, (held == WordKind.SURNAME) | (held == WordKind.JOINED_SURNAME))


def given_counts(segment: Segment) -> Counts:
    """How many people bear each word of the vocabulary as their first given name, or as all of them joined.

    What more people bear at a further place counts so: a second syllable, often written apart, would seem rare.
    """
    held = segment.words >> np.uint32(PAYLOAD_BITS)
    further = _further(held)
    given = (held == WordKind.GIVEN) | (held == WordKind.JOINED_GIVEN)
    return np.maximum(_count(segment, given & ~further), _count(segment, further))


def with_middle(segment: Segment) -> float:
    """The share of people who have a further given name of more than a letter."""
    spelled = np.diff(segment.vocabulary.starts) > 1
    places = np.flatnonzero(_further(segment.words >> np.uint32(PAYLOAD_BITS)))
    tokens = segment.words[places] & np.uint32(PAYLOAD)
    bearers = np.unique(_owners(segment)[places[spelled[tokens]]])
    return len(bearers) / max(1, segment.people)


def _further(kinds: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Which packed words are given names behind another."""
    found: NDArray[np.bool_] = (kinds == WordKind.GIVEN) & (np.roll(kinds, 1) == WordKind.GIVEN)
    return found


def housemates(segment: Segment) -> float:
    """How many others of one's first surname live in one's building, on average over everybody with an address."""
    kinds, tokens = segment.words >> np.uint32(PAYLOAD_BITS), segment.words & np.uint32(PAYLOAD)
    owners = _owners(segment)
    surnames, buildings = np.flatnonzero(kinds == WordKind.SURNAME), kinds == WordKind.BUILDING
    first, firsts = np.unique(owners[surnames], return_index=True)
    surname_of = np.full(segment.people, -1, dtype=np.int64)
    surname_of[first] = tokens[surnames[firsts]]
    homes = np.unique(owners[buildings] << PAYLOAD_BITS | tokens[buildings])  # one written twice is one home
    tenants = homes >> PAYLOAD_BITS
    families = surname_of[tenants] << PAYLOAD_BITS | homes & PAYLOAD
    counts = np.unique(families[surname_of[tenants] >= 0], return_counts=True)[1]
    return float((counts * (counts - 1)).sum() / max(1, counts.sum()))


def crowded_buildings(segment: Segment) -> tuple[BuildingShare, ...]:
    """The buildings in which many live, with their share of all people, the fullest first.

    People are told apart by their birth dates: a man booked thirty times at one address is one tenant. A home in either
    field counts.
    """
    kinds, words = segment.words >> np.uint32(PAYLOAD_BITS), (segment.words & np.uint32(PAYLOAD)).astype(np.int64)
    owners, places, dates = _owners(segment), kinds == WordKind.BUILDING, np.flatnonzero(kinds == WordKind.BIRTH)
    born, firsts = np.unique(owners[dates], return_index=True)
    birth_of = np.zeros(segment.people, dtype=np.int64)
    birth_of[born] = words[dates[firsts]]
    homes = words[places] & (1 << STREET_BITS) - 1
    tenants = np.unique(homes << PAYLOAD_BITS | birth_of[owners[places]])
    buildings, counts = np.unique(tenants >> PAYLOAD_BITS, return_counts=True)
    full = np.flatnonzero(counts >= FEWEST_TENANTS)
    order = full[np.argsort(-counts[full], kind="stable")][:MOST_BUILDINGS]
    return tuple(
        BuildingShare(building=building, ppb=ppb)
        for building, count in zip(buildings[order].tolist(), counts[order].tolist(), strict=True)
        if (ppb := _rounded(count / segment.people))
    )


def _count(segment: Segment, wanted: NDArray[np.bool_]) -> Counts:
    """How many people have each word of the vocabulary among the wanted packed words."""
    tokens = segment.words[wanted] & np.uint32(PAYLOAD)
    bearers = np.unique(_owners(segment)[wanted] << PAYLOAD_BITS | tokens)  # of however many aliases, one person
    return np.bincount(bearers & PAYLOAD, minlength=segment.vocabulary.size)


def _owners(segment: Segment) -> Counts:
    """The person of each packed word."""
    counts = segment.starts[1:].astype(np.int64) - segment.starts[:-1]
    return np.repeat(np.arange(segment.people, dtype=np.int64), counts)


def _shares(segment: Segment, part: str, counts: Counts) -> Mapping[str, float]:
    """The shipped table's shares, outweighed by the file's own counts of names that several bear."""
    whole = segment.people + SHIPPED_PEOPLE
    found = {word: share * SHIPPED_PEOPLE / whole for word, share in shipped_frequencies().shares(part).items()}
    common = np.flatnonzero(counts >= FEWEST_BEARERS).astype(np.uint32)
    for word, count in zip(segment.vocabulary.words(common), counts[common].tolist(), strict=True):
        found[word] = found.get(word, 0.0) + count / whole
    return found


def _listed(shares: Mapping[str, float]) -> tuple[NameShare, ...]:
    most = sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:MOST_LISTED]
    return tuple([NameShare(name=name, ppb=rounded) for name, share in most if (rounded := _rounded(share))])


def _rounded(share: float) -> int:
    ppb = share * PPB
    if ppb < 1:
        return 0
    step = 10 ** max(0, math.floor(math.log10(ppb)) - ROUNDING + 1)
    return int(round(ppb / step) * step)


def _first_word(question: Question, part: str) -> Iterator[str]:
    if question.names:
        words = question.names[0].surnames if part == "surname" else question.names[0].givens
        if words and len(words[0]) > 1:
            yield words[0]


def _tails(
    segment: Segment, part: str, asked: Sequence[str], shares: NDArray[np.float64], frequencies: Frequencies
) -> dict[tuple[str, str], float]:
    """For each level, the share of people near an asked name whom the table of shares does not list, on average.

    A listed name has its own share; so what stands for `exact` is the average over names that are not listed.
    """
    listed = frequencies.shares(part)
    sums = dict.fromkeys(ALIKE, 0.0)
    unlisted = sum(word not in listed for word in asked)
    for word in asked:
        near = find_near(segment.vocabulary, word)
        for number, held, level in zip(near.numbers.tolist(), near.words, near.levels, strict=True):
            if held not in listed:
                sums[level] += float(shares[number])
    found = {(part, level): total / max(1, len(asked)) for level, total in sums.items() if level != "exact"}
    return found | {(part, "exact"): sums["exact"] / unlisted} if unlisted else found


def _birth_chances(segment: Segment, sample: Sequence[Question]) -> dict[tuple[str, str], float]:
    held = (segment.words[segment.words >> np.uint32(PAYLOAD_BITS) == WordKind.BIRTH] & np.uint32(PAYLOAD)).astype(
        np.int64
    )
    dates, people = np.unique(held, return_counts=True)
    sums = np.zeros(len(BIRTH_LEVELS))
    births = [question.birth for question in sample if question.birth is not None]
    for birth in births:
        sums += np.bincount(birth_levels(dates, birth), weights=people, minlength=len(BIRTH_LEVELS))
    whole = max(1.0, float(sums.sum()))
    return {
        ("birth-date", level): float(found) / whole
        for level, found in zip(BIRTH_LEVELS, sums, strict=True)
        if level not in DEFAULT_DATES
    }


def _sex_chances(segment: Segment) -> dict[tuple[str, str], float]:
    held = segment.words[segment.starts[:-1]]
    counts = [np.count_nonzero(held & np.uint32(SEX_BITS[sex])) for sex in ("F", "M")]
    women = counts[0] / sum(counts) if sum(counts) else 0.5
    agree = women**2 + (1 - women) ** 2
    return {("sex", "agree"): agree, ("sex", "disagree"): 1 - agree}


def _with_chance(row: LevelWeight, chances: Mapping[tuple[str, str], float], least: float) -> LevelWeight:
    chance = chances.get((row.comparison, row.level))
    if chance is None or (chance == 0.0 and row.comparison == "birth-date"):
        return row
    return msgspec.structs.replace(row, u_millinats=min(0, round(math.log(max(chance, least)) * MILLINATS)))
