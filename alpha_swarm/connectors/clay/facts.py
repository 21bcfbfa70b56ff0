"""What is known about Clay's REST API v1: limits, sizes, names, timeouts."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from alpha_swarm.connectors.clay.mapping import provider_to_blame
from alpha_swarm.connectors.verdicts import Failure, VerdictTable, not_available, wrong_address
from alpha_swarm.errors import WrongAddressError

if TYPE_CHECKING:
    from alpha_swarm.errors import AlphaSwarmError

TARGET = "clay"

LIMIT_ROWS = "clay.rows"
LIMIT_ENRICH = "clay.enrich"
LIMIT_UPDATES = "clay.updates"
LIMIT_EXPORTS = "clay.exports"

#: Rows that a search answers with at most, and ids that one search may ask for.
SEARCH_PAGE = 100
TABLES_PAGE = 100
MOST_PAGES = 10_000
MOST_IN_FLIGHT = 10

EXPORT_TIMEOUT = (5.0, 120.0)
EXPORT_CAP = 64 * 1024 * 1024
#: An effect shows up within 5 s of its request; no look-up decides before that.
EFFECT_SETTLES = 5.0

WEBHOOK_EVENTS = ("row.enriched", "row.enrichment_failed")
WEBHOOK_SECRET_HEADER = "X-Webhook-Secret"  # noqa: S105 - the name of a header
IDEMPOTENCY_HEADER = "Idempotency-Key"

NOT_FOUND = "not_found"
_DEPRECATED = "deprecated api endpoint"


def is_deprecated(body: object) -> bool:
    """Whether Clay says that it no longer offers this API."""
    message = body.get("message") if isinstance(body, dict) else None
    return isinstance(message, str) and _DEPRECATED in message.lower()


def _not_there(failure: Failure) -> AlphaSwarmError:
    if is_deprecated(failure.body):
        return WrongAddressError(
            "this is today's real Clay API, which no longer offers the endpoints of transport rest: "
            "set CLAY_TRANSPORT=webhook or CLAY_TRANSPORT=routines"
        )
    return wrong_address(failure)


def _provider_timed_out(failure: Failure) -> AlphaSwarmError:
    """The waterfall goes on to the next provider by itself."""
    error = not_available(failure)
    error.provider = provider_to_blame(failure.body)
    return error


VERDICTS = VerdictTable({HTTPStatus.NOT_FOUND: _not_there, HTTPStatus.GATEWAY_TIMEOUT: _provider_timed_out})
