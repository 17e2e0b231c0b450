"""A statement that a state's law asks of whoever looks in: read in the words of the law, signed for this session."""

from __future__ import annotations

from comity.errors import WrongUseError
from comity.exchange.session.statements import STATEMENTS, StatementText
from comity.model.statement import (
    LONGEST_MAILBOX,
    LONGEST_PLACE,
    LONGEST_TELEPHONE,
    Contact,
    SignedStatement,
)
from comity.node.session_requests import SignStatement
from comity.web.call import NOT_FOUND, Call, Go, Page, Reply
from comity.web.local_address import own_address

MINE = "/my-sign-in"
FIELDS = ("telephone", "email", "address")
Faults = tuple[tuple[str, str], ...]


def ask_sign(call: Call) -> Reply:
    """The statement, whole, and what goes with it."""
    text = _find(call)
    return NOT_FOUND if text is None else _page(call, text, {}, ())


def sign(call: Call) -> Reply:
    """Sign it: the node enters it, and every question of this session goes with it to agencies of that state."""
    text = _find(call)
    if text is None:
        return NOT_FOUND
    typed = {name: call.form.one(name) for name in FIELDS}
    faults = _faults(call, typed)
    if faults:
        return _page(call, text, typed, faults)
    try:
        contact = Contact(**typed)
        asked = SignStatement(member=call.who().id, statement=text.name, words=text.words, contact=contact)
        signed: SignedStatement = call.site.door.ask(asked, SignedStatement)
    except WrongUseError as error:
        return _page(call, text, typed, (("main", str(error)),))
    call.site.sessions.sign(call.signed(), signed)
    return Go(own_address(call.form.one("next"), f"{MINE}?done=signed"))


def unsigned(call: Call, states: frozenset[str]) -> tuple[StatementText, ...]:
    """Statements that agencies of these states ask for and that were not signed in this session."""
    have = {one.name for one in call.signed().signed}
    return tuple(one for name, one in STATEMENTS.items() if one.state in states and name not in have)


def offered(call: Call) -> tuple[tuple[StatementText, SignedStatement | None], ...]:
    """Every statement that an agency of the directory asks for, and how it stands in this session."""
    states = {one.state for one in call.site.agencies()}
    have = {one.name: one for one in call.signed().signed}
    return tuple((one, have.get(name)) for name, one in STATEMENTS.items() if one.state in states)


def _find(call: Call) -> StatementText | None:
    return next((one for name, one in STATEMENTS.items() if str(name) == call.path["statement"]), None)


def _faults(call: Call, typed: dict[str, str]) -> Faults:
    said = {
        "telephone": call.words("statement.fault.telephone"),
        "email": call.words("statement.fault.email"),
        "address": call.words("statement.fault.address"),
    }
    faults = tuple((name, said[name]) for name in FIELDS if not typed[name])
    return faults if call.form.one("signed") else (*faults, ("signed-0", call.words("statement.fault.signed")))


def _page(call: Call, text: StatementText, typed: dict[str, str], faults: Faults) -> Page:
    values = {
        "text": text,
        "typed": typed,
        "fault": dict(faults),
        "longest": {"telephone": LONGEST_TELEPHONE, "email": LONGEST_MAILBOX, "address": LONGEST_PLACE},
        "next": own_address(call.form.one("next") or call.query.one("next"), ""),
    }
    return Page("statement_sign.html", values, status=422 if faults else 200, faults=faults)
