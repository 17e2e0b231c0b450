"""H22: whoever is signed in when the directory suspends their agency meets it at the next request; nobody of it signs in."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace
from web_stage import DEMONSTRATION, HandClock, StageDoor, make_folder, make_site, member_of

from comity.model.agency import Directory
from comity.model.listing import Suspended
from comity.web.api_token import TOKEN
from comity.web.words import words_of

T = words_of("en")
DETECTIVE = member_of("member").id


class AdoptingDoor(StageDoor):
    """The way to a node that adopts another version when a test says so."""

    adopted: Directory | None = None

    def directory(self) -> Directory:
        """The version that was adopted last."""
        return self.adopted or super().directory()


@pytest.mark.parametrize("name", ["alder-police", "alder-node"])
def test_h22_a_session_ends_at_the_next_request_and_begins_again_when_it_is_lifted(
    tmp_path: Path, name: str
) -> None:
    """H22: every page and the API; the sign-in page says why; the clock stands still all the while."""
    folder = make_folder(tmp_path / "node")
    door = AdoptingDoor(folder, ())
    stage = make_site(folder, HandClock(), DEMONSTRATION, door)
    held = door.directory()
    cut = replace(held, version=2, suspended=(Suspended(id=name, reason="finding 26-7"),))
    with stage.browser() as browser:

        def sign_in() -> int:
            return browser.post("/sign-in/demonstration", data={"post": "detective"}).status_code

        token = stage.site.sessions.begin(DETECTIVE, TOKEN, stage.clock.at_ms, "en")
        bearer = {"authorization": f"Bearer {token}"}
        sign_in()
        assert browser.get("/questions").status_code == 200
        assert browser.post("/api/my-questions", json={}, headers=bearer).status_code == 200
        door.adopted = cut
        answer = browser.get("/questions")
        assert answer.status_code in (302, 303, 307)
        assert answer.headers["location"].startswith("/sign-in")
        page = browser.get("/sign-in").text
        assert T("sign-in.cut-off", name="Alder Police") in page
        assert T("sign-in.post.detective", name="Detective") not in page
        assert sign_in() >= 400
        assert browser.post("/api/my-questions", json={}, headers=bearer).status_code == 401
        assert stage.site.sessions.of(DETECTIVE) == ()
        door.adopted = None
        assert T("sign-in.cut-off", name="Alder Police") not in browser.get("/sign-in").text
        assert sign_in() == 303
        assert browser.get("/questions").status_code == 200


def test_pages_list_the_agencies_of_the_version_that_was_adopted(tmp_path: Path) -> None:
    """An agency that joined by a later version is one of the pages' agencies, not only one of the first."""
    folder = make_folder(tmp_path / "node")
    door = AdoptingDoor(folder, ())
    stage = make_site(folder, HandClock(), DEMONSTRATION, door)
    held = door.directory()
    door.adopted = replace(held, version=2, agencies=(replace(held.agencies[0], name="Alder City Police"),))
    assert [one.name for one in stage.site.agencies()] == ["Alder City Police"]
