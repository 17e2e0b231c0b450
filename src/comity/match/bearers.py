"""How many people bear a name an owner's version would list: counted by person, not by record.

Five bookings of one man are one bearer. People of one name are told apart by their birth dates; all those without one
count as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from comity.match.dates import Birth
from comity.match.frequencies import given_shares, surname_shares
from comity.match.learn_chance import FEWEST_BEARERS
from comity.match.traits import Traits
from comity.match.versions import own_names, shipped_factor
from comity.match.weights import PPB, NameShare, Weights


def keep_borne(weights: Weights, people: Iterable[Traits]) -> Weights:
    """The weights without own frequencies of names that fewer than `FEWEST_BEARERS` people bear."""
    own = {
        part: {one.name for one in own_names(listed, part)}
        for part, listed in (("surname", weights.surnames), ("given", weights.givens))
    }
    bearers: dict[tuple[str, str], set[Birth | None]] = {}
    for traits in people:
        birth = traits.births[0] if traits.births else None
        for part, word in _words(traits):
            if word in own[part]:
                bearers.setdefault((part, word), set()).add(birth)
    few = {
        part: {word for word in words if len(bearers.get((part, word), ())) < FEWEST_BEARERS}
        for part, words in own.items()
    }
    return replace(
        weights,
        surnames=_without(weights.surnames, few["surname"], "surname"),
        givens=_without(weights.givens, few["given"], "given"),
    )


def _words(traits: Traits) -> Iterator[tuple[str, str]]:
    for _, name in traits.names:
        for word in {*name.surnames, name.joined_surname}:
            yield "surname", word
        for word in {*name.givens, name.joined_given}:
            yield "given", word


def _without(listed: tuple[NameShare, ...], few: set[str], part: str) -> tuple[NameShare, ...]:
    """A shipped name keeps its shipped part; any other goes."""
    shipped = surname_shares() if part == "surname" else given_shares()
    factor = shipped_factor(listed, part)
    kept = []
    for one in listed:
        if one.name not in few:
            kept.append(one)
        elif one.name in shipped:
            kept.append(NameShare(name=one.name, ppb=max(1, round(factor * shipped[one.name] * PPB))))
    return tuple(sorted(kept, key=lambda one: (-one.ppb, one.name)))
