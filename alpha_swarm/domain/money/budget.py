"""The scopes within which money is counted, their caps, and who may still be paid for."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from alpha_swarm.domain.money.cost import Cost

if TYPE_CHECKING:
    from collections.abc import Iterable

#: With pacing, an hour's share more than the hours so far entitle to: its leads need not wait for its end.
_HOURS_AHEAD = 1
_HOURS_A_DAY = 24


class Kind(StrEnum):
    """What a scope is about."""

    DAY = "day"
    MONTH = "month"
    BATCH = "batch"
    """One intake: a file, a request."""
    SOURCE = "source"
    """One ``source_name`` in one month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The most that may be reserved and spent within each scope; ``None`` is no cap."""

    day: float | None = None
    month: float | None = None
    month_actions: float | None = None
    batch: float | None = None
    source: float | None = None
    pacing: bool = False
    """Whether a day's credits are spread over its hours."""

    @property
    def capped(self) -> bool:
        """Whether there is any cap."""
        return replace(self, pacing=False) != NO_CAPS

    def of(self, kind: Kind) -> Cost:
        """The cap on both meters, infinite where there is none."""
        actions = self.month_actions if kind is Kind.MONTH else None
        return Cost(_or_infinite(getattr(self, kind.value)), _or_infinite(actions))

    def at(self, kind: Kind, hour: int) -> Cost:
        """The cap as far as it is open in this hour of the day."""
        cap = self.of(kind)
        return Cost(cap.credits * paced(hour), cap.actions) if self._spreads(kind) else cap

    def is_paced(self, kind: Kind, hour: int) -> bool:
        """Whether the hour leaves less than the whole cap."""
        return self._spreads(kind) and paced(hour) < 1.0

    def _spreads(self, kind: Kind) -> bool:
        return self.pacing and kind is Kind.DAY and self.day is not None


NO_CAPS = Caps()


def paced(hour: int) -> float:
    """The share of a day's cap that may be used in an hour (0 to 23): an even one, and an hour ahead."""
    return min(1.0, (hour + 1 + _HOURS_AHEAD) / _HOURS_A_DAY)


def scopes_of(day: str, batch: str | None, source: str | None) -> tuple[str, ...]:
    """The scopes that a lead's cost falls into, as :func:`in_order`; ``day`` is ``YYYY-MM-DD``."""
    month = day[:7]
    named = [f"{Kind.DAY}:{day}", f"{Kind.MONTH}:{month}"]
    if batch:
        named.append(f"{Kind.BATCH}:{batch}")
    if source:
        named.append(f"{Kind.SOURCE}:{month}:{source}")
    return tuple(in_order(named))


def in_order(scopes: Iterable[str]) -> list[str]:
    """The one order in which scopes are locked, so that nobody waits for each other: everybody's first."""
    kinds = list(Kind)
    return sorted(scopes, key=lambda scope: (kinds.index(kind_of(scope)), scope))


def kind_of(scope: str) -> Kind:
    """What the scope is about."""
    return Kind(scope.partition(":")[0])


def name_of(scope: str) -> str:
    """The day, month, batch, or ``YYYY-MM:source_name``."""
    return scope.partition(":")[2]


def seconds_until_reset(scope: str, moment: datetime) -> float:
    """Until the scope's period ends (UTC): a batch never resets, its cap has to be raised."""
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    kind = kind_of(scope)
    if kind is Kind.BATCH:
        return math.inf
    first = midnight.replace(day=1)
    end = midnight + timedelta(days=1) if kind is Kind.DAY else (first + timedelta(days=32)).replace(day=1)
    return (end - moment).total_seconds()


@dataclass(frozen=True, slots=True)
class Stop:
    """Why somebody is not paid for now."""

    scope: str
    meter: str
    cap: float
    paced: bool = False

    @property
    def general(self) -> bool:
        """Whether it is in everybody's way, and not only in that of a batch's or a source's leads."""
        return kind_of(self.scope) in {Kind.DAY, Kind.MONTH}

    @property
    def reason(self) -> str:
        """For people; a batch or source is named in the budget, not here."""
        if self.paced:
            return "the hour's share of the day's credits is used up"
        return f"the {kind_of(self.scope)}'s cap on {self.meter} is reached"


@dataclass(frozen=True, slots=True)
class Room:
    """For how many leads the caps on everything (day, month) leave room; infinite where nothing is capped."""

    now: float = math.inf
    period: float = math.inf
    """The same without pacing: until the caps reset."""

    @property
    def returned(self) -> bool:
        """Whether there is some, and whoever waits for it can go on."""
        return 0 < self.now < math.inf


@dataclass(frozen=True, slots=True)
class Allotment:
    """Who of some leads may be paid for."""

    granted: Sequence[str]
    refused: Mapping[str, Stop] = field(default_factory=dict)
    """Lead id → what stands in the way."""
    seconds: Mapping[Stop, float] = field(default_factory=dict)
    """Until each of them ends by itself."""
    news: Sequence[Stop] = ()
    """Those of which nobody was told yet."""


def allot(
    wanted: Mapping[str, Sequence[str]], cost: Cost, rooms: Mapping[str, Cost]
) -> tuple[list[str], dict[str, tuple[str, str]]]:
    """Grant ``cost`` to each in turn, as far as all scopes of theirs have room.

    Args:
        wanted: lead id → its scopes, those who go first at the front.
        cost: of each.
        rooms: scope → what is left in it; a scope that is not named has no bounds.

    Returns:
        The ids that are granted, and of the others the scope and meter without room.
    """
    left = dict(rooms)
    granted: list[str] = []
    refused: dict[str, tuple[str, str]] = {}
    for lead_id, scopes in wanted.items():
        bounded = [scope for scope in scopes if scope in left]
        obstacle = _obstacle(bounded, cost, left)
        if obstacle is not None:
            refused[lead_id] = obstacle
            continue
        granted.append(lead_id)
        left.update({scope: left[scope] - cost for scope in bounded})
    return granted, refused


def _obstacle(scopes: Iterable[str], cost: Cost, left: Mapping[str, Cost]) -> tuple[str, str] | None:
    for scope in scopes:
        meter = cost.lacking(left[scope])
        if meter is not None:
            return scope, meter
    return None


def _or_infinite(cap: float | None) -> float:
    return math.inf if cap is None else float(cap)
