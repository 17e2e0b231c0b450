"""`comity law why`: a past question explained to the owner's own desk."""

from __future__ import annotations

from pathlib import Path

import click

from comity.cli.files import print_json
from comity.cli.law_node_commands import json_option, nobody, node_option, owner_option
from comity.cli.show_why import answer_value, print_answer
from comity.model.explained import AnswerExplained
from comity.node.explain_past import ExplainPast
from comity.node.local import at_node


@click.command()
@node_option
@click.option("--as", "member", required=True, help="Member of the owner: its desk, or its auditor.")
@owner_option
@click.option("--record", default="", help="One record, by its reference or id: every field of it is explained.")
@click.option("--field", default="", help="One field, by name.")
@json_option
@click.argument("question")
def why(folder: Path, as_json: bool, **given: str) -> None:
    """Explain what an owner decided on a past question: each rule, each test, the nearest permits.

    For the owner's own desk and auditor. Nothing of it may be told to the asker; no value of a field is shown.

    \b
    Example:
      comity law why --node region/wa-node --as wa-police-counsel --for wa-police --field charge QUESTION
    """
    request = ExplainPast(
        member=given["member"],
        owner=given["owner"],
        query_id=given["question"],
        record=given["record"],
        field=given["field"],
    )
    with at_node(folder) as verbs:
        found: tuple[AnswerExplained, ...] = verbs(request, tuple[AnswerExplained, ...], nobody)
    if as_json:
        print_json([answer_value(one) for one in found])
        return
    for at, one in enumerate(found):
        click.echo("\n" if at else "", nl=False)
        print_answer(one, given["field"])
