"""Sets of law a person names on the command line: shipped packs, files, folders, and the folders of nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from comity.cli.files import read_text
from comity.cli.law_files import KINDS, LARGEST_LAW, read_law
from comity.errors import WrongUseError
from comity.exchange.answering.law_in_force import compiled_election
from comity.law import ast
from comity.law.compile import parse_text
from comity.law.compiled import Election
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.model.agency import Agency
from comity.model.canon import text_digest
from comity.model.law_text import LawKind, LawText, SignedElection, whole_text
from comity.node.adopted import read_newest
from comity.node.laws import Activation
from comity.settings import read_noun, read_settings

MOST_FILES = 400  # in one folder of law: as many texts as one owner's law may have


@dataclass(frozen=True, slots=True)
class NodeLaw:
    """The texts and elections in force on some nodes, by owner, and the agencies their directory lists."""

    texts: dict[str, tuple[LawText, ...]]
    elections: dict[str, tuple[Election, ...]]
    agencies: tuple[Agency, ...]


def read_sets(names: Iterable[str]) -> tuple[LawText, ...]:
    """The texts of shipped packs, files and folders, each text once, with the shipped packs they use."""
    found: dict[tuple[LawKind, str], LawText] = {}
    for name in names:
        for text in read_set(name):
            found[text.kind, text.name] = text
    return with_used_packs(tuple(found.values()))


def read_set(name: str) -> tuple[LawText, ...]:
    """A shipped pack by its name, a text by its file, or every text in a folder and the folders in it."""
    path = Path(name)
    if path.is_dir():
        files = sorted(file for file in path.rglob("*") if file.suffix in KINDS)
        if not files:
            raise WrongUseError(f"`{name}` holds no law text; name a folder with .law, .policy or .agr files")
        if len(files) > MOST_FILES:
            raise WrongUseError(f"`{name}` holds more than {MOST_FILES} law texts; name a smaller folder")
        return tuple(_read(file) for file in files)
    if path.suffix in KINDS:
        return (_read(path),)
    if name in shipped_pack_names():
        return (shipped_pack(name),)
    raise WrongUseError(
        f"`{name}` is no folder, no law text and no shipped pack; the packs are {', '.join(shipped_pack_names())}"
    )


def with_used_packs(texts: tuple[LawText, ...]) -> tuple[LawText, ...]:
    """The texts, and the shipped packs they use that are not among them."""
    found = {(text.kind, text.name): text for text in texts}
    waiting = list(texts)
    while waiting:  # ends: a pack is opened once
        for use in parse_text(waiting.pop(0)).uses:
            key = (LawKind.PACK, str(use.name))
            if use.kind == "pack" and key not in found and use.name in shipped_pack_names():
                found[key] = shipped_pack(str(use.name))
                waiting.append(found[key])
    return tuple(found.values())


def read_node_law(folders: Iterable[Path]) -> NodeLaw:
    """The law in force on nodes, from their folders. Raises WrongUseError, SettingsError and NounError.

    What is in force is read as the list of active texts has it; signatures are the node's to verify, not this one's.
    """
    texts: dict[str, tuple[LawText, ...]] = {}
    elections: dict[str, tuple[Election, ...]] = {}
    agencies: dict[str, Agency] = {}
    for folder in folders:
        directory = read_newest(folder, read_settings(folder))
        agencies.update({agency.id: agency for agency in directory.agencies})
        for listing in sorted((folder / "law").glob("*/active.json")):
            active = read_noun(listing, tuple[Activation, ...])
            owner = listing.parent.name
            texts[owner] = tuple(_active(listing.parent, one) for one in active if not one.election)
            elections[owner] = tuple(_elected(listing.parent, one) for one in active if one.election)
    if not texts:
        raise WrongUseError(
            "no owner has law in force there; name the folder of a node, or of a region with --region"
        )
    return NodeLaw(texts, elections, tuple(agencies.values()))


def node_folders(region: Path) -> tuple[Path, ...]:
    """The folders of a region's nodes."""
    found = tuple(sorted(path.parent for path in region.glob("*/node.json")))
    if not found:
        raise WrongUseError(f"`{region}` holds no node; name the folder that `comity demo --folder` made")
    return found


def _active(folder: Path, one: Activation) -> LawText:
    text = read_noun(folder / one.file, LawText)
    if text.hash != one.hash:
        raise WrongUseError(f"`{folder / one.file}` is not the text that was activated; activate it again")
    return text


def _elected(folder: Path, one: Activation) -> Election:
    election = read_noun(folder / one.file, SignedElection)
    if election.hash != one.hash:
        raise WrongUseError(f"`{folder / one.file}` is not the election that was signed; sign it again")
    return compiled_election(election)


def _read(path: Path) -> LawText:
    tree, tables = read_law(path)
    name = str(tree.id) if isinstance(tree, ast.Agreement) else str(tree.name)
    version = 1 if isinstance(tree, ast.Agreement) else tree.version
    text = read_text(path, LARGEST_LAW)
    return LawText(
        kind=LawKind(KINDS[path.suffix]),
        name=name,
        version=version,
        text=text,
        hash=text_digest(whole_text(text, tables)),
        tables=tables,
    )
