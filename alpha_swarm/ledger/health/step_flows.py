"""How the steps get on: asked of indexes alone, so that it takes no longer with a long backlog."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sqlalchemy import case, func, select

from alpha_swarm.domain.health.executions import INBOX
from alpha_swarm.domain.health.flow import Progress, StepFlow
from alpha_swarm.domain.states import State, Step
from alpha_swarm.ledger.doors.inbox import WAITING
from alpha_swarm.ledger.health.executions import HOUR
from alpha_swarm.ledger.schema.executions import execution_hours, executions, progress
from alpha_swarm.ledger.schema.tables import inbox, leads, leases, work

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Select

    from alpha_swarm.ledger.session import Session

_LATELY_SECONDS = 900.0
#: Of so many held leads it is looked up for which step each waits; more are taken to be shared out alike.
_LOOKED_UP = 10_000
#: Of the letters that wait so many are looked at.
_FRONT = 1000
#: Results come in by webhook, too.
_RESULTS = (Step.COLLECT.value, INBOX)


class StepFlows:
    """Read-only questions within one transaction."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def steps(self, steps: Iterable[Step]) -> list[StepFlow]:
        """These, in their order."""
        listed = list(steps)
        progressed = self.progress(listed)
        in_hand, held, pace, missed = self._in_hand(), self._held(), self._pace(), self._missed()
        return [
            self._step(step, progressed[step], in_hand[step.value], held[step.value], pace, missed)
            for step in listed
        ]

    def progress(self, steps: Iterable[Step]) -> dict[Step, Progress]:
        """How far each is, at the cost of a few looks at the front of an index."""
        noted = self._idle()
        return {
            step: Progress(
                oldest_seconds=self._oldest(step),
                idle_seconds=noted.get(step.value),
                last_success_at=self._last_success(step),
            )
            for step in steps
        }

    def inbox(self) -> Progress:
        """How far the letters are; one that was borrowed to be asked about is due again later."""
        since = case((inbox.c.due_at > inbox.c.received_at, inbox.c.due_at), else_=inbox.c.received_at)
        waiting = (inbox.c.state == WAITING, inbox.c.due_at <= self._session.now)
        first = select(since.label("since")).where(*waiting).limit(_FRONT).subquery()
        return Progress(
            oldest_seconds=self._age(self._session.run(select(func.min(first.c.since))).scalar()),
            idle_seconds=self._idle().get(INBOX),
            last_success_at=self._last(INBOX),
        )

    def _idle(self) -> dict[str, float]:
        return {row.workflow: self._session.now - row.at for row in self._session.rows(select(progress))}

    def _step(
        self,
        step: Step,
        progressed: Progress,
        in_hand: int,
        held: int,
        pace: Mapping[str, tuple[int, int]],
        missed: Mapping[str, int],
    ) -> StepFlow:
        owed, undue = self._owed(step)
        lately = [pace.get(name, (0, 0)) for name in _workflows(step)]
        minutes = _LATELY_SECONDS / 60
        return StepFlow(
            step=step,
            waiting=max(owed - in_hand, 0),
            due=max(owed - undue - in_hand, 0),
            held=min(held, owed),
            in_hand=min(in_hand, owed),
            progress=progressed,
            per_minute=round(sum(success for success, _ in lately) / minutes, 2),
            failed_per_minute=round(sum(failed for _, failed in lately) / minutes, 2),
            missed=missed.get(step.value, 0),
        )

    def _oldest(self, step: Step) -> float:
        first = self._session.run(select(func.min(work.c.due_at)).where(work.c.step == step.value)).scalar()
        return self._age(first)

    def _age(self, moment: float | None) -> float:
        return 0.0 if moment is None else max(0.0, self._session.now - moment)

    def _owed(self, step: Step) -> tuple[int, int]:
        """All, and those of them that are not due."""
        mine = select(func.count()).select_from(work).where(work.c.step == step.value)
        return self._number(mine), self._number(mine.where(work.c.due_at > self._session.now))

    def _in_hand(self) -> Counter[str]:
        """As they were taken; a batch whose end is near still counts as a whole."""
        live = leases.c.expires_at >= self._session.now
        query = select(leases.c.step, func.sum(leases.c.leads).label("number")).where(live)
        return self._counted(query.group_by(leases.c.step))

    def _held(self) -> Counter[str]:
        state = leads.c.state == State.HELD.value
        some = select(leads.c.id).where(state).limit(_LOOKED_UP).subquery()
        query = select(work.c.step, func.count().label("number")).join(some, some.c.id == work.c.lead_id)
        found = self._counted(query.group_by(work.c.step))
        if found.total() < _LOOKED_UP:
            return found
        share = self._number(select(func.count()).select_from(leads).where(state)) / found.total()
        return Counter({step: round(number * share) for step, number in found.items()})

    def _pace(self) -> dict[str, tuple[int, int]]:
        sums = (
            func.sum(executions.c.success).label("success"),
            func.sum(executions.c.failed).label("failed"),
        )
        query = select(executions.c.workflow, *sums).group_by(executions.c.workflow)
        lately = executions.c.started_at > self._session.now - _LATELY_SECONDS
        return {row.workflow: (row.success, row.failed) for row in self._session.rows(query.where(lately))}

    def missed(self) -> int:
        """Deadlines that passed, in this hour and the one before."""
        return sum(self._missed().values())

    def _missed(self) -> dict[str, int]:
        lately = execution_hours.c.hour >= int(self._session.now // HOUR) - 1
        query = select(execution_hours.c.workflow, func.sum(execution_hours.c.missed).label("number"))
        rows = self._session.rows(query.where(lately).group_by(execution_hours.c.workflow))
        return {row.workflow: int(row.number) for row in rows}

    def _last_success(self, step: Step) -> float | None:
        found = [self._last(workflow) for workflow in _workflows(step)]
        return max((one for one in found if one is not None), default=None)

    def _last(self, workflow: str) -> float | None:
        mine = (executions.c.workflow == workflow, executions.c.success > 0)
        query = select(executions.c.started_at, executions.c.milliseconds).where(*mine)
        last = self._session.rows(query.order_by(executions.c.started_at.desc()).limit(1))
        return float(last[0].started_at + last[0].milliseconds / 1000) if last else None

    def _number(self, query: Select[Any]) -> int:
        return int(self._session.run(query).scalar_one())

    def _counted(self, query: Select[Any]) -> Counter[str]:
        return Counter({row.step: int(row.number) for row in self._session.rows(query)})


def _workflows(step: Step) -> tuple[str, ...]:
    return _RESULTS if step is Step.COLLECT else (step.value,)
