"""What an owner's custodian is shown of weights: versions, rows, differences, and counts of what would change."""

from __future__ import annotations

from comity.model.base import Noun
from comity.model.weights import NameShare, Weights

SHIPPED = "shipped"  # how a command calls the weights that come with comity
IN_FORCE = "in-force"  # how a command calls the version that counts now


class WeightsInForce(Noun, frozen=True, kw_only=True):
    """Which version counts for an owner, its hash, and the log entry that says so.

    Both empty: the owner went back to the shipped weights.
    """

    version: str
    hash: str
    entry: int


class TrainedWeights(Noun, frozen=True, kw_only=True):
    """A version as training left it, never in force by itself. `fresh` unless the very same was there already.

    `people` were learned from, `questions` of them put as questions.
    """

    owner: str
    version: str
    fresh: bool
    people: int
    questions: int
    in_force: str
    trained_on: str
    sentence: str


class UsedWeights(Noun, frozen=True, kw_only=True):
    """A change of the version in force; `entry` is None where it was in force already and nothing was done."""

    owner: str
    before: str
    version: str
    sentence: str
    entry: int | None


class ShownWeights(Noun, frozen=True, kw_only=True):
    """One version to look at; `weights` without its names and buildings.

    `surnames` and `givens` count the names with the owner's own frequency, `buildings` those in which many live (None
    where nobody counted); `surnames_listed` and `givens_listed` have
    them where that was asked for, the most frequent first. `versions` are those that are there, `in_force` the one that
    counts; both empty without an owner.
    """

    owner: str
    weights: Weights
    surnames: int
    givens: int
    buildings: int | None = None
    in_force: str = ""
    versions: tuple[str, ...] = ()
    surnames_listed: tuple[NameShare, ...] = ()
    givens_listed: tuple[NameShare, ...] = ()


class WeightDifference(Noun, frozen=True, kw_only=True):
    """One row of two versions: (ln m, ln u) before and after, in millinats."""

    comparison: str
    level: str
    before: tuple[int, int]
    after: tuple[int, int]

    @property
    def before_millinats(self) -> int:
        return self.before[0] - self.before[1]

    @property
    def after_millinats(self) -> int:
        return self.after[0] - self.after[1]

    @property
    def change_millinats(self) -> int:
        return self.after_millinats - self.before_millinats


class VerdictChange(Noun, frozen=True, kw_only=True):
    """How many records have one verdict under the first version and another under the second."""

    before: str
    after: str
    records: int


class WeightsEffect(Noun, frozen=True, kw_only=True):
    """What a version would change on questions, in counts alone.

    `basis` says what the questions are. Of them `first` have another record first, `order` another order behind the same
    first, `verdict` another verdict somewhere, `found` other records among those that are compared; one question may count
    in several.
    """

    basis: str
    questions: int
    first: int
    order: int
    verdict: int
    found: int
    verdicts: tuple[VerdictChange, ...]


class ComparedWeights(Noun, frozen=True, kw_only=True):
    """Two versions side by side."""

    owner: str
    before: str
    after: str
    rows: tuple[WeightDifference, ...]
    sentence: str
    effect: WeightsEffect
