"""Which earlier questions are about the subject of this one: looked up over those a key ties to it, as over them all."""

from __future__ import annotations

import random

from comity.exchange.asking.looked_up import same_subject
from comity.match.subjects import SubjectKeys, labels_of
from comity.model.approval import LookUp

ROUNDS = 400


def look_up(number: int, telling: tuple[str, ...], names: tuple[str, ...]) -> LookUp:
    return LookUp(
        agency="wa-city",
        member="wa-city-1",
        query_id=f"{number:032x}",
        at_ms=number,
        case="c",
        telling=telling,
        names=names,
    )


def drawn(chance: random.Random, number: int) -> LookUp:
    """A question of few people, so that keys meet: by numbers, by names, by both, by neither."""
    telling = tuple(sorted(chance.sample("abcdefgh", chance.choice((0, 0, 1, 1, 2)))))
    names = tuple(sorted(chance.sample("uvwxyz", chance.choice((0, 1, 1, 2)))))
    return look_up(number, telling, names)


def literally(earlier: list[LookUp], now: LookUp) -> tuple[LookUp, ...]:
    """By the labels of all of them."""
    if not (now.telling or now.names):
        return ()
    keys = [(one.member, SubjectKeys(frozenset(one.telling), frozenset(one.names))) for one in (now, *earlier)]
    first, *others = labels_of(keys)
    return tuple(one for one, label in zip(earlier, others, strict=True) if label == first)


def test_what_no_key_ties_to_a_question_tells_nothing_of_it() -> None:
    """Over drawn questions the same look-ups in the same order as by the labels of everything that was asked."""
    chance = random.Random(20_261_130)
    found = 0
    for _ in range(ROUNDS):
        earlier = [drawn(chance, number) for number in range(chance.randrange(14))]
        now = drawn(chance, 99)
        same = same_subject(earlier, now)
        assert same == literally(earlier, now)
        found += bool(same)
    assert found > ROUNDS // 4


def test_a_name_alone_joins_over_others_under_that_name() -> None:
    """One birth date under the name: the same person. Two of them: nobody knows which, unless a number joins the two."""
    alone, one, other = look_up(1, (), ("n",)), look_up(2, ("born-1",), ("n",)), look_up(3, ("born-2",), ("n",))
    both = look_up(4, ("born-1", "born-2"), ())
    assert same_subject([one], alone) == (one,)
    assert same_subject([one, other], alone) == ()
    assert same_subject([one, other, both], alone) == (one, other, both)
