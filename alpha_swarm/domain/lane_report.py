"""How the lanes stand, for people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.lanes import Lane, LaneState, Margins, days_left, rooms, standing, why_none
from alpha_swarm.domain.moments import write_moment

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A forecast below this is worth a word.
_FEW_DAYS = 7.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneFigures:
    """A lane with its history; nothing of it is secret."""

    lane: Lane
    reason: str | None
    since: datetime
    token: bool
    """Whether it has one."""
    accepted: int
    answered: int
    last_accepted_at: datetime | None
    last_answered_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneUse:
    """Records of the last seven days, and how many of these days there were."""

    by_day: Mapping[str, int]
    days: int


def lane_report(figures: Sequence[LaneFigures], use: LaneUse, margins: Margins) -> dict[str, Any]:
    """``lanes``, ``room``, ``days_left`` and ``notes``, as ``lanes list --json`` prints them.

    ``room`` and ``days_left`` are ``None`` where a lane has no end.
    """
    room = rooms([one.lane for one in figures], margins)
    endless = any(one.lane.unlimited and room[one.lane.name] for one in figures)
    left = None if endless else days_left(sum(room.values()), use.by_day, use.days)
    return {
        "lanes": [_shown(one, room[one.lane.name], margins) for one in figures],
        "room": None if endless else sum(room.values()),
        "days_left": None if left is None else round(left, 1),
        "notes": _notes(figures, room, left, margins),
    }


def _shown(one: LaneFigures, room: int, margins: Margins) -> dict[str, Any]:
    lane = one.lane
    return {
        "name": lane.name,
        "table": lane.table,
        "state": standing(lane, room).value,
        "reason": one.reason,
        "since": write_moment(one.since),
        "used": lane.used,
        "room": None if lane.unlimited else room,
        "table_rows": lane.table_rows,
        "limit": None if lane.unlimited else margins.limit,
        "nearly_used_up": is_near(lane, margins),
        "token": one.token,
        "accepted": one.accepted,
        "answered": one.answered,
        "last_accepted_at": one.last_accepted_at and write_moment(one.last_accepted_at),
        "last_answered_at": one.last_answered_at and write_moment(one.last_answered_at),
    }


def _notes(
    figures: Sequence[LaneFigures], room: Mapping[str, int], left: float | None, margins: Margins
) -> list[str]:
    notes = [note for one in figures if (note := _note(one, room[one.lane.name], margins))]
    if not any(room.values()):
        notes.append(why_none([one.lane for one in figures], margins))
    elif left is not None and left < _FEW_DAYS:
        notes.append(f"the lanes last for {left:.1f} days at the pace of the last ones: add one in time")
    return notes


def _note(one: LaneFigures, room: int, margins: Margins) -> str | None:
    state = standing(one.lane, room)
    count = f"{one.lane.used:,} of {margins.limit:,} records used"
    if state is LaneState.EXHAUSTED:
        return f"lane {one.lane.name} is exhausted: {count}, {one.lane.table_rows:,} rows in its table"
    if state is not LaneState.ACTIVE:
        return f"lane {one.lane.name} is {state}: {one.reason}"
    return f"lane {one.lane.name} is nearly used up: {count}" if is_near(one.lane, margins) else None


def is_near(lane: Lane, margins: Margins) -> bool:
    """Whether it has come to where people are warned."""
    return not lane.unlimited and lane.used >= margins.warn_at
