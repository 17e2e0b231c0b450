"""Reasons the exchange itself gives: its own rules, each with a permanent id, a title and its source.

A source is a statute or a page that its reader has: of this software's own documents, under `docs/`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from comity.model.decision import Reason

_RULES = {
    "comity/TRAINING": (
        "The member's required training must be valid on the day",
        "CJIS Security Policy 6.0, AT-3",
        "renew the training, then ask again",
    ),
    "comity/BASIS-EXPIRED": (
        "A legal paper must be in force on the day it is shown",
        "docs/glossary.md: legal basis",
        "show a paper that has not expired",
    ),
    "comity/SUSPENDED": (
        "Nothing goes to, from or through whoever the directory suspends",
        "docs/directory.md",
        "ask the agencies that sign the directory",
    ),
    "comity/SUBJECT-KIND": (
        "This owner answers questions about this kind of subject only under an agreement that turns it on",
        "docs/glossary.md: subject",
        "ask by name and birth date, or by an identifying number",
    ),
    "comity/IDENTIFY": (
        "A name alone does not identify a person",
        "86 FR 62468 (2021), name-only matching",
        "add a birth date, an identifier or an address",
    ),
    "comity/NOT-FINDABLE": (
        "Nothing this question offers may serve to find anybody in this class",
        "docs/decisions/0003-decide-before-compare.md",
        "offer an identifier that the law or an agreement opens",
    ),
    "comity/SECOND-IDENTIFIER": (
        "Beyond the digest a second agreeing identifier or a recorded human decision is needed",
        "docs/glossary.md: second identifier",
        "ask with a second identifier, or record why this is the person",
    ),
    "comity/DETAIL": (
        "Given with the detail, on a second request for this item",
        "docs/glossary.md: digest, detail",
        "request the detail of this item",
    ),
    "comity/PAPER": (
        "The paper shown is genuine, in force, and covers this request",
        "docs/glossary.md: legal basis",
        "",
    ),
    "comity/OBJECT": (
        "An object's status is answered; the persons on it are a separate question",
        "docs/glossary.md: subject",
        "ask about the person",
    ),
    "comity/NOT-SAME": (
        "Shown only so that this person is not taken for the one asked about",
        "docs/decisions/0009-namesakes.md",
        "",
    ),
    "comity/TOO-MANY": (
        "More records fit than one answer about one person can hold",
        "docs/glossary.md: too many",
        "add a birth date, an identifier or an address",
    ),
    "comity/ITEM": (
        "No item of this number was shown to this asker",
        "LEXS advisory InvalidDataItemRequested",
        "ask again and use an item of the new answer",
    ),
    "comity/NO-ANSWER": (
        "The source did not answer in time",
        "docs/glossary.md: status",
        "ask again later",
    ),
    "comity/UNREACHABLE": (
        "The source could not be reached",
        "docs/glossary.md: status",
        "ask again later",
    ),
    "comity/BAD-ANSWER": (
        "The source's answer did not verify and was not shown",
        "docs/glossary.md: status",
        "tell the source's node administrator",
    ),
    "comity/CORRECTED": (
        "What a custodian declared of a corrected record is looked at again",
        "docs/persons.md",
        "",
    ),
    "comity/RECALL": (
        "Whoever was shown a record confirms that it is no longer used as it was shown",
        "docs/recalls.md",
        "",
    ),
    "comity/RECALLED": (
        "What an owner recalls is not used as it was shown, and that is confirmed",
        "docs/recalls.md",
        "ask again for what it says now",
    ),
    "comity/CONFIRM-HIT": (
        "Nothing is called positive before the owner confirms it",
        "NCIC Operating Manual 3.5: 10 minutes urgent, 1 hour routine",
        "compare, then answer with `comity hit answer`",
    ),
    "comity/STANDING-ROOM": (
        "An owner keeps only so many standing questions of one asker",
        "docs/standing.md",
        "end one that is no longer needed, or ask once",
    ),
    "comity/STANDING-PLACE": (
        "A standing question never tells where somebody lives or was seen",
        "docs/standing.md",
        "ask for the detail by a question of its own",
    ),
    "comity/STANDS-NO-MORE": (
        "A standing question shows nothing once it stands no more",
        "docs/decisions/0041-standing-questions.md",
        "open it anew, with the paper that is in force",
    ),
    "comity/NOTICE": (
        "A notice goes out only under an agreement made for it, for one purpose",
        "docs/standing.md: notices of events",
        "",
    ),
    "comity/TOLD-AGAINST-LAW": (
        "What was told against the law is looked into, and undone as far as it can be",
        "docs/desk.md",
        "",
    ),
    "comity/ONWARD": (
        "The owner does not answer the agency it would be passed on to",
        "docs/brokers.md: passing on",
        "let that agency ask the owner itself",
    ),
    "comity/ONWARD-CONSENT": (
        "What came from another is passed on only with that one's consent, and nothing against it",
        "docs/brokers.md: passing on",
        "ask the originator for its consent",
    ),
    "comity/KEEP": (
        "An agreement that nobody says is still wanted closes by itself after a year",
        "docs/decisions/0071-law-records-and-what-leaves.md",
        "say that it is wanted with `comity agreement keep`",
    ),
    "comity/VETO": (
        "A member may say no to what another signed for it, before it counts and at any time after",
        "docs/brokers.md; LA County COPLINK amendment of 2011",
        "say no with `comity agreement veto`",
    ),
    "comity/WITHDRAWN": (
        "What was begun for a request ends when the request is withdrawn",
        "docs/desk.md",
        "",
    ),
    "comity/FEED": (
        "A feed carries what a first answer gives in full, and nothing that finds a person or is about another",
        "docs/feeds.md",
        "ask the owner",
    ),
    "comity/FEED-LATE": (
        "What goes at the owner goes at the recipient of a feed within the time agreed",
        "docs/feeds.md",
        "",
    ),
    "comity/PETITION": (
        "Whoever asks about records is answered within the time that the law or the desk gives",
        "docs/redress.md",
        "decide it with `comity oversight access decide`",
    ),
    "comity/PETITION-TOLD": (
        "Whoever asks about records hears that it came, and what came of it",
        "5 USC 552a(d)(2) for federal records; docs/redress.md",
        "",
    ),
    "comity/REPORT": (
        "A report that a law is owed is filed by its day, and the log holds what was filed",
        "docs/reports.md",
        "file it with `comity oversight filing make`",
    ),
    "comity/WITHHELD-ENDS": (
        "A look-up that was withheld is shown when the reason ends",
        "docs/redress.md",
        "",
    ),
    "comity/STATEMENT": (
        "Whoever was shown a record hears the statement of the person concerned",
        "5 USC 552a(d)(4)",
        "",
    ),
    "comity/LEGAL-HOLD": (
        "A legal hold keeps a record that would be expunged; nobody finds it meanwhile",
        "docs/glossary.md: legal hold",
        "",
    ),
    "comity/SECOND-PERSON": (
        "A second person must approve this question",
        "CJIS Security Policy 6.0, 4.2.1, 4.2.5.1; docs/decisions/0060-before-a-question-leaves.md",
        "ask a supervisor, the agency's head or the privacy officer to decide it with `comity approval decide`",
    ),
    "comity/LIST": (
        "One member does not ask about a list of people under a few case numbers",
        "CJIS Security Policy 6.0, 4.2.3.2; docs/decisions/0060-before-a-question-leaves.md",
        "ask under the case number each of them belongs to, or tomorrow",
    ),
    "comity/MISTAKE": (
        "Whoever keeps a record looks at a mistake that another reports in it",
        "28 CFR 20.21(a)(2); docs/recalls.md",
        "correct, dispute or review it, and record what was found",
    ),
    "comity/HELD-REFUSED": (
        "The owner decided against release",
        "docs/recalls.md: held answers",
        "",
    ),
    "comity/NOT-ACCEPTED": ("The source did not accept the message", "docs/glossary.md: status", ""),
}


def builtin_reason(rule: str, effect: str = "refuse", because: str = "") -> Reason:
    """The reason of one of the exchange's own rules. Raises KeyError for an id that does not exist."""
    title, citation, remedy = _RULES[rule]
    return Reason(
        rule=rule,
        title=title,
        citation=citation,
        status="verified",
        effect=effect,
        because=because,
        remedy=remedy,
    )


def builtin_rules() -> Mapping[str, tuple[str, str, str]]:
    """All of them by their ids: title, source, what helps (empty where nothing does)."""
    return MappingProxyType(_RULES)
