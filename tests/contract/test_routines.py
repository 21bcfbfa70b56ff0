"""Clay's transport routines, judged by its published contract and tried on the sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.leads.requests import request_id
from alpha_swarm.domain.states import EnrichmentStatus
from tests.contract.contracts import CLAY_PUBLIC, Judge, contract
from tests.contract.routines import FINISHED, another, connect, fetched, lead, lead_id, leads, routines, taken
from tests.waiting import wait_until

if TYPE_CHECKING:
    from alpha_swarm.connectors.clay.routines import ClayRoutines
    from alpha_swarm.domain.leads.enrichment import RowResult
    from tests.contract.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("public_judge")


@pytest.fixture
def clay(sandbox: Sandbox) -> ClayRoutines:
    """The connector under test."""
    return connect(sandbox)


def test_a_lead_goes_all_the_way(sandbox: Sandbox, clay: ClayRoutines, public_judge: Judge) -> None:
    """Run, in progress, complete: by row, with the lead's id, charged once."""
    assert clay.check() == "clay answers"
    clay.prepare()
    given = leads(100)
    rows = taken(clay, given)
    assert all(row.endswith(f"/{request_id(one)}") for row, one in zip(rows.values(), given, strict=True))
    found = fetched(clay, list(rows.values()))
    assert {row.lead_id: row_id for row_id, row in found.items()} == rows
    assert {row.status for row in found.values()} <= FINISHED
    assert any("email_work" in row.values for row in found.values())
    assert all(row.error for row in found.values() if row.status is EnrichmentStatus.FAILED)
    row_id = rows[lead_id(7)]
    assert clay.fetch_one(row_id) == found[row_id]
    assert (routines(sandbox)["items"], routines(sandbox)["items_more_than_once"]) == (100, 0)
    contract(CLAY_PUBLIC)
    assert {"GET /me", "POST /routines/function%3At_1/run"} <= set(public_judge.judged)


def test_what_is_under_way_is_in_progress_until_it_is_over() -> None:
    """202, then 200."""
    with another(enrich_seconds=(0.3, 0.3)) as sandbox:
        clay = connect(sandbox)
        rows = list(taken(clay, leads(3)).values())
        assert {row.status for row in clay.fetch(rows).values()} == {EnrichmentStatus.IN_PROGRESS}
        assert {row.status for row in fetched(clay, rows).values()} <= FINISHED


def test_rows_of_many_runs_are_asked_for_side_by_side(sandbox: Sandbox, clay: ClayRoutines) -> None:
    """One question a run, whatever number of its rows is wanted."""
    rows: list[str] = []
    for start in range(0, 60, 3):
        rows += taken(clay, [lead(number) for number in range(start, start + 3)]).values()
    before = sandbox.ledger()["clay"]["calls"].get("getRunResults", 0)
    assert clay.fetch(rows).keys() == set(rows)
    assert sandbox.ledger()["clay"]["calls"]["getRunResults"] - before == 20


def test_pages_are_followed(sandbox: Sandbox, clay: ClayRoutines, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten a page, so a hundred items take ten questions."""
    monkeypatch.setattr("alpha_swarm.connectors.clay.routines_facts.RESULTS_PAGE", 10)
    rows = list(taken(clay, leads(100)).values())
    assert clay.fetch(rows).keys() == set(rows)
    assert sandbox.ledger()["clay"]["calls"]["getRunResults"] == 10


def test_results_that_are_gone_are_absent() -> None:
    """As are rows of a run that never was."""
    with another(routine_results_seconds=0.2) as sandbox:
        clay = connect(sandbox)
        rows = list(taken(clay, leads(3)).values())
        assert len(clay.fetch(rows)) == 3
        wait_until(lambda: not clay.fetch(rows))
        assert clay.fetch_one(rows[0]) is None
        assert clay.fetch(["run_none/lead-1.1", "batch:run_none/lead-2.1"]) == {}


def test_a_file_of_a_thousand_goes_and_comes_back(sandbox: Sandbox) -> None:
    """One upload, one start; the results are read once, however often their rows are fetched."""
    clay = connect(sandbox, batch=50_000)
    rows = list(taken(clay, leads(1000)).values())
    assert all(row.startswith("batch:run_") for row in rows)
    found: dict[str, RowResult] = {}
    for start in range(0, 1000, 100):
        found |= fetched(clay, rows[start : start + 100])
    assert found.keys() == set(rows)
    assert {row.lead_id for row in found.values()} == {lead_id(number) for number in range(1000)}
    calls = sandbox.ledger()["clay"]["calls"]
    names = ("runRoutineBatchUploadUrl", "uploadFile", "startRoutineRunBatch", "downloadFile")
    assert [calls[name] for name in names] == [1, 1, 1, 1]
    assert (routines(sandbox)["batches"], routines(sandbox)["items"]) == (1, 1000)


def test_few_leads_need_no_file(sandbox: Sandbox) -> None:
    """Up to a hundred go by the piece, whatever the setting."""
    clay = connect(sandbox, batch=50_000)
    assert clay.capabilities.submit_batch == 50_000
    taken(clay, leads(100))
    assert (routines(sandbox)["runs"], routines(sandbox)["batches"]) == (1, 0)
