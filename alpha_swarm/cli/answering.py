"""Commands that answer by themselves and have others below them, such as ``report`` and ``report access``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    import typer


def answers_itself(context: typer.Context) -> bool:
    """Whether no other command was named behind it.

    Raises:
        UserError: one was, and an option stands before it, where it would do nothing.
    """
    below = context.invoked_subcommand
    if below is None:
        return True
    for one in context.command.params:
        source = context.get_parameter_source(one.name or "")
        if source is not None and source.name == "COMMANDLINE":
            raise UserError(f"{one.opts[0]} does nothing before {below}: put it at the end, or leave it out")
    return False
