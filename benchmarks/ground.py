"""The sandbox that all share, emptied before each run and prepared for a peer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import requests

from benchmarks.peers.plan import Plan
from benchmarks.peers.shapes import CLAY_HEADERS, CUSTOM, GHL_HEADERS

if TYPE_CHECKING:
    from pathlib import Path

    from alpha_swarm.supervision.stage import Stage

LOCATION = "sandbox"
_NUMBERS = {"company_size", "linkedin_connections", "mutual_connections"}
_LISTS = {"tech_stack", "recent_posts"}
_COLUMNS = (
    *CUSTOM,
    "first_name",
    "last_name",
    "company_name",
    "scraped_at",
    "email_personal",
    "email_work",
    "phone",
    "company_domain",
    "linkedin_headline",
    "linkedin_summary",
    "linkedin_connections",
    "recent_posts",
    "mutual_connections",
    "enrichment_status",
)
_SECONDS = 30


def prepare(stage: Stage, redis: Path, leads: int, first_wait: float) -> Plan:
    """A table and custom fields, as a team has them long before its leads come."""
    table = _post(f"{stage.sandbox}/clay/v1/tables", CLAY_HEADERS, {"name": "peers", "columns": _columns()})
    fields = f"{stage.sandbox}/ghl/locations/{LOCATION}/customFields"
    made = {
        name: _post(fields, GHL_HEADERS, {"name": name, "dataType": "TEXT"})["customField"]["id"]
        for name in CUSTOM
    }
    return Plan(
        redis=str(redis),
        clay=f"{stage.sandbox}/clay/v1/tables/{table['id']}",
        ghl=f"{stage.sandbox}/ghl",
        location=LOCATION,
        fields=made,
        leads=leads,
        first_wait=first_wait,
    )


def _columns() -> list[dict[str, str]]:
    return [{"name": name, "type": _kind(name)} for name in dict.fromkeys(_COLUMNS)]


def _kind(name: str) -> str:
    if name in _NUMBERS:
        return "number"
    return "list" if name in _LISTS else "text"


def _post(url: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
    answer = requests.post(url, json=body, headers=headers, timeout=_SECONDS)
    answer.raise_for_status()
    return answer.json()
