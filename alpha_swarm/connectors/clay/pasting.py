"""What a person sets in Clay so that rows come in and results go out."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.clay.facts import WEBHOOK_SECRET_HEADER
from alpha_swarm.connectors.clay.flat_fields import FIELDS
from alpha_swarm.connectors.clay.webhook_doors import TOKEN_HEADER
from alpha_swarm.connectors.clay.webhook_rows import COLUMNS

if TYPE_CHECKING:
    from alpha_swarm.ports.lanes import LaneAddress

DEDUPE_COLUMN = "dedupe_key"
SECRET_VARIABLE = "$CLAY_WEBHOOK_SECRET"  # noqa: S105 - the name of a variable
NO_URL = "$BASE_URL/webhooks/clay/enrichment-complete"
#: Clay gives up an HTTP call sooner when it is told less.
_TIMEOUT_MS = 30_000

_ECHOED = {
    "request_id": "request_id",
    "lead_key": "lead_key",
    "callback_token": "callback_token",
}
_PROVIDERS = {"provider_email": "Work Email Data Provider", "provider_phone": "Phone Data Provider"}

SETTINGS = {
    "only run if": "leave it empty: a row without a result is a result, too",
    "auto-update": "on, once the table is set up and tried with one row; off while columns are edited",
    "timeout": f"{_TIMEOUT_MS} ms or more",
    "retry": "on for 408, 429, 500, 502, 503 and 504",
    "rate limit": "10 requests in 1,000 ms",
    "place": "the last column, so that all others have run",
    "auto-delete": "if it is on: choose this column as its success column, else rows go before they are told",
}


def column_body() -> str:
    """The body of the HTTP API column: each key of ours with the column it is filled from."""
    titles = {name: title for name, (_, title, _) in FIELDS.items()}
    template = {key: f"{{{{{column}}}}}" for key, column in (_ECHOED | titles | _PROVIDERS).items()}
    return json.dumps(template, indent=2)


def to_paste(lane: LaneAddress, url: str | None, secret: str | None) -> dict[str, Any]:
    """One lane's settings; ``secret`` is shown as it is, ``None`` as the variable that holds it."""
    return {
        "lane": lane.name,
        "table": lane.table,
        "token_header": TOKEN_HEADER if lane.token else None,
        "source_columns": list(COLUMNS),
        "dedupe_column": DEDUPE_COLUMN,
        "http_api_column": {
            "method": "POST",
            "url": url or NO_URL,
            "headers": {
                "Content-Type": "application/json",
                WEBHOOK_SECRET_HEADER: secret or SECRET_VARIABLE,
            },
            "body": column_body(),
        },
        "settings": SETTINGS,
    }
