"""What was written into the records of the CRMs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, select, update

from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.change_tables import changes
from alpha_swarm.ledger.tables import syncs
from alpha_swarm.ports.changes import Past

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from sqlalchemy import ColumnElement, Row

    from alpha_swarm.ledger.session import Session
    from alpha_swarm.ports.changes import Planned, Values


class SqlChanges:
    """Implements ``ports.changes.Changes``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def plan(self, planned: Sequence[Planned]) -> None:
        """One row each."""
        now = self._session.now
        rows = [
            {
                "lead_id": one.lead_id,
                "target": one.target.value,
                "batch": one.batch,
                "planned_at": now,
                "before": None if one.change.before is None else dict(one.change.before),
                "after": dict(one.change.after),
            }
            for one in planned
        ]
        self._session.add(changes, rows)

    def confirm(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, bool]:
        """What an earlier attempt sent took effect as well, or was overtaken by this one."""
        open_ones = and_(_theirs(target, lead_ids), changes.c.confirmed_at.is_(None))
        created = changes.c.before.is_(None)
        rows = self._session.rows(select(changes.c.lead_id, created.label("created")).where(open_ones))
        if rows:
            self._session.run(update(changes).where(open_ones).values(confirmed_at=self._session.now))
        found: dict[str, bool] = {}
        for row in rows:
            found[row.lead_id] = found.get(row.lead_id, False) or bool(row.created)
        return found

    def written(self, target: Target, lead_ids: Collection[str]) -> Mapping[str, Values]:
        """A confirmed value puts an end to those before it."""
        found: dict[str, dict[str, list[Any]]] = {}
        query = select(changes.c.lead_id, changes.c.after, changes.c.confirmed_at)
        query = query.where(_theirs(target, lead_ids)).order_by(changes.c.id)
        for row in self._session.rows(query):
            values = found.setdefault(row.lead_id, {})
            for name, value in row.after.items():
                earlier = [] if row.confirmed_at is not None else values.get(name, [])
                values[name] = [*earlier, value]
        return found

    def of(self, run: str, target: Target | None, before: int | None, most: int) -> Sequence[Past]:
        """From the newest on."""
        record = and_(syncs.c.lead_id == changes.c.lead_id, syncs.c.target == changes.c.target)
        query = select(changes, syncs.c.external_id).outerjoin(syncs, record)
        query = query.where(_of(run), changes.c.undone_at.is_(None))
        if target is not None:
            query = query.where(changes.c.target == target.value)
        if before is not None:
            query = query.where(changes.c.id < before)
        return [_read(row) for row in self._session.rows(query.order_by(changes.c.id.desc()).limit(most))]

    def undone(self, ids: Collection[int]) -> None:
        """Once."""
        if ids:
            mark = update(changes).where(changes.c.id.in_(ids))
            self._session.run(mark.values(undone_at=self._session.now))


def _of(run: str) -> ColumnElement[bool]:
    day = read_moment(run)
    if day is None:
        return changes.c.batch == run
    return changes.c.planned_at.between(day.timestamp(), (day + timedelta(days=1)).timestamp())


def _theirs(target: Target, lead_ids: Collection[str]) -> ColumnElement[bool]:
    return and_(changes.c.target == target.value, among(changes.c.lead_id, lead_ids))


def _read(row: Row[Any]) -> Past:
    return Past(
        id=row.id,
        lead_id=row.lead_id,
        target=Target(row.target),
        external_id=row.external_id,
        before=row.before,
        after=row.after,
    )
