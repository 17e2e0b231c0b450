"""What several owners said, put together: absence is evidence of nothing, and a name alone is a count."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import date

import msgspec
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from region_stage import Stage

from comity.exchange.asking.persons import join_persons
from comity.model.answer import Answer, Evidence, Item, ReleasedField
from comity.model.codes import DataClass, Level, Status
from comity.model.outcome import SourceResult

SEEN: Counter[str] = Counter()
NAMES = ("Smith, John", "Smith, Jon", "Smith, John Paul", "Jones, Ann")
BIRTHS = ("1961-04-05", "1961-04-06", "1980-11-30")
SILENT = (Status.NOTHING_RELEASABLE, Status.REFUSED, Status.TIMED_OUT, Status.UNREACHABLE)


def item(number: int, name: str, birth: str, agrees: bool) -> Item:
    """One released item; `agrees`: its owner says that it bears the number asked about."""
    fields = [ReleasedField(field="name", level=Level.FULL, values=(name,))]
    if birth:
        fields.append(ReleasedField(field="birth-date", level=Level.FULL, values=(birth,)))
    told = Evidence(
        field="ssn",
        verdict="agree" if agrees else "missing",
        weight_millinats=0,
        sentence="ssn: agree",
        asked="512-34-6789",
    )
    return Item(
        item_id=f"{number:032x}", data_class=DataClass.WARRANT, reference="", probability_ppm=1,
        second_identifier=False, evidence=(told,), fields=tuple(fields), withheld=(), labels=(),
        as_of=date(2026, 1, 1 + number % 28),
    )  # fmt: skip


def source(agency: str, status: Status, items: tuple[Item, ...] | None) -> SourceResult:
    """One source; None for one that gave no answer at all."""
    answer = None
    if items is not None:
        answer = Answer(
            query_id="1" * 32, number=1, owner=agency, status=status, reasons=(), items=items, answered_ms=1
        )
    return SourceResult(agency=agency, status=status, answer=answer)


@st.composite
def sources(draw: st.DrawFn) -> tuple[SourceResult, ...]:
    rows = st.tuples(st.sampled_from(NAMES), st.sampled_from(("", *BIRTHS)), st.booleans())
    found, number = [], 0
    for agency in ("history", "police", "sheriff"):
        theirs = []
        for row in draw(st.lists(rows, max_size=3)):
            number += 1
            theirs.append(item(number, *row))
        found.append(source(agency, Status.ANSWERED, tuple(theirs)))
    return tuple(found)


@settings(max_examples=100)
@given(told=sources(), silent=st.lists(st.sampled_from(SILENT), max_size=3), answered=st.booleans())
def test_owners_without_a_record_change_nothing(
    told: tuple[SourceResult, ...], silent: list[Status], answered: bool
) -> None:
    """Any number of owners that released nothing, for whatever reason, join nobody, part nobody, conflict with none."""
    nothing = tuple(
        source(f"nobody-{place}", status, () if answered else None) for place, status in enumerate(silent)
    )
    assert join_persons((*told, *nothing)) == join_persons(told)
    assert join_persons((*nothing, *told)) == join_persons(told)


def test_a_number_the_owners_agreed_on_ties_without_being_shown() -> None:
    """Two owners whose records bear the number asked about under two names: told, and the number is not printed."""
    told = (
        source("history", Status.ANSWERED, (item(1, "Smith, John", "1961-04-05", True),)),
        source("police", Status.ANSWERED, (item(2, "Jones, Ann", "1961-04-05", True),)),
    )
    persons, (apart,) = join_persons(told)
    assert len(persons) == 2
    assert apart.ties == ("birth-date", "ssn")
    assert [(held.owner, held.value, held.as_of) for held in apart.disagree[0].values] == [
        ("history", "Smith, John", date(2026, 1, 2)),
        ("police", "Jones, Ann", date(2026, 1, 3)),
    ]
    assert "512-34-6789" not in str(apart)


def outline(answer: Answer | None) -> tuple[object, ...] | None:
    """An answer without what is drawn anew for every question."""
    if answer is None:
        return None
    items = tuple(msgspec.structs.replace(one, item_id="") for one in answer.items)
    return answer.status, items, answer.possible, answer.not_in_file_ppm


def test_asking_one_more_owner_changes_no_other_owners_answer(stage: Stage) -> None:
    """Evidence, probability, verdict and *not in this file* of an owner are its own, whoever else is asked."""
    question = stage.region.scene.detective_question
    whole = {one.agency: outline(one.answer) for one in stage.ask(question).sources}
    assert len(whole) > 2
    for owner in question.owners:
        (alone,) = stage.ask(dataclasses.replace(question, owners=(owner,))).sources
        assert outline(alone.answer) == whole[owner]


@given(data=st.data())
@settings(
    max_examples=25,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
def test_a_name_alone_gets_not_enough_and_a_count(stage: Stage, data: st.DataObject) -> None:
    """Whoever of the region is asked about by name, sex and year of birth alone: no list, no person, a count."""
    scene = stage.region.scene
    question = data.draw(st.sampled_from((scene.detective_question, scene.investigator_question)))
    record = data.draw(st.sampled_from([one for one in stage.region.records if one.people]))
    person = record.people[0]
    family, _, given_name = person.values("name")[0].partition(", ")
    subject = msgspec.structs.replace(
        question.subject,
        family=family,
        given=data.draw(st.sampled_from((given_name.partition(" ")[0].strip(","), ""))),
        middle="",
        suffix="",
        birth_date=data.draw(st.sampled_from(("", *(text[:4] for text in person.values("birth-date"))))),
        address="",
        identifiers=(),
        other_names=(),
    )
    outcome = stage.ask(question, subject=subject)
    assert outcome.persons == ()
    assert outcome.apart == ()
    for one in outcome.sources:
        assert one.status in (Status.ANSWERED, Status.NOTHING_RELEASABLE, Status.REFUSED, Status.TOO_MANY)
        if one.answer is None:
            continue
        assert one.answer.items == ()
        assert one.answer.not_in_file_ppm is None
        if one.status is Status.ANSWERED:
            SEEN["counted"] += 1
            assert one.answer.possible is not None
            assert one.answer.possible > 0
            assert "comity/IDENTIFY" in {reason.rule for reason in one.answer.reasons}


def test_the_property_met_names_that_are_there() -> None:
    """Enough of the questions were about people whom an owner counted."""
    assert SEEN["counted"] >= 10, SEEN


def declaring(owner: str, numbers: tuple[int, ...], **said: tuple[tuple[int, int], ...]) -> SourceResult:
    """An owner's answer with items of one name and date, and what it declared of pairs of item numbers."""
    told = source(owner, Status.ANSWERED, tuple(item(number, NAMES[0], BIRTHS[0], False) for number in numbers))
    assert told.answer is not None
    pairs = {
        name: tuple((f"{one:032x}", f"{other:032x}") for one, other in declared) for name, declared in said.items()
    }
    return msgspec.structs.replace(told, answer=msgspec.structs.replace(told.answer, **pairs))


def test_two_that_their_owner_declared_two_people_are_shown_side_by_side() -> None:
    """Nothing they show differs; they are not joined, a third that fits both is joined to neither, and it is said."""
    police = declaring("police", (3,))
    for pair in ((1, 2), (2, 1)):
        persons, (apart,) = join_persons((declaring("sheriff", (1, 2), two_people=(pair,)), police))
        assert [len(view.item_ids) for view in persons] == [1, 1, 1]
        assert len(apart.item_ids) == 3
        assert apart.disagree == ()
        assert apart.sentence.endswith("an owner declared that two people are among them")


def test_an_owner_that_says_both_joins_nobody() -> None:
    """Doubt never joins two people."""
    both = declaring("sheriff", (1, 2), one_person=((1, 2),), two_people=((1, 2),))
    persons, _ = join_persons((both,))
    assert [len(view.item_ids) for view in persons] == [1, 1]
