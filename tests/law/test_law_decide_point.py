"""Deciding at the other doors: activation, sessions, entries, onward sharing, purging."""

from __future__ import annotations

from datetime import date

import pytest
from law_samples import (
    HEADING,
    STRANGER,
    agreement,
    facts_of,
    law_of,
    pack,
)

from comity.errors import NounError
from comity.law.atoms import FieldFlags
from comity.law.decide import decide_point


def at(point: str, body: str, name: str = "A-1") -> str:
    return f'rule {name} "t" {HEADING} at {point} {body}\n'


def test_onward_sharing_is_refused_or_closed_field_by_field() -> None:
    """`forbid onward` refuses; `forbid fields` closes those; unknown consent counts as none."""
    facts = facts_of({"record's data-class": "case", "record is own-record": False})
    refusing = law_of(pack(at("onward", "forbid onward unless record is consented-onward")))
    assert [one.rule for one in decide_point(refusing, "onward", facts).forbidden] == ["test/A-1"]
    assert not decide_point(refusing, "onward", facts.having({"record is consented-onward": True})).forbidden
    closing = law_of(pack(at("onward", "forbid fields labelled address unless field is public")))
    assert decide_point(closing, "onward", facts).closed == ("home-address", "work-address")
    public = facts.having({"field is public": FieldFlags(frozenset({"home-address"}))})
    assert decide_point(closing, "onward", public).closed == ("work-address",)
    holding = law_of(pack(at("onward", "hold all fields for review by counsel")))
    assert [one.role for one in decide_point(holding, "onward", facts).holds] == ["counsel"]


def test_purge_needs_certainty_and_a_legal_hold_keeps() -> None:
    """True purges, unknown is a custodian's task, a kept record stays restricted."""
    rules = at("purge", "purge record when now is more than 21 days after record's collected duty log") + at(
        "purge", "keep record restricted when record is legal-hold", "A-2"
    )
    law = law_of(pack(rules))
    old = {
        "record's data-class": "plate-read",
        "record's collected": date(2026, 10, 1),
        "record is legal-hold": False,
    }
    assert decide_point(law, "purge", facts_of(old)).purge
    assert not decide_point(law, "purge", facts_of({**old, "record's collected": date(2026, 10, 30)})).purge
    kept = decide_point(law, "purge", facts_of({**old, "record is legal-hold": True}))
    assert (kept.purge, kept.kept) == (False, True)
    unknown = decide_point(law, "purge", facts_of(old).without("record's collected"))
    assert not unknown.purge
    assert [(duty.kind, duty.to, duty.confirm) for duty in unknown.duties] == [
        ("purge", "records-custodian", True)
    ]


def test_sessions_and_entries_are_refused_at_their_points() -> None:
    """Idle too long, or unknown: refused with a duty; an unknown point is an error."""
    law = law_of(
        pack(at("session", "forbid session when session's idle is more than 30 minutes duty log on refusal"))
    )
    assert decide_point(law, "session", facts_of({"session's idle": 31})).forbidden
    assert decide_point(law, "session", facts_of()).forbidden
    allowed = decide_point(law, "session", facts_of({"session's idle": 30}))
    assert (allowed.forbidden, allowed.duties) == ((), ())
    with pytest.raises(NounError, match="`release` is not decided here"):
        decide_point(law, "release", facts_of())


def test_at_a_point_a_rule_of_a_class_counts_for_its_class_and_where_the_class_is_unknown() -> None:
    """A rule for tips leaves cases alone; where nobody says the class, it narrows; other parties are not bound."""
    clause = 'clause O-1 "t" gives ccpd to fia at onward data tip forbid onward\n'
    law = law_of(agreement(clause))
    assert decide_point(law, "onward", facts_of({"record's data-class": "tip"})).forbidden
    assert not decide_point(law, "onward", facts_of({"record's data-class": "case"})).forbidden
    assert decide_point(law, "onward", facts_of()).forbidden
    assert not decide_point(law, "onward", facts_of(standing=STRANGER)).forbidden


@pytest.mark.parametrize(
    ("given", "barred", "certain"),
    [
        ({"agreement's data-classes": frozenset({"case"})}, False, None),
        ({"agreement's data-classes": frozenset({"case", "intelligence"})}, True, True),
        ({}, True, False),
    ],
)
def test_what_an_agreement_gives_decides_at_activation_unknown_included(
    given: dict[str, frozenset[str]], barred: bool, certain: bool | None
) -> None:
    """The act is refused where the class is given or may be; where it only may be, a person looks before a notice."""
    text = pack(
        f'rule A-1 "t" {HEADING} at activate data intelligence forbid activation '
        "duty notify grantor on any-outcome\n"
    )
    found = decide_point(law_of(text), "activate", facts_of(given))
    assert bool(found.forbidden) == barred
    assert [not duty.confirm for duty in found.duties] == ([] if certain is None else [certain])
