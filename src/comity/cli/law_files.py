"""Reading law texts a person names on the command line: packs, policies, agreements, with their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from comity.cli.files import read_text
from comity.errors import LawTextError, WrongUseError
from comity.law import ast
from comity.law.check import check_texts
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.shipped import RULES_FILE, shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary

Tree = ast.Pack | ast.Policy | ast.Agreement
Tables = tuple[tuple[str, str], ...]
LARGEST_LAW = 2_000_000  # bytes; the largest shipped pack has a fiftieth of it
KINDS = {".law": "pack", ".policy": "policy", ".agr": "agreement"}
PARSERS: dict[str, Callable[[str, str], Tree]] = {
    "pack": parse_pack,
    "policy": parse_policy,
    "agreement": parse_agreement,
}


def law_path(path: Path) -> tuple[Path, str]:
    """The file a person means and the kind of text it is: a pack's folder means the rules in it."""
    file = path / RULES_FILE if (path / RULES_FILE).is_file() else path
    if file.suffix not in KINDS:
        raise WrongUseError(
            f"`{path}` is no law text; its name ends in .law, .policy or .agr, or it is a folder with {RULES_FILE}"
        )
    return file, KINDS[file.suffix]


def read_law(path: Path) -> tuple[Tree, Tables]:
    """One text of law by its ending: `.law` a pack, `.policy` an owner's policy, `.agr` an agreement."""
    path, kind = law_path(path)
    tree = PARSERS[kind](read_text(path, LARGEST_LAW), str(path))
    tables = tree.tables if isinstance(tree, ast.Pack | ast.Policy) else ()
    return tree, tuple((str(table.file), _read_table(path, str(table.file))) for table in tables)


def check_files(paths: tuple[Path, ...]) -> tuple[Tree, ...]:
    """Parse and check texts together, with the shipped packs they use. Raises LawTextError with every finding."""
    read = tuple(read_law(path) for path in paths)
    findings = check_texts((*read, *_used_packs(tree for tree, _ in read)), load_vocabulary())
    if findings:
        raise LawTextError(findings)
    return tuple(tree for tree, _ in read)


def _read_table(path: Path, name: str) -> str:
    """A table beside its pack: a pack is checked whole, and nothing outside its folder is read for it."""
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise WrongUseError(f"`{path}` names the table `{name}` outside its folder; keep tables beside the pack")
    return read_text(path.parent / name, LARGEST_LAW)


def _used_packs(trees: Iterable[Tree]) -> tuple[tuple[Tree, Tables], ...]:
    """Shipped packs that the texts use, directly or through one another, where no text of that name was given."""
    waiting = list(trees)
    named = {str(tree.name) for tree in waiting if isinstance(tree, ast.Pack | ast.Policy)}
    found: list[tuple[Tree, Tables]] = []
    while waiting:
        for use in waiting.pop().uses:
            name = str(use.name)
            if use.kind == "pack" and name not in named and name in shipped_pack_names():
                named.add(name)
                law = shipped_pack(name)
                tree = parse_pack(law.text, f"{name}/rules.law")
                found.append((tree, law.tables))
                waiting.append(tree)
    return tuple(found)
