"""The XML gate: what is dangerous or not whole does not get in."""

from __future__ import annotations

import document_samples as made
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.errors import RecordFileError
from comity.formats.reading import read_document
from comity.formats.tree import LARGEST_DOCUMENT, MOST_ELEMENTS, parse_tree


def refusal(raw: bytes) -> str:
    with pytest.raises(RecordFileError) as caught:
        parse_tree(raw, "sample.xml")
    return str(caught.value)


def test_a_document_type_is_refused_before_parsing() -> None:
    """Entities are never expanded: the declaration alone stops the document, at its line."""
    text = refusal(b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY x "y">]>\n<a b="&x;">&x;</a>')
    assert text.startswith("sample.xml:2:1 the document has a document type")
    assert "remove the `<!DOCTYPE" in text


def test_an_external_entity_reads_no_file() -> None:
    """A document that names a local file is refused, and its contents appear nowhere."""
    assert "document type" in refusal(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>')


def test_a_word_in_a_comment_is_no_document_type() -> None:
    """Comments before the root are passed over, whatever they say."""
    tree = parse_tree(b"<!-- <!DOCTYPE a> <?xml version='1.0'?> <b> -->\n<a>text</a>", "sample.xml")
    assert (tree.root.name, tree.root.text, tree.root.line) == ("a", "text", 2)


def test_bytes_before_the_declaration_are_refused_with_that_reason() -> None:
    """A licence comment before `<?xml` is the fault named, not a parser's puzzle."""
    text = refusal(b'<!-- licence\n -->\n<?xml version="1.0"?><a/>')
    assert text.startswith("sample.xml:3:1 18 bytes stand before the XML declaration")
    assert "remove the bytes before `<?xml`" in text


def test_a_byte_order_mark_is_allowed() -> None:
    """UTF-8 with a mark is UTF-8."""
    assert parse_tree(b'\xef\xbb\xbf<?xml version="1.0"?><a>b</a>', "sample.xml").root.text == "b"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "the file is empty"),
        (b"  \n", "the file is empty"),
        (b"<a>\xff</a>", "byte 3 is not UTF-8"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "the encoding is `ISO-8859-1`"),
        ("<a/>".encode("utf-16"), "is not UTF-8"),
        (b"<a>\n<b></a>", "not well-formed XML"),
        (b"just text", "not well-formed XML"),
        (b"<a><b/>loose</a>", "stands between the elements"),
        (b"<a>" * 300 + b"</a>" * 300, "not well-formed XML"),
    ],
)
def test_what_is_not_whole_is_refused(raw: bytes, reason: str) -> None:
    """Every refusal names the file, a line and the reason."""
    assert reason in refusal(raw)
    assert refusal(raw).startswith("sample.xml:")


def test_size_limits_name_their_reason() -> None:
    """Too many bytes or elements is a list of people, and the message says so."""
    assert "it is a list, not a record" in refusal(b"<a>" + b" " * LARGEST_DOCUMENT + b"</a>")
    assert "it is a list, not a record" in refusal(b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>")


def test_processing_instructions_are_named_and_not_obeyed() -> None:
    """A stylesheet that came with a message is not applied; the reading says that it was there."""
    raw = b'<?xml-stylesheet href="http://example.org/x.xsl"?>' + made.warrants()
    assert ("?xml-stylesheet", "processing instruction, not obeyed") in read_document(raw, "w.xml", "a").dropped


def test_elements_keep_path_line_and_references() -> None:
    """Paths are free of namespaces; structure ids and references are kept."""
    tree = parse_tree(b'<x:a xmlns:x="urn:x">\n<x:b x:id="k"> one\n two </x:b><c x:ref="k"/></x:a>', "sample.xml")
    first, second = tree.root.children
    assert (first.path, first.line, first.text, first.key) == ("a/b", 2, "one two", "k")
    assert second.ref == "k"


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """No input makes anything but a tree or a refusal with a line."""
    try:
        parse_tree(raw, "sample.xml")
    except RecordFileError as error:
        lines = [finding.line for finding in error.findings]
    else:
        lines = [1]
    assert min(lines) >= 1
