"""The paper of a question: told by its first bytes, kept as a hash, and what goes with it."""

from __future__ import annotations

import hashlib

import pytest
from test_web_ask import REASON, WHOLE, begin
from web_stage import Stage

from comity.web.ask.put_together import request_of
from comity.web.ask.read_paper import read_paper
from comity.web.words import words_of

PDF = b"%PDF-1.7\n" + b"\x00\xff" * 1_000
WARRANT = {**REASON, "instrument": "judicial-warrant", "issuer": "article-three-judge"}
T = words_of("en")


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (PDF, "pdf"),
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpeg"),
        ("It is so ordered. Señor Peña.\r\n".encode(), "text"),
        (b"MZ\x90\x00", None),
        (b"PK\x03\x04", None),
        (b"\x7fELF\x02\x01", None),
        (b"text with \x00 in it", None),
        (b" \n", None),
    ],
)
def test_a_paper_is_told_by_its_first_bytes(raw: bytes, kind: str | None) -> None:
    """Its name and what the browser says of it count for nothing."""
    paper = read_paper(raw)
    assert (paper.kind if paper else None) == kind


def draft_of(stage: Stage, address: str):  # type: ignore[no-untyped-def]
    """The draft behind an address."""
    return stage.site.drafts.find(address.rsplit("/", 1)[1], "alder-police-detective", stage.clock.at_ms)


def test_a_paper_goes_along_as_its_hash(stage: Stage) -> None:
    """As by the command line: the document's hash, who signed it and its last day; the file is kept nowhere."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        day = {"paper-month": "12", "paper-day": "31", "paper-year": "2026"}
        answer = browser.post(
            f"{address}/reason",
            data={"form": value, **WARRANT, **day},
            files={"paper": ("okada.exe", PDF, "text/html")},
        )
        assert answer.status_code == 303, answer.text
        for page, fields in (("for-whom", {"whose": "own"}), ("subject", WHOLE)):
            browser.post(f"{address}/{page}", data={"form": value, **fields})
        check = browser.get(f"{address}/check").text
        assert "Paper attached: PDF, 3 kB." in check
        assert "okada.exe" not in check
        member = stage.site.door.find_member("alder-police-detective")
        assert member is not None
        basis = request_of(draft_of(stage, address), member).basis
        assert basis.document == "sha256:" + hashlib.sha256(PDF).hexdigest()
        assert str(basis.expires) == "2026-12-31"
        assert basis.is_shown


def test_a_paper_survives_a_fault_elsewhere_and_is_taken_off(stage: Stage) -> None:
    """A browser gives no file back, so that what was attached stays with the draft until somebody takes it off."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        wrong = {**WARRANT, "case": ""}
        answer = browser.post(f"{address}/reason", data={"form": value, **wrong}, files={"paper": ("a", PDF)})
        assert answer.status_code == 422
        assert "Paper attached: PDF, 3 kB." in answer.text
        browser.post(f"{address}/reason", data={"form": value, **WARRANT})
        assert draft_of(stage, address).one("paper")
        browser.post(f"{address}/reason", data={"form": value, **WARRANT, "paper-off": "yes"})
        assert not draft_of(stage, address).one("paper")


@pytest.mark.parametrize(
    ("fields", "raw", "fault"),
    [
        (WARRANT, b"MZ\x90\x00", "paper-kind"),
        (REASON, PDF, "paper-alone"),
        ({**WARRANT, "paper-month": "2", "paper-day": "30", "paper-year": "2026"}, PDF, "paper-day"),
        ({**WARRANT, "paper-year": "26"}, PDF, "paper-day"),
    ],
)
def test_what_is_no_paper_is_said_beside_its_field(
    stage: Stage, fields: dict[str, str], raw: bytes, fault: str
) -> None:
    """Another kind of file, a paper of no kind, half a day."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        answer = browser.post(f"{address}/reason", data={"form": value, **fields}, files={"paper": ("a", raw)})
        assert (answer.status_code, answer.text.count(T(f"ask.fault.{fault}"))) == (422, 2)


def test_a_file_that_is_too_large_is_said_to_be(stage: Stage) -> None:
    """Not `Page not found`: what to do next."""
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        large = b"%PDF-" + b"0" * 5_000_000
        answer = browser.post(f"{address}/reason", data={"form": value, **WARRANT}, files={"paper": ("a", large)})
        assert (answer.status_code, T("too-large.title") in answer.text) == (413, True)


def test_a_paper_that_no_judge_signs_is_said_to_be_one(stage: Stage) -> None:
    """Whoever shows an administrative warrant reads on the check page what to expect, by its kind alone."""
    fields = {**REASON, "instrument": "administrative-warrant", "issuer": "agency-officer"}
    with stage.browser() as browser:
        address, value = begin(browser, stage)
        for page, sent in (("reason", fields), ("for-whom", {"whose": "own"}), ("subject", WHOLE)):
            assert browser.post(f"{address}/{page}", data={"form": value, **sent}).status_code == 303
        assert "You may still ask; expect a refusal." in browser.get(f"{address}/check").text
