"""The flow, live: a bar for each state on a terminal, a line every two seconds elsewhere."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from alpha_swarm.cli.printing import err

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import Console

    from alpha_swarm.clock import Clock

    Show = Callable[[Mapping[str, Any]], None]

_LINE_SECONDS = 2.0
_BAR_WIDTH = 40
_ENDS = ("synced", "unenrichable", "dead")


@contextmanager
def screen(clock: Clock) -> Iterator[Show]:
    """Gives what shows a status."""
    console = err()
    started = clock.monotonic()
    if not console.is_terminal:
        yield Lines(console, clock)
        return
    with Live(console=console, refresh_per_second=8) as live:
        yield lambda status: live.update(picture(status, clock.monotonic() - started))


class Lines:
    """A line every two seconds, and one when all is done."""

    def __init__(self, console: Console, clock: Clock) -> None:
        self._console = console
        self._clock = clock
        self._started = clock.monotonic()
        self._next = 0.0
        self._settled = False

    def __call__(self, status: Mapping[str, Any]) -> None:
        """Show it if it is time."""
        passed = self._clock.monotonic() - self._started
        if passed < self._next and status["settled"] is self._settled:
            return
        self._next, self._settled = passed + _LINE_SECONDS, status["settled"]
        states = ", ".join(f"{name} {count}" for name, count in status["leads"].items() if count)
        self._console.print(f"{passed:5.1f} s: {states}; {summary(status, passed)}", soft_wrap=True)


def picture(status: Mapping[str, Any], passed: float) -> Group:
    """Bars, and what is worth a line below them."""
    table = Table.grid(padding=(0, 1))
    total = max(status["total"], 1)
    for name, count in status["leads"].items():
        if count or name in {"received", "enriching", "synced"}:
            table.add_row(name, ProgressBar(total=total, completed=count, width=_BAR_WIDTH), f"{count:,}")
    return Group(table, Text(f"{passed:5.1f} s · {summary(status, passed)}"))


def summary(status: Mapping[str, Any], passed: float) -> str:
    """Rate, queues, credits."""
    done = sum(status["leads"][name] for name in _ENDS)
    queues = " ".join(f"{name} {depth}" for name, depth in status["queues"].items())
    spent = status["credits"]["month"]["spent"]
    return f"{done / max(passed, 1.0):.1f} leads/s done; queues {queues}; credits spent {spent:,.1f}"
