"""People for a load: invented, all different, the same in every run."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from alpha_swarm.cli.leads.adding import add_file
from alpha_swarm.clock import SystemClock
from alpha_swarm.domain.states import Priority

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from alpha_swarm.supervision.stage import Stage


def lead(number: int, now: datetime) -> dict[str, str]:
    """One of them, as a scraper would tell it."""
    return {
        "linkedin_url": f"https://www.linkedin.com/in/benchmark-{number:06d}",
        "first_name": "Mara",
        "last_name": "Ellingsen",
        "company_name": "Brightforge",
        "source_type": "post_liker",
        "source_name": "Gong.io",
        "scraped_at": now.isoformat(),
    }


def take_in(stage: Stage, count: int) -> float:
    """Put them into the stage's ledger; how many seconds it took."""
    path, clock = stage.home / "leads.csv", SystemClock()
    _write(path, count, clock.now())
    started = clock.monotonic()
    add_file(str(path), None, Priority.NORMAL, stage.settings)
    return clock.monotonic() - started


def _write(path: Path, count: int, now: datetime) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lead(0, now)))
        writer.writeheader()
        writer.writerows(lead(number, now) for number in range(count))
