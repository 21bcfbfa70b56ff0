"""Waiting for the program, always with an end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from alpha_swarm.clock import SystemClock
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.schema.tables import work

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

    from alpha_swarm.app import App
    from alpha_swarm.supervision.stage import Stage

    Program = subprocess.Popen[bytes]

_LOOK_SECONDS = 0.1
_START_SECONDS = 60.0


def settle(
    app: App,
    stage: Stage,
    program: Program,
    longest_seconds: float,
    look: Callable[[], None] = lambda: None,
) -> None:
    """Wait until no step is owed to any lead; ``look`` is called now and then.

    Raises:
        AlphaSwarmError: it takes longer, or the program ended; with the program's last words.
    """

    def done() -> bool:
        look()
        return not owed(app)

    remedy = f"leads are not settled after {longest_seconds:.0f} s: try fewer --leads or a quieter machine"
    _wait(done, stage, program, longest_seconds, remedy)


def until_calls(stage: Stage, program: Program, operation: str) -> None:
    """Wait until the program makes such a call to Clay.

    Raises:
        AlphaSwarmError: it does not get going.
    """
    remedy = f"no {operation} after {_START_SECONDS:.0f} s: try a quieter machine"
    _wait(lambda: operation in stage.ledger()["clay"]["calls"], stage, program, _START_SECONDS, remedy)


def watch(stage: Stage, program: Program, seconds: float) -> None:
    """Let it run so long.

    Raises:
        AlphaSwarmError: the program ended.
    """
    clock = SystemClock()
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        _alive(stage, program)
        clock.sleep(_LOOK_SECONDS)


def owed(app: App) -> int:
    """How many steps are owed."""
    with app.ledger.read() as tx:
        return int(tx.session.run(select(func.count()).select_from(work)).scalar_one())


def _wait(done: Callable[[], bool], stage: Stage, program: Program, seconds: float, remedy: str) -> None:
    clock = SystemClock()
    deadline = clock.monotonic() + seconds
    while not done():
        _alive(stage, program)
        if clock.monotonic() > deadline:
            raise AlphaSwarmError(f"{remedy}; the program's last words: {stage.log_tail()}")
        clock.sleep(_LOOK_SECONDS)


def _alive(stage: Stage, program: Program) -> None:
    if program.poll() is not None:
        raise AlphaSwarmError(f"alpha-swarm up ended with {program.returncode}: {stage.log_tail()}")
