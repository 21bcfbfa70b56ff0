"""Records of what batches came to, and their sums by the hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import case, delete, select
from ulid import ULID

from alpha_swarm.domain.health.executions import BUCKETS, ExecutionStatus
from alpha_swarm.ledger.schema.executions import BUCKET_COLUMNS, SUMS, execution_hours, executions, progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.engine import Row

    from alpha_swarm.domain.health.executions import Execution
    from alpha_swarm.ledger.session import Session

HOUR = 3600
#: A week, and a day to look back on it.
_KEPT_SECONDS = 8 * 86_400.0
#: Progress within this time is one.
_STEP_SECONDS = 5.0
_COUNTED = (*SUMS, *BUCKET_COLUMNS)


class SqlExecutions:
    """Implements ``ports.executions.Executions``, and reads what was written."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._ended: list[Execution] = []
        self._progressed: set[str] = set()

    def add(self, execution: Execution) -> None:
        """Written when the transaction ends."""
        if execution.tally:
            self._ended.append(execution)

    def progressed(self, workflow: str) -> None:
        """Noted when the transaction ends."""
        self._progressed.add(workflow)

    def finish(self) -> None:
        """At the very end: all batches of an hour share a row, which is locked until the commit."""
        if self._progressed:
            self._note_progress()
        if self._ended:
            self._session.add(executions, [self._row(one) for one in self._ended])
            for one in sorted(self._ended, key=lambda one: one.workflow):
                self._sum_up(one)

    def recent(self, workflow: str | None = None, limit: int = 50) -> list[dict[str, Any]]:
        """As columns, newest first."""
        query = select(executions).order_by(executions.c.started_at.desc()).limit(limit)
        mine = query if workflow is None else query.where(executions.c.workflow == workflow)
        return [dict(row._mapping) for row in self._session.rows(mine)]  # noqa: SLF001 - SQLAlchemy's public name

    def hours(self, since: float) -> list[dict[str, Any]]:
        """Of the hours that end after ``since``, oldest first; ``histogram``: bound in seconds → number."""
        query = select(execution_hours).where(execution_hours.c.hour >= int(since // HOUR))
        query = query.order_by(execution_hours.c.hour, execution_hours.c.workflow)
        return [_hour(row) for row in self._session.rows(query)]

    def tidy(self) -> None:
        """Of what is older the sums remain."""
        old = executions.c.started_at < self._session.now - _KEPT_SECONDS
        self._session.run(delete(executions).where(old))

    def _note_progress(self) -> None:
        """One statement, which changes the row only now and then: it is everybody's."""
        now = self._session.now
        statement = self._session.insert(progress)
        newest = {"at": statement.excluded.at}
        older = progress.c.at < now - _STEP_SECONDS
        self._session.run(
            statement.on_conflict_do_update(index_elements=["workflow"], set_=newest, where=older),
            [{"workflow": name, "at": now} for name in sorted(self._progressed)],
        )

    def _row(self, execution: Execution) -> Mapping[str, Any]:
        return {
            "id": str(ULID()),
            "workflow": execution.workflow,
            "started_at": self._session.now - execution.seconds,
            "milliseconds": round(execution.seconds * 1000),
            "status": execution.status.value,
            "processed": execution.processed,
            "success": execution.tally.success,
            "failed": len(execution.tally.failed),
            "missed": execution.tally.missed,
            "errors": execution.errors,
            "trigger": execution.trigger.value,
        }

    def _sum_up(self, execution: Execution) -> None:
        statement = self._session.insert(execution_hours).values(self._hour_of(execution))
        given, there = statement.excluded, execution_hours.c
        longest = case(
            (there.milliseconds_max >= given.milliseconds_max, there.milliseconds_max),
            else_=given.milliseconds_max,
        )
        sums = {name: there[name] + given[name] for name in _COUNTED}
        self._session.run(
            statement.on_conflict_do_update(
                index_elements=["hour", "workflow"], set_={**sums, "milliseconds_max": longest}
            )
        )

    def _hour_of(self, execution: Execution) -> Mapping[str, Any]:
        milliseconds = round(execution.seconds * 1000)
        return {
            "hour": int(self._session.now // HOUR),
            "workflow": execution.workflow,
            "executions": 1,
            "failures": int(execution.status is ExecutionStatus.FAILURE),
            "processed": execution.processed,
            "success": execution.tally.success,
            "failed": len(execution.tally.failed),
            "missed": execution.tally.missed,
            "milliseconds_sum": milliseconds,
            "milliseconds_max": milliseconds,
            **{name: int(place == execution.bucket) for place, name in enumerate(BUCKET_COLUMNS)},
        }


def _hour(row: Row[Any]) -> dict[str, Any]:
    columns = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name
    counts: Sequence[int] = [columns.pop(name) for name in BUCKET_COLUMNS]
    return {**columns, "histogram": dict(zip(BUCKETS, counts, strict=True))}
