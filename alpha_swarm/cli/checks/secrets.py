"""How long the secrets of the settings have been in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.check import Check, ok, warning
from alpha_swarm.config import secrets_in_use
from alpha_swarm.errors import AlphaSwarmError
from alpha_swarm.ledger.ledger import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from alpha_swarm.config import Settings

_DAY = 86_400.0
_OLD_DAYS = 90
_NAME = "secrets"
_REMEDY = (
    "make a new one where it came from and set it; a variable that takes a comma list may hold both meanwhile"
)


def check_secrets(settings: Settings) -> Iterator[Check]:
    """One line for all that are young, and one for each that is old."""
    days = {name: int(seconds // _DAY) for name, seconds in _ages(settings).items()}
    for name in sorted(days):
        if days[name] >= _OLD_DAYS:
            yield warning(_NAME, f"{name} has been in use for {days[name]} days", _REMEDY)
    young = [f"{name} {days[name]}" for name in sorted(days) if days[name] < _OLD_DAYS]
    if young:
        yield ok(_NAME, f"days since each was first seen here: {', '.join(young)}")


def _ages(settings: Settings) -> Mapping[str, float]:
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    try:
        return ledger.secret_ages.note(secrets_in_use(settings))
    except AlphaSwarmError:
        # What is wrong with the ledger is said of it already.
        return {}
    finally:
        ledger.close()
