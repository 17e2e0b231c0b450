"""What is said of a spelling and of an entry that it may mean: the English of each sentence, once."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from comity.model.ori import BodyKind, BodyLevel
from comity.model.sentence import say

SENTENCES = MappingProxyType(
    {
        "name.reads": "`{text}`: {meaning}",
        "name.state": "state {state}",
        "name.in-county": "in the county of {county}",
        "name.set-aside": "set aside",
        "name.not-read": "not read, unless it is a county",
        "name.body": "{body} of level {level}",
        "name.is-ori": "`{written}` is an ORI of the directory",
        "name.only-state": "only {state} has a county of this name",
        "name.nobody": "no word names a body: an account of the vendor, a test, or a closed one",
        "name.alike": "{entries} entries fit about as well",
        "name.private": "its words say a private body",
        "name.too-few-points": "the best entry has {points} points, {needed} are needed",
        "name.as-private": "no word says what kind of body it is, as the vendor writes private customers",
        "name.no-entry": "no word says what kind of body it is, and no entry has its name",
        "name.unlisted-kind": "the directory lists no agency of kind `{body}` with this name",
        "name.should-be-listed": "an agency of kind `{body}` should be listed, and no entry has this name",
        "name.weighed": "{reason} ({points})",
        "name.same-kind": "`{body}` is `{listed}`",
        "name.like-kind": "`{body}` is said, and the entry is `{listed}`",
        "name.brackets": "the brackets name the entry's county, {county}",
        "name.entry-county": "the entry is in the county of {county}",
        "name.old-edition": "only the edition of {edition} lists it",
        "name.begins-alike": "`{name}` and `{entry}` begin alike: one office of several",
        "name.one-letter": "`{name}` differs by one letter from `{entry}`",
        "name.two-letters": "`{name}` differs by two letters from `{entry}`",
        "name.same": "`{name}` is the name of `{entry}`",
        "name.but-for-kind": "`{name}` is, but for the word for its kind of municipality, the name of `{entry}`",
        "name.state-code": "the state is {state}",
        "name.state-name": "the state's name stands in it: {state}",
        "name.no-state": "no word says the state; this entry is in {state}",
        "name.no-state-in-part": "no word says the state, and the directory lists a part of all agencies",
        "name.decided": "decision {number} of {day} by the {role}: {meaning}, {words}",
        "name.decided-gone": "`{ori}`, which decision {number} of {day} names, has left the directory",
        **{f"word.{of}.{one.value}": one.value for of in ("body", "listed") for one in BodyKind},
        **{f"word.level.{one.value}": one.value for one in BodyLevel},
        **{f"word.role.{one}": one for one in ("auditor", "privacy officer")},
        "word.meaning.none": "none",
        "name.page": "its page is called `{page}`",
    }
)

say_name = partial(say, SENTENCES)
