"""What waits in the queues, and who works on it; nothing here can be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.errors import NotReadyError
from alpha_swarm.queueing.roster import roster

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit


def show(desk: Desk, visit: Visit) -> Response:
    """By queue; without Redis how to get it back."""
    try:
        depths, workers = desk.app.hints.depths(), roster(desk.app.redis)
    except NotReadyError as error:
        return desk.pages.show("workers", visit.session, said=str(error), depths={}, workers=[], now=None)
    now = desk.app.clock.now()
    return desk.pages.show("workers", visit.session, said=None, depths=depths, workers=workers, now=now)
