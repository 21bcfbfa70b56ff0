"""The first page: how it goes, and where all leads are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.console.picture import Painter

if TYPE_CHECKING:
    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

#: What a step may be told of → how its column is called.
COLUMNS = {
    "waiting": "Waiting",
    "due": "Due",
    "held": "Held",
    "in_hand": "In hand",
    "oldest_seconds": "Oldest",
    "per_minute": "A minute",
    "failed_per_minute": "Failed a minute",
    "missed": "Deadlines missed",
}
#: What there is no room for on a phone.
_MINOR = frozenset({"due", "held", "in_hand", "failed_per_minute", "missed"})


def show(desk: Desk, visit: Visit) -> Response:
    """Health, figures, the picture, and the steps as a table."""
    desk.flow.begin()
    # While one was waited for, the other was asked for as well.
    status, flow = desk.status(), desk.flow(patience=0)
    if status is None or flow is None:
        return desk.pages.show("counting", visit.session, title="Flow")
    painter = Painter(status.answer, flow.answer)
    return desk.pages.show(
        "flow",
        visit.session,
        status=status.answer,
        age=status.age,
        pictures=(painter.wide(), painter.tall()),
        steps=flow.answer,
        minor=_MINOR,
        columns={name: title for name, title in COLUMNS.items() if any(name in row for row in flow.answer)},
    )
