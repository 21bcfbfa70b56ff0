"""Lanes within one transaction: room is taken before anything is sent, and answers are ticked off.

Whoever changes a lane locks the lanes before their rows, so that nobody waits for each other.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import case, delete, func, select, update

from alpha_swarm.domain.lanes import Lane, LaneState, allot
from alpha_swarm.ledger.among import among
from alpha_swarm.ledger.schema.lanes import lane_days, lane_rows, lanes
from alpha_swarm.ports.lanes import LaneAddress, Reserved

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from alpha_swarm.domain.lanes import Margins
    from alpha_swarm.ledger.session import Session

log = structlog.get_logger(__name__)

_IN_ORDER = (lanes.c.configured.desc(), lanes.c.position, lanes.c.name)


class SqlLanes:
    """Implements ``ports.lanes.Lanes``, and what the book of lanes is made of."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, *, lock: bool = False) -> Sequence[Any]:
        """Every lane in the order in which they are filled; locked until the end of the transaction."""
        query = select(lanes).order_by(*_IN_ORDER)
        return self._session.rows(query.with_for_update() if lock else query)

    def reserve(self, request_ids: Sequence[str], margins: Margins) -> list[Reserved]:
        """Count them where there is room, and write down that they are expected back."""
        rows = {row.name: row for row in self.rows(lock=True)}
        allotted = allot([as_lane(row) for row in rows.values()], margins, len(request_ids))
        sends = self._sends(request_ids)
        rest = iter(request_ids)
        reserved = []
        for name, number in allotted.items():
            ours = {key: sends.get(key, 0) + 1 for key in islice(rest, number)}
            self._count(name, len(ours))
            self._expect(name, ours)
            reserved.append(Reserved(lane=address_of(rows[name]), sends=ours))
        return reserved

    def release(self, name: str, request_ids: Collection[str]) -> None:
        """Take back what was counted for these."""
        self._lock([name])
        self._count(name, -len(request_ids))
        ours = among(lane_rows.c.request_id, request_ids) & (lane_rows.c.lane == name)
        self._session.run(delete(lane_rows).where(ours, lane_rows.c.sends <= 1))
        self._session.run(update(lane_rows).where(ours).values(sends=lane_rows.c.sends - 1))

    def accepted(self, name: str, request_ids: Collection[str]) -> None:
        """From the moment at which they were sent on they are waited for."""
        self._lock([name])
        # An answer may overtake this note: what it was to is waited for no more.
        open_rows = among(lane_rows.c.request_id, request_ids) & lane_rows.c.answered_at.is_(None)
        query = select(func.count().label("number"), func.min(lane_rows.c.sent_at).label("since"))
        (silent,) = self._session.rows(query.where(open_rows))
        values = {
            "accepted": lanes.c.accepted + len(request_ids),
            "silent": lanes.c.silent + silent.number,
            "silent_since": case((lanes.c.silent == 0, silent.since), else_=lanes.c.silent_since),
            "last_accepted_at": self._session.now,
        }
        self._session.run(update(lanes).where(lanes.c.name == name).values(values))

    def answered(self, request_ids: Collection[str]) -> None:
        """Tick them off; a lane that was suspected and answers after all is used again."""
        found = select(lane_rows).where(among(lane_rows.c.request_id, request_ids))
        names = sorted({row.lane for row in self._session.rows(found)})
        if not names:
            return
        locked = self._lock(names)
        # Asked again under the lock: who else ticked them off meanwhile is through by now.
        expected = self._session.rows(found)
        fresh = Counter(row.lane for row in expected if row.answered_at is None)
        for row in locked:
            newest = max((one.sent_at for one in expected if one.lane == row.name), default=0.0)
            self._hear(row, fresh[row.name], newest)
        open_rows = among(lane_rows.c.request_id, request_ids) & lane_rows.c.answered_at.is_(None)
        self._session.run(update(lane_rows).where(open_rows).values(answered_at=self._session.now))

    def _hear(self, row: Any, fresh: int, newest: float) -> None:
        """An answer to what was sent before the silence began does not end it."""
        values: dict[str, Any] = {
            "answered": lanes.c.answered + fresh,
            "last_answered_at": self._session.now,
        }
        if row.silent_since is None or newest >= row.silent_since:
            values |= {"silent": 0, "silent_since": None}
            if row.state == LaneState.SUSPECT:
                values |= {"state": LaneState.ACTIVE.value, "reason": None, "since": self._session.now}
                log.info("lane_answers_again", lane=row.name)
        self._session.run(update(lanes).where(lanes.c.name == row.name).values(values))

    def _lock(self, names: Collection[str]) -> Sequence[Any]:
        query = select(lanes).where(lanes.c.name.in_(names)).order_by(*_IN_ORDER)
        return self._session.rows(query.with_for_update())

    def _sends(self, request_ids: Collection[str]) -> dict[str, int]:
        query = select(lane_rows.c.request_id, lane_rows.c.sends)
        known = self._session.rows(query.where(among(lane_rows.c.request_id, request_ids)))
        return {row.request_id: row.sends for row in known}

    def _count(self, name: str, records: int) -> None:
        values = {
            # A person may have set the count anew meanwhile; it never falls below nothing.
            column: case((lanes.c[column] + records < 0, 0), else_=lanes.c[column] + records)
            for column in ("used", "table_rows")
        }
        self._session.run(update(lanes).where(lanes.c.name == name).values(values))
        statement = self._session.insert(lane_days).values(
            lane=name, day=day_of(self._session.now), records=records
        )
        added = lane_days.c.records + statement.excluded.records
        self._session.run(
            statement.on_conflict_do_update(index_elements=["lane", "day"], set_={"records": added})
        )

    def _expect(self, name: str, sends: Mapping[str, int]) -> None:
        rows = [
            {"request_id": key, "lane": name, "sent_at": self._session.now, "sends": number}
            for key, number in sends.items()
        ]
        statement = self._session.insert(lane_rows)
        changed = {column: statement.excluded[column] for column in ("lane", "sent_at", "sends")}
        self._session.run(statement.on_conflict_do_update(index_elements=["request_id"], set_=changed), rows)


def as_lane(row: Any) -> Lane:
    """Its figures."""
    return Lane(
        name=row.name,
        table=row.table_label,
        state=LaneState(row.state),
        unlimited=row.unlimited,
        used=row.used,
        table_rows=row.table_rows,
    )


def address_of(row: Any) -> LaneAddress:
    """Where it is, sealed as the ledger keeps it."""
    return LaneAddress(
        name=row.name, url=row.url, token=row.token, table=row.table_label, unlimited=row.unlimited
    )


def day_of(moment: float) -> str:
    """``YYYY-MM-DD`` in UTC."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")
