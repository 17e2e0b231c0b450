"""What an owner's office may ask of the node about the weights its records are compared by."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec import UNSET
from msgspec.structs import replace

from comity.exchange.owners import owner_here
from comity.exchange.weights.own_weights import learn_own_weights
from comity.exchange.weights.weights_effect import weights_effect
from comity.match.differences import differences, tell_differences
from comity.match.versions import own_names
from comity.match.weights import Weights, load_weights
from comity.model.base import Noun
from comity.model.weights_shown import (
    IN_FORCE,
    SHIPPED,
    ComparedWeights,
    ShownWeights,
    TrainedWeights,
    UsedWeights,
)
from comity.node.change_weights import use_weights
from comity.node.weights import get_version, keep_version, versions_of
from comity.ports import World

Progress = Callable[[str, str], None]


class TrainWeights(Noun, frozen=True, kw_only=True, tag="train-weights"):
    """Learn a new version on an owner's own records; it is kept, not put in force."""

    owner: str


class UseWeights(Noun, frozen=True, kw_only=True, tag="use-weights"):
    """Put a version in force, or `shipped`."""

    owner: str
    version: str


class InspectWeights(Noun, frozen=True, kw_only=True, tag="inspect-weights"):
    """Show a version, `shipped` or `in-force`; `names` lists the names with the owner's own frequency."""

    owner: str
    version: str = IN_FORCE
    names: bool = False


class CompareWeights(Noun, frozen=True, kw_only=True, tag="compare-weights"):
    """Say what would change from one version to another."""

    owner: str
    before: str
    after: str


MatchRequest = TrainWeights | UseWeights | InspectWeights | CompareWeights
MatchResult = TrainedWeights | UsedWeights | ShownWeights | ComparedWeights


def run_match(world: World, folder: Path, request: MatchRequest, progress: Progress) -> MatchResult:
    """Carry out one request. Raises WrongUseError for an owner or a version this node does not have."""
    match request:
        case TrainWeights(owner=owner):
            return _train(world, folder, owner, progress)
        case UseWeights(owner=owner, version=version):
            return use_weights(world, folder, owner, version)
        case InspectWeights(owner=owner, version=version, names=names):
            weights = _find(world, folder, owner, version)
            return show_weights(
                weights, owner, names=names, in_force=_in_force(world, owner), versions=versions_of(folder, owner)
            )
        case CompareWeights():
            return _compare(world, folder, request, progress)


def shipped_weights(*, names: bool = False) -> ShownWeights:
    """The weights that come with comity; they have no owner's names."""
    return show_weights(load_weights(), "", names=names)


def show_weights(
    weights: Weights, owner: str, *, names: bool, in_force: str = "", versions: tuple[str, ...] = ()
) -> ShownWeights:
    """One version to look at, its names only where they are wanted."""
    surnames, givens = own_names(weights.surnames, "surname"), own_names(weights.givens, "given")
    return ShownWeights(
        owner=owner,
        weights=replace(weights, surnames=(), givens=(), buildings=UNSET),
        surnames=len(surnames),
        givens=len(givens),
        buildings=None if weights.buildings is UNSET else len(weights.buildings),
        in_force=in_force,
        versions=versions,
        surnames_listed=surnames if names else (),
        givens_listed=givens if names else (),
    )


def _train(world: World, folder: Path, owner: str, progress: Progress) -> TrainedWeights:
    agency = owner_here(world, owner)
    learned = learn_own_weights(world, agency, lambda told: progress(owner, told))
    fresh = keep_version(folder, owner, learned.weights)
    return TrainedWeights(
        owner=owner,
        version=learned.weights.version,
        fresh=fresh,
        people=learned.people,
        questions=learned.questions,
        in_force=_in_force(world, owner),
        trained_on=learned.weights.trained_on,
        sentence=tell_differences(load_weights(), learned.weights),
    )


def _compare(world: World, folder: Path, request: CompareWeights, progress: Progress) -> ComparedWeights:
    agency = owner_here(world, request.owner)
    before, after = (_find(world, folder, request.owner, one) for one in (request.before, request.after))
    effect = weights_effect(world, agency, before, after, lambda told: progress(request.owner, told))
    return ComparedWeights(
        owner=request.owner,
        before=before.version,
        after=after.version,
        rows=differences(before, after),
        sentence=tell_differences(before, after),
        effect=effect,
    )


def _find(world: World, folder: Path, owner: str, version: str) -> Weights:
    owner_here(world, owner)
    if version == SHIPPED:
        return load_weights()
    return world.weights.of(owner) if version == IN_FORCE else get_version(folder, owner, version)


def _in_force(world: World, owner: str) -> str:
    chosen = world.weights.chosen(owner)
    return chosen.version if chosen is not None and chosen.version else SHIPPED
