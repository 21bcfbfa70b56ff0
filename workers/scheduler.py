"""The scheduler: the clock of periodic jobs, and the sweep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly.parts import redis_url
from alpha_swarm.coordination.connection import connect
from alpha_swarm.queueing import schedule
from workers.base import run

if TYPE_CHECKING:
    from alpha_swarm.app import App


def keep_time(app: App, _holder: str) -> None:
    """Until SIGTERM."""
    schedule.run(app, connect(redis_url(app.settings)))
    # While nothing runs the end of the trail is anchored as well.
    schedule.attempt(app.audit.anchor)


if __name__ == "__main__":
    run(keep_time)
