"""Processes full of workers, killed and replaced."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

from alpha_swarm.supervision.processes import PYTHON, tethered

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from alpha_swarm.app import App

_MODULE = "alpha_swarm.proof.money"


class Crew:
    """``processes`` with ``threads`` workers each."""

    def __init__(self, home: Path, environ: Mapping[str, str], processes: int, threads: int) -> None:
        self._home = home
        self._environ = dict(environ)
        self._threads = threads
        self._started = 0
        self._members: dict[str, subprocess.Popen[bytes]] = {}
        self._processes = processes

    def start(self) -> None:
        """Start as many as are missing, and wait until all of them work."""
        new = [self._begin() for _ in range(self._processes - len(self._members))]
        for member in new:
            if member.stdout is not None:
                member.stdout.readline()

    def kill(self, app: App, most: int) -> int:
        """``kill -9`` of the oldest; their batches are freed, as a supervisor does it, and counted."""
        freed = 0
        for name in list(self._members)[:most]:
            member = self._members.pop(name)
            member.kill()
            member.wait()
            if member.stdout is not None:
                member.stdout.close()
            freed += sum(app.free(f"{name}.{index}") for index in range(self._threads))
        return freed

    def kill_all(self, app: App) -> int:
        """The same with every one."""
        return self.kill(app, len(self._members))

    def _begin(self) -> subprocess.Popen[bytes]:
        self._started += 1
        name = f"crew-{self._started}"
        member = subprocess.Popen(  # noqa: S603 - our own module
            tethered([*PYTHON, _MODULE, name, str(self._threads)]),
            cwd=self._home,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
        )
        self._members[name] = member
        return member
