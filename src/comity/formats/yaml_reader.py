"""Parts of a YAML tree taken one by one, while what is wrong with them is collected: file, line, fault and remedy."""

from __future__ import annotations

from collections.abc import Callable

from comity.errors import Finding, NounError
from comity.formats.yaml_tree import Entries, Items, Node, Word


class YamlReader:
    """Takes parts of the tree and collects what is wrong with them. Local to one parse."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.findings: list[Finding] = []
        self._lines = text.splitlines()

    def add(self, node: Node | None, fault: str, remedy: str) -> None:
        line, column = (node.line, node.column) if node is not None else (1, 1)
        source = self._lines[line - 1] if line <= len(self._lines) else ""
        width = len(node.text) if isinstance(node, Word) else 1
        self.findings.append(Finding(self.file, line, column, fault, source, max(1, width), remedy))

    def check(self, node: Node | None, step: Callable[[], object]) -> None:
        """Run a check of the model; its error becomes a finding."""
        try:
            step()
        except NounError as error:
            self.add(node, str(error), "")

    def check_keys(self, section: Entries, known: tuple[str, ...], where: str) -> None:
        for word, _ in section.pairs:
            if word.text not in known:
                self.add(word, f"`{word.text[:60]}` is not a key of {where}", f"known are: {', '.join(known)}")

    def word(self, section: Entries, key: str) -> str:
        """The text at a key, empty where the key is missing; anything but a non-empty word is a finding."""
        node = section.find(key)
        if node is None:
            return ""
        if not isinstance(node, Word) or not node.text.strip():
            self.add(node, f"`{key[:60]}` has no value", f"write `{key[:60]}: ...` with one word or text")
            return ""
        return node.text

    def closed(self, section: Entries, key: str, allowed: list[str]) -> str:
        text = self.word(section, key)
        if text and text not in allowed:
            self.add(section.find(key), f"`{text[:60]}` is not a {key}", f"write one of: {', '.join(allowed)}")
            return ""
        return text

    def entries(self, section: Entries, key: str) -> Entries:
        """The map at a key; an empty one where the key is missing or is no map (a finding)."""
        node = section.find(key)
        if isinstance(node, Entries):
            return node
        if node is not None:
            self.add(node, f"`{key}` is not a map", f"write `{key}:` and below it indented `name: value` lines")
        return Entries((), section.line, section.column)

    def words(self, section: Entries, key: str) -> tuple[Word, ...]:
        node = section.find(key)
        if node is None:
            return ()
        if not isinstance(node, Items) or not all(isinstance(value, Word) for value in node.values):
            self.add(node, f"`{key}` is not a list of words", f"write `{key}: [one, another]`")
            return ()
        return tuple(value for value in node.values if isinstance(value, Word))

    def table(self, section: Entries, key: str, allowed: list[str]) -> tuple[tuple[str, str], ...]:
        """A code table: cell text to closed word."""
        found = []
        for word, value in self.entries(section, key).pairs:
            if not isinstance(value, Word) or value.text not in allowed:
                shown = value.text[:40] if isinstance(value, Word) else "..."
                fault = f"code `{word.text[:40]}` means `{shown}`, which is not a word here"
                self.add(value, fault, f"write one of: {', '.join(allowed)}")
                continue
            found.append((word.text.strip(), value.text))
        return tuple(found)
