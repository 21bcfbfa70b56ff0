"""Deliveries to the doors that were ordered: doubled, held back or lost as the order has it."""

from __future__ import annotations

import random
from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.sandbox.clay.delivery import Deliverer, Delivery, Patience
from alpha_swarm.sandbox.crm_webhooks import letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from alpha_swarm.sandbox.crm_webhooks.happening import Happening, Hear
    from alpha_swarm.sandbox.crm_webhooks.orders import TellingOrder
    from alpha_swarm.sandbox.log import Log
    from alpha_swarm.sandbox.settings import SandboxSettings

    Write = Callable[[Happening, TellingOrder], letters.Letter | None]

_AT_ONCE = 8


def _only_429(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS


def _unless_refused(status: int) -> bool:
    return status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR


class Telling:
    """Of all CRMs."""

    def __init__(self, settings: SandboxSettings, log: Log) -> None:
        self._log = log
        self._random = random.Random(f"{settings.seed}/crm_webhooks")
        self._orders: dict[str, TellingOrder] = {}
        self.under_way = 0
        """Deliveries that have not ended yet, one way or the other."""
        self.ghl = letters.GhlLetters(settings.seed)
        self._writers: dict[str, Write] = {
            "hubspot": letters.hubspot,
            "ghl": self.ghl,
            "salesforce": letters.salesforce,
        }
        seconds = settings.webhook_retry_seconds
        self.deliverers = {
            "hubspot": Deliverer(_AT_ONCE, Patience(seconds, 5.0, _unless_refused)),
            "ghl": Deliverer(_AT_ONCE, Patience(seconds, repeats=_only_429)),
            "salesforce": Deliverer(_AT_ONCE, Patience(seconds)),
        }

    def order(self, system: str, order: TellingOrder | None) -> None:
        """From now on; `None` ends it."""
        self._orders.pop(system, None)
        if order is not None:
            self._orders[system] = order

    def hearer(self, system: str) -> Hear:
        """What a CRM calls at each change."""
        return lambda happening: self._tell(system, happening)

    def reset(self) -> None:
        """Nobody is told any more."""
        self.under_way = 0
        self._orders.clear()
        for deliverer in self.deliverers.values():
            deliverer.reset()

    def _tell(self, system: str, happening: Happening) -> None:
        order = self._orders.get(system)
        letter = self._writers[system](happening, order) if order else None
        if order is None or letter is None:
            return
        if self._random.random() < order.lost:
            self._log.record(system, "webhook_lost", happening.id)
            return
        for _ in range(2 if self._random.random() < order.doubled else 1):
            report = self._report(system, happening)
            self._send(system, Delivery(report, order.url, letter.headers, letter.body), order)

    def _send(self, system: str, delivery: Delivery, order: TellingOrder) -> None:
        held_back = self._random.random() < order.reordered
        self.under_way += 1
        self.deliverers[system].send(
            delivery, self._random.uniform(0, order.reorder_seconds) if held_back else 0.0
        )

    def _report(self, system: str, happening: Happening) -> Callable[[str], None]:
        def report(event: str) -> None:
            self._log.record(system, f"webhook_{event}", happening.id)
            self.under_way -= event != "sent"

        return report
