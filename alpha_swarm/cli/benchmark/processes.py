"""What processes use, as the kernel counts it (Linux; elsewhere there is nothing to read)."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")
_MEGABYTE = 1024 * 1024
_KILOBYTES = 1024


@dataclass(frozen=True, slots=True)
class Usage:
    """One process."""

    name: str
    cpu_seconds: float
    """Its own and that of its children that have ended."""
    memory_mb: float
    peak_memory_mb: float


def family(root: int) -> dict[int, Usage]:
    """The process and all that descend from it, by their ids."""
    children = _children()
    pending, found = [root], dict[int, Usage]()
    while pending:
        pid = pending.pop()
        pending += children.get(pid, [])
        try:
            found[pid] = _usage(pid)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile, or this system has no such files
    return found


def cpu_seconds(root: int) -> float:
    """What the process and its descendants have used so far."""
    return sum(one.cpu_seconds for one in family(root).values())


def child_named(name: str) -> int:
    """The child of this process that is this part of the program.

    Raises:
        LookupError: there is none, or nothing to read about processes.
    """
    for pid, one in family(os.getpid()).items():
        if one.name == name:
            return pid
    raise LookupError(f"no process of ours is called {name}")


def _usage(pid: int) -> Usage:
    times = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[11:15]
    status = dict(
        line.split(":", 1) for line in (_PROC / str(pid) / "status").read_text().splitlines() if ":" in line
    )
    return Usage(
        name=part_name((_PROC / str(pid) / "cmdline").read_bytes().decode(errors="replace").split("\0")),
        cpu_seconds=sum(map(int, times)) / os.sysconf("SC_CLK_TCK"),
        memory_mb=_megabytes(status, "VmRSS"),
        peak_memory_mb=_megabytes(status, "VmHWM"),
    )


def _megabytes(status: dict[str, str], name: str) -> float:
    """A process that has ended and waits for its parent has none."""
    return round(int(status.get(name, "0 kB").split()[0]) * _KILOBYTES / _MEGABYTE, 1)


def _children() -> dict[int, list[int]]:
    """Parent → children, of all processes."""
    found: dict[int, list[int]] = {}
    for file in _PROC.glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found.setdefault(int(fields[1]), []).append(int(file.parent.name))
    return found


def part_name(command: list[str]) -> str:
    """Which part of the program a command line is: its module and what follows, without options."""
    words = [word for word in command if word]
    if "-m" not in words:
        return Path(words[0]).name if words else "ended"
    module, *arguments = words[words.index("-m") + 1 :]
    plain = arguments[: next((n for n, word in enumerate(arguments) if word.startswith("-")), len(arguments))]
    return " ".join([module.removeprefix("alpha_swarm.").removesuffix("cli.main"), *plain]).strip()
