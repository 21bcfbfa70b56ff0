"""Finding a lead, and its whole story. Whoever looks at a person leaves an entry in it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from alpha_swarm.console.facts import newest
from alpha_swarm.console.rendering import go_to
from alpha_swarm.domain.leads.presentation import present_lead
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger import lead_trace
from alpha_swarm.ledger.leads.stories import LOOKED_AT
from alpha_swarm.ports.records import Story

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.responses import Response

    from alpha_swarm.console.desk import Desk
    from alpha_swarm.console.visit import Visit
    from alpha_swarm.ledger.transaction import SqlTransaction

_LEAD_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_MOST_LISTED = 20
#: What of the output payload stands elsewhere on the page.
_ELSEWHERE = {"lead_id", "state", "provenance", "staleness", "fallback"}


def search(desk: Desk, visit: Visit) -> Response:
    """The field to search with, and some leads without anything personal."""
    return _searched(desk, visit, None)


def find(desk: Desk, visit: Visit) -> Response:
    """Go to the lead that was meant. What was typed in may be personal, so it stands in no address."""
    with desk.app.ledger.read() as tx:
        lead_id = lead_trace.find(tx, visit.form.get("who", ""))
    if lead_id is None:
        return _searched(desk, visit, "No lead is known by that: give an id, a LinkedIn URL or an e-mail.")
    return go_to(f"/console/leads/{lead_id}")


def show(desk: Desk, visit: Visit) -> Response:
    """Where a lead stands, why it waits, its values, and its story in order.

    Raises:
        HTTPException: 404 for an unknown lead.
    """
    lead_id = visit.path["lead_id"]
    if not _LEAD_ID.fullmatch(lead_id):
        raise HTTPException(HTTPStatus.NOT_FOUND)
    _leave_entry(desk, lead_id)
    with desk.app.ledger.read() as tx:
        told = lead_trace.tell(tx, lead_id)
        person = _person(tx, lead_id)
    return desk.pages.show("lead", visit.session, told=told, person=person, rests=_rests(told))


def _searched(desk: Desk, visit: Visit, said: str | None) -> Response:
    wanted = visit.query.get("state")
    state = State(wanted) if wanted in set(State) else None
    return desk.pages.show(
        "leads", visit.session, said=said, state=state, leads=newest(desk.app, state, _MOST_LISTED)
    )


def _leave_entry(desk: Desk, lead_id: str) -> None:
    """Before anything is shown, so that nobody looks without a trace."""
    with desk.app.ledger.begin() as tx:
        if not tx.leads.standing([lead_id]):
            raise HTTPException(HTTPStatus.NOT_FOUND)
        tx.tell([Story(lead_id=lead_id, kind=LOOKED_AT, detail={"where": "console"})])


def _person(tx: SqlTransaction, lead_id: str) -> dict[str, Any]:
    """The values that are known, and how old they are; nothing of whoever was erased."""
    lead = tx.leads.load([lead_id]).get(lead_id)
    if lead is None:
        return {"name": None, "known": {}, "staleness": None}
    shown = present_lead(lead, tx.views.today(), clay_away=Step.ENRICH.party in tx.pauses.current())
    name = " ".join(filter(None, (shown["first_name"], shown["last_name"])))
    known = {key: value for key, value in shown.items() if key not in _ELSEWHERE and value not in (None, [])}
    return {"name": name or shown["company_name"], "known": known, "staleness": shown["staleness"]}


def _rests(told: Mapping[str, Any] | None) -> str | None:
    """Why a lead to whom nothing is owed goes nowhere."""
    if told is None or told["waiting"]:
        return None
    reasons = [entry["detail"].get("reason") for entry in told["story"] if entry["kind"] == "held"]
    if told["state"] == State.HELD and reasons:
        return str(reasons[-1])
    return None
