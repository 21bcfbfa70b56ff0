"""Processes full of workers, killed and replaced."""

from __future__ import annotations

import subprocess
from typing import IO, TYPE_CHECKING

from alpha_swarm.supervision.processes import PYTHON, tethered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from alpha_swarm.app import App

    Process = subprocess.Popen[bytes]

_MODULE = "alpha_swarm.proof.money"


class Crew:
    """``processes`` that work at a time, with ``threads`` workers each, and ``spare`` ones for the killed."""

    def __init__(
        self, home: Path, environ: Mapping[str, str], processes: int, threads: int, spare: int
    ) -> None:
        self._threads = threads
        self._spare = {
            f"crew-{number}": self._begin(home, environ, f"crew-{number}")
            for number in range(processes + spare)
        }
        self._working: dict[str, Process] = {}
        self._processes = processes

    def start(self) -> None:
        """Let as many work as are missing: all at the same moment, once everybody is ready."""
        missing = list(self._spare)[: self._processes - len(self._working)]
        for member in self._spare.values():
            if not self._working:
                _pipe(member.stdout).readline()
        for name in missing:
            member = self._working[name] = self._spare.pop(name)
            _pipe(member.stdin).write(b"go\n")
            _pipe(member.stdin).flush()

    def kill(self, app: App, most: int) -> int:
        """``kill -9`` of the oldest; their batches are freed, as a supervisor does it, and counted."""
        return sum(self._kill(app, name) for name in list(self._working)[:most])

    def end(self, app: App) -> int:
        """The same with every one, and away with those who never worked."""
        self._working |= self._spare
        self._spare = {}
        return self.kill(app, len(self._working))

    def _kill(self, app: App, name: str) -> int:
        with self._working.pop(name) as member:
            member.kill()
        return sum(app.free(f"{name}.{index}") for index in range(self._threads))

    def _begin(self, home: Path, environ: Mapping[str, str], name: str) -> Process:
        return subprocess.Popen(  # noqa: S603 - our own module
            tethered([*PYTHON, _MODULE, name, str(self._threads)]),
            cwd=home,
            env=dict(environ),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )


def _pipe(end: IO[bytes] | None) -> IO[bytes]:
    if end is None:
        raise AssertionError("the process was started with pipes")
    return end
