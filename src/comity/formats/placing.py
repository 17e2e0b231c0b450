"""The account of one document: every leaf value is placed, dropped with a reason, or left in the remainder."""

from __future__ import annotations

from collections import Counter
from datetime import date

from comity.errors import RecordFileError
from comity.formats.tree import Element, Tree, refuse
from comity.formats.values import find_date

# Elements that carry bytes or body measurements, by the words in their NIEM names. A record never holds them.
_BYTES = ("Base64", "BinaryObject")
_BIOMETRIC = ("Biometric", "DigitalImage", "FaceImage", "FingerprintImage", "PhysicalFeatureImage")

# What a seal indicator may say. Anything else stops the load: a seal nobody understood is not "not sealed".
SEAL_STATES = {"true": True, "1": True, "yes": True, "sealed": True, "false": False, "0": False, "no": False}


class Placing:
    """Counts what becomes of the leaves of one document. Local to one reading, never shared.

    A leaf is an element with text of its own. `take` hands a leaf's text out and counts it as placed; the caller
    puts it into a record. `sealed` is what the document says about its seal, None where it says nothing.
    """

    def __init__(self, tree: Tree, keep_bytes: bool = False) -> None:
        self.tree = tree
        self._left = {element.number: element for element in tree.root.walk() if element.text}
        self._by_key = self._index_keys()
        self._placed = 0
        self._gone: set[int] = set()
        self._dropped: list[tuple[str, str]] = []
        self._more: Counter[str] = Counter()
        for name in tree.instructions:
            self._dropped.append((f"?{name}", "processing instruction, not obeyed"))
        if not keep_bytes:
            self._drop_all(_BYTES, "attachment, {count} characters, inert: not opened and not kept")
        self._drop_all(_BIOMETRIC, "biometric, not kept: nothing here compares bodies")
        self.sealed = self._read_seal()

    def take(self, start: Element | None, path: str = "") -> str:
        """The first text at a path below `start` (or of `start` itself), or empty."""
        if start is None:
            return ""
        for element in start.all(path) if path else (start,):
            if self._count(element):
                return element.text
        return ""

    def take_all(self, start: Element | None, path: str) -> tuple[str, ...]:
        """Every text at a path below `start`, in document order."""
        if start is None:
            return ()
        return tuple(element.text for element in start.all(path) if self._count(element))

    def take_day(self, start: Element | None, path: str) -> date | None:
        """The day at a path, for the record's own dates. A text that is no day is left, for it would be lost."""
        found = start.first(path) if start else None
        day = find_date(found.text) if found else None
        if found is not None and day is not None:
            self._count(found)
        return day

    def find(self, key: str) -> Element | None:
        """The element with this structure id."""
        return self._by_key.get(key)

    def referred(self, start: Element | None, name: str) -> tuple[Element, ...]:
        """The elements that the children `name` of `start` refer to; a reference to nothing is a fault."""
        found = []
        for child in start.all(name) if start else ():
            target = self.find(child.ref)
            if target is None:
                fault = f"refers to `{child.ref[:60]}`, which is not in the document"
                raise self.fault(child, fault, "ask the sender for the whole document")
            found.append(target)
        return tuple(found)

    def drop(self, element: Element, reason: str) -> None:
        """Leave one leaf out, by name."""
        self._left.pop(element.number, None)
        self._gone.add(element.number)
        self._dropped.append((element.path, reason))

    def add_remainder(self, counts: Counter[str]) -> None:
        """Count what is left of a text inside a leaf, by path."""
        self._more.update(counts)

    def fault(self, element: Element, fault: str, remedy: str) -> RecordFileError:
        return refuse(self.tree.file, element.line, f"`{element.path}` {fault}", remedy)

    def result(self) -> tuple[int, tuple[tuple[str, int], ...], tuple[tuple[str, str], ...]]:
        """Leaves placed, the remainder as (path, count), and the dropped as (path, reason)."""
        counts = Counter(element.path for element in self._left.values()) + self._more
        return self._placed, tuple(sorted(counts.items())), tuple(self._dropped)

    def _count(self, element: Element) -> bool:
        """Count a leaf as placed, once; a dropped leaf has no text to give."""
        if not element.text or element.number in self._gone:
            return False
        if self._left.pop(element.number, None) is not None:
            self._placed += 1
        return True

    def _index_keys(self) -> dict[str, Element]:
        """Elements by structure id. An id that stands twice could tie one person's address to another."""
        found: dict[str, Element] = {}
        for element in self.tree.root.walk():
            if element.key and found.setdefault(element.key, element) is not element:
                raise self.fault(element, f"repeats the id `{element.key[:60]}`", "give every element its own id")
        return found

    def _read_seal(self) -> bool | None:
        states = []
        for element in tuple(self._left.values()):
            if "Seal" not in element.name and "Expung" not in element.name:
                continue
            state = SEAL_STATES.get(element.text.lower())
            if state is None:
                fault = f"says `{element.text[:60]}`, a seal state that is not mapped"
                raise self.fault(element, fault, "write `true` or `false`, or remove the record at its owner")
            self._count(element)
            states.append(state)
        return any(states) if states else None

    def _drop_all(self, words: tuple[str, ...], reason: str) -> None:
        for element in tuple(self._left.values()):
            if any(word in element.path for word in words):
                self.drop(element, reason.format(count=len(element.text)))
