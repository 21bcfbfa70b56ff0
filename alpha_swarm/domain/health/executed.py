"""Executions in figures: how many succeed, how long they take, how much they carry, and what goes wrong."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from alpha_swarm.domain.figures import rounded, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_HOURS_A_DAY = 24
_SPANS = {"day": 1, "week": 7, "month": 30}
_NINETEEN_OF_TWENTY = 0.95
_SUMS = ("executions", "failures", "processed", "success", "failed", "milliseconds_sum")


def executed(
    hours: Sequence[Mapping[str, Any]], latest: Iterable[Mapping[str, Any]], now_hour: int, days: int
) -> dict[str, Any] | None:
    """The figures of the last ``days``; ``None`` where nothing is recorded.

    Args:
        hours: sums by hour and workflow; ``histogram`` has upper bounds in seconds → executions that took no
            longer, and longer than the bound before.
        latest: single executions, each with its ``errors``: the kinds of errors are read from these.
        now_hour: the hour since 1970 in which it is asked.
        days: how many to look at.
    """
    late = [one for one in hours if one["hour"] > now_hour - days * _HOURS_A_DAY]
    if not late:
        return None
    by_workflow: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for one in late:
        by_workflow[one["workflow"]].append(one)
    return {
        **_figures(late),
        "volume": {name: _volume(hours, now_hour, span) for name, span in _SPANS.items()},
        "errors_per_1000": _errors(list(latest)),
        "by_workflow": [{"workflow": name, **_figures(mine)} for name, mine in sorted(by_workflow.items())],
    }


def _figures(hours: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    sums = {name: sum(one[name] for one in hours) for name in _SUMS}
    longest = max(one["milliseconds_max"] for one in hours) / 1000
    histogram: Counter[str] = Counter()
    for one in hours:
        histogram.update(one["histogram"])
    return {
        "executions": sums["executions"],
        "failures": sums["failures"],
        "success_rate": share(sums["executions"] - sums["failures"], sums["executions"]),
        "records": sums["processed"],
        "records_failed": sums["failed"],
        "average_seconds": rounded(sums["milliseconds_sum"] / 1000 / sums["executions"]),
        "p95_seconds": rounded(quantile(histogram, _NINETEEN_OF_TWENTY, longest)),
        "longest_seconds": rounded(longest),
    }


def quantile(histogram: Mapping[str, int], part: float, longest: float) -> float:
    """The time, in seconds, that this part (0 to 1) of the executions did not exceed.

    Within a bucket they count as evenly spread; none took longer than ``longest``.
    """
    wanted = part * sum(histogram.values())
    before, low = 0, 0.0
    for bound, number in sorted((float(bound), number) for bound, number in histogram.items()):
        high = min(bound, longest)
        if number and before + number >= wanted:
            return low + max(0.0, high - low) * (wanted - before) / number
        before, low = before + number, high
    return longest


def _volume(hours: Iterable[Mapping[str, Any]], now_hour: int, days: int) -> int:
    """Records of the last so many days."""
    first = now_hour - days * _HOURS_A_DAY
    return sum(one["processed"] for one in hours if one["hour"] > first)


def _errors(latest: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Kind → records that failed so, for each thousand executions."""
    kinds = Counter(error["error"] for one in latest for error in one["errors"])
    return {kind: rounded(1000 * number / len(latest)) for kind, number in kinds.most_common()}
