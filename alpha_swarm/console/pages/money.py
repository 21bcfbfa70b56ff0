"""Where the money went, and how long the rest will last."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit


def show(desk: Desk, visit: Visit) -> Response:
    """What ``budget`` tells."""
    told = desk.budget()
    if told is None:
        return desk.pages.show("counting", visit.session, title="Money")
    return desk.pages.show("money", visit.session, books=told.answer, age=told.age)
