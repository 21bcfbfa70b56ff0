"""What each workflow has done since the ledger began, by the sums that the ledger keeps of each hour."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from dataclasses import dataclass, field
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    Hour = Mapping[str, Any]
    """``{hour, workflow, executions, failures, success, failed, milliseconds_sum, histogram}``."""

_HOUR_SECONDS = 3600.0
_SUMS = ("executions", "failures", "success", "failed", "milliseconds_sum")


@dataclass(slots=True)
class Total:
    """Of one workflow."""

    sums: Counter[str] = field(default_factory=Counter)
    buckets: Counter[str] = field(default_factory=Counter)
    """Upper bound in seconds, ``+Inf`` for the rest → executions that took so long."""

    def add(self, hour: Hour) -> None:
        """One more hour."""
        self.sums.update({name: hour[name] for name in _SUMS})
        self.buckets.update(hour["histogram"])

    @property
    def cumulative(self) -> Iterator[tuple[str, float]]:
        """(Bound, executions that took as long or less), as Prometheus counts."""
        number = 0
        for bound in sorted(self.buckets, key=float):
            number += self.buckets[bound]
            yield bound, number


class Throughput:
    """Hours that are over stay as they are, so that only the last two are asked for again."""

    def __init__(self, hours: Callable[[float], Sequence[Hour]]) -> None:
        """``hours``: those that end after a moment in seconds since 1970."""
        self._hours = hours
        self._lock = Lock()
        self._over: dict[str, Total] = {}
        self._open_from = 0

    def __call__(self) -> Mapping[str, Total]:
        """Workflow → its sums; they never fall."""
        with self._lock:
            found = self._hours(self._open_from * _HOUR_SECONDS)
            # What a commit wrote at the turn of the hour may be seen a moment later.
            last = max((hour["hour"] for hour in found), default=0) - 1
            _add(self._over, (hour for hour in found if hour["hour"] < last))
            self._open_from = max(self._open_from, last)
            totals = deepcopy(self._over)
            _add(totals, (hour for hour in found if hour["hour"] >= last))
            return totals


def _add(totals: dict[str, Total], hours: Iterable[Hour]) -> None:
    for hour in hours:
        totals.setdefault(hour["workflow"], Total()).add(hour)
