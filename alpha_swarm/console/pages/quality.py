"""How good the values are, and people's word on drawn ones. Whoever looks at a value leaves an entry."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.exceptions import HTTPException

from alpha_swarm.console.rendering import go_to
from alpha_swarm.domain.results.quality import MARKS
from alpha_swarm.errors import UserError
from alpha_swarm.reporting import wording
from alpha_swarm.reporting.drawn import charts

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

log = structlog.get_logger(__name__)

#: Enough to tell the accuracy to about 16 per cent, and looked through in half an hour.
DRAWN = 25
SAMPLE = "/console/quality/sample"
_SHOWN = ("completeness", "ages", "accuracy")


def show(desk: Desk, visit: Visit) -> Response:
    """Completeness, age and accuracy as charts; format and duplicates in words."""
    told = desk.report()
    if told is None:
        return desk.pages.show("counting", visit.session, title="Quality")
    drawn, quality = charts(told.answer), told.answer["quality"]
    facts = {"charts": {name: drawn[name] for name in _SHOWN}, "quality": quality, "drawn": DRAWN}
    at = told.answer["generated_at"]
    return desk.pages.show("quality", visit.session, **facts, generated_at=at, words=wording)


def draw(desk: Desk, _visit: Visit) -> Response:
    """Draw some more values, and show the first that waits."""
    log.info("sample_drawn", number=desk.app.samples.draw(DRAWN))
    return go_to(SAMPLE)


def sample(desk: Desk, visit: Visit) -> Response:
    """One value that waits for a mark, and whose it is: no more of anybody than is needed at a time."""
    waiting = desk.app.samples.waiting("console", most=1)
    return desk.pages.show("sample", visit.session, one=next(iter(waiting), None), drawn=DRAWN)


def mark(desk: Desk, visit: Visit) -> Response:
    """Take somebody's word for a value, and show the next one.

    Raises:
        HTTPException: 404 for an unknown sample, 400 for a word that is no mark.
    """
    if visit.form.get("mark") not in MARKS:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    try:
        desk.app.samples.mark(visit.path["sample_id"], visit.form["mark"])
    except UserError:
        raise HTTPException(HTTPStatus.NOT_FOUND) from None
    return go_to(SAMPLE)
