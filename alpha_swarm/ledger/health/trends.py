"""What executions of the last hours say."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, case, func, select

from alpha_swarm.domain.health.trends import FAILING_SECONDS, Span, Trend
from alpha_swarm.ledger.health.executions import HOUR
from alpha_swarm.ledger.health.step_flows import StepFlows
from alpha_swarm.ledger.schema.executions import execution_hours, executions
from alpha_swarm.ledger.schema.letters import dead_letters
from alpha_swarm.ledger.schema.tables import work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.engine import Row

    from alpha_swarm.domain.states import Step
    from alpha_swarm.ledger.session import Session

_QUARTER_SECONDS = 900.0
#: Name → from and to, in seconds before now.
_SPANS = {
    "hour": (HOUR, 0.0),
    "quarter": (_QUARTER_SECONDS, 0.0),
    "before": (HOUR + _QUARTER_SECONDS, _QUARTER_SECONDS),
}
_WEEK_HOURS = 7 * 24
#: What is due so much later waits for something else: the end of a pause, a person's word.
_SOON_SECONDS = 900.0
#: At the front of a queue, where the oldest are.
_FRONT = 1000


class Trends:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def workflows(self) -> list[Trend]:
        """Those of which anything ran in the last hour and a quarter."""
        weeks = self._weeks()
        return [
            Trend(
                workflow=row.workflow,
                failing_seconds=self._failing(row.workflow),
                week=weeks.get(row.workflow, ()),
                **{name: _span(row, name) for name in _SPANS},
            )
            for row in self._session.rows(self._lately())
        ]

    def stopped(self, steps: Iterable[Step]) -> list[tuple[str, float]]:
        """Step for which leads wait → seconds for which they have, and without a success."""
        found = []
        for step, progress in StepFlows(self._session).progress(steps).items():
            waited = self._waited(step)
            last = progress.last_success_at
            idle = waited if last is None else min(waited, self._session.now - last)
            if idle > 0:
                found.append((step.value, idle))
        return found

    def given_up(self) -> int:
        """Open dead letters that were only unlucky, and that nobody replays any more."""
        parked = dead_letters.c.resolved_at.is_(None) & dead_letters.c.replay_at.is_(None)
        query = select(func.count()).select_from(dead_letters)
        return int(self._session.run(query.where(parked, dead_letters.c.kind == "transient")).scalar_one())

    def _lately(self) -> Any:
        columns = [
            expression.label(f"{name}_{figure}")
            for name, bounds in _SPANS.items()
            for figure, expression in self._sums(*bounds).items()
        ]
        since = self._session.now - max(start for start, _ in _SPANS.values())
        query = select(executions.c.workflow, *columns).where(executions.c.started_at > since)
        return query.group_by(executions.c.workflow)

    def _sums(self, start: float, end: float) -> Mapping[str, ColumnElement[Any]]:
        now, at = self._session.now, executions.c.started_at
        within = and_(at > now - start, at <= now - end) if end else at > now - start
        return {
            "executions": func.sum(case((within, 1), else_=0)),
            "processed": func.sum(case((within, executions.c.processed), else_=0)),
            "failed": func.sum(case((within, executions.c.failed), else_=0)),
            "milliseconds": func.sum(case((within, executions.c.milliseconds), else_=0)),
        }

    def _failing(self, workflow: str) -> float:
        """Asked of an index: the last success, and the first failure behind it."""
        mine = executions.c.workflow == workflow
        last = select(func.max(executions.c.started_at)).where(mine, executions.c.success > 0)
        success = self._session.run(last.where(executions.c.started_at > self._horizon)).scalar()
        since = self._horizon if success is None else success
        behind = (mine, executions.c.started_at > since, executions.c.failed > 0)
        first = self._session.run(select(func.min(executions.c.started_at)).where(*behind)).scalar()
        return 0.0 if first is None else self._session.now - float(first)

    @property
    def _horizon(self) -> float:
        """What failed for longer than that has been told."""
        return self._session.now - 2 * FAILING_SECONDS

    def _weeks(self) -> Mapping[str, Sequence[float]]:
        """Without the present hour."""
        present = int(self._session.now // HOUR)
        hours = execution_hours.c
        query = select(hours.workflow, hours.milliseconds_sum, hours.executions)
        found: defaultdict[str, list[float]] = defaultdict(list)
        lately = (hours.hour >= present - _WEEK_HOURS, hours.hour < present)
        for row in self._session.rows(query.where(*lately)):
            found[row.workflow].append(row.milliseconds_sum / row.executions / 1000)
        return found

    def _waited(self, step: Step) -> float:
        soon = work.c.due_at <= self._session.now + _SOON_SECONDS
        front = select(work.c.since).where(work.c.step == step.value, soon).order_by(work.c.turn)
        oldest = select(func.min(front.limit(_FRONT).subquery().c.since))
        since = self._session.run(oldest).scalar()
        return 0.0 if since is None else self._session.now - float(since)


def _span(row: Row[Any], name: str) -> Span:
    number = int(getattr(row, f"{name}_executions"))
    milliseconds = float(getattr(row, f"{name}_milliseconds"))
    return Span(
        executions=number,
        processed=int(getattr(row, f"{name}_processed")),
        failed=int(getattr(row, f"{name}_failed")),
        seconds=milliseconds / number / 1000 if number else 0.0,
    )
