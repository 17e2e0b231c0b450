"""The clauses that bind a desk: clocks by statute, what counsel can trust of each, a file read whole or not at all."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from redress_stage import Desk
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF, FEDERAL_INVESTIGATIONS, IL_POLICE, WA_POLICE
from comity.errors import NounError, WrongUseError
from comity.law.calendar import add_span, local_time
from comity.model.codes import GovernmentLevel
from comity.model.petition import PetitionKind, Residence
from comity.oversight.redress import clauses as clauses_module
from comity.oversight.redress.clauses import Ground, clauses, parse_clauses
from comity.oversight.redress.grounds import check_last_day, get_ground
from comity.oversight.redress.statutes import Matter, appeal_of, clocks_of, statutes_on

FILE = Path(clauses_module.__file__).parent / "clauses.toml"
LAW = Path(__file__).parents[4] / "shared" / "reference" / "law.md"


@pytest.mark.parametrize(
    ("owner", "kind", "step", "statute", "due"),
    [
        (FEDERAL_INVESTIGATIONS, PetitionKind.AMENDMENT, "acknowledge", "US-PA-AMEND", date(2026, 12, 3)),
        (FEDERAL_INVESTIGATIONS, PetitionKind.REVIEW, "decide", "US-PA-REVIEW", date(2027, 1, 4)),
        (CA_SHERIFF, PetitionKind.AMENDMENT, "decide", "CA-LOCAL-AMEND", date(2027, 1, 17)),
        (WA_POLICE, PetitionKind.ACCESS, "decide", "WA-INSPECT", date(2026, 12, 3)),
        (IL_POLICE, PetitionKind.PUBLIC_RECORDS, "decide", "IL-FOIA", date(2026, 11, 25)),
        (CA_SHERIFF, PetitionKind.ACCOUNTING, "decide", "comity/PETITION", date(2026, 12, 18)),
    ],
)
def test_the_statute_times_the_step(
    own_stage: Stage, owner: str, kind: PetitionKind, step: str, statute: str, due: date
) -> None:
    """Days of the owner's calendar from 18 November 2026: worked out by hand, holidays and weekends left out."""
    desk = Desk(own_stage, owner)
    first = PetitionKind.AMENDMENT if kind is PetitionKind.REVIEW else None
    found = clocks_of(desk.owner, Matter(kind, first=first), desk.world.clock.now_ms())
    clock = next(one for one in found if one.step == step)
    assert (clock.statute, local_time(clock.due_ms, desk.owner.zone).date()) == (statute, due)


def test_the_desk_is_everybodys_and_the_remedy_the_statutes(own_stage: Stage) -> None:
    """C-15: whoever asks is taken in and timed; where a refusal may be taken differs by residence, the answer's time never by
    whether there is a record."""
    desk = Desk(own_stage, FEDERAL_INVESTIGATIONS)
    told = {}
    for residence in Residence:
        petition = desk.open(kind=PetitionKind.AMENDMENT, residence=residence)
        assert {clock.step for clock in petition.clocks} == {"acknowledge", "decide"}
        told[residence] = appeal_of(desk.owner, Matter(PetitionKind.AMENDMENT, residence))
    assert "552a(d)(3)" in told[Residence.CITIZEN_OR_RESIDENT]
    assert "designated federal agency" in told[Residence.DESIGNATED_COUNTRY]
    assert "552a" not in told[Residence.OTHER]


def test_every_clause_says_how_far_it_was_read() -> None:
    """What is called verified names the rule of the reference that was read; what names none is unverified or our own."""
    for one in (*clauses().statute, *clauses().ground):
        assert one.citation
        assert one.says
        assert (one.status == "verified") <= bool(one.law), one.id


@pytest.mark.skipif(not LAW.is_file(), reason=f"NOT CHECKED: {LAW} is missing, against which clauses are verified")
def test_verified_is_what_the_reference_has_verified() -> None:
    """Each rule that a verified clause names stands on the reference's list of verified rules, with the clause's citation."""
    text = LAW.read_text(encoding="utf-8")
    listed = set(re.findall(r"[A-Z]{2}-\d{2}b?", text.split("**9.1 Verified")[1].split("Three cautions")[0]))
    rows = {line.split("|")[1].strip(): line for line in text.splitlines() if line.startswith("| ")}
    verified = [one for one in (*clauses().statute, *clauses().ground) if one.status == "verified"]
    assert len(verified) >= 5
    for one in verified:
        assert one.law in listed, f"{one.id} rests on {one.law}, which nobody verified"
        for part in re.findall(r"(?<=552a|.\.21)\([a-z]\)", one.citation):
            assert part in rows[one.law], f"{one.id} cites {part}, of which {one.law} says nothing"


def test_the_clocks_of_the_reference_are_these() -> None:
    """law.md section 4: an amendment is acknowledged in 10 working days, a review of a refusal ends in 30; access has none."""
    times = {one.id: one.within for one in clauses().statute}
    assert times["US-PA-AMEND"] == "10 working-day"
    assert times["US-PA-REVIEW"] == "30 working-day"
    assert times["US-PA-ACCESS"] == times["US-PA-ACCOUNTING"] == ""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('law = "PA-08"\nsays = "the accounting', 'says = "the accounting', "is verified by a rule of law.md"),
        (
            'law = "PA-08"\nsays = "the accounting',
            'law = "somewhere"\nsays = "the',
            "is verified by a rule of law.md",
        ),
        ('status = "verified"\nlaw = "PA-10"', 'status = "sure"', "write verified, unverified or house rule"),
        ('within = "60 day"', 'within = "60 moons"', "is no time"),
        ('within = "60 day"', "", "a step is acknowledge or decide"),
        ('within = "60 day"', 'within = "60 day"\nhours = 3', "unknown field `hours`"),
        ('longest = "3 month"', 'longest = "for good"', "is no time"),
        ('of = ["amendment"]', "", "name that as `of`"),
        ('id = "US-PA-ACCESS"', 'id = "US-PA-AMEND"', "stands twice"),
        ('kinds = ["demand"]', 'kinds = ["complaint"]', "one has none"),
        ('levels = ["federal"]', 'levels = ["galactic"]', "Invalid enum value"),
        ("[[statute]]", "[[statute]", "clauses.toml"),
    ],
)
def test_a_clause_that_does_not_hold_stops_the_node(old: str, new: str, sentence: str) -> None:
    """An unknown key, a word that is none, a time that is none or a clause named twice: nothing of the file is believed."""
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(NounError, match=re.escape(sentence)):
        parse_clauses(text.replace(old, new, 1))


def test_a_review_follows_what_it_reviews(own_stage: Stage) -> None:
    """The thirty days of 5 USC 552a(d)(3) are those of a refusal to amend; a review of public records has none of it."""
    owner = Desk(own_stage, FEDERAL_INVESTIGATIONS).owner

    def on(first: PetitionKind) -> set[str]:
        return {one.id for one in statutes_on(owner, Matter(PetitionKind.REVIEW, first=first))}

    assert "US-PA-REVIEW" in on(PetitionKind.AMENDMENT)
    assert not on(PetitionKind.PUBLIC_RECORDS)
    assert "no statute was read" in appeal_of(
        owner, Matter(PetitionKind.REVIEW, first=PetitionKind.PUBLIC_RECORDS)
    )


@given(st.dates(date(2026, 1, 1), date(2030, 1, 1)), st.integers(-400, 4_000), st.sampled_from(clauses().ground))
def test_no_ground_lasts_for_good(today: date, days: int, ground: Ground) -> None:
    """Property: every last day that is taken lies ahead, and within the ground's own time."""
    found = get_ground(ground.id, GovernmentLevel.FEDERAL)
    last_day = today + timedelta(days=days)
    try:
        check_last_day(found, last_day, today)
    except WrongUseError:
        assert not today < last_day <= add_span(today, found.span)
    else:
        assert today < last_day <= add_span(today, found.span)


def test_the_page_says_what_the_clauses_say() -> None:
    """Each clause has its row in docs/redress.md, with its source, its time and how far it was read."""
    page = (Path(__file__).parents[3] / "docs" / "redress.md").read_text(encoding="utf-8")
    rows = [{cell.strip() for cell in line.split("|")} for line in page.splitlines() if line.startswith("| `")]
    for one in clauses().statute:
        clock = f"{one.step} in {one.span}" if one.span is not None else "no time"
        assert any({f"`{one.id}`", one.citation, clock, one.status} <= row for row in rows), one.id
    for ground in clauses().ground:
        assert any({f"`{ground.id}`", ground.citation, str(ground.span), ground.status} <= row for row in rows), (
            ground.id
        )
