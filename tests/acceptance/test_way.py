"""The way of many leads, undisturbed and disturbed."""

from __future__ import annotations

import csv
import os
import re
import signal
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.acceptance.books import check_books
from tests.acceptance.installation import installation
from tests.acceptance.redis_files import ever_written, redis_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.acceptance.installation import Installation

pytestmark = pytest.mark.acceptance

LEADS = 2000
#: Enough for several batches at each party.
FEW = 500
#: Stands in every personal field of the undisturbed run.
CANARY = "canaryperson"


def write_leads(path: Path, leads: int, mark: str = "person") -> None:
    """A clean file of so many distinct people."""
    now = datetime.now(UTC).isoformat()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(
            [
                "linkedin_url",
                "first_name",
                "last_name",
                "company_name",
                "source_type",
                "source_name",
                "scraped_at",
            ]
        )
        for number in range(leads):
            url = f"https://www.linkedin.com/in/{mark}-{number:06d}"
            writer.writerow(
                [url, f"{mark}first", f"{mark}last", f"{mark}company", "post_liker", "Example", now]
            )


def go_on(system: Installation) -> None:
    """Wait until something happened at the other side after the blow."""
    before = system.counted()["clay"]["calls"]
    system.wait_for(lambda status: status["settled"] or system.counted()["clay"]["calls"] != before)


def check_no_personal_data(system: Installation) -> None:
    """All that the embedded server was ever given is searched, compressed or not."""
    written = ever_written(system.home / "data")
    assert b"jobs.ingest.submit" in written, "the log must hold the jobs that were run"
    for mark in (CANARY.encode(), rb"linkedin\.com", rb"\w@\w+\.\w", rb"\+[0-9]{11}"):
        assert re.search(mark, written) is None, mark


def take_in(system: Installation, leads: int = LEADS, mark: str = "person") -> None:
    """Through the door, by file."""
    path = system.home / "leads.csv"
    write_leads(path, leads, mark)
    assert system.ask("leads", "add", str(path))["accepted"] == leads


@pytest.mark.parametrize(
    ("leads", "seconds"), [(FEW, 300.0), pytest.param(LEADS, 120.0, marks=pytest.mark.long)]
)
def test_leads_arrive_in_time_with_lost_repeated_and_shuffled_webhooks(
    tmp_path: Path, leads: int, seconds: float
) -> None:
    """10 % repeated, 2 % lost, 20 % partial: one row, charge and contact a lead, nobody in Redis.

    Two thousand in two minutes, if nothing else is running.
    """
    with installation(tmp_path) as system:
        system.start()
        system.wait_for(lambda status: status["health"] == "healthy")
        start = time.monotonic()
        take_in(system, leads, mark=CANARY)
        status = system.settle(seconds)
        assert time.monotonic() - start < seconds
        check_books(system, status, leads)
        webhooks = system.counted()["clay"]["webhooks"]
        assert webhooks["lost"] > 0
        assert webhooks["duplicated"] > 0
        assert system.ask("leads", "add", str(tmp_path / "leads.csv"))["accepted"] == 0
        assert system.stop() == 0
        check_no_personal_data(system)


@pytest.mark.long
def test_every_worker_may_be_killed_and_redis_wiped_in_the_middle(tmp_path: Path) -> None:
    """After kill -9 the supervisor starts it again, its leases are free at once, doubts are looked up."""
    with installation(tmp_path) as system:
        take_in(system)
        system.start()
        system.wait_for(lambda status: status["leads"]["received"] < LEADS)
        for blow in ("ingest", "", "enrich", "sync", "", "scheduler"):
            if blow:
                os.kill(system.worker(blow), signal.SIGKILL)
            else:
                redis_of(system.home / "data").flushall()
            go_on(system)
        check_books(system, system.settle(120), LEADS)
