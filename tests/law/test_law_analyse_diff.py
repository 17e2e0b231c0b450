"""Diff: every cell told differs as told, every cell not told does not, both ways."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from analyse_bodies import edited
from law_samples import HEAD, HEADING, TODAY, law_text

from comity.law.analyse.diff import DIMENSIONS, Change, diff, outcome_word
from comity.law.analyse.example import replay
from comity.law.analyse.ground import Given, Ground
from comity.law.analyse.texts import ground_of
from comity.law.shipped import shipped_pack
from comity.model.law_text import LawKind

GIVEN = Given(today=TODAY)
STOPS = f'rule T-01 "Title" {HEADING} decided automatically at release forbid fields labelled address '


def ground(*rules: str) -> Ground:
    return ground_of((law_text(LawKind.PACK, HEAD + "\n".join(rules)),))


def cells(changes: tuple[Change, ...], *, wider: bool) -> set[tuple[str, ...]]:
    """Every changed cell by words and field."""
    return {
        (*words, *field)
        for one in changes
        if one.wider is wider
        for words in product(*one.words)
        for field in one.fields
    }


def test_equal_laws_are_proved_equal() -> None:
    """A text in another order, with another title, or the same text, changes nothing."""
    pack = shipped_pack("us-wa")
    other = edited(pack, ("Personal data that is not public does not go", "What is not public does not go"))
    texts = (shipped_pack("us"), pack)
    found = diff(ground_of(texts), ground_of((shipped_pack("us"), other)), GIVEN)
    assert (found.changes, found.undecided) == ((), ())
    assert found.sampled == 300


def test_a_rule_that_others_cover_changes_nothing() -> None:
    """Taking out a rule within a wider one leaves every answer as it was, and that is proved."""
    wide = STOPS + "when query's purpose is stop\n"
    narrow = STOPS.replace("T-01", "T-02") + "when query's purpose is stop and asker's level is federal\n"
    found = diff(ground(wide, narrow), ground(wide), GIVEN)
    assert found.changed_rules == ("test/T-02",)
    assert (found.changes, found.undecided) == ((), ())


def test_exactly_the_cells_of_a_changed_word_are_told_both_ways() -> None:
    """A forbid that moves from one purpose to another opens the cells of the one and closes those of the other."""
    old = ground(STOPS + "when query's purpose is stop and asker's level is federal\n")
    new = ground(STOPS + "when query's purpose is audit and asker's level is federal\n")
    found = diff(old, new, GIVEN)
    for wider, purpose in ((True, "stop"), (False, "audit")):
        told = cells(found.changes, wider=wider)
        assert {(cell[0], cell[1]) for cell in told} == {(purpose, "federal")}
        assert {cell[5] for cell in told} == {"home-address", "work-address"}
        assert len({cell[4] for cell in told}) == len(old.law.vocabulary.classes)
        assert len({(cell[2], cell[3]) for cell in told}) == 13 * 6
    assert {one.rules for one in found.changes} == {("test/T-01",)}


def test_every_cell_told_has_its_question() -> None:
    """The example of a change, put in each of its cells, is answered as the change says under both laws."""
    old = ground(STOPS + "when query's purpose is one of stop, audit unless field is public\n")
    new = ground(STOPS + "when query's purpose is stop and asker's component is one of ice, cbp\n")
    found = diff(old, new, GIVEN)
    assert found.changes
    for one in found.changes:
        for words in product(*one.words):
            facts = {path: word for path, word in zip(DIMENSIONS, words, strict=True) if path in one.example.facts}
            example = replace(one.example, facts={**one.example.facts, **facts})
            name = next(field for data_class, field in one.fields if data_class == example.data_class)
            seen = [outcome_word(replay(side.law, example), name) for side in (old, new)]
            assert seen == [one.before, one.after]


def test_a_hold_that_becomes_a_release_is_told() -> None:
    """What waited for a person and now leaves at once is an opening, in those words."""
    hold = f'rule T-01 "Title" {HEADING} decided by review at release hold fields labelled address for review by counsel\n'
    rest = STOPS.replace("T-01", "T-02") + "when query's purpose is stop\n"
    found = diff(ground(hold, rest), ground(rest), GIVEN)
    assert {(one.before, one.after, one.wider) for one in found.changes} == {("held at full", "full", True)}
    assert "stop" not in {word for one in found.changes for word in one.words[0]}
