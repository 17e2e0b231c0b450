"""Bytes of an XML document into a frozen tree, with everything dangerous switched off.

No document type, no entities, no network, no stylesheet, no schema location is ever followed. What is refused is
refused with file, line and remedy (`RecordFileError`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from comity.errors import Finding, RecordFileError
from comity.model.canon import normal

LARGEST_DOCUMENT = 4_000_000  # bytes; the largest published N-DEx sample has 250 kB, more is a list of people
MOST_ELEMENTS = 50_000  # sixteen times the largest published sample; bounds memory and time of one document
BYTE_ORDER_MARK = b"\xef\xbb\xbf"

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_DECLARATION = re.compile(rb"<\?xml\s")
_ENCODING = re.compile(rb"""^<\?xml\s[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_FIRST_ELEMENT = re.compile(rb"<[A-Za-z_]")


@dataclass(frozen=True, slots=True, eq=False)
class Element:
    """One element: namespace-free name and path, its own text with white space folded, and its line (from 1).

    `key` and `ref` are the values of the structure attributes `id` and `ref` (NIEM structures, LEXS library).
    """

    number: int
    name: str
    namespace: str
    path: str
    line: int
    text: str
    key: str
    ref: str
    children: tuple[Element, ...]

    def all(self, path: str) -> tuple[Element, ...]:
        """The elements at a relative path of names joined by `/`, in document order."""
        found: tuple[Element, ...] = (self,)
        for name in path.split("/"):
            found = tuple(child for element in found for child in element.children if child.name == name)
        return found

    def first(self, path: str) -> Element | None:
        return next(iter(self.all(path)), None)

    def walk(self) -> Iterator[Element]:
        """This element and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Tree:
    """A parsed document; `instructions` are the names of processing instructions that were not obeyed."""

    file: str
    root: Element
    instructions: tuple[str, ...]


def refuse(file: str, line: int, fault: str, remedy: str) -> RecordFileError:
    """The error for one fault in a file."""
    return RecordFileError((Finding(file=file, line=max(1, line), column=1, fault=fault, remedy=remedy),))


def parse_tree(raw: bytes, file: str) -> Tree:
    """Parse one document of at most `LARGEST_DOCUMENT` bytes of UTF-8. Raises RecordFileError."""
    body = raw.removeprefix(BYTE_ORDER_MARK)
    _check_bytes(body, file)
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        encoding="utf-8",
    )
    try:
        root = etree.fromstring(body, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        fault = f"not well-formed XML: {_lowered(error.msg or 'no element found')}"
        raise refuse(file, line, fault, "ask the sender for a whole document") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(file, 1)
    return Tree(file=file, root=_freeze_all(root, file), instructions=_instructions(root))


def _check_bytes(body: bytes, file: str) -> None:
    if len(body) > LARGEST_DOCUMENT:
        fault = f"the document has {len(body)} bytes, more than {LARGEST_DOCUMENT}; it is a list, not a record"
        raise refuse(file, 1, fault, "split it into one document per person or event")
    if not body.strip():
        raise refuse(file, 1, "the file is empty", "leave it out or send the document")
    encoding = _ENCODING.search(body)
    if encoding and encoding[1].decode("latin-1").lower() not in ("utf-8", "us-ascii", "ascii"):
        fault = f"the encoding is `{encoding[1].decode('latin-1')[:40]}`"
        raise refuse(file, 1, fault, "convert the file to UTF-8; other encodings are not read")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise refuse(file, line, f"byte {error.start} is not UTF-8", "convert the file to UTF-8") from error
    _check_prolog(body, file)


def _check_prolog(body: bytes, file: str) -> None:
    """Look at what stands before the first element, comments blanked so that their text cannot mislead."""
    blanked = _COMMENT.sub(lambda found: re.sub(rb"[^\n]", b" ", found[0]), body)
    first = _FIRST_ELEMENT.search(blanked)
    prolog = blanked[: first.start()] if first else blanked
    declaration = _DECLARATION.search(prolog)
    if declaration and declaration.start() > 0:
        line = body.count(b"\n", 0, declaration.start()) + 1
        fault = f"{declaration.start()} bytes stand before the XML declaration, which must come first"
        raise refuse(file, line, fault, "remove the bytes before `<?xml`")
    doctype = prolog.find(b"<!DOCTYPE")
    if doctype >= 0:
        raise _doctype(file, body.count(b"\n", 0, doctype) + 1)


def _doctype(file: str, line: int) -> RecordFileError:
    fault = "the document has a document type (DTD); entities are never expanded"
    return refuse(file, line, fault, "remove the `<!DOCTYPE ...>` declaration")


def _freeze_all(root: etree._Element, file: str) -> Element:
    count = sum(1 for _ in root.iter(etree.Element))
    if count > MOST_ELEMENTS:
        fault = f"the document has {count} elements, more than {MOST_ELEMENTS}; it is a list, not a record"
        raise refuse(file, 1, fault, "split it into one document per person or event")
    numbers = {element: number for number, element in enumerate(root.iter(etree.Element))}
    return _freeze(root, "", numbers, file)


def _freeze(source: etree._Element, above: str, numbers: dict[etree._Element, int], file: str) -> Element:
    """Copy one element. Depth is bounded by the parser (256 levels without `huge_tree`)."""
    name = etree.QName(source).localname
    path = f"{above}/{name}" if above else name
    for child in source:
        if child.tail and child.tail.strip():
            fault = f"text `{normal(child.tail)[:40]}` stands between the elements of `{path}`"
            raise refuse(file, _line(child), fault, "put the text into an element of its own")
    return Element(
        number=numbers[source],
        name=name,
        namespace=etree.QName(source).namespace or "",
        path=path,
        line=_line(source),
        text=normal(source.text or ""),
        key=_attribute(source, "id"),
        ref=_attribute(source, "ref"),
        children=tuple(_freeze(child, path, numbers, file) for child in source if isinstance(child.tag, str)),
    )


def _line(source: etree._Element) -> int:
    return source.sourceline if isinstance(source.sourceline, int) else 1


def _attribute(source: etree._Element, name: str) -> str:
    values = (value for key, value in source.attrib.items() if etree.QName(key).localname == name)
    return normal(str(next(values, "")))


def _instructions(root: etree._Element) -> tuple[str, ...]:
    found = [*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()]
    return tuple(sorted(str(node.target) for node in found if isinstance(node, etree._ProcessingInstruction)))


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]
