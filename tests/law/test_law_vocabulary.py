"""The vocabulary: its words are the model's, its classes complete, its faults all told."""

from __future__ import annotations

from enum import StrEnum

import pytest

from comity.errors import LawTextError, NounError
from comity.law import ast
from comity.law.facts import RECORD_READERS
from comity.law.parse import parse_vocabulary
from comity.law.vocabulary import index_vocabulary, load_vocabulary
from comity.model import codes

SMALL = """vocabulary small 1
points release
levels nothing, pointer, masked, full
entity record "the record" known at release
label identity "who"
label contact "how to reach"
label address "where" within contact
shared name (identity)
class case "case report" code CASE fields home (address) digest name
"""


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("level", codes.GovernmentLevel),
        ("kind", codes.AgencyKind),
        ("component", codes.Component),
        ("purpose", codes.Purpose),
        ("message", codes.MessageKind),
        ("instrument", codes.Instrument),
        ("issuer", codes.Issuer),
        ("certificate", codes.Certificate),
        ("data-class", codes.DataClass),
        ("disposition", codes.Disposition),
        ("person-role", codes.PersonRole),
        ("step", codes.Step),
    ],
)
def test_words_equal_those_of_the_model(name: str, words: type[StrEnum]) -> None:
    """A value of the model is a word of the vocabulary and the other way round."""
    assert set(load_vocabulary().types[name]) == {str(word) for word in words}


def test_levels_are_the_four_of_the_model_in_order() -> None:
    """The vocabulary lists the levels as the model orders them."""
    assert load_vocabulary().lists["levels"] == tuple(level.word for level in codes.Level)


def test_every_data_class_carries_the_shared_fields_first() -> None:
    """Bit order is the shared fields, then the class's own."""
    vocabulary = load_vocabulary()
    shared = tuple(str(field.name) for field in vocabulary.text.shared)
    for name in codes.DataClass:
        fields = vocabulary.fields_of(name)
        assert fields[: len(shared)] == shared
        assert set(vocabulary.digest_fields(name)) <= set(fields)
        assert len(set(fields)) == len(fields)


def test_every_record_attribute_has_a_reader() -> None:
    """What rules may ask of a record or person is read from the model; items by their list."""
    vocabulary = load_vocabulary()
    declared = {
        path
        for path, decl in vocabulary.attributes.items()
        if decl.entity in {"record", "subject"} and path != "query's data-class"
    }
    assert declared <= set(RECORD_READERS)


def test_a_label_covers_the_labels_within_it() -> None:
    """An address is a contact too."""
    vocabulary = load_vocabulary()
    assert vocabulary.labels_of("case", "home-address") == {"address", "contact"}
    fields = vocabulary.class_fields("case")
    contact = fields.mask_of(ast.ByLabel((ast.Word("contact"),)))
    assert contact & fields.bits["home-address"]
    assert contact & fields.bits["phone"]
    assert not contact & fields.bits["name"]


def test_field_sets_become_masks() -> None:
    """Names, labels and exceptions cover what they say; what a class lacks covers nothing."""
    fields = index_vocabulary(parse_vocabulary(SMALL)).class_fields("case")
    assert fields.mask_of(ast.AllFields()) == 0b11
    assert fields.mask_of(ast.AllFields(ast.ByName((ast.Word("name"),)))) == 0b10
    assert fields.mask_of(ast.ByName((ast.Word("elsewhere"),))) == 0


def test_phrases_are_spoken() -> None:
    """Attributes and values have phrases; a word without one speaks for itself."""
    vocabulary = load_vocabulary()
    assert vocabulary.phrase_of("query's purpose") == "the stated purpose"
    assert vocabulary.phrase_of("now") == "today"
    assert vocabulary.phrase_of_value("query's purpose", "civil-immigration") == "civil immigration enforcement"
    assert vocabulary.phrase_of_value("asker's state", "QQ") == "QQ"
    assert vocabulary.phrase_of_value("query's note", "free") == "free"
    assert vocabulary.phrase_of("nobody's business") == "nobody's business"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("within contact", "within contakt"), "unknown label `contakt`"),
        (("home (address)", "home (adress)"), "unknown label `adress`"),
        (("home (address)", "name (address)"), "has field `name` twice"),
        (("digest name", "digest nome"), "has no field `nome`"),
        (("known at release", "known at relase"), "unknown point `relase`"),
        (('label contact "how to reach"', 'label identity "again"'), "`identity` is declared twice"),
        (
            ('label contact "how', 'attribute record\'s x "y" as colour required label contact "how'),
            "unknown type",
        ),
        (('label contact "how', 'flag x is nobody "y" required label contact "how'), "unknown entity"),
        (
            (
                'label contact "how',
                'flag x is record "y" required flag x is record "y" required label contact "how',
            ),
            "`record is x` is declared twice",
        ),
    ],
)
def test_every_fault_of_a_vocabulary_is_told(change: tuple[str, str], fault: str) -> None:
    """A damaged vocabulary is not loaded and says where."""
    with pytest.raises(LawTextError, match=fault):
        index_vocabulary(parse_vocabulary(SMALL.replace(*change)))


def test_a_class_has_at_most_sixty_four_fields() -> None:
    """More fields than bits of a machine word are refused."""
    many = ", ".join(f"f-{number} (identity)" for number in range(64))
    with pytest.raises(LawTextError, match="more than 64 fields"):
        index_vocabulary(parse_vocabulary(SMALL.replace("fields home (address)", f"fields {many}")))


def test_unknown_classes_and_fields_are_errors() -> None:
    """Nothing is looked up by a name that is not declared."""
    vocabulary = load_vocabulary()
    with pytest.raises(NounError, match="`cases` is not a data class"):
        vocabulary.fields_of("cases")
    with pytest.raises(NounError, match="`nome` is not a field"):
        vocabulary.labels_of("case", "nome")
