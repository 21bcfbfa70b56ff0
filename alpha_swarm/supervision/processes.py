"""The command lines of the parts, and what ties them to whoever starts them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from alpha_swarm.domain.states import Target
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.queueing.queues import queues

if TYPE_CHECKING:
    from collections.abc import Sequence

_TETHER = Path(__file__).with_name("tether.py")
#: ``-P``: a folder named ``workers`` where the user happens to stand is not ours.
PYTHON = (sys.executable, "-P", "-m")


def worker_command(queue: str, holder: str | None = None) -> list[str]:
    """The worker of one queue: ``ingest``, ``enrich``, ``dlq`` or ``sync-<target>``.

    Raises:
        ConfigurationError: there is no such queue.
    """
    known = queues(tuple(Target))
    if queue not in known:
        raise ConfigurationError(f"there is no queue {queue}: take one of {', '.join(known)}")
    return [*PYTHON, f"workers.{queue.partition('-')[0]}", queue, *holding(holder)]


def scheduler_command(holder: str | None = None) -> list[str]:
    """The scheduler."""
    return [*PYTHON, "workers.scheduler", *holding(holder)]


def api_command() -> list[str]:
    """The HTTP door."""
    return [*PYTHON, "alpha_swarm.api"]


def tethered(command: Sequence[str]) -> list[str]:
    """The same command as one that ends when this process is gone, however it goes (Linux only)."""
    return [sys.executable, "-I", "-S", str(_TETHER), str(os.getpid()), *command]


def holding(holder: str | None) -> list[str]:
    """The name under which a process takes leases."""
    return [] if holder is None else ["--holder", holder]
