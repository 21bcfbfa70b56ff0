"""The state of the whole is looked at now and then; what begins and what is over is told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.domain.health.standing import found, news
from alpha_swarm.domain.messages import alerts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from alpha_swarm.domain.health.standing import News, Watched
    from alpha_swarm.domain.messages.alerts import Level
    from alpha_swarm.domain.messages.notices import Way
    from alpha_swarm.ports.ledger import Ledger, Transaction


class Watch:
    """Compares what stands with what people were told."""

    def __init__(self, ledger: Ledger, look: Callable[[], Watched], ways: Collection[Way]) -> None:
        """``look`` asks for the state; ``ways`` are those on which anybody is told."""
        self._ledger = ledger
        self._look = look
        self._ways = frozenset(ways)

    def run(self) -> None:
        """Once round; where nothing has changed nothing is written."""
        now_found = found(self._look())
        with self._ledger.read() as tx:
            told = news(tx.alerts.standing(), now_found, tx.alerts.now())
        if told:
            with self._ledger.begin() as tx:
                self._write(tx, told)

    def _write(self, tx: Transaction, told: News) -> None:
        """What another process was first to find out is not told once more."""
        tx.alerts.gone(told.gone)
        tx.alerts.back(told.back)
        for alert in told.begun:
            since = tx.alerts.raise_(alert)
            if since is not None:
                tx.outbox.add(alerts.begun(alert, since, way) for way in self._to(alert.level))
        ended = [one for one in told.over if tx.alerts.end(one.key)]
        tx.outbox.add(alerts.over(one, way) for one in ended for way in self._to(one.level))

    def _to(self, level: Level) -> set[Way]:
        return alerts.ways(level, self._ways)
