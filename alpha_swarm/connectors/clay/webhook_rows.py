"""Leads as the rows of a webhook source, cut into calls by number and bytes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from alpha_swarm.connectors.wire import write_json
from alpha_swarm.domain.leads.requests import request_id, row_token
from alpha_swarm.domain.results.columns import row_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from alpha_swarm.domain.leads.lead import Lead

#: A new key becomes no column by itself: whoever reads the rows can tell by this what they hold.
SCHEMA_VERSION = 1
#: Keys of a row, in the order in which they are written; those of the lead's fields may be missing.
COLUMNS = (
    "request_id",
    "lead_key",
    "dedupe_key",
    "schema_version",
    "attempt",
    "callback_url",
    "callback_token",
    "linkedin_url",
    "email",
    "first_name",
    "last_name",
    "company_name",
    "company_domain",
    "source_type",
    "source_name",
    "scraped_at",
)
_COMMA = 1
_BRACKETS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """A record as it is sent."""

    request_id: str
    json: bytes = field(repr=False)


def row_of(lead: Lead, attempt: int, key: bytes, callback_url: str | None) -> Row:
    """Flat scalars: what brings the answer back, then the lead's fields."""
    request = request_id(lead)
    correlation: dict[str, Any] = {
        "request_id": request,
        "lead_key": lead.id,
        # Clay's own deduplication keeps the oldest row; a new generation is to get through.
        "dedupe_key": request,
        "schema_version": SCHEMA_VERSION,
        "attempt": attempt,
        "callback_url": callback_url,
        "callback_token": row_token(key, request),
    }
    fields = {name: value for name, value in row_fields(lead).items() if name != "lead_id"}
    said = {name: value for name, value in correlation.items() if value is not None}
    return Row(request, write_json(said | fields))


def body_of(rows: Sequence[Row]) -> bytes:
    """One record alone is an object, which every source takes; several are a list."""
    return rows[0].json if len(rows) == 1 else b"[" + b",".join(row.json for row in rows) + b"]"


def cut(rows: Iterable[Row], most_records: int, most_bytes: int) -> Iterator[list[Row]]:
    """As full as allowed, in their order; a row that is too large by itself comes alone."""
    parcel: list[Row] = []
    size = _BRACKETS
    for row in rows:
        if parcel and (len(parcel) == most_records or size + len(row.json) > most_bytes):
            yield parcel
            parcel, size = [], _BRACKETS
        parcel.append(row)
        size += len(row.json) + _COMMA
    if parcel:
        yield parcel
