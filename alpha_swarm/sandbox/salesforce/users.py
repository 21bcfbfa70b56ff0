"""Queries for users, as far as they are imitated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.sales_people import SALES_PEOPLE
from alpha_swarm.sandbox.salesforce import soql
from alpha_swarm.sandbox.salesforce.errors import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

_USERS = [{"Id": one.salesforce_id, "Email": one.email, "IsActive": True} for one in SALES_PEOPLE]


def found(query: soql.Query) -> dict[str, Any]:
    """The only page."""
    users = [one for one in _USERS if query.where is None or _holds(query.where, one)]
    records = [
        {"attributes": {"type": "User"}, **{name: one[name] for name in query.fields}} for one in users
    ]
    return {"totalSize": len(records), "done": True, "records": records}


def _holds(condition: soql.Condition, user: Mapping[str, Any]) -> bool:
    if isinstance(condition, soql.Test):
        if condition.field not in user or condition.sign not in {"=", "in"}:
            raise refusal(400, "INVALID_FIELD", f"No such column '{condition.field}' on entity 'User'")
        return user[condition.field] in condition.values
    parts = [_holds(part, user) for part in condition.parts]
    return any(parts) if condition.word == "or" else all(parts)
