"""Sixteen processes, the other side's own log, and what befalls them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from bisect import bisect_left
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from alpha_swarm.domain.calls.limits import Limit
from alpha_swarm.proof.clocks.watchface import Watchface, libfaketime
from alpha_swarm.supervision.processes import PYTHON
from tests.integration.gate.counter import COUNT
from tests.waiting import wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
CALLERS = 16
#: libfaketime looks at its file so often; seconds.
_LOOKS = 1.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """When calls arrived, and between which moments nothing befell anybody."""

    limit: Limit
    arrivals: Sequence[float]
    quiet: Sequence[tuple[float, float]]

    @property
    def most(self) -> int:
        """The largest number of calls in any window; the fullest ones begin with a call."""
        return max(
            bisect_left(self.arrivals, start + self.limit.seconds) - index
            for index, start in enumerate(self.arrivals)
        )

    @property
    def used(self) -> float:
        """The share of the permitted calls that were made in the whole windows of quiet times."""
        seconds = self.limit.seconds
        windows = [
            start + number * seconds
            for start, end in self.quiet
            for number in range(max(0, int((end - start) // seconds)))
        ]
        made = sum(
            bisect_left(self.arrivals, start + seconds) - bisect_left(self.arrivals, start)
            for start in windows
        )
        return made / (len(windows) * self.limit.amount)


class Crowd:
    """All of them at once; ends them with its block."""

    def __init__(self, folder: Path, redis: str, limit: Limit, calls: int, *, together: bool = True) -> None:
        self.clock = Watchface(folder, "callers")
        self.clock.show(0)
        self._calls, self._limit = calls, limit
        self._log, self._socket = folder / "arrivals", str(folder / "counter.sock")
        self._disturbed: list[float] = []
        self._open = ExitStack()
        self._counter = self._start([*PYTHON, "tests.integration.gate.counter"], [str(self._log)])
        assert self._counter.stdout is not None
        assert self._counter.stdout.readline() == "ready\n"
        self._asking = self._open.enter_context(socket.socket(socket.AF_UNIX))
        self._asking.connect(self._socket)
        command = self.clock.command([*PYTHON, "tests.integration.gate.caller"])
        numbers = [str(calls // CALLERS), str(limit.amount), str(limit.seconds)]
        self._callers = [
            self._start([*command, redis], [*numbers, "" if together else str(number)])
            for number in range(CALLERS)
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def when(self, share: float, act: Callable[[], object], *, disturbs: bool = True) -> None:
        """Do this after such a share of the calls; whether the gate may then be shut for a window."""
        wait_until(lambda: self._count() >= share * self._calls, 120)
        if disturbs:
            self._disturbed.append(time.monotonic())
        act()

    def outcome(self) -> Outcome:
        """Wait for the last call."""
        ended = min(float(caller.communicate()[0]) for caller in self._callers)
        self._counter.send_signal(signal.SIGTERM)
        self._counter.communicate()
        arrivals = sorted(map(float, self._log.read_text().split()))
        shut = _LOOKS + 3 * self._limit.seconds  # shut for one, filling anew in the next
        starts = [arrivals[0], *(moment + shut for moment in self._disturbed)]
        return Outcome(self._limit, arrivals, list(zip(starts, [*self._disturbed, ended], strict=True)))

    def _start(self, command: Sequence[str], arguments: Sequence[str]) -> subprocess.Popen[str]:
        environ = {**os.environ, **self.clock.environ(libfaketime()), "PYTHONPATH": str(ROOT)}
        process = self._open.enter_context(
            subprocess.Popen(  # noqa: S603 - the test's own program
                [*command, self._socket, *arguments], stdout=subprocess.PIPE, text=True, env=environ
            )
        )
        self._open.callback(process.kill)
        return process

    def _count(self) -> int:
        self._asking.sendall(COUNT)
        return int.from_bytes(self._asking.recv(8))
