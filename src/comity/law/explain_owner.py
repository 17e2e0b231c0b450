"""Explanations for the owner: every rule that counted, each test with its fact, and the nearest permits.

For the owner's desk only; nothing here may reach an asker. Facts are told in the vocabulary's phrases; what somebody
wrote in words of their own is told as given, never as written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from comity.law import ast
from comity.law.asked import CLASS_PATHS
from comity.law.atoms import FactMap
from comity.law.canonical import canonical_condition, canonical_effect
from comity.law.code import ALWAYS, fold_node
from comity.law.compile import MESSAGE, messages_of
from comity.law.compiled import WIDENING, Deed, Law, RuleCode
from comity.law.decide_record import decide_record
from comity.law.duty import citation_of
from comity.law.explain import spoken_fact
from comity.law.facts import Standing, record_facts
from comity.law.fold import Folded, View, applies_between, in_force, literals
from comity.law.reading import Reader
from comity.law.vocabulary import Vocabulary, load_vocabulary
from comity.model.codes import DataClass, Level
from comity.model.decision import FieldDecision, QueryDecision, Reason
from comity.model.explained import AskedExplained, FieldExplained, RuleReading, TestReading
from comity.model.record import Record

MOST_NEAR = 3  # nearest permits shown; a custodian wants the likely one, not the list
WRITTEN = "text"  # the kind of attributes that somebody wrote in words of their own


@dataclass(frozen=True, slots=True)
class _Seen:
    """One standpoint: its facts and who faces whom, and the truth of every literal of the law there.

    `active` are the rules that could count on the class, None where no class is settled.
    """

    facts: FactMap
    standing: Standing | None = None
    known: Sequence[bool | None] = ()
    active: frozenset[int] | None = None


def explain_field(folded: Folded, record: Record, person_key: str, field: str) -> FieldExplained:
    """Everything about one field of one record.

    Raises NounError for a class not asked for, an unknown person or field.
    """
    decision = decide_record(folded, record, person_key)
    folded.law.vocabulary.labels_of(str(record.data_class), field)
    decided = next(one for one in decision.fields if one.field == field)
    return explain_decided(folded, record, person_key, decided)


def explain_decided(folded: Folded, record: Record, person_key: str, decided: FieldDecision) -> FieldExplained:
    """The same for a decision that was made of this record under this law."""
    name = str(record.data_class)
    of_record = {**record_facts(record, person_key), **dict.fromkeys(CLASS_PATHS, name)}
    seen = tuple(
        _seen(folded.law, view, name, _for_field({**view.facts, **of_record}, decided.field))
        for view in folded.views
    )
    return _explain(folded.law, decided, name, seen)


def explain_values(law: Law, decided: FieldDecision, data_class: str, facts: FactMap) -> FieldExplained:
    """The same from facts by path, whoever the parties are."""
    return _explain(law, decided, data_class, (_Seen(_for_field(facts, decided.field)),))


def explain_asked(folded: Folded, asked: QueryDecision) -> tuple[AskedExplained, ...]:
    """Why the question was refused, and why each data class was taken out of it."""
    whole: tuple[tuple[DataClass | None, tuple[Reason, ...]], ...] = (
        ((None, asked.refused),) if asked.refused else ()
    )
    return tuple(_asked(folded, data_class, reasons) for data_class, reasons in (*whole, *asked.removed))


def _asked(folded: Folded, data_class: DataClass | None, reasons: tuple[Reason, ...]) -> AskedExplained:
    law = folded.law
    ids = {reason.rule for reason in reasons}
    deciding = [code for code in law.codes if code.id in ids]
    if data_class is None:
        seen = tuple(_Seen(one.facts, one.facts.standing, _known(law, one.facts)) for one in folded.views)
        return AskedExplained(data_class=None, deciding=_read_all(deciding, seen, law), nearest=())
    name = str(data_class)
    of_class = dict.fromkeys(CLASS_PATHS, name)
    seen = tuple(_seen(law, view, name, {**view.facts, **of_class}) for view in folded.views)
    permits = [code for code in law.codes if code.deed is Deed.PERMIT and code.masks.get(name, 0)]
    return AskedExplained(
        data_class=data_class, deciding=_read_all(deciding, seen, law), nearest=_nearest(permits, seen, law)
    )


def _seen(law: Law, view: View, data_class: str, facts: FactMap) -> _Seen:
    found = view.classes[data_class]
    active = frozenset(left.code.index for left in (*found.ask, *found.release))
    return _Seen(facts, view.facts.standing, _known(law, facts), active)


def _known(law: Law, facts: FactMap) -> Sequence[bool | None]:
    return literals(law, facts, range(len(law.atoms)))


def _explain(law: Law, decided: FieldDecision, data_class: str, seen: tuple[_Seen, ...]) -> FieldExplained:
    bit = law.vocabulary.class_fields(data_class).bits[decided.field]
    ids = {reason.rule for reason in decided.reasons}
    deciding = [code for code in law.codes if code.id in ids]
    bearing = [code for code in law.codes if code.masks.get(data_class, 0) & bit]
    at_release = {code.index for code in law.at_point.get("release", ())}
    counting = [
        code
        for code in bearing
        if code.id not in ids and code.index in at_release and code.deed is not Deed.NONE
        if any(_counts(code, one) for one in seen)
    ]
    return FieldExplained(
        decision=decided,
        deciding=_read_all(deciding, seen, law),
        counting=_read_all(counting, seen, law),
        nearest=_nearest([code for code in bearing if code.deed is Deed.PERMIT], seen, law)
        if decided.level < Level.FULL
        else (),
        lacking=tuple(
            dict.fromkeys(name for code in deciding for name in _lacking(code, _as_met(code, seen).facts, law))
        ),
    )


def _for_field(facts: FactMap, field: str) -> FactMap:
    """The facts with per-field flags settled for one field."""
    settled = dict(facts)
    for path, value in facts.items():
        yes, no = getattr(value, "yes", None), getattr(value, "no", None)
        if yes is None or no is None:
            continue
        del settled[path]
        if field in yes or field in no:
            settled[path] = field in yes
    return settled


# ---------------------------------------------------------------- which rules, from which standpoint


def _counts(code: RuleCode, seen: _Seen) -> bool:
    """Whether a rule counts on these facts, as a decision takes it: what is unknown narrows and never opens."""
    if not seen.known or (seen.active is not None and code.index not in seen.active):
        return False
    return bool(fold_node(code.hit, seen.known) == ALWAYS)


def _as_met(code: RuleCode, seen: tuple[_Seen, ...]) -> _Seen:
    """The first standpoint in which a rule counts, else the asker's."""
    return next((one for one in seen if _counts(code, one)), seen[0])


def _read_all(codes: Iterable[RuleCode], seen: tuple[_Seen, ...], law: Law) -> tuple[RuleReading, ...]:
    return tuple(_read_rule(code, _as_met(code, seen), law) for code in codes)


def _nearest(permits: list[RuleCode], seen: tuple[_Seen, ...], law: Law) -> tuple[RuleReading, ...]:
    """The permits that failed by least, where there is a standpoint in which none counts: in that one.

    Those of other parties only where the two have none: then an agreement is what is missing.
    """
    closed = next((one for one in seen if not any(_counts(code, one) for code in permits)), seen[0])
    near: list[tuple[int, int, RuleReading]] = []
    for code in permits:
        read = _read_rule(code, closed, law)
        if read.failing or read.lifted_by:
            near.append((_distance(code, closed), len(read.failing) + len(read.lifted_by), read))
    near.sort(key=lambda one: one[:2])
    return tuple(read for distance, _, read in near[:MOST_NEAR] if distance == near[0][0])


def _distance(code: RuleCode, seen: _Seen) -> int:
    """0 for a permit that speaks to these two, 1 for a clause between others, 2 for what is the owner's alone."""
    if seen.standing is None or applies_between(code, seen.standing):
        return 0
    return 1 if code.giver else 2


# ---------------------------------------------------------------- one rule on one set of facts


def _read_rule(code: RuleCode, seen: _Seen, law: Law) -> RuleReading:
    reader = Reader(law.vocabulary, code.source)
    facts = seen.facts
    conditions = [code.rule.binds.where] if code.rule.binds is not None else []
    conditions += [code.rule.when] if code.rule.when is not None else []
    first = _standing_tests(code, seen)
    failing = [one for one in first if one.truth is not True]
    failing += [one for condition in conditions for one in _failing(condition, facts, reader)]
    lifted_by = tuple(
        canonical_condition(lifted) for lifted in code.rule.unless if reader.truth(lifted, facts) is True
    )
    if code.deed in WIDENING and not failing and not lifted_by and _is_shut(code, seen):
        failing.append(TestReading(test="in force here", fact="a rule at `activate` bars it", truth=False))
    return RuleReading(
        rule=code.id,
        title=str(code.rule.title),
        citation=citation_of(code),
        status="verified" if code.verified else "unverified",
        effect=canonical_effect(code.rule.effect) if code.rule.effect is not None else "",
        tests=(*first, *(one for condition in conditions for one in _tests(condition, facts, reader))),
        failing=tuple(failing),
        exceptions=tuple(one for lifted in code.rule.unless for one in _tests(lifted, facts, reader)),
        lifted_by=lifted_by,
        seen_as=seen.standing.asker if seen.standing is not None else "",
    )


def _is_shut(code: RuleCode, seen: _Seen) -> bool:
    """Whether a permit that speaks to these two, with every condition true, was not among those in force."""
    return seen.active is not None and code.index not in seen.active


def _standing_tests(code: RuleCode, seen: _Seen) -> tuple[TestReading, ...]:
    """What a rule needs beside its own conditions: its parties, that counsel read it, its days."""
    found: list[TestReading] = []
    speaks = True if seen.standing is None else applies_between(code, seen.standing)
    if code.giver:
        found.append(
            TestReading(test=f"gives {code.giver} to {code.taker}", fact="the parties by ORI", truth=speaks)
        )
    elif not speaks and code.verified:
        found.append(TestReading(test="for the owner's own members", fact="another agency asks", truth=False))
    if code.deed in {Deed.PERMIT, Deed.MATCH} and not code.verified:
        found.append(TestReading(test="verified", fact="counsel has not verified it", truth=False))
    if code.deed in {Deed.PERMIT, Deed.MATCH}:
        found += _access_tests(code, seen)
    today = seen.facts.get("now")
    if hasattr(today, "isoformat") and not in_force(code, today):  # type: ignore[arg-type]
        found.append(TestReading(test="in force", fact=f"today is {today}", truth=False))
    return tuple(found)


def _access_tests(code: RuleCode, seen: _Seen) -> list[TestReading]:
    """That a text opens this kind of message; said where it does not, and where that is all it opens."""
    message = seen.facts.get(MESSAGE)
    opened = messages_of(code.source, load_vocabulary())
    if len(opened) > 1 and (message is None or message in opened):
        return []
    what = f"opens {', '.join(sorted(opened))}" if len(opened) == 1 else "opens questions asked once"
    return [TestReading(test=what, fact=f"the message is {message}", truth=message in opened)]


def _tests(condition: ast.Condition, facts: FactMap, reader: Reader, within: str = "") -> list[TestReading]:
    """Every test of a condition, through definitions that are not denied."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return [one for part in condition.parts for one in _tests(part, facts, reader, within)]
    define = reader.term(condition)
    if define is not None and not getattr(condition, "negated", False):
        return _tests(define.means, facts, reader, str(define.name))
    return [_test(condition, facts, reader, within)]


def _failing(condition: ast.Condition, facts: FactMap, reader: Reader, within: str = "") -> list[TestReading]:
    """The tests for which a condition is not true; none where it is. Of an `or` that fails, every side."""
    if reader.truth(condition, facts) is True:
        return []
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return [one for part in condition.parts for one in _failing(part, facts, reader, within)]
    define = reader.term(condition)
    if define is None or getattr(condition, "negated", False):
        return [_test(condition, facts, reader, within)]
    found = _failing(define.means, facts, reader, str(define.name))
    # All its tests hold and it still is not true: nobody has verified the definition.
    return found or [_test(condition, facts, reader, within)]


def _test(condition: ast.Condition, facts: FactMap, reader: Reader, within: str) -> TestReading:
    text, truth, define = canonical_condition(condition), reader.truth(condition, facts), reader.term(condition)
    if define is not None:
        return TestReading(test=text, fact=str(define.title), truth=truth, definition=str(define.name))
    paths = [path for path in reader.atom(condition).reads() if path in reader.vocabulary.attributes]
    fact = "; ".join(_told(path, facts, reader.vocabulary) for path in paths)
    return TestReading(test=text, fact=fact, truth=truth, definition=within)


def _told(path: str, facts: FactMap, vocabulary: Vocabulary) -> str:
    """A fact in the vocabulary's phrases; free text only as given or not, whatever somebody wrote there."""
    if path in facts and vocabulary.attributes[path].kind.name == WRITTEN:
        return f"{vocabulary.phrase_of(path)} is given"
    return spoken_fact(path, facts, vocabulary)


def _lacking(code: RuleCode, facts: FactMap, law: Law) -> list[str]:
    """The definitions in a rule's `unless` that are not true: what failed to lift it."""
    reader = Reader(law.vocabulary, code.source)
    found: list[str] = []
    pending = list(code.rule.unless)
    while pending:  # ends: conditions are finite trees and definitions do not circle
        condition = pending.pop()
        if isinstance(condition, (ast.AllOf, ast.AnyOf)):
            pending += condition.parts
            continue
        define = reader.term(condition)
        if define is not None and reader.truth(condition, facts) is not True:
            found.append(f"{code.source.name}/{define.name}")
    return found
