"""House rules as tests: who may import whom, how long things are, how they are named and documented."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "comity"

CORE = {"model", "errors"}
RIBS = {"law", "match", "formats", "ledger"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "model": {"errors"},
    "ports": {"model", "ports_kept", "match"},  # of the matching only what a look-up is given, as types
    "ports_kept": {"model"},  # a part of `ports`, which gives it out: nothing else imports it
    "law": CORE,
    "match": CORE,
    "formats": CORE,
    "ledger": {*CORE, "ports"},
    "exchange": {*RIBS, *CORE, "ports"},
    "oversight": {*RIBS, *CORE, "ports", "exchange"},
    "store": {*CORE, "ports", "match"},
    "settings": CORE,
    "node": {*RIBS, *CORE, "ports", "exchange", "oversight", "store", "settings"},
    "sim": {*RIBS, *CORE, "ports", "exchange", "oversight", "store", "settings", "node"},
    "demo": {*RIBS, *CORE, "ports", "exchange", "oversight", "store", "settings", "node"},
    "api": {"node", "exchange", "oversight", *CORE},
    "web": {"api", "law", "ledger", "exchange", "oversight", "node", "settings", *CORE},
    "cli": {"api", "web", "law", "ledger", "exchange", "oversight", "formats", "node", "settings", "demo", *CORE},
    "__main__": {"cli"},
    "__init__": set(),
}
PURE = ("model", "law", "match", "formats")
IMPURE_MODULES = {
    "os",
    "socket",
    "sqlite3",
    "psycopg",
    "subprocess",
    "time",
    "random",
    "secrets",
    "threading",
    "httpx",
    "urllib",
}
LOCKS = {  # two threads that make one decoder, or expressions of one solver, stop the interpreter; nothing else waits there
    ("canon.py", "threading"),
    ("logic.py", "threading"),
}
BANNED_NAMES = re.compile(r"(^|_)(util|utils|helper|helpers|manager|service|handler)(_|$)", re.IGNORECASE)
LONGEST_FUNCTION = 60
LONGEST_FILE = 500
MOST_PARAMETERS = 6  # five besides `world`
MOST_OPTIONS = 7  # parameters of a command, one an option; more are one frozen value


def source_files() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


@cache
def parsed() -> tuple[tuple[Path, ast.Module], ...]:
    return tuple((path, ast.parse(path.read_text())) for path in source_files())


def package_of(path: Path) -> str:
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported_modules(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_every_package_stands_in_the_import_table() -> None:
    """A new package is added to the table, in a decision record, before it is used."""
    assert {package_of(path) for path in source_files()} <= set(MAY_IMPORT)


def test_packages_import_only_what_the_table_allows() -> None:
    """The architecture is the import table: law and match cannot see the door, faces cannot see the store."""
    wrong = [
        f"{path.relative_to(SOURCE)} imports {module}"
        for path, tree in parsed()
        for module in imported_modules(tree)
        if module.startswith("comity.")
        and module.split(".")[1] != package_of(path)
        and module.split(".")[1] not in MAY_IMPORT[package_of(path)]
    ]
    assert not wrong


def test_pure_packages_import_nothing_that_reaches_outside() -> None:
    """Pure ribs cannot reach clock, disk, network or randomness by accident."""
    wrong = [
        f"{path.relative_to(SOURCE)} imports {module}"
        for path, tree in parsed()
        if package_of(path) in PURE
        for module in imported_modules(tree)
        if module.split(".")[0] in IMPURE_MODULES and (path.name, module) not in LOCKS
    ]
    assert not wrong


def test_functions_are_short() -> None:
    """No function is longer than sixty lines."""
    long = [
        f"{path.relative_to(SOURCE)}:{node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path, tree in parsed()
        for node in functions(tree)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert not long


def test_files_are_short() -> None:
    """No file is longer than five hundred lines."""
    assert not [path for path in source_files() if path.read_text().count("\n") > LONGEST_FILE]


def test_functions_have_few_parameters() -> None:
    """Five parameters besides the world, seven options of a command; beyond that a frozen value."""
    wide = [
        f"{path.relative_to(SOURCE)}:{node.name}"
        for path, tree in parsed()
        for node in functions(tree)
        if len([arg for arg in (*node.args.args, *node.args.kwonlyargs) if arg.arg not in ("self", "cls")])
        > (MOST_OPTIONS if package_of(path) == "cli" else MOST_PARAMETERS)
    ]
    assert not wide


def test_modules_and_public_things_are_documented() -> None:
    """Every module, public class and public function says in a sentence what it is for."""
    missing = [str(path.relative_to(SOURCE)) for path, tree in parsed() if ast.get_docstring(tree) is None]
    for path, tree in parsed():
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith(
                "_"
            ):
                continue
            short = isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno < 8
            if ast.get_docstring(node) is None and not short:
                missing.append(f"{path.relative_to(SOURCE)}:{node.name}")
    assert not missing


def test_names_are_the_fields_words() -> None:
    """No utils, helpers, managers, services or handlers."""
    wrong = [str(path.relative_to(SOURCE)) for path in source_files() if BANNED_NAMES.search(path.stem)]
    wrong += [
        f"{path.relative_to(SOURCE)}:{node.name}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and BANNED_NAMES.search(node.name)
    ]
    assert not wrong


def test_nothing_is_caught_broadly() -> None:
    """No bare `except` and no `except Exception`: trouble closes the door, it is not swallowed."""
    wrong = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]
    assert not wrong


def test_only_the_cut_makes_released_fields() -> None:
    """Values leave through one function: nothing else constructs a released field or an item."""
    makers = {"ReleasedField": "law/release.py", "Item": "exchange/answering/release.py"}
    wrong = [
        f"{path.relative_to(SOURCE)}:{node.lineno} makes {node.func.id}"
        for path, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in makers
        and str(path.relative_to(SOURCE)) != makers[node.func.id]
        and not (node.func.id == "Item" and package_of(path) == "law")  # the vocabulary's list items
    ]
    assert not wrong


def test_only_the_ledger_writes_the_log() -> None:
    """`ledger.append` is the only caller of the journal's `write` and `start`."""
    wrong = [
        str(path.relative_to(SOURCE))
        for path in source_files()
        if re.search(r"journal\.(write|start)\(", path.read_text())
        and path.relative_to(SOURCE).parts[0] != "ledger"
    ]
    assert not wrong


@pytest.mark.parametrize("mark", ["TODO", "FIXME", "XXX", "NotImplementedError"])
def test_nothing_is_left_unfinished(mark: str) -> None:
    """What cannot be finished is left out, not stubbed."""
    assert not [path for path in source_files() if mark in path.read_text()]


def test_no_registry_address_is_committed() -> None:
    """The locked requirements name no registry, so that they install from any mirror."""
    for name in (
        "requirements.txt",
        "requirements-dev.txt",
        "requirements.in",
        "requirements-dev.in",
        "pyproject.toml",
    ):
        assert "://" not in (ROOT / name).read_text(), name
