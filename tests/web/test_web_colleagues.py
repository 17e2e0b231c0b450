"""Colleagues by name, to their own agency alone; and months, quarters and days in words."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from comity.model.agency import Member
from comity.web.colleagues import colleague_of
from comity.web.times import period_words
from comity.web.words import words_of


def member(name: str, called: str, agency: str = "alder-police") -> Member:
    return Member(id=name, name=called, agency=agency, roles=("member",), trained_until=date(2030, 1, 1))


MEMBERS = (
    member("m-0007", "Ruth Okonjo"),
    member("m-0008", "Ana Lima"),
    member("m-0009", "Ana Lima"),
    member("b-0001", "Lee Park", "birch-police"),
)


def call_of(reader: Member | None, reads: list[int] | None = None) -> Any:
    def members() -> tuple[Member, ...]:
        if reads is not None:
            reads.append(1)
        return MEMBERS

    return SimpleNamespace(member=reader, site=SimpleNamespace(door=SimpleNamespace(members=members)))


def test_a_colleague_is_named_and_nobody_elses_member() -> None:
    """One's own agency's by name, with the id behind it where two are called the same; others stay ids."""
    colleague = colleague_of(call_of(MEMBERS[0]))
    assert colleague("m-0007") == "Ruth Okonjo"
    assert colleague("m-0008") == "Ana Lima (m-0008)"
    assert colleague("b-0001") == "b-0001"
    assert colleague("somebody-who-left") == "somebody-who-left"


def test_a_page_for_anybody_names_no_member() -> None:
    """Without a member who reads, an id stays one, and the list is not even read."""
    reads: list[int] = []
    assert colleague_of(call_of(None, reads))("m-0007") == "m-0007"
    assert reads == []


def test_the_list_is_read_once_a_page_and_only_where_somebody_is_named() -> None:
    """However many are named."""
    reads: list[int] = []
    colleague = colleague_of(call_of(MEMBERS[0], reads))
    assert reads == []
    colleague("m-0007")
    colleague("m-0008")
    assert reads == [1]


@pytest.mark.parametrize(
    ("language", "period", "said"),
    [
        ("en", "2026-10", "October 2026"),
        ("es", "2026-10", "octubre de 2026"),
        ("en", "2026-Q3", "Quarter 3 of 2026"),
        ("es", "2026-Q3", "Trimestre 3 de 2026"),
        ("en", "2026", "2026"),
        ("es", "2026-10-05", "5 de oct. de 2026"),
        ("en", "2026-10-05", "Oct 5, 2026"),
        ("en", "none named", "none named"),
        ("en", "2026-13", "2026-13"),
    ],
)
def test_a_period_is_said_in_words(language: str, period: str, said: str) -> None:
    """As reports name it, in both languages; anything else as it stands."""
    assert period_words(period, words_of(language)) == said
