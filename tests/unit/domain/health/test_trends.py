"""Each alert by the course of things stands at its threshold and not before, and clears."""

from __future__ import annotations

from typing import Any

import pytest

from alpha_swarm.domain.health.standing import Watched, found
from alpha_swarm.domain.health.trends import (
    FAILING_SECONDS,
    FEW_EXECUTIONS,
    FEW_FAILURES,
    FEW_HOURS,
    FEW_RECORDS,
    STOPPED_SECONDS,
    Course,
    Span,
    Trend,
    Used,
)
from alpha_swarm.domain.leads.enrichment import Values
from alpha_swarm.domain.messages.alerts import Level
from alpha_swarm.domain.results.completeness import FEW, completeness
from alpha_swarm.domain.results.quality import REQUIRED


def trend(**more: Any) -> Course:
    """Of one workflow."""
    return Course(trends=[Trend(workflow="enrich", **more)])


def stands(course: Course) -> dict[str, Level]:
    """Key → level; each has its remedy."""
    alerts = found(Watched(course=course)).alerts
    assert all(alert.remedy and alert.text for alert in alerts.values())
    return {key: alert.level for key, alert in alerts.items()}


def span(processed: int, failed: int, **more: Any) -> Span:
    """Records of some time."""
    return Span(executions=more.pop("executions", 10), processed=processed, failed=failed, **more)


FAILED_HOUR = span(5, 5)
USUAL = [1.0] * FEW_HOURS

TABLE: dict[str, tuple[Course, Course, Level]] = {
    "failing:enrich": (
        trend(failing_seconds=FAILING_SECONDS + 1, hour=FAILED_HOUR),
        trend(failing_seconds=FAILING_SECONDS, hour=FAILED_HOUR),
        Level.CRITICAL,
    ),
    "stopped:sync-ghl": (
        Course(stopped=[("sync-ghl", STOPPED_SECONDS + 1)]),
        Course(stopped=[("sync-ghl", STOPPED_SECONDS)]),
        Level.CRITICAL,
    ),
    "quality:required": (
        Course(complete=0.799),
        Course(complete=0.8),
        Level.CRITICAL,
    ),
    "dead-letters:given-up": (Course(given_up=1), Course(given_up=0), Level.CRITICAL),
    "success:enrich": (
        trend(hour=span(100, 6)),
        trend(hour=span(100, 5)),
        Level.WARNING,
    ),
    "slow:enrich": (
        trend(hour=span(10, 0, seconds=2.01), week=USUAL),
        trend(hour=span(10, 0, seconds=2.0), week=USUAL),
        Level.WARNING,
    ),
    "errors:enrich": (
        trend(quarter=span(100, 21), before=span(100, 10)),
        trend(quarter=span(100, 20), before=span(100, 10)),
        Level.WARNING,
    ),
    "near:day:credits": (
        Course(used=[Used(name="day credits", used=80.1, cap=100)]),
        Course(used=[Used(name="day credits", used=80, cap=100)]),
        Level.WARNING,
    ),
}


@pytest.mark.parametrize("key", TABLE)
def test_each_alert_stands_beyond_its_threshold_and_not_at_it(key: str) -> None:
    beyond, at, level = TABLE[key]
    assert stands(beyond) == {key: level}
    assert stands(at) == {}


@pytest.mark.parametrize(
    "course",
    [
        trend(hour=span(FEW_RECORDS - 1, FEW_RECORDS - 1)),
        trend(hour=span(10, 0, executions=FEW_EXECUTIONS - 1, seconds=99.0), week=USUAL),
        trend(hour=span(10, 0, seconds=99.0), week=USUAL[1:]),
        trend(quarter=span(FEW_RECORDS - 1, FEW_RECORDS - 1), before=span(100, 1)),
        trend(quarter=span(100, FEW_FAILURES - 1), before=span(100, 1)),
        trend(quarter=span(100, 50)),
        trend(failing_seconds=FAILING_SECONDS + 1, hour=Span()),
    ],
)
def test_of_a_few_nothing_is_concluded(course: Course) -> None:
    assert stands(course) == {}


def test_a_workflow_that_fails_altogether_is_not_told_twice() -> None:
    """That it succeeds too seldom goes without saying."""
    course = trend(failing_seconds=FAILING_SECONDS + 1, hour=span(100, 100))
    assert stands(course) == {"failing:enrich": Level.CRITICAL}


def test_without_a_measure_nothing_stands() -> None:
    assert stands(Course()) == {}


def test_completeness_is_the_share_of_the_required_fields() -> None:
    whole = Values(email_personal="a@works.example", company_domain="works.example", company_size=10)
    assert completeness([whole] * FEW, REQUIRED) == 1.0
    assert completeness([whole] * 10 + [Values()] * 10, REQUIRED) == pytest.approx(0.5)
    assert completeness([whole] * (FEW - 1), REQUIRED) is None
