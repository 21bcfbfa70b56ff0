"""A forked worker that freezes at one point of a step, and later goes on as if nothing had been."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.proof.crashing.points import Points
from alpha_swarm.supervision.tether import PR_SET_PDEATHSIG

if TYPE_CHECKING:
    from collections.abc import Callable


class FreezingPoints(Points):
    """At one of them the process stops, with all its threads, until it is told to go on."""

    def __init__(self, number: int, last_words: Callable[[str], object]) -> None:
        """``number`` counts from 1."""
        super().__init__(None, last_words)
        self._number = number
        self._say = last_words
        self._turn = threading.Lock()

    def passed(self, name: Callable[[], str]) -> None:
        """One more."""
        with self._turn:
            super().passed(name)
            if len(self.names) == self._number:
                self._say(name())
                # To this very thread: it must not get any further before the signal finds it.
                signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)

    @property
    def since(self) -> list[str]:
        """The names of those that were passed after the thaw."""
        return self.names[self._number :]


@dataclass(slots=True)
class Zombie:
    """From the outside."""

    pid: int
    frozen_at: float
    """On the monotonic clock."""
    point: str
    _words: int
    since: list[str] = field(default_factory=list)
    """The points that it passed after the thaw."""
    failed: str | None = None
    """With what its step ended."""
    ended: bool = False

    def thaw(self) -> None:
        """Let it go on to its end.

        Raises:
            AlphaSwarmError: it did not come to its end.
        """
        os.kill(self.pid, signal.SIGCONT)
        last = json.loads(b"".join(iter(lambda: os.read(self._words, 65536), b"")).splitlines()[-1])
        self.since, self.failed = last["since"], last["failed"]
        os.close(self._words)
        _, status = os.waitpid(self.pid, 0)
        self.ended = True
        if status:
            raise AlphaSwarmError(f"a worker that was frozen at {self.point} ended with status {status}")

    def kill(self) -> None:
        """Whatever became of it."""
        if self.ended:
            return
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def freeze(number: int, act: Callable[[Points], None]) -> Zombie | None:
    """Fork a worker and wait until it has stopped itself; ``None`` if it came to its end instead."""
    if threading.active_count() > 1:
        raise AlphaSwarmError("a process with several threads cannot be forked safely")
    reading, writing = os.pipe()
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        _live(number, act, writing, parent)
    os.close(writing)
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        os.close(reading)
        return None
    point = json.loads(os.read(reading, 65536).splitlines()[0])["point"]
    return Zombie(child, time.monotonic(), point, reading)


def _live(number: int, act: Callable[[Points], None], writing: int, parent: int) -> None:
    """Never returns: what the parent would do next is not the child's."""
    # Whoever is stopped hears of nothing, not even of its parent's end.
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    failed: str | None = None
    try:
        if os.getppid() == parent:
            points = FreezingPoints(number, lambda name: _say(writing, point=name))
            try:
                act(points)
            except Exception as error:  # noqa: BLE001 - as a queue's worker: a job that fails ends
                failed = type(error).__name__
            _say(writing, since=points.since, failed=failed)
    except BaseException as error:  # noqa: BLE001 - whatever it was, a forked child must not run on
        sys.stderr.write(f"{error!r}\n")
        os._exit(1)
    finally:
        os._exit(0)


def _say(pipe: int, **words: Any) -> None:
    os.write(pipe, json.dumps(words).encode() + b"\n")
