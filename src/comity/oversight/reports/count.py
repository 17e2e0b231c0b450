"""The numbers of one row of a report, and the entries behind each. Pure: acts in, counts out.

A figure that needs what is no longer kept is not guessed: it comes from a tally that was committed before the content
went, where that carries it, and else the row says in words what cannot be proved.
"""

from __future__ import annotations

from datetime import date

from comity.oversight.reports.acts import Act
from comity.oversight.reports.count_open import count_open
from comity.oversight.reports.count_pruned import count_pruned
from comity.oversight.reports.counted import NONE_NAMED, Counted, Material, Words, may_be
from comity.oversight.reports.described import Counts, Dimension, Row
from comity.oversight.reports.sentences import say_report


def count_row(row: Row, material: Material) -> Counted:
    """Count one row. Raises NounError for a row that counts what its entries cannot say."""
    if row.counts is Counts.ENTERED:
        return _entered(row, material)
    if material.begun is None or material.begun > material.days[1]:
        return Counted(unproved=before_words(material.begun))
    counted = _from_log(row, material)
    if material.begun > material.days[0]:
        counted.since = material.begun
    return counted


def _from_log(row: Row, material: Material) -> Counted:
    acts = [act for act in material.acts if act.facts.kind in row.kinds and may_be(row.where, act, material.state)]
    gone = [act for act in acts if _is_gone(row, act)]
    if not gone:
        return count_open(row, acts, material)
    return count_pruned(row, acts, gone, material) or Counted(unproved=_gone_words(gone, acts))


def _is_gone(row: Row, act: Act) -> bool:
    content = row.opens_content and (act.facts.released or row.counts is not Counts.ITEMS)
    return (row.opens_record and act.recorded is None) or bool(content and act.contained is None)


def before_words(begun: date | None) -> str:
    """Why nothing can be proved of days before the log's first (None: it has no entry yet)."""
    return say_report("unproved.empty") if begun is None else say_report("unproved.before", first=str(begun))


def since_words(row: Row, words: Words, since: date | None) -> str:
    """From which day a number counts, where the log began later than its period; empty where the log has all of it.

    A figure of a month or of a day of its own has that one whole where it is not the one in which the log began.
    """
    if since is None:
        return ""
    own = [word for one, word in zip(row.by, words, strict=False) if one in (Dimension.MONTH, Dimension.DATE)]
    if any(str(since) <= f"{word}-01"[:10] for word in own):  # a month, or a day: it begins on its first
        return ""
    return say_report("since.log", first=str(since))


def _gone_words(gone: list[Act], acts: list[Act]) -> str:
    return say_report("unproved.gone", gone=len(gone), of=len(acts))


def _entered(row: Row, material: Material) -> Counted:
    counted = Counted(source="entered")
    for index, figure in material.entered:
        if figure.what not in row.what or figure.last < material.days[0] or figure.first > material.days[1]:
            continue
        if figure.first < material.days[0] or figure.last > material.days[1]:
            return Counted(
                unproved=say_report("unproved.longer", entry=index, first=str(figure.first), last=str(figure.last))
            )
        said = {
            Dimension.WHAT: figure.what,
            Dimension.LABEL: figure.label or NONE_NAMED,
            Dimension.GROUP: figure.group or NONE_NAMED,
            Dimension.MONTH: f"{figure.first:%Y-%m}",
        }
        counted.add(tuple(said[one] for one in row.by), index, figure.number)
        counted.add_total(index, figure.number)
    if not counted.all_behind:
        counted.unproved = say_report("unproved.not-entered")
    return counted


def is_zero(counted: Counted) -> bool:
    """Whether it is proved that nothing happened."""
    return not counted.unproved and not counted.total
