"""From Clay's JSON to what the pipeline knows."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from alpha_swarm.connectors.clay.schemas import Envelope
from alpha_swarm.connectors.text import is_id, storable
from alpha_swarm.connectors.wire import parse_json
from alpha_swarm.domain.leads.enrichment import ProviderUse, RowResult
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import GiveUpError, RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
#: What describes the row; the columns stand beside it.
_ABOUT_THE_ROW = frozenset(
    {
        "id",
        "table_id",
        "lead_id",
        "enrichment_status",
        "enriched_at",
        "credits_used",
        "error",
        "providers_used",
    }
)
_STATUS_OF_EVENT = {
    "row.enriched": EnrichmentStatus.COMPLETED,
    "row.enrichment_failed": EnrichmentStatus.FAILED,
}
_LONGEST_ERROR = 200
_MOST_CREDITS = 1_000_000


def row_result(row: Mapping[str, Any]) -> RowResult | None:
    """A whole row; ``None`` when it carries no id. A row that names no credits has cost none."""
    if not is_id(row.get("id")):
        return None
    credits_used = credits_of(row.get("credits_used"))
    return _result(row["id"], row, _status(row) or EnrichmentStatus.IN_PROGRESS, credits_used or 0.0)


def understood(row: Mapping[str, Any]) -> RowResult:
    """A row without an id must not pass for a row that is not there."""
    result = row_result(row)
    if result is None:
        raise RetryLaterError("clay sent a row without an id")
    return result


def delivered(body: bytes) -> list[RowResult]:
    """The rows of a webhook's body: one envelope or a list of them; columns may be missing.

    Raises:
        GiveUpError: not one envelope is in it.
    """
    try:
        parsed = parse_json(body)
    except ValueError:
        parsed = None
    envelopes = parsed if isinstance(parsed, list) else [parsed]
    results = [result for envelope in envelopes if (result := _from_envelope(envelope)) is not None]
    if not results:
        raise GiveUpError("the delivery holds no row", cause="invalid_webhook")
    return results


def best_by_lead(results: Iterable[RowResult]) -> dict[str, RowResult]:
    """One row for each lead id: one that is under way or through before a pending one, then the oldest id."""
    ordered = sorted(results, key=_preference, reverse=True)
    return {result.lead_id: result for result in ordered if result.lead_id is not None}


def _preference(result: RowResult) -> tuple[bool, int, str]:
    return result.status is EnrichmentStatus.PENDING, len(result.row_id), result.row_id


def _from_envelope(body: Any) -> RowResult | None:
    try:
        envelope = Envelope.model_validate(body)
    except ValidationError:
        return None
    announced = _STATUS_OF_EVENT.get(envelope.event)
    if announced is None or not is_id(envelope.row_id):
        return None
    status = _status(envelope.data)
    if status is None or status in {EnrichmentStatus.PENDING, EnrichmentStatus.IN_PROGRESS}:
        status = announced  # the event says that it is over
    return _result(envelope.row_id, envelope.data, status, credits_of(envelope.data.get("credits_used")))


def _result(
    row_id: str, data: Mapping[str, Any], status: EnrichmentStatus, credits_used: float | None
) -> RowResult:
    lead_id = data.get("lead_id")
    return RowResult(
        row_id=row_id,
        lead_id=lead_id if is_id(lead_id) else None,
        status=status,
        error=error_text(data.get("error")),
        values={name: storable(value) for name, value in data.items() if name not in _ABOUT_THE_ROW},
        providers=tuple(provider_uses(data.get("providers_used"))),
        credits_used=credits_used,
        enriched_at=moment_of(data.get("enriched_at")),
    )


def _status(data: Mapping[str, Any]) -> EnrichmentStatus | None:
    try:
        return EnrichmentStatus(str(data.get("enrichment_status")))
    except ValueError:
        return None


def credits_of(value: Any) -> float | None:
    """A number that can be a cost in credits."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_CREDITS else None


def error_text(value: Any) -> str | None:
    """An error as the enricher tells it, cut to what a person reads."""
    return storable(value)[:_LONGEST_ERROR] if isinstance(value, str) and value.strip() else None


def moment_of(value: Any) -> datetime | None:
    """An ISO 8601 moment, in UTC also where it does not say so."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def is_name(value: Any) -> bool:
    """Names of providers and fields go into stories, so nothing else may pass for one."""
    return isinstance(value, str) and _has_the_shape_of_a_name(value)


@lru_cache(maxsize=1024)
def _has_the_shape_of_a_name(text: str) -> bool:
    # A few dozen names come again in every row.
    return _NAME.fullmatch(text) is not None


def provider_uses(uses: Any) -> Iterable[ProviderUse]:
    """Who took part, out of a list of ``{name, fields_enriched, timestamp}``."""
    for use in uses if isinstance(uses, list) else ():
        if isinstance(use, dict) and is_id(use.get("name")):
            named = use.get("fields_enriched")
            fields = tuple(name for name in named if is_name(name)) if isinstance(named, list) else ()
            timestamp = use.get("timestamp")
            yield ProviderUse(
                name=use["name"] if is_name(use["name"]) else "unknown",
                fields=fields,
                timestamp=storable(timestamp) if isinstance(timestamp, str) else "",
                confidence=_share(use.get("confidence")),
            )


def _share(value: Any) -> float | None:
    """How sure somebody is, where that is said as a share of 1."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 0 <= value <= 1 else None


def provider_to_blame(body: Any) -> str:
    """Whom an error's body names, ``""`` where it names nobody."""
    error = body.get("error") if isinstance(body, dict) else None
    name = error.get("provider") if isinstance(error, dict) else None
    return str(name) if is_name(name) else ""
