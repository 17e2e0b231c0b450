"""Many words sound as each alone does."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from made_files import WORDS, words

from comity.match.arrays import Lists
from comity.match.hashes import text_hash, text_hashes
from comity.match.names import Name, without_article
from comity.match.packed import WordKind, word
from comity.match.phonetics import skeleton
from comity.match.sounds import hear, sounds_of
from comity.match.traits import MOST_SURNAMES, first_sound, sounds, surname_words

SPELLED = st.one_of(words, st.text("ABCEHIOSTUWXYZ1É王", min_size=1, max_size=9))


@given(st.lists(SPELLED, max_size=12))
def test_many_hashes_are_each_its_own(listed: list[str]) -> None:
    """No word changes how its neighbours hash."""
    assert text_hashes(listed).tolist() == [text_hash(one) for one in listed]


def test_the_sounds_of_listed_words() -> None:
    """Every word of the tests, together with all others."""
    heard = hear(WORDS)
    assert heard.codes.tolist() == [text_hash(skeleton(one)) for one in WORDS]
    assert [chr(first) for first in heard.firsts.tolist()] == [first_sound(one) for one in WORDS]
    assert list(heard.bare) == [bare for one in WORDS if (bare := without_article(one))]
    assert [without_article(WORDS[number]) for number in heard.bare_owners.tolist()] == list(heard.bare)


@given(st.lists(st.lists(words, max_size=MOST_SURNAMES), max_size=5))
def test_parts_of_names_sound_as_their_traits_say(parts: list[list[str]]) -> None:
    """Single words, those without an article, all joined: few, each sound once, in that order; and first letters."""
    names = [Name(tuple(part), (), "", "".join(part), "") for part in parts]
    listed = sorted({one for name in names for one in (*name.surnames, name.joined_surname) if one})
    packed, starts = [], [0]
    for name in names:
        packed += [word(WordKind.SURNAME, listed.index(one)) for one in name.surnames]
        if name.joined_surname and name.joined_surname not in name.surnames:
            packed.append(word(WordKind.JOINED_SURNAME, listed.index(name.joined_surname)))
        starts.append(len(packed))
    lists = Lists(np.array(packed, dtype=np.uint32), np.array(starts))
    heard = sounds_of(lists, lists, hear(listed))
    for place, name in enumerate(names):
        at = slice(*heard.families.starts[place : place + 2].tolist())
        assert heard.families.values[at].tolist() == [text_hash(one) for one in sounds(surname_words(name))]
        at = slice(*heard.family_letters.starts[place : place + 2].tolist())
        assert [chr(one) for one in heard.family_letters.values[at].tolist()] == [
            first_sound(one) for one in name.surnames
        ]
