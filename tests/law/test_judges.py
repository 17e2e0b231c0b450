"""Which judge's which paper counts: every issuer with every instrument, against a table written from the statutes.

From conflict C-12 of the legal reference and the rows it names. Whoever lets another judge in changes this table, and
says by that which text allows it.
"""

from __future__ import annotations

from functools import cache

import pytest

from comity.law import ast
from comity.law.compile import compile_law
from comity.law.compiled import Law, RuleCode, Source
from comity.law.reading import Reader
from comity.law.shipped import shipped_pack, shipped_pack_names
from comity.law.vocabulary import load_vocabulary
from comity.model.codes import Instrument, Issuer

WARRANT, ORDER, SUBPOENA = "judicial-warrant", "court-order", "court-subpoena"
ARTICLE_III, MAGISTRATE, STATE = "article-three-judge", "us-magistrate", "state-judge"
FEDERAL = (ARTICLE_III, MAGISTRATE)
COURTS = (*FEDERAL, STATE)
EVERY_COURT = (*COURTS, "tribal-judge", "territorial-judge", "dc-judge")
EVERY_ISSUER = ("nobody", "agency-officer", "immigration-judge", *EVERY_COURT)
Papers = tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]  # instruments, with the issuers whose they may be

TERMS: dict[str, Papers] = {
    # 28 CFR 20.21(b)(2), 42 CFR 2.61, 34 USC 12291: a court's process, federal or state
    "us/judges-paper": (((WARRANT, ORDER, SUBPOENA), COURTS),),
    # 28 CFR 20.21(b)(2): a statute needs no judge, an order does, and a subpoena is none
    "us/authority-cited": ((("statute",), EVERY_ISSUER), ((WARRANT, ORDER), COURTS)),
    # CA-03: a federal judge or magistrate judge only; a state judge does not count
    "us-ca/federal-criminal-warrant": (((WARRANT, ORDER), FEDERAL),),
    # C-06: whose seal it is decides nothing about whose paper opens; a notice waits for any court's
    "us-ca/sealed-by-court": (((WARRANT, ORDER, SUBPOENA), EVERY_COURT),),
    "us-ny/sealed-by-court": (((WARRANT, ORDER, SUBPOENA), EVERY_COURT),),
    # CO-01: issued by a court
    "us-co/court-issued": (((WARRANT, ORDER, SUBPOENA), COURTS),),
    # DC-01: an Article III judge or a federal magistrate judge; not the District's own
    "us-dc/warrant-or-order": (((WARRANT, ORDER), FEDERAL),),
    # IL-02: a federal criminal warrant
    "us-il/criminal-warrant": (((WARRANT,), FEDERAL),),
    # IL-09: a court's order or subpoena; a warrant of an Article III judge only
    "us-il/records-order": (((ORDER, SUBPOENA), COURTS), ((WARRANT,), (ARTICLE_III,))),
    # IL-01: papers that no judge signs, whoever did
    "us-il/immigration-paper": ((("detainer", "administrative-warrant"), EVERY_ISSUER),),
    # MD-02: a warrant of a federal or Maryland court
    "us-md/warrant-of-a-court": (((WARRANT,), COURTS),),
    # NY-01: Article III; what a magistrate judge's paper does is a rule of its own
    "us-ny/judges-order": (((WARRANT, ORDER), (ARTICLE_III,)),),
    "us-ny/magistrates-order": (((WARRANT, ORDER), (MAGISTRATE,)),),
    # OR-02: a court's subpoena in its case; OR-06: a magistrate judge's warrant
    "us-or/judicial-subpoena": (((SUBPOENA,), COURTS),),
    "us-or/magistrates-warrant": (((WARRANT,), (MAGISTRATE,)),),
    # WA-04: Article III, and judges and magistrates of the state
    "us-wa/court-process": (((WARRANT, ORDER, SUBPOENA), COURTS),),
}
RULES: dict[str, Papers] = {
    "us-ca/CA-29": (((WARRANT, ORDER), COURTS),),
    "us-nj/NJ-02": (((WARRANT, ORDER), COURTS),),
    "us-va/VA-01b": (((WARRANT, ORDER), COURTS),),
    "us-va/VA-03": (((WARRANT, ORDER), COURTS),),
    "us-va/VA-03a": (((WARRANT, ORDER), COURTS),),
    "us-wa/WA-08i": (((WARRANT,), COURTS),),
}


@cache
def shipped() -> Law:
    """All shipped packs in one law."""
    return compile_law(tuple(shipped_pack(name) for name in shipped_pack_names()))


@cache
def sources() -> dict[str, Source]:
    """The text of every shipped pack, by its name."""
    found = {code.source.name: code.source for code in shipped().codes}
    assert set(found) == set(shipped_pack_names())
    return found


def reads_paper(condition: ast.Condition) -> bool:
    """Whether a condition, its definitions left alone, turns on whose or what paper it is."""
    if isinstance(condition, ast.AllOf | ast.AnyOf):
        return any(reads_paper(part) for part in condition.parts)
    return str(getattr(condition, "subject", "")) in {"order's issuer", "order's instrument"}


def accepted(source: Source, condition: ast.Condition) -> set[tuple[str, str]]:
    """The instruments and issuers for which a condition is true, all else that it may read being as it wants it."""
    reader = Reader(load_vocabulary(), source)
    found = set()
    for instrument in Instrument:
        for issuer in Issuer:
            facts = {"order's instrument": str(instrument), "order's issuer": str(issuer), "order is sealed": True}
            if reader.truth(condition, facts) is True:
                found.add((str(instrument), str(issuer)))
    return found


def wanted(papers: Papers) -> set[tuple[str, str]]:
    return {(what, who) for instruments, issuers in papers for what in instruments for who in issuers}


def test_the_table_knows_every_issuer() -> None:
    """A new kind of judge is asked about here before any pack can let it in."""
    assert set(EVERY_ISSUER) == {str(issuer) for issuer in Issuer}


def test_every_definition_of_a_paper_is_in_the_table() -> None:
    """No pack says what a judge is without being read here."""
    found = {
        f"{name}/{define.name}"
        for name, source in sources().items()
        for versions in source.defines.values()
        for define in versions
        if reads_paper(define.means)
    }
    assert found == set(TERMS)


@pytest.mark.parametrize("term", TERMS)
def test_a_definition_takes_the_papers_of_its_judges_and_no_others(term: str) -> None:
    """Each version of each definition, all combinations."""
    pack, _, name = term.partition("/")
    source = sources()[pack]
    for define in source.defines[ast.Word(name)]:
        assert accepted(source, define.means) == wanted(TERMS[term])


def of_judges(code: RuleCode) -> list[ast.Condition]:
    """The exceptions of a rule that name a judge themselves."""
    return [lifted for lifted in code.rule.unless if "order's issuer" in repr(lifted)]


def test_every_rule_that_names_a_judge_itself_is_in_the_table() -> None:
    """Where a rule spells the judges out instead of naming a definition, in its exceptions and nowhere else."""
    codes = shipped().codes
    assert {code.id for code in codes if of_judges(code)} == set(RULES)
    assert not [code.id for code in codes if "order's issuer" in repr((code.rule.when, code.rule.binds))]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_is_lifted_by_the_papers_of_its_judges_and_no_others(rule: str) -> None:
    """All combinations."""
    (code,) = [one for one in shipped().codes if one.id == rule]
    (condition,) = of_judges(code)
    assert accepted(code.source, condition) == wanted(RULES[rule])


def test_no_officers_and_no_immigration_judges_paper_opens_anything() -> None:
    """An immigration judge never counts, nor an agency's own officer, nor a paper that nobody signed."""
    nobodys = {"nobody", "agency-officer", "immigration-judge"}
    for papers in (*TERMS.values(), *RULES.values()):
        for instruments, issuers in papers:
            assert not nobodys & set(issuers) or not {WARRANT, ORDER, SUBPOENA} & set(instruments)
