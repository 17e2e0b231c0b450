"""What is kept between a provider's answer and the browser that asked: little, for seconds, and each thing once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web_stage import CountedChance

from comity.errors import ClosedError
from comity.web.sign_in.oidc import Said
from comity.web.sign_in.saml import waiting
from comity.web.sign_in.saml.believe import Believed
from comity.web.sign_in.saml.waiting import LASTS_MS, TICKET_MS, Begun, SamlAnswers, read_begun

NOW_MS = 1_795_953_600_000


def answers() -> SamlAnswers:
    return SamlAnswers(CountedChance().token)


def believed(id: str, request: str = "_asked", until_s: int = NOW_MS // 1000 + 300) -> Believed:
    return Believed(Said("alder-police-detective"), id, request, until_s)


@given(st.integers(0, 19), st.text(), st.text())
def test_what_a_cookie_holds_is_read_back(number: int, request: str, following: str) -> None:
    """Whatever stands in it, dots too."""
    begun = Begun(number, request, following, "es")
    assert read_begun(begun.kept()) == begun


@given(st.text())
def test_a_cookie_of_anything_else_holds_nothing(kept: str) -> None:
    """A try by another way, or what somebody wrote by hand."""
    assert read_begun(kept) is None
    assert read_begun("saml.0.x.x.en") is None  # no base64
    assert read_begun(f"saml.{kept}") is None or kept.count(".") == 3


def test_a_request_is_of_one_process_and_one_provider() -> None:
    """A restart and a neighbour know none of it; nor is one known that was changed in a place, or is of a time to come."""
    one, number = answers(), 3
    request = one.begin(number, NOW_MS)
    assert one.is_ours(request, number, NOW_MS)
    assert not one.is_ours(request, number + 1, NOW_MS)
    assert not SamlAnswers(lambda: "another").is_ours(request, number, NOW_MS)
    assert not one.is_ours(request, number, NOW_MS - 1)
    assert one.is_ours(request, number, NOW_MS + LASTS_MS - 1)
    assert not one.is_ours(request, number, NOW_MS + LASTS_MS)
    for place in range(len(request)):
        changed = request[:place] + chr(ord(request[place]) ^ 1) + request[place + 1 :]
        assert not one.is_ours(changed, number, NOW_MS)


@given(st.text())
def test_a_request_of_any_text_is_none_of_ours(request: str) -> None:
    """Also where its time is no number, or one too long to be one."""
    assert not answers().is_ours(request, 0, NOW_MS)
    assert not answers().is_ours(f"_{request}.{'9' * 5000}.x", 0, NOW_MS)


def test_a_ticket_counts_once_and_for_seconds() -> None:
    """Nobody finds anything under it after that."""
    one = answers()
    first, second = (one.keep(believed(id), 0, NOW_MS) for id in ("_a", "_b"))
    assert first is not None
    assert second is not None
    assert one.take(first, NOW_MS + TICKET_MS - 1) is not None
    assert one.take(first, NOW_MS + TICKET_MS - 1) is None
    assert one.take(second, NOW_MS + TICKET_MS) is None
    assert one.take("", NOW_MS) is None


def test_an_assertion_is_remembered_as_long_as_it_could_be_brought_again() -> None:
    """And no longer, so that nothing grows; one of another provider by the same name is another."""
    one, until_s = answers(), NOW_MS // 1000 + 300
    assert one.keep(believed("_a"), 0, NOW_MS) is not None
    assert one.keep(believed("_a"), 0, until_s * 1000 - 1) is None
    assert one.keep(believed("_a"), 1, until_s * 1000 - 1) is not None
    assert one.keep(believed("_a"), 0, until_s * 1000) is not None


def test_a_request_signs_in_once() -> None:
    """However many assertions answer it."""
    one = answers()
    request = one.begin(0, NOW_MS)
    assert one.spend(request, NOW_MS)
    assert not one.spend(request, NOW_MS)
    assert not one.is_ours(request, 0, NOW_MS)


def test_where_too_many_wait_no_answer_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that could not be remembered could be brought again: it is refused, and minutes later there is room."""
    monkeypatch.setattr(waiting, "MOST_WAITING", 2)
    one = answers()
    for id in ("_a", "_b"):
        assert one.keep(believed(id), 0, NOW_MS) is not None
    with pytest.raises(ClosedError, match="too many people"):
        one.keep(believed("_c"), 0, NOW_MS)
    assert one.keep(believed("_d"), 0, NOW_MS + 300_000) is not None
