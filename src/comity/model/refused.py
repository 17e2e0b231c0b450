"""What is told to whoever did something that cannot be done as asked: the English of each sentence that pages may show, once.

An error carries the text alone; `read_back` finds its code and facts by this table, so that a page says it in its reader's
language.
"""

from __future__ import annotations

from types import MappingProxyType

from comity.model.sentence import Fact, Sentence, english

REFUSED = MappingProxyType(
    {
        "member.may-not": "`{member}` changes no members; an agency's administrator or its head does",
        "member.own": "`{member}` cannot change their own access; another administrator or the head does",
        "member.not-list": "`{member}` may not see the list; an administrator, the head, or an overseer does",
        "member.known": "`{member}` is a member here already; give another id",
        "member.suspended": "`{member}` is suspended already",
        "member.head": "`{member}` heads the agency; only another head suspends them",
        "member.not-suspended": "`{member}` is not suspended; whoever left is added anew",
        "member.unchecked": "the check of `{member}` is not recorded; record its day first",
        "member.of-head": "`{member}` administers or heads the agency; only its head restores them",
        "member.check-to-come": "the day of the check has not come; give the day it was completed",
        "member.none": "`{member}` is no member of `{agency}`; look at the list of members",
        "duty.deferred": (
            "the notice is deferred by a sealed order until the end of {day}; nothing may go out before, unless"
            " counsel lifts the deferral"
        ),
        "duty.waits": "the duty waits for `{event}`; report the event first",
        "duty.confirm-first": "a person must confirm this notice before it goes out; use `comity duties confirm`",
        "duty.period-runs": "the period `{period}` has not ended; report it when it has",
        "duty.none": "`{agency}` has no duty `{duty}`; `comity duties` lists what it has",
        "draft.long": "a draft has at most {longest} characters",
        "draft.own": "`{member}` wrote this draft; another counsel signs it",
        "draft.unsent": "this draft was not sent to counsel; send it first",
        "draft.none": "`{agency}` has no draft `{draft}`",
        "draft.changed": "this draft was changed since; read what it would change, then go on",
        "draft.not-over-law": "this draft cannot be put in force over the law of today; write it anew",
        "draft.too-many": "`{agency}` has {most} drafts; discard some first",
        "offered.long": "an agreement has at most {longest} characters",
        "offered.no-party": "`{agency}` is no party of `{agreement}`; its parties bring it to their own nodes",
        "offered.replaced": "`{agreement}` was replaced by another text since; read what it opens first",
        "offered.alone": "`{member}` alone signed `{agreement}`; another person switches it on",
        "offered.none": "no agreement `{agreement}` is offered to `{agency}` here",
        "offered.no-id": "`{agreement}` is no id of an agreement",
        "offered.too-many": "{most} agreements are offered here; discard some first",
        "offered.nothing": "`{member}` has nothing to sign in `{agreement}`",
        "offered.replaced-sign": "`{agreement}` was replaced by another text since; read it, then sign it",
        "undo.other": "the text of `{agreement}` is not the one that was suspended; have it switched on anew",
        "undo.not-kept": "the text of `{agreement}` is not kept here any more; have it switched on anew",
        "keep.closed": (
            "`{agreement}` closed on {day}, because nobody said that it is wanted; switch it on again with "
            "`comity agreement activate`"
        ),
        "keep.ended": "`{agreement}` ended on {day}; have a new one signed",
        "approval.none": (
            "no question `{question}` waits for you at `{agency}`; `comity approval list` shows those that do"
        ),
        "approval.training": "the training of `{member}` ended on {day}; renew it, then decide",
        "approval.taken-back": (
            "`{member}` took this question back; nobody was asked, and nothing is left to decide"
        ),
        "approval.decided": "`{member}` decided this question; that stands",
        "approval.lapsed": "the question lapsed; whoever needs the answer of `{agency}` asks again",
        "approval.no-member": "`{member}` is no member any more; refuse the question",
        "recall.none": "`{agency}` has no recall `{recall}`; `comity recalls list` shows them",
        "mistake.no-node": "`{agency}` is at no node of the directory; call it",
        "finding.done": "`{finding}` was {state} by `{member}`; what comes later is found anew",
        "finding.not-taken": (
            "`{member}` has not taken `{finding}`; take it first with `comity oversight findings take`"
        ),
        "finding.none": (
            "`{agency}` has no finding `{finding}` that you may see; `comity oversight findings` lists them"
        ),
        "petition.decided": "`{petition}` is decided; open a review of the decision instead",
        "petition.not-identified": (
            "nobody has said yet who asks in `{petition}`; a records custodian does with `comity oversight "
            "access identify`"
        ),
        "petition.identified": "who asks in `{petition}` was said already",
        "petition.most-disputed": "one petition disputes at most {most} records; take in another",
        "petition.own-review": "`{member}` decided `{petition}`; a review is another person's",
        "petition.open-first": (
            "two people open the log first, a records custodian and a privacy officer: `comity oversight access"
            " account`"
        ),
        "petition.look-first": (
            "nobody looked through the look-ups yet; a privacy officer or counsel does with `comity oversight "
            "access withhold`, which may keep nothing back"
        ),
        "petition.most-entries": "a decision rests on at most {most} entries",
        "petition.not-shown-first": "a custodian first says that who asks was not shown, with `--not-shown`",
        "petition.no-correction": "entry {entry} corrects no record of `{agency}` since the petition came",
        "petition.undisputed": (
            "entry {entry} corrects a record that nobody disputed in `{petition}`; dispute it first"
        ),
        "petition.no-entry": "the log has no entry {entry}; name that of the correction",
        "petition.own-name": (
            "whoever asks for themself bears the name they ask about; give it with --name, a name they had "
            "before with --other-name, or ask as parent, guardian or counsel"
        ),
        "petition.parent": (
            "a parent asks for somebody under eighteen, with the whole birth date; whoever is of age asks, or "
            "lets counsel or a guardian with a court's order ask"
        ),
        "petition.nothing-seen": (
            "nothing that was looked at shows who somebody is; name a paper with --seen, such as driver-licence"
        ),
        "petition.not-opened": (
            "two people have not opened the log for `{petition}` yet; there is nothing to look at"
        ),
        "petition.out": (
            "the answer is out; only what is still withheld can be kept back longer, and nothing that was shown"
        ),
        "petition.three": "what is withheld has rows, a ground and a last day; give all three, or none of them",
        "again.not-own": "`{member}` asked no question `{question}`; ask again what you asked",
        "again.reached": "`{agency}` is not an agency that this question could not reach",
        "again.old": "this question is older than a day; ask a new one",
        "ask.birth-later": "the birth date is in the future; correct it",
        "ask.training": "the training of `{member}` ended on {day}; renew it, then ask",
        "fetch.standing": "a standing question shows the digest; ask for the detail by a question of its own",
        "copies.nothing": "nothing was released in this answer, so there is nothing to copy",
        "hit.recalled": "item `{item}` was recalled since; ask the question anew, then confirm",
        "told.training": "the training of `{member}` ended on {day}; renew it, then write",
        "draft.unfinished": "the proof did not finish, so this draft cannot go on; make its conditions plainer",
        "undo.not-yours": (
            "only who suspended an agreement undoes it, within ten minutes; else have it signed and switched on again"
        ),
        "undo.once-more": "`{agreement}` was suspended once more meanwhile; {because}",
        "petition.not-theirs": (
            "no record of that name is one of the person's; a person disputes what is about them"
        ),
    }
)


def tell_refused(code: str, /, **facts: Fact) -> str:
    """One sentence of the table, as it is told and kept."""
    return english(REFUSED, Sentence(code=code, facts=facts))
