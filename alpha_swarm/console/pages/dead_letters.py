"""What was given up, and trying it again by a plan that says what it does and costs."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

import structlog
from starlette.exceptions import HTTPException

from alpha_swarm.console.rendering import go_to
from alpha_swarm.domain.letters.dead_letters import Kind, Selection
from alpha_swarm.domain.states import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit

log = structlog.get_logger(__name__)

_PAGE = "/console/dead-letters"


def show(desk: Desk, visit: Visit) -> Response:
    """The groups, and the replays from the newest on."""
    return _shown(desk, visit)


def plan(desk: Desk, visit: Visit) -> Response:
    """What a replay of these would do, cost and change; nothing is done yet."""
    planned = desk.app.dead_letters.plan(_selection(visit.form))
    return desk.pages.show("plan", visit.session, plan=planned)


def apply(desk: Desk, visit: Visit) -> Response:
    """Begin what was planned, as long as the world is as it was."""
    begun = desk.app.dead_letters.apply(visit.form.get("hash", ""))
    if begun["refused"]:
        return _shown(desk, visit, said=begun["refused"])
    log.info("replay_begun", replay=begun["replay_id"], runs=begun["runs"])
    return go_to(_PAGE)


def stop(desk: Desk, visit: Visit) -> Response:
    """Let nothing more of a replay begin."""
    if desk.app.dead_letters.stop(visit.path["replay_id"]):
        log.info("replay_stop_asked", replay=visit.path["replay_id"])
    return go_to(_PAGE)


def discard(desk: Desk, visit: Visit) -> Response:
    """Close letters for good, with a reason.

    Raises:
        HTTPException: 400 without a reason or a group.
    """
    reason, chosen = visit.form.get("reason", "").strip(), _selection(visit.form)
    if not reason or chosen == Selection():
        raise HTTPException(HTTPStatus.BAD_REQUEST)
    closed = desk.app.dead_letters.discard(chosen, reason)
    log.info("dead_letters_discarded", letters=closed)
    return _shown(desk, visit, done=_closed(closed))


def _shown(desk: Desk, visit: Visit, said: str | None = None, done: str | None = None) -> Response:
    letters = desk.app.dead_letters
    return desk.pages.show(
        "dead_letters",
        visit.session,
        groups=letters.groups(),
        replays=letters.replays(),
        said=said,
        done=done,
    )


def _closed(letters: int) -> str:
    """What was done, in words."""
    called = "1 letter is" if letters == 1 else f"{letters:,} letters are"
    return f"{called} closed; the reason stands in the story of each lead."


def _selection(form: Mapping[str, str]) -> Selection:
    """The group of a form; all letters where it names none.

    Raises:
        HTTPException: 400 for a group that cannot be.
    """
    try:
        return Selection(
            kind=Kind(form["kind"]) if form.get("kind") else None,
            cause=form.get("cause") or None,
            step=Step(form["step"]) if form.get("step") else None,
        )
    except ValueError:
        raise HTTPException(HTTPStatus.BAD_REQUEST) from None
