"""Each pattern of misuse: what it finds, and the honest work beside it that it leaves alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from use_stage import POLICE, REMOVALS, SHERIFF, TASK_FORCE, removal, use

from comity.model.codes import Purpose, Status
from comity.model.finding import FindingKind, Relation
from comity.oversight.findings.detect import DETECTORS, find_patterns
from comity.oversight.findings.pointers import followed_of_agencies
from comity.oversight.findings.reasons import is_empty_case
from comity.oversight.findings.uses import Pattern, Use


def seen(uses: Sequence[Use], kind: FindingKind) -> list[Pattern]:
    return list(DETECTORS[kind](sorted(uses, key=lambda one: one.at_ms)))


# ---------------------------------------------------------------- H6
def test_h6_many_subjects_under_few_cases_are_found() -> None:
    """H6: a list worked off question by question, under one case number or three, is one finding with its figures."""
    for cases in (1, 3):
        uses = [use(0, 8 + at / 10, case=f"case-{at % cases}") for at in range(45)]
        (found,) = seen(uses, FindingKind.FISHING)
        assert found.counts == {"questions": 45, "subjects": 45, "cases": cases, "days": 1}
        assert len(found.entries) == 45
        assert "45 subjects within one day" in found.sentence


def test_h6_a_list_over_a_week_is_found_and_not_twice() -> None:
    """H6: the day's limit is not a way round the week's; what a day gave is not given again for the week."""
    slow = [use(day, 8 + at / 4) for day in range(6) for at in range(12)]
    (found,) = seen(slow, FindingKind.FISHING)
    assert found.counts["subjects"] == 72
    fast = [use(0, 8 + at / 10) for at in range(70)]
    assert len(seen(fast, FindingKind.FISHING)) == 1


def test_h6_a_busy_patrol_and_an_operation_are_not_fishing() -> None:
    """H6: forty stops under forty incident numbers, and twenty people of one operation, are a day's work."""
    stops = [use(0, 7 + at / 5, case=f"cad-{at}", purpose=Purpose.STOP) for at in range(40)]
    operation = [use(0, 15 + at / 10) for at in range(20)]
    assert not seen(stops, FindingKind.FISHING)
    assert not seen([*stops, *operation], FindingKind.FISHING)


def test_h6_stops_do_not_hide_a_list_beside_them() -> None:
    """H6: who stops forty cars and works off a list of thirty on the same day is found by the list alone."""
    stops = [use(0, 7 + at / 5, case=f"cad-{at}", purpose=Purpose.STOP) for at in range(40)]
    fished = [use(0, 12 + at / 60) for at in range(30)]
    (found,) = seen([*stops, *fished], FindingKind.FISHING)
    assert set(found.entries) == {one.entry for one in fished}


# ---------------------------------------------------------------- H12
@pytest.mark.parametrize("times", [69, 24, 15])
def test_h12_a_former_partner_looked_up_again_and_again_is_found(times: int) -> None:
    """H12: 69 look-ups of a former partner, 24 and 15 of her parents, as they were reported: each is found."""
    pause = 80 / times
    uses = [use(at * pause, 9 + at % 7, subject="partner", case=f"case-{at % 9}") for at in range(times)]
    (found,) = seen(uses, FindingKind.REPEATED)
    assert found.counts["look-ups"] == times
    assert found.counts["cases"] == 9


def test_h12_one_made_up_case_about_nobody_else_is_no_excuse() -> None:
    """H12: a number that is about one person alone and goes on for ever, with nobody else asking, is found too."""
    uses = [use(day, 9, subject="partner", case="ongoing") for day in range(60)]
    (found,) = seen(uses, FindingKind.REPEATED)
    assert "a case number that is about nobody else" in found.sentence


def test_h12_long_cases_are_left_alone() -> None:
    """H12: thirty look-ups of one subject in one case, also with one slip of typing, and two linked cases, are work."""
    long_case = [use(day * 2, 9, subject="suspect", case="murder") for day in range(30)]
    assert not seen(long_case, FindingKind.REPEATED)
    assert not seen([*long_case, use(7, 12, subject="suspect", case="murdre")], FindingKind.REPEATED)
    linked = [use(day, 9, subject="suspect", case=f"linked-{day % 2}") for day in range(12)]
    assert not seen(linked, FindingKind.REPEATED)
    slips = [use(day, 12, subject="suspect", case=f"typed-{day}") for day in (3, 7)]
    assert not seen([*linked, *(use(day, 10, subject="suspect", case="linked-0") for day in range(12)), *slips],
                    FindingKind.REPEATED)  # fmt: skip
    only_suspect = [use(day * 7 + at, 9, subject="suspect", case="fraud") for day in range(12) for at in range(4)]
    assert not seen(only_suspect, FindingKind.REPEATED)


def test_h12_somebody_the_whole_shift_knows_is_left_alone() -> None:
    """H12: a regular of the beat has a new incident number each time; others meet them too."""
    mine = [use(day * 7, 9, subject="regular", case=f"cad-{day}", purpose=Purpose.STOP) for day in range(12)]
    theirs = [
        use(day * 9 + 1, 9, subject="regular", case=f"cad-x{day}", member=f"{POLICE}/other") for day in range(8)
    ]
    assert not seen([*mine, *theirs], FindingKind.REPEATED)
    assert len(seen(mine, FindingKind.REPEATED)) == 1


def test_h12_asking_several_owners_at_once_is_one_look_up() -> None:
    """H12: what is typed again within half an hour under the same case counts once."""
    uses = [
        use(day, 9 + at / 10, subject="suspect", case=f"case-{day}") for day in (0, 9, 20, 30) for at in range(4)
    ]
    assert not seen(uses, FindingKind.REPEATED)


def test_h12_self_household_and_colleagues_are_found() -> None:
    """H12: one look-up of oneself or one's household is enough; a colleague who was stopped once is not."""
    uses = [
        use(circle=(Relation.SELF, "a")),
        use(circle=(Relation.HOUSEHOLD, "b"), purpose=Purpose.STOP),
        use(circle=(Relation.STAFF, "c")),
        use(circle=(Relation.STAFF, "d"), purpose=Purpose.STOP),
    ]
    found = seen(uses, FindingKind.OWN_CIRCLE)
    assert [one.entries for one in found] == [(one.entry,) for one in uses[:3]]
    assert "household" in found[1].sentence


# ---------------------------------------------------------------- H13
def test_h13_one_agency_asking_both_ways_is_found() -> None:
    """H13: a criminal question, and days later the same agency's about the same subject for an immigration authority."""
    first = use(subject="s")
    second = use(3, subject="s", beneficiary=REMOVALS, immigration=True, case="case-2")
    (found,) = seen([first, second], FindingKind.LAUNDERING)
    assert set(found.entries) == {first.entry, second.entry}
    assert not seen([first, use(9, subject="s", immigration=True, case="case-2")], FindingKind.LAUNDERING)


def test_h13_one_case_number_on_both_sides_is_found() -> None:
    """H13: the authority asks under the number of the criminal case; two fillers are no number."""
    pair = [use(subject="s", case="26-1"), removal(12, subject="s", case="26-1")]
    assert len(seen(pair, FindingKind.LAUNDERING)) == 1
    empty = [
        use(subject="s", case="n/a", empty_case=True),
        removal(12, subject="s", case="n/a", empty_case=True),
    ]
    assert not seen(empty, FindingKind.LAUNDERING)


def test_h13_subjects_that_turn_up_at_the_authority_again_and_again_are_found() -> None:
    """H13: three of one member's subjects within two days each; one or two are arrests told by fingerprint."""
    pairs = [
        pair
        for at in range(3)
        for pair in (use(at * 7, subject=f"s{at}"), removal(at * 7 + 1, subject=f"s{at}", case=f"A-{at}"))
    ]
    (found,) = seen(pairs, FindingKind.LAUNDERING)
    assert found.counts["subjects"] == 3
    assert not seen(pairs[:4], FindingKind.LAUNDERING)


def test_h13_a_refused_authority_and_a_favour_are_found() -> None:
    """H13: the authority is refused, and somebody who never asked about the subject does within two days; twice."""
    pairs = [
        pair
        for at in range(2)
        for pair in (
            removal(at * 9, subject=f"s{at}", status=Status.REFUSED, case=f"A-{at}"),
            use(at * 9 + 1, subject=f"s{at}", case=f"case-{at}"),
        )
    ]
    (found,) = seen(pairs, FindingKind.LAUNDERING)
    assert "was refused" in found.sentence
    known = [use(-5 + at * 9, subject=f"s{at}", case=f"case-{at}") for at in range(2)]
    assert not seen([*known, *pairs], FindingKind.LAUNDERING)


# ---------------------------------------------------------------- H8
def test_h8_what_the_home_agency_was_refused_is_not_asked_through_the_task_force_unseen() -> None:
    """H8: a member whose home agency was refused asks through the task force within two weeks, and is found."""
    refused = use(subject="s", status=Status.REFUSED)
    again = use(
        4, subject="s", asker=TASK_FORCE, homes=(TASK_FORCE, POLICE), purpose=Purpose.TASK_FORCE, case="tf"
    )
    (found,) = seen([refused, again], FindingKind.DRIFT)
    assert found.entries == (refused.entry, again.entry)
    as_purpose = use(2, subject="s", purpose=Purpose.TASK_FORCE)
    assert len(seen([refused, as_purpose], FindingKind.DRIFT)) == 1


def test_h8_a_task_force_that_was_at_work_on_the_subject_is_left_alone() -> None:
    """H8: asked before the refusal, or by a member of another agency, or about somebody else, it is the task force's own."""
    refused = use(subject="s", status=Status.REFUSED)
    words = {"subject": "s", "asker": TASK_FORCE, "purpose": Purpose.TASK_FORCE, "case": "tf"}
    before = use(-3, **words, homes=(TASK_FORCE, SHERIFF))
    again = use(4, **words, homes=(TASK_FORCE, POLICE))
    assert not seen([before, refused, again], FindingKind.DRIFT)
    assert not seen([refused, use(4, **words, homes=(TASK_FORCE, SHERIFF))], FindingKind.DRIFT)
    assert not seen([refused, use(4, **{**words, "subject": "t"}, homes=(TASK_FORCE, POLICE))], FindingKind.DRIFT)
    assert not seen([refused, use(5, subject="s", case="case-1")], FindingKind.DRIFT)


# ---------------------------------------------------------------- H15
@pytest.mark.parametrize(
    "text", ["0", "123", "12345", "n/a", "TEST", "xxxx", "1111-1111", "--", "investigation", "A"]
)
def test_h15_fillers_are_no_case_numbers(text: str) -> None:
    """H15: what is typed to get past the field is known as that."""
    assert is_empty_case(text)


@pytest.mark.parametrize(
    "text", ["26-01417", "HDR-26-1182", "CAD 2611020041", "1102", "A-1417", "112233", "K26-9"]
)
def test_h15_numbers_of_real_cases_are_not_fillers(text: str) -> None:
    """H15: short and odd ones too."""
    assert not is_empty_case(text)


def test_h15_an_agency_that_fills_the_field_is_found() -> None:
    """H15: five fillers in a month are a finding about the agency, with their share; four are slips."""
    real = [use(at / 4, 9, case=f"case-{at}") for at in range(60)]
    empty = [use(at, 12, case="n/a", empty_case=True, member=f"{POLICE}/m{at}") for at in range(5)]
    (found,) = seen([*real, *empty], FindingKind.REASONS)
    assert found.counts["poor"] == 5
    assert "have a case number that is none" in found.sentence
    assert not seen([*real, *empty[:4]], FindingKind.REASONS)


def test_h15_one_number_for_everything_is_found_and_one_large_case_is_not() -> None:
    """H15: half of an agency's month under one number; a killing that is a quarter of it is work."""
    real = [use(at / 4, 9, case=f"case-{at}") for at in range(60)]
    for share, expected in ((60, 1), (20, 0)):
        same = [use(at / 4, 12, case="the-one", member=f"{POLICE}/m{at % 6}") for at in range(share)]
        assert len(seen([*real, *same], FindingKind.REASONS)) == expected
    noted = [use(at / 4, 9, case=f"c-{at}", note="same", member=f"{POLICE}/m{at % 6}") for at in range(80)]
    (found,) = seen(noted, FindingKind.REASONS)
    assert "one and the same note" in found.sentence


# ---------------------------------------------------------------- H25
def test_h25_an_agency_of_which_no_follow_up_is_ever_recorded_is_found() -> None:
    """H25: twelve answers said `ask the owner` and nobody recorded a call; the share is counted for everybody."""
    pointed = [use(at, pointed=(f"record-{at}",)) for at in range(12)]
    later = use(40)
    (found,) = seen([*pointed, later], FindingKind.POINTERS)
    assert found.counts == {"pointers": 12, "followed": 0}
    told = use(5, told="record-4", member="told-by-call")
    assert followed_of_agencies([*pointed, told, later]) == (12, 1)
    assert not seen([*pointed, told, later], FindingKind.POINTERS)


def test_h25_an_answer_of_yesterday_has_time_yet() -> None:
    """H25: nothing is counted before the time to record a call is over."""
    assert not seen([use(at / 2, pointed=(f"record-{at}",)) for at in range(20)], FindingKind.POINTERS)


# ---------------------------------------------------------------- out of hours
def day_shift(weeks: int = 4) -> list[Use]:
    return [
        use(7 * week + day, 9 + at, case=f"c{week}")
        for week in range(weeks)
        for day in range(5)
        for at in range(7)
    ]


def test_a_night_of_look_ups_by_somebody_who_works_by_day_is_found() -> None:
    """Eight questions at two in the morning, under numbers nobody works on."""
    night = [use(16, 26 + at / 10, case=f"x{at}") for at in range(8)]
    (found,) = seen([*day_shift(), *night], FindingKind.HOURS)
    assert found.entries == tuple(one.entry for one in night)


def test_night_work_is_left_alone() -> None:
    """A call-out whose case goes on by day, stops of an extra shift, a week of nights, and whoever always works nights."""
    call_out = [use(16, 26 + at / 10, case="killing") for at in range(9)]
    assert not seen([*day_shift(), *call_out, use(17, 11, case="killing")], FindingKind.HOURS)
    stops = [use(16, 26 + at / 10, case=f"cad{at}", purpose=Purpose.STOP) for at in range(14)]
    assert not seen([*day_shift(), *stops], FindingKind.HOURS)
    week = [use(28 + day, 26 + at / 10, case=f"n{day}") for day in range(5) for at in range(8)]
    assert not seen([*day_shift(), *week], FindingKind.HOURS)
    nights = [use(day, 26 + at / 2, case=f"n{day}") for day in range(20) for at in range(8)]
    assert not seen(nights, FindingKind.HOURS)


# ---------------------------------------------------------------- H26
def test_h26_more_than_two_hands_can_type_is_found() -> None:
    """H26: a dozen subjects in a minute; a family of five from one stop is not."""
    script = [use(0, 10 + at / 1_000) for at in range(12)]
    (found,) = seen(script, FindingKind.SHARED)
    assert found.counts["subjects"] == 12
    assert not seen([use(0, 10 + at / 300) for at in range(5)], FindingKind.SHARED)


def test_h26_two_places_in_turn_are_found_and_a_move_is_not() -> None:
    """H26: from one node to another and back within minutes; a node that moved does not come back."""
    places = ["wa-node", "ca-node", "wa-node"]
    (found,) = seen([use(0, 10 + at / 60, came_by=place) for at, place in enumerate(places)], FindingKind.SHARED)
    assert "two places in turn" in found.sentence
    moved = ["wa-node", "wa-node", "wa-new-node", "wa-new-node"]
    assert not seen([use(0, 10 + at / 60, came_by=place) for at, place in enumerate(moved)], FindingKind.SHARED)


def test_h26_a_day_without_sleep_is_found_and_a_double_shift_is_not() -> None:
    """H26: questions in every hour of a day and night are more than one person's."""
    (found,) = seen([use(0, hour, case=f"c{hour}") for hour in range(24)], FindingKind.SHARED)
    assert "hours of one day and night" in found.sentence
    assert not seen([use(0, 6 + hour, case=f"c{hour}") for hour in range(17)], FindingKind.SHARED)


# ---------------------------------------------------------------- all of them
def test_what_was_put_to_a_reviewer_is_not_put_again() -> None:
    """Uses of an earlier finding make no second one; as many again do."""
    first = [use(0, 8 + at / 10) for at in range(45)]
    (found,) = [one for one in find_patterns(first) if one.kind is FindingKind.FISHING]
    judged = {FindingKind.FISHING: frozenset(found.entries)}
    assert FindingKind.FISHING not in {one.kind for one in find_patterns([*first, use(0, 20)], judged)}
    second = [use(2, 8 + at / 10) for at in range(45)]
    (again,) = [one for one in find_patterns([*first, *second], judged) if one.kind is FindingKind.FISHING]
    assert set(again.entries) == {one.entry for one in second}


def test_the_same_uses_give_the_same_patterns() -> None:
    """Nothing but the uses counts: twice the same answer, and nothing of an empty log."""
    chance = random.Random(7)
    uses = [
        use(chance.random() * 30, chance.random() * 24, subject=f"s{chance.randrange(20)}", case=f"c{at % 5}")
        for at in range(400)
    ]
    ordered = sorted(uses, key=lambda one: one.at_ms)
    once = [(one.kind, one.entries, one.sentence) for one in find_patterns(ordered)]
    assert once == [(one.kind, one.entries, one.sentence) for one in find_patterns(ordered)]
    assert not list(find_patterns([]))
