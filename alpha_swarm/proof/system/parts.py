"""The processes that one ``alpha-swarm up`` consists of, as the kernel lists them (Linux)."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm.coordination.embedded import embedded_socket

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_SECONDS = 0.001
REDIS = "redis"


@dataclass(frozen=True, slots=True)
class Part:
    """A process; ``holder`` is the name under which it takes leases, empty where it takes none."""

    name: str
    pid: int
    holder: str = ""

    def signal(self, signum: signal.Signals) -> bool:
        """Tell it; whether it was there to be told."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signum)
            return True
        return False

    def freeze(self) -> bool:
        """SIGSTOP, and wait until no thread of it runs; whether it was there."""
        if not self.signal(signal.SIGSTOP):
            return False
        while _state(self.pid) not in {"T", "Z", ""}:
            time.sleep(_LOOK_SECONDS)
        return _state(self.pid) == "T"

    @property
    def gone(self) -> bool:
        """Whether it has ended."""
        return _state(self.pid) in {"Z", ""}


def parts(up: int, home: Path) -> list[Part]:
    """What runs below the supervisor ``up``, and the embedded Redis of this home whoever started it."""
    server = os.fsencode(embedded_socket(home))
    return sorted(_found(up, server), key=lambda part: part.name)


def _found(up: int, server: bytes) -> Iterator[Part]:
    for folder in Path("/proc").glob("[0-9]*"):
        pid, words = int(folder.name), _words(folder)
        if any(server in word for word in words):
            yield Part(REDIS, pid)
        elif b"-m" in words and _parent(pid) == up:
            yield _part(pid, [word.decode(errors="replace") for word in words])


def _part(pid: int, words: list[str]) -> Part:
    name = words[words.index("-m") + 1].rpartition(".")[2]
    holder = words[words.index("--holder") + 1] if "--holder" in words else ""
    return Part(name, pid, holder)


def _words(folder: Path) -> list[bytes]:
    try:
        return (folder / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []


def _state(pid: int) -> str:
    """T: stopped, Z: dead and not yet buried, empty: gone."""
    return _facts(pid)[0]


def _parent(pid: int) -> int:
    return int(_facts(pid)[1] or 0)


def _facts(pid: int) -> tuple[str, str]:
    try:
        # The name in brackets may hold anything, so what is wanted is read after the last one.
        state, parent, *_ = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "", ""
    return state, parent
