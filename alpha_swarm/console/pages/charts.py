"""How leads fare from day to day, what they bring and what they cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from alpha_swarm.charts.style import STYLE
from alpha_swarm.reporting.drawn import charts

if TYPE_CHECKING:
    from starlette.requests import Request

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

_SHOWN = ("leads_by_day", "credits_by_day", "tiers", "outcomes", "fill_rates")


def show(desk: Desk, visit: Visit) -> Response:
    """The charts; each says in words what it shows."""
    told = desk.report()
    if told is None:
        return desk.pages.show("counting", visit.session, title="Charts")
    drawn = charts(told.answer)
    return desk.pages.show(
        "charts", visit.session, report=told.answer, charts=[drawn[name] for name in _SHOWN]
    )


async def style(_request: Request) -> Response:
    """Their colours."""
    return Response(STYLE, media_type="text/css")
