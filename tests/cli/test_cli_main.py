"""The command line as a whole: examples that work as written, colours, exit status, faults nobody foresaw."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from access_examples import fill_in_access
from audit_examples import write_audit_files
from cli_stage import QUESTION, REASON, Stage, call
from click.testing import CliRunner
from delegation_files import fill_in_delegation
from desk_examples import at_work, fill_in_desk
from directory_files import write_directory_files
from feed_examples import fill_in_feed
from finding_examples import fill_in_findings
from names_examples import write_names_files
from page_examples import fill_in_pages
from stamp_examples import filled_in_stamps
from test_cli_records import MAPPING, ROWS

from comity import __version__
from comity.cli import show
from comity.cli.main import comity
from comity.ledger.append import append_entry
from comity.model.decision import Duty
from comity.model.disclosure import EntryFacts, EntryKind, StoredDuty, Unit
from comity.node.open_world import open_world

ROOT = Path(__file__).parents[2]


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from leaves(inner, (*words, name))
    else:
        yield words, command


LEAVES = dict(leaves(comity))
# What is to be done with what is printed, said beside it so that a file or a pipe gets the certificates alone.
SAID_BESIDE = {("node", "renew"): "have this listed for `my-node` as `certificate_pem`"}


def examples(command: click.Command) -> list[list[str]]:
    """The example lines of a help text, as words after `comity`."""
    assert command.help is not None
    text = command.help.replace("\\\n", " ")
    return [shlex.split(line)[1:] for line in re.findall(r"^ *(comity [a-z].*)$", text, re.MULTILINE)]


@pytest.fixture(scope="module")
def draft(stage: Stage, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new agreement that every party has signed."""
    return signed_draft(stage, tmp_path_factory.mktemp("draft") / "new.agr")


@pytest.fixture
def workplace(stage: Stage, draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the examples' files lie: the region, the sources, an export with its mapping, drafts of law."""
    (tmp_path / "region").mkdir()
    for name in ("wa-node", "ca-node", "il-node", "ny-node", "fed-node"):
        stage.copy(name, tmp_path / "region")
    (tmp_path / "src").symlink_to(ROOT / "src")
    (tmp_path / "order.pdf").write_bytes(b"%PDF sealed")
    (tmp_path / "bookings.yaml").write_text(MAPPING)
    (tmp_path / "bookings.csv").write_text(ROWS)
    (tmp_path / "documents" / "Warrant").mkdir(parents=True)
    documents = ROOT.parent / "shared" / "data" / "ojbc" / "static-instances" / "Warrant"
    for path in sorted(documents.glob("*.xml"))[:1]:
        (tmp_path / "documents" / "Warrant" / path.name).write_bytes(path.read_bytes())
    for name in ("agency", "detective"):
        told = re.search(rf"{name}\.json:\n(?P<json>.+?\}})\n", LEAVES["node", "init"].help or "", re.DOTALL)
        assert told is not None
        (tmp_path / f"{name}.json").write_text(told["json"])
    write_names_files(tmp_path)
    write_audit_files(tmp_path)
    for path in draft.parent.iterdir():
        shutil.copy(path, tmp_path)
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "us-wa").symlink_to(ROOT / "src" / "comity" / "law" / "packs" / "us-wa")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def signed_draft(stage: Stage, path: Path) -> Path:
    """A new agreement at a path, with the signatures of every party beside it."""
    text = (ROOT / "src" / "comity" / "demo" / "law" / "acso-ccpd-2026.agr").read_text(encoding="utf-8")
    path.write_text(text.replace("ACSO-CCPD-2026", "ACSO-CCPD-2027"))
    for name, agency in (("wa-node", "wa-police"), ("ca-node", "ca-sheriff")):
        for role in ("agency-head", "counsel"):
            signing = ("agreement", "sign", "--node", stage.node(name), "--as", agency, "--role", role, path)
            assert call(*signing).status == 0
    return path


# Status 1 says that something was refused, or found, or not reached: a way, a figure that cannot be proved, a breach.
MAY_FIND = {
    ("answer", "again"),
    ("approval", "list"),
    ("fetch",),
    ("oversight", "audit"),
    ("oversight", "reach"),
    ("oversight", "report"),
}


SERVING = (("node", "serve"), ("web", "serve"))


@pytest.mark.parametrize("words", [words for words in LEAVES if words != ("demo",)], ids=" ".join)
def test_examples_work_as_written(stage: Stage, workplace: Path, words: tuple[str, ...]) -> None:
    """Every example of a help text does what it says, given the files it names."""
    if words[0] == "directory":
        write_directory_files(stage, workplace)
    if words == ("records", "load") and not list((workplace / "documents" / "Warrant").iterdir()):
        pytest.skip("SKIPPED LOUDLY: the linked documents are missing")
    if words == ("node", "renew"):
        (making,) = examples(LEAVES["node", "init"])
        assert call(*making, "--tls").status == 0
    if words == ("oversight", "filing", "verify"):
        (making,) = examples(LEAVES["oversight", "filing", "make"])
        assert call(*making).status == 0
    found = examples(LEAVES[words])
    assert found
    for example in found:
        if words in SERVING:
            continue  # run as a process in test_cli_node and tests/web
        if words == ("fetch",):
            example = fill_in(example)
        if words == ("law", "why"):
            asked = call(
                "ask", "--node", "region/wa-node", "--as", "wa-police-detective", *REASON, *QUESTION, "--json"
            )
            example = [asked.json["query_id"] if word == "QUESTION" else word for word in example]
        example = fill_in_feed(words, fill_in_desk(words, fill_in_delegation(words, example)))
        example = fill_in_findings(words, example)
        example = fill_in_pages(words, fill_in_access(words, example))
        if words == ("hit", "outcome"):
            example = fill_in_hit(example)
        if {"PROPOSAL", "RECORD", "ACT"} & set(example):
            example = fill_in_person(example)
        if "VERSION" in example:
            trained = call("match", "train", "--node", "region/wa-node", "--owner", "wa-police", "--json")
            example = [trained.json["version"] if word == "VERSION" else word for word in example]
        if "DUTY" in example:
            raise_duty(workplace / "region" / "ny-node")
        with filled_in_stamps(words, example) as filled, at_work(words):
            called = call(*filled)
        assert called.status in ((0, 1) if words in MAY_FIND else (0,)), called.err
        if words in SAID_BESIDE:
            assert called.err.startswith(SAID_BESIDE[words])
        else:
            assert called.err == ""


def fill_in_person(example: list[str]) -> list[str]:
    """An example of `person` with a proposal of the region's own, accepted first where it is split."""
    at = example[example.index("--node") : example.index("--as") + 2]
    found = call("person", "propose", *at, "--json").json["proposals"][0]
    if "split" in example:
        assert call("person", "merge", *at, "--reason", "same fingerprint card", found["act"]).status == 0
    named = found["people"][0] if example[0] == "person" else found["people"][0].partition("#")[0]
    numbers = {"PROPOSAL": found["act"], "ACT": found["act"], "RECORD": named}
    return [numbers.get(word, word) for word in example]


def fill_in_hit(example: list[str]) -> list[str]:
    """An item that the owner's node gave its own detective."""
    asked = call(
        "ask", "--node", "region/wa-node", "--as", "wa-police-detective", *REASON, *QUESTION, "--source", "wa-police",
        "--json",
    )  # fmt: skip
    (source,) = asked.json["sources"]
    return [source["items"][0]["item_id"] if word == "ITEM_ID" else word for word in example]


def raise_duty(node: Path) -> None:
    """A notice of New York that bears the very id the examples write."""
    notice = Duty(kind="notify", rule="us-ny/NY-02", citation="c", to="subject")
    with open_world(node) as world:
        now_ms = world.clock.now_ms()
        stored = StoredDuty(id="DUTY", owner="ny-dmv", query_id="q", duty=notice, raised_ms=now_ms)
        facts = EntryFacts(kind=EntryKind.ANSWERED, at_ms=now_ms)
        append_entry(world, Unit(facts=facts, content=b"{}", record=b"{}", duties=(stored,)))


def fill_in(example: list[str]) -> list[str]:
    """An example of `fetch` with the numbers of a question that was asked."""
    first = "federal-investigations" if "--first-asker" in example else "wa-police"
    member = "federal-investigations-investigator" if "--first-asker" in example else "wa-police-detective"
    purpose = ("--purpose", "federal-crime", "--case", "1") if "--first-asker" in example else REASON
    node = example[example.index("--node") + 1]
    asked = call("ask", "--node", node, "--as", member, *purpose, *QUESTION, "--json").json
    items = [item["item_id"] for one in asked["sources"] if one["agency"] == first for item in one["items"]]
    numbers = {"QUERY_ID": asked["query_id"], "ITEM_ID": (items or ["none"])[0]}
    return [numbers.get(word, word) for word in example]


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_every_command_has_json_and_help(words: tuple[str, ...]) -> None:
    """`--json` everywhere; `-h` prints the help with its example."""
    assert words == ("web", "serve") or any("--json" in parameter.opts for parameter in LEAVES[words].params)
    called = call(*words, "-h")
    assert called.status == 0
    assert "Example" in called.out


def test_the_module_and_the_script_are_one() -> None:
    """`python -m comity` and `comity` are the same command."""
    script = Path(sys.executable).with_name("comity")
    for start in ([sys.executable, "-m", "comity"], [str(script)]):
        done = subprocess.run([*start, "--version"], capture_output=True, text=True, check=True)
        assert done.stdout == f"comity, version {__version__}\n"
        assert done.stderr == ""


def test_colours_are_for_terminals_that_want_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal the status is coloured; with NO_COLOR it is not; in a pipe it never is."""

    @comity.command("tint")
    def tint() -> None:
        click.echo(click.style("answered", fg=show.STATUS_COLOURS[show.Status.ANSWERED]))

    try:
        monkeypatch.delenv("NO_COLOR", raising=False)
        assert "\x1b[32m" in CliRunner().invoke(comity, ["tint"], color=True).output
        monkeypatch.setenv("NO_COLOR", "1")
        assert CliRunner().invoke(comity, ["tint"], color=True).output == "answered\n"
        monkeypatch.delenv("NO_COLOR")
        assert CliRunner().invoke(comity, ["tint"]).output == "answered\n"
    finally:
        comity.commands.pop("tint")


def test_a_fault_nobody_foresaw_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kind and place, never the value it was met with, and no traceback unless asked for; exit status 2."""
    program = (
        "import sys; from comity.cli import main; module = sys.modules['comity.cli.main']; "
        "module.run = lambda words: {}['Cahoon, Thomas']; main()"
    )
    monkeypatch.delenv("COMITY_TRACEBACK", raising=False)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("comity: unexpected KeyError at ")
    assert len(done.stderr.splitlines()) == 1
    assert "Cahoon" not in done.stderr
    monkeypatch.setenv("COMITY_TRACEBACK", "1")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "Traceback" in done.stderr
    assert done.returncode == 2


def test_a_reader_that_goes_away_is_no_fault() -> None:
    """`comity law explain … | head -0` ends without a traceback."""
    words = f"{sys.executable} -m comity law explain us/PA-01 | true"
    done = subprocess.run(["bash", "-c", words], capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nonsense",), "No such command 'nonsense'"),
        (("aks",), "No such command 'aks'. Did you mean 'ask'"),
        (("ledger", "recncile"), "Did you mean 'reconcile'"),
        (("ledger", "--recncile"), "No such option"),
        (("law",), "Commands:"),
        (("law", "nonsense"), "No such command 'nonsense'"),
        (("ask", "--colour", "red"), "No such option"),
        (("ask",), "Missing option"),
        (("demo", "--people", "3"), "3 is not in the range"),
        (("demo", "--people", "many"), "not a valid integer"),
        (("demo", "--folder", str(ROOT / "src")), "holds something else than a region"),
    ],
)
def test_wrong_words_are_exit_status_2(words: tuple[str, ...], sentence: str) -> None:
    """Unknown commands and options, missing ones, values that are none."""
    called = call(*words)
    assert called.status == 2
    assert sentence in called.err
