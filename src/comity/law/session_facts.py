"""The facts of a session: whose it is, what their administrator keeps of the account, and what the pages know of it.

Nothing is taken on from elsewhere: what nobody knows is left out, and then a rule that asks for it refuses.
"""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from comity.law.atoms import FactMap, FactValue
from comity.law.calendar import OwnerCalendar
from comity.law.facts import Facts, Standing, acting_fact, agency_facts, oris_on
from comity.model.agency import Agency, Directory, Member
from comity.model.roster import CheckFound, RosterLine
from comity.model.session_act import SessionKnown

MINUTE_MS = 60_000
MOST_DAYS = 10_000  # of what the vocabulary counts an account's idle days in
PRIVILEGED = frozenset(
    {"agency-administrator", "node-administrator"}
)  # roles that administer accounts or the node


def session_facts(member: Member, directory: Directory, known: FactMap, at_ms: int) -> Facts:
    """A session at an instant (UTC milliseconds), as the member's own agency and as each agency they act for.

    `known` is what is known of account, session and setting. An agency that the directory does not list is one of which
    nothing is known. Raises NounError for a member whose own agency it does not list.
    """
    own = directory.get_agency(member.agency)
    calendar = OwnerCalendar(at_ms, own.zone, frozenset(own.holidays))
    today = calendar.today()
    further = tuple(dict.fromkeys(one for one in member.acting_for if one != own.id))
    found = tuple(directory.find_agency(one) for one in further)
    common = {**known, **_privilege(member), **acting_fact(found), "now": today}

    def seen_as(agency: Agency | None, agency_id: str) -> Facts:
        of_asker = agency_facts("asker", agency, today) if agency is not None else {}
        oris = oris_on(agency, today) if agency is not None else frozenset()
        standing = Standing(asker=agency_id, asker_oris=oris)
        return Facts(MappingProxyType({**common, **of_asker}), standing, calendar)

    others = tuple(seen_as(agency, name) for agency, name in zip(found, further, strict=True))
    whole = seen_as(own, own.id)
    return Facts(whole.values_by_path, whole.standing, calendar, (), others)


def account_facts(line: RosterLine | None, today: date) -> FactMap:
    """What an administrator's record says of an account; nothing of one that is not kept.

    An administrator who finds an account expired, in violation or a threat suspends it, and a suspended one opens nothing:
    of one that stands, each is said not to be so.
    """
    if line is None or line.suspended_ms is not None:
        return MappingProxyType({})
    days = (today - (line.used_on or line.since)).days
    found: dict[str, FactValue] = {
        "member's inactive-days": max(0, min(days, MOST_DAYS)),
        "member is account-expired": False,
        "member is in-violation": False,
        "member is direct-threat": False,
    }
    if line.checked_on is not None and line.checked_on <= today:
        found["member is fingerprint-checked"] = True
    if line.found is not None:
        found["member is felony-found"] = line.found is CheckFound.FELONY_REVIEWED
        found["member is felony-reviewed"] = line.found is CheckFound.FELONY_REVIEWED
    return MappingProxyType(found)


def known_facts(known: SessionKnown, attestations: frozenset[str]) -> FactMap:
    """What the pages know of a session. A minute that was begun counts whole, so that no limit is passed unseen."""
    found: dict[str, FactValue] = {"session's attestations": attestations}
    if known.factors is not None:
        found["session's factors"] = known.factors
    if known.idle_ms is not None:
        found["session's idle"] = _minutes(known.idle_ms)
    if known.age_ms is not None:
        found["session's age"] = _minutes(known.age_ms)
    if known.failures is not None:
        found["session's failures"] = known.failures
    return MappingProxyType(found)


def _privilege(member: Member) -> FactMap:
    """Functions of an administrator come with the role and in no other way, so that whoever has them has the role for them."""
    privileged = bool(PRIVILEGED & set(member.roles))
    return {"session is privileged": privileged, "session is needs-privilege": privileged}


def _minutes(length_ms: int) -> int:
    return -(-length_ms // MINUTE_MS)
