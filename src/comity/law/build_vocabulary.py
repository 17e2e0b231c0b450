"""From parse tree to a vocabulary's declarations. One method a grammar rule; names are those of the grammar."""

from __future__ import annotations

from typing import Any

from lark import Token, Transformer, v_args
from lark.tree import Meta

from comity.law import ast
from comity.law.build_condition import place_of_meta, word_of

BUILT_IN_KINDS = frozenset({"text", "listed"})


@v_args(meta=True)
class VocabularyBuilder(Transformer[Token, Any]):
    """Builds a vocabulary bottom-up."""

    def word(self, meta: Meta, parts: list[Any]) -> ast.TypeWord:
        name, phrase, code = parts
        return ast.TypeWord(
            word_of(name), str(word_of(phrase)) if phrase is not None else "", str(code) if code else ""
        )

    def type_decl(self, meta: Meta, parts: list[Any]) -> ast.TypeDecl:
        return ast.TypeDecl(word_of(parts[0]), tuple(parts[1:]))

    def entity_decl(self, meta: Meta, parts: list[Any]) -> ast.EntityDecl:
        return ast.EntityDecl(word_of(parts[0]), str(word_of(parts[1])), parts[2])

    def k_date(self, meta: Meta, parts: list[Any]) -> ast.Kind:
        return ast.Kind("date")

    def k_duration(self, meta: Meta, parts: list[Any]) -> ast.Kind:
        return ast.Kind("duration")

    def k_number(self, meta: Meta, parts: list[Token]) -> ast.Kind:
        return ast.Kind("number", None, int(parts[0]), int(parts[1]))

    def k_set(self, meta: Meta, parts: list[Token]) -> ast.Kind:
        return ast.Kind("set", word_of(parts[0]))

    def k_enum(self, meta: Meta, parts: list[Token]) -> ast.Kind:
        name = word_of(parts[0])
        return ast.Kind(str(name)) if name in BUILT_IN_KINDS else ast.Kind("enum", name)

    def required(self, meta: Meta, parts: list[Any]) -> bool:
        return True

    def optional(self, meta: Meta, parts: list[Any]) -> bool:
        return False

    def attr_decl(self, meta: Meta, parts: list[Any]) -> ast.AttributeDecl:
        path, phrase, kind, required = parts
        entity, name = path.split("'s ", 1)
        place = ast.place_of(path)
        return ast.AttributeDecl(
            path, ast.Word(entity, place), ast.Word(name, place), str(word_of(phrase)), kind, required
        )

    def flag_decl(self, meta: Meta, parts: list[Any]) -> ast.AttributeDecl:
        name, entity, phrase, required = parts
        place = place_of_meta(meta)
        return ast.AttributeDecl(
            ast.Word(f"{entity} is {name}", place),
            word_of(entity),
            word_of(name),
            str(word_of(phrase)),
            ast.Kind("flag"),
            required,
        )

    def item_decl(self, meta: Meta, parts: list[Any]) -> ast.ItemDecl:
        name, of, at_most, *attributes = parts
        return ast.ItemDecl(word_of(name), word_of(of), int(at_most), tuple(attributes))

    def label_decl(self, meta: Meta, parts: list[Any]) -> ast.LabelDecl:
        name, phrase, within = parts
        return ast.LabelDecl(word_of(name), str(word_of(phrase)), word_of(within) if within is not None else None)

    def fielddef(self, meta: Meta, parts: list[Any]) -> ast.FieldDecl:
        return ast.FieldDecl(word_of(parts[0]), parts[1])

    def fields_of(self, meta: Meta, parts: list[Any]) -> tuple[ast.FieldDecl, ...]:
        return tuple(parts)

    def digest_of(self, meta: Meta, parts: list[Any]) -> tuple[ast.Word, ...]:
        named: tuple[ast.Word, ...] = parts[0]
        return named

    def shared_decl(self, meta: Meta, parts: list[Any]) -> tuple[str, tuple[ast.FieldDecl, ...]]:
        return ("shared", tuple(parts))

    def class_decl(self, meta: Meta, parts: list[Any]) -> ast.ClassDecl:
        name, phrase, code, fields, digest = parts
        return ast.ClassDecl(word_of(name), str(word_of(phrase)), str(code), fields, digest or ())

    def list_decl(self, meta: Meta, parts: list[Any]) -> tuple[str, tuple[ast.Word, ...]]:
        return (str(parts[0]), parts[1])

    def vocabulary(self, meta: Meta, parts: list[Any]) -> ast.VocabularyText:
        name, version, *rest = parts
        pairs = [part for part in rest if isinstance(part, tuple)]
        return ast.VocabularyText(
            name=word_of(name),
            version=int(version),
            types=tuple(part for part in rest if isinstance(part, ast.TypeDecl)),
            entities=tuple(part for part in rest if isinstance(part, ast.EntityDecl)),
            attributes=tuple(part for part in rest if isinstance(part, ast.AttributeDecl)),
            items=tuple(part for part in rest if isinstance(part, ast.ItemDecl)),
            labels=tuple(part for part in rest if isinstance(part, ast.LabelDecl)),
            shared=tuple(field for kind, words in pairs if kind == "shared" for field in words),
            classes=tuple(part for part in rest if isinstance(part, ast.ClassDecl)),
            lists=tuple((kind, words) for kind, words in pairs if kind != "shared"),
        )
