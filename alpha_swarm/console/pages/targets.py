"""Whom we talk to, and leaving them alone by hand."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from starlette.exceptions import HTTPException

from alpha_swarm.console import words
from alpha_swarm.console.rendering import go_to
from alpha_swarm.domain.calls.limits import Limit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

log = structlog.get_logger(__name__)

#: Minutes → how the choice is called.
PAUSES = {"15": "15 minutes", "60": "1 hour", "480": "8 hours", "1440": "1 day", "10080": "7 days"}


def show(desk: Desk, visit: Visit) -> Response:
    """Each with its breaker, its limits and a button."""
    rows = [
        {**row, "limits": [_limit(one) for one in row["limits"]], "away": row["paused"] or _open(row)}
        for row in desk.app.targets()
    ]
    said = _said(visit.query, {row["target"] for row in rows})
    return desk.pages.show("targets", visit.session, targets=rows, pauses=PAUSES, said=said)


def pause(desk: Desk, visit: Visit) -> Response:
    """Leave it alone for as long as the form says.

    Raises:
        HTTPException: 404 for an unknown target, 400 for a time that is no choice.
    """
    target, minutes = _known(desk, visit), visit.form.get("minutes", "")
    if minutes not in PAUSES:
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    desk.app.pause(target, float(minutes) * 60)
    log.info("target_paused", target=target, minutes=int(minutes))
    return go_to(f"/console/targets?paused={target}")


def resume(desk: Desk, visit: Visit) -> Response:
    """Go on at once.

    Raises:
        HTTPException: 404 for an unknown target.
    """
    target = _known(desk, visit)
    desk.app.resume(target)
    log.info("target_resumed", target=target)
    return go_to(f"/console/targets?resumed={target}")


def _known(desk: Desk, visit: Visit) -> str:
    name = visit.path["target"]
    if name not in {"clay", *desk.app.settings.sync_targets}:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return name


def _said(query: Mapping[str, str], known: set[str]) -> str | None:
    """What was just done, in words."""
    if query.get("paused") in known:
        return f"{words.target(query['paused'])} is left alone; what is owed to it waits in the ledger."
    if query.get("resumed") in known:
        return f"{words.target(query['resumed'])} goes on; what waited for it is due now."
    return None


def _open(row: Mapping[str, Any]) -> bool:
    return row["breaker"] in {"open", "half_open"}


def _limit(row: Mapping[str, Any]) -> dict[str, Any]:
    """A limit as ``{name, used, most, unit, seconds, learned, share}``; ``used`` may be unknown."""
    limit = Limit.parse(row["configured"])
    most = row["learned"] or limit.burst or limit.amount
    used = row["used"]
    return {
        "name": words.plain(row["limit"].partition(".")[2] or "all calls"),
        "used": used,
        "most": most,
        "unit": limit.unit,
        "seconds": limit.seconds * (limit.burst or limit.amount) / limit.amount,
        "learned": row["learned"] is not None,
        "share": 0.0 if used is None else min(1.0, used / most),
    }
