"""`comity match`: learning, looking, comparing and putting in force, at a node on disk."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from cli_stage import Called, Stage, call, refused
from msgspec.structs import replace

from comity.cli.show_weights import BAR_WIDTH, chart_lines, odds_text
from comity.cli.waterfall import AXIS, GAIN, LOSS
from comity.match.frequencies import surname_shares
from comity.match.versions import name_version
from comity.match.weights import NameShare, load_weights
from comity.node.weights import keep_version

ON_BOTH_ENGINES = True

OWNER = "wa-police"


@pytest.fixture
def node(stage: Stage, tmp_path: Path) -> Path:
    """Cascade City's node, to change."""
    return stage.copy("wa-node", tmp_path)


def match(node: Path, verb: str, *more: str) -> Called:
    return call("match", verb, "--node", node, "--owner", OWNER, *more)


def size(node: Path) -> int:
    return int((node / "log" / "checkpoint").read_text().splitlines()[1])


def with_names(node: Path) -> str:
    """A version in which two names have the owner's own frequency."""
    shares = {name: share * 0.1 for name, share in surname_shares().items()}
    shares |= {"SMITH": 0.02, "VOSSELER": 0.001}
    names = tuple(NameShare(name=name, ppb=round(share * 1e9)) for name, share in shares.items())
    made = name_version(replace(load_weights(), surnames=names))
    keep_version(node, OWNER, made)
    return made.version


def test_a_version_is_made_looked_at_put_in_force_and_taken_back(node: Path) -> None:
    """Training enters nothing and changes nothing in force; use is one entry; shipped goes back; twice does nothing."""
    before = size(node)
    trained = match(node, "train", "--json").json
    assert (trained["new"], trained["in_force"], size(node)) == (True, "shipped", before)
    again = match(node, "train")
    assert "which was there already" in again.out
    assert "shipped, made on synthetic people" in again.out
    version = trained["version"]
    assert match(node, "inspect", "--json").json["version"] == load_weights().version
    used = match(node, "use", version)
    assert (used.status, size(node)) == (0, before + 1)
    assert f"in force for {OWNER} from the next question on: {version} (entry {before})" in used.out
    assert "weights change, the largest" in used.out
    shown = match(node, "inspect", "--json").json
    assert (shown["version"], shown["in_force"], shown["versions"]) == (version, version, [version])
    assert 0 < shown["middles"] <= 1
    assert f"a further given name in {shown['middles']:.0%} of people" in match(node, "inspect").out
    assert shown["buildings"] == 0
    assert "buildings in which many live: 0" in match(node, "inspect").out
    assert "nothing to do" in match(node, "use", version).out
    back = match(node, "use", "--shipped", "--json").json
    assert (back["before"], back["version"], back["entry"]) == (version, "shipped", before + 1)
    assert match(node, "use", "--shipped", "--json").json["entry"] is None
    assert size(node) == before + 2


def test_the_table_and_the_chart_say_every_weight(node: Path) -> None:
    """Each level once in either, odds and bars on the side the weight speaks for; no line is wider than 80."""
    told = match(node, "inspect", "shipped").out
    rows = call("match", "inspect", "--json").json["rows"]
    assert [(row["comparison"], row["level"]) for row in rows] == [
        (row.comparison, row.level) for row in load_weights().levels
    ]
    for row in rows:
        assert told.count(f"\n{row['comparison']} {row['level']} ") == 2
        assert row["weight"] == pytest.approx(math.log(row["m"] / row["u"]), abs=2e-3)
    lines = chart_lines(load_weights().levels)
    for line, row in zip(lines, rows, strict=True):
        bar = line[-BAR_WIDTH:] if len(line) > BAR_WIDTH else line
        assert AXIS in bar
        assert (GAIN in bar) <= (row["weight"] > 0)
        assert (LOSS in bar) <= (row["weight"] < 0)
        assert len(line) <= 80
    assert "population 100,000 (nominal)" in told
    assert "a further given name not counted" in told  # the shipped weights know no file
    assert "buildings in which many live: not counted" in told


@pytest.mark.parametrize(
    ("millinats", "told"),
    [(0, "1.0 to 1"), (2_303, "10 to 1"), (-2_303, "1 to 10"), (693, "2.0 to 1"), (9_210, "9,997 to 1")],
)
def test_a_weight_is_told_as_odds(millinats: int, told: str) -> None:
    """For and against, one decimal below ten."""
    assert odds_text(millinats) == told


def test_names_are_counted_and_listed_only_where_asked_for(node: Path) -> None:
    """Without `--names` a version tells how many names are the owner's own, and none of them."""
    version = with_names(node)
    told = match(node, "inspect", version)
    assert "own frequency: 2 family names, 0 given names" in told.out
    assert "VOSSELER" not in told.out
    assert "VOSSELER" not in match(node, "inspect", version, "--json").out
    named = match(node, "inspect", version, "--names")
    assert "VOSSELER" in named.out
    assert "JOHNSON" not in named.out
    listed = match(node, "inspect", version, "--names", "--json").json
    assert {one["name"] for one in listed["surnames"]} == {"SMITH", "VOSSELER"}
    assert listed["givens"] == []


def test_two_versions_are_compared_on_a_stated_basis(node: Path) -> None:
    """Differences largest first, counts on a stated basis, and nobody's particulars.

    Whether the node was asked before depends on the tests before this one; each basis has its own test elsewhere.
    """
    version = match(node, "train", "--json").json["version"]
    before = size(node)
    compared = match(node, "compare", "shipped", version, "--json").json
    changes = [abs(row["change"]) for row in compared["rows"]]
    assert changes
    assert changes == sorted(changes, reverse=True)
    effect = compared["effect"]
    assert effect["basis"].startswith(("own records", "past questions"))
    assert effect["questions"] > (50 if effect["basis"].startswith("own records") else 0)
    assert size(node) == before
    same = match(node, "compare", "in-force", "shipped", "--json").json
    assert same["rows"] == []
    assert {same["effect"][kind] for kind in ("first", "order", "verdict", "found")} == {0}
    told = match(node, "compare", "shipped", version).out
    assert "have another record first" in told
    assert not [one for one in ("Cahoon", "1987-04-19", "wa-police-0") if one.casefold() in told.casefold()]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("train", "--owner", "nobody"), "not held at this node"),
        (("use", "--owner", OWNER), "name one version"),
        (("use", "--owner", OWNER, "--shipped", "0" * 12), "name one version"),
        (("use", "--owner", OWNER, "0" * 12), "there are none yet; make one with `comity match train`"),
        (("use", "--owner", OWNER, "../node"), "has no version"),
        (("inspect",), "add `--owner AGENCY`"),
        (("inspect", "--owner", OWNER, "x"), "has no version"),
        (("compare", "--owner", OWNER, "shipped", "x"), "has no version"),
        (("compare", "--owner", OWNER, "shipped", ""), "AFTER is empty; name one"),
        (("train", "--owner", ""), "--owner is empty; name one"),
        (("train", "--owner", OWNER, "--node", "other"), "--node is given twice; a command goes to one node"),
        (("use", "--owner", OWNER, "in-force"), "`in-force` is in force already"),
        (("inspect", "--owner", OWNER, ""), "VERSION is empty; name one"),
        (("inspect", "--owner", OWNER, "../../etc/passwd"), "has no version"),
    ],
)
def test_wrong_use_is_one_sentence(node: Path, words: tuple[str, ...], told: str) -> None:
    """Status 2, nothing entered, nothing left behind."""
    before = size(node)
    verb, *more = words
    assert told in refused("match", verb, "--node", node, *more)
    assert size(node) == before
    assert not list((node / "weights").rglob("*.json"))


def test_an_owner_is_looked_at_at_its_node() -> None:
    """Without a node there are the shipped weights and no others."""
    assert "add `--node FOLDER`" in refused("match", "inspect", "--owner", OWNER)
    assert "add `--node FOLDER`" in refused("match", "inspect", "0" * 12)
    assert call("match", "inspect", "shipped").out == call("match", "inspect").out


def test_too_few_people_are_refused_with_status_one(stage: Stage, tmp_path: Path) -> None:
    """An owner of a small file keeps the shipped weights."""
    node = stage.copy("fed-node", tmp_path)
    called = call("match", "train", "--node", node, "--owner", "removal-operations", "--json")
    assert (called.status, called.out) == (1, "")
    assert "use the shipped weights" in called.err


def test_the_commands_of_the_page_on_matching_can_be_called(node: Path) -> None:
    """Every example of the page runs as it stands, in its order."""
    page = (Path(__file__).parents[2] / "docs" / "matching.md").read_text(encoding="utf-8")
    lines = [line.split() for line in page.splitlines() if line.startswith("comity match ")]
    assert {words[2] for words in lines} == {"train", "inspect", "compare", "use"}
    for _, *words in lines:
        called = call(*[str(node) if word == "region/wa-node" else word for word in words])
        assert called.status == 0, (words, called.err)


def test_a_damaged_version_is_not_used(node: Path) -> None:
    """Status 2 with the remedy; what is in force stays."""
    version = match(node, "train", "--json").json["version"]
    (node / "weights" / OWNER / f"{version}.json").write_bytes(b"{")
    before = size(node)
    assert "restore it from a copy" in refused("match", "use", "--node", node, "--owner", OWNER, version)
    assert "comity match train" in refused("match", "inspect", "--node", node, "--owner", OWNER, version)
    assert size(node) == before
    assert match(node, "train", "--json").json["new"] is True
    assert match(node, "use", version).status == 0
