"""Leads of people who half stand in every CRM already are written at once, while replies are lost."""

from __future__ import annotations

import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.domain.states import Step
from alpha_swarm.ledger.crm_tables import changes
from alpha_swarm.proof import time_travel
from alpha_swarm.sandbox.server import running
from tests.acceptance import crowd
from tests.integration.world import QUIET, installed

if TYPE_CHECKING:
    from pathlib import Path

    from tests.integration.world import World

_PROCESSES, _JOBS = 4, 4
_LOST = 0.3


def write_all(worlds: list[World], seconds: float) -> None:
    """Sixteen jobs side by side until nothing is on its way; what was given up is replayed."""
    first, end = worlds[0], time.monotonic() + seconds
    steps = [Step.sync(target) for target in crowd.TARGETS]
    with ThreadPoolExecutor(_PROCESSES * _JOBS) as jobs:
        while not (status := first.app.status())["settled"] or status["leads"]["dead"]:
            assert time.monotonic() < end, status
            todo = [jobs.submit(one.app.follow, step, []) for one in worlds for step in steps]
            for job in todo:
                job.result()
            if not _is_due(first):
                time_travel.let_time_pass(first.app.ledger.engine, 301.0)
                first.app.replay()


def _is_due(world: World) -> bool:
    with world.app.ledger.read() as tx:
        return bool(tx.work.due(list(Step), 1))


def last_titles(world: World) -> dict[tuple[str, str], str]:
    """(CRM, e-mail) → the title that was written last into its record."""
    with world.app.ledger.read() as tx:
        rows = tx.session.rows(changes.select().order_by(changes.c.id))
        people = {
            lead.id: lead.enrichment.values.email for lead in tx.leads.walk([]) if lead.enrichment is not None
        }
    return {
        (row.target, str(people[row.lead_id])): row.after["title"] for row in rows if "title" in row.after
    }


def try_it(home: Path, leads: int, people: int, seconds: float) -> dict[str, Any]:
    """How it ended: the other side's books, its records, and what we say that we wrote last."""
    database = f"sqlite:///{home / 'ledger.db'}"
    with ExitStack() as stack:
        url = stack.enter_context(running(replace(QUIET, seed=11)))
        environ = {
            **crowd.ENVIRON,
            "HUBSPOT_API_BASE_URL": f"{url}/hubspot",
            "SALESFORCE_INSTANCE_URL": f"{url}/salesforce",
        }
        worlds = [
            stack.enter_context(installed(home, url, database, HOLDER=f"process-{one}", **environ))
            for one in range(_PROCESSES)
        ]
        crowd.type_in(url, range(0, people, 2))
        crowd.bring_in(worlds[0], leads, people)
        for target in crowd.TARGETS:
            worlds[0].fault(service=target.value, fault="reset", when="after", share=_LOST)
        began = time.monotonic()
        write_all(worlds, seconds)
        sys.stderr.write(f"{4 * leads / (time.monotonic() - began):.0f} syncs a second\n")
        books = worlds[0].sandbox_ledger()
        return {"books": books, "records": crowd.records(books), "last": last_titles(worlds[0])}


def assert_all_is_well(found: dict[str, Any], people: int) -> None:
    """One record a person, nothing blanked, nothing of people's overwritten, the last writer right."""
    for service, stands in found["records"].items():
        books = found["books"][service]
        assert len({one.email for one in stands}) == len(stands) == people, service
        assert books["duplicate_emails"] == 0, service
        assert books.get("blanks_written", 0) == 0, service
        assert books.get("human_overwritten", 0) == books.get("human_edits_overwritten", 0) == 0, service
        typed = {crowd.email(number) for number in range(0, people, 2)}
        assert all(one.first_name == "Typed" for one in stands if one.email in typed), service
        wrong = [one for one in stands if one.titles != {found["last"][service, one.email]}]
        assert wrong == [], service


@pytest.mark.acceptance
@pytest.mark.timeout(240)
def test_five_hundred_leads_onto_three_hundred_people(tmp_path: Path) -> None:
    """Four CRMs, sixteen jobs, three replies in ten lost."""
    assert_all_is_well(try_it(tmp_path, 500, 300, 200.0), 300)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_five_thousand_leads_onto_three_thousand_people(tmp_path: Path) -> None:
    """Four CRMs, sixteen jobs, three replies in ten lost."""
    assert_all_is_well(try_it(tmp_path, 5000, 3000, 1500.0), 3000)
