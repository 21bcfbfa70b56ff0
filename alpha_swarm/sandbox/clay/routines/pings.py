"""Signed pings to the registered webhook: a run is ready. Some are lost, some doubled, some tests."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import random
from functools import partial
from typing import TYPE_CHECKING, Any

from alpha_swarm.sandbox.clay.delivery import Delivery
from alpha_swarm.sandbox.clay.errors import timestamp

if TYPE_CHECKING:
    from alpha_swarm.sandbox.clay.routines.runs import Run
    from alpha_swarm.sandbox.clay.workspace import Workspace
    from alpha_swarm.sandbox.settings import SandboxSettings


def sign(secret: str, body: bytes) -> str:
    """The value of `X-Clay-Signature`: over the body alone, without a time."""
    return f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"


class Pings:
    """What goes out to the one webhook that the settings register."""

    def __init__(self, settings: SandboxSettings, workspace: Workspace) -> None:
        self._settings = settings
        self._log = workspace.log
        self._deliverer = workspace.webhooks.deliverer
        self._random = random.Random(settings.seed)
        self._life = 0

    def announce(self, run: Run, now: float) -> None:
        """Tell of the run once it is over."""
        asyncio.get_running_loop().call_later(max(0.0, run.ends - now), self._over, run, self._life)

    def reset(self) -> None:
        """Tell of no run of before."""
        self._life += 1
        self._random = random.Random(self._settings.seed)

    def _over(self, run: Run, life: int) -> None:
        if life != self._life:
            return
        settings = self._settings
        if self._random.random() < settings.routine_ping_test:
            self._send("ping_test", {}, run)
        if self._random.random() < settings.routine_ping_lost:
            self._log.record("clay", "ping_lost", run.id)
            return
        self._send("ping_sent", {"routine_run_id": run.id}, run)
        if self._random.random() < settings.routine_ping_duplicate:
            self._send("ping_duplicated", {"routine_run_id": run.id}, run)

    def _send(self, event: str, data: dict[str, Any], run: Run) -> None:
        settings = self._settings
        self._log.record("clay", event, run.id)
        ping = {"webhookId": settings.routine_webhook_id, "createdAt": timestamp(run.ends), "data": data}
        body = json.dumps(ping).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Clay-Signature": sign(settings.routine_webhook_secret, body),
        }
        self._deliverer.send(
            Delivery(partial(self._report, run.id), settings.routine_webhook_url, headers, body), 0.0
        )

    def _report(self, run_id: str, event: str) -> None:
        self._log.record("clay", f"ping_try_{event}", run_id)
