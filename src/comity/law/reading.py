"""Conditions as their text has them: the tests in them and whether they hold, read straight from the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator

from comity.law import ast
from comity.law.atoms import Atom, FactMap
from comity.law.code import AtomTable, Translator
from comity.law.compiled import Source
from comity.law.vocabulary import Vocabulary


class Reader:
    """Reads the conditions of one text with its definitions: atoms and truth, straight from the syntax tree."""

    def __init__(self, vocabulary: Vocabulary, source: Source) -> None:
        self._translator = Translator(vocabulary, AtomTable(), source.defines, source.codes)
        self.vocabulary = vocabulary
        self.defines = source.defines

    def term(self, condition: ast.Condition) -> ast.Define | None:
        """The definition a test names, its last version, or None for a plain test."""
        if not isinstance(condition, ast.Is) or condition.subject not in self.vocabulary.entities:
            return None
        if f"{condition.subject} is {condition.word}" in self.vocabulary.attributes:
            return None
        return self.defines[condition.word][-1]

    def atom(self, condition: ast.Condition) -> Atom:
        """The atom of a plain test."""
        return self._translator.atom(condition)

    def atoms(self, condition: ast.Condition, negated: bool = False) -> Iterator[tuple[Atom, bool]]:
        """Every atom of a condition, through definitions, and whether it stands negated."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            for part in condition.parts:
                yield from self.atoms(part, negated)
            return
        turned = negated != bool(getattr(condition, "negated", False))
        define = self.term(condition)
        if define is not None:
            yield from self.atoms(define.means, turned)
        else:
            yield self.atom(condition), turned

    def is_dated(self, condition: ast.Condition) -> bool:
        """Whether a definition of the condition is in force on some days only, or says another thing on others."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            return any(map(self.is_dated, condition.parts))
        if self.term(condition) is None:
            return False
        assert isinstance(condition, ast.Is)
        versions = self.defines[condition.word]
        return any(one.dates is not None for one in versions) or any(self.is_dated(one.means) for one in versions)

    def truth(self, condition: ast.Condition, facts: FactMap) -> bool | None:
        """Kleene's truth of a condition. An unverified definition's yes is unknown."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            answers = [self.truth(part, facts) for part in condition.parts]
            decisive = isinstance(condition, ast.AnyOf)
            if decisive in answers:
                return decisive
            return None if None in answers else not decisive
        define = self.term(condition)
        if define is not None:
            answer = self.truth(define.means, facts)
            answer = None if answer and define.status == "unverified" else answer
        else:
            answer = self.atom(condition).truth(facts)
        if answer is None or not getattr(condition, "negated", False):
            return answer
        return not answer
