"""Words of an asked name that few people bear: each alone leads to them, whatever became of the rest of the name.

How many bear a word is told by the table of names and the population of the weights, never by the live file: a limit on
what the file holds would tell the asker of records that are closed.
"""

from __future__ import annotations

from comity.match.compare import Scale
from comity.match.names import Name
from comity.match.traits import MOST_GIVENS, spelt_words
from comity.match.variants import all_forms

MOST_BEARERS = 500  # weighed in a quarter of a millisecond
MOST_OF_ONE = 5_000  # of the only word that is more than a letter: nothing else in the name leads to anybody


def rare_words(name: Name, scale: Scale) -> tuple[str, ...]:
    """The words of an asked name that are looked for alone, each once. A part whose beginning is asked has none.

    Where one part is all there is, its known forms are looked for as well: nothing else leads from Doug to Douglas.
    """
    if name.wild_surname:
        name = name._replace(surnames=(), joined_surname="")
    if name.wild_given:
        name = name._replace(givens=(), joined_given="")
    middle = [word for word in name.givens[1:MOST_GIVENS] if len(word) > 1]  # may be held as the first
    parts = [any(len(word) > 1 for word in part) for part in (name.surnames, name.givens)]
    words, most = (*spelt_words(name), *middle), MOST_BEARERS
    if not (all(parts) or name.wild_surname or name.wild_given):
        words, most = tuple([form for word in words for form in all_forms(word)]), MOST_OF_ONE
    return tuple([word for word in dict.fromkeys(words) if _bearers(word, scale) <= most])


def _bearers(word: str, scale: Scale) -> float:
    """How many people of a file bear a word, as the table of the weights has it."""
    shares = (scale.judge.chance(part, word, "exact") for part in ("surname", "given"))
    return scale.population * sum(shares)
