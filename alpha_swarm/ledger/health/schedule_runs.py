"""When each schedule ran last, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from alpha_swarm.ledger.schema.executions import schedule_runs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from alpha_swarm.ledger.session import Session


@dataclass(frozen=True, slots=True)
class ScheduleRun:
    """The last one."""

    at: float
    result: str


class ScheduleRuns:
    """Within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def now(self) -> float:
        """By which they are compared."""
        return self._session.now

    def note(self, name: str, result: str) -> None:
        """The last one holds."""
        row = {"name": name, "ran_at": self._session.now, "result": result[:200]}
        statement = self._session.insert(schedule_runs).values(row)
        latest = {key: statement.excluded[key] for key in ("ran_at", "result")}
        self._session.run(statement.on_conflict_do_update(index_elements=["name"], set_=latest))

    def last(self) -> Mapping[str, ScheduleRun]:
        """By the schedule's name."""
        rows = self._session.rows(select(schedule_runs))
        return {row.name: ScheduleRun(row.ran_at, row.result) for row in rows}
