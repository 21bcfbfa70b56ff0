"""The book of lanes, each entry durable before anything is sent; what changes is said in the log."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import func, select, update

from alpha_swarm.domain.lane_report import LaneFigures, LaneUse
from alpha_swarm.domain.lanes import (
    ALL_SILENT,
    BY_HAND,
    SILENT,
    SILENT_RECORDS,
    VANISHED,
    LaneState,
    crossings,
    rooms,
    why_none,
)
from alpha_swarm.ledger.lanes.lanes import SqlLanes, address_of, as_lane, day_of
from alpha_swarm.ledger.records import when
from alpha_swarm.ledger.schema.lanes import lane_days, lanes
from alpha_swarm.ledger.session import Session

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Any

    from alpha_swarm.domain.lanes import Lane, Margins
    from alpha_swarm.ledger.lanes.seal import LaneSeal
    from alpha_swarm.ports.lanes import LaneAddress, Reserved

log = structlog.get_logger(__name__)

Open = Callable[[], AbstractContextManager[Session]]
"""Opens a transaction."""

_FORECAST_SECONDS = 7 * 86400.0


class SqlLaneBook:
    """Implements ``ports.lanes.LaneBook``."""

    def __init__(self, begin: Open, read: Open, seal: LaneSeal) -> None:
        self._begin = begin
        self._read = read
        self._seal = seal

    def bring_in(self, configured: Sequence[LaneAddress]) -> None:
        """New ones start from zero; addresses and tokens are as the settings have them now."""
        with self._begin() as session:
            for position, lane in enumerate(configured):
                _upsert(session, self._seal.closed(lane), position)
            self._seal.close_all(session)
            if not configured:
                return
            names = [lane.name for lane in configured]
            gone = lanes.c.configured & lanes.c.name.not_in(names) & (lanes.c.state == LaneState.ACTIVE.value)
            back = lanes.c.name.in_(names) & (lanes.c.reason == VANISHED)
            _set(session, gone, LaneState.PAUSED, VANISHED)
            _set(session, back, LaneState.ACTIVE, None)

    def add(self, lane: LaneAddress) -> bool:
        """A lane behind the others; whether its name was free."""
        with self._begin() as session:
            known = SqlLanes(session).rows(lock=True)
            if lane.name in {row.name for row in known}:
                return False
            place = 1 + max((row.position for row in known if not row.configured), default=-1)
            session.add(lanes, [_fresh(session, self._seal.closed(lane), place, configured=False)])
        return True

    def reserve(self, request_ids: Sequence[str], margins: Margins) -> Sequence[Reserved]:
        """One transaction, one reservation at a time."""
        with self._begin() as session:
            found = SqlLanes(session)
            reserved = found.reserve(request_ids, margins)
            after = [as_lane(row) for row in found.rows()]
        counts = {one.lane.name: len(one.sends) for one in reserved}
        _tell(after, counts, margins)
        return [replace(one, lane=self._seal.opened(one.lane)) for one in reserved]

    def release(self, lane: str, request_ids: Collection[str]) -> None:
        """What was certainly not taken counts no longer."""
        if request_ids:
            with self._begin() as session:
                SqlLanes(session).release(lane, request_ids)

    def accepted(self, lane: str, request_ids: Collection[str]) -> None:
        """A 2xx for these."""
        with self._begin() as session:
            SqlLanes(session).accepted(lane, request_ids)

    def set_aside(self, lane: str, state: LaneState, reason: str) -> None:
        """Said once, by whoever was first to find out."""
        with self._begin() as session:
            known = (lanes.c.name == lane) & (lanes.c.state != state.value)
            changed = _set(session, known, state, reason)
        if changed:
            log.critical("lane_set_aside", lane=lane, state=state.value, reason=reason)

    def addresses(self) -> list[LaneAddress]:
        """Every lane with what nobody is shown."""
        with self._read() as session:
            return [self._seal.opened(address_of(row)) for row in SqlLanes(session).rows()]

    def figures(self) -> list[LaneFigures]:
        """Every lane with its history."""
        with self._read() as session:
            return [_figures(row) for row in SqlLanes(session).rows()]

    def use(self) -> LaneUse:
        """Of the last seven days, today included."""
        with self._read() as session:
            since = session.now - _FORECAST_SECONDS
            days = select(lane_days.c.day, func.sum(lane_days.c.records).label("records"))
            found = session.rows(
                days.where(lane_days.c.day > day_of(since))
                .group_by(lane_days.c.day)
                .order_by(lane_days.c.day)
            )
            today = date.fromisoformat(day_of(session.now))
        first = date.fromisoformat(found[0].day) if found else today
        return LaneUse(by_day={row.day: int(row.records) for row in found}, days=(today - first).days + 1)

    def rooms(self, margins: Margins) -> Mapping[str, int]:
        """As it stands now."""
        return rooms(self._lanes(), margins)

    def why_none(self, margins: Margins) -> str:
        """For those who wait."""
        return why_none(self._lanes(), margins)

    def suspect(self, seconds: float) -> Sequence[str]:
        """Set aside lanes that accept and have not answered for so long; their names."""
        with self._begin() as session:
            silent, others = _silent(session, seconds)
            reasons = {
                row.name: SILENT.format(name=row.name, records=f"{row.silent:,}")
                + ("" if others else ALL_SILENT)
                for row in silent
            }
            for name, reason in reasons.items():
                _set(session, lanes.c.name == name, LaneState.SUSPECT, reason)
        for name, reason in reasons.items():
            log.critical("lane_suspect", lane=name, reason=reason)
        return list(reasons)

    def set_used(self, lane: str, used: int, table_rows: int | None) -> bool:
        """Count from here, as where something else has sent there before; whether there is such a lane."""
        with self._begin() as session:
            values = {"used": used} if table_rows is None else {"used": used, "table_rows": table_rows}
            return session.run(update(lanes).where(lanes.c.name == lane).values(values)).rowcount == 1

    def pause(self, lane: str) -> bool:
        """By hand; whether there is such a lane."""
        with self._begin() as session:
            return _set(session, lanes.c.name == lane, LaneState.PAUSED, BY_HAND)

    def resume(self, lane: str) -> bool:
        """By hand, whatever it was set aside for; whether there is such a lane."""
        with self._begin() as session:
            there = _set(session, lanes.c.name == lane, LaneState.ACTIVE, None)
            session.run(update(lanes).where(lanes.c.name == lane).values(silent=0, silent_since=None))
            return there

    def _lanes(self) -> list[Lane]:
        with self._read() as session:
            return [as_lane(row) for row in SqlLanes(session).rows()]


def _figures(row: Any) -> LaneFigures:
    return LaneFigures(
        lane=as_lane(row),
        reason=row.reason,
        since=when(row.since),
        token=row.token is not None,
        accepted=row.accepted,
        answered=row.answered,
        last_accepted_at=None if row.last_accepted_at is None else when(row.last_accepted_at),
        last_answered_at=None if row.last_answered_at is None else when(row.last_answered_at),
    )


def _set(session: Session, which: Any, state: LaneState, reason: str | None) -> bool:
    values = {"state": state.value, "reason": reason, "since": session.now}
    return session.run(update(lanes).where(which).values(values)).rowcount > 0


def _fresh(session: Session, lane: LaneAddress, position: int, *, configured: bool) -> dict[str, Any]:
    counts = dict.fromkeys(("used", "table_rows", "accepted", "answered", "silent"), 0)
    return {
        **counts,
        "name": lane.name,
        "configured": configured,
        "position": position,
        "url": lane.url,
        "token": lane.token,
        "table_label": lane.table,
        "unlimited": lane.unlimited,
        "state": LaneState.ACTIVE.value,
        "since": session.now,
    }


def _upsert(session: Session, lane: LaneAddress, position: int) -> None:
    statement = session.insert(lanes).values(_fresh(session, lane, position, configured=True))
    names = ("configured", "position", "url", "token", "table_label", "unlimited")
    changed = {name: statement.excluded[name] for name in names}
    session.run(statement.on_conflict_do_update(index_elements=["name"], set_=changed))


def _silent(session: Session, seconds: float) -> tuple[Sequence[Any], bool]:
    """The lanes, and whether another one has answered within that time."""
    since = session.now - seconds
    rows = SqlLanes(session).rows(lock=True)
    silent = [
        row
        for row in rows
        if row.state == LaneState.ACTIVE
        and row.silent >= SILENT_RECORDS
        and row.silent_since is not None
        and row.silent_since <= since
    ]
    others = any(row not in silent and (row.last_answered_at or 0.0) > since for row in rows)
    return silent, others


def _tell(after: Sequence[Lane], counts: dict[str, int], margins: Margins) -> None:
    for name, event, detail in crossings(after, counts, margins):
        log.warning(event, lane=name, **detail)
