"""Registered webhooks, and what is sent to them when an enrichment ends: whole, partly, twice or never."""

from __future__ import annotations

import json
import random
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alpha_swarm.sandbox.clay.delivery import Deliverer, Delivery, Patience
from alpha_swarm.sandbox.clay.errors import invalid, timestamp
from alpha_swarm.sandbox.clay.persona import key_of

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.tables import Row
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

_EVENTS = frozenset({"row.enriched", "row.enrichment_failed"})
# What a partial delivery holds, where the row has it; `credits_used` is never among it.
_PARTIAL = ("linkedin_url", "lead_id", "email", "email_work", "enrichment_status", "icp_score", "icp_tier")


class Webhooks:
    """The webhooks of the workspace, one for each URL."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._settings = settings
        self._log = log
        self._by_url: dict[str, dict[str, Any]] = {}
        self.deliverer = Deliverer(settings.webhook_concurrency, Patience(settings.webhook_retry_seconds))

    def listing(self) -> list[dict[str, Any]]:
        """Every webhook as the contract's `Webhook`."""
        return list(self._by_url.values())

    def register(self, body: Any) -> tuple[dict[str, Any], bool]:
        """Create the webhook of a URL, or change the standing one; tells whether it is new."""
        _check(body)
        standing = self._by_url.get(body["webhook_url"])
        webhook = {
            "id": standing["id"] if standing else f"whk_{uuid.uuid4().hex[:12]}",
            "webhook_url": body["webhook_url"],
            "events": body["events"],
            "headers": body.get("headers", {}),
        }
        self._by_url[body["webhook_url"]] = webhook
        return webhook, standing is None

    def announce(self, row: Row, now: float) -> None:
        """Send the end of the row's enrichment to everybody who subscribed to it."""
        failed = row.fields["enrichment_status"] == "failed"
        event = "row.enrichment_failed" if failed else "row.enriched"
        rng = random.Random(f"{self._settings.seed}/webhook/{key_of(row.fields)}/{row.run}")
        for webhook in self._by_url.values():
            if event in webhook["events"]:
                self._dispatch(webhook, event, row, now, rng)

    def reset(self) -> None:
        """Forget the webhooks and what waits to be delivered."""
        self._by_url.clear()
        self.deliverer.reset()

    def _dispatch(
        self, webhook: dict[str, Any], event: str, row: Row, now: float, rng: random.Random
    ) -> None:
        settings = self._settings
        if rng.random() < settings.webhook_lost:
            self._log.record("clay", "webhook_lost", row.id)
            return
        body = _envelope(event, row, now, partial=rng.random() < settings.webhook_partial)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Clay-Webhooks/1.0",
            **webhook["headers"],
        }
        delay = rng.uniform(0, settings.webhook_shuffle_seconds) if settings.webhook_shuffled else 0.0
        report = partial(self._report, row.id)
        self.deliverer.send(Delivery(report, webhook["webhook_url"], headers, body), delay)
        if rng.random() < settings.webhook_duplicate:
            self._log.record("clay", "webhook_duplicated", row.id)
            again = delay + rng.uniform(0, 2 * settings.webhook_shuffle_seconds)
            self.deliverer.send(Delivery(report, webhook["webhook_url"], headers, body), again)

    def _report(self, row_id: str, event: str) -> None:
        self._log.record("clay", f"webhook_{event}", row_id)


def _envelope(event: str, row: Row, now: float, *, partial: bool) -> bytes:
    fields = row.fields
    data = {name: fields[name] for name in _PARTIAL if name in fields} if partial else fields
    envelope = {
        "event": event,
        "timestamp": timestamp(now),
        "table_id": fields["table_id"],
        "row_id": row.id,
        "data": data,
    }
    return json.dumps(envelope, ensure_ascii=False).encode()


def _check(body: Any) -> None:
    if not isinstance(body, dict) or not _is_http(body.get("webhook_url")):
        raise invalid("webhook_url must be an http(s) URL")
    events = body.get("events")
    if not isinstance(events, list) or not events or not _EVENTS.issuperset(events):
        raise invalid(f"events must name some of {', '.join(sorted(_EVENTS))}")
    headers = body.get("headers", {})
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        raise invalid("headers must map names to texts")


def _is_http(url: Any) -> bool:
    return isinstance(url, str) and urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
