"""`comity member`: who of an agency may act, since when it was checked, and who may not any more."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from comity.cli.ask_commands import json_options, node_options
from comity.cli.files import print_json
from comity.cli.question import with_options
from comity.cli.show_duties import utc_text
from comity.model.roster import CheckFound, MemberShown
from comity.node.local import LocalRequest, at_node
from comity.node.member_requests import (
    ROLES,
    AddMember,
    ChangeMember,
    ListMembers,
    RestoreMember,
    ReviewMember,
    SuspendMember,
)

DAY = click.DateTime(formats=["%Y-%m-%d"])
administrator_option = click.option("--as", "by", required=True, help="Administrator or head of the agency.")
why_option = click.option("--why", required=True, help="The reason, which is entered.")
given_options = (
    click.option("--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="Once a role."),
    click.option("--trained-until", required=True, type=DAY, help="Last day the required training is valid."),
    click.option("--checked-on", required=True, type=DAY, help="Day of the fingerprint-based check."),
    click.option(
        "--found",
        type=click.Choice([str(one) for one in CheckFound]),
        help="What the check found. Where it is left out, rules that ask for it let no session of theirs begin.",
    ),
)


@click.group()
def member() -> None:
    """Members of an agency: their access, checks and yearly review."""


@member.command("list")
@with_options(node_options)
@click.option("--as", "by", required=True, help="Administrator, head, privacy officer or auditor of the agency.")
@with_options(json_options)
def list_members(folder: Path, by: str, as_json: bool) -> int:
    """List an agency's members, suspended ones too.

    \b
    Example:
      comity member list --node region/wa-node --as wa-police-administrator
    """
    with at_node(folder) as verbs:
        kind = tuple[MemberShown, ...]
        shown: tuple[MemberShown, ...] = verbs(ListMembers(member=by), kind, lambda *_: None)
    if as_json:
        print_json([_value(one) for one in shown])
        return 0
    for one in shown:
        click.echo(_sentence(one))
    return 0


@member.command("add")
@with_options(node_options)
@administrator_option
@click.option("--name", required=True, help="The member's name.")
@with_options(given_options)
@click.argument("member_id")
@with_options(json_options)
def add(folder: Path, by: str, name: str, member_id: str, as_json: bool, **given: Any) -> int:
    """Add a member to your own agency.

    \b
    Example:
      comity member add --node region/wa-node --as wa-police-administrator --name "Ola Reyes" --role member \\
        --trained-until 2027-06-30 --checked-on 2026-11-02 --found no-felony wa-police-reyes
    """
    return _done(folder, AddMember(member=by, id=member_id, name=name, **_days(given)), as_json)


@member.command("change")
@with_options(node_options)
@administrator_option
@with_options(given_options)
@click.argument("member_id")
@with_options(json_options)
def change(folder: Path, by: str, member_id: str, as_json: bool, **given: Any) -> int:
    """Give a member other roles, another training date, or another check.

    \b
    Example:
      comity member change --node region/wa-node --as wa-police-administrator --role member --role supervisor \\
        --trained-until 2027-06-30 --checked-on 2026-11-02 --found no-felony wa-police-detective
    """
    return _done(folder, ChangeMember(member=by, id=member_id, **_days(given)), as_json)


@member.command("suspend")
@with_options(node_options)
@administrator_option
@why_option
@click.option("--left", is_flag=True, help="They leave, or move to another agency: for good.")
@click.argument("member_id")
@with_options(json_options)
def suspend(folder: Path, by: str, why: str, left: bool, member_id: str, as_json: bool) -> int:
    """Take a member's access away at once.

    \b
    Example:
      comity member suspend --node region/wa-node --as wa-police-administrator --why "on leave" wa-police-detective
    """
    return _done(folder, SuspendMember(member=by, id=member_id, why=why, left=left), as_json)


@member.command("restore")
@with_options(node_options)
@administrator_option
@why_option
@click.argument("member_id")
@with_options(json_options)
def restore(folder: Path, by: str, why: str, member_id: str, as_json: bool) -> int:
    """Give a suspended member the same access back.

    \b
    Example:
      comity member restore --node region/wa-node --as wa-police-administrator --why "back from leave" \\
        wa-police-detective
    """
    return _done(folder, RestoreMember(member=by, id=member_id, why=why), as_json)


@member.command("review")
@with_options(node_options)
@administrator_option
@click.argument("member_id")
@with_options(json_options)
def review(folder: Path, by: str, member_id: str, as_json: bool) -> int:
    """Say that a member's access is still needed, once a year.

    \b
    Example:
      comity member review --node region/wa-node --as wa-police-administrator wa-police-detective
    """
    return _done(folder, ReviewMember(member=by, id=member_id), as_json)


def _done(folder: Path, request: LocalRequest, as_json: bool) -> int:
    with at_node(folder) as verbs:
        shown: MemberShown = verbs(request, MemberShown, lambda *_: None)
    if as_json:
        print_json(_value(shown))
    else:
        click.echo(_sentence(shown))
    return 0


def _days(given: dict[str, Any]) -> dict[str, Any]:
    found = given["found"]
    days = {name: one.date() if isinstance(one, datetime) else one for name, one in given.items()}
    return {**days, "found": CheckFound(found) if found else None}


def _sentence(one: MemberShown) -> str:
    member, line = one.member, one.line
    said = f"{member.id}  {member.name}  {', '.join(member.roles)}; trained until {member.trained_until}"
    if line is None:
        return f"{said}; not yet kept by the node"
    checked = f"{line.checked_on or 'NOT RECORDED'} ({line.found or 'what it found is NOT RECORDED'})"
    said += f"; checked {checked}; reviewed {line.reviewed_on or 'never'}"
    if line.suspended_ms is not None:
        word = "LEFT" if line.left else "SUSPENDED"
        said += f"; {word} {utc_text(line.suspended_ms)} by {line.suspended_by}: {line.why}"
    return said


def _value(one: MemberShown) -> dict[str, Any]:
    member, line = one.member, one.line
    return {
        "id": member.id,
        "name": member.name,
        "roles": list(member.roles),
        "trained_until": _day(member.trained_until),
        "checked_on": _day(line.checked_on) if line else None,
        "found": line.found if line else None,
        "reviewed_on": _day(line.reviewed_on) if line else None,
        "used_on": _day(line.used_on) if line else None,
        "suspended": utc_text(line.suspended_ms) if line and line.suspended_ms is not None else None,
        "suspended_by": line.suspended_by if line else "",
        "why": line.why if line else "",
        "left": bool(line and line.left),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
