"""Settings → what webhook lanes are built with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.webhook_settings import WebhookConfig
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ports.lanes import LaneAddress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from alpha_swarm.config import Settings
    from alpha_swarm.config.clay import Clay
    from alpha_swarm.config.kinds import Lane
    from alpha_swarm.domain.calls.in_flight import InFlight
    from alpha_swarm.domain.calls.limits import Limit


def webhook_config(settings: Settings, key: bytes, callback_url: str | None) -> WebhookConfig:
    """What the connector is told."""
    clay = settings.clay
    return WebhookConfig(
        key=key,
        lanes=lanes(settings),
        margins=clay.margins,
        callback_url=callback_url,
        mode=clay.webhook_mode,
        max_records=clay.webhook_max_records,
        max_bytes=clay.webhook_max_bytes,
        tokenless=clay.webhook_tokenless,
    )


def lanes(settings: Settings) -> tuple[LaneAddress, ...]:
    """The lanes of CLAY_LANES."""
    return tuple(map(lane_address, settings.clay.lanes))


def lane_address(lane: Lane) -> LaneAddress:
    """A lane as the ledger keeps it."""
    return LaneAddress(
        name=lane.name,
        url=lane.url.get_secret_value(),
        token=lane.token.get_secret_value() if lane.token else None,
        table=lane.table,
        unlimited=lane.unlimited,
    )


def records_limit(clay: Clay) -> tuple[Limit, ...]:
    """However many records a call holds, each counts."""
    return tuple(replace(one, unit="rows") for one in clay.limit_webhook)


def require_room_for_records(clay: Clay) -> None:
    """What one call carries fits under the limit.

    Raises:
        ConfigurationError: it never would.
    """
    records = _records_a_call(clay)
    if records > rows_at_once(records_limit(clay), records):
        raise ConfigurationError(
            "CLAY_LIMIT_WEBHOOK lets fewer records through than one call carries: raise it,"
            f" or lower CLAY_WEBHOOK_MAX_RECORDS ({records})"
        )


def in_flight(clay: Clay) -> InFlight | None:
    """Calls at once: what stands still on its way may come all together, and has to find room."""
    if clay.in_flight is None or clay.transport != "webhook" or not clay.limit_webhook:
        return clay.in_flight
    records = _records_a_call(clay)
    return clay.in_flight.at_most(rows_at_once(records_limit(clay), records) // records)


def _records_a_call(clay: Clay) -> int:
    return 1 if clay.webhook_mode == "single" else clay.webhook_max_records


def rows_at_once(limits: Sequence[Limit], otherwise: int) -> int:
    """The most rows that these limits ever let through together."""
    return min((one.burst or one.amount for one in limits if one.unit == "rows"), default=otherwise)
