"""The options by which dead letters are chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from alpha_swarm.cli.printing import err, print_json
from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.letters.selection import selection_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.app import App

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


def end_if_unknown(app: App, ids: Sequence[str] | None, *, as_json: bool) -> None:
    """End the command with 1 where one of the ids that were given by hand is no letter's."""
    unknown = app.dead_letters.unknown(ids or ())
    if not unknown:
        return
    if as_json:
        print_json({"found": False, "unknown": unknown})
    err().print(f"no such dead letter: {', '.join(unknown)}; nothing was done", markup=False, soft_wrap=True)
    raise typer.Exit(1)
