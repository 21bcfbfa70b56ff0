"""Takes a file in, with a progress bar on stderr."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alpha_swarm.cli.lead_files.source import opened
from alpha_swarm.cli.lead_files.taking import Terms, count_rows, take_in
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.cli.printing import err
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.states import Priority

_LONGEST_SOURCE = 200


def add_file(
    name: str, source: str | None, priority: Priority, settings: Settings | None = None
) -> dict[str, Any]:
    """``rows``, ``accepted``, ``duplicates``, ``rejected``, ``rejects_file``.

    Raises:
        BadFileError: the file as a whole cannot be taken in, and nothing of it was.
        UserError: the source's name is unfit.
    """
    terms = Terms(priority=priority, source=_checked(source), now=SystemClock().now())
    given = frozenset({"source_name"}) if source else frozenset()
    settings = settings or load_settings()
    with opened(name, settings.home, given) as file:
        rows = count_rows(file)
        with opened_app(settings) as app, _progress() as progress:
            task = progress.add_task("taking in", total=rows)
            tally = take_in(file, app.receive, terms, lambda done: progress.advance(task, done))
    return asdict(tally)


def _checked(source: str | None) -> str | None:
    if source is not None and not 1 <= len(source.strip()) <= _LONGEST_SOURCE:
        raise UserError(f"--source must have 1 to {_LONGEST_SOURCE} characters")
    return source


def _progress() -> Progress:
    console = err()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
