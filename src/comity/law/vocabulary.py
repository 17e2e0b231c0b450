"""The vocabulary: every word a law text may use, with its domain, and the fields of every data class.

`load_vocabulary` reads the shipped `comity.voc` once. Field masks have one bit a field, in the order of
`fields_of`: the shared fields first, then the class's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from comity.errors import Finding, LawTextError, NounError
from comity.law import ast
from comity.law.build_condition import finding_at
from comity.law.parse import parse_vocabulary

MOST_FIELDS_OF_CLASS = 64  # one machine word of mask bits; the largest class so far has 33


@dataclass(frozen=True, slots=True)
class ClassFields:
    """The fields of one data class: `names` in bit order, `labels` with those they stand within, `digest`."""

    names: tuple[str, ...]
    labels: Mapping[str, frozenset[str]]
    bits: Mapping[str, int]
    label_masks: Mapping[str, int]
    digest: tuple[str, ...]
    phrase: str

    @property
    def all_mask(self) -> int:
        """One bit for every field of the class."""
        return (1 << len(self.names)) - 1

    def mask_of(self, fields: ast.FieldSet) -> int:
        """The bits a field set covers in this class; names and labels the class lacks cover nothing."""
        if isinstance(fields, ast.ByLabel):
            return _union(self.label_masks.get(label, 0) for label in fields.labels)
        if isinstance(fields, ast.ByName):
            return _union(self.bits.get(name, 0) for name in fields.names)
        return self.all_mask & ~(self.mask_of(fields.excepted) if fields.excepted is not None else 0)


@dataclass(frozen=True, eq=False, slots=True)
class Vocabulary:
    """An indexed vocabulary. `attributes` are by path (`asker's level`, `field is public`), items included."""

    text: ast.VocabularyText
    classes: Mapping[str, ClassFields]
    attributes: Mapping[str, ast.AttributeDecl]
    entities: Mapping[str, ast.EntityDecl]
    items: Mapping[str, ast.ItemDecl]
    types: Mapping[str, Mapping[str, ast.TypeWord]]
    labels: Mapping[str, ast.LabelDecl]
    lists: Mapping[str, tuple[str, ...]]

    def fields_of(self, data_class: str) -> tuple[str, ...]:
        """Field names of a class in bit order. Raises NounError for an unknown class."""
        return self.class_fields(data_class).names

    def labels_of(self, data_class: str, field: str) -> frozenset[str]:
        """A field's labels, with the labels they stand within. Raises NounError for an unknown field."""
        found = self.class_fields(data_class).labels.get(field)
        if found is None:
            raise NounError(f"`{field}` is not a field of `{data_class}`; see the class in the vocabulary")
        return found

    def digest_fields(self, data_class: str) -> tuple[str, ...]:
        """The fixed fields that a first answer may show. Raises NounError for an unknown class."""
        return self.class_fields(data_class).digest

    def class_fields(self, data_class: str) -> ClassFields:
        """The indexed fields of a class. Raises NounError for an unknown class."""
        found = self.classes.get(data_class)
        if found is None:
            raise NounError(f"`{data_class}` is not a data class of the vocabulary")
        return found

    def phrase_of(self, path: str) -> str:
        """The phrase in which explanations speak of an attribute, a flag or `now`."""
        if path == "now":
            return "today"
        found = self.attributes.get(path)
        return found.phrase if found is not None else path

    def phrase_of_value(self, path: str, value: str) -> str:
        """A value as explanations speak it."""
        found = self.attributes.get(path)
        if found is None or found.kind.type is None:
            return value
        word = self.types[found.kind.type].get(value)
        return (word.phrase or str(word.name)) if word is not None else value


@lru_cache(maxsize=1)
def load_vocabulary() -> Vocabulary:
    """The shipped vocabulary, read once. Raises LawTextError when it is damaged."""
    text = resources.files("comity.law").joinpath("comity.voc").read_text(encoding="utf-8")
    return index_vocabulary(parse_vocabulary(text))


def index_vocabulary(text: ast.VocabularyText) -> Vocabulary:
    """Check and index a vocabulary. Raises LawTextError with every finding."""
    findings = tuple(_faults(text))
    if findings:
        raise LawTextError(findings)
    within = {label.name: label.within for label in text.labels}
    every = [*text.attributes, *(attribute for item in text.items for attribute in item.attributes)]
    return Vocabulary(
        text=text,
        classes=MappingProxyType({str(decl.name): _class_fields(text, decl, within) for decl in text.classes}),
        attributes=MappingProxyType({str(decl.path): decl for decl in every}),
        entities=MappingProxyType({str(decl.name): decl for decl in text.entities}),
        items=MappingProxyType({str(decl.name): decl for decl in text.items}),
        types=MappingProxyType(
            {str(decl.name): MappingProxyType({str(w.name): w for w in decl.words}) for decl in text.types}
        ),
        labels=MappingProxyType({str(decl.name): decl for decl in text.labels}),
        lists=MappingProxyType({kind: tuple(str(word) for word in words) for kind, words in text.lists}),
    )


def _union(masks: Iterable[int]) -> int:
    total = 0
    for mask in masks:
        total |= mask
    return total


def _class_fields(
    text: ast.VocabularyText, decl: ast.ClassDecl, within: Mapping[ast.Word, ast.Word | None]
) -> ClassFields:
    fields = (*text.shared, *decl.fields)
    names = tuple(str(field.name) for field in fields)
    bits = {name: 1 << index for index, name in enumerate(names)}
    labels = {str(field.name): _closure(field.labels, within) for field in fields}
    label_masks: dict[str, int] = {}
    for name, carried in labels.items():
        for label in carried:
            label_masks[label] = label_masks.get(label, 0) | bits[name]
    return ClassFields(
        names=names,
        labels=MappingProxyType(labels),
        bits=MappingProxyType(bits),
        label_masks=MappingProxyType(label_masks),
        digest=tuple(str(name) for name in decl.digest),
        phrase=decl.phrase,
    )


def _closure(labels: tuple[ast.Word, ...], within: Mapping[ast.Word, ast.Word | None]) -> frozenset[str]:
    found: set[str] = set()
    for label in labels:
        current: ast.Word | None = label
        while current is not None and str(current) not in found:  # ends: a label is added once
            found.add(str(current))
            current = within.get(current)
    return frozenset(found)


def _faults(text: ast.VocabularyText) -> list[Finding]:
    """Every fault of a vocabulary: unknown labels, types, points and entities; names given twice."""
    source = (text.file, text.lines)
    labels = {label.name for label in text.labels}
    types = {decl.name for decl in text.types}
    entities = {decl.name for decl in text.entities}
    points = {word for kind, words in text.lists if kind == "points" for word in words}
    every = [*text.attributes, *(attribute for item in text.items for attribute in item.attributes)]
    uses = [(label.within, labels, "label") for label in text.labels if label.within is not None]
    uses += [(word, labels, "label") for field in _all_fields(text) for word in field.labels]
    uses += [(decl.kind.type, types, "type") for decl in every if decl.kind.type is not None]
    uses += [(decl.entity, entities, "entity") for decl in text.attributes]
    uses += [(item.of, entities, "entity") for item in text.items]
    uses += [(word, points, "point") for entity in text.entities for word in entity.points]
    found = [
        finding_at(word, source, f"unknown {what} `{word}`", f"declare the {what}")
        for word, known, what in uses
        if word not in known
    ]
    found += [
        finding_at(word, source, f"`{word}` is declared twice", "keep one")
        for group in (text.labels, text.types, text.entities, text.classes, text.items)
        for word in _repeated([decl.name for decl in group])
    ]
    found += [
        finding_at(word, source, f"`{word}` is declared twice", "keep one")
        for word in _repeated([decl.path for decl in every])
    ]
    return found + [finding for decl in text.classes for finding in _class_faults(text, decl)]


def _all_fields(text: ast.VocabularyText) -> tuple[ast.FieldDecl, ...]:
    return (*text.shared, *(field for decl in text.classes for field in decl.fields))


def _repeated(words: list[ast.Word]) -> list[ast.Word]:
    seen: set[str] = set()
    twice = []
    for word in words:
        if word in seen:
            twice.append(word)
        seen.add(word)
    return twice


def _class_faults(text: ast.VocabularyText, decl: ast.ClassDecl) -> list[Finding]:
    source = (text.file, text.lines)
    names = [field.name for field in (*text.shared, *decl.fields)]
    found = [
        finding_at(word, source, f"class `{decl.name}` has field `{word}` twice", "keep one")
        for word in _repeated(names)
    ]
    found += [
        finding_at(word, source, f"class `{decl.name}` has no field `{word}`", "name a field of the class")
        for word in decl.digest
        if word not in names
    ]
    if len(names) > MOST_FIELDS_OF_CLASS:
        fault = f"class `{decl.name}` has more than {MOST_FIELDS_OF_CLASS} fields"
        found.append(finding_at(decl.name, source, fault, "split the class"))
    return found
