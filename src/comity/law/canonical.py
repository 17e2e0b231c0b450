"""Canonical text: one formatted form per rule, and the hash that counsel signs.

The rule hash binds the rule with its part's clauses, its quotation, and the definitions and table hashes it leans
on, so that a changed definition voids what rests on it. Comments and layout do not count.
"""

from __future__ import annotations

import hashlib
from datetime import date

from comity.law import ast

SIZES = {"gt": "more than", "lt": "less than", "ge": "at least", "le": "at most"}


def canonical_condition(condition: ast.Condition, *, inside: bool = False) -> str:
    """A condition as the formatter writes it; joined parts inside others stand in parentheses."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        word = " and " if isinstance(condition, ast.AllOf) else " or "
        joined = word.join(canonical_condition(part, inside=True) for part in condition.parts)
        return f"({joined})" if inside else joined
    return _test(condition)


def _test(test: ast.Condition) -> str:
    assert not isinstance(test, (ast.AllOf, ast.AnyOf))
    not_ = "not " if getattr(test, "negated", False) else ""
    if isinstance(test, ast.Is):
        return f"{test.subject} is {not_}{test.word}"
    if isinstance(test, ast.OneOf):
        return f"{test.subject} is {not_}one of {', '.join(test.words)}"
    if isinstance(test, ast.Listed):
        return f"{test.subject} is {not_}listed in {test.table}"
    if isinstance(test, ast.Ordered):
        return f"{test.subject} is {test.order} than {_moment(test.moment)}"
    if isinstance(test, ast.Apart):
        size = f"{SIZES[test.size]} {_span(test.span)} {test.side}"
        return f"{test.subject} is {size} {_moment(test.moment)}"
    if isinstance(test, ast.Amount):
        amount = _span(test.span) if test.span is not None else str(test.number)
        return f"{test.subject} is {SIZES[test.size]} {amount}"
    if isinstance(test, ast.Includes):
        return f"{test.subject} {'lack' if test.negated else 'include'} {test.word}"
    if isinstance(test, ast.Has):
        return f"{test.subject} has {'no ' if test.negated else ''}{test.attribute}"
    return f"{test.subject} has a {test.item} with ({canonical_condition(test.inner)})"


def _moment(moment: ast.Word | date) -> str:
    return moment.isoformat() if isinstance(moment, date) else str(moment)


def _span(span: ast.Span) -> str:
    return f"{span.count} {span.unit}{'' if span.count == 1 else 's'}"


def canonical_fields(fields: ast.FieldSet) -> str:
    """A field set as the formatter writes it."""
    if isinstance(fields, ast.AllFields):
        return "all fields" + (f" except {canonical_fields(fields.excepted)}" if fields.excepted else "")
    if isinstance(fields, ast.ByLabel):
        return f"fields labelled {', '.join(fields.labels)}"
    return f"field {', '.join(fields.names)}"


def canonical_effect(effect: ast.Effect) -> str:
    """An effect as the formatter writes it."""
    if isinstance(effect, ast.Permit):
        up_to = f" up to {effect.up_to}" if effect.up_to is not None else ""
        return f"permit {canonical_fields(effect.fields)}{up_to}"
    if isinstance(effect, ast.PermitMatch):
        return f"permit match on {canonical_fields(effect.fields)}"
    if isinstance(effect, ast.Forbid):
        return f"forbid {canonical_fields(effect.fields)}"
    if isinstance(effect, ast.ForbidAct):
        return f"forbid {effect.act}"
    if isinstance(effect, ast.Cap):
        return f"cap {canonical_fields(effect.fields)} at {effect.level}"
    if isinstance(effect, (ast.Purge, ast.KeepRestricted)):
        return "purge record" if isinstance(effect, ast.Purge) else "keep record restricted"
    if isinstance(effect, ast.Conflict):
        between = f"between {effect.first} and {effect.second} over {canonical_fields(effect.fields)}"
        return f"conflict {effect.id} {between} elect {', '.join(effect.elect)} valid {_span(effect.valid)}"
    if isinstance(effect, ast.Defer):
        return f"defer notice to {', '.join(effect.recipients)} until {effect.until}"
    within = f" within {_span(effect.within)}" if effect.within is not None else ""
    if isinstance(effect, ast.HoldReview):
        return f"hold {canonical_fields(effect.fields)} for review by {effect.role}{within}"
    return f'hold {canonical_fields(effect.fields)} for attestation "{effect.text}" by {effect.role}{within}'


def canonical_duty(duty: ast.DutySpec) -> str:
    """A duty as the formatter writes it."""
    parts = [f"duty {duty.kind}"]
    parts += [str(duty.what)] if duty.what is not None else []
    parts += [f"{keyword} {word}" for keyword, word in (("to", duty.to), ("for", duty.report)) if word is not None]
    if duty.within is not None:
        parts.append(f"within {_span(duty.within)} of {duty.of}")
    given = (("every", duty.every), ("due", duty.due), ("on", duty.on))
    parts += [f"{keyword} {word}" for keyword, word in given if word is not None]
    parts += [f"until {_moment(duty.until)}"] if duty.until is not None else []
    parts += [f'"{duty.text}"'] if duty.text is not None else []
    return " ".join(parts)


def canonical_rule(rule: ast.Rule) -> str:
    """A rule in canonical form: clauses in a fixed order, one a line, part clauses filled in."""
    lines = [f'rule {rule.id} "{rule.title}"', *(f"> {line}" for line in rule.quote)]
    lines += _heading(rule.cite, rule.status, rule.status_note)
    if rule.decided is not None:
        lines.append("decided automatically" if rule.decided == "automatically" else f"decided by {rule.decided}")
    lines += [f"gives {rule.gives.giver} to {rule.gives.taker}"] if rule.gives is not None else []
    if rule.binds is not None:
        lines.append(f"binds {rule.binds.entity} where {canonical_condition(rule.binds.where)}")
    lines += [f"data {', '.join(rule.classes)}"] if rule.classes else []
    lines += _dates(rule.dates)
    lines += [f"at {', '.join(rule.points)}"] if rule.points else []
    lines += [canonical_effect(rule.effect)] if rule.effect is not None else []
    lines += [f"when {canonical_condition(rule.when)}"] if rule.when is not None else []
    lines += [f"unless {canonical_condition(lifted)}" for lifted in rule.unless]
    lines += ["conceal existence"] if rule.conceal else []
    lines += [canonical_duty(duty) for duty in rule.duties]
    lines += [f'told "{rule.told}"'] if rule.told is not None else []
    lines += [f'note "{note}"' for note in rule.notes]
    return "\n  ".join(lines) + "\n"


def canonical_define(define: ast.Define) -> str:
    """A definition in canonical form."""
    lines = [f'define {define.name} of {define.entity} "{define.title}"']
    lines += _heading(define.cite, define.status, define.status_note) + _dates(define.dates)
    lines += [f'note "{note}"' for note in define.notes]
    lines.append(f"means {canonical_condition(define.means)}")
    return "\n  ".join(lines) + "\n"


def rule_hash(rule: ast.Rule, text: ast.Pack | ast.Policy | ast.Agreement) -> str:
    """SHA-256 over the canonical rule with the definitions and tables it leans on, in name order."""
    parts = [canonical_rule(rule)]
    if not isinstance(text, ast.Agreement):
        names = leans_on(rule, text)
        parts += [canonical_define(define) for define in text.defines if define.name in names]
        parts += [f"table {table.name} {table.hash}\n" for table in text.tables if table.name in names]
    return "sha256:" + hashlib.sha256("".join(parts).encode()).hexdigest()


def leans_on(rule: ast.Rule, text: ast.Pack | ast.Policy) -> frozenset[str]:
    """Names of the definitions and tables a rule rests on, through definitions as well."""
    defined = {str(define.name): define for define in text.defines}
    pending = [condition for condition in (rule.when, *rule.unless) if condition is not None]
    pending += [rule.binds.where] if rule.binds is not None else []
    found: set[str] = set()
    while pending:  # ends: a definition is opened once
        for word in words_of(pending.pop()):
            if word not in found:
                found.add(word)
                pending += [defined[word].means] if word in defined else []
    return frozenset(found)


def words_of(condition: ast.Condition) -> frozenset[str]:
    """Every term and table a condition names."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return frozenset().union(*(words_of(part) for part in condition.parts))
    if isinstance(condition, ast.Some):
        return words_of(condition.inner)
    if isinstance(condition, ast.Listed):
        return frozenset({str(condition.table)})
    return frozenset({str(condition.word)}) if isinstance(condition, ast.Is) else frozenset()


def _heading(cite: str | None, status: str | None, note: str | None) -> list[str]:
    lines = [f'cite "{cite}"'] if cite is not None else []
    if status is not None:
        lines.append(f"status {status}" + (f' "{note}"' if note is not None else ""))
    return lines


def _dates(dates: ast.Dates | None) -> list[str]:
    if dates is None:
        return []
    last = f" to {dates.last}" if dates.last is not None else ""
    return [f"from {dates.first or 'unknown'}{last}"]
