"""Reading law texts a person names on the command line: packs, policies, agreements, with their tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from comity.cli.files import read_text
from comity.errors import Finding, LawTextError, WrongUseError
from comity.law import ast
from comity.law.build_condition import finding_at
from comity.law.cases import load_pack_cases, with_used
from comity.law.check import check_texts
from comity.law.check_spans import warn_texts
from comity.law.exercise import exercise_findings, exercise_pack
from comity.law.parse import parse_agreement, parse_pack, parse_policy
from comity.law.shipped import CASES_FILE, RULES_FILE, shipped_cases_text, shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, whole_text

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


def warn_files(paths: tuple[Path, ...], trees: tuple[Tree, ...]) -> tuple[Finding, ...]:
    """What is no fault and yet to be looked at: gaps, shared ids, and for a pack's folder what its cases leave open.

    `trees` are the texts of the paths, checked. Raises LawTextError for a case file that cannot be read.
    """
    used = tuple(tree for tree, _ in _used_packs(trees))
    named = {tree.file for tree in trees}
    found = [finding for finding in warn_texts((*used, *trees)) if finding.file in named]
    for path, tree in zip(paths, trees, strict=True):
        if path.is_dir() and isinstance(tree, ast.Pack):
            found += _warn_cases(path, tree, paths)
    return tuple(found)


def _warn_cases(folder: Path, tree: ast.Pack, paths: tuple[Path, ...]) -> Iterator[Finding]:
    file = folder / CASES_FILE
    if not file.is_file():
        remedy = f"write decisions a lawyer can review into `{file}`"
        yield finding_at(tree.name, (tree.file, tree.lines), f"pack `{tree.name}` has no {CASES_FILE}", remedy)
        return
    text = read_text(file, LARGEST_LAW)
    packs = with_used(read_pack(folder), _packs_beside(paths))
    loaded = load_pack_cases(text, str(file), packs)
    rules = tuple(dict.fromkeys(str(rule.id) for rule in tree.rules))
    exercise = exercise_pack(loaded, rules, packs)
    yield from exercise_findings(exercise, tree, (str(file), text), loaded.without_case)


def read_pack(path: Path) -> LawText:
    """A pack on disk, named by its folder or file, as an unsigned text with its tables."""
    file, _ = law_path(path)
    tree, tables = read_law(file)
    assert isinstance(tree, ast.Pack)
    text = read_text(file, LARGEST_LAW)
    return LawText(
        kind=LawKind.PACK,
        name=str(tree.name),
        version=tree.version,
        text=text,
        hash=text_digest(whole_text(text, tables)),
        tables=tables,
    )


def find_pack(name: str) -> LawText:
    """A pack by the name it ships under, or by its folder. Raises WrongUseError for neither."""
    return shipped_pack(name) if name in shipped_pack_names() else read_pack(_folder_of(name))


def _packs_beside(paths: tuple[Path, ...]) -> tuple[LawText, ...]:
    return tuple(read_pack(path) for path in paths if law_path(path)[1] == "pack")


@dataclass(frozen=True, slots=True)
class CasesAtHand:
    """A pack with those it uses, itself first, and its cases as text; `file` is what findings call them."""

    file: str
    text: str
    packs: tuple[LawText, ...]


def read_cases(named: tuple[str, ...]) -> tuple[CasesAtHand, ...]:
    """The cases a person names: a shipped pack by its name, a pack of their own by its folder or case file.

    All shipped packs when nothing is named. Packs of one's own may use one another.
    """
    own = {name: _folder_of(name) for name in named if name not in shipped_pack_names()}
    beside = tuple(read_pack(folder) for folder in own.values())
    found = []
    for name in dict.fromkeys(named or shipped_pack_names()):
        if name in own:
            file = own[name] / CASES_FILE
            packs = with_used(read_pack(own[name]), beside)
            found.append(CasesAtHand(str(file), read_text(file, LARGEST_LAW), packs))
        else:
            text = shipped_cases_text(name)
            found.append(CasesAtHand(f"{name}/{CASES_FILE}", text, with_used(shipped_pack(name))))
    return tuple(found)


def _folder_of(name: str) -> Path:
    path = Path(name)
    folder = path.parent if path.name in (CASES_FILE, RULES_FILE) else path
    if not (folder / RULES_FILE).is_file():
        known = ", ".join(shipped_pack_names())
        raise WrongUseError(
            f"`{name}` is no shipped pack and no folder with {RULES_FILE}; write a path, or one of {known}"
        )
    return folder


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
