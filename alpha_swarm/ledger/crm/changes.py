"""What was written into the records of the CRMs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, bindparam, delete, or_, select, update

from alpha_swarm.domain.moments import read_moment
from alpha_swarm.domain.states import Target
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.crm import changes
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

    def plan(self, planned: Sequence[Planned]) -> float:
        """One row each."""
        now = self._session.now
        rows = [
            {
                "lead_id": one.lead_id,
                "target": one.target.value,
                "batch": one.batch,
                "approval": one.approval,
                "external_id": one.external_id,
                "planned_at": now,
                "before": None if one.change.before is None else dict(one.change.before),
                "after": dict(one.change.after),
            }
            for one in planned
        ]
        self._session.add(changes, rows)
        return now

    def take_back(self, target: Target, planned: Mapping[str, float]) -> None:
        """What an earlier attempt planned stays: it may have taken effect."""
        row = and_(
            changes.c.target == target.value,
            changes.c.lead_id == bindparam("lead"),
            changes.c.planned_at == bindparam("moment"),
            changes.c.confirmed_at.is_(None),
        )
        if planned:
            rows = [{"lead": lead_id, "moment": moment} for lead_id, moment in planned.items()]
            self._session.run(delete(changes).where(row), rows)

    def confirm(self, target: Target, records: Mapping[str, str | None]) -> Mapping[str, bool]:
        """What an earlier attempt sent took effect as well, or was overtaken by this one."""
        unknown = and_(
            changes.c.target == target.value,
            among(changes.c.lead_id, records),
            changes.c.confirmed_at.is_(None),
        )
        created = changes.c.before.is_(None).label("created")
        rows = self._session.rows(select(changes.c.id, changes.c.lead_id, created).where(unknown))
        values = {"confirmed_at": self._session.now, "external_id": bindparam("record")}
        one = update(changes).where(changes.c.id == bindparam("key")).values(values)
        if rows:
            self._session.run(one, [{"key": row.id, "record": records[row.lead_id]} for row in rows])
        found: dict[str, bool] = {}
        for row in rows:
            found[row.lead_id] = found.get(row.lead_id, False) or bool(row.created)
        return found

    def written(self, target: Target, records: Mapping[str, str]) -> Mapping[str, Values]:
        """A confirmed value puts an end to those before it."""
        by_record: dict[str, dict[str, list[Any]]] = {}
        to_record = and_(changes.c.target == target.value, among(changes.c.external_id, records.values()))
        # Whether such a record came to be was never known.
        created = and_(
            changes.c.target == target.value,
            among(changes.c.lead_id, records),
            changes.c.external_id.is_(None),
        )
        query = select(changes).where(or_(to_record, created)).order_by(changes.c.id)
        for row in self._session.opened(query):
            values = by_record.setdefault(row.external_id or records[row.lead_id], {})
            for name, value in row.after.items():
                earlier = [] if row.confirmed_at is not None else values.get(name, [None])
                values[name] = [*earlier, value]
        return {lead_id: by_record.get(record, {}) for lead_id, record in records.items()}

    def of(self, run: str, target: Target, before: int | None, most: int) -> Sequence[Past]:
        """From the newest on."""
        mine = (changes.c.target == target.value) & changes.c.undone_at.is_(None)
        query = select(changes).where(_of(run), mine)
        if before is not None:
            query = query.where(changes.c.id < before)
        return [_read(row) for row in self._session.opened(query.order_by(changes.c.id.desc()).limit(most))]

    def undone(self, ids: Collection[int]) -> None:
        """Once."""
        if ids:
            mark = update(changes).where(changes.c.id.in_(ids))
            self._session.run(mark.values(undone_at=self._session.now))


def _of(run: str) -> ColumnElement[bool]:
    day = read_moment(run)
    if day is None:
        return or_(changes.c.batch == run, changes.c.approval == run)
    return changes.c.planned_at.between(day.timestamp(), (day + timedelta(days=1)).timestamp())


def _read(row: Row[Any]) -> Past:
    return Past(
        id=row.id,
        lead_id=row.lead_id,
        target=Target(row.target),
        external_id=row.external_id,
        before=row.before,
        after=row.after,
    )
