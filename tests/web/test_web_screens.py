"""Pages against their drawings: every page has its row in the checklist, and the words drawn for it stand in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pictures import kind_of

from comity.web.routes import ROUTES
from comity.web.words import words_of

ROOT = Path(__file__).parents[2]
CHECKLIST = ROOT / "docs" / "screens" / "checklist.md"
DRAWINGS = ROOT.parent / "shared" / "reference" / "screens.md"
needs_drawings = pytest.mark.skipif(
    not DRAWINGS.is_file(), reason=f"THE DRAWINGS OF THE SCREENS ARE NOT BESIDE THE REPOSITORY: {DRAWINGS}"
)
NO_PAGE = re.compile(
    r"/(whole|file)(/\{form\})?$|-(file|map|counts)/\{form\}$|/(events|count|proof|back|metadata)$|sign-in/(agency/|saml)"
)
NAMED = "named-by-a-word"  # in place of what pictures are told apart by
POSTED = ("/questions/{question}/print",)  # pages that a form gives, and no address
STATES = frozenset(
    {"-", "empty", "error", "held", "late", "recalled", "closed", "locked", "gone", "forgotten", "done"}
)
LATER = ("I7", "I8", "I9", "I10")  # case file, link chart, leads, certified copies
VALUE = re.compile(r"\\\{\w+\\\}")
SENTENCE = re.compile(r"(?<!p\.m\.)(?<!Gov\.)(?<=[.?!])\s+(?=[A-Z*`{])")
LONG_WORD = 7  # letters by which one word tells a sentence from another
WORD = re.compile(r"[A-Za-zÁÉÍÓÚÑáéíóúñ]{2,}")
# What was drawn otherwise, and the decision that says so; `-` is no sentence of a page.
AGREED = {
    "- Comity": "-",
    "Error:": "-",
    "Page 1 of 3": "-",  # of the style sheet (`assets/style/_answer.scss`)
    "{reference}": "0081",
    "remember me": "-",
    "search similar": "-",
    "From case 26-1187": "0081",
    "May give": "0065",
    "No agency may be asked for this purpose": "0065",
    "See why": "0065",
    "The paper names I-200": "0070",
    "A judge must sign for this agency (NY-01)": "0070",
    "Your note says 'for HSI'": "0081",
    "{n} records released": "0078",
    "More than {limit} people fit": "0081",
    "Same person": "-",
    "Closed to immigration enforcement by California law, Gov. Code 7284.6(a)(1)(D), verified": "-",  # a law's own
    "Opens: only if already public": "0081",
    "Do not arrest or detain on this alone. 10-minute clock": "0070",
    "best": "-",
    "Outside signatures are due by {time}": "0070",
    "UNVERIFIED: nobody here has read this law's text": "0081",
    "Suspended at 2:14 p.m. PST. 9 members and 1 broker were cut off": "0081",
    "It would open a way you have forbidden: {door path}": "0071",
    "Change clause 4, or the ban": "0071",
    "No assessment in force covers this audience": "0081",
    "Line 7: `immigraton` is not a known word": "0071",
    "Did you mean `immigration`?": "0071",
    "Alder withdrew a record you hold": "0081",
    "Last run today 2:00 a.m": "0081",
    "PST over 12,480 questions": "0081",
    "Entry 48,110 does not match its proof": "0081",
    "No figure is shown until this is settled": "0081",
    "1 to 9": "0066",
    "0": "-",
    "Content destroyed by rule P23-09 on {date}": "0081",
    "The other side has no matching entry": "0072",
    "Alarm since {time}": "0072",
    "safe": "-",
    "illegal": "-",
    "may be kept": "-",
    "There is news about R-7K2M": "0075",
    "does not appear to follow": "-",
    "Row 311: the time is not readable: `13/40`": "0077",
}


def rows() -> list[list[str]]:
    """The rows of the checklist's table of screens, cell by cell."""
    table = CHECKLIST.read_text().partition("## Screen by screen")[2].partition("\n## ")[0]
    found = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in table.splitlines()
        if line.startswith("|")
    ]
    return found[2:]


def test_every_page_has_its_row() -> None:
    """An address that a page was made for and nobody held against anything fails here; so does a row of none."""
    read = {re.sub(r":\w+", "", one.path) for one in ROUTES if one.method == "GET"}
    pages = {one for one in read if not NO_PAGE.search(one)}
    told = [address for row in rows() for address in re.findall(r"`(/[^`]*)`", row[1])]
    assert len(pages) > 80
    assert sorted(told) == sorted({*pages, *POSTED})


@pytest.mark.parametrize("reference", ["R-VYLD-HAAY-JLKJ", "R-2YLD-HAAY-JLKJ", "ACSO-CCPD-2026"])
def test_a_picture_is_named_by_the_kind_of_page(reference: str) -> None:
    """Whatever was drawn for its id: letters alone too."""
    assert kind_of(f"/my-record/{reference}") == "my-record-one"
    assert kind_of("/my-record/ask?next=1") == "my-record-ask"


def test_every_page_has_its_picture_at_both_widths() -> None:
    """One of each kind of page; of steps and acts that share an address, one of them."""
    taken = {path.name for path in CHECKLIST.parent.glob("*.webp")}
    for address in {one for row in rows() for one in re.findall(r"`(/[^`]*)`", row[1])}:
        shape = re.sub(r"\{(act|step)\}", NAMED, address)
        kind = kind_of(re.sub(r"\{\w+\}", "1", shape)).replace(NAMED, "[a-z-]+")
        for width in ("desk", "phone"):
            assert any(re.fullmatch(rf"{kind}\.{width}\.webp", one) for one in taken), address
    listed = re.findall(r"\((.*?)\)", (CHECKLIST.parent / "README.md").read_text())
    assert {one for one in listed if one.endswith(".webp")} == taken


def test_every_row_says_which_states_its_page_has_and_where_what_differs_is_decided() -> None:
    """States by their words; a decision that is there."""
    for row in rows():
        assert len(row) == 5, row
        name, _, states, _, differs = row
        assert set(states.split(", ")) <= STATES, name
        for number in re.findall(r"\[(\d{4})\]", differs):
            assert list((ROOT / "docs" / "decisions").glob(f"{number}-*.md")), (name, number)
        assert differs == "-" or re.search(r"\[\d{4}\]", differs), name


@needs_drawings
def test_every_built_screen_is_in_the_checklist() -> None:
    """The drawings' own names, but for those that come later."""
    drawn = re.findall(r"(?m)^### ([A-Z]\d+)|, ([A-Z]\d+) ", DRAWINGS.read_text().partition("## 4.")[0])
    wanted = {one or other for one, other in drawn} - set(LATER)
    assert len(wanted) > 20
    assert wanted <= {name for row in rows() for name in re.findall(r"\b[A-Z]\d+\b", row[0])}


def drawn_words() -> Iterator[tuple[str, str]]:
    """Each sentence in quotation marks that the drawings give a built page, with the screen."""
    text = DRAWINGS.read_text().partition("## 3. Pages")[2].partition("## 4. Components")[0]
    screen, in_drawing = "", False
    for line in text.splitlines():
        if line.startswith("### "):
            screen = line.split()[1].strip(",")
        in_drawing ^= line.startswith("```")
        if in_drawing or screen in LATER:
            continue
        if screen == "I3" and line.startswith("|") and "---" not in line and "|sentence|" not in line:
            _, label, sentence = line.strip("|").split("|")
            yield from ((screen, one.strip().rstrip(".")) for one in (label, *SENTENCE.split(sentence)))
        for quoted in re.findall(r'"([^"]+)"', line):
            without_buttons = re.sub(r"\s*[\[{][A-Z][^\]}]*[\]}]", "", quoted).strip()
            for one in filter(None, SENTENCE.split(without_buttons)):
                yield screen, one.strip().rstrip(".")


def shapes(language: str) -> tuple[re.Pattern[str], ...]:
    """The catalogue's sentences, whole and one by one, with anything in place of their values."""
    found = set()
    for text in words_of(language).sentences.values():
        for one in (text, *SENTENCE.split(text)):
            own = WORD.findall(re.sub(r"\{\w+\}", "", one))  # what is a value alone is no words of ours
            if len(own) > 1 or len("".join(own)) >= LONG_WORD or "{" not in one:
                found.add(VALUE.sub(".+", re.escape(one.strip().rstrip("."))))
    return tuple(re.compile(one, re.IGNORECASE) for one in found)


@needs_drawings
def test_the_words_that_were_drawn_stand_in_the_catalogue() -> None:
    """Each sentence, or the decision that has another; what is agreed and was mended since is agreed no more."""
    known, drawn = shapes("en"), tuple(drawn_words())
    assert len(drawn) > 90
    other = [(screen, one) for screen, one in drawn if not any(shape.fullmatch(one) for shape in known)]
    assert [(screen, one) for screen, one in other if one not in AGREED] == []
    assert {one for one in AGREED if one not in {said for _, said in other}} == set()
    decisions = ROOT / "docs" / "decisions"
    assert [one for one in AGREED.values() if one != "-" and not list(decisions.glob(f"{one}-*.md"))] == []


@needs_drawings
def test_the_spanish_that_was_drawn_stands_beside_the_same_english() -> None:
    """One sentence of the catalogue has both, each in its language."""
    english, spanish = words_of("en").sentences, words_of("es").sentences
    table = DRAWINGS.read_text().partition("|English|Español|")[2].partition("\n\n")[0]
    pairs = re.findall(r"(?m)^\|([^|-][^|]*)\|([^|]+)\|$", table)
    assert len(pairs) > 55
    in_parts = {"Front door, side door, back door", "We could not do this. Nothing was released"}
    for one, other in pairs:
        for ours, theirs in zip(*(_parts(said, one in in_parts) for said in (one, other)), strict=True):
            assert any(_has(english[name], ours) and _has(spanish[name], theirs) for name in english), (
                ours,
                theirs,
            )


def _parts(said: str, split: bool) -> list[str]:
    return re.split(r", |\. ", said) if split else [said]


def _has(sentence: str, said: str) -> bool:
    """Whether a sentence says so, with a number where the drawing has one."""
    shape = re.sub(r"\d+", lambda found: rf"(?:{found[0]}|\{{\w+\}})", re.escape(said.rstrip(".?")))
    return re.search(shape, sentence, re.IGNORECASE) is not None


def test_same_person_is_said_only_where_it_may_be() -> None:
    """Not beside a name (screens.md, I4): of the odds, of a record that is not, and of somebody who is asked about again."""
    said = {name for name, text in words_of("en").sentences.items() if "same person" in text.lower()}
    assert said <= {
        "ask.other-name",
        "evidence.odds",
        "evidence.odds-none",
        "fit.not-same",
        "label.not the same person",
        "oversight.innocent.purpose-laundering",
        "waiting.changed-before",
    }
