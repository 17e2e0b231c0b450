"""Reasons the exchange itself gives: its own rules, each with a permanent id, a title and its source."""

from __future__ import annotations

from comity.model.decision import Reason

_RULES = {
    "comity/TRAINING": (
        "The member's required training must be valid on the day",
        "CJIS Security Policy 6.0, AT-3; harms H26",
        "renew the training, then ask again",
    ),
    "comity/BASIS-EXPIRED": (
        "A legal paper must be in force on the day it is shown",
        "design section 3: legal basis",
        "show a paper that has not expired",
    ),
    "comity/SUSPENDED": (
        "Nothing goes to, from or through whoever the directory suspends",
        "harms H22; docs/directory.md; decision 0082",
        "ask the agencies that sign the directory",
    ),
    "comity/SUBJECT-KIND": (
        "This owner answers questions about this kind of subject only under an agreement that turns it on",
        "design section 3; harms H31",
        "ask by name and birth date, or by an identifying number",
    ),
    "comity/IDENTIFY": (
        "A name alone does not identify a person",
        "harms H1; 86 FR 62468 (2021), name-only matching",
        "add a birth date, an identifier or an address",
    ),
    "comity/NOT-FINDABLE": (
        "Nothing this question offers may serve to find anybody in this class",
        "design section 2: closed fields are closed to matching too",
        "offer an identifier that the law or an agreement opens",
    ),
    "comity/SECOND-IDENTIFIER": (
        "Beyond the digest a second agreeing identifier or a recorded human decision is needed",
        "harms H1; fusion-center template, merging (FC-03)",
        "ask with a second identifier, or record why this is the person",
    ),
    "comity/DETAIL": (
        "Given with the detail, on a second request for this item",
        "LEXS-SR digest and retrieve; design section 6",
        "request the detail of this item",
    ),
    "comity/PAPER": (
        "The paper shown is genuine, in force, and covers this request",
        "design section 3: legal basis; law.md 1.1, instrument verified",
        "",
    ),
    "comity/OBJECT": (
        "An object's status is answered; the persons on it are a separate question",
        "design section 3: subjects",
        "ask about the person",
    ),
    "comity/NOT-SAME": (
        "Shown only so that this person is not taken for the one asked about",
        "harms H1",
        "",
    ),
    "comity/TOO-MANY": (
        "More records fit than one answer about one person can hold",
        "harms H6",
        "add a birth date, an identifier or an address",
    ),
    "comity/ITEM": (
        "No item of this number was shown to this asker",
        "LEXS advisory InvalidDataItemRequested",
        "ask again and use an item of the new answer",
    ),
    "comity/NO-ANSWER": (
        "The source did not answer in time",
        "design section 6: one status a source",
        "ask again later",
    ),
    "comity/UNREACHABLE": (
        "The source could not be reached",
        "design section 6: one status a source",
        "ask again later",
    ),
    "comity/BAD-ANSWER": (
        "The source's answer did not verify and was not shown",
        "design sections 6 and 7",
        "tell the source's node administrator",
    ),
    "comity/CORRECTED": (
        "What a custodian declared of a corrected record is looked at again",
        "harms H1; docs/persons.md",
        "",
    ),
    "comity/RECALL": (
        "Whoever was shown a record confirms that it is no longer used as it was shown",
        "harms H3, H18; design section 6: recall",
        "",
    ),
    "comity/RECALLED": (
        "What an owner recalls is not used as it was shown, and that is confirmed",
        "harms H3, H18; design section 6: recall",
        "ask again for what it says now",
    ),
    "comity/CONFIRM-HIT": (
        "Nothing is called positive before the owner confirms it",
        "law.md NC-01, NC-02: NCIC Operating Manual 3.5; 10 minutes urgent, 1 hour routine",
        "compare, then answer with `comity hit answer`",
    ),
    "comity/STANDING-ROOM": (
        "An owner keeps only so many standing questions of one asker",
        "design section 6: standing questions; harms H6",
        "end one that is no longer needed, or ask once",
    ),
    "comity/STANDING-PLACE": (
        "A standing question never tells where somebody lives or was seen",
        "design section 1: no location history; standing questions must not become one",
        "ask for the detail by a question of its own",
    ),
    "comity/STANDS-NO-MORE": (
        "A standing question shows nothing once it stands no more",
        "design section 6: standing questions; decision 0041",
        "open it anew, with the paper that is in force",
    ),
    "comity/NOTICE": (
        "A notice goes out only under an agreement made for it, for one purpose",
        "design section 6: notices; systems.md section 8",
        "",
    ),
    "comity/TOLD-AGAINST-LAW": (
        "What was told against the law is looked into, and undone as far as it can be",
        "design section 6: disclosures; harms H25",
        "",
    ),
    "comity/ONWARD": (
        "The owner does not answer the agency it would be passed on to",
        "design section 6: onward sharing is a new decision by the owner",
        "let that agency ask the owner itself",
    ),
    "comity/ONWARD-CONSENT": (
        "What came from another is passed on only with that one's consent, and nothing against it",
        "design section 6: onward sharing; harms H13, H29",
        "ask the originator for its consent",
    ),
    "comity/KEEP": (
        "An agreement that nobody says is still wanted closes by itself after a year",
        "harms H10: an open door is confirmed every year in plain words, or it closes",
        "say that it is wanted with `comity agreement keep`",
    ),
    "comity/VETO": (
        "A member may say no to what another signed for it, before it counts and at any time after",
        "design section 6: brokers; LA County COPLINK amendment of 2011",
        "say no with `comity agreement veto`",
    ),
    "comity/WITHDRAWN": (
        "What was begun for a request ends when the request is withdrawn",
        "design section 6: requests for action; systems.md section 8",
        "",
    ),
    "comity/FEED": (
        "A feed carries what a first answer gives in full, and nothing that finds a person or is about another",
        "design section 6: feeds; harms H18",
        "ask the owner",
    ),
    "comity/FEED-LATE": (
        "What goes at the owner goes at the recipient of a feed within the time agreed",
        "harms H18; design section 6: feeds",
        "",
    ),
    "comity/PETITION": (
        "Whoever asks about records is answered within the time that the law or the desk gives",
        "law.md C-15; design section 8: subject access and redress",
        "decide it with `comity oversight access decide`",
    ),
    "comity/PETITION-TOLD": (
        "Whoever asks about records hears that it came, and what came of it",
        "law.md C-15, PA-10; design section 8: subject access and redress",
        "",
    ),
    "comity/REPORT": (
        "A report that a law is owed is filed by its day, and the log holds what was filed",
        "law.md section 5; design section 8: statutory and transparency reports",
        "file it with `comity oversight filing make`",
    ),
    "comity/WITHHELD-ENDS": (
        "A look-up that was withheld is shown when the reason ends",
        "design section 8: withholding has a reason, a reviewer and an end date",
        "",
    ),
    "comity/STATEMENT": (
        "Whoever was shown a record hears the statement of the person concerned",
        "5 USC 552a(d)(4); design section 8: a statement of disagreement travels",
        "",
    ),
    "comity/LEGAL-HOLD": (
        "A legal hold keeps a record that would be expunged; nobody finds it meanwhile",
        "design section 6: recall; 28 CFR 23.20(h) leaves holds to the courts",
        "",
    ),
    "comity/SECOND-PERSON": (
        "A second person must approve this question",
        "harms H12; law.md CJ-09",
        "ask a supervisor, the agency's head or the privacy officer to decide it with `comity approval decide`",
    ),
    "comity/LIST": (
        "One member does not ask about a list of people under a few case numbers",
        "harms H6; law.md CJ-12",
        "ask under the case number each of them belongs to, or tomorrow",
    ),
    "comity/MISTAKE": (
        "Whoever keeps a record looks at a mistake that another reports in it",
        "28 CFR 20.21(a)(2); harms H18; decision 0082",
        "correct, dispute or review it, and record what was found",
    ),
    "comity/HELD-REFUSED": (
        "The owner decided against release",
        "design section 6: held answers",
        "",
    ),
    "comity/NOT-ACCEPTED": ("The source did not accept the message", "design section 6", ""),
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
