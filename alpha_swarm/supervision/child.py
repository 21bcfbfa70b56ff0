"""One supervised process."""

from __future__ import annotations

import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from alpha_swarm.supervision.processes import tethered

if TYPE_CHECKING:
    import signal
    from collections.abc import Mapping

log = structlog.get_logger(__name__)

FIRST_WAIT, LONGEST_WAIT = 0.2, 2.0
#: A process that lived this long did start; its next death begins with the shortest wait again.
SETTLED_SECONDS = 10.0
CONFIGURATION_ERROR = 2


@dataclass(frozen=True, slots=True)
class Spec:
    """A part that is to run, whatever happens."""

    name: str
    command: Callable[[str], Sequence[str]]
    """Its command line, given the name under which it takes leases: a new one at each start."""
    after: float = 0.0
    """Seconds that its first start waits: those whom all wait for have the processor to themselves."""


class Child:
    """Starts its command, and again after each end, at first after 0.2 s and at most after 2 s."""

    def __init__(self, spec: Spec, environ: Mapping[str, str], on_death: Callable[[str], object]) -> None:
        self.spec = spec
        self.process: subprocess.Popen[bytes] | None = None
        self.holder = ""
        self.misconfigured = 0
        """Ends in a row because of a configuration error."""
        self._environ = dict(environ)
        self._on_death = on_death
        self._started, self._next_start = 0.0, time.monotonic() + spec.after
        self._wait = FIRST_WAIT
        self._proved = False

    @property
    def running(self) -> bool:
        """Whether it has a process that was not seen dead."""
        return self.process is not None

    def tick(self) -> None:
        """Notice its end; start it when it is time."""
        if self.process is not None and self.process.poll() is not None:
            self._bury(self.process.returncode)
        if self.process is None and time.monotonic() >= self._next_start:
            self._start()

    def signal(self, signum: signal.Signals) -> None:
        """Tell the process."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signum)

    def ended(self) -> bool:
        """Whether it is over, without another start."""
        if self.process is not None and self.process.poll() is not None:
            self._bury(self.process.returncode)
        return self.process is None

    def _start(self) -> None:
        self.holder = f"{socket.gethostname()}-{self.spec.name}-{secrets.token_hex(4)}"
        self._started = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which ends the parts in order.
        self.process = subprocess.Popen(  # noqa: S603 - our own commands
            tethered(self.spec.command(self.holder)),
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=sys.__stderr__,
            start_new_session=True,
        )

    def _bury(self, code: int) -> None:
        lived = time.monotonic() - self._started
        self.process = None
        if lived > SETTLED_SECONDS:
            self._wait = FIRST_WAIT
            self._proved = True
        # Whatever ran once is configured well enough: it is the ledger or the like that is away for a while.
        wrong = code == CONFIGURATION_ERROR and not self._proved
        self.misconfigured = self.misconfigured + 1 if wrong else 0
        self._next_start = time.monotonic() + self._wait
        self._wait = min(self._wait * 2, LONGEST_WAIT)
        if code:
            log.warning("part_ended", part=self.spec.name, code=code)
        self._free()

    def _free(self) -> None:
        """Nobody is to wait for the leases of the dead."""
        try:
            self._on_death(self.holder)
        except Exception as error:  # noqa: BLE001 - without the ledger they expire by themselves
            log.warning("leases_not_freed", part=self.spec.name, error=type(error).__name__)
