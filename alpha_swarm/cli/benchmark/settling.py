"""Waiting until nothing is owed any more, with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alpha_swarm.clock import SystemClock
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.tables import work

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from alpha_swarm.app import App
    from alpha_swarm.supervision.stage import Stage

_LOOK_SECONDS = 0.1


def settle(
    app: App,
    stage: Stage,
    program: subprocess.Popen[bytes],
    longest_seconds: float,
    watch: Callable[[int], None] = lambda _owed: None,
) -> None:
    """Wait until no step is owed to any lead; ``watch`` hears now and then how many are.

    Raises:
        AlphaSwarmError: it takes longer, or the program ended; with the program's last words.
    """
    clock = SystemClock()
    deadline = clock.monotonic() + longest_seconds
    while left := owed(app):
        watch(left)
        if program.poll() is not None:
            raise AlphaSwarmError(f"alpha-swarm up ended with {program.returncode}: {stage.log_tail()}")
        if clock.monotonic() > deadline:
            raise AlphaSwarmError(
                f"{left} steps are still owed after {longest_seconds:.0f} s: try fewer --leads or a quieter"
                f" machine; the program's last words: {stage.log_tail()}"
            )
        clock.sleep(_LOOK_SECONDS)


def owed(app: App) -> int:
    """How many steps are owed."""
    with app.ledger.read() as tx:
        return int(tx.session.run(select(func.count()).select_from(work)).scalar_one())
