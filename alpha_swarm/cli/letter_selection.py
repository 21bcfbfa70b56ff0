"""The options by which dead letters are chosen."""

from __future__ import annotations

from typing import Annotated

import typer

from alpha_swarm.domain.dead_letters import Kind, Selection
from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Step, Target
from alpha_swarm.errors import UserError

KindOption = Annotated[Kind | None, typer.Option("--class", help="What kind of trouble it was.")]
CauseOption = Annotated[str | None, typer.Option("--cause", help="As dlq list names it.")]
StepOption = Annotated[
    str | None, typer.Option("--step", "--target", help="Where they died: a step, or a CRM by its name.")
]
SinceOption = Annotated[
    str | None, typer.Option("--since", help="Died then or later: 2026-01-31, or 2026-01-31T03:00 (UTC).")
]
Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Letters by their ids.")]


def selection(
    kind: Kind | None, cause: str | None, step: str | None, since: str | None, ids: list[str] | None = None
) -> Selection:
    """What was asked for.

    Raises:
        UserError: there is no such step, or the moment is none.
    """
    return Selection(
        kind=kind,
        cause=cause,
        step=None if step is None else _step(step),
        since=None if since is None else _moment(since),
        ids=tuple(one.upper() for one in ids) if ids else None,
    )


def _step(name: str) -> Step:
    if name in set(Target):
        return Step.sync(Target(name))
    if name in set(Step):
        return Step(name)
    known = ", ".join([*map(str, Target), *(one for one in Step if one.target is None)])
    raise UserError(f"there is no step {name}: take one of {known}")


def _moment(text: str) -> float:
    moment = read_moment(text)
    if moment is None:
        raise UserError(f"--since {text} is no moment: write 2026-01-31 or 2026-01-31T03:00 (UTC)")
    return moment.timestamp()
