"""Answers: what an owner releases to one question, and why the rest is withheld."""

from __future__ import annotations

import math
from datetime import date

from msgspec import UNSET, UnsetType

from comity.errors import NounError
from comity.model.base import Noun, check_instant, check_text
from comity.model.codes import DataClass, Level, Status
from comity.model.decision import Hold, Reason

PARTS_PER_MILLION = 1_000_000
ROUNDING_PPM = 1  # two machines' exponentials may differ in the last place
LEAST_MILLINATS = -100_000  # odds below this are nothing in parts per million, and `exp` stays in range


class Evidence(Noun, frozen=True, kw_only=True):
    """How one kind of evidence compares: `verdict` agree, disagree or missing.

    `weight_millinats` is the Fellegi-Sunter log weight (natural logarithm) times 1,000; `sentence` says what was
    compared; `asked` and `held` are the two values, `held` empty where the asker may not have the field.
    """

    field: str
    verdict: str
    weight_millinats: int
    sentence: str
    asked: str = ""
    held: str = ""


class Waterfall(Noun, frozen=True, kw_only=True):
    """How an item's probability is made up, in thousandths of a nat (natural logarithm of odds).

    Read in this order: `prior_millinats` before anything was compared, over a nominal population that says nothing
    about the size of the file; the weights of the item's evidence; `calibration_millinats`, what known answers
    taught about such sums; then `others_millinats`, never above 0, for the other people in the same file who fit
    too. The sum is the log odds of the item's probability. `runner_up_ppm` is the probability of the best of these
    others.
    """

    prior_millinats: int
    calibration_millinats: int
    others_millinats: int
    runner_up_ppm: int

    def __post_init__(self) -> None:
        if self.others_millinats > 0:
            raise NounError("other people never make somebody likelier; their part is 0 or below")
        if not 0 <= self.runner_up_ppm <= PARTS_PER_MILLION:
            raise NounError("a probability lies between 0 and 1,000,000 parts per million")

    def total_millinats(self, evidence: tuple[Evidence, ...]) -> int:
        """The sum of all parts, the weights of this evidence among them."""
        weights = sum(one.weight_millinats for one in evidence)
        return self.prior_millinats + weights + self.calibration_millinats + self.others_millinats


def probability_of(log_odds_millinats: int) -> int:
    """The probability in parts per million of these log odds, never rounded up."""
    return int(PARTS_PER_MILLION / (1.0 + math.exp(-max(log_odds_millinats, LEAST_MILLINATS) / 1_000)))


class ReleasedField(Noun, frozen=True, kw_only=True):
    """One field that leaves. A pointer has no values: ask the owner. Masked values are cut by the owner."""

    field: str
    level: Level
    values: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.level is Level.NOTHING or (self.level is Level.POINTER and self.values):
            raise NounError(f"field `{self.field}` cannot be released at this level with values")


class WithheldField(Noun, frozen=True, kw_only=True):
    """One field that exists in the class but does not leave, with the rule that decided.

    `paper` says which paper would lift that rule for this question. It is left out of what is written where none would,
    so that an answer without one is the bytes it always was.
    """

    field: str
    rule: str
    citation: str
    title: str
    status: str
    held: bool = False
    paper: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        if self.paper is not UNSET:
            check_text("the paper that would help", self.paper)

    @property
    def would_help(self) -> str:
        """The paper that would lift the rule, empty where none would."""
        return "" if isinstance(self.paper, UnsetType) else self.paper


NOT_CERTIFIED = "not certified"  # the label that every item of an uncertified record carries, in these words


class Item(Noun, frozen=True, kw_only=True):
    """One record's answer about one person. Scores belong to this pair of question and record.

    `finding` says in one sentence what the evidence amounts to; the parts of `waterfall` and the evidence add up to
    the probability, which is checked.
    """

    item_id: str
    data_class: DataClass
    reference: str
    probability_ppm: int
    second_identifier: bool
    evidence: tuple[Evidence, ...]
    fields: tuple[ReleasedField, ...]
    withheld: tuple[WithheldField, ...]
    labels: tuple[str, ...]
    as_of: date
    holds: tuple[Hold, ...] = ()
    finding: str = ""
    waterfall: Waterfall | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.probability_ppm <= PARTS_PER_MILLION:
            raise NounError("a probability lies between 0 and 1,000,000 parts per million")
        if self.waterfall is not None:
            told = probability_of(self.waterfall.total_millinats(self.evidence))
            if abs(told - self.probability_ppm) > ROUNDING_PPM:
                raise NounError("the parts of the waterfall do not add up to the probability of the item")

    @property
    def certified(self) -> bool:
        """Whether its owner vouches for the record; whatever is not known to be certified is not."""
        return NOT_CERTIFIED not in self.labels


class RemovedClass(Noun, frozen=True, kw_only=True):
    """A data class taken out of the question, and why; follows from the question alone."""

    data_class: DataClass
    reasons: tuple[Reason, ...]


class Answer(Noun, frozen=True, kw_only=True):
    """One owner's answer to one question: a numbered message with one status.

    `possible` counts records that could be this person but that nothing beyond the name ties to the question;
    `not_in_file_ppm` is the probability that the person is not in what this owner may release; `pad` brings
    answers without items to one length. `one_person` and `two_people` are what the owner declared of its own items,
    pair by pair of item ids in order.
    """

    query_id: str
    number: int
    owner: str
    status: Status
    reasons: tuple[Reason, ...]
    items: tuple[Item, ...]
    answered_ms: int
    possible: int | None = None
    not_in_file_ppm: int | None = None
    removed: tuple[RemovedClass, ...] = ()
    deadline_ms: int | None = None
    law: str = ""
    pad: str = ""
    one_person: tuple[tuple[str, str], ...] = ()
    two_people: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        check_instant("the time of the answer", self.answered_ms)
        if self.deadline_ms is not None:
            check_instant("the deadline of the answer", self.deadline_ms)
