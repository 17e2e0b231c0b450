"""XML from elsewhere, read so that no two readers can differ about it.

No document type, no entities, no instructions and no comments: a comment inside a value is where readers have disagreed (the
fault of 2018, CVE-2017-11427 and its kin). A value is the whole text of an element that holds nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from lxml import etree

from comity.errors import ClosedError

LARGEST = 200_000  # bytes; an answer with a long list of groups is a tenth
MOST_ELEMENTS = 5_000  # ten times what any answer has that was looked at
ENCODINGS = ("UTF-8", "US-ASCII", "ASCII")
_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z")


class UnreadableXmlError(ClosedError):
    """What is no XML that is read here, or not of the shape that is asked; the sentence is for the administrator."""


def read_xml(raw: bytes, *, remarks: bool = False) -> etree._Element:
    """The root of a document. Raises UnreadableXmlError for whatever two readers could read differently.

    With `remarks` comments are left out as they are read: for files that a person looks at and nobody signed.
    """
    if len(raw) > LARGEST:
        raise UnreadableXmlError(f"it has more than {LARGEST} bytes")
    parser = etree.XMLParser(
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=remarks,
    )
    try:
        root = etree.fromstring(raw, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableXmlError("it is no well-formed XML") from error
    _check_document(root)
    return root


def _check_document(root: etree._Element) -> None:
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.externalDTD is not None:
        raise UnreadableXmlError("it has a document type")
    if (about.encoding or "UTF-8").upper() not in ENCODINGS:
        raise UnreadableXmlError("it is not written in UTF-8")
    nodes = [*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()]
    if len(nodes) > MOST_ELEMENTS:
        raise UnreadableXmlError(f"it has more than {MOST_ELEMENTS} elements")
    if not all(isinstance(one.tag, str) for one in nodes):
        raise UnreadableXmlError("it has a comment, an entity or an instruction in it")


def check_children(element: etree._Element, tags: Iterable[str]) -> None:
    """Raises UnreadableXmlError where an element holds one that is not among these."""
    known = frozenset(tags)
    for one in element:
        if one.tag not in known:
            raise UnreadableXmlError(f"`{name_of(element)}` holds `{name_of(one)}`, which is not read here")


def only(element: etree._Element, tag: str) -> etree._Element:
    """The one child of this name. Raises UnreadableXmlError for none and for several."""
    found = element.findall(tag)
    if len(found) != 1:
        raise UnreadableXmlError(
            f"`{name_of(element)}` has {len(found)} of `{tag.rpartition('}')[2]}` where one is wanted"
        )
    return found[0]


def text_of(element: etree._Element) -> str:
    """The whole value of an element, without space around it. Raises UnreadableXmlError where it holds elements."""
    if len(element):
        raise UnreadableXmlError(f"`{name_of(element)}` holds elements where a value is wanted")
    return (element.text or "").strip()


def instant_of(element: etree._Element, name: str) -> int:
    """A time of an element in UTC seconds, as SAML writes it. Raises UnreadableXmlError where it is missing or no time."""
    found = _INSTANT.fullmatch(element.get(name, ""))
    try:
        at = datetime.fromisoformat(found[1]) if found else None
    except ValueError:
        at = None
    if at is None:
        raise UnreadableXmlError(f"`{name_of(element)}` has no time in UTC as `{name}`")
    return int(at.replace(tzinfo=UTC).timestamp())


def name_of(element: etree._Element) -> str:
    """An element's name without its namespace, shortened: it came from elsewhere."""
    return str(element.tag).rpartition("}")[2][:40]
