"""Checking texts of law: every finding at once, each with place, fault and remedy.

A text that has a finding is not loaded. What needs all requests at once (a permit nobody can meet, a rule no case
exercises) is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from comity.errors import Finding
from comity.law import ast
from comity.law.check_agreement import check_agreement
from comity.law.check_condition import Scope, Use, check_condition, near_word, suggest
from comity.law.check_effect import check_duty, check_effect
from comity.law.check_spans import check_overlaps, check_versions
from comity.law.shipped import shipped_pack_names
from comity.law.tables import table_hash
from comity.law.vocabulary import Vocabulary

Tables = tuple[tuple[str, str], ...]
Text = ast.Pack | ast.Policy | ast.Agreement
WIDENING = (ast.Permit, ast.PermitMatch)
REMEDIES = {
    "cite": "write the instrument and section it comes from",
    "status": "write `status verified` or `status unverified`",
    "from": "write the first day in force, or `from unknown` where the effect narrows",
    "at": "name the points where it is decided, such as `at release`",
    "gives": "write which party gives to which",
}
BINDABLE = ("owner", "asker", "recipient")
OF_RECORDS = frozenset({"record", "subject", "field"})


def check_texts(texts: Sequence[tuple[Text, Tables]], vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """Every finding in a set of texts that are to be in force together. Each comes with its tables' texts."""
    packs: dict[str, ast.Pack | ast.Policy] = {
        str(tree.name): tree for tree, _ in texts if not isinstance(tree, ast.Agreement)
    }
    found: list[Finding] = []
    for tree, tables in texts:
        scope = _scope(tree, vocabulary)
        found += _check_uses(tree, scope, packs)
        if isinstance(tree, ast.Agreement):
            found += check_agreement(tree, scope)
            rules = tree.clauses
        else:
            found += _check_jurisdiction(tree, scope)
            found += _check_defines(tree, scope)
            found += _check_tables(tree, scope, dict(tables))
            rules = tree.rules
        for rule in rules:
            found += _check_rule(rule, tree, scope, packs)
        found += check_overlaps(rules, scope)
    return tuple(sorted(dict.fromkeys(found), key=lambda one: (one.file, one.line, one.column)))


def check_text(
    tree: Text, vocabulary: Vocabulary, tables: Tables = (), beside: Sequence[Text] = ()
) -> tuple[Finding, ...]:
    """Every finding in one text; `beside` are the packs it uses, whose own findings are left out."""
    found = check_texts(((tree, tables), *((other, ()) for other in beside)), vocabulary)
    return tuple(finding for finding in found if finding.file == tree.file)


def _scope(tree: Text, vocabulary: Vocabulary) -> Scope:
    defines = {} if isinstance(tree, ast.Agreement) else {str(define.name): define for define in tree.defines}
    tables = () if isinstance(tree, ast.Agreement) else tree.tables
    return Scope(vocabulary, (tree.file, tree.lines), defines, frozenset(str(table.name) for table in tables))


def _check_uses(tree: Text, scope: Scope, packs: Mapping[str, ast.Pack | ast.Policy]) -> Iterator[Finding]:
    """The vocabulary is the one at hand; the packs a pack leans on are there, at least as new."""
    for use in tree.uses:
        if use.kind == "vocabulary":
            own = scope.vocabulary.text
            if (str(use.name), use.version) != (str(own.name), own.version):
                yield scope.finding(
                    use.name,
                    f"vocabulary `{use.name}` {use.version} is not at hand",
                    f"write `uses vocabulary {own.name} {own.version}`",
                )
        elif not isinstance(tree, ast.Agreement):
            used = packs.get(use.name)
            if used is None:
                others = {*packs, *shipped_pack_names()} - {str(tree.name)}
                remedy = near_word(use.name, others) or "switch it on with this one"
                yield scope.finding(use.name, f"pack `{use.name}` is not at hand", remedy)
            elif used.version < use.version:
                fault = f"pack `{use.name}` is version {used.version}, older than {use.version}"
                yield scope.finding(use.name, fault, "switch on the newer one")


def _check_jurisdiction(tree: ast.Pack | ast.Policy, scope: Scope) -> Iterator[Finding]:
    states = scope.vocabulary.types["state"]
    if isinstance(tree, ast.Pack) and tree.jurisdiction not in states:
        fault = f"`{tree.jurisdiction}` is not a value of state"
        yield scope.finding(tree.jurisdiction, fault, suggest(tree.jurisdiction, states))


def _check_rule(
    rule: ast.Rule, tree: Text, scope: Scope, packs: Mapping[str, ast.Pack | ast.Policy]
) -> Iterator[Finding]:
    agreement = isinstance(tree, ast.Agreement)
    yield from _check_clauses(rule, scope, agreement=agreement)
    yield from _check_places(rule, scope)
    yield from check_effect(rule, scope)
    yield from _check_authority(rule, tree, scope)
    for duty in rule.duties:
        yield from check_duty(duty, scope)
    yield from _check_conditions(rule, scope)
    if isinstance(rule.effect, ast.Conflict):
        yield from _check_conflict(rule, rule.effect, tree, scope, packs)
    if isinstance(rule.effect, ast.Defer):
        yield from _check_question_only(rule, scope)


def _check_clauses(rule: ast.Rule, scope: Scope, *, agreement: bool) -> Iterator[Finding]:
    for word in rule.repeated:
        yield scope.finding(word, f"rule `{rule.id}` has `{word}` twice", "keep one")
    given = {
        "cite": rule.cite,
        "status": rule.status,
        "from": rule.dates,
        "at": rule.points or None,
        "gives": rule.gives,
    }
    needed = ("at", "gives") if agreement else ("cite", "status", "from", "at")
    for keyword in needed:
        if given[keyword] is None:
            yield scope.finding(rule.id, f"rule `{rule.id}` has no `{keyword}`", REMEDIES[keyword])
    if not agreement and rule.gives is not None:
        yield scope.finding(rule.gives.giver, "`gives` stands in agreements only", "write `binds`")


def _check_places(rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    for name in rule.classes:
        if name not in scope.vocabulary.classes:
            yield scope.finding(name, f"unknown data class `{name}`", suggest(name, scope.vocabulary.classes))
    points = scope.vocabulary.lists["points"]
    for point in rule.points:
        if point not in points:
            yield scope.finding(point, f"unknown point `{point}`", suggest(point, points))
    if rule.dates is not None and rule.dates.first and rule.dates.last and rule.dates.last < rule.dates.first:
        word = ast.Word("from", rule.dates.place)
        yield scope.finding(word, f"rule `{rule.id}` ends before it begins", "put the earlier day first")


def _check_authority(rule: ast.Rule, tree: Text, scope: Scope) -> Iterator[Finding]:
    """Who may permit: agreements and the owner's policy; never a pack, never a rule that binds the asker."""
    if isinstance(rule.effect, ast.Defer) and not isinstance(tree, ast.Pack):
        remedy = "what a law owes only a law defers; write the rule into the jurisdiction's pack"
        yield scope.finding(rule.id, f"rule `{rule.id}` defers a notice outside a law pack", remedy)
    if not isinstance(rule.effect, WIDENING):
        return
    if isinstance(tree, ast.Pack):
        remedy = "permits come from an agreement or from the owner's policy"
        yield scope.finding(rule.id, f"rule `{rule.id}` permits, and a law pack only narrows", remedy)
    if rule.binds is not None and rule.binds.entity == "asker":
        remedy = "the asker's law may only narrow"
        yield scope.finding(rule.binds.entity, f"rule `{rule.id}` binds the asker and permits", remedy)


def _check_conditions(rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    points = tuple(str(point) for point in rule.points)
    # Missing attributes make conditions false: in a permit's `when` and a narrowing `unless` that narrows.
    if rule.effect is None:
        opens: bool | None = None
    else:
        opens = isinstance(rule.effect, (*WIDENING, ast.Conflict, ast.Purge, ast.Defer))
    if rule.when is not None:
        yield from check_condition(rule.when, scope, Use(points, opens))
    for lifted in rule.unless:
        yield from check_condition(lifted, scope, Use(points, None if opens is None else not opens))
    if rule.binds is not None:
        yield from check_condition(rule.binds.where, scope, Use(points, opens))
        yield from _check_binds(rule.binds, scope)


def _check_question_only(rule: ast.Rule, scope: Scope) -> Iterator[Finding]:
    """A deferral follows from the question and its paper; a record says nothing about when its person is told."""
    for condition in (rule.when, *rule.unless):
        for subject, path in paths_of(condition, scope) if condition is not None else ():
            if path.split(" ", 1)[0].removesuffix("'s") in OF_RECORDS:
                fault = f"rule `{rule.id}` defers a notice by `{path}`"
                yield scope.finding(subject, fault, "a deferral turns on the question and its paper only")


def _check_binds(binds: ast.Binds, scope: Scope) -> Iterator[Finding]:
    if binds.entity not in BINDABLE:
        remedy = near_word(binds.entity, BINDABLE) or f"bind {', '.join(BINDABLE)}"
        yield scope.finding(binds.entity, f"a rule cannot bind `{binds.entity}`", remedy)
    for subject, path in paths_of(binds.where, scope):
        declared = scope.vocabulary.attributes.get(path)
        if declared is not None and not declared.required:
            remedy = "whom a rule binds turns on required attributes only"
            yield scope.finding(subject, f"`{path}` may be unknown", remedy)


def paths_of(
    condition: ast.Condition, scope: Scope, opened: tuple[str, ...] = ()
) -> Iterator[tuple[ast.Word, str]]:
    """Every path a condition reads, through definitions, with the word of the condition that leads to it."""
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        for part in condition.parts:
            yield from paths_of(part, scope, opened)
    elif isinstance(condition, ast.Is) and condition.subject in scope.vocabulary.entities:
        path = f"{condition.subject} is {condition.word}"
        define = scope.defines.get(condition.word)
        if path in scope.vocabulary.attributes:
            yield condition.word, path
        elif define is not None and condition.word not in opened:
            for _, inner in paths_of(define.means, scope, (*opened, str(condition.word))):
                yield condition.word, inner
    elif isinstance(condition, ast.Has):
        yield condition.attribute, f"{condition.subject}'s {condition.attribute}"
    elif isinstance(condition, ast.Some):
        yield from paths_of(condition.inner, scope, opened)
    else:
        yield condition.subject, str(condition.subject)


def _check_defines(tree: ast.Pack | ast.Policy, scope: Scope) -> Iterator[Finding]:
    vocabulary = scope.vocabulary
    values = {str(word) for words in vocabulary.types.values() for word in words}
    flags = {str(one.name) for one in vocabulary.attributes.values() if one.kind.name == "flag"}
    for define in tree.defines:
        for word in define.repeated:
            fault = f"definition `{define.name}` has `{word}` twice, or may not have it"
            yield scope.finding(word, fault, "keep one `cite`, `status` and `from`")
        for keyword, given in (("cite", define.cite), ("status", define.status)):
            if given is None:
                yield scope.finding(
                    define.name, f"definition `{define.name}` has no `{keyword}`", REMEDIES[keyword]
                )
        if define.entity not in vocabulary.entities:
            fault = f"unknown entity `{define.entity}`"
            yield scope.finding(define.entity, fault, suggest(define.entity, vocabulary.entities))
        if define.name in values | flags:
            what = "flag" if define.name in flags else "value"
            fault = f"definition `{define.name}` has the name of a {what}"
            yield scope.finding(define.name, fault, "choose a name of its own")
        if _leads_to(str(define.name), define.means, scope, frozenset()):
            fault = f"definition `{define.name}` leads back to itself"
            yield scope.finding(define.name, fault, "say it in attributes")
        else:
            yield from check_condition(define.means, scope, Use(), (str(define.name),))
    yield from check_versions(tree.defines, scope)


def _leads_to(name: str, condition: ast.Condition, scope: Scope, opened: frozenset[str]) -> bool:
    if isinstance(condition, (ast.AllOf, ast.AnyOf)):
        return any(_leads_to(name, part, scope, opened) for part in condition.parts)
    if not isinstance(condition, ast.Is) or condition.word not in scope.defines or condition.word in opened:
        return False
    if f"{condition.subject} is {condition.word}" in scope.vocabulary.attributes or "'s " in condition.subject:
        return False
    if condition.word == name:
        return True
    return _leads_to(name, scope.defines[condition.word].means, scope, opened | {str(condition.word)})


def _check_tables(tree: ast.Pack | ast.Policy, scope: Scope, texts: Mapping[str, str]) -> Iterator[Finding]:
    for table in tree.tables:
        if table.cite is None or table.status is None:
            missing = "cite" if table.cite is None else "status"
            yield scope.finding(table.name, f"table `{table.name}` has no `{missing}`", REMEDIES[missing])
        held = texts.get(table.file)
        if held is None:
            yield scope.finding(
                table.file, f"the table's file `{table.file}` is not there", "put it beside the text"
            )
        elif not table_hash(held).startswith(table.hash):
            remedy = f"the file's hash is {table_hash(held)[:23]}; read what changed before you write it here"
            yield scope.finding(table.hash, f"`{table.file}` differs from its hash", remedy)


def _check_conflict(
    rule: ast.Rule, effect: ast.Conflict, tree: Text, scope: Scope, packs: Mapping[str, ast.Pack | ast.Policy]
) -> Iterator[Finding]:
    own = {} if isinstance(tree, ast.Agreement) else {str(tree.name): tree}
    known = {**packs, **own}
    for ref in (effect.first, effect.second):
        holder = (
            known.get(ref.pack) if ref.pack is not None else (None if isinstance(tree, ast.Agreement) else tree)
        )
        named = [other for other in holder.rules if other.id == ref.rule] if holder is not None else []
        if not named:
            every = [f"{name}/{other.id}" for name, pack in known.items() for other in pack.rules]
            yield scope.finding(ref.rule, f"rule `{ref}` is not found", suggest(str(ref), every))
        elif ref is effect.first and not any(_touches(other, effect, scope) for other in named):
            fault = f"rule `{ref}` forbids none of the fields in conflict"
            yield scope.finding(ref.rule, fault, "name the fields that the suspended rule forbids")


def _touches(rule: ast.Rule, effect: ast.Conflict, scope: Scope) -> bool:
    if not isinstance(rule.effect, ast.Forbid):
        return False
    forbidden = rule.effect.fields
    every = list(scope.vocabulary.classes)
    classes = [str(name) for name in rule.classes if name in every] or every
    return any(
        scope.vocabulary.class_fields(name).mask_of(forbidden)
        & scope.vocabulary.class_fields(name).mask_of(effect.fields)
        for name in classes
    )
