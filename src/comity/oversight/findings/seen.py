"""What a detector saw, as a code and figures, and its sentence made from them.

A finding keeps the sentence, bound by its entry; which of the sentences of its kind that is, is found by making each again
from the figures beside it. So what was kept is what is told, in whichever language.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from comity.model.finding import Finding, FindingKind
from comity.model.sentence import Fact, Sentence, english

# A question is four screens and forty seconds by keyboard; a terminal of a desk sends a family of five in a minute.
MOST_A_MINUTE = 7
MOST_HOURS = 19  # of twenty-four with a question in them: a double shift has sixteen or seventeen
DAY_HOURS = 25  # in which a day's questions can fall, where the day begins within an hour
SEEN = "seen."

SENTENCES = MappingProxyType(
    {
        "counted.days.one": "one day",
        "counted.days.other": "{n} days",
        "counted.cases.one": "{n} case number",
        "counted.cases.other": "{n} case numbers",
        "counted.subjects.one": "{n} subject",
        "counted.subjects.other": "{n} subjects",
        "counted.hours.one": "{n} hour",
        "counted.hours.other": "{n} hours",
        "counted.members.one": "{n} member",
        "counted.members.other": "{n} members",
        "counted.look_ups.one": "{n} look-up",
        "counted.look_ups.other": "{n} look-ups",
        "counted.entries.one": "{n} entry",
        "counted.entries.other": "{n} entries",
        "counted.followed.one": "{n} has a recorded follow-up",
        "counted.followed.other": "{n} have a recorded follow-up",
        "counted.asked_again.one": "once more",
        "counted.asked_again.other": "{n} more times",
        "seen.fishing": (
            "{questions} questions about {subjects} subjects within {days_said}, under {cases_said}, by one member"
        ),
        "seen.repeated-look-ups.cases": (
            "{look_ups} look-ups of one subject in {days_said} by one member, under {cases} case numbers"
        ),
        "seen.repeated-look-ups.one-case": (
            "{look_ups} look-ups of one subject in {days_said} by one member, under a case number that is "
            "about nobody else"
        ),
        "seen.own-circle.self": "{look_ups_said} of a member's own person",
        "seen.own-circle.household": "{look_ups_said} of somebody of the member's own household",
        "seen.own-circle.staff": "{look_ups_said} of a colleague",
        "seen.purpose-laundering.one-agency": (
            "{questions} questions about one subject, for a crime and for immigration, by one agency within days"
        ),
        "seen.purpose-laundering.agencies": (
            "{questions} questions about one subject, for a crime and for immigration, by {agencies} agencies"
            " under one case number"
        ),
        "seen.purpose-laundering.followed": (
            "{subjects_said} one member asked about for a crime, and an immigration authority within two days"
        ),
        "seen.purpose-laundering.after-refusal": (
            "{subjects_said} on whom an immigration authority was refused, and one member of another agency "
            "that had not asked before asked for a crime within two days"
        ),
        "seen.task-force-drift": (
            "one subject refused to the home agency, and asked about {asked_again_said} by its member "
            "for a task force within {days_said}"
        ),
        "seen.poor-reasons.no-case": (
            "{poor} of {questions} questions of one agency in {days_said} have a case number that is none; "
            "{members_said} asked them"
        ),
        "seen.poor-reasons.one-case": (
            "{poor} of {questions} questions of one agency in {days_said} have one and the same case number; "
            "{members_said} asked them"
        ),
        "seen.poor-reasons.one-note": (
            "{poor} of {questions} questions of one agency in {days_said} have one and the same note; "
            "{members_said} asked them"
        ),
        "seen.pointers-not-followed": ("{pointers} answers told one agency to ask the owner, and {followed_said}"),
        "seen.out-of-hours": (
            "{questions} questions about {subjects_said} in one night or day off, in {hours_said} at which "
            "the member hardly ever asks, under {cases_said} not worked on at other times"
        ),
        "seen.shared-credentials.fast": (
            "{questions} questions faster than {most} subjects a minute, under one member's credentials"
        ),
        "seen.shared-credentials.places": (
            "{questions} questions from two places in turn, minutes apart, under one member's credentials"
        ),
        "seen.shared-credentials.sleepless": (
            "questions in {hours} hours of one day and night, under one member's credentials"
        ),
        "seen.does-not-open": (
            "{entries_said} whose record does not open its commitment; nothing they say was used"
        ),
    }
)


def sentence_of(seen: Sentence) -> str:
    """What was seen, in English: the sentence that a finding keeps."""
    return english(SENTENCES, seen)


def seen_of(finding: Finding) -> Sentence | None:
    """What a finding's sentence says; None where no sentence of its kind, with its figures, is the one that it keeps."""
    return next((one for one in _possible(finding) if sentence_of(one) == finding.sentence), None)


def _possible(finding: Finding) -> Iterator[Sentence]:
    kind = SEEN + finding.kind
    for code in SENTENCES:
        if code == kind or code.startswith(f"{kind}."):
            for more in _not_counted(finding.kind):
                told = Sentence(code=code, facts={**finding.counts, **more})
                if _has_its_facts(told):
                    yield told


def _not_counted(kind: FindingKind) -> Iterator[dict[str, Fact]]:
    """Figures of a sentence that do not stand among the counts: all that they can be."""
    yield {}
    if kind is FindingKind.SHARED:
        yield {"most": MOST_A_MINUTE}
        for hours in range(MOST_HOURS, DAY_HOURS + 1):
            yield {"hours": hours}


def _has_its_facts(told: Sentence) -> bool:
    try:
        sentence_of(told)
    except KeyError:
        return False
    return True
