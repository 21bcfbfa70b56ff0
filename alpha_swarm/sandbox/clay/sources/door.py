"""The door of a source: what is refused before anything is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.sources.errors import refusal
from alpha_swarm.sandbox.exchange import UNREADABLE, Call, Refusal

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.sources.source import Source

_MOST_BYTES = 100_000
_AWAY = {"missing": 404, "gone": 410}


def enter(source: Source | None, call: Call) -> None:
    """Check a call to a source; raises its refusal, which is counted."""
    if source is None:
        raise refusal(404, "Webhook not found")
    try:
        _check(source, call)
    except Refusal as refused:
        source.refused[refused.reply.status] += 1
        raise


def records_of(body: Any) -> list[dict[str, Any]]:
    """The records of a body that was let in."""
    return body if isinstance(body, list) else [body]


def _check(source: Source, call: Call) -> None:
    order = source.order
    if order.state != "active":
        raise refusal(_AWAY[order.state], "Webhook not found")
    if order.token is not None and call.headers.get("x-clay-webhook-auth") != order.token:
        raise refusal(401, "Unauthorized")
    if call.size > _MOST_BYTES:
        raise refusal(413, "Payload Too Large")
    if "json" not in call.headers.get("content-type", "").lower() or call.body is UNREADABLE:
        raise refusal(422, "Body must be JSON")
    if isinstance(call.body, list) and not order.arrays:
        raise refusal(422, "Body must be an object")
    records = records_of(call.body)
    if not records or not all(isinstance(record, dict) for record in records):
        raise refusal(422, "Body must be an object or a list of objects")
