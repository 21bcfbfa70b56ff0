"""Clay's transport routines, when something goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from alpha_swarm.domain.leads.requests import request_id
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
from tests.contract.routines import another, connect, lead, leads, routines, taken

if TYPE_CHECKING:
    from alpha_swarm.connectors.clay.routines import ClayRoutines
    from tests.contract.sandbox import Sandbox

pytestmark = pytest.mark.usefixtures("public_judge")


@pytest.fixture
def clay(sandbox: Sandbox) -> ClayRoutines:
    """The connector under test."""
    return connect(sandbox)


def test_an_expired_address_is_asked_for_anew() -> None:
    """The file of results is then read by the next one."""
    with another() as sandbox:
        clay = connect(sandbox, batch=200)
        rows = list(taken(clay, leads(101)).values())
        sandbox.fault("clay", "downloadFile", "status", status=403, times=1)
        with pytest.raises(RetryLaterError):
            clay.fetch(rows)
        assert len(clay.fetch(rows)) == 101


@pytest.mark.parametrize("status", [400, 403, 404, 412])
def test_a_file_that_is_refused_is_no_lead_s_fault(sandbox: Sandbox, status: int) -> None:
    """Another address is asked for, and nobody is given up."""
    clay = connect(sandbox, batch=200)
    sandbox.fault("clay", "uploadFile", "status", status=status, times=1)
    with pytest.raises(RetryLaterError):
        clay.submit(leads(101), "key")
    taken(clay, leads(101))


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
