"""Who owns records in HubSpot."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.calls import Call, segment
from alpha_swarm.connectors.hubspot import facts
from alpha_swarm.connectors.hubspot.sales_schemas import Owner, OwnerPage

if TYPE_CHECKING:
    from alpha_swarm.connectors.http import Http

_ABSENT = frozenset({HTTPStatus.BAD_REQUEST.value, HTTPStatus.NOT_FOUND.value})


def owner_id(http: Http, version: str, named: str) -> str | None:
    """The only owner with this e-mail, or the one with this id."""
    path = f"/crm/owners/{segment(version)}"
    if "@" in named:
        call = _call(path, params={"email": named})
        found = http.parsed(call, http.call(call), OwnerPage).results
    else:
        call = _call(f"{path}/{segment(named)}", accept=_ABSENT)
        answer = http.call(call)
        found = [] if answer.status in _ABSENT else [http.parsed(call, answer, Owner)]
    there = [one.id for one in found if not one.archived]
    return there[0] if len(there) == 1 else None


def _call(path: str, **more: Any) -> Call:
    return Call(operation="find owner", method="GET", path=path, effect=False, limit=facts.LIMIT, **more)
