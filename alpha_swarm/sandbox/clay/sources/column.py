"""The HTTP API column: at its own pace it posts each row's result to the client, and much goes wrong."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from alpha_swarm.sandbox.clay.delivery import Deliverer, Delivery, Patience
from alpha_swarm.sandbox.clay.sources.drift import encode
from alpha_swarm.sandbox.clay.sources.tables import SourceRow, SourceTable
from alpha_swarm.sandbox.clay.sources.template import fill

if TYPE_CHECKING:
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings
    from alpha_swarm.sandbox.webhook_orders import ColumnOrder

_AGAIN = frozenset({408, 429})
_FORGED_TOKEN = "0" * 32


@dataclass(frozen=True, slots=True)
class Result:
    """What one run of a row's enrichment columns left in its cells; `draw` decides the call's faults."""

    table: SourceTable
    row: SourceRow
    values: dict[str, Any]
    draw: str


class Column:
    """Calls the client for every run."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self.order = settings.column
        self._settings = settings
        self._log = log
        self._next = 0.0
        self.deliverer = Deliverer(self.order.concurrency, _patience(self.order))

    def change(self, order: ColumnOrder) -> None:
        """From now on the column is set up like this; how many calls go at once stays."""
        self.order = order
        self.deliverer.patience = _patience(order)

    def call(self, result: Result) -> None:
        """Post the result when it is its turn."""
        asyncio.get_running_loop().call_later(self._wait(), self._run, result)

    def reset(self) -> None:
        """Forget what waits; the order is that of the settings again."""
        self.change(self._settings.column)
        self._next = 0.0
        self.deliverer.reset()

    def _wait(self) -> float:
        """Seconds until the column's own limit lets another call go."""
        now = asyncio.get_running_loop().time()
        if not self.order.rate or not self._settings.limits:
            return 0.0
        turn = max(now, self._next)
        self._next = turn + self._settings.window_scale / self.order.rate
        return turn - now

    def _run(self, result: Result) -> None:
        row, order = result.row, self.order
        if not row.here:
            return
        url = order.url or str(result.values.get("callback_url") or "")
        if urlsplit(url).scheme not in {"http", "https"}:
            row.cell = "ERROR_BAD_REQUEST"
            return
        row.calls += 1
        row.actions += order.actions
        self._log.record("clay", "action", row.request_id, order.actions)
        rng = random.Random(f"{self._settings.seed}/column/{result.draw}")
        if self._happens(rng, order.lost, "lost"):
            row.lost += 1
            row.cell = "SUCCESS"
            return
        self._post(url, result, rng)

    def _post(self, url: str, result: Result, rng: random.Random) -> None:
        order, body = self.order, fill(self.order.body, result.values)
        delay = self._delay(rng)
        if self._happens(rng, order.forged, "forged"):
            forged = body | {"callback_token": _FORGED_TOKEN, "email_work": "forged@nobody.example"}
            self._send(url, encode(forged, order, rng), delay, self._ignored)
        raw = encode(body, order, rng)
        report, once = partial(self._report, result), result.table.order.auto_delete == "called"
        self._send(url, raw, delay, report, repeated=not once)
        if self._happens(rng, order.doubled, "doubled"):
            self._send(url, raw, delay + rng.uniform(0, order.reorder_seconds), report, repeated=not once)

    def _delay(self, rng: random.Random) -> float:
        delay = 0.0
        if self._happens(rng, self.order.reordered, "reordered"):
            delay += rng.uniform(0, self.order.reorder_seconds)
        if self._happens(rng, self.order.late, "late"):
            delay += self.order.late_seconds
        return delay

    def _happens(self, rng: random.Random, share: float, name: str) -> bool:
        happens = rng.random() < share
        if happens:
            self._log.record("clay", f"callback_{name}")
        return happens

    def _send(self, url: str, body: bytes, delay: float, report: Any, *, repeated: bool = True) -> None:
        headers = {"Content-Type": "application/json", "User-Agent": "Clay/1.0", **self.order.headers}
        self.deliverer.send(Delivery(report, url, headers, body, repeated), delay)

    def _ignored(self, event: str) -> None:
        """A forged call is nobody's delivery."""
        self._log.record("clay", f"callback_forged_{event}")

    def _report(self, result: Result, event: str) -> None:
        row = result.row
        self._log.record("clay", f"callback_{event}", row.request_id)
        if event == "sent":
            return
        row.delivered += event == "delivered"
        row.failed += event == "failed"
        row.cell = "SUCCESS" if event == "delivered" else "ERROR_BAD_REQUEST"
        mode = result.table.order.auto_delete
        if row.here and (mode == "called" or (mode == "delivered" and event == "delivered")):
            result.table.delete(row)
            self._log.record("clay", "row_auto_deleted", row.request_id)


def _patience(order: ColumnOrder) -> Patience:
    return Patience(order.retry_seconds, order.timeout_seconds, _worth_repeating)


def _worth_repeating(status: int) -> bool:
    return status in _AGAIN or status >= 500  # noqa: PLR2004 - the class of answers that blame the server
