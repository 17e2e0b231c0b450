"""The book form: a rule as one sentence a counsel can read aloud, in the vocabulary's phrases.

Terms a text defines stand as they are titled, in italics; everything else is the phrase of its attribute or value.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from comity.law import ast
from comity.law.canonical import SIZES
from comity.law.vocabulary import Vocabulary

ACTS = {
    "query": "refuses the question",
    "entry": "does not take the entry in",
    "activation": "does not switch the agreement on",
    "session": "does not let the session go on",
    "setting": "does not let the setting stand",
    "onward": "does not pass the record on",
}
OUTCOMES = {"any-outcome": "whatever the outcome", "release": "when something is released",
            "refusal": "when it is refused"}  # fmt: skip

NONE = re.compile(r"(?:no|not|nobody|nothing|none)\b")  # how a value begins that stands for none


@dataclass(frozen=True, slots=True)
class Book:
    """Speaks of one text's rules: `terms` are its definitions by name, `tables` the titles of its closed lists."""

    vocabulary: Vocabulary
    terms: dict[str, ast.Define]
    tables: dict[str, str]

    def rule(self, rule: ast.Rule) -> str:
        """A rule as one sentence: whom it binds, what happens, to what, when, and unless what."""
        opening, who = self._bound(rule)
        deeds = [self._effect(rule)] if rule.effect is not None else []
        deeds += ["says nothing of the record's existence"] if rule.conceal else []
        deeds = deeds or ["owes the duties below" if rule.duties else "decides nothing by itself"]
        text = f"{opening}{who} {join_words(deeds, 'and')}"
        text += f" when {self.condition(rule.when)}" if rule.when is not None else ""
        lifts = [f"unless {self.condition(lifted)}" for lifted in rule.unless]
        return _sentence(text + (f", {', or '.join(lifts)}" if lifts else ""))

    def define(self, define: ast.Define) -> str:
        """What a definition means, as one sentence."""
        whom = self._entity(define.entity)
        return _sentence(f"{whom} falls under *{define.title}* when {self.condition(define.means)}")

    def duty(self, duty: ast.DutySpec) -> str:
        """A duty in words: what, whom, by when, and on which outcome."""
        words = [str(duty.kind), *([_plain(duty.what)] if duty.what else [])]
        words += [f"to {_plain(duty.to)}"] if duty.to else []
        words += [f"for {duty.report}"] if duty.report else []
        words += [f"within {duty.within} of {_plain(duty.of or '')}"] if duty.within else []
        words += [f"every {_plain(duty.every)}"] if duty.every else []
        words += [f"due {duty.due}"] if duty.due else []
        words += [f"until {self._moment(duty.until)}"] if duty.until else []
        text = " ".join(words) + f", {OUTCOMES[duty.on or 'any-outcome']}"
        return text + (f": “{duty.text}”" if duty.text else "")

    def condition(self, condition: ast.Condition, *, inside: bool = False) -> str:
        """A condition as a clause; joined parts inside others stand in parentheses."""
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            word = " and " if isinstance(condition, ast.AllOf) else " or "
            joined = word.join(self.condition(part, inside=True) for part in condition.parts)
            return f"({joined})" if inside else joined
        if isinstance(condition, ast.Some):
            held = f"{self._entity(condition.subject)} has a {condition.item}"
            return f"{held} of which {self.condition(condition.inner, inside=True)}"
        return self._test(condition)

    def _test(self, test: ast.Condition) -> str:
        assert not isinstance(test, (ast.AllOf, ast.AnyOf, ast.Some))
        not_ = "not " if getattr(test, "negated", False) else ""
        phrase = self.vocabulary.phrase_of(str(test.subject))
        if isinstance(test, ast.Is):
            return self._is(test, not_)
        if isinstance(test, ast.OneOf):
            words = join_words((self._value(test.subject, word) for word in test.words), "or")
            return _denied(phrase, words) if not_ else f"{phrase} is {words}"
        if isinstance(test, ast.Listed):
            return f"{phrase} is {not_}listed in *{self.tables.get(test.table, test.table)}*"
        if isinstance(test, ast.Ordered):
            return f"{phrase} is {test.order} than {self._moment(test.moment)}"
        if isinstance(test, ast.Apart):
            return f"{phrase} is {SIZES[test.size]} {test.span} {test.side} {self._moment(test.moment)}"
        if isinstance(test, ast.Amount):
            return f"{phrase} is {SIZES[test.size]} {test.span if test.span is not None else test.number}"
        if isinstance(test, ast.Includes):
            return f"{phrase} {'do not include' if not_ else 'include'} {self._value(test.subject, test.word)}"
        held = self.vocabulary.phrase_of(f"{test.subject}'s {test.attribute}")
        return f"{held} is {'missing' if not_ else 'known'}"

    def _is(self, test: ast.Is, not_: str) -> str:
        if test.subject not in self.vocabulary.entities:
            phrase, value = self.vocabulary.phrase_of(test.subject), self._value(test.subject, test.word)
            return _denied(phrase, value) if not_ else f"{phrase} is {value}"
        path = f"{test.subject} is {test.word}"
        if path in self.vocabulary.attributes:
            return f"{self._entity(test.subject)} is {not_}{self.vocabulary.phrase_of(path)}"
        define = self.terms.get(test.word)
        falls = "does not fall under" if not_ else "falls under"  # a title names a rule's term; nobody "is" one
        return f"{self._entity(test.subject)} {falls} *{define.title if define else test.word}*"

    def _bound(self, rule: ast.Rule) -> tuple[str, str]:
        """How the sentence opens, and who acts."""
        if rule.gives is not None:
            return "", str(rule.gives.giver)
        if rule.binds is None:
            return "", "every owner"
        where, entity = rule.binds.where, str(rule.binds.entity)
        term = self.terms.get(where.word) if isinstance(where, ast.Is) and not where.negated else None
        if term is not None and entity == "owner":
            return "", f"an owner that falls under *{term.title}*"
        return f"where {self.condition(where)}, ", "the owner"

    def _effect(self, rule: ast.Rule) -> str:
        effect = rule.effect
        if isinstance(effect, ast.ForbidAct):
            return ACTS[effect.act] + self._of(rule, " about" if effect.act == "query" else ", one of the")
        if isinstance(effect, (ast.Purge, ast.KeepRestricted)):
            verb = "purges" if isinstance(effect, ast.Purge) else "keeps, closed to everybody,"
            return f"{verb} the record" + self._of(rule, ", one of the")
        if isinstance(effect, ast.Defer):
            roles = join_words((_plain(role) for role in effect.recipients), "and")
            return f"lets notices to the {roles} wait until {self._moment(effect.until)}" + self._of(rule, ", for")
        assert effect is not None
        fields = self._fields(effect.fields) + self._of(rule, " of")
        if isinstance(effect, ast.Permit):
            return f"releases {fields}" + (f", at most {effect.up_to}" if effect.up_to is not None else "")
        if isinstance(effect, ast.PermitMatch):
            return f"lets {fields} serve to find and compare, and shows none of them"
        if isinstance(effect, ast.Forbid):
            return f"withholds {fields}"
        if isinstance(effect, ast.Cap):
            return f"shows {fields} at most {effect.level}"
        if isinstance(effect, ast.Conflict):
            choices = join_words((str(word) for word in effect.elect), "or")
            return (
                f"suspends {effect.first} against {effect.second} over {fields}, and holds them until the owner elects "
                f"to {choices} (conflict {effect.id}, an election is valid {effect.valid})"
            )
        within = f" within {effect.within}" if effect.within is not None else ""
        if isinstance(effect, ast.HoldReview):
            return f"holds {fields} for review by the {_plain(effect.role)}{within}"
        return f"holds {fields} until the {_plain(effect.role)} attests “{effect.text}”{within}"

    def _fields(self, fields: ast.FieldSet) -> str:
        if isinstance(fields, ast.AllFields):
            return "all fields" + (f" except {self._fields(fields.excepted)}" if fields.excepted else "")
        if isinstance(fields, ast.ByLabel):
            labels = [self.vocabulary.labels[label].phrase for label in fields.labels]
            # A phrase may hold commas of its own: several are set apart by quotation marks.
            shown = labels if len(labels) == 1 else [f"“{label}”" for label in labels]
            return f"fields labelled {join_words(shown, 'and')}"
        return f"the field{'s' if len(fields.names) > 1 else ''} {join_words(map(str, fields.names), 'and')}"

    def _of(self, rule: ast.Rule, word: str) -> str:
        """The data classes, said after the fields; nothing when the rule covers all."""
        kinds = self.vocabulary.types["data-class"]
        names = [kinds[name].phrase or str(name) for name in rule.classes]
        return f"{word} {join_words(names, 'and')}" if names else ""

    def _entity(self, entity: str) -> str:
        return self.vocabulary.entities[entity].phrase

    def _value(self, path: str, value: str) -> str:
        return self.vocabulary.phrase_of_value(path, value)

    def _moment(self, moment: ast.Word | date) -> str:
        return moment.isoformat() if isinstance(moment, date) else self.vocabulary.phrase_of(moment)


def book_of(text: ast.Pack | ast.Policy | ast.Agreement, vocabulary: Vocabulary) -> Book:
    """The book form of a text's rules; a definition that returned speaks by its last version."""
    if isinstance(text, ast.Agreement):
        return Book(vocabulary, {}, {})
    return Book(
        vocabulary,
        {str(define.name): define for define in text.defines},
        {str(table.name): str(table.title) for table in text.tables},
    )


def join_words(words: Iterable[str], last: str) -> str:
    """`a, b and c`."""
    listed = list(words)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} {last} {listed[-1]}"


def _denied(phrase: str, value: str) -> str:
    """That something is not a value, without denying a denial: of `no paper` that it is something, of `nobody` somebody."""
    if value == "nobody":
        return f"{phrase} is somebody"
    if not NONE.match(value):
        return f"{phrase} is not {value}"
    whose, has, what = phrase.partition("'s ")
    if has and value == f"no {what}":
        return f"{whose} has {'an' if what[0] in 'aeiou' else 'a'} {what}"
    return f"{phrase} is something other than {value}"


def _plain(word: str) -> str:
    return str(word).replace("-", " ")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + "."
