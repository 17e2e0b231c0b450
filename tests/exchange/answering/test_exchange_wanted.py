"""H10: an agreement counts for a year from the day its owner switched it on or kept it, and closes by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from region_stage import Stage

from comity.demo.agencies import CA_SHERIFF
from comity.exchange.answering.law_in_force import read_law
from comity.exchange.answering.wanted import has_lapsed, wanted_until, while_wanted
from comity.exchange.owners import owner_day
from comity.law import ast
from comity.law.calendar import add_span
from comity.model.codes import Status
from comity.model.law_text import LawKind, OwnerLaw

NAME = "ACSO-CCPD-2026"
DAY_MS = 86_400_000


def dated(law: OwnerLaw, now_ms: int, on: int, kept: int | None) -> OwnerLaw:
    """The law with its agreements switched on, and kept, so many days before a time."""
    agreements = tuple(text.hash for text in law.texts if text.kind is LawKind.AGREEMENT)
    since = tuple((one, now_ms - on * DAY_MS) for one in agreements)
    return replace(
        law, since=since, kept=() if kept is None else tuple((one, now_ms - kept * DAY_MS) for one in agreements)
    )


@given(on=st.integers(0, 1100), kept=st.none() | st.integers(0, 1100))
@settings(max_examples=60)
def test_no_question_is_answered_under_an_agreement_that_nobody_kept_for_a_year(
    stage: Stage, on: int, kept: int | None
) -> None:
    """Whenever it was switched on and kept, a question is answered within a year of that by the owner's calendar, and
    otherwise refused as if there were no agreement."""
    federation = stage.federation
    now_ms = federation.world_of(CA_SHERIFF).clock.now_ms()
    owner = federation.directory.get_agency(CA_SHERIFF)
    word = on if kept is None else min(kept, on)
    today = owner_day(owner, now_ms)
    open_still = today <= add_span(today - timedelta(days=word), ast.Span(1, "year"))
    question = stage.query(stage.region.scene.detective_question, CA_SHERIFF)
    read = federation.laws.law_of
    days = on, None if kept is None else word
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(federation.laws, "law_of", lambda owner: dated(read(owner), now_ms, *days))
        answer = stage.answer(question)
    refused = answer.status is Status.REFUSED and "comity/NO-AGREEMENT" in {one.rule for one in answer.reasons}
    assert refused is not open_still


def test_what_counts_is_a_year_of_the_owners_days(stage: Stage) -> None:
    """The last day is that of the year after, a leap day's the last of its month; policies and packs never close so."""
    world = stage.federation.world_of(CA_SHERIFF)
    owner = stage.federation.directory.get_agency(CA_SHERIFF)
    law = world.laws.law_of(CA_SHERIFF)
    (text,) = (one for one in law.texts if one.name == NAME)
    noon = 1_835_366_400_000  # 2028-02-28, 12:00 in California
    made = replace(law, since=tuple((one.hash, noon + DAY_MS) for one in law.texts))
    assert str(wanted_until(made, owner, text)) == "2029-02-28"
    assert [wanted_until(made, owner, one) for one in law.texts if one.kind is not LawKind.AGREEMENT] == [None] * 4
    day = add_span(owner_day(owner, noon + DAY_MS), ast.Span(1, "year"))
    until_ms = noon + DAY_MS * ((day - owner_day(owner, noon)).days)
    assert not has_lapsed(made, owner, text, until_ms)
    assert has_lapsed(made, owner, text, until_ms + DAY_MS)
    kept = replace(made, kept=((text.hash, until_ms),))
    assert not has_lapsed(kept, owner, text, until_ms + 300 * DAY_MS)
    assert {one.ends for one in while_wanted(kept, owner).texts if one.name == NAME} == {
        wanted_until(kept, owner, text)
    }


def test_the_hash_of_the_law_says_which_agreements_were_kept(stage: Stage) -> None:
    """An answer names the law it was given under: the same texts with another end are another law, without one the same."""
    world = stage.federation.world_of(CA_SHERIFF)
    law, _ = read_law(world, stage.federation.directory, CA_SHERIFF)
    hashes = {law.hash, replace(law, since=((law.texts[0].hash, 1),)).hash}
    assert hashes == {law.hash}
    assert replace(law, kept=((law.texts[-1].hash, 1),)).hash != law.hash
