"""Whether the changes of contacts in the CRMs are followed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.crm.following import following_fact, read_following
from alpha_swarm.domain.crm.news import System
from alpha_swarm.domain.moments import write_moment
from alpha_swarm.ledger.ledger import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from alpha_swarm.config import Settings
    from alpha_swarm.domain.crm.following import Following

_TOLD_FOR = timedelta(days=1)
_WEBHOOKS = "mend what it says; until then webhooks alone tell of contacts"
_ONCE = "nothing, unless it comes again: give leads add an export of that time if a contact lacks"


def check_following(settings: Settings) -> Iterator[Check]:
    """Of each CRM that was asked at least once."""
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    try:
        for system in System:
            kept = (
                ledger.facts.look(following_fact(system)) if system.target in settings.sync_targets else None
            )
            if kept is not None:
                yield _judged(f"changes in {system.value}", read_following(kept), SystemClock().now())
    finally:
        ledger.close()


def _judged(name: str, following: Following, now: datetime) -> Check:
    at = write_moment(following.followed_at) if following.followed_at else "never"
    if following.stands_still:
        return failed(name, f"last followed: {at}; {following.trouble}", _WEBHOOKS)
    troubled = following.troubled_at
    if troubled is not None and now - troubled < _TOLD_FOR:
        return warning(name, f"at {write_moment(troubled)}: {following.trouble}", _ONCE)
    return ok(name, f"last followed: {at}")
