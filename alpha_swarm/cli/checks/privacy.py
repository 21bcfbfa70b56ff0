"""Whether what is owed to persons is done in time."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from alpha_swarm.assembly import parts
from alpha_swarm.cli.checks.check import Check, failed, ok, warning
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.doors.deletion_lists import CYCLE_DAYS, FETCHED
from alpha_swarm.domain.health.duties import DROP_DUE_DAYS, DROP_REMEDY, TASK_REMEDY
from alpha_swarm.errors import RetryLaterError
from alpha_swarm.ledger.ledger import SqlLedger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from alpha_swarm.config import Settings

_DAY_SECONDS = 86_400.0


def check_privacy(settings: Settings) -> Iterator[Check]:
    """Tasks of persons, and the lists of DROP's where they have to be taken in."""
    ledger = SqlLedger(parts.ledger_config(settings, "doctor"))
    try:
        # That the ledger is away another check says.
        with suppress(RetryLaterError):
            yield from _checks(settings, ledger)
    finally:
        ledger.close()


def _checks(settings: Settings, ledger: SqlLedger) -> Iterator[Check]:
    with ledger.read() as tx:
        tasks = tx.duties.tasks()
    if tasks:
        told = ", ".join(f"{number} in {system}" for system, number in sorted(tasks.items()))
        yield warning("requests of persons", f"by hand: {told}", TASK_REMEDY)
    if settings.privacy.drop:
        yield _drop(ledger.facts.look(FETCHED))


def _drop(last: str | None) -> Check:
    name = "lists of DROP"
    if last is None:
        return failed(name, "never taken in", DROP_REMEDY)
    days = (SystemClock().now().timestamp() - float(last)) / _DAY_SECONDS
    said = f"taken in {days:.0f} days ago, of {CYCLE_DAYS}"
    if days >= CYCLE_DAYS:
        return failed(name, said, DROP_REMEDY)
    return warning(name, said, DROP_REMEDY) if days >= DROP_DUE_DAYS else ok(name, said)
