"""A forked child that says what it did, line by line, and may be gone at any moment."""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

from alpha_swarm.errors import AlphaSwarmError

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDING_SECONDS = 1.0


class Say(Protocol):
    """What a child says reaches the parent even if it is the child's last word."""

    def __call__(self, **words: Any) -> None:
        """One line of JSON."""


@dataclass(frozen=True, slots=True)
class End:
    """How a child ended."""

    killed: bool
    """By SIGKILL; else it came to the end of what it had to do."""
    said: Sequence[Mapping[str, Any]]
    status: int = 0
    """As ``waitpid`` tells it; 0 for whoever came to the end."""

    def all_of(self, word: str) -> list[Any]:
        """Everything it said under this word."""
        return [words[word] for words in self.said if word in words]


def in_child(act: Callable[[Say], object]) -> End:
    """Do something in a child, forked from here; wait for its end.

    Raises:
        AlphaSwarmError: the child failed in another way than by being killed, or a fork would be unsafe.
    """
    return sound(in_mortal_child(act))


def sound(end: End) -> End:
    """The same end.

    Raises:
        AlphaSwarmError: it was neither the end of what was to be done nor a kill.
    """
    if not end.killed and end.status:
        raise AlphaSwarmError(f"a child that was to be killed failed by itself (status {end.status})")
    return end


def in_mortal_child(act: Callable[[Say], object]) -> End:
    """The same, however the child ends.

    Raises:
        AlphaSwarmError: a fork would be unsafe.
    """
    return begin(act).end()


class Child:
    """One that lives beside its parent; it may be standing still."""

    def __init__(self, pid: int, words: BinaryIO) -> None:
        self._pid = pid
        self._words = words

    def stands_still(self) -> bool:
        """Whether it stopped itself before its end, either of which is waited for."""
        told = os.waitid(os.P_PID, self._pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        return told is not None and told.si_code == os.CLD_STOPPED

    def go_on(self) -> None:
        """From where it stands still."""
        os.kill(self._pid, signal.SIGCONT)

    def kill(self) -> None:
        """Where it stands."""
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> End:
        """Wait for it."""
        with self._words as words:
            said = [json.loads(line) for line in words]
        _, status = os.waitpid(self._pid, 0)
        killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
        return End(killed, said, status)


def begin(act: Callable[[Say], object]) -> Child:
    """Fork a child that does something.

    Raises:
        AlphaSwarmError: a fork would be unsafe.
    """
    if not _alone():
        raise AlphaSwarmError("a process with several threads cannot be forked safely")
    reading, writing = os.pipe()
    # A collection in the child would write to every page that the two share, and so copy it.
    gc.freeze()
    child = os.fork()
    if child == 0:
        gc.disable()
        _live(act, writing)
    os.close(writing)
    return Child(child, os.fdopen(reading, "rb"))


def _alone() -> bool:
    """Whether no thread is left; those that are about to end are waited for."""
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(_ENDING_SECONDS)
    return threading.active_count() == 1


def _live(act: Callable[[Say], object], writing: int) -> None:
    """Never returns: what the parent would do next is not the child's."""
    failed = 1
    try:
        act(lambda **words: _write(writing, json.dumps(words).encode() + b"\n"))
        failed = 0
    except BaseException:  # noqa: BLE001 - whatever it was, a forked child must not run on
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(failed)


def _write(pipe: int, line: bytes) -> None:
    while line:
        line = line[os.write(pipe, line) :]
