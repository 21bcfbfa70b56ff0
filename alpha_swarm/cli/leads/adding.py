"""Takes a file in, with a progress bar on stderr."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from alpha_swarm.cli.asking import Asking
from alpha_swarm.cli.leads.files.pilot import PilotRun
from alpha_swarm.cli.leads.files.receiving import OneBatch, Rehearsal
from alpha_swarm.cli.leads.files.source import STDIN, opened
from alpha_swarm.cli.leads.files.taking import Terms, count_rows, take_in
from alpha_swarm.cli.opening import opened_app
from alpha_swarm.cli.printing import err
from alpha_swarm.clock import SystemClock
from alpha_swarm.config import load_settings
from alpha_swarm.errors import UserError

if TYPE_CHECKING:
    from alpha_swarm.config import Settings
    from alpha_swarm.domain.states import Priority

_LONGEST_SOURCE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a file is taken in."""

    dry_run: bool = False
    """Take nothing in, and say what it would cost."""
    pilot: int | None = None
    """Take so many rows in first, and the rest after a yes."""
    yes: bool = False


def add_file(
    name: str,
    source: str | None,
    priority: Priority,
    settings: Settings | None = None,
    manner: Manner = Manner(),
) -> dict[str, Any]:
    """``rows``, ``accepted``, ``duplicates``, ``rejected``, ``rejects_file``, ``batch``.

    With ``dry_run`` also ``estimate``; with ``pilot`` also ``pilot`` (what it brought) and ``went_on``:
    whether the rest followed, ``None`` where nobody could be asked.

    Raises:
        BadFileError: the file as a whole cannot be taken in, and nothing of it was.
        UserError: the source's name is unfit, or a pilot brought no results.
    """
    source = _checked(source)
    given = frozenset({"source_name"}) if source else frozenset()
    settings = settings or load_settings()
    with opened(name, settings.home, given) as file:
        rows = count_rows(file)
        with opened_app(settings) as app, _progress() as progress:
            terms = Terms(priority=priority, source=source, now=SystemClock().now(), policy=app.policy)
            task = progress.add_task("taking in", total=rows)
            advance = partial(progress.advance, task)
            if manner.dry_run:
                tally = asdict(take_in(file, Rehearsal(app.ledger), terms, advance))
                return {**tally, "dry_run": True, "estimate": app.forecast(tally["accepted"])}
            receive = OneBatch(app.receive)
            if manner.pilot is None:
                return {**asdict(take_in(file, receive, terms, advance)), "batch": receive.batch}
            pilot = PilotRun(
                app, receive.batch, manner.pilot, Asking(yes=manner.yes, piped=name == STDIN), progress
            )
            tally = asdict(take_in(file, receive, terms, advance, pilot))
            return {**tally, "batch": receive.batch, "pilot": pilot.brought, "went_on": pilot.went_on}


def _checked(source: str | None) -> str | None:
    if source is not None and not 1 <= len(source.strip()) <= _LONGEST_SOURCE:
        raise UserError(f"--source must have 1 to {_LONGEST_SOURCE} characters")
    return source


def _progress() -> Progress:
    console = err()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
