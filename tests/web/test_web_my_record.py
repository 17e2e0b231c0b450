"""P3 and P4: anybody asks who looked, and reads what became of it by a reference that only they have."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from desk_stage import Desk, desk_of

from comity.demo.build import BuiltRegion
from comity.demo.records import Region
from comity.model.petition import Petition, Seen, ShownBy
from comity.node.redress_requests import IdentifyPetitioner, ListPetitions
from comity.oversight.redress.identify import IdentityShown
from comity.oversight.redress.read_petitions import PetitionList

FORM = {
    "agency": "ca-sheriff",
    "capacity": "self",
    "given": "Thomas",
    "family": "Cahoon",
    "month": "4",
    "day": "19",
    "year": "1987",
    "contact": "box 12, Alder",
    "message": "no",
}


@pytest.fixture(scope="module")
def desk(region: tuple[Region, BuiltRegion], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The sheriff's node, served, and its pages."""
    with desk_of(*region, tmp_path_factory.mktemp("my-record")) as made:
        yield made


def asked(desk: Desk, **changes: str) -> str:
    """Where a request that is whole leads to."""
    with desk.stage.browser() as browser:
        answer = browser.post("/my-record/ask", data={**FORM, **changes})
        assert answer.status_code == 303, answer.text
        return str(answer.headers["location"])


def test_a_request_is_taken_in_and_read_by_its_reference(desk: Desk) -> None:
    """The desk has it with its clocks; whoever asked reads RECEIVED, and nothing of what is in the file."""
    address = asked(desk)
    reference = address.removeprefix("/my-record/")
    with desk.stage.browser() as browser:
        answer = browser.get(address)
        assert "RECEIVED" in answer.text
        assert "Cahoon" not in answer.text
        assert "ca-sheriff" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
        found = browser.post("/my-record", data={"reference": f" {reference.lower()} "})
        assert found.headers["location"] == address
    listed: PetitionList = desk.stage.site.door.ask(ListPetitions(member="ca-sheriff-custodian"), PetitionList)
    assert reference in {one.id for one in listed.petitions}


def test_once_identity_is_shown_the_page_says_so(desk: Desk) -> None:
    """The desk's step is seen by whoever has the reference."""
    address = asked(desk)
    told = IdentityShown(shown=True, how=ShownBy.IN_PERSON, seen=(Seen.PASSPORT,), reason="looked at the passport")
    request = IdentifyPetitioner(
        member="ca-sheriff-custodian", reference=address.removeprefix("/my-record/"), told=told
    )
    desk.stage.site.door.ask(request, Petition)
    with desk.stage.browser() as browser:
        page = browser.get(address).text
        assert "BEING ANSWERED" in page
        assert "Identity checked" in page


def test_a_wrong_reference_differs_in_no_way_from_none(desk: Desk) -> None:
    """One that nobody has, one ill written, one of letters there are none of: the same bytes."""
    with desk.stage.browser() as browser:
        pages = {
            browser.get(f"/my-record/{one}").content
            for one in ("R-2222-2222-2222", "R-7K2M", "x", "R-0000-1111-OOOO")
        }
        assert len(pages) == 1
        assert b"There is no request of this reference" in pages.pop()
        assert browser.post("/my-record", data={"reference": "R-7K2M"}).status_code == 422


def test_what_is_missing_is_said_beside_its_field_and_nothing_is_taken_in(desk: Desk) -> None:
    """What was typed stays; a parent of somebody of age is told why not; in Spanish too."""
    with desk.stage.browser() as browser:
        page = browser.post("/my-record/ask", data={"given": "Thomas"})
        assert page.status_code == 422
        for sentence in ("Say which agency you ask.", "Say about whom you ask.", "Give the whole birth date."):
            assert sentence in page.text
        assert 'value="Thomas"' in page.text
        assert "Give your own name." not in page.text  # nobody said that it is for somebody else
        other = browser.post("/my-record/ask", data={**FORM, "capacity": "parent", "petitioner": ""})
        assert "Give your own name." in other.text
        grown = browser.post("/my-record/ask", data={**FORM, "capacity": "parent", "petitioner": "Ann Cahoon"})
        assert grown.status_code == 422
        assert "eighteen" in grown.text
        spanish = browser.post("/my-record/ask?language=es", data={})
        assert "Diga por quién pregunta." in spanish.text
        whole = browser.post("/my-record/ask?language=es", data=FORM)
        assert whole.headers["location"].endswith("?language=es")
        assert "RECIBIDA" in browser.get(whole.headers["location"]).text


def test_what_nobody_wrote_is_said_in_the_readers_language(desk: Desk) -> None:
    """Asked in Spanish without words: the desk reads in its own language that nothing was written and what was chosen."""
    with desk.stage.browser() as browser:
        address = browser.post("/my-record/ask?language=es", data={**FORM, "words": ""}).headers["location"]
    reference = address.removeprefix("/my-record/").partition("?")[0]
    with desk.browser("ca-sheriff-custodian") as browser:
        page = browser.get(f"/desk/petitions/{reference}").text
    assert "(Nothing was written. Chosen on the form: who looked at the record.)" in page
    assert "No se escribi" not in page


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"month": "4", "day": "31", "year": "1990"}, "day", "Apr 31, 1990 is not a date."),
        ({"month": "4", "day": "3", "year": "2036"}, "year", "Birth date is in the future."),
        ({"month": "4", "day": "3", "year": "90"}, "year", "Write the year with four digits."),
        ({"month": "4", "day": "", "year": "1990"}, "month", "Give the whole birth date."),
    ],
)
def test_what_is_wrong_with_a_birth_date_is_said(desk: Desk, typed: dict[str, str], field: str, said: str) -> None:
    """A whole date is never called in part: it says what is wrong, as the form of a question does."""
    with desk.stage.browser() as browser:
        answer = browser.post("/my-record/ask", data={**FORM, **typed})
    assert answer.status_code == 422
    assert f'<a href="#{field}">{said}</a>' in answer.text


def test_a_review_needs_a_decision_to_disagree_with(desk: Desk) -> None:
    """The form of a review names the request; one that is not decided is told why."""
    reference = asked(desk).removeprefix("/my-record/")
    with desk.stage.browser() as browser:
        page = browser.get(f"/my-record/ask?kind=review&about={reference}").text
        assert f'value="{reference}"' in page
        answer = browser.post(
            "/my-record/ask", data={**FORM, "kind": "review", "about": reference, "words": "I disagree"}
        )
        assert answer.status_code == 422
        assert "is not decided yet" in answer.text
