"""Plans and changes of agreements as JSON values and as text."""

from __future__ import annotations

from typing import Any

import click

from comity.cli.show import reason_value
from comity.cli.show_ways import way_value
from comity.model.law_state import AgreementChange, AgreementPlan, PartyView
from comity.node.plan_agreement import say_forbidden


def plan_value(plan: AgreementPlan) -> dict[str, Any]:
    """A plan as one JSON object."""
    return {
        "id": plan.agreement,
        "title": plan.title,
        "hash": plan.hash,
        "from": plan.first.isoformat() if plan.first else None,
        "to": plan.last.isoformat() if plan.last else None,
        "begins": plan.begins.isoformat() if plan.begins else None,
        "ready": plan.ready,
        "findings": list(plan.findings),
        "signatures": [{"agency": one.agency, "role": one.role, "signed": one.signed} for one in plan.signatures],
        "parties": [_party_value(one) for one in plan.parties],
        "opening": [way_value(one) for one in plan.opening],
    }


def print_plan(plan: AgreementPlan) -> None:
    """A plan as text: faults first, then who has signed, what forbids it, and from when."""
    click.echo(f"{plan.agreement}: {plan.title}" if plan.title else plan.agreement)
    for finding in plan.findings:
        click.echo(f"  {finding}")
    for one in plan.signatures:
        click.echo(f"  {'signed' if one.signed else 'MISSING'}  {one.role} of {one.agency}")
    for party in plan.parties:
        for line in _party_lines(party):
            click.echo(f"  {line}")
    for way in plan.opening:
        click.echo(f"  {say_forbidden(way)}")
    if plan.begins is not None:
        ends = f", to {plan.last}" if plan.last else ""
        click.echo(
            f"  in force from {plan.begins}{ends}" + ("" if plan.ready else ", once nothing stands in the way")
        )


def change_value(done: AgreementChange) -> dict[str, Any]:
    """An agreement switched on, refused or suspended, as one JSON object."""
    return {
        "id": done.agreement,
        "owners": list(done.owners),
        "entries": list(done.entries),
        "refused": list(done.refused),
        "begins": done.begins.isoformat() if done.begins else None,
    }


def _party_lines(party: PartyView) -> list[str]:
    if not party.held:
        return [f"{party.agency}: its law is at its own node; run the plan there"]
    if not party.forbidding:
        told = [f"{party.agency}: no rule forbids it" + ("; in force already" if party.in_force else "")]
    else:
        told = [
            f"{party.agency} forbids it towards {other}: {reason.title} ({reason.rule}, {reason.citation})"
            + (f"; {reason.remedy}" if reason.remedy else "")
            for other, reason in party.forbidding
        ]
    owed = [
        f"{party.agency} will owe: {one.kind}{f' to {one.to}' if one.to else ''}: {one.text} "
        f"({one.rule}, {one.citation})"
        for one in party.owed
    ]
    return [*told, *owed]


def _party_value(party: PartyView) -> dict[str, Any]:
    return {
        "agency": party.agency,
        "held": party.held,
        "in_force": party.in_force,
        "forbidden_by": [{"towards": other, **reason_value(reason)} for other, reason in party.forbidding],
        "owed": [
            {"rule": one.rule, "citation": one.citation, "kind": one.kind, "to": one.to, "text": one.text}
            for one in party.owed
        ],
    }
