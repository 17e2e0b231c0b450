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
        "held.none": "`{agency}` has no held task `{task}`; `comity held list` shows them",
        "held.gone": "the question of task `{task}` is no longer kept; nothing can be decided of it",
        "held.withdrawn": "the request was withdrawn; there is nothing to grant any more, so refuse it",
        "held.passed": "its time is over, and the answer is nothing; refuse it, and the asker may ask anew",
        "held.own": "you asked this question yourself; another person must decide",
        "held.other-part": "you decided the other part of {rule}; another person must decide this one",
        "held.elect": "two laws point two ways here; the agency's head elects first, with `comity law elect`",
        "ask.not-here": "`{agency}` does not ask from this node; use the node that holds it",
        "ask.no-member": "`{member}` is not a member of `{agency}`; ask as one of its members",
        "ask.not-listed": "`{agency}` is not in the directory; use an id it lists",
        "again.standing": "a standing question is put again by itself while it stands",
        "copies.not-own": "`{member}` asked no question `{question}`; copy an answer of your own",
        "copies.standing": "a standing question is answered by digest; ask by a question of its own and export that",
        "fetch.no-item": "no item `{item}` in the answer to `{question}`; use one it lists",
        "ask.no-agreement": "no agreement in force lets `{agency}` ask anybody; activate one first",
        "receipt.none": "`{owner}` gave `{member}` no answer to `{question}`; see my questions",
        "told.no-answer": "`{agency}` has no answer to a question `{question}`; ask first",
        "told.not-asked": (
            "the answer does not say of `{field}` to ask its owner; only of such a field is a call written down"
        ),
        "told.time": "what was told is told after the question and not later than now; give the time it was told",
        "waiting.none": "no question `{question}` of `{member}` waits for a second person; look at its number",
        "hit.no-item": "the answer shows no item `{item}`; `comity answer show` lists the items it has now",
        "hit.not-wanted": (
            "item `{item}` is no warrant and no entry of a wanted person or object; there is nothing to confirm"
        ),
        "duty.went-out": "the notice went out; it cannot be deferred any more",
        "duty.not-outside": "only a notice to somebody outside the agency can be deferred",
        "session.not-yours": "`{by}` does not administer `{member}`; ask an administrator of `{agency}`",
        "session.own": "nobody unlocks or signs out themselves here; ask another administrator",
        "record.several": "`{reference}` is the reference of several records; name one by its id",
        "statement.words": "a statement is signed in its own words; send `{words}`",
        "petition.too-many": "more requests came by this page than the desk can take in; ask at the desk, or tomorrow",
        "petition.not-by-page": "`{kind}` is not asked by this page; ask the desk",
        "petition.none": "`{agency}` has no petition `{petition}`; `comity oversight access list` shows them",
        "petition.disputes-nothing": "`{kind}` disputes nothing; take in an amendment",
        "log.none": "the log has no entry {entry} of `{agency}` or of its node",
        "log.not-yours": "nothing behind entry {entry} is for `{member}` to open",
        "log.destroyed": "what entry {entry} kept was destroyed; its codes and its proof remain",
        "sample.not-over": "`{month}` is not over in the log; its sample is drawn by the first entry after it",
        "sample.not-in": (
            "entry {entry} is not in the sample of {month} that you review; `comity oversight findings sample`"
        ),
        "filing.altered": "the report does not say what its hash is of; make it again",
        "filing.not-over": "{day} is not over; file a report when its days are",
        "filing.done": "these days were filed in entry {entry}; file a correction that names it (`--corrects {corrected}`)",
        "filing.changed": "`{figure}` was {filed} when the report was made and is {now} now; make it again",
        "filing.no-figure": "the report has no figure `{figure}`; `--as json` names the key of each",
        "agreement.none": "`{agency}` has no agreement `{agreement}` in force",
        "agreement.none-listed": (
            "`{agency}` has no agreement `{agreement}` in force; `comity agreement list` shows those it has"
        ),
        "agreement.long-why": "say why in at most {longest} characters",
        "health.not-yours": "`{member}` does not administer this node; its administrator looks here",
        "node.other-account": "the node's socket belongs to another account; ask from that account",
        "member.no-role": "`{member}` has no role that their agency's sign-in confirms; ask your administrator",
        "act.too-often": "`{act}` of `{member}` happened {most} times within an hour; wait, and try again",
        "sign-in.too-many": "too many people sign in at once; try again in some minutes",
        "node.not-served": "the node does not serve; start it with `comity node serve` and try again",
        "node.gone": "the node stopped before it answered; look at its messages and ask again",
        "node.other-version": "the running node is of another version; restart it with this one",
        "page.away": "this page cannot be computed now; load it again later, or ask the agency",
        "page.busy": "this page is being computed for others; load it again in a minute",
    }
)


def tell_refused(code: str, /, **facts: Fact) -> str:
    """One sentence of the table, as it is told and kept."""
    return english(REFUSED, Sentence(code=code, facts=facts))
