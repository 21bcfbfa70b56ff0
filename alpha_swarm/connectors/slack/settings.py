"""What the connector must be told."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackConfig:
    """Plain values; whoever reads the environment fills them in. A bot stands above a webhook."""

    webhook_url: str | None = field(default=None, repr=False)
    """Whoever knows it can write into its channel."""
    bot_token: str | None = field(default=None, repr=False)
    channel: str = ""
    """Where the bot writes, unless a message says otherwise."""
    base_url: str = "https://slack.com/api"
