"""The order of a door's system calls: its write-ahead log is on the disk before its answer leaves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, ClassVar

from alpha_swarm.proof.databases.door import Client, open_door
from alpha_swarm.proof.trial import Result, Trial, Violation
from alpha_swarm.supervision.stage import set_up

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from alpha_swarm.proof.ground import Ground

_POSTS = 3
_CALLS = "fsync,fdatasync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg"
_REQUEST, _ANSWER = "POST /leads", "HTTP/1.1 202"
#: A call that ends on a line of its own names neither the call's file nor, before it, its result.
_SYNC = re.compile(r"^(\d+) +f(?:data)?sync\(\d+<[^>]*-wal>")
_ENDED = re.compile(r"^(\d+) +(?:<\.\.\. )?f(?:data)?sync.*= 0$")


class SyncedBeforeAnswer(Trial):
    """SQLite: PostgreSQL syncs in a process of its own. Inconclusive where ``strace`` is missing."""

    name: ClassVar[str] = "synced before the answer"
    guarantees: ClassVar[tuple[int, ...]] = (1,)
    seconds: ClassVar[float] = 5.0

    def __init__(self, environ: dict[str, str] | None = None) -> None:
        self._environ = environ

    @property
    def missing(self) -> str:
        """Without a tracer nobody sees a sync."""
        return "" if tracer() else "strace is not installed, or must not trace"

    def run(self, ground: Ground, chance: random.Random) -> Result:
        """Trace a door while leads are brought to it one by one."""
        del ground
        program = tracer()
        if program is None:
            return Result(0)
        with set_up("traced", environ=self._environ) as stage:
            trace = stage.home / "trace"
            around = (program, "-f", "-y", "-s", "16", "-e", f"trace={_CALLS}", "-o", str(trace))
            with open_door(stage, *around):
                client = Client(stage)
                for number in range(_POSTS):
                    client.post([f"traced-{number}-{chance.getrandbits(32)}"])
                client.close()
            answers = synced(trace.read_text(errors="replace").splitlines())
        early = [Violation("volatile", f"answer {place}") for place, safe in enumerate(answers) if not safe]
        return Result(len(answers), tuple(early))


def tracer() -> str | None:
    """``strace``, where it is installed and may trace."""
    program = shutil.which("strace")
    if program is None:
        return None
    command = [program, "-o", os.devnull, sys.executable, "-V"]
    tried = subprocess.run(command, capture_output=True, check=False)  # noqa: S603 - it traces ourselves
    return None if tried.returncode else program


def synced(lines: Iterable[str]) -> list[bool]:
    """For each answer whether the log's sync ended between its request and it."""
    found: list[bool] = []
    safe = False
    begun: set[str] = set()
    for line in lines:
        if _REQUEST in line:
            safe = False
        elif _ANSWER in line:
            found.append(safe)
        elif (sync := _SYNC.match(line)) is not None:
            begun.add(sync[1])
        if (ended := _ENDED.match(line)) is not None and ended[1] in begun:
            begun.discard(ended[1])
            safe = True
    return found
