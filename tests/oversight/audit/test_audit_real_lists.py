"""The real lists: counts agree with a plain count, the known positive is found, and every finding leads to its rows.

The counting here shares no code with the audit but the words of its lists: csv, re and yaml only.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
import yaml

from comity.oversight.audit.audit import AuditReport, audit_others
from comity.oversight.audit.finding import FindingKind, Sure
from comity.oversight.audit.reading import read_given
from comity.oversight.audit.report_shape import totals

FOLDER = Path(__file__).parents[3].parent / "shared" / "data"
CALIFORNIA = "alpr_search_audit_ca_2026.csv"
OKALOOSA = "alpr_org_audit_okaloosa_fl_2025.csv"
EDGES = "alpr_portal_sharing_edges_2026.csv"
POLICIES = "alpr_portal_policies_2026.csv"
CHANGES = "alpr_portal_sharing_changes_2026.csv"
DIRECTORY = "agencies_fbi_lee_2025.csv"
OLDER_DIRECTORY = "agencies_fbi_cde_2018.csv"
FILES = (CALIFORNIA, OKALOOSA, EDGES, POLICIES, CHANGES, DIRECTORY, OLDER_DIRECTORY)
MARK = re.compile(r"\[(?:word|num|id)\]")
KNOWN_SHARER = "El Cajon PD ( CA)"  # whom the state's Attorney General sued over it in October 2025


@cache
def rows(name: str) -> dict[int, dict[str, str]]:
    """The rows of a file by the line each begins on."""
    if not (FOLDER / name).is_file():
        pytest.skip(f"`{name}` is not in shared/data beside the repository; nothing real was tested")
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        header = next(reader)
        found = {}
        begins = reader.line_num + 1
        for cells in reader:
            found[begins] = dict(zip(header, cells, strict=True))
            begins = reader.line_num + 1
    return found


@cache
def report() -> AuditReport:
    for name in FILES:
        rows(name)
    pairs = [(name, (FOLDER / name).read_bytes()) for name in FILES]
    given = read_given(pairs, date(2026, 11, 29), None, (("Okaloosa County FL SO", 30),))
    return audit_others(given)


def plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", name.casefold()).strip()


def is_covered(row: dict[str, str]) -> bool:
    return not re.search(r"\w", MARK.sub("", row["reason_scrubbed"]))


@cache
def bare_words() -> frozenset[str]:
    text = (files("comity.oversight.audit") / "words.yaml").read_text(encoding="utf-8")
    return frozenset(str(word) for word in yaml.safe_load(text)["bare"]["words"])


def is_poor(row: dict[str, str]) -> bool:
    """Nothing but words of the list, nothing taken out of it, and neither offence nor case number beside it."""
    text = row["reason_scrubbed"].casefold()
    if MARK.search(text) or row.get("offense_type") or row.get("case_number") == "present":
        return False
    said = re.findall("[a-z0-9]+", text)
    return bool(said) and set(said) <= bare_words()


def test_shares_of_absent_empty_covered_and_given_agree_with_a_plain_count() -> None:
    """Four states, counted once by the audit and once with the csv module."""
    states: Counter[str] = Counter()
    for row in (*rows(CALIFORNIA).values(), *rows(OKALOOSA).values()):
        said = row.get("reason_state") or ("given" if row["reason_scrubbed"].strip() else "empty")
        states[said if said != "given" or not is_covered(row) else "covered"] += 1
    counts = totals(report())
    assert {name: counts[name] for name in ("given", "empty", "absent", "redacted")} == {
        "given": states["given"],
        "empty": states["empty"],
        "absent": states["column absent"],
        "redacted": states["covered"],
    }
    assert sum(states.values()) == counts["searches"] == 51_992


def test_poor_reasons_agree_with_a_plain_count_in_every_agency() -> None:
    """The same words, counted another way, agency by agency."""
    slugs = {row["slug"]: row["agency"] for row in rows(POLICIES).values()}
    poor: Counter[str] = Counter()
    for row in rows(CALIFORNIA).values():
        poor[" ".join(slugs[row["slug"]].split())] += row["reason_state"] == "given" and is_poor(row)
    for row in rows(OKALOOSA).values():
        poor[row["org_name"]] += bool(row["reason_scrubbed"].strip()) and is_poor(row)
    assert {one.agency: one.reasons.poor for one in report().agencies if one.reasons.searches} == dict(poor)
    assert report().poor == sum(poor.values()) > 5_000


def test_the_commonest_reason_agrees_with_a_plain_count() -> None:
    """H15: the share of the reason an agency gives most often is the share in the file."""
    slugs = {row["slug"]: " ".join(row["agency"].split()) for row in rows(POLICIES).values()}
    by_agency: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows(CALIFORNIA).values():
        if row["reason_state"] == "given" and not is_covered(row):
            text = MARK.sub(" * ", row["reason_scrubbed"].casefold())
            by_agency[slugs[row["slug"]]][" ".join(re.findall(r"[a-z0-9]+|\*", text))] += 1
    shares = {
        one.agency: (one.reasons.commonest_count, one.reasons.readable)
        for one in report().agencies
        if one.agency in by_agency
    }
    expected = {name: (max(found.values()), sum(found.values())) for name, found in by_agency.items()}
    assert shares == expected


def test_h10_the_known_positive_is_found_with_its_citation() -> None:
    """H10: the agency that shares with other states, which its state's law as read by the Attorney General forbids."""
    (agency,) = [one for one in report().agencies if one.agency == KNOWN_SHARER]
    found = [one for one in agency.findings if one.kind is FindingKind.SHARING_CLOSED]
    (rule,) = found[0].rules
    assert (rule.rule, rule.status) == ("us-ca/CA-17", "verified")
    assert "1798.90.55(b)" in rule.citation
    assert "Attorney General" in rule.reading
    outward = [row for row in rows(EDGES).values() if " ".join(row["portal_agency"].split()) == KNOWN_SHARER]
    elsewhere = [
        row for row in outward if re.search(r"\b(?!CA\b)(TX|AZ|GA|OH|FL|NV) (PD|SO)$", row["other_agency"])
    ]
    shown = {at.line for one in found for at in one.lines}
    lines = {line for line, row in rows(EDGES).items() if row in elsewhere}
    assert lines
    assert lines <= shown
    assert found[0].sure is Sure.CERTAIN  # the names lead to agencies of the directory
    assert found[0].counted > 300
    assert agency == report().agencies[0]  # the gravest stands first


def test_every_example_holds_what_its_finding_says() -> None:
    """Each finding's every line, re-read from the file, belongs to the agency and shows what was quoted."""
    slugs = {" ".join(row["agency"].split()): row["slug"] for row in rows(POLICIES).values()}
    for found in report().findings:
        assert found.counted == len(found.lines) <= found.of
        for at in found.lines:
            row = rows(at.file)[at.line]
            owner = row.get("portal_agency") if row.get("direction", "out") == "out" else row.get("other_agency")
            whose = row.get("slug") or row.get("org_name") or owner or ""
            assert plain(whose) in (plain(found.agency), plain(slugs.get(found.agency, ""))), found
            text = " ".join((row.get("reason_scrubbed") or "").split())
            if found.kind in (FindingKind.REASON_EMPTY, FindingKind.REASON_ABSENT):
                assert not text
            elif found.kind is FindingKind.REASON_REDACTED:
                assert is_covered(row)
            elif text and not is_covered(row):
                assert at.shows.startswith(text)
            elif owner is not None:
                gets = row["portal_agency"] if row.get("direction") == "in" else row["other_agency"]
                assert at.shows.startswith(" ".join(gets.split()))


def test_own_policy_findings_stand_on_a_page_that_forbids_them() -> None:
    """The quoted promise is in the line of the policies it names, and the row names the use."""
    found = [one for one in report().findings if one.kind is FindingKind.OWN_POLICY]
    assert len(found) >= 5
    for one in found:
        assert one.policy is not None
        assert rows(POLICIES)[one.policy.line]["prohibited_uses"].startswith(one.policy.shows)
        assert "traffic enforcement" in rows(POLICIES)[one.policy.line]["prohibited_uses"].casefold()
        for at in one.lines:
            row = rows(CALIFORNIA)[at.line]
            assert "traffic" in f"{row['offense_type']} {row['reason_scrubbed']}".casefold()


def test_windows_older_than_the_retention_are_counted_as_the_file_has_them() -> None:
    """Searches for reads more than a day older than the thirty days, by network: one, or several."""

    def at(text: str) -> datetime:
        return datetime.strptime(text, "%m/%d/%Y, %I:%M:%S %p UTC")

    old: dict[bool, set[int]] = {True: set(), False: set()}
    for line, row in rows(OKALOOSA).items():
        if (at(row["search_time"]) - at(row["time_frame_start"])).days > 31:
            old[row["networks_searched"] == "1"].add(line)
    found = [one for one in report().findings if one.kind is FindingKind.WINDOW_LONGER]
    assert sorted(sorted(at.line for at in one.lines) for one in found) == sorted(
        sorted(lines) for lines in old.values() if lines
    )
