"""The enrichment service's variables."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from alpha_swarm.config.groups import Group
from alpha_swarm.config.kinds import (  # noqa: TC001 - pydantic reads them when the class is made
    Amount,
    BaseUrl,
    Concurrency,
    Count,
    Days,
    Id,
    Keys,
    Lanes,
    RateLimits,
    Seconds,
    TierDays,
)
from alpha_swarm.domain.calls.in_flight import InFlight
from alpha_swarm.domain.calls.limits import parse_limits
from alpha_swarm.domain.lanes import Margins
from alpha_swarm.domain.money.budget import Caps
from alpha_swarm.domain.money.cost import Cost

FIRST_POLL = {"rest": 10.0, "webhook": 10.0, "routines": 5.0}
"""Seconds from the start of an enrichment to the first question for its result, by transport."""

USUAL_CREDITS = 6.0
"""What a lead usually costs."""


Records = Annotated[int, Field(ge=1, le=100_000_000)]


class Clay(Group):
    """The enrichment service."""

    model_config = SettingsConfigDict(env_prefix="CLAY_")

    transport: Literal["rest", "webhook", "routines"] = "rest"
    """How leads reach Clay: rest, webhook or routines."""
    keys: Annotated[Keys, Field(validation_alias="CLAY_API_KEY")] = ()
    """Clay's key, or the current and the next one with a comma between."""
    api_base_url: BaseUrl = "https://api.clay.com/v1"
    """Address of the row API (transport rest)."""
    public_api_base_url: BaseUrl = "https://api.clay.com/public/v0"
    """Address of the public API (transport routines)."""
    workspace_id: Id | None = None
    """Workspace in which a table is created."""
    table_id: Id | None = None
    """Table the rows go to; found or created by name when unset (transport rest)."""
    routine_id: Id | None = None
    """Routine to run (transport routines)."""
    routine_webhook_id: Id | None = None
    """Webhook that announces a routine's end (transport routines)."""
    routine_webhook_secrets: Annotated[Keys, Field(validation_alias="CLAY_ROUTINE_WEBHOOK_SECRET")] = ()
    """Key of that webhook's signature; comma list: current, previous (transport routines)."""
    routine_batch: Annotated[int, Field(ge=1, le=50_000)] = 100
    """Leads a submission, at most 50000; more than 100 go as a file (transport routines)."""
    lanes: Lanes = ()
    """Webhook sources: a JSON list of name, url, token, table, unlimited, or its file (transport webhook)."""
    lane_limit: Records = 50_000
    """Records that a webhook source takes in its life (transport webhook)."""
    lane_warn_at: Records = 40_000
    """Records from which a lane is warned of (transport webhook)."""
    lane_stop_at: Records = 45_000
    """Records at which the next lane is taken (transport webhook)."""
    table_rows: Records = 50_000
    """Rows that a table takes; 200 on Clay's free plan (transport webhook)."""
    webhook_mode: Literal["array", "single"] = "array"
    """Whether records go into a webhook source as a list, or one at a time (transport webhook)."""
    webhook_max_records: Annotated[int, Field(ge=1, le=100)] = 10
    """Records in a call to a webhook source (transport webhook)."""
    webhook_max_bytes: Annotated[int, Field(ge=1_000, le=100_000)] = 90_000
    """Bytes in a call to a webhook source; Clay refuses more than 100,000 (transport webhook)."""
    webhook_tokenless: bool = False
    """Whether results without their row's token are taken in: on or off (transport webhook)."""
    webhook_secrets: Annotated[Keys, Field(validation_alias="CLAY_WEBHOOK_SECRET")] = ()
    """Secret that Clay sends in X-Webhook-Secret; comma list: current, previous."""
    results: Literal["both", "webhook", "poll"] = "both"
    """How results come back; webhook needs CLAY_WEBHOOK_SECRET and BASE_URL."""
    poll_after: Seconds | None = None
    """Seconds to the first poll for a result, growing to 60; unset: rest 10, routines 5."""
    soft_deadline: Seconds = 900.0
    """Seconds after which a result counts as missed (transport webhook)."""
    hard_deadline: Seconds = 86400.0
    """Seconds after which a lead without a result becomes a dead letter."""
    limit_rows: RateLimits = parse_limits("100/60")
    """Calls/seconds that add rows."""
    limit_enrich: RateLimits = parse_limits("50/60")
    """Calls/seconds that start enrichments; several with commas, rows with an r: 50/60,1250/60r."""
    limit_updates: RateLimits = parse_limits("200/60")
    """Calls/seconds that write back."""
    limit_exports: RateLimits = parse_limits("10/3600")
    """Calls/seconds that export the table."""
    limit_webhook: RateLimits = parse_limits("10/1/20")
    """Records/seconds/burst into a webhook source."""
    limit_routines: RateLimits = parse_limits("600/60")
    """Calls/seconds to the public API, which publishes no limit: lowered as it tells (transport routines)."""
    batch_rows: Annotated[int, Field(ge=1, le=100)] = 50
    """Leads in a call that adds rows, at most 100."""
    batch_enrich: Annotated[int, Field(ge=1, le=50)] = 25
    """Rows in a call that starts enrichments, at most 50."""
    batch_updates: Annotated[int, Field(ge=1, le=200)] = 100
    """Rows in a call that writes back, at most 200."""
    batch_export: Annotated[int, Field(ge=1, le=5000)] = 1000
    """Rows in a page of an export, at most 5000."""
    flush_interval: Annotated[Seconds, Field(validation_alias="FLUSH_INTERVAL")] = 60.0
    """Seconds a lead waits at most for its batch to fill."""
    credits_per_day: Amount | None = None
    """Credits that may be spent in a day; unset: no cap."""
    credits_per_month: Amount | None = None
    """Credits that may be spent in a month; unset: no cap."""
    credits_per_batch: Amount | None = None
    """Credits that may be spent on one intake: a file, a request; unset: no cap."""
    credits_per_source: Amount | None = None
    """Credits that may be spent in a month on leads of one source_name; unset: no cap."""
    credits_pacing: Literal["off", "hourly"] = "off"
    """Whether a day's credits are spread over its hours: off or hourly."""
    actions_per_month: Count | None = None
    """Actions that may be used in a month; unset: no cap."""
    credits_per_lead: Amount | None = None
    """Credits reserved for a lead under a cap, the most it costs; unset: by the waterfalls and prices."""
    actions_per_lead: Count = 1
    """Actions reserved for a lead before it is enriched."""
    provider_limits: bool = False
    """Whether enrichments wait for room in the hours of the providers behind Clay."""
    known_person_days: Days = 90.0
    """Days a person's result counts as known: leads refresh passes over younger ones."""
    refresh_days: TierDays = ()
    """Days until synced leads are enriched again by themselves, by tier, such as 1:30,2:90; unset: never."""
    refresh_a_day: Count = 100
    """Leads a day that are enriched again by themselves at most, as far as the caps leave room."""
    known_miss_days: Days = 30.0
    """Days it counts as known that nothing was found for a person."""
    known_company_days: Days = 30.0
    """Days a company's fields count as known (CLAY_KNOWN_COMPANIES)."""
    known_companies: Literal["off", "fill"] = "off"
    """Whether what is known of a company fills the blanks of its people's results: off or fill."""
    in_flight: Concurrency = InFlight.parse("10/5/2")
    """Calls at once: critical/normal/bulk, or off."""

    @property
    def margins(self) -> Margins:
        """Of lanes and tables."""
        return Margins(
            limit=self.lane_limit,
            warn_at=self.lane_warn_at,
            stop_at=self.lane_stop_at,
            table_rows=self.table_rows,
        )

    @property
    def caps(self) -> Caps:
        """All caps on both meters."""
        return Caps(
            day=self.credits_per_day,
            month=self.credits_per_month,
            month_actions=self.actions_per_month,
            batch=self.credits_per_batch,
            source=self.credits_per_source,
            pacing=self.credits_pacing == "hourly",
        )

    @property
    def estimate(self) -> Cost:
        """What a lead is reckoned with where nobody says what it cost."""
        set_ = self.credits_per_lead
        return Cost(USUAL_CREDITS if set_ is None else set_, self.actions_per_lead)

    @property
    def first_poll(self) -> float:
        """Seconds to the first poll, as set or as the transport has it."""
        return self.poll_after or FIRST_POLL[self.transport]
