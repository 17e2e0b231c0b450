"""Spellings of an invented directory: what is resolved, what is doubtful, what means no agency, and the words that say so."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_directory import small_directory

from comity.model.codes import AgencyKind, GovernmentLevel
from comity.model.ori import BodyKind, BodyLevel, agency_kind, government_level
from comity.oversight.names.resolve import ENOUGH, LEAD, Verdict
from comity.oversight.names.several import resolve_names, resolver_of

resolve = resolver_of(small_directory())


@pytest.mark.parametrize(
    ("written", "ori"),
    [
        ("Port Ferris CA PD", "CA0990100"),
        ("port-ferris-ca-pd", "CA0990100"),
        ("PORT FERRIS PD CA", "CA0990100"),
        ("CA - Port Ferris Police Department", "CA0990100"),
        ("The Port Ferris California Police Department", "CA0990100"),
        ("Pórt Ferris PD ( CA)", "CA0990100"),
        ("Port Ferris CA PD (Do Not Use)", "CA0990100"),
        ("Port Ferris CA DPS - Axon", "CA0990100"),
        ("CA0990100", "CA0990100"),
        ("Ferris County CA SO", "CA0990000"),
        ("Ferris County Sheriff's Office (CA)", "CA0990000"),
        ("Ferris CA SD", "CA0990000"),
        ("Ferris TX PD", "TX0990100"),
        ("Quill County Const TX Pct 4", "TX0990400"),
        ("Larch ISD TX PD", "TX0990600"),
        ("UC Ferris Campus PD CA", "CA0991100"),
        ("Elder Twp PA PD (Barrow County)", "PA0980100"),
        ("Elder Township Police, Oakes County PA", "PA0990100"),
        ("Elder Township PA PD (Barrow)", "PA0980100"),
        ("Harrow PA PD", "PA0990200"),
        ("Nebraska State Patrol", "NB0990100"),
    ],
)
def test_spellings_lead_to_their_agency(written: str, ori: str) -> None:
    """Order of words, case, accents, brackets, abbreviations and the vendor's additions do not hide an agency."""
    resolution = resolve(written)
    assert (resolution.verdict, resolution.agency and resolution.agency.entry.ori) == (Verdict.RESOLVED, ori)
    assert resolution.reasons


def test_an_old_ori_gives_way_to_its_successor() -> None:
    """An entry of the old edition alone, beside one of the same name and county, is not a second meaning."""
    resolution = resolve("Los Robles CA PD")
    assert resolution.agency is not None
    assert resolution.agency.entry.ori == "CA0990200"


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("Elder Township PA PD", "2 entries fit about as well"),
        ("Quill County Constable TX", "should be listed"),
        ("Los Roble CA PD", f"{ENOUGH} are needed"),
        ("Marsh PA PD", f"{ENOUGH} are needed"),
        ("City of Port Ferris CA", f"{ENOUGH} are needed"),
        ("Port Ferris (CA)", f"{ENOUGH} are needed"),
        ("Nowhere CA PD", "should be listed"),
    ],
)
def test_what_could_be_two_or_is_not_quite_the_name_is_doubtful(written: str, why: str) -> None:
    """Two townships of one name, a letter that differs, a city without its police: a person decides."""
    resolution = resolve(written)
    assert resolution.verdict is Verdict.DOUBTFUL
    assert resolution.agency is None
    assert why in " ".join(resolution.reasons)


@pytest.mark.parametrize(
    ("written", "level", "kind"),
    [
        ("Decommissioned Org", BodyLevel.NOBODY, BodyKind.VENDOR),
        ("DO NOT USE", BodyLevel.NOBODY, BodyKind.VENDOR),
        ("Test Demo 1234", BodyLevel.NOBODY, BodyKind.VENDOR),
        ("Flock Safety - Customer", BodyLevel.NOBODY, BodyKind.VENDOR),
        ("Whispering Larches HOA (CA)", BodyLevel.PRIVATE, BodyKind.COMMUNITY),
        ("Larch Towing (CA)", BodyLevel.PRIVATE, BodyKind.BUSINESS),
        ("Villa Larch (CA)", BodyLevel.PRIVATE, BodyKind.UNKNOWN),
        ("Ferris Drug Task Force CA", BodyLevel.REGIONAL, BodyKind.TASK_FORCE),
        ("[Federal] Larch Veterans Affairs PD", BodyLevel.FEDERAL, BodyKind.FEDERAL_AGENCY),
        ("Ferris County CA DA", BodyLevel.COUNTY, BodyKind.PROSECUTOR),
    ],
)
def test_what_means_no_agency_is_said_with_its_kind(written: str, level: BodyLevel, kind: BodyKind) -> None:
    """Closed accounts, private bodies, federal offices and task forces are no agency of the directory; their kind is told."""
    resolution = resolve(written)
    assert (resolution.verdict, resolution.level, resolution.kind) == (Verdict.NOT_LISTED, level, kind)


def test_one_of_several_offices_is_shown_with_the_others() -> None:
    """A precinct that the directory does not list is doubtful, with the constables of its county as candidates."""
    resolution = resolve("Quill County Const TX Pct 7")
    assert resolution.verdict is Verdict.DOUBTFUL
    assert {candidate.ori for candidate in resolution.candidates} <= {"TX0990400", "TX0990500"}
    assert resolve("University of California CA PD").candidates[0].ori == "CA0991100"


def test_the_emergency_number_is_no_vendors_number() -> None:
    """A county's 911 centre is a dispatch and not its sheriff; a second account of a police is that police."""
    assert resolve("Ferris County CA 911").kind is BodyKind.DISPATCH
    assert resolve("Ferris County CA 911").agency is None
    assert resolve("Port Ferris CA PD 2").agency is not None


def test_words_are_said_with_what_they_were_read_as() -> None:
    """The reasons name the words that gave state, kind and name."""
    told = " | ".join(resolve("Port Ferris CA PD (Raven)").reasons)
    assert "`CA`: state CA" in told
    assert "`(Raven)`: set aside" in told
    assert "`Port Ferris` is the name of `Port Ferris Police Department` (+60)" in told


def test_a_closed_account_keeps_its_mark() -> None:
    """A duplicate of an agency is that agency, and is marked."""
    assert resolve("Port Ferris CA PD - Duplicate").closed
    assert not resolve("Port Ferris CA PD").closed


def test_the_state_is_never_read_over() -> None:
    """A name with another state's code never leads to an agency of this one."""
    assert resolve("Port Ferris TX PD").verdict is not Verdict.RESOLVED


def test_a_states_body_is_never_another_states() -> None:
    """A state's patrol whose state has none in the directory is not that of a state that has one, nor is its parent."""
    assert resolve("Ohio State Patrol").agency is None
    assert resolve("Nebraska Department of Public Safety").agency is None


@given(st.text(max_size=120))
def test_any_text_has_a_verdict(written: str) -> None:
    """No text breaks the reading, and one that is resolved has the points and the lead."""
    resolution = resolve(written)
    if resolution.verdict is Verdict.RESOLVED and resolution.decided == 0:
        best, *rest = resolution.candidates
        assert best.points >= ENOUGH
        assert not rest or best.points - rest[0].points >= LEAD


def test_levels_and_kinds_have_the_words_of_the_law() -> None:
    """A campus may be a state's or private, so that its level is left open; a municipality is local."""
    assert government_level(BodyLevel.MUNICIPAL) is GovernmentLevel.LOCAL
    assert government_level(BodyLevel.CAMPUS) is None
    assert agency_kind(BodyKind.SHERIFF) is AgencyKind.SHERIFF
    assert agency_kind(BodyKind.COMMUNITY) is AgencyKind.OTHER


def test_a_list_is_counted_and_its_doubtful_queued_by_rows() -> None:
    """Each spelling once, with its rows; the queue begins with what stands in most rows."""
    found = resolve_names(
        ["Port Ferris CA PD", "Nowhere CA PD", "Elder Township PA PD", "Elder  Township PA PD", "", "DO NOT USE"],
        small_directory(),
    )
    assert [found.count(verdict) for verdict in Verdict] == [1, 2, 1]
    assert [(resolution.written, rows) for resolution, rows in found.queue()] == [
        ("Elder Township PA PD", 2),
        ("Nowhere CA PD", 1),
    ]
    assert found.kinds(Verdict.DOUBTFUL) == (("police", 2),)


@pytest.mark.parametrize(
    ("written", "state"),
    [
        ("Ferris County District Attorney's Office", "CA"),
        ("Barrow County Special Investigations", "PA"),
        ("Quill County District Attorney's Office", ""),  # two states have one
        ("Hazel County District Attorney's Office", ""),  # no state is known to have one
        ("Ferris District Attorney's Office", ""),  # a town may have the name
    ],
)
def test_a_county_that_one_state_has_says_the_state_and_no_more(written: str, state: str) -> None:
    """The state of a county's office is read from the county where one state alone has it; that makes it no entry."""
    found = resolve(written)
    assert (found.state, found.agency) == (state, None)
    assert any("has a county of this name" in reason for reason in found.reasons) is bool(state)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("Cal Fire", BodyKind.FIRE),
        ("Cal State Ferris (CA)", BodyKind.CAMPUS_POLICE),
        ("Cal Maritime (CA)", BodyKind.CAMPUS_POLICE),
        ("NCRIC", BodyKind.INTELLIGENCE),
    ],
)
def test_a_short_form_says_what_its_long_form_says(written: str, kind: BodyKind) -> None:
    """Bodies that are known by a short form have the state and the kind of their whole name."""
    found = resolve(written)
    assert (found.state, found.kind) == ("CA", kind)
