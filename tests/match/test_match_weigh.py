"""Packed traits weigh what the texts weigh, less what packed traits do not tell apart."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_files import ALL, index, look, slips

from comity.match.addresses import read_address
from comity.match.compare import Comparison, Scale, compare, prepare
from comity.match.dates import FIRST_YEAR, LAST_YEAR, Birth, compare_births
from comity.match.names import without_article
from comity.match.packed import birth_payload, building_of
from comity.match.weigh import BIRTH_LEVELS, birth_levels
from comity.match.weights import BuildingShare, load_weights
from comity.model.codes import IdentifierKind, Sex
from comity.model.query import Identifier, PersonSubject

ROUNDING = 4  # millinats: each comparison is rounded, the arrays are not
SURNAMES = ("SMITH", "ZYSKOWSKI", "GARCIA", "NGUYEN", "ALMASRI", "KIMBALL", "MOHAMMED", "OKONKWO")
GIVENS = ("JOHN", "ROBERT", "BOB", "CATHERINE", "MARIA", "JEREMIAH", "PATRICIA", "J", "R")
HOMES = (
    "123 Main St, Fresno, CA 93701", "77 Main St, Fresno, CA 93701", "9 Oak Ave, Yarrow, CA 95012",
    "4500 Washington Blvd, Halden, CA 90210",
)  # fmt: skip
NUMBERS = ("512346789", "512346780", "401882213")
CROWDED = msgspec.structs.replace(
    load_weights(), buildings=(BuildingShare(building=building_of(read_address(HOMES[1])), ppb=30_000_000),)
)
births = st.builds(
    Birth,
    st.integers(FIRST_YEAR, LAST_YEAR) | st.integers(1980, 1990) | st.sampled_from((1884, 1894, 1999, 2000)),
    st.integers(1, 12),
    st.integers(1, 31),
)
partial = st.builds(
    lambda birth, month: birth._replace(month=birth.month * month, day=0), births, st.integers(0, 1)
)


def first(birth: Birth) -> Birth:
    """1 January of the year."""
    return birth._replace(month=1, day=1)


january = births.map(first)


@st.composite
def near_births(draw: st.DrawFn, birth: Birth) -> Birth:
    """A date with one digit wrong, two neighbours exchanged, day and month swapped, some days off, or a part unknown."""
    text = f"{birth.year:04}{birth.month:02}{birth.day:02}"
    at, digit = draw(st.integers(0, 7)), draw(st.sampled_from("0123456789"))
    kind = draw(st.sampled_from(("digit", "exchanged", "swapped", "days", "year", "month", "january")))
    if kind == "digit":
        text = text[:at] + digit + text[at + 1 :]
    elif kind == "exchanged" and at < 7:
        text = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    elif kind == "swapped":
        text = text[:4] + text[6:] + text[4:6]
    elif kind == "days" and birth.day and birth.day < 29:
        day = date(birth.year, birth.month, birth.day) + timedelta(days=draw(st.integers(-40, 40)))
        text = day.strftime("%Y%m%d")
    found = Birth(int(text[:4]), int(text[4:6]), int(text[6:]))
    if kind in ("year", "month", "january"):
        return {"year": Birth(birth.year), "month": birth._replace(day=0), "january": Birth(birth.year, 1, 1)}[
            kind
        ]
    if (
        FIRST_YEAR <= found.year <= LAST_YEAR
        and found.month <= 12
        and found.day <= 31
        and (found.month or not found.day)
    ):
        return found
    return birth


@settings(max_examples=300)
@given(st.data())
@example(None)
def test_birth_levels_are_those_of_each_pair(data: st.DataObject | None) -> None:
    """Whole, partial, 1 January, swapped, a digit wrong in any place, days no calendar has: never a difference."""
    if data is None:
        asked, held = (
            Birth(1984, 3, 12),
            [Birth(1884, 3, 12), Birth(1894, 3, 12), Birth(1984, 2, 30), Birth(1985, 3, 12)],
        )
    else:
        asked = data.draw(st.one_of(births, partial, january))
        near = near_births(asked)
        held = data.draw(
            st.lists(
                st.one_of(near, near.flatmap(near_births), births, partial, january, near.map(first)), min_size=1
            )
        )
    found = birth_levels(np.array([birth_payload(one) for one in held], dtype=np.int64), asked)
    assert [BIRTH_LEVELS[level] for level in found.tolist()] == [compare_births(asked, one) for one in held]


@st.composite
def plain_pairs(draw: st.DrawFn) -> tuple[PersonSubject, dict[str, tuple[str, ...]]]:
    """A question and a record that give one name of two words, a whole date, sex, address and number, or leave some out."""
    surname, given = draw(st.sampled_from(SURNAMES)), draw(st.sampled_from(GIVENS))
    held_surname = draw(st.sampled_from((surname, draw(slips(surname)), draw(st.sampled_from(SURNAMES)))))
    held_given = draw(st.sampled_from((given, given[0], draw(st.sampled_from(GIVENS)))))
    born = draw(births.filter(lambda birth: birth.day < 29))
    held_born = draw(st.one_of(st.just(born), near_births(born)))
    sexes, homes, numbers = (st.sampled_from(one) for one in (("F", "M"), HOMES, NUMBERS))
    sex, home, number = draw(sexes), draw(homes), draw(numbers)
    values = {"name": (f"{held_surname}, {held_given}",)}
    if (held_surname, held_given) == (surname, given) and len(given) > 1 and draw(st.booleans()):
        values["name"] = (f"{held_given}, {held_surname}",)
    for field, value in (
        ("birth-date", "-".join(f"{part:02}" for part in held_born if part)),
        ("sex", draw(sexes)), ("home-address", draw(st.one_of(st.just(home), homes))), ("ssn", draw(numbers)),
    ):  # fmt: skip
        if draw(st.integers(0, 3)):
            values[field] = (value,)
    subject = PersonSubject(
        family=surname, given=given, birth_date=f"{born.year}-{born.month:02}-{born.day:02}", sex=Sex(sex),
        address=home, identifiers=(Identifier(kind=IdentifierKind.SSN, value=number),),
    )  # fmt: skip
    return subject, values


def weighed(
    subject: PersonSubject, values: dict[str, tuple[str, ...]]
) -> tuple[float, tuple[Comparison, ...]] | None:
    """What `search` says that somebody weighs, and the comparisons; None where they are not found. In one home many live."""
    question, scale = prepare(subject, ALL), Scale(CROWDED)
    found = look(index([{"name": ("Other, Person",)}, values]), question, weights=CROWDED)
    weights = dict(zip(found.people, found.weights, strict=True))
    return (weights[1], compare(question, values, scale)) if 1 in weights else None


@settings(max_examples=150)
@given(plain_pairs())
@example(
    (
        PersonSubject(family="Almasri", given="John", birth_date="1984-03-12", address=HOMES[0]),
        {"name": ("Smith, Maria",), "birth-date": ("1984-03-12",), "home-address": (HOMES[0],)},
    )
)
def test_plain_people_weigh_what_their_comparisons_weigh(
    pair: tuple[PersonSubject, dict[str, tuple[str, ...]]],
) -> None:
    """One family name, one given name, date, sex, address without unit, one number: the sum, within rounding."""
    found = weighed(*pair)
    if found is None:
        return
    weight, comparisons = found
    if without_article(pair[0].family):  # the index also weighs it as the name without the article: never less
        assert weight >= sum(one.weight for one in comparisons) - ROUNDING
    else:
        assert weight == pytest.approx(sum(one.weight for one in comparisons), abs=ROUNDING)


def apart(values: dict[str, tuple[str, ...]], **asked: str) -> tuple[float, dict[str, str]]:
    """How much more somebody weighs in the index than compared, and the level of each comparison."""
    found = weighed(PersonSubject(**asked), values)
    assert found is not None
    weight, comparisons = found
    return weight - sum(one.weight for one in comparisons), {
        term.comparison: term.level for one in comparisons for term in one.terms
    }


def weight_of(comparison: str, level: str) -> int:
    m, u = load_weights().table()[comparison, level]
    return m - u


JOHN = {"name": ("Smith, John",), "birth-date": ("1984-03-12",)}
ASKED = {"family": "Smith", "given": "John", "birth_date": "1984-03-12"}


@pytest.mark.parametrize(("held", "asked", "level"), [("Paul", "P", "initial"), ("Paul", "Ali", "different")])
def test_middle_names_are_left_to_the_comparison(held: str, asked: str, level: str) -> None:
    """They weigh nothing in the index; everything else is the same."""
    more, levels = apart({**JOHN, "name": (f"Smith, John {held}",)}, **ASKED, middle=asked)
    assert levels["middle"] == level
    assert more == pytest.approx(-weight_of("middle", level), abs=ROUNDING)


@pytest.mark.parametrize(("held", "level"), [("Jr", "same"), ("Sr", "conflict")])
def test_generations_are_left_to_the_comparison(held: str, level: str) -> None:
    """Father and son weigh the same in the index; the comparison tells them apart."""
    more, levels = apart({**JOHN, "name": (f"Smith, John, {held}",)}, **ASKED, suffix="Jr")
    assert levels["suffix"] == level
    assert more == pytest.approx(-weight_of("suffix", level), abs=ROUNDING)


@pytest.mark.parametrize(
    ("held", "asked", "level", "taken_for"),
    [
        ("123 Main St Apt 2, Fresno, CA 93701", "123 Main St Apt 9, Fresno, CA 93701", "building", "exact"),
        ("123 Washingtan St, Fresno, CA 93701", "123 Washington St, Fresno, CA 93701", "exact", "different"),
        ("9 Oak Ave, Fresno, CA 93701", "123 Main St, Fresno, CA 93701", "postcode", "different"),
        ("123 Main St, Oakland, CA 94601", "123 Main St, Fresno, CA 93701", "different", "exact"),
    ],
)
def test_units_towns_and_letters_of_a_street_are_left_to_the_comparison(
    held: str, asked: str, level: str, taken_for: str
) -> None:
    """The index knows house number and street by their letters alone."""
    scale, own = Scale(load_weights()), dict(JOHN)
    more, levels = apart({**own, "home-address": (held,)}, **ASKED, address=asked)
    assert levels["address"] == level
    terms = compare(prepare(PersonSubject(**ASKED), ALL), own, scale)
    parts = {term.comparison: scale.weigh(term) for one in terms for term in one.terms}
    index_says, comparison_says = (
        weight_of("address", one) + scale.family({**parts, "address": weight_of("address", one)})
        for one in (taken_for, level)
    )
    assert more == pytest.approx(index_says - comparison_says, abs=ROUNDING)


@pytest.mark.parametrize(("held", "better"), [("Marsh, Ann", "Smith, John"), ("Smith, John", "Marsh, Ann")])
def test_the_best_of_several_names_counts(held: str, better: str) -> None:
    """A further name costs the choice, on either side, as it does where names are compared."""
    for values, others in (
        ({**JOHN, "name": (held,), "alias": (better,)}, ()),
        ({**JOHN, "name": (better,)}, (better,)),
    ):
        subject = PersonSubject(family="Smith", given="John", birth_date="1984-03-12", other_names=others)
        found = weighed(subject, values)
        assert found is not None
        assert found[0] == pytest.approx(sum(one.weight for one in found[1]), abs=ROUNDING)
