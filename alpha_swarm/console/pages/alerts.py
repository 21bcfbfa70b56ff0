"""What stands now and somebody has to see to, and what is done again and again."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.exceptions import HTTPException

from alpha_swarm.console.rendering import go_to

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

log = structlog.get_logger(__name__)


def show(desk: Desk, visit: Visit) -> Response:
    """The critical alerts first, each with its remedy; then the schedules."""
    app = desk.app
    standing = sorted(app.alerts(), key=lambda one: (one["level"] != "critical", one["since"]))
    schedules, now = app.schedules(), app.clock.now().timestamp()
    ran = visit.query.get("ran")
    said = ran if ran in {one["name"] for one in schedules} else None
    return desk.pages.show("alerts", visit.session, alerts=standing, schedules=schedules, now=now, said=said)


def run(desk: Desk, visit: Visit) -> Response:
    """Do what is on the schedule once more, and now.

    Raises:
        HTTPException: 404 for what is on none.
    """
    name = visit.path["name"]
    if name not in {one["name"] for one in desk.app.schedules()}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    desk.app.run_schedule(name)
    log.info("schedule_run", schedule=name)
    return go_to(f"/console/alerts?ran={name}")
