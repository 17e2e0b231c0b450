"""A sealed order keeps a notice from a person until its last day, and never one hour without it (conflict C-06)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from law_samples import (
    HEADING,
    OWNER_ORI,
    TODAY,
    agreement,
    facts_of,
    folded_of,
    law_of,
    pack,
    policy,
    record_of,
    rule,
)

from comity.errors import LawTextError
from comity.law.calendar import end_of_day_ms
from comity.law.canonical import canonical_effect, canonical_rule
from comity.law.compile import compile_law
from comity.law.decide import decide_query, decide_record
from comity.law.decide_point import decide_point
from comity.law.defer import defer_notices, deferrals_of
from comity.law.facts import Facts, Standing
from comity.law.fold import fold
from comity.law.parse import parse_pack
from comity.law.reasons import distinct_duties
from comity.model.decision import Duty

LAST = TODAY + timedelta(days=30)
REVIEW = "duty review order to counsel within 1 working-day of query-received on any-outcome"
NOTICE = f'rule N-1 "Tell" {HEADING} at ask duty notify subject within 3 days of query-received on any-outcome\n'
DEFER = f"""rule D-1 "Wait" {HEADING} at ask, release
  defer notice to subject until order's expires
  when order is sealed and order's issuer is state-judge
  {REVIEW}
"""
SEALED = {
    "order is sealed": True,
    "order's issuer": "state-judge",
    "order's instrument": "court-order",
    "order's document": "sha256:" + "a" * 64,
    "order's expires": LAST,
}


def notices(*texts: object, facts: Facts) -> tuple[Duty, ...]:
    """The notices a question owes under these texts."""
    folded = fold(compile_law(texts), facts)  # type: ignore[arg-type]
    return tuple(duty for duty in decide_query(folded).duties if duty.kind == "notify")


def test_a_sealed_order_defers_the_notice_and_asks_counsel_to_look() -> None:
    """The notice keeps its own due time, gains the order's last day and the rule; counsel has a working day."""
    law = (pack(NOTICE + DEFER), agreement())
    decision = decide_query(folded_of(*law, facts=facts_of(SEALED)))
    notice, review = decision.duties
    assert (notice.deferred_until_ms, notice.deferred_by) == (end_of_day_ms(LAST, "UTC"), "test/D-1")
    assert notice.due_ms == end_of_day_ms(TODAY + timedelta(days=3), "UTC")
    assert (review.kind, review.to, review.deferred_until_ms) == ("review", "counsel", None)


@pytest.mark.parametrize("path", sorted(SEALED))
def test_what_is_unknown_of_the_order_defers_nothing(path: str) -> None:
    """Seal, judge, document and last day: without any one of them the person is told."""
    (notice,) = notices(pack(NOTICE + DEFER), agreement(), facts=facts_of(SEALED).without(path))
    expected = path == "order's instrument"  # this rule does not ask for the kind of paper
    assert (notice.deferred_until_ms is not None) is expected


@pytest.mark.parametrize(
    ("expires", "deferred"),
    [
        (TODAY - timedelta(days=1), False),
        (TODAY, True),
        (date(TODAY.year + 10, TODAY.month, TODAY.day), True),
        (date(TODAY.year + 10, TODAY.month, TODAY.day + 1), False),
        (date.max, False),
    ],
)
def test_only_an_order_with_a_real_end_ahead_defers(expires: date, deferred: bool) -> None:
    """On its last day it still does, the day after no more; one that ends after ten years has no end."""
    (notice,) = notices(pack(NOTICE + DEFER), agreement(), facts=facts_of({**SEALED, "order's expires": expires}))
    assert (notice.deferred_until_ms is not None) is deferred


def test_an_unread_rule_defers_nothing() -> None:
    """A rule that counsel has not verified takes nothing from anybody."""
    unread = DEFER.replace("status verified", "status unverified")
    (notice,) = notices(pack(NOTICE + unread), agreement(), facts=facts_of(SEALED))
    assert notice.deferred_until_ms is None


def test_an_unread_definition_defers_nothing() -> None:
    """A seal that rests on a definition nobody has read is unknown."""
    define = 'define shut of order "Shut" cite "Act 1" status unverified means order is sealed\n'
    (notice,) = notices(
        pack(define + NOTICE + DEFER.replace("order is sealed", "order is shut")),
        agreement(),
        facts=facts_of(SEALED),
    )
    assert notice.deferred_until_ms is None


def test_the_askers_law_defers_nothing_of_the_owner() -> None:
    """What came with the asker may only narrow."""
    folded = fold(compile_law((pack(NOTICE), agreement()), (pack(DEFER, name="asker"),)), facts_of(SEALED))
    assert all(duty.deferred_until_ms is None for duty in decide_query(folded).duties)


def test_it_counts_from_every_standpoint_or_not_at_all() -> None:
    """Asked for another agency from which the rule is not sure, the person is told."""
    more = DEFER.replace("is state-judge", "is state-judge and asker's level is federal")
    local = facts_of(
        {**SEALED, "asker's level": "local"},
        standing=Standing("other", frozenset({"WA0170000"}), "ccpd", frozenset({OWNER_ORI})),
    )
    (alone,) = notices(pack(NOTICE + more), agreement(), facts=facts_of(SEALED))
    (both,) = notices(pack(NOTICE + more), agreement(), facts=facts_of(SEALED, others=(local,)))
    assert (alone.deferred_until_ms is None, both.deferred_until_ms is None) == (False, True)


def test_a_notice_owed_over_a_class_that_defers_nothing_goes_out() -> None:
    """One class deferred and another not: the person is told."""
    only = DEFER.replace("at ask, release", "data case at ask, release")
    facts = facts_of(SEALED, classes=("case", "booking"))
    (notice,) = notices(pack(NOTICE + only), agreement(), facts=facts)
    assert notice.deferred_until_ms is None


def test_notices_of_a_record_wait_as_those_of_the_question_do() -> None:
    """What a record owes to the same person waits until the same day; what it owes to others does not."""
    told = rule("N-2", "duty notify subject within 1 day of released on release duty notify counsel on release")
    folded = folded_of(pack(told + DEFER), agreement(), facts=facts_of(SEALED))
    duties = defer_notices(decide_record(folded, record_of(), "p").duties, deferrals_of(folded, "case"))
    assert [(duty.to, duty.deferred_until_ms) for duty in duties if duty.kind == "notify"] == [
        ("subject", end_of_day_ms(LAST, "UTC")),
        ("counsel", None),
    ]


def test_the_latest_of_two_deferrals_counts() -> None:
    """Two orders' rules over one notice: it waits for the later end."""
    first = deferrals_of(folded_of(pack(DEFER), agreement(), facts=facts_of(SEALED)), "case")
    later = replace(first[0], until_ms=first[0].until_ms + 1, rule="test/D-2")
    duty = Duty(kind="forward", rule="r", citation="c", to="subject")
    (deferred,) = defer_notices((duty,), (*first, later))
    assert deferred.deferred_by == "test/D-2"
    assert defer_notices((duty,), ()) == (duty,)


def test_of_equal_duties_the_one_that_protects_stays() -> None:
    """Undeferred before deferred, the earlier end before the later, the certain before the doubtful."""
    plain = Duty(kind="notify", rule="r", citation="c", to="subject", confirm=True)
    one, two = (
        Duty(
            kind="notify", rule="r", citation="c", to="subject", deferred_until_ms=until, deferred_by=f"d/{until}"
        )
        for until in (5, 9)
    )
    (found,) = distinct_duties((two, one))
    assert (found.deferred_until_ms, found.deferred_by) == (5, "d/5")
    (found,) = distinct_duties((one, plain))
    assert (found.deferred_until_ms, found.deferred_by, found.confirm) == (None, "", False)


@given(st.integers(-400, 4_000), st.booleans(), st.integers(0, 400))
@settings(max_examples=60)
def test_a_deferral_never_shortens_or_removes_a_duty(days: int, sealed: bool, within: int) -> None:
    """With or without the seal the same duties are owed, at the same own time; a deferral ends today or later."""
    text = NOTICE.replace("3 days", f"{within} days") + DEFER
    facts = facts_of({**SEALED, "order's expires": TODAY + timedelta(days=days), "order is sealed": sealed})
    open_facts = facts_of({**SEALED, "order is sealed": False})
    (kept,), (plain,) = (notices(pack(text), agreement(), facts=seen) for seen in (facts, open_facts))
    assert (kept.rule, kept.to, kept.due_ms, kept.confirm) == (plain.rule, plain.to, plain.due_ms, plain.confirm)
    assert kept.deferred_until_ms is None or kept.deferred_until_ms >= facts.calendar.at_ms


def test_a_deferral_counts_where_something_is_passed_on() -> None:
    """At `onward` the notice of passing on waits as well, from every standpoint."""
    onward = (
        (NOTICE + DEFER.replace(REVIEW, REVIEW.replace("query-received", "decision-made")))
        .replace("at ask, release", "at onward")
        .replace("at ask", "at onward")
    )
    law = law_of(pack(onward))
    seen = facts_of({**SEALED, "record's data-class": "case"})
    told = decide_point(law, "onward", seen).duties
    assert [duty.deferred_by for duty in told if duty.kind == "notify"] == ["test/D-1"]
    open_facts = facts_of({**SEALED, "order is sealed": False, "record's data-class": "case"})
    other = replace(seen, others=(open_facts,))
    told = decide_point(law, "onward", other).duties
    assert [duty.deferred_by for duty in told if duty.kind == "notify"] == [""]


WRONG = {
    "inside": (DEFER.replace("to subject", "to supervisor"), "`supervisor` is inside the owner"),
    "unknown role": (DEFER.replace("to subject", "to subjekt"), "did you mean `subject`?"),
    "no last day of the paper": (
        DEFER.replace("order's expires", "record's collected"),
        "is no last day of the paper",
    ),
    "nobody looks": (DEFER.replace(REVIEW, ""), "defers a notice and nobody looks at the order"),
    "looked at some time": (
        DEFER.replace("within 1 working-day of query-received ", ""),
        "add `duty review order to counsel within 1 working-day",
    ),
    "wrong point": (DEFER.replace("at ask, release", "at ingest"), "`defer` cannot stand at `ingest`"),
    "from unknown": (DEFER.replace("from 2020-01-01", "from unknown"), "`from unknown` may stand only where"),
    "by the record": (
        DEFER.replace("at ask, release", "at release").replace(
            "order is sealed", "order is sealed and record is sealed"
        ),
        "defers a notice by `record is sealed`",
    ),
    "by a missing paper": (
        DEFER.replace("order is sealed", "order has no activity"),
        "`has no`",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_deferral_that_takes_too_much_is_refused(name: str) -> None:
    """Whom it may keep untold, until when, by which facts, and that counsel looks at it."""
    text, sentence = WRONG[name]
    with pytest.raises(LawTextError) as caught:
        law_of(pack(text))
    assert sentence in str(caught.value)


def test_only_a_law_defers_what_a_law_owes() -> None:
    """An owner's policy and an agreement cannot keep a person untold."""
    clause = 'clause D-1 "Wait" gives ccpd to fia at ask defer notice to subject until order\'s expires '
    for text in (policy(DEFER), agreement(clause + REVIEW)):
        with pytest.raises(LawTextError, match="defers a notice outside a law pack"):
            law_of(text)


def test_a_deferral_is_written_back_as_it_was_read() -> None:
    """The formatter's form is read to the same rule."""
    text = f'pack test "T" in WA version 1\n{DEFER.replace("to subject", "to subject, subjects-lawyer")}'
    (read,) = parse_pack(text, "test").rules
    assert read.effect is not None
    assert canonical_effect(read.effect) == "defer notice to subject, subjects-lawyer until order's expires"
    (again,) = parse_pack(f'pack test "T" in WA version 1\n{canonical_rule(read)}', "test").rules
    assert again == read
