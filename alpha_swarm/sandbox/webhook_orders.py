"""How Clay's webhook sources, their tables and the HTTP API column are set up, at first or later."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Seconds = Annotated[float, Field(ge=0)]
Excess = Literal["silent", "error"]

_SLUG = "pull-in-data-from-a-webhook-{0}{0}{0}{0}{0}{0}{0}{0}-0000-4000-8000-000000000000"
_BODY = {
    "request_id": "{{request_id}}",
    "lead_key": "{{lead_key}}",
    "callback_token": "{{callback_token}}",
    "email_work": "{{Work Email}}",
    "email_personal": "{{Personal Email}}",
    "phone": "{{Phone}}",
    "title": "{{Job Title}}",
    "company_domain": "{{Domain}}",
    "company_industry": "{{Industry}}",
    "company_size": "{{Employee Count}}",
    "tech_stack": "{{Tech Stack}}",
    "funding_stage": "{{Funding}}",
    "provider_email": "{{Work Email Data Provider}}",
}


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceOrder(_Order):
    """One webhook source of a table.

    `limit` counts records over the source's whole life; what comes after is answered with 200 and dropped, or
    refused with 403 (`excess`). A source that is `missing` answers 404, one that is `gone` 410.
    """

    slug: str = Field(pattern=r"^[\w-]+$")
    table: str = "table-1"
    token: str | None = None
    arrays: bool = True
    limit: Count = 50_000
    excess: Excess = "silent"
    state: Literal["active", "missing", "gone"] = "active"


class TableOrder(_Order):
    """One table; `limit` counts the rows that it holds.

    With `auto_delete` at `delivered` the column's success decides when a row goes; at `called` the row goes
    after the column's only try. `actions` are those of one run of the enrichment columns; runs that end as
    `refunded` says are given back, credits and actions.
    """

    name: str = Field(min_length=1)
    limit: Count = 50_000
    excess: Excess = "silent"
    dedupe: Literal["dedupe_key", "linkedin_url", "off"] = "dedupe_key"
    auto_run: bool = True
    condition_false: Share = 0.0
    auto_delete: Literal["off", "delivered", "called"] = "off"
    actions: Count = 1
    refunded: tuple[Literal["failed", "unenrichable"], ...] = ()


class ColumnOrder(_Order):
    """The HTTP API column of all tables.

    `url` replaces the row's own `callback_url`. `body` maps keys to texts with `{{Column}}` in them. `rate`
    is in calls a second, 0 for no limit. What follows `actions` are shares: first those
    of values, then those of calls.
    """

    url: str | None = None
    headers: dict[str, str] = Field(default_factory=dict)
    body: dict[str, str] = Field(default_factory=lambda: dict(_BODY))
    rate: Seconds = 10.0
    timeout_seconds: Seconds = 30.0
    retry_seconds: Seconds = 60.0
    concurrency: int = Field(default=32, ge=1)
    actions: Count = 1

    numbers_as_text: Share = 1.0
    lists_as_text: Share = 1.0
    keys_dropped: Share = 0.2
    blank_words: Share = 0.1
    keys_respelt: Share = 0.05
    wrong_types: Share = 0.02
    unparsable: Share = 0.0
    huge: Share = 0.0

    doubled: Share = 0.1
    reordered: Share = 0.2
    reorder_seconds: Seconds = 1.0
    lost: Share = 0.0
    late: Share = 0.0
    late_seconds: Seconds = 30.0
    forged: Share = 0.0


def default_sources() -> tuple[SourceOrder, ...]:
    """Two sources with tokens, each of a table of its own."""
    return tuple(
        SourceOrder(slug=_SLUG.format(number), table=f"table-{number}", token=f"lane-token-{number}")
        for number in (1, 2)
    )
