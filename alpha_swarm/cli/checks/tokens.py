"""The OAuth tokens that the ledger keeps: how old they are, and whether they are still taken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import crms, parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.oauth import read_pair, refusal
from alpha_swarm.errors import ConfigurationError
from alpha_swarm.ledger.ledger import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings
    from alpha_swarm.connectors.oauth import Pair
    from alpha_swarm.connectors.oauth_client import OAuthClient

_DAY = 86_400.0
#: GoHighLevel's refresh tokens end a year after they were given out.
_OLD_DAYS = 300


def check_tokens(settings: Settings) -> Iterator[Check]:
    """Those of each target that has an app in place of a token."""
    seal = parts.token_seal(settings)
    clients = crms.oauth_clients(settings, seal)
    if not clients:
        return
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    try:
        for target, client in clients.items():
            yield _check(target.value, client, ledger.facts.get(client.fact(target.value)))
    finally:
        ledger.close()


def _check(target: str, client: OAuthClient, kept: str | None) -> Check:
    name = f"{target} tokens"
    if kept is None:
        return ok(name, "none yet: the refresh token of the settings is used at the first call")
    try:
        return _judged(name, target, read_pair(kept, client.seal))
    except ConfigurationError as error:
        return failed(
            name, str(error), f"set ALPHA_SWARM_KEY as it was, or a new {target.upper()}_REFRESH_TOKEN"
        )


def _judged(name: str, target: str, pair: Pair) -> Check:
    age = SystemClock().now().timestamp() - pair.obtained_at
    if pair.refused:
        return failed(name, refusal(target), f"set a new {target.upper()}_REFRESH_TOKEN")
    text = f"had {_span(age)} ago"
    if age > _OLD_DAYS * _DAY:
        return warning(name, text, "use them: a refresh token that nobody uses ends after a year")
    return ok(name, text)


def _span(seconds: float) -> str:
    return f"{seconds / _DAY:.0f} days" if seconds >= 2 * _DAY else f"{seconds / 3600:.1f} hours"
