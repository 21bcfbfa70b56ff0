"""The scheduler: the clock of periodic jobs, and the sweep."""

from __future__ import annotations

from alpha_swarm.assembly import redis_url
from alpha_swarm.coordination.connection import connect
from alpha_swarm.queueing import schedule
from workers.base import run

if __name__ == "__main__":
    run(lambda app, _holder: schedule.run(app, connect(redis_url(app.settings))))
