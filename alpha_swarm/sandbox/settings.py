"""What a sandbox is started with."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, Literal

from pydantic import TypeAdapter, ValidationError

from alpha_swarm.sandbox.salesforce_order import OrgOrder
from alpha_swarm.sandbox.webhook_orders import (
    ColumnOrder,
    SourceOrder,
    TableOrder,
    default_sources,
)

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class SandboxSettings:
    """Every knob of the sandbox; shares lie between 0 and 1, times are in seconds unless named otherwise.

    The empty set of keys means that any non-empty key is accepted, that of routines that all exist.
    """

    seed: int = 7
    enrich_seconds: tuple[float, float] = (0.3, 1.5)
    call_latency_ms: float = 0.0
    limits: bool = True
    window_scale: float = 1.0
    """By how much the windows of all limits are longer."""

    webhook_duplicate: float = 0.1
    webhook_lost: float = 0.02
    webhook_partial: float = 0.2
    webhook_shuffled: bool = True
    webhook_shuffle_seconds: float = 1.0
    webhook_retry_seconds: float = 60.0
    webhook_concurrency: int = 32

    sources: tuple[SourceOrder, ...] = field(default_factory=default_sources)
    tables: tuple[TableOrder, ...] = ()
    """Of the tables behind sources, those that are not as usual."""
    column: ColumnOrder = field(default_factory=ColumnOrder)
    records_per_second: int = 10
    records_burst: int = 20
    retry_after_missing: float = 0.2
    """The share of the sources' 429s that name no time to wait."""

    idempotency: Literal["honour", "ignore"] = "honour"
    deprecated: bool = False
    auto_update: bool = False
    credits_available: float | None = None
    credits_reset_seconds: float = 3600.0

    routine_ids: frozenset[str] = frozenset()
    routine_webhook_id: str = ""
    routine_webhook_url: str = ""
    routine_webhook_secret: str = ""
    routine_ping_lost: float = 0.02
    routine_ping_duplicate: float = 0.1
    routine_ping_test: float = 0.02
    routine_rate_headers: float = 0.7
    """The share of the public API's answers that tell of its limit."""
    routine_unknown_status: float = 0.0
    """The share of items that end in a status of which the contract does not know."""
    routine_results_seconds: float = 86_400.0
    routine_result_url_seconds: float = 60.0

    ghl_allow_duplicates: bool = False
    ghl_unique: tuple[Literal["email", "phone"], ...] = ("email", "phone")
    """By what a contact that is created counts as a duplicate, where these are not allowed."""
    ghl_search: Literal["honour", "ignore", "refuse"] = "honour"
    """What the search makes of its filters."""
    ghl_index_lag_seconds: float = 0.0
    """How long the search does not see a change."""
    ghl_phone_drop: float = 0.0
    """The share of phones that are not kept, though the answer shows them."""
    ghl_token_seconds: float = 86_399.0
    salesforce: OrgOrder = field(default_factory=OrgOrder)

    hubspot_multi_status: bool = True
    """Whether records of a batch fare each for itself; off: one that is refused refuses the batch."""
    hubspot_conflict: Literal["CONFLICT", "OBJECT_ALREADY_EXISTS"] = "CONFLICT"
    """How a taken e-mail is refused; the newer way does not name the contact that has it."""
    hubspot_index_lag_seconds: float = 0.0
    """How long the search does not see a change."""
    hubspot_daily: int = 650_000
    hubspot_token_seconds: float = 1800.0

    clay_api_keys: frozenset[str] = frozenset()
    ghl_api_keys: frozenset[str] = frozenset()
    ghl_refresh_tokens: frozenset[str] = frozenset()
    instantly_api_keys: frozenset[str] = frozenset()
    salesforce_api_keys: frozenset[str] = frozenset()
    instantly_campaign_ids: frozenset[str] = frozenset()
    instantly_move_seconds: float = 0.0
    """How long leads that are moved stay where they were."""
    instantly_miscounts: bool = False
    """Whether an upload's answer neither counts nor names the last of the leads that it created."""
    hubspot_access_tokens: frozenset[str] = frozenset()
    hubspot_refresh_tokens: frozenset[str] = frozenset()
    slack_tokens: frozenset[str] = frozenset()
    slack_channels: frozenset[str] = frozenset()
    """Those that the bot is in; the empty set means all."""
    slack_strangers: frozenset[str] = frozenset()
    """E-mails that belong to no member; all others do."""
    slack_scopes: frozenset[str] = frozenset({"chat:write", "users:read.email"})
    """What the bot may do."""


def read_settings(pairs: Iterable[str], **values: Any) -> SandboxSettings:
    """``values`` and then ``NAME=VALUE`` pairs, whose values are JSON or plain text.

    ``column.NAME=VALUE`` sets one thing of the column and leaves the rest.

    Raises:
        ValueError: a name or value that is none; the text is one line.
    """
    known = {one.name for one in fields(SandboxSettings)}
    for pair in pairs:
        path, _, text = pair.partition("=")
        name, _, part = path.partition(".")
        if name not in known or (part and name != "column"):
            raise ValueError(f"{name} is no setting; there are {', '.join(sorted(known))}")
        values[name] = {**values.get(name, {}), part: _value(text)} if part else _value(text)
    try:
        return TypeAdapter(SandboxSettings).validate_python(values)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from None


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
