"""Somebody changes rows at Clay by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.supervision.stage import Stage

_SECONDS = 30.0


def listed(stage: Stage) -> list[dict[str, Any]]:
    """Every row as the sandbox has it."""
    found: list[dict[str, Any]] = stage.ledger(detail=True)["clay"]["row_list"]
    return found


def write(stage: Stage, changes: Mapping[str, Mapping[str, Any]]) -> None:
    """Row id → columns, through Clay's own API."""
    table = next(row["table_id"] for row in listed(stage) if row["row_id"] in changes)
    body = {"rows": [{"id": row_id, **values} for row_id, values in changes.items()]}
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = "Bearer somebody"
        url = f"{stage.sandbox}/clay/v1/tables/{table}/rows"
        session.patch(url, json=body, timeout=_SECONDS).raise_for_status()
