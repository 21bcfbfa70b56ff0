"""What executions of the last hours say, and which of it somebody has to see to: pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from alpha_swarm.domain.messages.alerts import Alert, Level
from alpha_swarm.domain.results.quality import THRESHOLD

#: A workflow of which every execution failed for longer than that is broken.
FAILING_SECONDS = 3600.0
#: Syncs go on by the second, so a quarter of an hour without any is a stop.
STOPPED_SECONDS = 900.0
#: Of so few records nothing is concluded, nor of so few failures or executions.
FEW_RECORDS, FEW_FAILURES, FEW_EXECUTIONS = 20, 5, 5
#: Hours of a week that a median needs.
FEW_HOURS = 6
LEAST_SUCCESS = 0.95
SLOWER = 2.0
WORSE = 2.0
MOST_USED = 0.8
_PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Executions of some time."""

    executions: int = 0
    processed: int = 0
    failed: int = 0
    seconds: float = 0.0
    """Of one, on the average."""

    @property
    def error_rate(self) -> float:
        """The share of the records that failed."""
        return self.failed / self.processed if self.processed else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """One workflow's."""

    workflow: str
    failing_seconds: float = 0.0
    """How long ago the first execution failed since the last one that had any success."""
    hour: Span = Span()
    quarter: Span = Span()
    """The last quarter of an hour."""
    before: Span = Span()
    """The hour before that quarter."""
    week: Sequence[float] = ()
    """Seconds of an execution in each hour of the seven days before, on the average."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """What a cap has come to."""

    name: str
    """Kind and meter, such as ``day credits``."""
    used: float
    cap: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What is looked at."""

    trends: Sequence[Trend] = ()
    stopped: Sequence[tuple[str, float]] = ()
    """Sync for which leads wait → seconds without a success."""
    used: Sequence[Used] = ()
    given_up: int = 0
    """Open dead letters that were replayed as often as they may be."""
    complete: float | None = None
    """The share of the required fields that the latest results have; ``None``: nobody knows."""
    least_complete: float = THRESHOLD / _PERCENT
    """Below it somebody has to look."""


def course_alerts(course: Course) -> Iterator[Alert]:
    """What stands by it."""
    for trend in course.trends:
        yield from _of_workflow(trend)
    for step, seconds in course.stopped:
        if seconds > STOPPED_SECONDS:
            yield _stopped(step, seconds)
    for one in course.used:
        if one.used > MOST_USED * one.cap:
            yield _nearly_used(one)
    if course.given_up:
        yield _given_up(course.given_up)
    if course.complete is not None and course.complete < course.least_complete:
        yield _incomplete(course.complete, course.least_complete)


def _of_workflow(trend: Trend) -> Iterator[Alert]:
    if trend.failing_seconds > FAILING_SECONDS and trend.hour.executions:
        yield Alert(
            key=f"failing:{trend.workflow}",
            level=Level.CRITICAL,
            text=f"{trend.workflow} has been failing for more than an hour",
            remedy="alpha-swarm status says what is wrong; alpha-swarm trace shows it for a lead",
            facts={"executions in this time": trend.hour.executions},
        )
    elif trend.hour.processed >= FEW_RECORDS and 1 - trend.hour.error_rate < LEAST_SUCCESS:
        yield _warning(
            f"success:{trend.workflow}",
            f"{trend.workflow} succeeds for fewer than 95 % of its records",
            "alpha-swarm trace shows for a lead that failed what the other side said",
            {"success of the last hour": f"{_PERCENT * (1 - trend.hour.error_rate):.1f} %"},
        )
    if trend.hour.executions >= FEW_EXECUTIONS and len(trend.week) >= FEW_HOURS:
        usual = median(trend.week)
        if trend.hour.seconds > SLOWER * usual:
            yield _slow(trend, usual)
    if _gets_worse(trend):
        yield _warning(
            f"errors:{trend.workflow}",
            f"{trend.workflow} fails more than twice as often as in the hour before",
            "alpha-swarm trace shows for a lead that failed what the other side said",
            {"failed": f"{_PERCENT * trend.quarter.error_rate:.1f} %"},
        )


def _gets_worse(trend: Trend) -> bool:
    lately, before = trend.quarter, trend.before
    enough = lately.processed >= FEW_RECORDS and lately.failed >= FEW_FAILURES
    return enough and before.processed > 0 and lately.error_rate > WORSE * before.error_rate


def _slow(trend: Trend, usual: float) -> Alert:
    return _warning(
        f"slow:{trend.workflow}",
        f"{trend.workflow} takes more than twice as long as usual",
        "alpha-swarm targets list shows limits and breakers; alpha-swarm doctor looks at the rest",
        {"seconds": round(trend.hour.seconds, 2), "usual seconds": round(usual, 2)},
    )


def _stopped(step: str, seconds: float) -> Alert:
    return Alert(
        key=f"stopped:{step}",
        level=Level.CRITICAL,
        text=f"{step} has stopped: leads wait, and none has come through for a quarter of an hour",
        remedy="alpha-swarm status says what is wrong; see that its worker runs",
        facts={"minutes": int(seconds // 60)},
    )


def _nearly_used(one: Used) -> Alert:
    kind, meter = one.name.split()
    return _warning(
        f"near:{kind}:{meter}",
        f"More than 80 % of the {kind}'s {meter} are used",
        "raise the cap in time, or slow down; alpha-swarm budget shows who uses them",
        {"used": f"{_PERCENT * one.used / one.cap:.0f} %"},
    )


def _given_up(number: int) -> Alert:
    return Alert(
        key="dead-letters:given-up",
        level=Level.CRITICAL,
        text="Dead letters were replayed as often as they may be, and are given up",
        remedy="alpha-swarm dlq list says why; mend it, then alpha-swarm dlq plan",
        facts={"dead letters": number},
    )


def _incomplete(complete: float, least: float) -> Alert:
    return Alert(
        key="quality:required",
        level=Level.CRITICAL,
        text=f"Results lack too much: fewer than {_PERCENT * least:.0f} % of the required fields are filled",
        remedy="see to the providers of Clay's waterfalls, and to the sources of the leads",
        facts={"filled": f"{_PERCENT * complete:.0f} %"},
    )


def _warning(key: str, text: str, remedy: str, facts: dict[str, str | float]) -> Alert:
    return Alert(key=key, level=Level.WARNING, text=text, remedy=remedy, facts=facts)
