"""Disclosure records are opened by subject: a records custodian and a privacy officer, two people, both entered.

1 the first           of either role, says why: an entry, and nothing is opened
2 the second          another person, of the other role: now the records are found and the log is read
3 own records         in which the person is the subject by a second identifier
4 read_account        every look-up about the person, from the log itself
5 append_entry        what was opened, under the key of its month; the petition says how many look-ups it holds
"""

from __future__ import annotations

from msgspec.structs import replace

from comity.errors import PetitionRefusedError, WrongUseError
from comity.exchange.duty.duties import said_words
from comity.model.agency import Agency, Member
from comity.model.disclosure import EntryKind
from comity.model.petition import Account, LogOpening, Petition
from comity.model.query import PersonSubject
from comity.model.said import Said
from comity.oversight.redress.accounting import read_account
from comity.oversight.redress.capacity import shown_subject
from comity.oversight.redress.petitions import ACCOUNT_KEY, OPENERS, Change, act_on, get_petition, read_particulars
from comity.oversight.redress.state import check_identified, check_undecided, is_opened
from comity.oversight.redress.subject import own_records
from comity.ports import World


def open_log(world: World, member: Member, reference: str, reason: str) -> Petition:
    """Ask for the opening of the log for a petition, or agree to it and read the accounting.

    Raises WrongUseError for who may not, PetitionRefusedError for a petition that is decided or of nobody identified.
    """
    words = said_words("reason", reason)

    def act(owner: Agency, petition: Petition, now_ms: int) -> Change:
        _check(petition)
        if is_opened(petition):
            return Change(petition, EntryKind.LOG_OPENED, None)
        said = Said(by=member.id, at_ms=now_ms, words=words)
        if petition.opening is None:  # 1
            opening = LogOpening(asked=said, asked_as=_role(member))
            return Change(replace(petition, opening=opening), EntryKind.LOG_OPENING_ASKED, opening)
        if petition.opening.asked.by == member.id:
            return Change(petition, EntryKind.LOG_OPENING_ASKED, None)
        _check_second(member, petition.opening)  # 2
        account = _account(world, owner, petition)
        opened = replace(petition, opening=replace(petition.opening, agreed=said), rows=len(account.rows))
        return Change(opened, EntryKind.LOG_OPENED, account, key=ACCOUNT_KEY)  # 5

    return act_on(world, member, reference, frozenset(OPENERS), act)


def subject_of(world: World, owner: Agency, petition: Petition) -> PersonSubject:
    """Whom a petition, or the one it reviews, is about, with the numbers that a paper showed.

    Raises PetitionRefusedError where that is no longer kept.
    """
    first = get_petition(world, owner, petition.about) if petition.about else petition
    particulars = read_particulars(world, owner, first)
    if particulars is None or particulars.subject is None:
        raise PetitionRefusedError(f"whom `{petition.id}` is about is not kept any more; take it in anew")
    return shown_subject(particulars.subject, petition.capacity, petition.check)


def _account(world: World, owner: Agency, petition: Petition) -> Account:
    subject = subject_of(world, owner, petition)
    own = own_records(world, owner, subject)  # 3
    rows = read_account(world, owner, subject, own)  # 4
    return Account(petition=petition.id, records=own.records, rows=rows, undecided=own.undecided)


def _check(petition: Petition) -> None:
    if not petition.is_of_a_person:
        raise WrongUseError(
            f"the log is opened by subject for the person alone, not for `{petition.matter}`; a demand goes to counsel"
        )
    check_undecided(petition)
    check_identified(petition)


def _role(member: Member) -> str:
    return next(role for role in OPENERS if role in member.roles)


def _check_second(member: Member, opening: LogOpening) -> None:
    other = next(role for role in OPENERS if role != opening.asked_as)
    if other not in member.roles:
        raise WrongUseError(
            f"`{opening.asked.by}` asked as {opening.asked_as}; the second person is a {other}, which `{member.id}` is not"
        )
