"""Which lane takes how many records, and what is to be said of it: pure arithmetic.

A lane is one webhook source of a table. It takes so many records in its life, whatever is deleted later, and
beyond that drops them without a word; its table has an end of its own.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Records that a lane without an end takes at once, as far as anybody counts.
_NO_END = 1_000_000_000
_DAYS = 7
#: So many accepted without one answer are no accident.
SILENT_RECORDS = 20

#: What leads wait for when there is no lane; also the reason of the pause that a new lane lifts.
NO_LANE = "no lane can take records"
_REMEDY = "alpha-swarm lanes list shows why; add one by lanes add, or lanes resume NAME"

#: Why people set a lane aside, who need not be told of it.
BY_HAND = "paused by hand"
VANISHED = "no longer in CLAY_LANES"
ORDERED = frozenset({BY_HAND, VANISHED})

CAUSES = (
    "its 50,000 submissions are used up, its table is full, the table's auto-run is off,"
    " or the workspace is out of credits"
)
SILENT = (
    f"accepted {{records}} records and no callback came: {CAUSES}; "
    "look at the table in Clay, mend it, then alpha-swarm lanes resume {name}"
)
ALL_SILENT = "; no other lane answers either, so BASE_URL or the column's secret may be wrong too"


class LaneState(StrEnum):
    """How a lane stands."""

    ACTIVE = "active"
    PAUSED = "paused"
    EXHAUSTED = "exhausted"
    """Reckoned, never stored: it has come to its margin, or its table has."""
    RETIRED = "retired"
    """The other side no longer knows its address."""
    SUSPECT = "suspect"
    """It accepts and nothing comes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """Records: where a lane is warned of, where it is left, what the other side takes; rows of a table."""

    limit: int = 50_000
    warn_at: int = 40_000
    stop_at: int = 45_000
    table_rows: int = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """A lane's figures; ``state`` as stored."""

    name: str
    table: str | None = None
    """Lanes with the same label share a table; without one a lane has a table of its own."""
    state: LaneState = LaneState.ACTIVE
    unlimited: bool = False
    """Its table deletes rows by itself, and neither it nor the lane has an end."""
    used: int = 0
    table_rows: int = 0


def rooms(lanes: Sequence[Lane], margins: Margins) -> dict[str, int]:
    """Lane → records that it can still take before its margin or its table's end, 0 when it takes none."""
    filled = _filled(lanes)
    return {lane.name: _room(lane, margins, filled[_table(lane)]) for lane in lanes}


def standing(lane: Lane, room: int) -> LaneState:
    """The state as people see it."""
    return LaneState.EXHAUSTED if lane.state is LaneState.ACTIVE and room == 0 else lane.state


def allot(lanes: Sequence[Lane], margins: Margins, records: int) -> dict[str, int]:
    """Lane → records: one lane is filled after the other, in their order; all together ``records`` at most.

    Lanes of one table never get more than the table has room for.
    """
    allotted: dict[str, int] = {}
    filled = _filled(lanes)
    for lane in lanes:
        number = min(records, _room(lane, margins, filled[_table(lane)]))
        if number > 0:
            allotted[lane.name] = number
            filled[_table(lane)] += 0 if lane.unlimited else number
            records -= number
    return allotted


def why_none(lanes: Sequence[Lane], margins: Margins) -> str:
    """One line for those who wait."""
    room = rooms(lanes, margins)
    counted: defaultdict[str, int] = defaultdict(int)
    for lane in lanes:
        counted[standing(lane, room[lane.name]).value] += 1
    what = ", ".join(f"{number} {state}" for state, number in sorted(counted.items())) or "none is known"
    return f"{NO_LANE} ({what}): {_REMEDY}"


def days_left(room: int, by_day: Mapping[str, int], days: int) -> float | None:
    """Days until the room is used up at the mean of the last days; ``None`` where nothing was sent.

    Args:
        room: records that all lanes can still take.
        by_day: day → records sent, of the last seven days.
        days: how many of these seven the first record lies back, this day included.
    """
    sent = sum(by_day.values())
    return room * min(_DAYS, max(1, days)) / sent if sent else None


def crossings(
    after: Sequence[Lane], counts: Mapping[str, int], margins: Margins
) -> Iterator[tuple[str, str, dict[str, int]]]:
    """(lane, event, figures) for each margin that the last reservation, lane → records, came to."""
    room = rooms(after, margins)
    for lane in after:
        number = counts.get(lane.name, 0)
        if number and not lane.unlimited:
            figures = {"used": lane.used, "limit": margins.limit}
            if lane.used - number < margins.warn_at <= lane.used:
                yield lane.name, "lane_nearly_used_up", figures
            if room[lane.name] == 0:
                yield lane.name, "lane_used_up", figures
    if counts and not any(room.values()):
        yield max(counts), "no_lane_left", {"lanes": len(after)}


def _filled(lanes: Iterable[Lane]) -> defaultdict[str, int]:
    """Rows by table; a table that deletes its rows by itself never fills."""
    filled: defaultdict[str, int] = defaultdict(int)
    for lane in lanes:
        filled[_table(lane)] += 0 if lane.unlimited else lane.table_rows
    return filled


def _room(lane: Lane, margins: Margins, filled: int) -> int:
    if lane.state is not LaneState.ACTIVE:
        return 0
    if lane.unlimited:
        return _NO_END
    return max(0, min(margins.stop_at - lane.used, margins.table_rows - filled))


def _table(lane: Lane) -> str:
    # A lane's name may be another one's label.
    return f"lane {lane.name}" if lane.table is None else f"table {lane.table}"
