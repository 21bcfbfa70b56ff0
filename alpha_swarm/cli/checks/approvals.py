"""Whether people can be asked, and their answers come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.check import Check, ok, warning
from alpha_swarm.inbound.slack import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings

_NAME = "approvals"


def check_approvals(settings: Settings) -> Iterator[Check]:
    """Only of a bot: a webhook alone asks nobody, which is said of it already."""
    slack, base_url = settings.slack, settings.api.base_url
    if not slack.bot:
        return
    if not slack.signing_secret:
        detail = "SLACK_SIGNING_SECRET is unset: nobody can be asked in Slack"
        yield warning(_NAME, detail, "copy it from the app's basic information")
    elif base_url is None:
        detail = "BASE_URL is unset: no answer can come in"
        yield warning(_NAME, detail, f"set it, and BASE_URL{PATH} as the app's interactivity address")
    else:
        who = f"{len(slack.approvers)} people may answer" if slack.approvers else "whoever sees it may answer"
        yield ok(_NAME, f"{who}; the app's interactivity address must be {base_url.rstrip('/')}{PATH}")
