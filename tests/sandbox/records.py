"""Records as a client sends them to a webhook source, and what is known of them afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.webhook_orders import ColumnOrder, default_sources
from tests.waiting import wait_until

if TYPE_CHECKING:
    import requests

    from alpha_swarm.sandbox.webhook_orders import SourceOrder
    from tests.sandbox.client import Client

FIRST, SECOND = default_sources()
NOWHERE = "http://127.0.0.1:9/hook"
#: A column whose values are texts, as Clay's are, and at which nothing else goes wrong.
QUIET_COLUMN = ColumnOrder(
    keys_dropped=0, blank_words=0, keys_respelt=0, wrong_types=0, doubled=0, reordered=0, reorder_seconds=0.1
)


def quiet(**changes: Any) -> ColumnOrder:
    """The quiet column but for the changes."""
    return QUIET_COLUMN.model_copy(update=changes)


def records(count: int, url: str = NOWHERE, prefix: str = "p") -> list[dict[str, Any]]:
    """Records with the lead keys `<prefix>0`, `<prefix>1` and so on, and request ids made of them."""
    return [
        {
            "request_id": f"{prefix}{number}.1",
            "lead_key": f"{prefix}{number}",
            "dedupe_key": f"{prefix}{number}.1",
            "callback_url": url,
            "callback_token": f"token-{number}",
            "linkedin_url": f"https://www.linkedin.com/in/{prefix}{number}",
            "first_name": "Mara",
        }
        for number in range(count)
    ]


def submit(sandbox: Client, body: Any, source: SourceOrder = FIRST, **more: Any) -> requests.Response:
    """One call to a source, with its token."""
    url = f"{sandbox.base}/clay/v3/sources/webhook/{source.slug}"
    headers = {"x-clay-webhook-auth": source.token or ""} | more.pop("headers", {})
    given = more if "data" in more else {"json": body}
    return sandbox.session.post(url, headers=headers, timeout=60, **given)


def send(sandbox: Client, batch: list[dict[str, Any]], source: SourceOrder = FIRST) -> None:
    """All records, ten a call; each call must be accepted."""
    for start in range(0, len(batch), 10):
        assert submit(sandbox, batch[start : start + 10], source).status_code == 200


def books(sandbox: Client) -> dict[str, Any]:
    """The sources' part of the ledger, with detail."""
    found: dict[str, Any] = sandbox.ledger(detail=True)["clay"]["sources"]
    return found


def settled(sandbox: Client, cell: str, rows: int) -> dict[str, Any]:
    """The books once so many rows stand like this."""
    found: dict[str, Any] = wait_until(
        lambda: held if (held := books(sandbox))["cells"].get(cell) == rows else None
    )
    return found
