"""The exposure statement as values for programs, and its lists for a spreadsheet."""

from __future__ import annotations

from typing import Any

from comity.oversight.exposure.statement import Statement
from comity.oversight.exposure.written import sentences_of, statement_document
from comity.oversight.map.row import MapRow
from comity.oversight.reach.party import Party
from comity.oversight.texts.say import Language
from comity.oversight.texts.spreadsheet import spreadsheet

HEADS = ("door", "agency", "state", "county", "level", "kind", "classes", "purposes", "from", "source")


def statement_value(statement: Statement, language: Language) -> dict[str, Any]:
    """The whole statement, with its sentences in a language."""
    doors, used, sure, private = statement.doors, statement.used, statement.sure, statement.private
    value: dict[str, Any] = {
        "agency": _party(statement.agency),
        "day": statement.day.isoformat(),
        "month": str(statement.month),
        "public": private is None,
        "doors": [
            {"agency": _party(statement.places[one.agency]), "door": str(one.door), "from": list(one.givers)}
            | {"flows": [_flow(row) for row in statement.steps(one)]}
            for one in doors.comers
        ],
        "in_the_end": doors.in_the_end,
        "law": str(statement.law.read),
        "closed": [
            {"label": one.label, "outcome": str(one.outcome)}
            | {
                "rules": [
                    {"rule": rule.rule, "citation": rule.citation, "status": rule.status} for rule in one.rules
                ]
            }
            for one in statement.law.closed
        ],
        "unread": list(statement.law.unread),
        "changes": {
            name: [_flow(row) for row in getattr(statement.changes, name)]
            for name in ("opened", "closed", "brief")
        },
        "used": None
        if used is None
        else {
            "month": str(used.month),
            "asked": used.asked,
            "released": used.released,
            "refused": used.refused,
        },
        "sure": {
            "declared": sure.declared,
            "listed": sure.listed,
            "newest": sure.newest.isoformat() if sure.newest is not None else None,
            "undated": sure.undated,
            "spelled": sure.spelled,
        },
        "language": language.code,
        "sentences": list(sentences_of(statement_document(statement, language))),
    }
    if private is not None:
        value["acting"] = [{"member": one.member, "for": one.other} for one in private.acting]
        value["told"] = [
            {"recipient": one.recipient, "class": one.data_class, "channel": one.channel, "count": one.count}
            for one in private.told
        ]
    return value


def statement_spreadsheet(statement: Statement) -> str:
    """One line for each agency and flow it comes to the data by."""
    lines = []
    for one in statement.doors.comers:
        party = statement.places[one.agency]
        givers = "; ".join(statement.places[name].name for name in one.givers)
        for row in statement.steps(one) or (None,):
            flow = ("", "") if row is None else ("; ".join(row.classes), "; ".join(row.purposes))
            source = one.hops[0].authority if row is None else row.source
            place = (party.name, party.state, party.county, party.level, party.kind)
            lines.append((str(one.door), *place, *flow, givers, source))
    return spreadsheet(HEADS, lines)


def _party(party: Party) -> dict[str, Any]:
    traits = {"state": party.state, "county": party.county, "level": party.level, "kind": party.kind}
    return {"id": party.id, "name": party.name, **traits, "sure": party.sure}


def _flow(row: MapRow) -> dict[str, Any]:
    return {
        "from": row.giver,
        "to": row.taker,
        "classes": list(row.classes),
        "purposes": list(row.purposes),
        "by": str(row.by),
        "known": str(row.known),
        "source": row.source,
    }
