"""What an audit says, and shows of a line beside the file's own words: the English of each sentence, once."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType

from comity.model.sentence import Fact, Said, say
from comity.oversight.audit.words import word_lists

SENTENCES = MappingProxyType(
    {
        "counted.searches.one": "{n} search",
        "counted.searches.other": "{n} searches",
        "counted.networks.one": "{n} network",
        "counted.networks.other": "{n} networks",
        "counted.kept_days.one": "{n} day",
        "counted.kept_days.other": "{n} days",
        "counted.back_days.one": "{n} day",
        "counted.back_days.other": "{n} days",
        "counted.states.one": "{n} state",
        "counted.states.other": "{n} states",
        "counted.accounts.one": "{n} account",
        "counted.accounts.other": "{n} accounts",
        "counted.bodies.one": "{n} body",
        "counted.bodies.other": "{n} bodies",
        "counted.recipients.one": "{n} recipient",
        "counted.recipients.other": "{n} recipients",
        "counted.of_own_state.one": "{n} agency of its own state",
        "counted.of_own_state.other": "{n} agencies of its own state",
        "counted.of_other_states.one": "{n} agency of another state",
        "counted.of_other_states.other": "{n} agencies of other states",
        "counted.federal.one": "{n} federal body",
        "counted.federal.other": "{n} federal bodies",
        "counted.tribal.one": "{n} tribal body",
        "counted.tribal.other": "{n} tribal bodies",
        "counted.private.one": "{n} private body",
        "counted.private.other": "{n} private bodies",
        "audit.reason-empty": "{searches_said} with the reason left empty{beside}",
        "audit.reason-not-published": "{searches_said} published without a column for reasons{beside}",
        "audit.reason-covered": "{searches_said} whose reason is covered in this copy{beside}",
        "audit.beside": "; beside {beside} stands an offence or a case number",
        "audit.beside-none": "",
        "audit.to-be-recorded": (
            "{empty}. The purpose of each is to be recorded; this copy shows none, the agency's own record may"
        ),
        "audit.reason-bare": (
            "{searches_said} whose reason names no crime, case or call, with neither offence nor case number "
            "beside it"
        ),
        "audit.reason-recycled": (
            "the same reason, `{reason}`, stands in {same} of {given} searches whose reason can be read"
        ),
        "audit.offence-empty": "{searches_said} without offence type, where the page has a column for it",
        "audit.case-number-empty": "{searches_said} without case number, where the page has a column for it",
        "audit.names-immigration": (
            "{searches_said} whose reason names an immigration body or its work ({named}); for whom they were "
            "made the file does not say"
        ),
        "audit.names-federal": (
            "{searches_said} whose reason names a federal body ({named}); for whom they were made the file does "
            "not say"
        ),
        "audit.names-on-behalf": (
            "{searches_said} whose reason names another agency ({named}); for whom they were made the file does "
            "not say"
        ),
        "audit.against-own-policy": (
            "{searches_said} whose reason or offence speaks of {topic}, a use the agency's own page forbids"
        ),
        "audit.purpose-closed": (
            "{searches_said} whose words suggest {topic}, which does not appear to follow the law of {state}"
        ),
        "audit.window-of-page-one": (
            "{searches_said} for reads older than the {kept_days_said} it says it keeps them, in one network. Whether "
            "such reads were still there the file does not say"
        ),
        "audit.window-of-page-several": (
            "{searches_said} for reads older than the {kept_days_said} it says it keeps them, in several networks, "
            "which may keep reads for longer than it does"
        ),
        "audit.window-of-law": (
            "{searches_said} for reads so old that the law of {state} opens them to an open case only"
        ),
        "audit.keeps-longer": (
            "says it keeps reads {kept_days_said}; outside a case this does not appear to follow the law of {state}"
        ),
        "audit.sharing-closed": (
            "gives its plate data to {whom}; this does not appear to follow the law of {state}"
        ),
        "audit.sharing-needs-paper": (
            "gives its plate data to {whom}; the law of {state} asks for a declaration, an order or a decision "
            "first, which no list shows"
        ),
        "audit.to-own-state": "{of_own_state_said}",
        "audit.to-other-states": "{of_other_states_said} in {states_said}",
        "audit.to-federal": "{federal_said}",
        "audit.to-tribal": "{tribal_said}",
        "audit.to-private": "{private_said}",
        "audit.own-word": "gives its plate data to {whom}, which its own page says it does not",
        "audit.to-either": "{count} agencies of other states and federal bodies",
        "audit.to-any-other-state": "{of_other_states_said}",
        "audit.sharing-nobody": (
            "gives its plate data to {accounts_said} whose name says test, closed or nobody's"
        ),
        "audit.sharing-unplaced": (
            "gives its plate data to {bodies_said} whose state or kind is not known; the law was not asked about "
            "them"
        ),
        "audit.sharing-added": "added {recipients_said} outside the agencies of its own state",
        "shows.reason-empty": "(empty)",
        "shows.reason-absent": "(absent)",
        "shows.reason-redacted": "(redacted)",
        "shows.offence": "{reason} | offence: {offence}",
        "shows.window": "{reason} | reads back to {back_days_said}, {networks_said}",
        "shows.window-untold": "{reason} | reads back to {back_days_said}, networks not told",
        "shows.retention": "retention {kept_days_said}",
        "shows.added": "{recipient}, between {before} and {after}",
        **{f"word.topic.{one.topic}": one.topic for one in word_lists().topics},
        "reading.us-ca-ca-17": (
            "The state's Attorney General reads Civil Code 1798.90.5(f) and 1798.90.55(b) so: no sharing with "
            "agencies of other states or of the federal government (Information Bulletin 2023-DLE-06)"
        ),
    }
)

say_audit = partial(say, SENTENCES)


def say_to(count: int, kind: str, **facts: Fact) -> Said:
    """Whom plate data is given to: how many bodies of a kind, as `of_own_state`."""
    return say_audit(f"audit.to-{kind.removeprefix('of_').replace('_', '-')}", **{kind: count}, **facts)
