"""`comity oversight report`, `enter` and `register`, at a node on disk."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from pathlib import Path

import pytest
from cli_stage import Stage, call, refused

from comity.oversight.reports.described import report_kinds
from comity.oversight.texts.spreadsheet import STARTS_FORMULA

OWNER = "wa-police"


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """The police's node, where its detective asked once today: the police answered itself."""
    folder = stage.copy("wa-node", tmp_path)
    question = ("--purpose", "criminal-investigation", "--case", "26-01417", "--class", "case")
    person = ("--family", "Cahoon", "--given", "Thomas", "--born", "1987-04-19")
    call("ask", "--node", folder, "--as", "wa-police-detective", *question, *person)
    return folder


def days(node: Path) -> tuple[str, str, str, str]:
    """Two years that today is in, whenever the test runs."""
    today = call("oversight", "report", "public", "--node", node, "--agency", OWNER, "--json").json["last"]
    year = int(today[:4])
    return "--from", f"{year}-01-01", "--to", f"{year + 1}-12-31"


def report(node: Path, *more: str | Path):  # type: ignore[no-untyped-def]
    return call("oversight", "report", "public", "--node", node, "--agency", OWNER, *days(node), *more)


def test_every_kind_is_listed_with_its_law(node: Path) -> None:
    """Without a kind the command says which there are."""
    listed = call("oversight", "report", "--node", node, "--agency", OWNER)
    assert listed.status == 0
    assert [line.split()[0] for line in listed.out.splitlines()] == list(report_kinds())
    found = call("oversight", "report", "--node", node, "--agency", OWNER, "--json").json
    assert {one["kind"] for one in found} == set(report_kinds())


def test_one_report_in_every_form(node: Path, tmp_path: Path) -> None:
    """Text, JSON, CSV and page say the same numbers; what cannot be proved gives exit status 1."""
    made = report(node, "--json")
    assert made.status == 1, made.err
    answers = next(table for table in made.json["tables"] if table["id"] == "answers")["total"]["number"]
    assert answers >= 1
    text = report(node).out
    assert "[answers]" in text
    assert f"total  {answers}" in re.sub(r" +", "  ", text)
    rows = list(csv.DictReader(io.StringIO(report(node, "--as", "csv").out)))
    assert [row["number"] for row in rows if (row["table"], row["values"]) == ("answers", "total")] == [
        str(answers)
    ]
    page = tmp_path / "page.html"
    assert report(node, "--as", "html", "--out", page).status == 1
    assert page.read_text().startswith("<!doctype html>")
    assert "already" in refused_report(node, "--as", "html", "--out", page)


def refused_report(node: Path, *more: str | Path, status: int = 2) -> str:
    return refused(
        "oversight", "report", "public", "--node", node, "--agency", OWNER, *days(node), *more, status=status
    )


def test_nothing_in_a_spreadsheet_is_a_formula(node: Path) -> None:
    """No cell begins with what a spreadsheet carries out, though a checkpoint has lines of such."""
    for row in csv.reader(io.StringIO(report(node, "--as", "csv").out)):
        assert not [cell for cell in row if cell.startswith(STARTS_FORMULA)]


class _Outline(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def test_the_page_runs_and_loads_nothing_and_can_be_heard(node: Path) -> None:
    """Language, title, one first heading, captions and scopes; no script, no link, no image, nothing from elsewhere."""
    outline = _Outline()
    page = report(node, "--as", "html").out
    outline.feed(page)
    names = [tag for tag, _ in outline.tags]
    assert names.count("h1") == names.count("main") == names.count("title") == 1
    assert not {"script", "link", "img", "iframe", "a"} & set(names)
    assert "url(" not in page
    assert ("html", {"lang": "en"}) in outline.tags
    assert names.count("table") == names.count("caption")
    assert all("scope" in attributes for tag, attributes in outline.tags if tag == "th")


@pytest.mark.filterwarnings(
    "ignore:HarfBuzz-Subset:DeprecationWarning"
)  # of WeasyPrint, about a library of the system
def test_the_pdf_is_tagged_and_says_what_it_is(node: Path, tmp_path: Path) -> None:
    """PDF/UA-1: a structure tree, language, title, and the mark of the standard; needs WeasyPrint."""
    try:
        import weasyprint
    except OSError:  # the library is there, and the system's Pango is not
        pytest.skip(
            "THE PDF IS NOT CHECKED: Pango is missing; on Debian: apt-get install libpango-1.0-0 libpangoft2-1.0-0"
        )
    out = tmp_path / "report.pdf"
    assert report(node, "--as", "pdf", "--out", out).status == 1
    assert out.read_bytes().startswith(b"%PDF-")
    from comity.oversight.reports.written.pdf import VARIANT, say_scopes

    page = report(node, "--as", "html").out
    plain = weasyprint.HTML(string=page).write_pdf(pdf_variant=VARIANT, uncompressed_pdf=True, finisher=say_scopes)
    for mark in (
        b"/StructTreeRoot",
        b"/MarkInfo",
        b"/Lang",
        b"pdfuaid:part",
        b"/Table",
        b"/TH",
        b"/DisplayDocTitle true",
    ):
        assert mark in plain, mark
    heads = len(re.findall(rb"/S /TH\b", plain))
    assert heads
    assert len(re.findall(rb"/Scope /(?:Column|Row)\b", plain)) == heads, "each header cell says what it heads"
    assert plain.count(b"/Type /FontDescriptor") == len(re.findall(rb"/FontFile[23]? ", plain)), "fonts lie inside"
    assert "goes to a file" in refused_report(node, "--as", "pdf")


def test_a_figure_is_traced(node: Path) -> None:
    """The entries behind it with proofs; a figure that is not there is one sentence."""
    traced = report(node, "--trace", "answers", "--json")
    assert traced.status == 0
    assert sum(one["counts"] for one in traced.json["entries"]) == traced.json["figure"]["number"]
    assert "c2sp.org/tlog-proof@v1" in report(node, "--trace", "answers").out
    assert "no figure" in refused_report(node, "--trace", "weather")
    before = report(node, "--trace", "answers", "--from", "2020-01-01", "--to", "2020-03-31")
    assert (before.status, before.err) == (1, "")
    assert before.out.startswith("answers: cannot be proved: the log of this node began on ")


def test_h20_h23_an_altered_log_gives_no_report(node: Path) -> None:
    """H20, H23: one altered byte, and the node does not even open: one sentence names the entry, nothing is printed."""
    with closing(sqlite3.connect(node / "node.db")) as database:
        (raw,) = database.execute("SELECT entry FROM entry WHERE idx = 1").fetchone()
        database.execute("UPDATE entry SET entry = ? WHERE idx = 1", (raw[:5] + bytes([raw[5] ^ 1]) + raw[6:],))
        database.commit()
    told = refused("oversight", "report", "public", "--node", node, "--agency", OWNER)
    assert "entry 1 differs from its hash" in told


def test_a_figure_is_entered_and_counted(node: Path) -> None:
    """What the desk enters stands in the next report; words and days are checked."""
    base = ("oversight", "enter", "--node", node, "--as", "wa-police-custodian")
    rest = ("--from", "2026-01-01", "--to", "2026-06-30", "--evidence", "desk book, page 4")
    assert "is 0" in call(*base, "complaint", "0", *rest).out
    assert call(*base, "breach", "1", *rest, "--json").json["entered"]["number"] == 1
    entered = next(table for table in report(node, "--json").json["tables"] if table["id"] == "entered")
    assert {tuple(one["values"]): one["number"] for one in entered["figures"]} == {
        ("complaint",): 0,
        ("breach",): 1,
    }
    assert "no figure that a report asks for" in refused(*base, "weather", "1", *rest)
    assert "--from and --to" in refused(*base, "complaint", "1", "--evidence", "desk book")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("weather", "--agency", OWNER), "is no report"),
        (("il-ag", "--agency", OWNER), "owed by agencies of IL"),
        (("public", "--agency", "ca-sheriff"), "not held at this node"),
        (("public", "--agency", OWNER, "--from", "2026-01-01"), "both --from and --to"),
        (("public", "--agency", OWNER, "--from", "2026-02-01", "--to", "2026-01-01"), "before it begins"),
        (("public", "--agency", OWNER, "--from", "soon", "--to", "2026-01-01"), "is not a day"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(node: Path, words: tuple[str, ...], why: str) -> None:
    """An unknown kind, another state's report, an agency elsewhere, impossible days."""
    assert why in refused("oversight", "report", words[0], "--node", node, *words[1:])


def test_h20_the_register_shows_every_agreement_and_its_use(node: Path) -> None:
    """H20: parties, days, purposes and counts of each agreement in force, for anybody; no paper of it."""
    register = call("oversight", "register", "--node", node, "--agency", OWNER, *days(node), "--json")
    assert register.status == 0
    found = {one["agreement"]: one for one in register.json["agreements"]}
    assert set(found) == {one["id"] for one in in_force(node)}
    one = found["SFPD-CCPD-2026"]
    assert (one["first"], one["last"]) == ("2026-01-01", "2029-12-31")
    assert len(one["parties"]) == 2
    assert "criminal-investigation" in one["purposes"]
    assert "civil-immigration" not in one["purposes"]
    assert "sha256:bbfcd705" not in register.out
    text = call("oversight", "register", "--node", node, "--agency", OWNER).out
    assert all(name in text for name in found)
    assert "used: cannot be proved: the log of this node began on" in text  # after the last whole quarter


def in_force(node: Path) -> list[dict[str, str]]:
    texts = call("law", "status", "--node", node, OWNER, "--json").json["texts"]
    return [{"id": one["name"]} for one in texts if one["kind"] == "agreement"]
