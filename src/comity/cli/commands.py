"""Groups whose commands are read when they are called: a command pays for what it uses, not for all the others.

Reading every module takes two seconds of computing; most commands need a quarter of that.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any

import click

NONE_ELSEWHERE: Mapping[str, str] = MappingProxyType({})


class Commands(click.Group):
    """A group with commands of its own and, in `elsewhere`, of other modules of this package: name to `module:attribute`."""

    def __init__(self, *given: Any, elsewhere: Mapping[str, str] = NONE_ELSEWHERE, **named: Any) -> None:
        super().__init__(*given, **named)
        self._elsewhere = dict(elsewhere)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in order."""
        return sorted({*self.commands, *self._elsewhere})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name, read now if it was not before; None for a name nobody has."""
        place = self._elsewhere.get(cmd_name)
        if cmd_name not in self.commands and place is not None:
            module, _, attribute = place.partition(":")
            self.add_command(getattr(import_module(f"comity.cli.{module}"), attribute), cmd_name)
        return super().get_command(ctx, cmd_name)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words name. For a name nobody has, those near it are offered, wherever they stand."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.list_commands(ctx))
            if not near or args[0].startswith("-"):
                raise
            meant = " or ".join(f"'{name}'" for name in near)
            raise click.UsageError(f"No such command '{args[0]}'. Did you mean {meant}?", ctx) from error
