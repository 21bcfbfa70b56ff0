"""Runs the checks; those that need what failed before them are left out."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from alpha_swarm.cli.checks.alerting import check_alerts
from alpha_swarm.cli.checks.approvals import check_approvals
from alpha_swarm.cli.checks.callbacks import check_callbacks
from alpha_swarm.cli.checks.check import Check, failed, ok
from alpha_swarm.cli.checks.configured import check_configured
from alpha_swarm.cli.checks.crm_doors import check_crm_doors
from alpha_swarm.cli.checks.encryption import check_encryption
from alpha_swarm.cli.checks.following import check_following
from alpha_swarm.cli.checks.outside import check_clay, check_crms, check_slack
from alpha_swarm.cli.checks.privacy import check_privacy
from alpha_swarm.cli.checks.secrets import check_secrets
from alpha_swarm.cli.checks.stores import check_ledger, check_redis
from alpha_swarm.cli.checks.system import check_home, check_python
from alpha_swarm.cli.checks.tokens import check_tokens
from alpha_swarm.config import load_settings
from alpha_swarm.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings


def run_checks() -> list[Check]:
    """Every check, in the order in which to mend what fails."""
    first = [check_python()]
    try:
        settings = load_settings()
    except ConfigurationError as error:
        return [*first, failed("settings", str(error), "correct the variable in the environment or .env")]
    return [*first, ok("settings", f"read; environment {settings.environment}"), *_with(settings)]


def _with(settings: Settings) -> Iterator[Check]:
    home = check_home(settings.home)
    yield home
    if home.result == "failed":
        return
    yield from chain(
        check_ledger(settings),
        check_encryption(settings),
        check_redis(settings),
        check_configured(settings),
        check_secrets(settings),
        check_callbacks(settings),
        check_crm_doors(settings),
        check_clay(settings),
        check_tokens(settings),
        check_crms(settings),
        check_following(settings),
        check_slack(settings),
        check_approvals(settings),
        check_alerts(settings),
        check_privacy(settings),
    )
