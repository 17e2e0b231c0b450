"""Whom an agency may ask today, from its own signed files."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from region_stage import Stage

from comity.demo.agencies import (
    CA_SHERIFF,
    FEDERAL_INVESTIGATIONS,
    IL_POLICE,
    NY_DMV,
    REMOVAL_OPERATIONS,
    WA_POLICE,
)
from comity.exchange.asking.sources import open_sources
from comity.model.law_text import LawKind


def sources_on(stage: Stage, asker: str, day: str) -> tuple[str, ...]:
    at_ms = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000)
    directory = stage.federation.directory
    return open_sources(stage.federation.world_of(asker), directory.get_agency(asker), directory, at_ms)


def test_givers_under_an_agreement_in_force_in_the_directorys_order(stage: Stage) -> None:
    """The detective's department reaches its partners and itself."""
    assert sources_on(stage, WA_POLICE, "2026-11-18") == (
        CA_SHERIFF,
        WA_POLICE,
        IL_POLICE,
        NY_DMV,
        FEDERAL_INVESTIGATIONS,
        REMOVAL_OPERATIONS,
    )


@pytest.mark.parametrize("day", ["2025-12-31", "2030-01-01"])
def test_outside_the_agreements_days_only_oneself(stage: Stage, day: str) -> None:
    """Before the first and after the last day an agreement opens nobody."""
    assert sources_on(stage, WA_POLICE, day) == (WA_POLICE,)


def test_giving_is_one_way(stage: Stage) -> None:
    """An agreement that gives to the asker opens the giver; it does not by itself open the asker to the giver."""
    assert NY_DMV in sources_on(stage, FEDERAL_INVESTIGATIONS, "2026-11-18")
    assert FEDERAL_INVESTIGATIONS not in sources_on(stage, NY_DMV, "2026-11-18")


def test_without_a_policy_an_agency_does_not_ask_itself(own_stage: Stage) -> None:
    """Its own records are opened to its members by its policy alone."""
    texts = own_stage.federation.laws.texts
    texts[WA_POLICE] = tuple(text for text in texts[WA_POLICE] if text.kind is not LawKind.POLICY)
    assert WA_POLICE not in sources_on(own_stage, WA_POLICE, "2026-11-18")
