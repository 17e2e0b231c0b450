"""On the real spellings of a portal registry: at least 0.99 of what is resolved is right, and 0.90 of what could be is."""

from __future__ import annotations

import csv
import hashlib
from functools import cache
from pathlib import Path

import pytest
from registry_truth import DIRECTORIES, REGISTRY, Truth, truths

from comity.formats.agencies.ori_csv import merge_editions, read_ori_csv
from comity.oversight.names.resolve import Resolver, Verdict
from comity.oversight.names.several import resolver_of

SHARED = Path(__file__).parents[4] / "shared" / "data"
HAND_READ = Path(__file__).parent / "hand_read.csv"
PRECISION, RECALL = 0.99, 0.90  # the goals of the issue


@pytest.fixture
def resolve() -> Resolver:
    """The resolver over both real editions, or a loud skip."""
    if not (SHARED / REGISTRY).exists():
        pytest.skip(f"SKIPPED LOUDLY: {SHARED / REGISTRY} is missing")
    return real_resolver()


@cache
def real_resolver() -> Resolver:
    return resolver_of(merge_editions([read_ori_csv((SHARED / name).read_bytes(), name) for name in DIRECTORIES]))


def outcome(truth: Truth, resolve: Resolver) -> str:
    """`right`, `wrong` or `open`."""
    agency = resolve(truth.spelling).agency
    return "open" if agency is None else "right" if agency.entry.ori in truth.oris else "wrong"


def test_real_names_are_resolved_rightly(resolve: Resolver) -> None:
    """Precision over everything resolved, nobody's accounts included; recall over every name whose agency is listed."""
    known = truths(SHARED)
    assert len(known) > 900  # the truth did not shrink away
    found = [outcome(truth, resolve) for truth in known]
    listed = [result for truth, result in zip(known, found, strict=True) if truth.oris]
    assert found.count("right") >= PRECISION * (found.count("right") + found.count("wrong"))
    assert listed.count("right") >= RECALL * len(listed)


def test_closed_accounts_and_associations_are_never_an_agency(resolve: Resolver) -> None:
    """No name that the registry calls a test, closed, an association or a business is resolved."""
    assert not [truth.spelling for truth in truths(SHARED) if truth.nobody and resolve(truth.spelling).agency]


def test_doubtful_real_names_have_their_reason(resolve: Resolver) -> None:
    """Each name that waits for a person says why."""
    waiting = [found for truth in truths(SHARED) if (found := resolve(truth.spelling)).verdict is Verdict.DOUBTFUL]
    assert all(found.reasons for found in waiting)


def test_names_read_one_by_one_lead_where_they_led(resolve: Resolver) -> None:
    """Of 300 names of another list, read against the directory one by one, what was resolved then still is, and alike.

    The file holds hashes of the spellings, so that no row of the list stands in the repository.
    """
    with HAND_READ.open(encoding="utf-8", newline="") as file:
        expected = {row["spelling_sha256"]: row["ori"] for row in csv.DictReader(file)}
    with (SHARED / "alpr_network_member_names_2024.csv").open(encoding="utf-8", newline="") as file:
        names = {" ".join(row["name"].split()) for row in csv.DictReader(file)}
    hashed = {hashlib.sha256(name.encode()).hexdigest(): name for name in names}
    assert set(expected) <= set(hashed)
    agencies = {mark: resolve(hashed[mark]).agency for mark in expected}
    assert {mark: agency and agency.entry.ori for mark, agency in agencies.items()} == expected
