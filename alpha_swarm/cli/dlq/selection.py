"""The options by which dead letters are chosen."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.letters.selection import selection_of

KindOption = Annotated[Kind | None, typer.Option("--class", help="What kind of trouble it was.")]
CauseOption = Annotated[str | None, typer.Option("--cause", help="As dlq list names it.")]
StepOption = Annotated[
    str | None, typer.Option("--step", "--target", help="Where they died: a step, or a CRM by its name.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Died then or later: 2026-01-31, or 2026-01-31T03:00 (UTC).")
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Letters by their ids.")]


def chosen(
    kind: Kind | None, cause: str | None, step: str | None, since: str | None, ids: list[str] | None = None
) -> Selection:
    """What the options say.

    Raises:
        UserError: there is no such step, or the moment is none.
    """
    return selection_of({"kind": kind, "cause": cause, "step": step, "since": since, "ids": ids or None})
