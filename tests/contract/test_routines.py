"""Clay's transport routines, judged by its published contract and tried on the sandbox."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from alpha_swarm.clock import SystemClock
from alpha_swarm.connectors.clay.routines import ClayRoutines
from alpha_swarm.connectors.clay.routines_settings import RoutinesConfig
from alpha_swarm.domain.effect import Done
from alpha_swarm.domain.requests import request_id
from alpha_swarm.domain.states import EnrichmentStatus
from alpha_swarm.errors import (
    CredentialsRefusedError,
    HaltError,
    OutcomeUnknownError,
    QuotaExhaustedError,
    RateLimitedError,
    RetryLaterError,
    WrongAddressError,
)
from alpha_swarm.sandbox.server import running
from alpha_swarm.sandbox.settings import SandboxSettings
from tests.contract.contracts import CLAY_PUBLIC, Judge, contract
from tests.contract.sandbox import Sandbox
from tests.contract.test_clay import lead
from tests.doubles import NoGate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from alpha_swarm.domain.enrichment import RowResult
    from alpha_swarm.domain.lead import Lead

_OPENED: list[ClayRoutines] = []
FINISHED = {EnrichmentStatus.COMPLETED, EnrichmentStatus.FAILED}


@pytest.fixture(autouse=True)
def judge(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Judge:
    """Before every request to the shared sandbox."""
    judge = Judge(CLAY_PUBLIC, "https://api.clay.com/public/v0", f"{sandbox.url}/clay/public/v0")
    judge.install(monkeypatch)
    return judge


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    """Whatever a test connects is closed after it."""
    yield
    while _OPENED:
        _OPENED.pop().close()


def connect(sandbox: Sandbox, **more: Any) -> ClayRoutines:
    """The connector to the sandbox."""
    config = RoutinesConfig(
        **{
            "keys": ("key",),
            "routine_id": "function:t_1",
            "base_url": f"{sandbox.url}/clay/public/v0",
            **more,
        }
    )
    _OPENED.append(ClayRoutines(config, NoGate(), SystemClock()))
    return _OPENED[-1]


@pytest.fixture
def clay(sandbox: Sandbox) -> ClayRoutines:
    """The connector under test."""
    return connect(sandbox)


@contextmanager
def another(**settings: Any) -> Iterator[Sandbox]:
    """A sandbox with settings of its own."""
    with running(SandboxSettings(**{"enrich_seconds": (0.0, 0.0), "limits": False, **settings})) as url:
        control = Sandbox(url)
        yield control
        control.close()


def leads(number: int) -> list[Lead]:
    """So many."""
    return [lead(one) for one in range(number)]


def taken(clay: ClayRoutines, given: Sequence[Lead]) -> dict[str, str]:
    """Lead id → row id; all of them must have been taken in."""
    outcomes = clay.submit(given, "key")
    assert all(isinstance(one, Done) for one in outcomes.values())
    return {name: one.reference or "" for name, one in outcomes.items() if isinstance(one, Done)}


def fetched(clay: ClayRoutines, row_ids: Sequence[str]) -> Mapping[str, RowResult]:
    """The rows once none is in progress."""
    deadline = time.monotonic() + 10
    while True:
        rows = clay.fetch(row_ids)
        if all(row.finished for row in rows.values()):
            return rows
        assert time.monotonic() < deadline
        time.sleep(0.01)


def routines(sandbox: Sandbox) -> Any:
    """The sandbox's account."""
    return sandbox.ledger()["clay"]["routines"]


def test_a_lead_goes_all_the_way(sandbox: Sandbox, clay: ClayRoutines, judge: Judge) -> None:
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
    row_id = rows["lead-7"]
    assert clay.fetch_one(row_id) == found[row_id]
    assert (routines(sandbox)["items"], routines(sandbox)["items_more_than_once"]) == (100, 0)
    contract(CLAY_PUBLIC)
    assert {"GET /me", "POST /routines/function%3At_1/run"} <= set(judge.judged)


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
        deadline = time.monotonic() + 10
        while clay.fetch(rows):
            assert time.monotonic() < deadline
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
    assert {row.lead_id for row in found.values()} == {f"lead-{number}" for number in range(1000)}
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


def test_an_expired_address_is_asked_for_anew() -> None:
    """The file of results is then read by the next one."""
    with another() as sandbox:
        clay = connect(sandbox, batch=200)
        rows = list(taken(clay, leads(101)).values())
        sandbox.fault("clay", "downloadFile", "status", status=403, times=1)
        with pytest.raises(RetryLaterError):
            clay.fetch(rows)
        assert len(clay.fetch(rows)) == 101


def test_a_lost_upload_is_harmless(sandbox: Sandbox) -> None:
    """Nothing was started, so nothing is in doubt."""
    clay = connect(sandbox, batch=200)
    for operation in ("runRoutineBatchUploadUrl", "uploadFile"):
        sandbox.fault("clay", operation, "reset", when="after", times=1)
        with pytest.raises(RetryLaterError):
            clay.submit(leads(101), "key")
    assert routines(sandbox)["items"] == 0
    taken(clay, leads(101))


@pytest.mark.parametrize("number", [3, 101])
@pytest.mark.parametrize(("fault", "status"), [("status", 500), ("status", 504), ("reset", 500)])
def test_a_run_whose_answer_was_lost_is_in_doubt(
    sandbox: Sandbox, fault: str, status: int, number: int
) -> None:
    """Accepted and paid for; the connector does not send it again."""
    clay = connect(sandbox, batch=200)
    operation = "runRoutine" if number == 3 else "startRoutineRunBatch"
    sandbox.fault("clay", operation, fault, status=status, when="after", times=1)
    with pytest.raises(OutcomeUnknownError):
        clay.submit(leads(number), "key")
    assert (routines(sandbox)["items"], routines(sandbox)["items_more_than_once"]) == (number, 0)


def test_a_run_that_nobody_knows_tells_who_is_in_it(sandbox: Sandbox) -> None:
    """A ping names the run; whether it was a file it does not say."""
    clay = connect(sandbox, batch=200)
    for number, operation in ((3, "runRoutine"), (101, "startRoutineRunBatch")):
        sandbox.fault("clay", operation, "reset", when="after", times=1)
        with pytest.raises(OutcomeUnknownError):
            clay.submit(leads(number), "key")
        run = routines(sandbox)["item_list"][-1]["run_id"]
        members = clay.members(run)
        assert members.keys() == {request_id(one) for one in leads(number)}
        assert len(clay.fetch(list(members.values()))) == number
    assert clay.members("run_none") == {}


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, CredentialsRefusedError),
        (402, QuotaExhaustedError),
        (403, CredentialsRefusedError),
        (404, WrongAddressError),
        (429, RateLimitedError),
    ],
)
def test_what_concerns_all_is_told(
    sandbox: Sandbox, clay: ClayRoutines, status: int, kind: type[Exception]
) -> None:
    """Keys, credits, addresses, limits; a 429 says how long."""
    sandbox.fault("clay", "runRoutine", "status", status=status, seconds=17.0)
    with pytest.raises(kind) as caught:
        clay.submit(leads(2), "key")
    assert getattr(caught.value, "after", 17.0) == 17.0


def test_credits_that_are_short_are_a_quota() -> None:
    """The API refuses with 403 and has no code for it."""
    with another(credits_available=1.0) as sandbox, pytest.raises(QuotaExhaustedError):
        connect(sandbox).submit(leads(100), "key")


def test_a_webhook_that_is_not_there_halts(sandbox: Sandbox) -> None:
    """Not one item is taken, so it is about none of them."""
    with pytest.raises(WrongAddressError, match="CLAY_ROUTINE_WEBHOOK_ID"):
        connect(sandbox, webhook_id="wh_none").submit(leads(3), "key")


def test_an_end_that_nobody_knows_is_a_failure() -> None:
    """With the word itself, so that a person can look it up."""
    with another(routine_unknown_status=1.0) as sandbox:
        clay = connect(sandbox)
        (row,) = clay.fetch(list(taken(clay, leads(1)).values())).values()
    assert row.status is EnrichmentStatus.FAILED
    assert row.error == "clay named a status that is not known: stopped"


def test_some_runs_that_cannot_be_asked_do_not_hold_up_the_others(
    sandbox: Sandbox, clay: ClayRoutines
) -> None:
    """They count as running; where that goes for all, the verdict is told."""
    rows = [row for number in range(8) for row in taken(clay, [lead(number)]).values()]
    sandbox.fault("clay", "getRunResults", "status", status=502, times=3)
    statuses = [row.status for row in clay.fetch(rows).values()]
    assert statuses.count(EnrichmentStatus.IN_PROGRESS) == 3
    sandbox.fault("clay", "getRunResults", "status", status=502, times=8)
    with pytest.raises(RetryLaterError):
        clay.fetch(rows)
    sandbox.fault("clay", "getRunResults", "status", status=401)
    with pytest.raises(HaltError):
        clay.fetch(rows)


def test_the_second_key_is_tried(sandbox: Sandbox) -> None:
    """A key that was replaced."""
    with another(clay_api_keys=frozenset({"new"})) as one:
        assert connect(one, keys=("old", "new")).check() == "clay answers"
        with pytest.raises(CredentialsRefusedError):
            connect(one, keys=("old",)).check()
    assert sandbox.ledger()["clay"]["calls"] == {}
