"""The doors of the lanes: each has an address and a token of its own, and all share one limit."""

from __future__ import annotations

from functools import partial
from threading import Lock
from typing import TYPE_CHECKING

from alpha_swarm.connectors.calls import Call, Endpoint
from alpha_swarm.connectors.clay.facts import TARGET
from alpha_swarm.connectors.clay.webhook_rows import body_of
from alpha_swarm.connectors.http import Http
from alpha_swarm.connectors.verdicts import VerdictTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from alpha_swarm.clock import Clock
    from alpha_swarm.connectors.clay.webhook_rows import Row
    from alpha_swarm.ports.edge import Gate
    from alpha_swarm.ports.lanes import LaneAddress

LIMIT = "clay.webhook"
TOKEN_HEADER = "x-clay-webhook-auth"  # noqa: S105 - the name of a header
_NO_TOKEN = "-"  # noqa: S105 - stands for none
#: Answers about the lane or the records; the others are about Clay as a whole, or leave the outcome open.
_JUDGED = frozenset(range(300, 500)) - {408, 429}


class LaneDoors:
    """Posts to lanes; safe to use from several threads."""

    def __init__(self, gate: Gate, clock: Clock) -> None:
        self._gate = gate
        self._clock = clock
        self._https: dict[tuple[str, str | None], Http] = {}
        self._lock = Lock()

    def post(self, lane: LaneAddress, rows: Sequence[Row]) -> int:
        """Send these in one call; the status of the answer, of which nothing else is read.

        Raises:
            AlphaSwarmError: what :meth:`Http.call` raises for a 408, a 429, a 5xx or no answer.
        """
        call = Call(
            operation="send records",
            method="POST",
            path="",
            effect=True,
            limit=LIMIT,
            records=len(rows),
            content=body_of(rows),
            headers={"Content-Type": "application/json"},
            accept=_JUDGED,
            raw=True,
        )
        return self._http(lane).call(call).status

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for http in self._https.values():
                http.close()
            self._https.clear()

    def _http(self, lane: LaneAddress) -> Http:
        with self._lock:
            if (lane.url, lane.token) not in self._https:
                self._https[lane.url, lane.token] = Http(_endpoint(lane), self._gate, self._clock)
            return self._https[lane.url, lane.token]


def _endpoint(lane: LaneAddress) -> Endpoint:
    return Endpoint(
        target=TARGET,
        base_url=lane.url,
        keys=(lane.token or _NO_TOKEN,),
        credentials=partial(_credentials, given=lane.token is not None),
        verdicts=VerdictTable({}),
    )


def _credentials(token: str, *, given: bool) -> Mapping[str, str]:
    return {TOKEN_HEADER: token} if given else {}
