"""Running cases: what a pack decides on dated facts, against what a lawyer expects, differences in plain words.

A case stands between two invented agencies under an agreement that permits everything to everybody, with the terms
the case names; so what is withheld, held or owed comes from the pack and the packs it uses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from comity.errors import Finding, LawTextError
from comity.law import ast
from comity.law.asked import CLASS_PATHS, entity_of
from comity.law.atoms import FactMap, FieldFlags
from comity.law.calendar import OwnerCalendar, local_time
from comity.law.case_file import Case, CaseFile, load_cases, show_line
from comity.law.check_condition import suggest
from comity.law.compile import compile_law
from comity.law.compiled import Law
from comity.law.decide_point import PointDecision, decide_point
from comity.law.decide_question import decide_query
from comity.law.decide_record import decide_values, flag_masks
from comity.law.defer import defer_notices, deferrals_of
from comity.law.duty import recipient_of
from comity.law.explain_owner import explain_values
from comity.law.facts import Facts, Standing
from comity.law.fold import Folded, fold
from comity.law.parse import parse_pack
from comity.law.rows import PUBLIC
from comity.law.shipped import CASES_FILE, shipped_cases_text, shipped_pack
from comity.law.vocabulary import load_vocabulary
from comity.model.canon import text_digest
from comity.model.decision import Duty, Hold, RecordDecision
from comity.model.law_text import LawKind, LawText, Signature

OWNER_ORI, ASKER_ORI = "ZZ0000100", "ZZ0000200"
TEST_AGREEMENT = "CASE-1"
DEFAULT_CLASS = "case"  # where a case names no record: the plainest class
RECORD_ENTITIES = frozenset({"record", "subject", "field"})


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """How one case came out: `differences` are empty when everything is as expected."""

    pack: str
    name: str
    line: int
    rules: tuple[str, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine decided, in the terms of a case file."""

    fields: Mapping[str, str]
    because: Mapping[str, tuple[str, ...]]
    refused: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    duties: tuple[Duty, ...] = ()
    silent: bool = False
    purge: bool = False
    keep: bool = False
    match: frozenset[str] = frozenset()
    labels: tuple[str, ...] = ()
    lacking: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))


def _unchanged(law: Law) -> Law:
    return law


def run_shipped_cases(name: str) -> tuple[CaseOutcome, ...]:
    """Run the cases of a shipped pack with the packs it uses. Raises LawTextError for a damaged file."""
    return run_cases(shipped_cases_text(name), f"{name}/{CASES_FILE}", with_used(shipped_pack(name)))


def with_used(text: LawText, beside: tuple[LawText, ...] = ()) -> tuple[LawText, ...]:
    """A pack and every pack it uses, itself first: one of those `beside`, else one that ships.

    Raises LawUnavailableError for a pack that is neither.
    """
    found = {text.name: text}
    at_hand = {one.name: one for one in beside}
    pending = [text]
    while pending:  # ends: a pack is opened once
        for use in parse_pack(pending[0].text, pending.pop(0).name).uses:
            if use.kind == "pack" and str(use.name) not in found:
                found[str(use.name)] = at_hand.get(str(use.name)) or shipped_pack(str(use.name))
                pending.append(found[str(use.name)])
    return tuple(found.values())


def run_cases(text: str, file: str, packs: tuple[LawText, ...]) -> tuple[CaseOutcome, ...]:
    """Run a case file against packs, the first of which it must name with its version.

    Raises LawTextError for unknown keys, words or rules, and for a file written for another pack.
    """
    return tuple(run_case(case, packs) for case in load_pack_cases(text, file, packs).cases)


def load_pack_cases(text: str, file: str, packs: tuple[LawText, ...]) -> CaseFile:
    """Read the case file of the first of some packs. Raises LawTextError as `run_cases` does."""
    loaded = load_cases(text, file, load_vocabulary())
    findings = tuple(show_line(one, text) for one in _check_pack(loaded, file, packs))
    if findings:
        raise LawTextError(findings)
    return loaded


def _check_pack(loaded: CaseFile, file: str, packs: tuple[LawText, ...]) -> Iterator[Finding]:
    pack = packs[0]
    if (loaded.pack, loaded.version) != (pack.name, pack.version):
        fault = f"the cases are for `{loaded.pack}` {loaded.version}, the pack is `{pack.name}` {pack.version}"
        yield Finding(file, 1, 1, fault, remedy="read the cases again, then change `law`")
        return
    known = {str(rule.id) for rule in parse_pack(pack.text, pack.name).rules}
    for case in loaded.cases:
        for rule in case.rules:
            if rule not in known:
                fault = f"case `{case.name}` names rule `{rule}`, which the pack does not have"
                yield Finding(file, case.line, 1, fault, remedy=suggest(rule, known))
    for rule in loaded.without_case:
        if rule not in known:
            fault = f"`without_case` names rule `{rule}`, which the pack does not have"
            yield Finding(file, 1, 1, fault, remedy=suggest(rule, known))


def run_case(case: Case, packs: tuple[LawText, ...], change: Callable[[Law], Law] = _unchanged) -> CaseOutcome:
    """Run one case against packs, the first of which it is for; `change` is made to the compiled law before."""
    law = change(compile_law((*packs, _agreement(case)) if case.agreement is not None else packs))
    facts = _facts(case)
    if case.at == "release":
        found = _released(law, facts, case)
    elif case.at == "ask":
        found = _asked(law, facts)
    else:
        found = _at_point(law, facts, case)
    differences = tuple(_differences(case, found, law))
    return CaseOutcome(packs[0].name, case.name, case.line, case.rules, differences)


def _agreement(case: Case) -> LawText:
    """The agreement of a case: everything to everybody, with the terms the case names."""
    return _agreement_text(tuple(sorted((case.agreement or {}).items(), key=lambda term: term[0])))


@lru_cache(maxsize=64)
def _agreement_text(terms: tuple[tuple[str, Any], ...]) -> LawText:
    given = dict(terms)
    authority = given.get("agreement's authority", "none; for cases")
    access = given.get("agreement's access", "query")
    months = given.get("agreement's review-months", 12)
    lines = [
        f'agreement {TEST_AGREEMENT} "Everything to everybody, for cases"',
        f'party case-owner is {OWNER_ORI} "The owner of the case" level local state WA',
        f'party case-asker is {ASKER_ORI} "The asker of the case" level local state WA',
        f'authority "{authority}" access {access}',
        'from 1900-01-01 to 9999-12-31 assessment "CASE" sha256:00000000',
        f"review every {months} months",
        *(f'meaning {word} "as the case says"' for word in sorted(given.get("agreement's meanings", ()))),
    ]
    lines.append("signs for case-owner agency-head signs for case-asker agency-head")
    lines.append('clause CASE-01 "Everything" gives case-owner to case-asker at release permit all fields')
    text = "\n".join(lines)
    signers = ("case-owner", "case-asker")
    signatures = tuple(Signature(agency=name, role="agency-head", value="-") for name in signers)
    return LawText(
        kind=LawKind.AGREEMENT,
        name=TEST_AGREEMENT,
        version=1,
        text=text,
        hash=text_digest(text),
        signatures=signatures,
    )


def _facts(case: Case) -> Facts:
    instant = datetime(case.on.year, case.on.month, case.on.day, 12, tzinfo=UTC)
    calendar = OwnerCalendar(int(instant.timestamp() * 1000))
    standing = Standing("case-asker", frozenset({ASKER_ORI}), "case-owner", frozenset({OWNER_ORI}))
    name = str(case.facts.get("record's data-class", DEFAULT_CLASS))
    values = {**case.facts, **(case.agreement or {}), "now": case.on}
    if case.at in {"ask", "release"}:
        values = {path: value for path, value in values.items() if entity_of(path) not in RECORD_ENTITIES}
    return Facts(MappingProxyType(values), standing, calendar, (name,))


def _released(law: Law, facts: Facts, case: Case) -> Found:
    # What is refused at `activate` or `ask` is a case of its own: here agreement and question have been let in.
    folded = fold(_without(law, ("activate", "ask")), facts)
    name = facts.data_classes[0]
    decision = _decide(folded, name, case.facts)
    if case.facts.get("record is sealed") is True:
        decision = _silenced(decision)
    everything = {**facts, **case.facts, **dict.fromkeys(CLASS_PATHS, name)}
    at_release = {code.id for code in law.at_point.get("release", ())}
    owed = [duty for duty in decide_query(folded).duties if duty.rule in at_release]
    return Found(
        fields={one.field: "held" if one.held else one.level.word for one in decision.fields},
        because={one.field: tuple(reason.rule for reason in one.reasons) for one in decision.fields},
        holds=decision.holds,
        duties=(*owed, *defer_notices(decision.duties, deferrals_of(folded, name)), *_labels(law, decision)),
        silent=decision.concealed or not any(one.level for one in decision.fields),  # an open hold shows
        labels=decision.labels,
        match=frozenset(one.field for one in decision.fields if one.match_only),
        lacking={
            one.field: explain_values(law, one, name, everything).lacking
            for one in decision.fields
            if one.field in case.expect.get("lacking", {})
        },
    )


@lru_cache(maxsize=64)
def _without(law: Law, left_out: tuple[str, ...]) -> Law:
    """The law without the points a case has passed."""
    points = {name: codes for name, codes in law.at_point.items() if name not in left_out}
    return replace(law, at_point=MappingProxyType(points))


def _silenced(decision: RecordDecision) -> RecordDecision:
    return RecordDecision(fields=decision.fields, concealed=True)


def _decide(folded: Folded, name: str, facts: FactMap) -> RecordDecision:
    flags = facts.get(PUBLIC)
    fields = folded.law.vocabulary.class_fields(name)
    public = flag_masks(flags, fields) if isinstance(flags, FieldFlags) else (0, 0)
    values = {
        path: value for path, value in facts.items() if entity_of(path) in RECORD_ENTITIES and path != PUBLIC
    }
    return decide_values(folded, name, values, public)


def _labels(law: Law, decision: RecordDecision) -> Iterator[Duty]:
    """Labels as duties: a case file lists them with the others."""
    for text in decision.labels:
        for code in law.at_point.get("release", ()):
            labels = [str(spec.text or spec.what or "") for spec in code.rule.duties if spec.kind == "label"]
            if text in labels:
                yield Duty(kind="label", rule=code.id, citation="", text=text)


def _asked(law: Law, facts: Facts) -> Found:
    decision = decide_query(fold(_without(law, ("activate",)), facts))
    at_ask = {code.id for code in law.at_point.get("ask", ())}
    reasons = [*decision.refused, *(reason for _, reasons in decision.removed for reason in reasons)]
    return Found(
        fields={},
        because={},
        refused=tuple(dict.fromkeys(reason.rule for reason in reasons)),
        duties=tuple(duty for duty in decision.duties if duty.rule in at_ask),
    )


def _at_point(law: Law, facts: Facts, case: Case) -> Found:
    decision: PointDecision = decide_point(law, case.at, facts)
    fields = law.vocabulary.fields_of(facts.data_classes[0])
    return Found(
        fields={name: "nothing" if name in decision.closed or decision.forbidden else "full" for name in fields},
        because={},
        refused=tuple(reason.rule for reason in decision.forbidden),
        holds=decision.holds,
        duties=decision.duties,
        purge=decision.purge,
        keep=decision.kept,
    )


# ---------------------------------------------------------------- differences


def _differences(case: Case, found: Found, law: Law) -> Iterator[str]:
    expect = case.expect
    for name, level in expect.get("fields", {}).items():
        got = found.fields.get(name)
        if got != level:
            why = ", ".join(found.because.get(name, ())) or "no rule"
            yield f"{name}: expected {level}, got {got or 'no such field in this class'} ({why})"
    for key, given in (("because", found.because), ("lacking", found.lacking)):
        for name, rules in expect.get(key, {}).items():
            if set(rules) != set(given.get(name, ())):
                yield f"{key} of {name}: expected {_list(rules)}, got {_list(given.get(name, ()))}"
    if "refused" in expect and set(expect["refused"]) != set(found.refused):
        yield f"refused: expected {_list(expect['refused'])}, got {_list(found.refused)}"
    if "labels" in expect and set(expect["labels"]) != set(found.labels):
        yield f"labels: expected {_list(expect['labels'])}, got {_list(found.labels)}"
    if "match" in expect and set(expect["match"]) != set(found.match):
        yield f"match: expected {_list(expect['match'])}, got {_list(sorted(found.match))}"
    for key, got_it in (("purge", found.purge), ("keep", found.keep)):
        if key in expect and (expect[key] == "yes") != got_it:
            yield f"{key}: expected {expect[key]}, got {'yes' if got_it else 'no'}"
    if "outward" in expect and not found.silent:
        yield "outward: expected the same as nothing-releasable, got an answer that shows the record"
    if "holds" in expect:
        yield from _compare("hold", expect["holds"], [_hold_entry(hold, law) for hold in found.holds])
    if "duties" in expect:
        yield from _compare("duty", expect["duties"], [_duty_entry(duty, law) for duty in found.duties])


def _compare(what: str, expected: list[dict[str, Any]], got: list[dict[str, Any]]) -> Iterator[str]:
    """Every expected entry has one of its own that says the same on every key it names, and none is left."""
    left = list(got)
    for entry in expected:
        fitting = next((one for one in left if _says(one, entry)), None)
        if fitting is None:
            yield f"{what} expected and not found: {_entry(entry)}"
        else:
            left.remove(fitting)
    for one in left:
        yield f"{what} found and not expected: {_entry(one)}"


def _says(found: Mapping[str, Any], entry: Mapping[str, Any]) -> bool:
    """Whether an entry found says the same on every key an expected entry names."""
    wanted = {
        key: value.replace("working-day", "working day") if key == "within" else value
        for key, value in entry.items()
    }
    return all(found.get(key) == value for key, value in wanted.items())


def _hold_entry(hold: Hold, law: Law) -> dict[str, Any]:
    found: dict[str, Any] = {"rule": hold.rule}
    if hold.kind == "review":
        found["review"] = hold.role
    elif hold.kind == "attestation":
        found.update(attestation=hold.what, by=hold.role)
    else:
        effect = next(code.rule.effect for code in law.codes if code.id == hold.rule)
        assert isinstance(effect, ast.Conflict)
        found.update(conflict=str(effect.id), between=hold.what.split(" against "))
    if hold.within:
        found["within"] = hold.within
    return found


def _duty_entry(duty: Duty, law: Law) -> dict[str, Any]:
    """A duty in the words of its rule; `deferred` is the last day on which a sealed order keeps it, or `no`."""
    until = duty.deferred_until_ms
    found: dict[str, Any] = {"rule": duty.rule, "kind": duty.kind, "deferred": "no"}
    if until is not None:
        found.update({"deferred": local_time(until, "UTC").date().isoformat(), "deferred-by": duty.deferred_by})
    specs = [spec for code in law.codes if code.id == duty.rule for spec in code.rule.duties]
    for spec in specs:
        if (spec.kind, recipient_of(spec), str(spec.report or "")) == (duty.kind, duty.to, duty.report):
            words = {"to": duty.to or spec.what, "report": duty.report, "within": spec.within, "of": spec.of}
            more = {"every": spec.every, "due": spec.due, "on": spec.on, "text": duty.text}
            found.update({key: str(word) for key, word in (words | more).items() if word})
            break
    return found


def _entry(entry: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {_list(value) if isinstance(value, list) else value}" for key, value in entry.items())


def _list(words: Any) -> str:
    return ", ".join(str(word) for word in words) or "none"
