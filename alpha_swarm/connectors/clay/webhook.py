"""The transport ``webhook``: records into a table's webhook source, results from its HTTP API column."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay import flat
from alpha_swarm.connectors.clay.one_way import OneWay
from alpha_swarm.connectors.clay.webhook_doors import LaneDoors
from alpha_swarm.connectors.clay.webhook_submission import NO_LANE_SECONDS, Submission
from alpha_swarm.domain.leads.requests import is_row_token
from alpha_swarm.errors import GiveUpError, HaltError
from alpha_swarm.ports.enricher import FORGED, Capabilities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.clay.flat import FlatRow
    from alpha_swarm.connectors.clay.webhook_settings import WebhookConfig
    from alpha_swarm.domain.calls.effect import Outcome
    from alpha_swarm.domain.leads.enrichment import RowResult
    from alpha_swarm.domain.leads.lead import Lead
    from alpha_swarm.ports.edge import Gate
    from alpha_swarm.ports.lanes import LaneBook


class ClayWebhook(OneWay):
    """The enricher over webhook lanes."""

    transport = "webhook"

    def __init__(self, config: WebhookConfig, gate: Gate, book: LaneBook, clock: Clock) -> None:
        self._config = config
        self._book = book
        self._doors = LaneDoors(gate, clock)
        self._prepared = False
        self._preparing = Lock()

    @property
    def capabilities(self) -> Capabilities:
        """Submitting pays, and starts by itself; results come, and nobody can be asked."""
        return Capabilities(
            submit_batch=1 if self._config.mode == "single" else self._config.max_records,
            start_batch=0,
            fetch_batch=0,
            update_batch=0,
            looks_up=False,
            resends=True,
        )

    def check(self) -> str:
        """A webhook source cannot be asked for anything harmless, so this counts what room is left."""
        self.prepare()
        room = self._book.rooms(self._config.margins)
        usable = [number for number in room.values() if number]
        if not usable:
            raise HaltError(self._book.why_none(self._config.margins), NO_LANE_SECONDS)
        return f"{len(usable)} of {len(room)} lanes can take {sum(usable):,} records"

    def prepare(self) -> None:
        """Bring the configured lanes into the ledger, once in this process."""
        with self._preparing:
            if not self._prepared:
                self._book.bring_in(self._config.lanes)
            self._prepared = True

    def submit(self, leads: Sequence[Lead], key: str) -> Mapping[str, Outcome]:
        """Send a record for each; the request id in it stands for an idempotency key."""
        del key
        self.prepare()
        return Submission(self._config, self._book, self._doors, leads).outcomes()

    def parse(self, body: bytes) -> Sequence[RowResult]:
        """The rows of a callback.

        Raises:
            GiveUpError: ``forged`` where one of them is not proved to be ours, else ``invalid_webhook``.
        """
        rows = flat.decode(body)
        if not all(map(self._is_ours, rows)):
            raise GiveUpError("the delivery holds a row without its token", cause=FORGED)
        return [row.result for row in rows]

    def fetch(self, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
        """Results come by themselves."""
        del row_ids
        raise self._cannot("fetch rows")

    def fetch_one(self, row_id: str) -> RowResult | None:
        """Results come by themselves."""
        del row_id
        raise self._cannot("fetch rows")

    def close(self) -> None:
        """Close all connections."""
        self._doors.close()

    def _is_ours(self, row: FlatRow) -> bool:
        if row.token is None:
            return self._config.tokenless
        return is_row_token(self._config.key, row.result.row_id, row.token)
