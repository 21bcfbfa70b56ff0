"""The parts of an installation as processes, each with a clock of its own."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

from alpha_swarm.proof.clocks.watchface import Watchface, libfaketime
from alpha_swarm.supervision.processes import scheduler_command, tethered, worker_command

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from alpha_swarm.supervision.stage import Stage

_SCHEDULER = "scheduler"
#: Enrich twice: two processes that may take up the same work, and differ about the time.
NAMES = (_SCHEDULER, "ingest", "enrich", "enrich.2", "sync-ghl", "sync-instantly")
_END_SECONDS = 30.0


class Part:
    """One process; it ends with the block that started it."""

    def __init__(self, name: str, watchface: Watchface, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.watchface = watchface
        self._process = process

    @property
    def ended(self) -> bool:
        """Whether it ended although nobody told it to."""
        return self._process.poll() is not None

    def end(self) -> None:
        """In peace, if it will."""
        self._process.terminate()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def start(name: str, stage: Stage, folder: Path, offset: float, *, library: Path | None) -> Part:
    """A part whose clock is off by ``offset`` seconds from its first moment on."""
    watchface = Watchface(folder, name)
    watchface.show(offset)
    queue = name.partition(".")[0]
    command = scheduler_command(name) if name == _SCHEDULER else worker_command(queue, name)
    with stage.log.open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own commands
            tethered(watchface.command(command)),
            cwd=stage.home,
            env={**stage.environ, "TZ": "UTC", **watchface.environ(library)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    return Part(name, watchface, process)


@contextmanager
def started(stage: Stage, offsets: dict[str, float], *, patched: bool) -> Iterator[list[Part]]:
    """All of these; ``patched`` does without libfaketime even where it is installed."""
    library = None if patched else libfaketime()
    there: list[Part] = []
    try:
        for name, offset in offsets.items():
            there.append(start(name, stage, stage.home, offset, library=library))
        yield there
    finally:
        for part in there:
            part.end()
