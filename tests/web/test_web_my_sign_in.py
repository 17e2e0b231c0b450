"""A member's own sessions and training: what is seen and ended, and what is open to whom."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace
from web_stage import ROLES, Stage, form_value, member_of, sign_in

from comity.model.canon import canonical_bytes
from comity.settings import MEMBERS_FILE
from comity.web.sign_in.access import AccessStore

DETECTIVE = "alder-police-detective"
ENDED = "Your CJIS training ended Oct 31, 2026. Renew it to ask questions. You can still read your past questions."


def test_a_member_sees_where_they_are_signed_in_and_ends_the_others(stage: Stage) -> None:
    """Each with when and by what; the one of this browser is told apart and goes on."""
    with stage.browser() as browser, stage.browser() as elsewhere, stage.browser() as third:
        value = sign_in(browser)
        sign_in(elsewhere)
        sign_in(third)
        page = browser.get("/my-sign-in").text
        assert page.count("Demonstration</td>") == 3
        assert page.count("You are here") == 1
        address = page.partition('action="/my-sign-in/sessions/')[2].partition('"')[0]
        assert browser.post(f"/my-sign-in/sessions/{address}", data={"form": value}).status_code == 303
        assert len(stage.site.sessions.of(DETECTIVE)) == 2
        assert browser.post("/my-sign-in/others", data={"form": value}).status_code == 303
        assert elsewhere.get("/questions").status_code == third.get("/questions").status_code == 303
        assert browser.get("/questions").status_code == 200
    assert [one.told.means for one in stage.door.entered if one.told.act == "signed-out"] == ["from-elsewhere"] * 2


def test_another_members_session_and_the_own_one_are_not_ended_there(stage: Stage) -> None:
    """Both read as an address that is none."""
    with stage.browser() as browser, stage.browser() as other:
        value = sign_in(browser)
        sign_in(other, "custodian")
        for member in (DETECTIVE, "alder-police-custodian"):
            (found,) = stage.site.sessions.of(member)
            assert browser.post(f"/my-sign-in/sessions/{found.id[:16]}", data={"form": value}).status_code == 404
        assert other.get("/my-sign-in").status_code == 200


def test_an_administrator_ends_a_members_sessions_from_outside(stage: Stage) -> None:
    """The command writes when; sessions that began before are over with their next request, later ones are not."""
    with stage.browser() as browser:
        sign_in(browser)
        AccessStore(stage.site.folder).change(DETECTIVE, lambda one: replace(one, ended_ms=stage.clock.at_ms))
        assert browser.get("/questions").headers["location"].startswith("/sign-in")
        stage.clock.later(1)
        sign_in(browser)
        assert browser.get("/questions").status_code == 200


def test_a_member_who_is_taken_off_the_list_has_no_session_at_the_next_request(stage: Stage) -> None:
    """Nothing of the page is shown, and the session is gone, not asleep."""
    with stage.browser() as browser:
        sign_in(browser)
        others = tuple(member_of(role) for role in ROLES if role != "member")
        (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes(others))
        assert browser.get("/questions").status_code == 303
        assert stage.site.sessions.of(DETECTIVE) == ()


def test_whose_training_ended_asks_nothing_and_reads_on(stage: Stage) -> None:
    """The sentence says which day, and what still works."""
    ended = replace(member_of("member"), trained_until=date(2026, 10, 31))
    (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((ended,)))
    with stage.browser() as browser:
        value = sign_in(browser)
        page = browser.get("/questions")
        assert (page.status_code, ENDED in page.text) == (200, True)
        assert 'action="/ask"' not in page.text
        assert ENDED in browser.get("/my-sign-in").text
        answer = browser.post("/ask", data={"form": value})
        assert (answer.status_code, ENDED in answer.text) == (403, True)
        spanish = browser.get("/questions?language=es").text
        assert "Su capacitación de CJIS terminó el 31 de oct. de 2026." in spanish


def test_a_question_begun_before_is_not_sent_after(stage: Stage) -> None:
    """The last day passes while it is written: the last page refuses, as the node would."""
    with stage.browser() as browser:
        value = sign_in(browser)
        address = browser.post("/ask", data={"form": value}).headers["location"].removesuffix("/reason")
        ended = replace(member_of("member"), trained_until=date(2026, 10, 31))
        (stage.site.folder / MEMBERS_FILE).write_bytes(canonical_bytes((ended,)))
        answer = browser.post(f"{address}/check", data={"form": value})
        assert (answer.status_code, ENDED in answer.text) == (403, True)


def test_the_training_that_is_listed_is_told(stage: Stage) -> None:
    """Nobody is surprised by its end."""
    with stage.browser() as browser:
        sign_in(browser)
        page = browser.get("/my-sign-in").text
        assert "Your CJIS training lasts until Jan 1, 2030." in page
        assert form_value(page)


def test_a_lock_says_until_when_a_draft_is_kept(stage: Stage) -> None:
    """Thirty minutes from the last word written, in the agency's own time; nothing is said where there is none."""
    with stage.browser() as browser:
        value = sign_in(browser)
        browser.post("/locked", data={"form": value})
        assert "draft" not in browser.get("/locked").text
        value = sign_in(browser)
        stage.clock.later(12)
        browser.post("/ask", data={"form": value})
        stage.clock.later(1)
        browser.post("/locked", data={"form": value})
        assert "Your draft is kept until Nov 29, 2026, 4:42 a.m. PST." in browser.get("/locked").text
