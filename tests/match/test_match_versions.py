"""Versions of the weights: named by content, read only when whole, and what of their names is the owner's own."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from comity.errors import NounError
from comity.match.bearers import keep_borne
from comity.match.differences import differences, tell_differences
from comity.match.frequencies import surname_shares
from comity.match.traits import Traits, read_traits
from comity.match.versions import name_version, own_names, read_version, version_bytes
from comity.match.weights import BuildingShare, NameShare, Weights, frequencies_of, load_weights

SHIPPED = load_weights()
VERSION = name_version(SHIPPED)


def listed(own: dict[str, float], factor: float = 0.1) -> tuple[NameShare, ...]:
    """The shipped surnames scaled down, with shares of the owner's own added."""
    shares = {name: share * factor for name, share in surname_shares().items()}
    for name, share in own.items():
        shares[name] = shares.get(name, 0.0) + share
    return tuple(NameShare(name=name, ppb=round(share * 1e9)) for name, share in shares.items())


def test_a_version_is_named_by_everything_in_it() -> None:
    """The same weights have the same name whatever they were called; any other weights another."""
    assert name_version(replace(VERSION, version="other")) == VERSION
    assert name_version(replace(VERSION, population=7)).version != VERSION.version
    assert read_version(version_bytes(VERSION), VERSION.version) == VERSION


@given(st.data())
def test_no_cut_or_changed_byte_is_read(data: st.DataObject) -> None:
    """Whatever byte is lost or changed, the version is refused."""
    raw = version_bytes(VERSION)
    at = data.draw(st.integers(0, len(raw) - 1))
    changed = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    for damaged in (raw[:at], changed):
        with pytest.raises(NounError):
            read_version(damaged, VERSION.version)


def without_row(weights: Weights) -> Weights:
    return name_version(replace(weights, levels=weights.levels[1:]))


def with_row_twice(weights: Weights) -> Weights:
    return name_version(replace(weights, levels=(*weights.levels, weights.levels[0])))


@pytest.mark.parametrize("change", [without_row, with_row_twice])
def test_another_format_is_refused(change: object) -> None:
    """A version of fewer or more comparisons is whole, and yet not one this comity compares by."""
    made: Weights = change(VERSION)  # type: ignore[operator]
    with pytest.raises(NounError, match="other comparisons"):
        read_version(version_bytes(made), made.version)
    extra = msgspec.json.encode({**msgspec.to_builtins(VERSION), "unheard": 1})
    with pytest.raises(NounError):
        read_version(extra, VERSION.version)


def test_own_names_are_those_the_file_adds_to() -> None:
    """A shipped name at its scaled share is not the owner's; one raised, or not shipped at all, is."""
    names = listed({"SMITH": 0.004, "ABERNETHY-VOSS": 0.001})
    assert {one.name for one in own_names(names, "surname")} == {"SMITH", "ABERNETHY-VOSS"}
    assert own_names((), "surname") == ()


def people(name: str, births: list[str]) -> list[Traits]:
    return [read_traits({"name": (name,), "birth-date": (birth,) if birth else ()}) for birth in births]


def test_a_name_is_borne_by_people_and_not_by_records() -> None:
    """Nine bookings of one man list nobody; five people do. A shipped name falls back to its shipped part."""
    one_man = ["1961-04-05"] * 9
    five = [f"197{year}-02-03" for year in range(5)]
    weights = replace(VERSION, surnames=listed({"SMITH": 0.004, "VOSSELER": 0.004, "KRATOCHVIL": 0.004}))
    held = [*people("Vosseler, Ann", one_man), *people("Smith, Ann", ["", ""]), *people("Kratochvil, Jan", five)]
    kept = keep_borne(weights, held)
    assert [one.name for one in own_names(kept.surnames, "surname")] == ["KRATOCHVIL"]
    by_name = {one.name: one.ppb / 1e9 for one in kept.surnames}
    assert "VOSSELER" not in by_name
    assert by_name["SMITH"] == pytest.approx(surname_shares()["SMITH"] * 0.1, rel=0.01)


def test_differences_come_largest_first_and_are_told_in_a_sentence() -> None:
    """Every row that differs and no other; the sentence names the largest and no name of anybody."""
    rows = list(SHIPPED.levels)
    rows[0] = replace(rows[0], m_millinats=rows[0].m_millinats - 50)
    rows[5] = replace(rows[5], u_millinats=rows[5].u_millinats - 900)
    other = replace(SHIPPED, levels=tuple(rows), population=3_000)
    found = differences(SHIPPED, other)
    assert [(row.comparison, row.level, row.change_millinats) for row in found] == [
        (rows[5].comparison, rows[5].level, 900),
        (rows[0].comparison, rows[0].level, -50),
    ]
    told = tell_differences(SHIPPED, other)
    assert told.startswith(f"2 of {len(rows)} weights change, the largest `{rows[5].comparison} {rows[5].level}`")
    assert "population 100,000 to 3,000" in told
    assert "houses" not in told
    crowded = replace(other, buildings=(BuildingShare(building=7, ppb=1_000),))
    assert "; houses in which many live are listed: 1; " in tell_differences(SHIPPED, crowded)
    assert differences(SHIPPED, SHIPPED) == ()


def test_names_are_kept_ready_by_version() -> None:
    """The same version gives the same table each time; an equal copy and another version have their own."""
    own = replace(VERSION, surnames=listed({}))
    assert frequencies_of(own) is frequencies_of(own)
    other = replace(VERSION, surnames=(NameShare(name="VOSSELER", ppb=5),))
    assert frequencies_of(other).share("surname", "VOSSELER") == pytest.approx(5e-9)
    assert frequencies_of(SHIPPED) is frequencies_of(VERSION)
