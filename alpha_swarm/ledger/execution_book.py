"""What batches came to, for people and for metrics."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from alpha_swarm.ledger.ledger import SqlLedger


class ExecutionBook:
    """Each question is a transaction of its own."""

    def __init__(self, ledger: SqlLedger) -> None:
        self._ledger = ledger

    def recent(self, workflow: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """The latest executions, newest first, as the table ``executions`` has them."""
        with self._ledger.read() as tx:
            return tx.executions.recent(workflow, limit)

    def hours(self, since: float) -> list[dict[str, Any]]:
        """Sums by hour and workflow of the hours that end after ``since`` (seconds since 1970), oldest first.

        ``histogram``: upper bound in seconds → executions below it, and above the bound before.
        """
        with self._ledger.read() as tx:
            return tx.executions.hours(since)
