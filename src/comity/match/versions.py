"""Versions of an owner's weights: named by their content, written in one way, read only when whole."""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import NounError
from comity.match.frequencies import given_shares, surname_shares
from comity.match.weights import PPB, load_weights
from comity.model.canon import canonical_bytes, digest, from_canonical
from comity.model.weights import NameShare, Weights

VERSION_DIGITS = slice(7, 19)  # of the hash: twelve digits tell an owner's versions apart
TRAIN_AGAIN = "make a new version with `comity match train`"
OWN_FACTOR = 1.3  # a name the file adds to weighs at least 1.6 times its shipped part; rounding moves 1.1 at most


def name_version(weights: Weights) -> Weights:
    """The weights under the name that follows from all the rest of them."""
    return replace(weights, version=digest(replace(weights, version=""))[VERSION_DIGITS])


def version_bytes(weights: Weights) -> bytes:
    """A version as it lies in a file: the same weights always make the same bytes."""
    return canonical_bytes(weights)


def read_version(raw: bytes, version: str) -> Weights:
    """The version of that name. Raises NounError for bytes that are damaged, of another version or another format."""
    weights = from_canonical(raw, Weights)
    if weights.version != version or name_version(weights).version != version:
        raise NounError(f"the content is not that of version `{version}`")
    rows = [(row.comparison, row.level) for row in weights.levels]
    if sorted(rows) != sorted(load_weights().table()):
        raise NounError("it has other comparisons than this comity makes")
    return weights


def own_names(listed: tuple[NameShare, ...], part: str) -> tuple[NameShare, ...]:
    """Of the `surname` or `given` names of a version, those that bearers in the owner's file brought in or raised.

    A version lists the shipped names too, all with one factor below their shipped share, but for those the file adds
    to; a name that fewer than `learn_chance.FEWEST_BEARERS` bear adds nothing.
    """
    shipped = surname_shares() if part == "surname" else given_shares()
    least = OWN_FACTOR * shipped_factor(listed, part)
    return tuple(one for one in listed if one.ppb / PPB > least * shipped.get(one.name, 0.0))


def shipped_factor(listed: tuple[NameShare, ...], part: str) -> float:
    """By what the shipped shares were scaled down to make room for the file's own."""
    shipped = surname_shares() if part == "surname" else given_shares()
    return min((one.ppb / PPB / shipped[one.name] for one in listed if one.name in shipped), default=0.0)
