"""Reading law texts a person names on the command line: packs, policies, agreements, with their tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from comity.errors import LawTextError, WrongUseError
from comity.law import ast
from comity.law.check import check_texts
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.vocabulary import load_vocabulary

Tree = ast.Pack | ast.Policy | ast.Agreement
Tables = tuple[tuple[str, str], ...]
LARGEST_LAW = 2_000_000  # bytes; the largest shipped pack has a fiftieth of it
PARSERS: dict[str, Callable[[str, str], Tree]] = {
    ".law": parse_pack,
    ".policy": parse_policy,
    ".agr": parse_agreement,
}


def read_law(path: Path) -> tuple[Tree, Tables]:
    """One text of law by its ending: `.law` a pack, `.policy` an owner's policy, `.agr` an agreement."""
    parser = PARSERS.get(path.suffix)
    if parser is None:
        raise WrongUseError(f"`{path}` is no law text; its name ends in .law, .policy or .agr")
    tree = parser(read_text(path), str(path))
    tables = tree.tables if isinstance(tree, ast.Pack | ast.Policy) else ()
    return tree, tuple((str(table.file), read_text(path.parent / str(table.file))) for table in tables)


def check_files(paths: tuple[Path, ...]) -> tuple[Tree, ...]:
    """Parse and check texts together. Raises LawTextError with every finding of all of them."""
    read = tuple(read_law(path) for path in paths)
    findings = check_texts(read, load_vocabulary())
    if findings:
        raise LawTextError(findings)
    return tuple(tree for tree, _ in read)


def read_text(path: Path) -> str:
    """A text file. Raises WrongUseError when it cannot be read as UTF-8."""
    try:
        if path.stat().st_size > LARGEST_LAW:
            raise WrongUseError(f"`{path}` is larger than {LARGEST_LAW} bytes; split it")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise WrongUseError(f"`{path}` cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise WrongUseError(f"`{path}` is not UTF-8 text; save it as UTF-8") from error
