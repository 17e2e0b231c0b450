"""Cedar text of a body of law, with every missing attribute spelt out by `has`.

Cedar skips a policy whose condition errors, so a forbid over a missing attribute would open a door. Each condition
is therefore written in two ways: *surely* (true whatever the unknowns are) for permits and conflicts, *possibly*
(not false) for everything that narrows. There is one action for every level above nothing: asking for `masked`
asks whether the level is masked or more. Holds stay out: Cedar has no third answer.

Facts become attributes of the request's context: `query's purpose` is `query_purpose`, `record is sealed` is
`record_is_sealed`; dates are day numbers; a date moved by a span has an attribute of its own, as Cedar knows no
calendar. Lists are unrolled to `MOST_ITEMS`.
"""

from __future__ import annotations

import calendar
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from comity.law import ast
from reference import ACTS_OF_A_QUESTION, opens
from reference_truth import Capacity, Situation, Source, concerns, fields_of, relied_on

ACTIONS = ("pointer", "masked", "full")  # ascending; the action at index n asks for level n + 1
MOST_ITEMS = 2  # convictions of a generated person
CEDAR_TYPES = {"date": "Long", "number": "Long", "duration": "Long", "flag": "Bool", "set": "Set<String>"}
SIGNS = {"gt": ">", "lt": "<", "ge": ">=", "le": "<="}
MIRRORED = {"gt": "lt", "lt": "gt", "ge": "le", "le": "ge"}


SEALED_POLICY = """@id("comity/SEALED")
forbid (principal, action, resource)
when { context has record_is_sealed && context.record_is_sealed };
"""


@dataclass(frozen=True)
class Writer:
    """Writes conditions of one source. `widening` and `denied` as in the twin: where an unread definition says
    nothing; `moved` collects the calendar attributes met on the way, `item` is a list item's prefix inside it."""

    source: Source
    moved: dict[str, tuple[str, ast.Span, int]] = field(default_factory=dict)
    widening: bool = True
    denied: bool = False
    item: str = ""

    # ------------------------------------------------ the two translations

    def write(self, condition: ast.Condition, *, surely: bool) -> str:
        """The condition in Cedar, so that it is true exactly when it is surely (or possibly) true."""
        if isinstance(condition, ast.AllOf | ast.AnyOf):
            joint = " && " if isinstance(condition, ast.AllOf) else " || "
            return "(" + joint.join(self.write(part, surely=surely) for part in condition.parts) + ")"
        if isinstance(condition, ast.Some):
            return self._some(condition, surely=surely)
        if isinstance(condition, ast.Has):
            present = self._present(f"{condition.subject}'s {condition.attribute}")
            return f"!({present})" if condition.negated else present
        if isinstance(condition, ast.Is) and "'s " not in condition.subject:
            return self._flag_or_term(condition, surely=surely)
        return self._value_test(condition, surely=surely)

    def deny(self, condition: ast.Condition, *, surely: bool) -> str:
        """`not condition`, as an exception: surely not is not possibly."""
        return f"!({replace(self, widening=True).write(condition, surely=not surely)})"

    def _flag_or_term(self, condition: ast.Is, *, surely: bool) -> str:
        versions = [define for define in self.source.defines if define.name == condition.word]
        if versions and condition.negated:
            return f"!({replace(self, denied=not self.denied)._term(versions, surely=not surely)})"
        if versions:
            return self._term(versions, surely=surely)
        path = f"{condition.subject} is {condition.word}"
        sign = "!=" if condition.negated else "=="
        return self._guarded([path], f"{self._value(path)} {sign} true", surely=surely)

    def _term(self, versions: list[ast.Define], *, surely: bool) -> str:
        """The version in force today; none in force is unknown: not surely so, possibly so."""
        text = "false" if surely else "true"
        for define in versions:
            days = " && ".join(_days(define.dates)) or "true"
            text = f"(if {days} then {self._version(define, surely=surely)} else {text})"
        return text

    def _version(self, define: ast.Define, *, surely: bool) -> str:
        if define.status != "verified" and self.widening:
            return "false" if surely else "true"
        if define.status != "verified" and surely and self.denied:
            return "false"
        return self.write(define.means, surely=surely)

    def _some(self, condition: ast.Some, *, surely: bool) -> str:
        path = f"{condition.subject}'s {condition.item}s"
        tests = []
        for number in range(MOST_ITEMS):
            inside = replace(self, item=f"{condition.item}_{number}_")
            tests.append(f"({self._value(path)} > {number} && {inside.write(condition.inner, surely=surely)})")
        return self._guarded([path], " || ".join(tests), surely=surely)

    def _value_test(self, condition: ast.Condition, *, surely: bool) -> str:
        if isinstance(condition, ast.Ordered | ast.Apart):
            return self._dates(condition, surely=surely)
        if isinstance(condition, ast.Listed) and condition.table not in self.source.tables:
            return "false" if surely else "true"  # nothing is known of an unread list
        path = str(condition.subject)  # type: ignore[union-attr]
        return self._guarded([path], self._simple(condition, self._value(path)), surely=surely)

    def _simple(self, condition: ast.Condition, value: str) -> str:
        if isinstance(condition, ast.Amount):
            return f"{value} {SIGNS[condition.size]} {_minutes_or_number(condition)}"
        if isinstance(condition, ast.Is):
            return f"{value} {'!=' if condition.negated else '=='} {_text(condition.word)}"
        if isinstance(condition, ast.Includes):
            test = f"{value}.contains({_text(condition.word)})"
        elif isinstance(condition, ast.OneOf):
            test = f"{_texts(condition.words)}.contains({value})"
        else:
            assert isinstance(condition, ast.Listed)
            test = f"{_texts(sorted(self.source.tables[condition.table]))}.contains({value})"
        return f"!({test})" if condition.negated else test

    def _dates(self, condition: ast.Ordered | ast.Apart, *, surely: bool) -> str:
        left = str(condition.subject)
        needed = [left]
        if isinstance(condition, ast.Ordered):
            sign = "<" if condition.order == "earlier" else ">"
            right = self._moment(condition.moment, needed)
        else:
            way = 1 if condition.side == "after" else -1
            sign = SIGNS[condition.size if way == 1 else MIRRORED[condition.size]]
            right = self._moved(condition.moment, condition.span, way, needed)
        return self._guarded(needed, f"{self._value(left)} {sign} {right}", surely=surely)

    def _moment(self, moment: str | date, needed: list[str]) -> str:
        if isinstance(moment, date):
            return str(moment.toordinal())
        needed.append(str(moment))
        return self._value(str(moment))

    def _moved(self, moment: str | date, span: ast.Span, way: int, needed: list[str]) -> str:
        if isinstance(moment, date):
            return str(calendar_move(moment, span, way).toordinal())
        way_word = "plus" if way == 1 else "minus"
        name = f"{self._name(str(moment))}_{way_word}_{span.count}_{span.unit.replace('-', '_')}"
        self.moved[name] = (self._name(str(moment)), span, way)
        needed.append(f"={name}")
        return f"context.{name}"

    # ------------------------------------------------ names and guards

    def _guarded(self, paths: Iterable[str], test: str, *, surely: bool) -> str:
        """Surely: everything is there and the test holds. Possibly: something is missing, or the test holds."""
        present = [p for p in (self._present(path) for path in paths) if p != "true"]
        if not present:
            return f"({test})"
        there = " && ".join(present)
        return f"({there} && ({test}))" if surely else f"(if {there} then ({test}) else true)"

    def _present(self, path: str) -> str:
        if path == "now":
            return "true"
        return f"context has {path[1:] if path.startswith('=') else self._name(path)}"

    def _value(self, path: str) -> str:
        return f"context.{self._name(path)}"

    def _name(self, path: str) -> str:
        return context_name(path, self.item)


def context_name(path: str, item: str = "") -> str:
    """`query's purpose` is `query_purpose`; in the first conviction `conviction's day` is `conviction_0_day`."""
    if item and path.startswith(item.split("_")[0] + "'s "):
        return item + path.split("'s ")[1].replace("-", "_")
    return path.replace("'s ", "_").replace(" is ", "_is_").replace("-", "_")


def calendar_move(day: date, span: ast.Span, way: int) -> date:
    """Days are counted; months and years keep the day of the month or end with the month."""
    if span.unit == "day":
        return date.fromordinal(day.toordinal() + way * span.count)
    months = day.year * 12 + day.month - 1 + way * span.count * (12 if span.unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _minutes_or_number(condition: ast.Amount) -> int:
    if condition.span is None:
        return condition.number or 0
    return condition.span.count * {"minute": 1, "hour": 60, "day": 1440}[condition.span.unit]


def _text(word: str) -> str:
    return json.dumps(str(word))


def _texts(words: Iterable[str]) -> str:
    return "[" + ", ".join(_text(word) for word in words) + "]"


# ---------------------------------------------------------------- policies


@dataclass(frozen=True)
class CedarLaw:
    """One body of law as Cedar text with its schema, and what its requests need."""

    policies: str
    count: int
    schema: str
    entities: str
    moved: Mapping[str, tuple[str, ast.Span, int]]


def export_law(situation: Situation, capacity: Capacity) -> CedarLaw:
    """All rules that bear on a release in one capacity, as Cedar policies named `pack/RULE`."""
    moved: dict[str, tuple[str, ast.Span, int]] = {}
    policies = [SEALED_POLICY] + [
        text
        for source in situation.sources
        for rule in source.rules
        if (text := _policy(rule, source, situation, capacity, moved))
    ]
    vocabulary = situation.vocabulary
    return CedarLaw(
        "\n".join(policies), len(policies), schema_of(vocabulary, moved), entities_of(vocabulary), moved
    )


def _policy(
    rule: ast.Rule,
    source: Source,
    situation: Situation,
    capacity: Capacity,
    moved: dict[str, tuple[str, ast.Span, int]],
) -> str:
    """One rule as a policy; empty where it says nothing at a release, or nothing Cedar can hear."""
    asked = (
        isinstance(rule.effect, ast.ForbidAct) and rule.effect.act in ACTS_OF_A_QUESTION and "ask" in rule.points
    )
    if "release" not in rule.points and not asked:
        return ""
    if source.kind == "agreement" and not concerns(rule, source, situation, capacity):
        return ""
    effect = rule.effect
    if isinstance(effect, ast.Permit):
        if not opens(rule, source, situation, capacity, relied_on(situation, capacity)):
            return ""
        levels = ACTIONS[: ACTIONS.index(effect.up_to) + 1] if effect.up_to else ACTIONS
        writer = Writer(source, moved)
        condition = f"{applies(rule, writer, surely=True)} && {_opens_message(source, writer)}"
        return _statement("permit", rule, source, levels, effect.fields, condition)
    condition = applies(rule, Writer(source, moved, widening=False), surely=False)
    if isinstance(effect, ast.Cap):
        levels = ACTIONS[ACTIONS.index(effect.level) + 1 :] if effect.level != "nothing" else ACTIONS
        return _statement("forbid", rule, source, levels, effect.fields, condition)
    if isinstance(effect, ast.KeepRestricted) or (
        isinstance(effect, ast.ForbidAct) and effect.act in ACTS_OF_A_QUESTION
    ):
        return _statement("forbid", rule, source, ACTIONS, ast.AllFields(), condition)
    if isinstance(effect, ast.Forbid):
        suspending = _suspending(f"{source.name}/{rule.id}", situation, capacity, moved)
        return _statement("forbid", rule, source, ACTIONS, effect.fields, condition + suspending)
    return ""


def _suspending(
    forbid: str, situation: Situation, capacity: Capacity, moved: dict[str, tuple[str, ast.Span, int]]
) -> str:
    """What takes a forbid out of force: a conflict over this field that is surely true."""
    text = ""
    for source, rule in conflicts_over(forbid, situation.sources, situation.elections):
        assert isinstance(rule.effect, ast.Conflict)
        if not source.owned:
            continue
        if source.kind != "agreement" or concerns(rule, source, situation, capacity):
            surely = applies(rule, Writer(source, moved), surely=True)
            text += f" && !({field_test(rule.effect.fields)} && {surely})"
    return text


def conflicts_over(
    forbid: str, sources: tuple[Source, ...], elections: Mapping[str, str]
) -> list[tuple[Source, ast.Rule]]:
    """The conflict rules that may suspend a forbid, those elected `withhold` left out."""
    return [
        (source, rule)
        for source in sources
        for rule in source.rules
        if isinstance(rule.effect, ast.Conflict)
        and "release" in rule.points
        and f"{rule.effect.first.pack or source.name}/{rule.effect.first.rule}" == forbid
        and elections.get(f"{source.name}/{rule.id}") != "withhold"
    ]


def _opens_message(source: Source, writer: Writer) -> str:
    """Standing questions and notices need an agreement made for just that, which opens nothing else."""
    access = source.terms.get("agreement's access") if source.kind == "agreement" else ""
    made_for = {"standing": "standing-question", "notice": "event-notice"}.get(str(access))
    words = (made_for,) if made_for else ("event-notice", "standing-question")
    test = ast.OneOf(ast.Word("query's message"), tuple(ast.Word(word) for word in words), negated=not made_for)
    return writer.write(test, surely=bool(made_for))


def applies(rule: ast.Rule, writer: Writer, *, surely: bool) -> str:
    """Dates, class, binds, when and not unless, as one Cedar conjunction."""
    parts = _days(rule.dates)
    if rule.classes:
        parts.append(f"{_texts(rule.classes)}.contains(context.data_class)")
    if rule.binds is not None:
        parts.append(writer.write(rule.binds.where, surely=surely))
    if rule.when is not None:
        parts.append(writer.write(rule.when, surely=surely))
    parts.extend(writer.deny(unless, surely=surely) for unless in rule.unless)
    return "(" + " && ".join(parts or ["true"]) + ")"


def _days(dates: ast.Dates | None) -> list[str]:
    parts = []
    if dates is not None and dates.first is not None:
        parts.append(f"context.now >= {dates.first.toordinal()}")
    if dates is not None and dates.last is not None:
        parts.append(f"context.now <= {dates.last.toordinal()}")
    return parts


def _statement(
    word: str, rule: ast.Rule, source: Source, levels: Iterable[str], fields: ast.FieldSet, condition: str
) -> str:
    actions = ", ".join(f'Action::"{level}"' for level in levels)
    return (
        f'@id("{source.name}/{rule.id}")\n{word} (principal, action in [{actions}], resource)\n'
        f"when {{ {field_test(fields)} }}\nwhen {{ {condition} }};\n"
    )


def field_test(fields: ast.FieldSet) -> str:
    if isinstance(fields, ast.AllFields):
        return "true" if fields.excepted is None else f"!({field_test(fields.excepted)})"
    if isinstance(fields, ast.ByName):
        return f"{_texts(fields.names)}.contains(resource.name)"
    return "(" + " || ".join(f'resource in Label::"{label}"' for label in fields.labels) + ")"


# ---------------------------------------------------------------- schema, entities, requests


def schema_of(vocabulary: ast.VocabularyText, moved: Mapping[str, tuple[str, ast.Span, int]]) -> str:
    """Every attribute optional except the day and the class: the policies must prove that they look before use."""
    attributes = {"now": "Long", "data_class": "String"}
    for decl in vocabulary.attributes:
        attributes[f"{context_name(str(decl.path))}?"] = CEDAR_TYPES.get(decl.kind.name, "String")
    for item in vocabulary.items:
        attributes[f"{item.of}_{item.name}s?"] = "Long"
        for number in range(MOST_ITEMS):
            for decl in item.attributes:
                name = context_name(str(decl.path), f"{item.name}_{number}_")
                attributes[f"{name}?"] = CEDAR_TYPES.get(decl.kind.name, "String")
    attributes.update({f"{name}?": "Long" for name in moved})
    listed = ", ".join(f"{name}: {kind}" for name, kind in attributes.items())
    return (
        "entity Question;\nentity Label in [Label];\nentity Field in [Label] = { name: String };\n"
        f"action {', '.join(ACTIONS)} appliesTo "
        f"{{ principal: [Question], resource: [Field], context: {{ {listed} }} }};\n"
    )


def entities_of(vocabulary: ast.VocabularyText) -> str:
    """The labels, and every field of every class under its labels, as Cedar entities in JSON."""
    found: list[dict[str, object]] = [{"uid": {"type": "Question", "id": "q"}, "attrs": {}, "parents": []}]
    for label in vocabulary.labels:
        parents = [{"type": "Label", "id": str(label.within)}] if label.within else []
        found.append({"uid": {"type": "Label", "id": str(label.name)}, "attrs": {}, "parents": parents})
    for declared in vocabulary.classes:
        for decl in fields_of(vocabulary, declared.name):
            parents = [{"type": "Label", "id": str(label)} for label in decl.labels]
            uid = {"type": "Field", "id": f"{declared.name}/{decl.name}"}
            found.append({"uid": uid, "attrs": {"name": str(decl.name)}, "parents": parents})
    return json.dumps(found)


def context_of(law: CedarLaw, facts: Mapping[str, object], data_class: str, today: date) -> dict[str, object]:
    """The facts of one field of one record as a Cedar context; what is not known is left out."""
    context: dict[str, object] = {"now": today.toordinal(), "data_class": data_class}
    days: dict[str, date] = {"now": today}
    for path, value in facts.items():
        if isinstance(value, tuple):
            _unroll(context, days, path, value)
        elif value is not None:
            _put(context, days, context_name(path), value)
    for name, (origin, span, way) in law.moved.items():
        if origin in days:
            context[name] = calendar_move(days[origin], span, way).toordinal()
    return context


def _unroll(context: dict[str, object], days: dict[str, date], path: str, items: tuple[object, ...]) -> None:
    assert len(items) <= MOST_ITEMS
    context[context_name(path)] = len(items)
    for number, item in enumerate(items):
        assert isinstance(item, Mapping)
        for inner, value in item.items():
            if value is not None:
                _put(context, days, context_name(inner, f"{inner.split(chr(39))[0]}_{number}_"), value)


def _put(context: dict[str, object], days: dict[str, date], name: str, value: object) -> None:
    if isinstance(value, date):
        days[name] = value
        context[name] = value.toordinal()
    elif isinstance(value, frozenset):
        context[name] = sorted(str(word) for word in value)
    else:
        context[name] = value if isinstance(value, bool | int) else str(value)


def request_of(data_class: str, name: str, action: str, context: Mapping[str, object]) -> dict[str, object]:
    return {
        "principal": {"type": "Question", "id": "q"},
        "action": {"type": "Action", "id": action},
        "resource": {"type": "Field", "id": f"{data_class}/{name}"},
        "context": context,
    }
