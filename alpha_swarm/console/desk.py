"""What the pages have at hand."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from alpha_swarm.app import App
from alpha_swarm.console.known import Known
from alpha_swarm.console.rendering import Pages

_ASKING_AT_ONCE = 3
#: Seconds for which an answer will do.
_MOVING, _BOOKS, _REPORT = 1.0, 10.0, 60.0
#: A report that is reckoned within so many seconds is reckoned for whoever looks.
_QUICK = 2.0


@dataclass(frozen=True, slots=True)
class Desk:
    """An installation as the console sees it."""

    app: App
    pages: Pages
    status: Known[dict[str, Any]]
    flow: Known[list[dict[str, Any]]]
    budget: Known[dict[str, Any]]
    report: Known[dict[str, Any]]
    pool: ThreadPoolExecutor


def desk(app: App) -> Desk:
    """What takes long over a million leads is asked for aside."""
    pool = ThreadPoolExecutor(_ASKING_AT_ONCE, thread_name_prefix="console")
    return Desk(
        app=app,
        pages=Pages(app.settings.environment),
        status=Known(app.status, app.clock, pool, fresh_seconds=_MOVING),
        flow=Known(app.flow, app.clock, pool, fresh_seconds=_MOVING),
        budget=Known(app.budget, app.clock, pool, fresh_seconds=_BOOKS),
        report=Known(lambda: _report(app), app.clock, pool, fresh_seconds=_REPORT),
        pool=pool,
    )


def _report(app: App) -> dict[str, Any]:
    """As it is now; where that takes long, as it is over a million leads, as the clock has kept it."""
    kept = app.latest_report() or {}
    return kept if kept.get("reckoned_in_seconds", 0.0) > _QUICK else app.report()
